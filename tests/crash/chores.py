"""What a victim does that no command does: the daemon would, at its start or at night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from appliance.drivers.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORGET_BEFORE = datetime(2026, 11, 23, tzinfo=UTC)


def open_journal(data: Path) -> None:
    """Open the journal, which brings an older one up and finishes what a crash left half done."""
    with Journal(data / "journal.sqlite3") as journal:
        journal.scrub()


def purge(data: Path) -> None:
    """Forget what is old."""
    with Journal(data / "journal.sqlite3") as journal:
        journal.purge(FORGET_BEFORE)


CHORES: dict[str, Callable[[Path], None]] = {"@open": open_journal, "@purge": purge}
