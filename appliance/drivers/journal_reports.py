"""The journal as a whole: events of the box, counts for a day or a week, and everything in order of time."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Json = dict[str, object]
Query = tuple[str, Callable[[sqlite3.Row], Json]]  # what to look for, and what to make of a row

_EVENTS_KEPT = 1000


class ReportsSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def event(self, name: str, at: datetime, detail: str = "") -> int:
        """Write down something that happened to the box, and return its id; the newest 1,000 are kept."""
        with self._file.transaction() as db:
            done = db.execute(
                "INSERT INTO events (at, name, detail) VALUES (?, ?, ?)", (rows.to_ms(at), name, detail)
            )
            event_id = rows.new_id(done)
            db.execute("DELETE FROM events WHERE id <= ?", (event_id - _EVENTS_KEPT,))
            return event_id

    def last_event(self, name: str) -> rows.Event | None:
        """Return the newest event of this name, None when there is none among those kept."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT * FROM events WHERE name = ? ORDER BY id DESC LIMIT 1", (name,)
            ).fetchone()
            return None if row is None else rows.event(row)

    def events(self, *, limit: int, before: int | None = None) -> list[rows.Event]:
        """Return events, newest first; `before` is the id that the page before this one ended with."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM events WHERE id < ? ORDER BY id DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [rows.event(row) for row in found]

    def counts_today(self, since: datetime) -> rows.Counts:
        """Count what came of the calls since then, which is the owner's midnight."""
        with self._file.reading() as db:
            return _counts(db, rows.to_ms(since), rows.NO_ID_YET)

    def counts_by_day(self, midnights: Sequence[datetime]) -> list[rows.Counts]:
        """Count day by day: one fewer than the midnights, which stand in order of time."""
        with self._file.reading() as db:
            return [_counts(db, rows.to_ms(start), rows.to_ms(end)) for start, end in pairwise(midnights)]

    def export(self, since: datetime | None = None) -> Iterator[Json]:
        """Give calls, texts and events as JSON-able objects in order of time, as of one moment.

        The reading is on a connection of its own and holds nobody up.
        """
        from_ms = rows.LONG_AGO if since is None else rows.to_ms(since)
        apart = self._file.second()
        try:
            with apart.reading() as db:
                yield from merged(db, _EXPORTED, from_ms)
        finally:
            apart.close()


def _counts(db: sqlite3.Connection, start_ms: int, end_ms: int) -> rows.Counts:
    span = (start_ms, end_ms)
    (missed,) = db.execute(
        "SELECT count(*) FROM calls WHERE started_at >= ? AND started_at < ?"
        " AND outcome IN ('missed', 'rejected')",
        span,
    ).fetchone()
    (texted,) = db.execute(
        "SELECT count(*) FROM texts WHERE queued_at >= ? AND queued_at < ?"
        " AND kind = 'missed_call' AND state IN ('SENT', 'DELIVERED')",
        span,
    ).fetchone()
    (wrote_back,) = db.execute(
        "SELECT count(DISTINCT person) FROM incoming WHERE received_at >= ? AND received_at < ?"
        " AND EXISTS (SELECT 1 FROM texts WHERE texts.person = incoming.person"
        " AND texts.kind = 'missed_call' AND texts.queued_at <= incoming.received_at)",
        span,
    ).fetchone()
    return rows.Counts(missed=missed, texted=texted, wrote_back=wrote_back)


def merged(db: sqlite3.Connection, queries: Sequence[Query], parameter: int | str) -> Iterator[Json]:
    """Give what the queries find in one order of time; at one moment the first of them goes first.

    Each has one parameter, and gives `time` and `id`, in their order.
    """
    streams = [_stream(db, order, query, shape, parameter) for order, (query, shape) in enumerate(queries)]
    for _, item in heapq.merge(*streams, key=lambda entry: entry[0]):
        yield item


def _stream(
    db: sqlite3.Connection, order: int, query: str, shape: Callable[[sqlite3.Row], Json], parameter: int | str
) -> Iterator[tuple[tuple[int, int, int], Json]]:
    for row in db.execute(query, (parameter,)):
        yield (row["time"], order, row["id"]), shape(row)


def call_json(row: sqlite3.Row) -> Json:
    """Return a call, and `text_id` beside it, as a JSON-able object."""
    call = rows.call(row)
    return {
        "id": call.id,
        "kind": "call",
        "time": rows.iso(call.started_at),
        "number": call.number,
        "presentation": call.presentation.value,
        "started_at": rows.iso(call.started_at),
        "ended_at": rows.iso(call.ended_at),
        "rings": call.rings,
        "outcome": call.outcome.value,
        "verdict": call.verdict,
        "source": call.source.value,
        "record": call.record,
        "text_id": row["text_id"],
        "state": call.outcome.value,
        "reason": call.verdict,
    }


def text_json(row: sqlite3.Row) -> Json:
    """Return an outgoing text as a JSON-able object."""
    text = rows.text(row)
    return {
        "id": text.id,
        "kind": "text",
        "direction": "out",
        "text_kind": text.kind.value,
        "call_id": text.call_id,
        "time": rows.iso(text.queued_at),
        "number": text.to,
        "to": text.to,
        "body": text.body,
        "parts": text.parts,
        "state": text.state.value,
        "reason": text.reason,
        "queued_at": rows.iso(text.queued_at),
        "submitted_at": rows.iso(text.submitted_at),
        "sent_at": rows.iso(text.sent_at),
        "delivered_at": rows.iso(text.delivered_at),
    }


def incoming_json(row: sqlite3.Row) -> Json:
    """Return an incoming text as a JSON-able object."""
    text = rows.incoming(row)
    return {
        "id": text.id,
        "kind": "text",
        "direction": "in",
        "text_kind": None,
        "call_id": None,
        "time": rows.iso(text.received_at),
        "number": text.sender,
        "from": text.sender,
        "body": text.body,
        "parts": text.parts,
        "state": "RECEIVED",
        "meaning": text.meaning,
        "reason": None,
        "queued_at": None,
        "submitted_at": None,
        "sent_at": rows.iso(text.sent_at),
    }


def event_json(row: sqlite3.Row) -> Json:
    """Return an event as a JSON-able object."""
    event = rows.event(row)
    return {
        "id": event.id,
        "kind": "event",
        "time": rows.iso(event.at),
        "number": None,
        "state": event.name,
        "reason": event.detail,
    }


_CALLS_WITH_TEXT_IDS = """
    SELECT *, started_at AS time,
        (SELECT texts.id FROM texts WHERE call_id = calls.id AND kind = 'missed_call') AS text_id
    FROM calls WHERE started_at >= ? ORDER BY started_at, id
"""

# At one moment they stand in this order: a call, the text it caused, the answer, what the box said of it.
_EXPORTED: tuple[Query, ...] = (
    (_CALLS_WITH_TEXT_IDS, call_json),
    ("SELECT *, queued_at AS time FROM texts WHERE queued_at >= ? ORDER BY queued_at, id", text_json),
    (
        "SELECT *, received_at AS time FROM incoming WHERE received_at >= ? ORDER BY received_at, id",
        incoming_json,
    ),
    ("SELECT *, at AS time FROM events WHERE at >= ? ORDER BY at, id", event_json),
)
