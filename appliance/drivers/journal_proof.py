"""Whether the journal's file is sound: a short look at every opening, and a full one when it is called for.

A process that is killed cannot harm the file, SQLite sees to that. A power cut can, where the storage lies
about what it has written, and so can a card that wears out. So the whole file is looked through after a stop
without notice, and once a week; otherwise only what the last writes touched.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT_ONCE_BYTES = 8 << 20  # a full look at a bigger file takes more than 0.1 s, and waits for a quiet moment
_MARK = "proved"
_EVERY = timedelta(days=7)
_BOOT = Path("/proc/sys/kernel/random/boot_id")

# What was written last, and the root of every table.
_NEWEST = (
    "SELECT * FROM calls ORDER BY id DESC LIMIT 20",
    "SELECT * FROM texts ORDER BY id DESC LIMIT 20",
    "SELECT * FROM parts ORDER BY text_id DESC LIMIT 20",
    "SELECT * FROM incoming ORDER BY id DESC LIMIT 20",
    "SELECT * FROM incoming_parts ORDER BY id DESC LIMIT 20",
    "SELECT * FROM people ORDER BY rank DESC LIMIT 20",
    "SELECT * FROM events ORDER BY id DESC LIMIT 20",
    "SELECT * FROM calls ORDER BY started_at DESC LIMIT 20",
    "SELECT * FROM texts ORDER BY queued_at DESC LIMIT 20",
    "SELECT * FROM texts WHERE state = 'QUEUED'",
    "SELECT * FROM stops",
    "SELECT * FROM marks",
)


class Damaged(sqlite3.DatabaseError):
    """SQLite opened the file, but looking through it found a fault."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def is_due(connection: sqlite3.Connection, *, stopped_without_notice: bool) -> bool:
    """Tell whether the whole file is to be looked through. Raises sqlite3.Error.

    `stopped_without_notice`: there was a write-ahead log before this connection; within one boot that is
    another process at work, or one that was killed.
    """
    try:
        row = connection.execute("SELECT value FROM marks WHERE name = ?", (_MARK,)).fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # no such table: a new file, or an older one
            raise
        return True
    boot, _, at = ("" if row is None else str(row[0])).partition(" ")
    with suppress(ValueError, TypeError):
        late = abs(datetime.now(UTC) - datetime.fromisoformat(at)) > _EVERY
        return late or (stopped_without_notice and boot != _this_boot())
    return True


def look(connection: sqlite3.Connection, path: Path) -> None:
    """Look at what the last writes touched. Raises sqlite3.Error, Damaged among them."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size) and path.stat().st_size < pages * size:
        raise Damaged
    for newest in _NEWEST:
        connection.execute(newest).fetchall()


def prove(connection: sqlite3.Connection) -> None:
    """Look through the whole file and remember that. Raises sqlite3.Error, Damaged among them."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise Damaged


def remember(connection: sqlite3.Connection) -> None:
    """Note that the whole file has been looked through. Raises sqlite3.Error."""
    value = f"{_this_boot()} {datetime.now(UTC).isoformat(timespec='seconds')}"
    connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (_MARK, value))


def _this_boot() -> str:
    """Return what names this run of the machine; "" where that cannot be known, which is never the same."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""
