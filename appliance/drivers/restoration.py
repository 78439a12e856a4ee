"""Putting other files in place of a box's own, whole or not at all, while daemon and page are at work.

What is to be put in place lies complete in DATA/restored, which appears by one rename: from then on it is
done, and whoever opens the journal next, holding its lock, carries it out. Every step may be repeated, so a
power cut between two of them leaves nothing half done.
"""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from appliance.drivers import atomic_storage, files, stop_list

FOLDER = "restored"
RESET = "reset"  # a file of this name in the folder: nothing else of the box stays
JOURNAL, SETTINGS, SETUP_CODE = "journal.sqlite3", "settings.json", "setup-code"
_BUSY_S = 5.0


def waiting(data: Path) -> bool:
    """Tell whether files wait to be put in place."""
    return (data / FOLDER).exists()


def publish(work: Path, data: Path) -> None:
    """Let the finished files of a folder be the ones to put in place. Raises OSError."""
    for file in work.iterdir():
        files.sync_file(file)
    files.sync_folder(work)
    work.rename(data / FOLDER)
    files.sync_folder(data)


def finish(data: Path) -> None:
    """Put in place what waits. The journal's lock must be held. Raises OSError and sqlite3.Error."""
    folder = data / FOLDER
    reset = (folder / RESET).exists()
    with atomic_storage.locked(data / SETTINGS):
        _settings(data, folder, reset=reset)
    if reset:
        _clear(data)
    if (folder / JOURNAL).exists():
        _swap(data / JOURNAL, folder / JOURNAL)
    shutil.rmtree(folder)
    files.sync_folder(data)


def leave_open(connection: sqlite3.Connection) -> None:
    """Never close this connection: its file is no longer the one of its name.

    The last one to close a file removes the write-ahead log by name, and that is another file's now.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _settings(data: Path, folder: Path, *, reset: bool) -> None:
    settings = data / SETTINGS
    if (folder / SETTINGS).exists():
        files.replace_file(settings, (folder / SETTINGS).read_bytes())
    elif reset:
        settings.unlink(missing_ok=True)
    atomic_storage.backup_of(settings).unlink(missing_ok=True)


def _clear(data: Path) -> None:
    """Remove every file but the locks, which somebody may hold, and the journal, which is replaced.

    The setup code stays as well: it is nobody's, and printed on the box's card.
    """
    for found in data.iterdir():
        if found.is_dir() and found.name != FOLDER:
            shutil.rmtree(found)
        elif found.is_file() and found.suffix != ".lock" and not found.name.startswith((JOURNAL, SETUP_CODE)):
            found.unlink(missing_ok=True)


def _swap(path: Path, new: Path) -> None:
    """Put the new journal in place of the old one, with the wishes that the old one holds.

    No one can write to the old one meanwhile; whoever waits to, sees then that it is another file.
    """
    with _held(path) as old:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if old is not None:
                with suppress(sqlite3.DatabaseError):  # a damaged one: what can be read of it is kept
                    stop_list.carry_over(old, connection)
                    _count_on(old, connection)
            connection.execute("COMMIT")
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        new.rename(path)
        files.sync_folder(path.parent)


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Let nobody else write to the journal; None for no journal, or a damaged one."""
    if not path.exists():
        yield None
        return
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S)
    try:
        yield connection if _sound(connection) else None
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        leave_open(connection)


def _sound(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        return False
    return True


def _count_on(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Give new rows ids that the old file never gave: what is under way may still speak of those."""
    for name, last in old.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
        done = new.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name))
        if done.rowcount == 0:
            new.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))
