"""The incoming texts of the journal: whole ones, and parts that become whole."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import touch
from appliance.drivers.journal_scrub import Scrub, owe_scrubbing
from appliance.modem import pdu

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    Group = tuple[str, int, int]  # sender, reference, total

PARTS_WAIT = timedelta(days=3)  # no network keeps trying to hand over a part for longer


class InboxSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def incoming(
        self, *, sender: str, key: str | None, body: str, sent_at: datetime | None, at: datetime
    ) -> int:
        """Keep a whole incoming text and return its id.

        The same text read from the SIM again (same sender, time stamp and words) is the one already here.
        """
        with self._file.transaction() as db:
            whole = _Message(sender, key, pdu.join_parts([body]), 1, rows.to_ms(sent_at))
            return _keep(db, whole, rows.to_ms(at))

    def incoming_part(
        self,
        *,
        sender: str,
        key: str | None,
        reference: int,
        total: int,
        sequence: int,
        text: str,
        sent_at: datetime | None,
        at: datetime,
    ) -> int | None:
        """Keep one part of an incoming text; return the text's id when this completes it, else None.

        Parts come in any order, days apart, and more than once. A part whose place is taken by other
        words belongs to a later text with the same reference (23.040 section 9.2.3.24.1 has only 256):
        the earlier one is then kept as far as it came.
        """
        if not 1 <= sequence <= total <= 255:  # a header that counts wrong: the words are still words
            return self.incoming(sender=sender, key=key, body=text, sent_at=sent_at, at=at)
        group = (sender, reference, total)
        words = text.encode("utf-8", "surrogatepass")  # a part may begin or end in half an emoji
        with self._file.transaction() as db:
            if _seen(db, group, sequence, words, rows.to_ms(sent_at)):
                return None
            if _taken(db, group, sequence):
                _settle(db, group, rows.to_ms(at))
            db.execute(
                "INSERT INTO incoming_parts"
                " (sender, reference, total, sequence, key, words, sent_at, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*group, sequence, key, words, rows.to_ms(sent_at), rows.to_ms(at)),
            )
            return _settle(db, group, rows.to_ms(at)) if len(_waiting(db, group)) == total else None

    def settle_incomplete(self, at: datetime) -> list[int]:
        """Keep the texts whose missing parts are past hope as far as they came; return their ids."""
        with self._file.transaction() as db:
            groups = db.execute(
                "SELECT DISTINCT sender, reference, total FROM incoming_parts"
                " WHERE message_id IS NULL AND received_at < ?",
                (rows.to_ms(at - PARTS_WAIT),),
            ).fetchall()
            return [_settle(db, (group[0], group[1], group[2]), rows.to_ms(at)) for group in groups]

    def message(self, message_id: int) -> rows.Incoming | None:
        """Return one incoming text, None when there is none of that id."""
        with self._file.reading() as db:
            row = db.execute("SELECT * FROM incoming WHERE id = ?", (message_id,)).fetchone()
            return None if row is None else rows.incoming(row)

    def set_meaning(self, message_id: int, meaning: str) -> None:
        """Note what the box takes this text for."""
        with self._file.transaction() as db:
            db.execute("UPDATE incoming SET meaning = ? WHERE id = ?", (meaning, message_id))

    def redact(self, message_id: int, body: str) -> None:
        """Replace the words of a text that held a secret; the secret is then in no file of the journal.

        Read from the SIM again, it is still known by its sender and its time stamp.
        """
        with self._file.transaction() as db:
            db.execute("UPDATE incoming SET body = ?, redacted = 1 WHERE id = ?", (body, message_id))
            owe_scrubbing(db, Scrub.LOG)
        self._file.scrub()


def next_text_id(db: sqlite3.Connection) -> int:
    """Return an id that no text, in or out, has ever had."""
    (newest,) = db.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name IN ('texts', 'incoming')"
    ).fetchone()
    return int(newest) + 1


@dataclass(frozen=True, slots=True)
class _Message:
    sender: str
    key: str | None
    body: str
    parts: int
    sent_ms: int | None


def _keep(db: sqlite3.Connection, message: _Message, at_ms: int) -> int:
    known = db.execute(
        "SELECT id FROM incoming WHERE sender = ? AND sent_at = ? AND (body = ? OR redacted)",
        (message.sender, message.sent_ms, message.body),
    ).fetchone()
    if known is not None:
        return int(known["id"])
    message_id = next_text_id(db)
    db.execute(
        "INSERT INTO incoming (id, sender, key, body, parts, sent_at, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (message_id, *astuple(message), at_ms),
    )
    touch(db, message.key or message.sender, message.sender, at_ms, "in", message_id)
    return message_id


def _seen(db: sqlite3.Connection, group: Group, sequence: int, words: bytes, sent_ms: int | None) -> bool:
    """Tell whether this very part is here. Without a time stamp only a waiting part's words can say so."""
    return bool(
        db.execute(
            "SELECT 1 FROM incoming_parts"
            " WHERE sender = ? AND reference = ? AND total = ? AND sequence = ?"
            " AND (sent_at = ? OR (message_id IS NULL AND words = ?))",
            (*group, sequence, sent_ms, words),
        ).fetchone()
    )


def _taken(db: sqlite3.Connection, group: Group, sequence: int) -> bool:
    return any(part["sequence"] == sequence for part in _waiting(db, group))


def _waiting(db: sqlite3.Connection, group: Group) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM incoming_parts WHERE sender = ? AND reference = ? AND total = ?"
        " AND message_id IS NULL ORDER BY sequence",
        group,
    ).fetchall()


def _settle(db: sqlite3.Connection, group: Group, at_ms: int) -> int:
    """Make one text of the parts that are here, naming those that are not."""
    sender, _, total = group
    here = {part["sequence"]: part for part in _waiting(db, group)}
    words = [
        bytes(here[sequence]["words"]).decode("utf-8", "surrogatepass")
        if sequence in here
        else f" [part {sequence} of {total} did not arrive] "
        for sequence in range(1, total + 1)
    ]
    first = next(iter(here.values()))
    sent_ms = min((part["sent_at"] for part in here.values() if part["sent_at"] is not None), default=None)
    body = pdu.join_parts(words)
    message_id = _keep(db, _Message(sender, first["key"], body, total, sent_ms), at_ms)
    db.executemany(
        "UPDATE incoming_parts SET message_id = ?, words = x'' WHERE id = ?",
        [(message_id, part["id"]) for part in here.values()],
    )
    return message_id
