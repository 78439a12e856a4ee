"""Getting rid of what was erased or secret: not only its rows, but every byte of them."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

_OWED = "scrubbing_owed"
# A bigger file is written anew by way of a nameless file: the daemon may not use that much memory.
_IN_MEMORY_BYTES = 16 << 20


class Scrub(StrEnum):
    """Where something erased or secret may still be. Stored, so the values never change."""

    LOG = "log"
    FILE = "file"  # and in the log


def owe_scrubbing(db: sqlite3.Connection, where: Scrub) -> None:
    """Note in the same transaction what `JournalFile.scrub` has to do."""
    if where is Scrub.FILE:
        db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (_OWED, where))
    else:
        db.execute("INSERT OR IGNORE INTO marks VALUES (?, ?)", (_OWED, where))


def scrubbed(connection: sqlite3.Connection, where: Scrub) -> bool:
    """Do what is owed; False when another connection is in the way.

    secure_delete zeroes a row where it lay last, but not where it lay before its page was rearranged: only
    a file that is written anew has no such copies.
    """
    if where is Scrub.FILE:
        try:
            _write_anew(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise
        connection.execute("UPDATE marks SET value = ? WHERE name = ?", (Scrub.LOG, _OWED))
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        return False
    connection.execute("DELETE FROM marks WHERE name = ?", (_OWED,))
    return True


def owed(connection: sqlite3.Connection) -> Scrub | None:
    """Return what is owed, None when nothing is."""
    row = connection.execute("SELECT value FROM marks WHERE name = ?", (_OWED,)).fetchone()
    return None if row is None else Scrub(row[0])


def _write_anew(connection: sqlite3.Connection) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    large = pages * size > _IN_MEMORY_BYTES
    connection.execute(f"PRAGMA temp_store = {'FILE' if large else 'MEMORY'}")
    try:
        connection.execute("VACUUM")
    finally:
        connection.execute("PRAGMA temp_store = MEMORY")
