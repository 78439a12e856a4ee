"""The ledger of the journal: how far each part of an outgoing text has got.

What goes to the modem is committed here first, so that no part is ever sent twice: a part found
SUBMITTING after a crash may have gone or not, and becomes UNKNOWN.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from appliance.core.outbox import TextState
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import person_of
from appliance.drivers.journal_scrub import Scrub, owe_scrubbing
from appliance.modem.pdu import Settled

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from appliance.modem.events import Place

INTERRUPTED = "INTERRUPTED"
NOT_DELIVERED = "NOT_DELIVERED"

# A TP-MR is one octet (23.040 section 9.2.3.6) and comes round again; a centre keeps a text for days.
_REPORT_WINDOW = timedelta(days=8)

# What a text of several parts is: the first of these that any part is in.
_WEIGHT = (
    TextState.SUBMITTING,
    TextState.UNKNOWN,
    TextState.FAILED,
    TextState.QUEUED,
    TextState.SENT,
    TextState.DELIVERED,
)


class PartNotQueued(Exception):
    """This part is gone, under way or erased: it must not be given to the modem."""


class LedgerSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def parts_of(self, text_id: int) -> tuple[rows.Part, ...]:
        """Return a text's parts in order; the next to send is the first that is QUEUED."""
        with self._file.reading() as db:
            found = db.execute("SELECT * FROM parts WHERE text_id = ? ORDER BY sequence", (text_id,))
            return tuple(map(rows.part, found))

    def stored_parts(self) -> list[rows.Part]:
        """Return the parts that lie in the modem's store, oldest first."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM parts WHERE place IS NOT NULL ORDER BY text_id, sequence"
            ).fetchall()
            return [rows.part(row) for row in found]

    def part_stored(self, text_id: int, sequence: int, place: Place) -> None:
        """Commit where in the modem's store the part lies. Raises PartNotQueued: then take it out again."""
        with self._file.transaction() as db:
            kept = db.execute(
                "UPDATE parts SET storage = ?, place = ?"
                " WHERE text_id = ? AND sequence = ? AND state = 'QUEUED'",
                (place.storage, place.index, text_id, sequence),
            )
            if kept.rowcount == 0:
                raise PartNotQueued

    def part_taken_out(self, text_id: int, sequence: int) -> None:
        """Note that the part lies in the modem's store no more."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE parts SET storage = NULL, place = NULL WHERE text_id = ? AND sequence = ?",
                (text_id, sequence),
            )

    def part_never_went(self, text_id: int, sequence: int, at: datetime) -> None:
        """Note that the modem's store says "stored unsent" of a doubtful part: it waits again from `at`."""
        with self._file.transaction() as db:
            back = db.execute(
                "UPDATE parts SET state = 'QUEUED', submitted_at = NULL, settled_at = NULL"
                " WHERE text_id = ? AND sequence = ? AND place IS NOT NULL"
                " AND state IN ('SUBMITTING', 'UNKNOWN')",
                (text_id, sequence),
            )
            if back.rowcount:
                db.execute("UPDATE texts SET next_try_at = ? WHERE id = ?", (rows.to_ms(at), text_id))
                derive(db, text_id, None)

    def part_submitting(self, text_id: int, sequence: int, at: datetime) -> None:
        """Commit that the part's bytes may be on their way. Raises PartNotQueued: then send nothing."""
        with self._file.transaction() as db:
            taken = db.execute(
                "UPDATE parts SET state = 'SUBMITTING', submitted_at = ?"
                " WHERE text_id = ? AND sequence = ? AND state = 'QUEUED'",
                (rows.to_ms(at), text_id, sequence),
            )
            if taken.rowcount == 0:
                raise PartNotQueued
            derive(db, text_id, None)

    def part_sent(self, text_id: int, sequence: int, reference: int | None, at: datetime) -> None:
        """Note that the network took the part under this TP-MR; the text is SENT when all its parts are."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE parts SET state = 'SENT', reference = ?, sent_at = ?"
                " WHERE text_id = ? AND sequence = ? AND state IN ('SUBMITTING', 'UNKNOWN')",
                (reference, rows.to_ms(at), text_id, sequence),
            )
            derive(db, text_id, None)
        self._file.scrub()

    def part_unknown(self, text_id: int, sequence: int, reason: str, at: datetime) -> None:
        """Note that no answer came for the part; neither it nor the rest is sent until the owner says so."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE parts SET state = 'UNKNOWN', settled_at = ?"
                " WHERE text_id = ? AND sequence = ? AND state = 'SUBMITTING'",
                (rows.to_ms(at), text_id, sequence),
            )
            derive(db, text_id, reason)
        self._file.scrub()

    def part_refused(self, text_id: int, sequence: int, at: datetime) -> None:
        """Note that the modem or the network said no: the part has not gone and waits again from `at`."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE parts SET state = 'QUEUED', submitted_at = NULL"
                " WHERE text_id = ? AND sequence = ? AND state = 'SUBMITTING'",
                (text_id, sequence),
            )
            db.execute("UPDATE texts SET next_try_at = ? WHERE id = ?", (rows.to_ms(at), text_id))
            derive(db, text_id, None)

    def settle_interrupted(self, at: datetime, *, stored_too: bool = True) -> list[int]:
        """At the start: make UNKNOWN what a crash left SUBMITTING, and return those texts' ids.

        `stored_too` False leaves the parts in the modem's store as they are: the modem can say of them.
        """
        with self._file.transaction() as db:
            interrupted = db.execute(
                "UPDATE parts SET state = 'UNKNOWN', settled_at = ? WHERE state = 'SUBMITTING'"
                " AND (place IS NULL OR ?) RETURNING text_id",
                (rows.to_ms(at), stored_too),
            ).fetchall()
            texts = sorted({int(row["text_id"]) for row in interrupted})
            for text_id in texts:
                derive(db, text_id, INTERRUPTED)
        self._file.scrub()
        return texts

    def delivery(self, reference: int, key: str, settled: Settled, at: datetime) -> int | None:
        """Note what a status report says and return the text's id, None when it is about no text of ours.

        A part whose answer was lost has no TP-MR: the only such part to this person is taken for the one a
        report with an unknown TP-MR is about. Of several each stays in doubt: one may never have gone.
        """
        with self._file.transaction() as db:
            since = rows.to_ms(at - _REPORT_WINDOW)
            part = _reported(db, person_of(key), reference, since)
            if part is None:
                return None
            state, reason = _reading(settled)
            db.execute(
                "UPDATE parts SET state = ?1, reference = ?2, sent_at = coalesce(sent_at, ?3),"
                " settled_at = iif(?1 = 'SENT', NULL, ?3) WHERE text_id = ?4 AND sequence = ?5",
                (state, reference, rows.to_ms(at), part["text_id"], part["sequence"]),
            )
            derive(db, part["text_id"], reason)
        self._file.scrub()
        return int(part["text_id"])


def derive(db: sqlite3.Connection, text_id: int, reason: str | None) -> None:
    """Give the text the state and the times that its parts have; one that went wrong keeps its reason.

    A text that was erased meanwhile stays erased.
    """
    parts = db.execute("SELECT * FROM parts WHERE text_id = ?", (text_id,)).fetchall()
    if not parts:
        return
    states = {TextState(part["state"]) for part in parts}
    state = next(weight for weight in _WEIGHT if weight in states)
    gone = state in (TextState.SENT, TextState.DELIVERED)
    delivered = state is TextState.DELIVERED
    wrong = state in (TextState.UNKNOWN, TextState.FAILED)
    submitted = [part["submitted_at"] for part in parts if part["submitted_at"] is not None]
    if gone or wrong:
        _forget_code(db, text_id)
    db.execute(
        "UPDATE texts SET state = ?1, reason = iif(?2, coalesce(?3, reason), ?3),"
        " submitted_at = ?4, sent_at = ?5, delivered_at = ?6 WHERE id = ?7",
        (
            state,
            wrong,
            reason,
            min(submitted, default=None),
            max(part["sent_at"] for part in parts) if gone else None,
            max(part["settled_at"] for part in parts) if delivered else None,
            text_id,
        ),
    )


def _forget_code(db: sqlite3.Connection, text_id: int) -> None:
    """Empty a recovery code that will not be sent any more: whoever reads the journal must not find it."""
    done = db.execute("UPDATE texts SET body = '' WHERE id = ? AND kind = 'code' AND body != ''", (text_id,))
    if done.rowcount:
        owe_scrubbing(db, Scrub.LOG)


def _reading(settled: Settled) -> tuple[TextState, str | None]:
    match settled:
        case Settled.DELIVERED:
            return TextState.DELIVERED, None
        case Settled.PENDING:
            return TextState.SENT, None
        case Settled.GIVEN_UP:
            return TextState.FAILED, NOT_DELIVERED


def _reported(db: sqlite3.Connection, person: str, reference: int, since_ms: int) -> sqlite3.Row | None:
    newest: sqlite3.Row | None = db.execute(
        "SELECT * FROM parts WHERE person = ? AND reference = ? ORDER BY text_id DESC, sequence DESC LIMIT 1",
        (person, reference),
    ).fetchone()
    if newest is not None and newest["sent_at"] >= since_ms:
        return newest if newest["state"] in ("SENT", "UNKNOWN") else None
    lost: list[sqlite3.Row] = db.execute(
        "SELECT * FROM parts WHERE person = ? AND reference IS NULL"
        " AND state IN ('UNKNOWN', 'SUBMITTING') AND submitted_at >= ? LIMIT 2",
        (person, since_ms),
    ).fetchall()
    return lost[0] if [part["state"] for part in lost] == ["UNKNOWN"] else None
