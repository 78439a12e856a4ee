"""The calls of the journal: from the first ring to the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core.outbox import TextKind
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import touch

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from appliance.core.calls import Outcome, Presentation


class CallsSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def call_started(self, at: datetime) -> int:
        """Write down the first sign of a call, before anything is known of it, and return its id."""
        with self._file.transaction() as db:
            done = db.execute("INSERT INTO calls (started_at) VALUES (?)", (rows.to_ms(at),))
            return rows.new_id(done)

    def call_identified(
        self, call_id: int, number: str | None, key: str | None, presentation: Presentation
    ) -> None:
        """Write down who rings: the number as the network gave it and as E.164."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE calls SET number = ?, key = ?, presentation = ? WHERE id = ?",
                (number or None, key, presentation, call_id),
            )

    def call_over(
        self, call_id: int, *, ended_at: datetime, rings: int, outcome: Outcome, verdict: str
    ) -> None:
        """End the call with its verdict. A call that is over already keeps the verdict it has."""
        with self._file.transaction() as db:
            ended = db.execute(
                "UPDATE calls SET ended_at = ?, rings = ?, outcome = ?, verdict = ?"
                " WHERE id = ? AND outcome = 'ringing' RETURNING person, number, started_at",
                (rows.to_ms(ended_at), rings, outcome, verdict, call_id),
            ).fetchone()
            if ended is not None and ended["person"] is not None:
                touch(db, ended["person"], ended["number"], ended["started_at"], "call", call_id)

    def ringing_calls(self) -> list[rows.Call]:
        """Return the calls that have no end yet, oldest first: after a start, those a crash left."""
        with self._file.reading() as db:
            found = db.execute("SELECT * FROM calls WHERE outcome = 'ringing' ORDER BY id").fetchall()
            return [rows.call(row) for row in found]

    def call(self, call_id: int) -> rows.Call | None:
        """Return one call, None when there is none of that id."""
        with self._file.reading() as db:
            row = db.execute("SELECT * FROM calls WHERE id = ?", (call_id,)).fetchone()
            return None if row is None else rows.call(row)

    def calls(self, *, limit: int, before: int | None = None) -> list[rows.CallView]:
        """Return calls, newest first; `before` is the id that the page before this one ended with."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM calls WHERE id < ? ORDER BY id DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [_view(db, row) for row in found]


def _view(db: sqlite3.Connection, row: sqlite3.Row) -> rows.CallView:
    text = db.execute(
        "SELECT * FROM texts WHERE call_id = ? AND kind = ?", (row["id"], TextKind.MISSED_CALL)
    ).fetchone()
    reply = db.execute(
        "SELECT * FROM incoming WHERE person = ? AND received_at >= ? ORDER BY received_at DESC LIMIT 1",
        (row["person"], row["started_at"]),
    ).fetchone()
    return rows.CallView(
        call=rows.call(row),
        text=None if text is None else rows.text(text),
        reply=None if reply is None else rows.incoming(reply),
    )
