"""The stop list in a journal's file: keyed hashes of numbers, which outlive the numbers and the file.

The key is random and lies beside them: it keeps the list of one box from being compared with another's, and a
number from being read off it. Whoever has the file and tries every number there is will still find them.
"""

from __future__ import annotations

import hmac
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KEY_BYTES = 32


def found(db: sqlite3.Connection, person: str) -> list[bytes]:
    """Return the hashes under which this person is on the list: none, one, or one for each key."""
    keys = db.execute("SELECT key FROM stop_keys ORDER BY id DESC").fetchall()
    hashes = [_hash(bytes(row[0]), person) for row in keys]
    return [one for one in hashes if db.execute("SELECT 1 FROM stops WHERE hash = ?", (one,)).fetchone()]


def add(db: sqlite3.Connection, person: str, at_ms: int) -> None:
    """Put a person on the list, under the newest key."""
    newest = db.execute("SELECT key FROM stop_keys ORDER BY id DESC LIMIT 1").fetchone()
    key = secrets.token_bytes(_KEY_BYTES) if newest is None else bytes(newest[0])
    if newest is None:
        db.execute("INSERT INTO stop_keys (key) VALUES (?)", (key,))
    db.execute("INSERT INTO stops VALUES (?, ?)", (_hash(key, person), at_ms))


def carry_over(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """Add the wishes that `source` holds to those of `into`, whose keys stay the newer ones.

    Raises sqlite3.Error when `source` cannot be read; what was read until then is carried over.
    """
    keys = source.execute("SELECT key FROM stop_keys ORDER BY id").fetchall()
    into.executemany(
        "INSERT OR IGNORE INTO stop_keys (id, key)"
        " VALUES ((SELECT min(0, coalesce(min(id), 0)) - 1 FROM stop_keys), ?)",
        [(bytes(row[0]),) for row in reversed(keys)],
    )
    for hashed, stopped_at in source.execute("SELECT hash, stopped_at FROM stops"):
        into.execute("INSERT OR IGNORE INTO stops VALUES (?, ?)", (hashed, stopped_at))


def rescue(damaged: Path, into: sqlite3.Connection) -> None:
    """Carry over what can still be read of the stop list of a damaged file, which is left as it is."""
    into.execute("BEGIN IMMEDIATE")
    with suppress(sqlite3.Error, OSError), TemporaryDirectory(dir=damaged.parent) as folder:
        copied = shutil.copy(damaged, folder)
        log = damaged.with_name(f"{damaged.name}-wal")
        if log.exists():  # its newest wishes may be nowhere else
            shutil.copy(log, folder)
        with closing(sqlite3.connect(copied)) as source:
            carry_over(source, into)
    into.execute("COMMIT")


def _hash(key: bytes, person: str) -> bytes:
    return hmac.digest(key, person.encode(), "sha256")
