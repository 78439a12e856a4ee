"""What leaves the journal as a file: everything about one person, and the calls as a table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from appliance.core import mentions, numbers, spreadsheets
from appliance.core.calls import Outcome
from appliance.core.hours import LONDON
from appliance.core.outbox import TextState
from appliance.core.policy import REASON_WORDS
from appliance.drivers import journal_rows as rows
from appliance.drivers import stop_list
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import person_of
from appliance.drivers.journal_reports import (
    Json,
    Query,
    call_json,
    event_json,
    incoming_json,
    merged,
    text_json,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_HEADER = ("Date", "Time", "Number", "Name", "Call", "Rings", "Text", "Why no text", "They wrote")
_CALL_WORDS = {
    Outcome.RINGING: "Ringing",
    Outcome.MISSED: "Missed",
    Outcome.ANSWERED: "Answered",
    Outcome.REJECTED: "Missed",
}
_TEXT_WORDS = {
    TextState.QUEUED: "Waiting",
    TextState.SUBMITTING: "Being sent",
    TextState.SENT: "Sent",
    TextState.DELIVERED: "Delivered",
    TextState.FAILED: "Not sent",
    TextState.UNKNOWN: "May not have gone",
}
_CALLS = """
    SELECT calls.*, texts.state AS text_state, (
        SELECT body FROM incoming WHERE incoming.person = calls.person
            AND received_at >= calls.started_at ORDER BY received_at LIMIT 1
    ) AS reply
    FROM calls LEFT JOIN texts ON texts.call_id = calls.id AND texts.kind = 'missed_call'
    ORDER BY calls.id
"""
# What was written to the owner about them is about them too.
_ABOUT: tuple[Query, ...] = (
    (
        """
        SELECT *, started_at AS time,
            (SELECT texts.id FROM texts WHERE call_id = calls.id AND kind = 'missed_call') AS text_id
        FROM calls WHERE person = ? ORDER BY started_at, id
        """,
        call_json,
    ),
    (
        """
        SELECT *, queued_at AS time FROM texts WHERE person = ?1
            OR incoming_id IN (SELECT id FROM incoming WHERE person = ?1)
            OR (kind IN ('forward', 'notice', 'answer') AND mentions(body))
        ORDER BY queued_at, id
        """,
        text_json,
    ),
    (
        "SELECT *, received_at AS time FROM incoming WHERE person = ? ORDER BY received_at, id",
        incoming_json,
    ),
    ("SELECT *, at AS time FROM events WHERE ? AND mentions(detail) ORDER BY at, id", event_json),
)


def _nobody(_key: str) -> str | None:
    return None


class ExportsSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def export_person(self, key: str) -> Iterator[Json]:
        """Give everything that is kept about one person as JSON-able objects, as of one moment.

        The first says who it is and whether they want no texts; then come calls and texts both ways, and
        what the box told its owner of them, in order of time.
        """
        person = person_of(key)
        apart = self._file.second()
        try:
            with apart.reading() as db:
                yield {
                    "kind": "person",
                    "number": person,
                    "wants_no_texts": bool(stop_list.found(db, person)),
                }
                db.create_function("mentions", 1, partial(mentions.mentioned, key=person), deterministic=True)
                yield from merged(db, _ABOUT, person)
        finally:
            apart.close()

    def calls_csv(self, name_of: Callable[[str], str | None] = _nobody) -> Iterator[str]:
        """Give the calls as a table, line by line, oldest first, times as on the owner's clock.

        `name_of` returns the name to a number in E.164, None for a stranger. No cell is a formula.
        """
        apart = self._file.second()
        try:
            with apart.reading() as db:
                calls = db.execute(_CALLS)  # before the first line is given: it is all of this moment
                yield spreadsheets.write([_HEADER])
                for row in calls:
                    yield spreadsheets.write([_cells(row, name_of)])
        finally:
            apart.close()


def _cells(row: sqlite3.Row, name_of: Callable[[str], str | None]) -> list[str]:
    call = rows.call(row)
    began = call.started_at.astimezone(LONDON)
    text = row["text_state"]
    silent = text is None and call.outcome in (Outcome.MISSED, Outcome.REJECTED)
    return [
        f"{began:%Y-%m-%d}",
        f"{began:%H:%M:%S}",
        numbers.display(call.number),
        (name_of(call.key) if call.key else None) or "",
        _CALL_WORDS[call.outcome],
        str(call.rings),
        "" if text is None else _TEXT_WORDS[TextState(text)],
        _why(call.verdict) if silent else "",
        row["reply"] or "",
    ]


def _why(verdict: str | None) -> str:
    return next((words for reason, words in REASON_WORDS.items() if reason == verdict), "")
