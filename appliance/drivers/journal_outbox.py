"""The outgoing texts of the journal: queued, retried, given up, and what the policy asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core.outbox import IN_CONVERSATIONS, OWED_TO_CALLERS, TextKind
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_inbox import next_text_id
from appliance.drivers.journal_ledger import derive
from appliance.drivers.journal_people import person_of, set_done, touch
from appliance.modem import gsm7

if TYPE_CHECKING:
    from datetime import datetime


class OutboxSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def queue_text(
        self,
        *,
        to: str,
        body: str,
        kind: TextKind,
        at: datetime,
        parts: int | None = None,
        call_id: int | None = None,
        incoming_id: int | None = None,
        expires_at: datetime | None = None,
    ) -> int:
        """Put a text in the outbox and return its id. `parts` None: counted here.

        One text of a kind for a call, and for an incoming text that it forwards: a second one is not
        queued, the id of the first is returned. `expires_at` None: it never grows too old to send.
        """
        parts = len(gsm7.split(body).texts) if parts is None else parts
        with self._file.transaction() as db:
            there = db.execute(
                "SELECT id FROM texts WHERE (call_id = ?1 AND kind = ?3) OR (incoming_id = ?2 AND kind = ?3)",
                (call_id, incoming_id, kind),
            ).fetchone()
            if there is not None:
                return int(there["id"])
            text_id, person = next_text_id(db), person_of(to)
            db.execute(
                "INSERT INTO texts (id, call_id, incoming_id, kind, recipient, person, body, parts,"
                " queued_at, next_try_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)",
                (
                    *(text_id, call_id, incoming_id, kind, to, person, body, parts),
                    *(rows.to_ms(at), rows.to_ms(expires_at)),
                ),
            )
            db.executemany(
                "INSERT INTO parts (text_id, sequence, person) VALUES (?, ?, ?)",
                [(text_id, sequence, person) for sequence in range(1, parts + 1)],
            )
            if kind in IN_CONVERSATIONS:
                touch(db, person, to, rows.to_ms(at), "out", text_id)
            if kind is TextKind.REPLY:
                set_done(db, person, done=True)
            return text_id

    def next_text(self, at: datetime) -> rows.Text | None:
        """Return the waiting text that has been due longest, None when none is due."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT * FROM texts WHERE state = 'QUEUED' AND next_try_at <= ?"
                " ORDER BY next_try_at, id LIMIT 1",
                (rows.to_ms(at),),
            ).fetchone()
            return None if row is None else rows.text(row)

    def next_try_at(self) -> datetime | None:
        """Return when the next waiting text is due, None when none waits."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT next_try_at FROM texts WHERE state = 'QUEUED' ORDER BY next_try_at LIMIT 1"
            ).fetchone()
            return None if row is None else rows.from_ms(row["next_try_at"])

    def retry_text(self, text_id: int, next_try_at: datetime, reason: str) -> None:
        """Let a waiting text wait until then, and note why."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE texts SET next_try_at = ?, reason = ?, tries = tries + 1"
                " WHERE id = ? AND state = 'QUEUED'",
                (rows.to_ms(next_try_at), reason, text_id),
            )

    def fail_text(self, text_id: int, reason: str, at: datetime) -> None:
        """Give a text up. Its parts that went stay SENT; those that may have gone stay UNKNOWN."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE parts SET state = 'FAILED', settled_at = ?"
                " WHERE text_id = ? AND state IN ('QUEUED', 'SUBMITTING')",
                (rows.to_ms(at), text_id),
            )
            derive(db, text_id, reason)
        self._file.scrub()

    def send_again(self, text_id: int, at: datetime, expires_at: datetime | None = None) -> bool:
        """Queue what has not surely gone of a FAILED or UNKNOWN text, because the owner says so.

        False when the text is in neither state, or was a code: there is nothing to send again.
        """
        with self._file.transaction() as db:
            asked = db.execute(
                "UPDATE texts SET next_try_at = ?, expires_at = ?, tries = 0"
                " WHERE id = ? AND state IN ('FAILED', 'UNKNOWN') AND kind != 'code'",
                (rows.to_ms(at), rows.to_ms(expires_at), text_id),
            )
            if asked.rowcount == 0:
                return False
            db.execute(
                "UPDATE parts SET state = 'QUEUED', reference = NULL, submitted_at = NULL, sent_at = NULL,"
                " settled_at = NULL WHERE text_id = ? AND state IN ('FAILED', 'UNKNOWN')",
                (text_id,),
            )
            derive(db, text_id, None)
            return True

    def text(self, text_id: int) -> rows.Text | None:
        """Return one outgoing text, None when there is none of that id."""
        with self._file.reading() as db:
            row = db.execute("SELECT * FROM texts WHERE id = ?", (text_id,)).fetchone()
            return None if row is None else rows.text(row)

    def last_text_at(self, key: str, kind: TextKind = TextKind.MISSED_CALL) -> datetime | None:
        """Return when the newest text of this kind to this person was queued, FAILED ones left out."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT queued_at FROM texts WHERE person = ? AND kind = ? AND state != 'FAILED'"
                " ORDER BY queued_at DESC LIMIT 1",
                (person_of(key), kind),
            ).fetchone()
            return None if row is None else rows.from_ms(row["queued_at"])

    def owner_wrote_at(self, key: str) -> datetime | None:
        """Return when the owner last wrote to this person from the page."""
        return self.last_text_at(key, TextKind.REPLY)

    def texts_to(
        self,
        key: str,
        since: datetime,
        *,
        until: datetime | None = None,
        kind: TextKind = TextKind.MISSED_CALL,
    ) -> int:
        """Count the texts of this kind to this person, FAILED ones left out; `until` is not counted in."""
        with self._file.reading() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM texts WHERE person = ? AND kind = ? AND queued_at >= ?"
                " AND queued_at < ? AND state != 'FAILED'",
                (person_of(key), kind, rows.to_ms(since), _end(until)),
            ).fetchone()
            return int(count)

    def texts_since(
        self, since: datetime, *, until: datetime | None = None, kind: TextKind = TextKind.MISSED_CALL
    ) -> int:
        """Count the texts of this kind to everybody, FAILED ones left out; `until` is not counted in."""
        with self._file.reading() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM texts WHERE queued_at >= ? AND queued_at < ? AND kind = ?"
                " AND state != 'FAILED'",
                (rows.to_ms(since), _end(until), kind),
            ).fetchone()
            return int(count)

    def uncertain_texts(self, limit: int) -> list[rows.Text]:
        """Return the texts owed to callers of which nobody knows whether they went, newest first."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM texts WHERE state = 'UNKNOWN' AND kind IN (?, ?) ORDER BY id DESC LIMIT ?",
                (*OWED_TO_CALLERS, limit),
            ).fetchall()
            return [rows.text(row) for row in found]

    def queued_count(self) -> int:
        """Count the texts that wait to be sent."""
        with self._file.reading() as db:
            (count,) = db.execute("SELECT count(*) FROM texts WHERE state = 'QUEUED'").fetchone()
            return int(count)


def _end(until: datetime | None) -> int:
    return rows.NO_ID_YET if until is None else rows.to_ms(until)
