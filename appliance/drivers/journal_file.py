"""The journal's file: opened privately, proved sound, brought up to the schema; transactions on it."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from appliance.drivers import files, migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BUSY_MS = 5000  # how long a writer waits for the other process
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PLAIN = {
    sqlite3.SQLITE_FULL: "The box's storage is full. Put in a bigger memory card.",
    sqlite3.SQLITE_READONLY: "The box's storage cannot be written to. Replace the memory card.",
    sqlite3.SQLITE_IOERR: "The box's storage is failing. Replace the memory card.",
    sqlite3.SQLITE_CORRUPT: "The journal is damaged. Restart the box and it starts a new one.",
    sqlite3.SQLITE_NOTADB: "The journal is damaged. Restart the box and it starts a new one.",
    sqlite3.SQLITE_CANTOPEN: "The journal cannot be opened. Start the box first.",
    sqlite3.SQLITE_BUSY: "The journal is busy. Try again in a few seconds.",
}
_TOO_NEW = "The journal is from a newer version of Textback. Install that version again."


class JournalUnavailable(Exception):  # noqa: N818 - the name says what happened
    """The journal cannot be read or written now; nothing of the transaction was kept."""


class JournalTooNew(JournalUnavailable):
    """The journal was written by a later version of the program."""


class JournalFile:
    """One connection to the journal, safe to share between threads.

    A file that is damaged is moved aside and a new one made (`set_aside` says where to). A file that
    another process moved aside or restored is noticed, and the one now in its place is opened.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.set_aside: Path | None = None
        self._path = path
        self._read_only = read_only
        self._lock = threading.RLock()
        self._openings = 0
        self._opened: tuple[int, int] | None = None
        with _said_plainly():
            self._connection = self._open()

    def close(self) -> None:
        """Close the file; every later use raises JournalUnavailable."""
        with self._lock, _said_plainly():
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block writes, all or nothing; a block inside a block belongs to the outer one.

        Raises JournalUnavailable.
        """
        with self._hold("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """See one moment of the journal for the whole block. Raises JournalUnavailable."""
        with self._hold("BEGIN") as connection:
            yield connection

    def data_version(self) -> int:
        """Return a number that changes when another connection has written, or the file was replaced."""
        with self._lock, _said_plainly():
            (version,) = self._current().execute("PRAGMA data_version").fetchone()
            return (self._openings << 32) + int(version)

    def second(self) -> JournalFile:
        """Return a connection of its own to the same file, for reading at leisure."""
        return JournalFile(self._path, read_only=True)

    @contextmanager
    def _hold(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, _said_plainly():
            if self._connection.in_transaction:
                yield self._connection
                return
            connection = self._current()
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _current(self) -> sqlite3.Connection:
        if _identity(self._path) != self._opened:
            self._connection.close()
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        self._openings += 1
        try:
            if self._read_only:
                return self._prepared(_refuse_older)
            files.private_folder(self._path.parent)
            with files.locked(self._path.with_suffix(".lock")):
                _make_private(self._path)
                try:
                    return self._prepared(_prove_and_bring_up)
                except _Damaged:
                    self.set_aside = _move_aside(self._path)
                    _make_private(self._path)
                    return self._prepared(_prove_and_bring_up)
        except OSError as error:
            sentence = f"The journal's folder cannot be used: {error.strerror}."
            raise JournalUnavailable(sentence) from error

    def _prepared(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        connection = self._connect()
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        self._opened = _identity(self._path)
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        if self._read_only:
            connection.execute("PRAGMA query_only = ON")
        return connection


class JournalSection:
    """A subject of the journal: methods that share the one file."""

    _file: JournalFile


class _Damaged(Exception):  # noqa: N818 - the name says what happened
    pass


def _prove_and_bring_up(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if _primary_code(error) in _DAMAGED:
            raise _Damaged from error
        raise
    if verdict != "ok":
        raise _Damaged
    _bring_up(connection)


def _bring_up(connection: sqlite3.Connection) -> None:
    try:
        migrations.bring_up(connection)
    except migrations.TooNew as error:
        raise JournalTooNew(_TOO_NEW) from error


def _refuse_older(connection: sqlite3.Connection) -> None:
    found = migrations.version(connection)
    if found > migrations.SCHEMA.version:
        raise JournalTooNew(_TOO_NEW)
    if found < migrations.SCHEMA.version:
        raise JournalUnavailable("The journal is not ready yet. Start the box first.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _make_private(path: Path) -> None:
    """Make the file, or an older one's mode, 0600; SQLite gives its -wal and -shm the same mode."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
    files.sync_folder(path.parent)


def _move_aside(path: Path) -> Path:
    """Move the damaged file out of the way and return where it is now.

    Its -wal goes first: left beside a new file it would be played into it.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        found = path.with_name(path.name + suffix)
        if found.exists():
            found.rename(aside.with_name(aside.name + suffix))
    files.sync_folder(path.parent)
    return aside


def _primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's result code without its extension; 0 when Python itself objected."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn whatever SQLite raises into JournalUnavailable and one plain sentence."""
    try:
        yield
    except sqlite3.Error as error:
        sentence = _PLAIN.get(_primary_code(error), f"The journal cannot be used: {error}.")
        raise JournalUnavailable(sentence) from error
