"""Files that lie beside the journal and the settings for a while: damaged ones, and an earlier version's."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appliance.drivers import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT_FOR = timedelta(days=7)  # time enough to mend something; they hold numbers that must go as well
WORK = ".work-"  # begins the name of a folder in which somebody works, or did when the power failed
_PATTERNS = (
    *("journal.damaged-*", "journal.v*.sqlite3", ".journal.v*.new"),
    *("*.json.damaged", "*.json.bak.damaged", f"{WORK}*"),
)


def remove(data: Path, older_than: datetime | None = None) -> int:
    """Remove these files, or those that nobody has written to since then; return how many. Raises OSError."""
    found = list(_found(data))
    gone = [file for file in found if older_than is None or file.stat().st_mtime < older_than.timestamp()]
    for file in gone:
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink(missing_ok=True)
    if gone:
        files.sync_folder(data)
    return len(gone)


def _found(data: Path) -> Iterator[Path]:
    for pattern in _PATTERNS:
        yield from data.glob(pattern)
