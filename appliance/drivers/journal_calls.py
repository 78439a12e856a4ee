"""The calls of the journal: from the first ring to the verdict."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from appliance.core.calls import Outcome
from appliance.core.outbox import TextKind
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import person_of, set_done, touch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from appliance.core.calls import Presentation, Source


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
        self,
        call_id: int,
        *,
        ended_at: datetime,
        rings: int,
        outcome: Outcome,
        verdict: str,
        record: Mapping[str, object] | None = None,
    ) -> None:
        """End the call with its verdict and the facts behind it, which JSON must be able to hold.

        A call that is over already keeps the verdict it has.
        """
        with self._file.transaction() as db:
            ended = db.execute(
                "UPDATE calls SET ended_at = ?, rings = ?, outcome = ?, verdict = ?, record = ?"
                " WHERE id = ? AND outcome = 'ringing' RETURNING person, number, started_at",
                (rows.to_ms(ended_at), rings, outcome, verdict, _as_json(record), call_id),
            ).fetchone()
            if ended is not None and ended["person"] is not None:
                touch(db, ended["person"], ended["number"], ended["started_at"], "call", call_id)
                if outcome is Outcome.ANSWERED:
                    set_done(db, ended["person"], done=True)

    def call_listed(
        self,
        *,
        started_at: datetime,
        number: str | None,
        key: str | None,
        presentation: Presentation,
        source: Source,
        verdict: str,
        within: timedelta,
        record: Mapping[str, object] | None = None,
    ) -> int | None:
        """Write down a missed call that the box did not hear ring, and return its id.

        None when a call of this person is known from `within` of that time: it is taken for the same one.
        """
        at, span = rows.to_ms(started_at), within // timedelta(milliseconds=1)
        with self._file.transaction() as db:
            known = db.execute(
                "SELECT 1 FROM calls WHERE person IS ? AND started_at BETWEEN ? AND ? LIMIT 1",
                (key or number or None, at - span, at + span),
            ).fetchone()
            if known is not None:
                return None
            done = db.execute(
                "INSERT INTO calls (started_at, ended_at, number, key, presentation, outcome, verdict,"
                " source, record) VALUES (?1, ?1, ?2, ?3, ?4, 'missed', ?5, ?6, ?7)",
                (at, number or None, key, presentation, verdict, source, _as_json(record)),
            )
            call_id = rows.new_id(done)
            if key or number:
                touch(db, key or number or "", number or key or "", at, "call", call_id)
            return call_id

    def known_before(self, key: str, before_call: int | None = None) -> bool:
        """Tell whether they wrote to us, had a text from us, or were spoken to before this call.

        `before_call` None: at any time.
        """
        with self._file.reading() as db:
            (known,) = db.execute(
                "SELECT EXISTS (SELECT 1 FROM incoming WHERE person = ?1)"
                " OR EXISTS (SELECT 1 FROM texts WHERE person = ?1 AND kind IN ('missed_call', 'reply')"
                "     AND state != 'FAILED' AND coalesce(call_id, 0) < ?2)"
                " OR EXISTS (SELECT 1 FROM calls WHERE person = ?1 AND outcome = 'answered' AND id < ?2)",
                (person_of(key), rows.NO_ID_YET if before_call is None else before_call),
            ).fetchone()
            return bool(known)

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

    def bare_calls(self, *, limit: int, before: int | None = None) -> list[rows.Call]:
        """Return calls as `calls` does, without what became of them, which costs far less."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM calls WHERE id < ? ORDER BY id DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [rows.call(row) for row in found]

    def calls(self, *, limit: int, before: int | None = None) -> list[rows.CallView]:
        """Return calls, newest first; `before` is the id that the page before this one ended with."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM calls WHERE id < ? ORDER BY id DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [_view(db, row) for row in found]


def _as_json(record: Mapping[str, object] | None) -> str | None:
    return None if record is None else json.dumps(record, ensure_ascii=False)


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
