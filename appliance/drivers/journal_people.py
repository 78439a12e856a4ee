"""The conversations of the journal: who there is, what was said, what is unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from appliance.core import numbers
from appliance.core.outbox import IN_CONVERSATIONS
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

LastKind = Literal["call", "out", "in"]


class PeopleSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def people(self, limit: int, before: int | None = None) -> list[rows.PersonView]:
        """Return the conversations, newest first; `before` is the rank that the page before ended with."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM people WHERE rank < ? ORDER BY rank DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [view(db, row) for row in found]

    def person_view(self, key: str) -> rows.PersonView | None:
        """Return one person's line of the list, None for somebody who has none."""
        with self._file.reading() as db:
            row = db.execute("SELECT * FROM people WHERE person = ?", (person_of(key),)).fetchone()
            return None if row is None else view(db, row)

    def todo(self, limit: int, before: int | None = None) -> list[rows.PersonView]:
        """Return the conversations that wait for the owner, in the order and by the pages of `people`."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT * FROM people WHERE done = 0 AND rank < ? ORDER BY rank DESC LIMIT ?",
                (rows.NO_ID_YET if before is None else before, limit),
            ).fetchall()
            return [view(db, row) for row in found]

    def todo_count(self) -> int:
        """Count the conversations that wait for the owner."""
        with self._file.reading() as db:
            (count,) = db.execute("SELECT count(*) FROM people WHERE done = 0").fetchone()
            return int(count)

    def mark_done(self, key: str) -> None:
        """Note that the owner has seen to this person; the next call or text from them opens it again."""
        with self._file.transaction() as db:
            set_done(db, person_of(key), done=True)

    def mark_open(self, key: str) -> None:
        """Note that this person still waits for the owner."""
        with self._file.transaction() as db:
            set_done(db, person_of(key), done=False)

    def person(self, key_or_number: str, limit: int) -> list[rows.ConversationItem]:
        """Return the newest `limit` calls and texts, both ways, with one person, in the order of time.

        The texts that forward or announce something to the owner are no part of a conversation.
        """
        person = person_of(key_or_number)
        with self._file.reading() as db:
            calls = db.execute(
                "SELECT * FROM calls WHERE person = ? ORDER BY started_at DESC LIMIT ?", (person, limit)
            ).fetchall()
            texts = [
                row
                for kind in IN_CONVERSATIONS
                for row in db.execute(
                    "SELECT * FROM texts WHERE person = ? AND kind = ? ORDER BY queued_at DESC LIMIT ?",
                    (person, kind, limit),
                )
            ]
            incoming = db.execute(
                "SELECT * FROM incoming WHERE person = ? ORDER BY received_at DESC LIMIT ?", (person, limit)
            ).fetchall()
        items: list[rows.ConversationItem] = [
            *map(rows.call, calls),
            *map(rows.text, texts),
            *map(rows.incoming, incoming),
        ]
        return sorted(items, key=_when)[-limit:]

    def mark_read(self, key: str) -> None:
        """Note that the owner has seen this conversation."""
        with self._file.transaction() as db:
            db.execute("UPDATE people SET unread = 0 WHERE person = ? AND unread > 0", (person_of(key),))


def person_of(number: str) -> str:
    """Return what a conversation with this number is kept under: E.164, or a name or short code as it is."""
    return numbers.key(number) or number


def touch(db: sqlite3.Connection, person: str, number: str, at_ms: int, kind: LastKind, item_id: int) -> None:
    """Bring a conversation to the top of the list, with this as its last item.

    What comes from them waits for the owner; what goes to them leaves that as it was.
    """
    db.execute(
        "INSERT INTO people (person, number, rank, last_at, last_kind, last_id, unread)"
        " VALUES (?1, ?2, (SELECT coalesce(max(rank), 0) + 1 FROM people), ?3, ?4, ?5, ?4 = 'in')"
        " ON CONFLICT (person) DO UPDATE SET number = excluded.number, rank = excluded.rank,"
        " last_at = excluded.last_at, last_kind = excluded.last_kind, last_id = excluded.last_id,"
        " unread = unread + excluded.unread, done = iif(excluded.last_kind = 'out', done, 0)",
        (person, number, at_ms, kind, item_id),
    )


def set_done(db: sqlite3.Connection, person: str, *, done: bool) -> None:
    """Note whether the owner has seen to this person; does not write when that was known."""
    db.execute("UPDATE people SET done = ?1 WHERE person = ?2 AND done != ?1", (done, person))


def view(db: sqlite3.Connection, row: sqlite3.Row) -> rows.PersonView:
    """Read a row of `people`, with the item it points at."""
    return rows.PersonView(
        rank=row["rank"],
        person=row["person"],
        number=row["number"],
        last_at=rows.from_ms(row["last_at"]),
        last=_last_item(db, row["last_kind"], row["last_id"]),
        unread=row["unread"],
        done=bool(row["done"]),
    )


def _last_item(db: sqlite3.Connection, kind: LastKind, item_id: int) -> rows.ConversationItem | None:
    match kind:
        case "call":
            row = db.execute("SELECT * FROM calls WHERE id = ?", (item_id,)).fetchone()
            return None if row is None else rows.call(row)
        case "out":
            row = db.execute("SELECT * FROM texts WHERE id = ?", (item_id,)).fetchone()
            return None if row is None else rows.text(row)
        case "in":
            row = db.execute("SELECT * FROM incoming WHERE id = ?", (item_id,)).fetchone()
            return None if row is None else rows.incoming(row)
        case _:
            assert_never(kind)


def _when(item: rows.ConversationItem) -> tuple[datetime, int, int]:
    """Order by time; at one moment a call comes before the text it caused, and that before the answer."""
    match item:
        case rows.Call():
            return item.started_at, 0, item.id
        case rows.Text():
            return item.queued_at, 1, item.id
        case rows.Incoming():
            return item.received_at, 2, item.id
        case _:
            assert_never(item)
