"""The journal: calls, texts both ways, people and the box's own events, in one SQLite file.

    with Journal(data / "journal.sqlite3") as journal, journal.transaction():
        call_id = journal.call_started(now)

The daemon and the page each have it open; SQLite arbitrates. What a method has returned from is on the
storage, also after a power cut. Every method raises JournalUnavailable when the storage does not serve.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from appliance.drivers.journal_calls import CallsSection
from appliance.drivers.journal_erasure import ErasureSection
from appliance.drivers.journal_exports import ExportsSection
from appliance.drivers.journal_file import JournalFile, JournalTooNew, JournalUnavailable
from appliance.drivers.journal_inbox import InboxSection
from appliance.drivers.journal_ledger import INTERRUPTED, NOT_DELIVERED, LedgerSection, PartNotQueued
from appliance.drivers.journal_marks import MarksSection
from appliance.drivers.journal_outbox import OutboxSection
from appliance.drivers.journal_people import PeopleSection
from appliance.drivers.journal_reports import ReportsSection
from appliance.drivers.journal_rows import (
    Call,
    CallView,
    ConversationItem,
    Counts,
    Event,
    Incoming,
    Part,
    PersonView,
    Text,
)
from appliance.drivers.journal_rules import RulesSection
from appliance.drivers.journal_search import SearchSection
from appliance.drivers.journal_statistics import HourCounts, Share, StatisticsSection
from appliance.drivers.journal_stops import StopsSection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "INTERRUPTED",
    "NOT_DELIVERED",
    "Call",
    "CallView",
    "ConversationItem",
    "Counts",
    "Event",
    "HourCounts",
    "Incoming",
    "Journal",
    "JournalTooNew",
    "JournalUnavailable",
    "Part",
    "PartNotQueued",
    "PersonView",
    "Share",
    "Text",
]


class Journal(
    CallsSection,
    OutboxSection,
    LedgerSection,
    InboxSection,
    PeopleSection,
    SearchSection,
    StopsSection,
    MarksSection,
    RulesSection,
    ReportsSection,
    StatisticsSection,
    ExportsSection,
    ErasureSection,
):
    """The open journal.

    Opening proves the whole file sound (about 4 ms for 1,000 calls): open it once and share it between
    threads. A damaged file is moved aside and a new one made.

    `read_only` is for a look from the command line: it makes no file, mends none and writes nothing.
    Raises JournalTooNew for the file of a later version.
    """

    def __init__(self, path: Path, *, read_only: bool = False, patient: bool = False) -> None:
        self._file = JournalFile(path, read_only=read_only, patient=patient)

    @property
    def set_aside(self) -> Path | None:
        """Where a damaged file was moved to, None when there was none."""
        return self._file.set_aside

    @property
    def folder(self) -> Path:
        """The data folder, in which the journal is."""
        return self._file.path.parent

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that the block writes, or nothing of it; other threads wait meanwhile."""
        with self._file.transaction():
            yield

    def prove(self) -> bool:
        """Look through the whole file if that is still due since its opening; False when it was not.

        Takes a second for 100,000 calls. Raises JournalUnavailable when the file is damaged.
        """
        return self._file.prove()

    def data_version(self) -> int:
        """Return a number that changes when another process has written."""
        return self._file.data_version()
