"""A box of many years answers as fast as a new one: no question reads a whole table."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, cast

from appliance.core.outbox import TextKind
from appliance.drivers.journal_reports import _EXPORTED
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent
from tests.drivers.test_journal_file import EVERY_METHOD

if TYPE_CHECKING:
    from appliance.drivers.journal import Journal

# Read from end to end on purpose: they hold two rows, or only what waits right now.
SHORT = (
    "sqlite_sequence",
    "texts_waiting",
    "parts_interrupted",
    "calls_ringing",
    "incoming_parts_waiting",
    "CONSTANT ROW",
    "parts_stored",
    "people_to_do",
    "stop_keys",
    "texts_unknown",
)
# What the owner asks for now and then, and the box once a day, may take the time of a look at everything.
# So may what reads from the newest row on until it finds one that went.
THOROUGH = {"last_sent_at"} | {"calls_csv", "erase", "export", "export_person", "purge", "search"}


class Explaining:
    """A connection that asks SQLite how it will do each statement, before it does it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.plans: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, parameters: Any = ()) -> sqlite3.Cursor:
        if statement.split(maxsplit=1)[0] not in {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"}:
            for row in self._connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                self.plans.append((statement, row["detail"]))
        return self._connection.execute(statement, parameters)


def scans(plans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (statement, step)
        for statement, step in plans
        if (step.startswith("SCAN") or "AUTOMATIC" in step) and not any(name in step for name in SHORT)
    ]


def explained(journal: Journal) -> Explaining:
    watched = Explaining(cast("sqlite3.Connection", journal._file._connection))
    journal._file._connection = cast("sqlite3.Connection", watched)
    return watched


def test_no_method_of_the_journal_reads_a_whole_table(journal: Journal) -> None:
    text_id = sent(journal, ANN, parts=2)
    watched = explained(journal)
    for name in sorted(set(EVERY_METHOD) - {"part_stored", "part_submitting", "transaction"} - THOROUGH):
        EVERY_METHOD[name](journal)
    journal.queue_text(
        to=BOB,
        body="Hi",
        parts=2,
        kind=TextKind.MISSED_CALL,
        at=after(hours=1),
        call_id=missed_call(journal, BOB),
    )
    again = queued(journal, BOB)
    journal.part_submitting(again, 1, MONDAY)
    journal.settle_interrupted(MONDAY)
    journal.send_again(again, MONDAY)
    journal.fail_text(text_id, "TOO_LATE", MONDAY)
    for sequence in (1, 2):
        journal.incoming_part(
            sender=BOB, key=BOB, reference=1, total=2, sequence=sequence, text="a", sent_at=MONDAY, at=MONDAY
        )
    journal.counts_by_day([MONDAY, after(days=1), after(days=2)])
    assert len({statement for statement, _ in watched.plans}) > 40
    assert scans(watched.plans) == []


def test_the_export_goes_by_the_index_of_time(journal: Journal) -> None:
    watched = explained(journal)
    for query, _ in _EXPORTED:
        watched.execute(query, (0,))
    assert scans(watched.plans) == []
    assert "USE TEMP B-TREE FOR ORDER BY" not in [step for _, step in watched.plans]  # it streams


def test_a_question_without_an_index_would_be_found(journal: Journal) -> None:
    watched = explained(journal)
    watched.execute("SELECT * FROM calls WHERE rings = 3")
    assert scans(watched.plans) == [("SELECT * FROM calls WHERE rings = 3", "SCAN calls")]
