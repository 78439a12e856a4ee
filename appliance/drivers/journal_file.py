"""The journal's file: opened privately, proved sound, brought up to the schema; transactions on it."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from appliance.drivers import files, migrations, stop_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BUSY_S = 5.0  # how long a writer waits for the other process
_SCRUB_S = 0.25
_OWED = "scrubbing_owed"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PLAIN = {
    sqlite3.SQLITE_FULL: "The box's storage is full. Put in a bigger memory card.",
    sqlite3.SQLITE_READONLY: "The box's storage cannot be written to. Replace the memory card.",
    sqlite3.SQLITE_IOERR: "The box's storage is failing. Replace the memory card.",
    sqlite3.SQLITE_CORRUPT: "The journal is damaged. A new one is started, and the old one kept.",
    sqlite3.SQLITE_NOTADB: "The journal is damaged. A new one is started, and the old one kept.",
    sqlite3.SQLITE_CANTOPEN: "The journal cannot be opened. Start the box first.",
    sqlite3.SQLITE_BUSY: "The journal is busy. Try again in a few seconds.",
}
_TOO_NEW = "The journal is from a newer version of Textback. Install that version again."


class JournalUnavailable(Exception):
    """The journal cannot be read or written now, and what was to be written counts as not kept."""


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
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._openings = 0
        self._closed = self._in_block = self._suspect = self._scrub_after = False
        with self._said_plainly():
            self._current()

    def close(self) -> None:
        """Close the file; every later use raises JournalUnavailable."""
        with self._lock, self._said_plainly():
            self._closed = True
            self._let_go()

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
        with self._lock, self._said_plainly():
            (version,) = self._current().execute("PRAGMA data_version").fetchone()
            return (self._openings << 32) + int(version)

    def scrub(self, patience: float = _SCRUB_S) -> bool:
        """Let what was erased, or was secret, be gone from the file and its log, where that is owed.

        Waits up to `patience` seconds for others; False when they are in the way for longer: then it stays
        owed, also over a restart. Inside a transaction it is done at its end.
        """
        with self._lock, self._said_plainly():
            connection = self._current()
            if self._in_block:
                self._scrub_after = True
                return False
            owed = connection.execute("SELECT value FROM marks WHERE name = ?", (_OWED,)).fetchone()
            if owed is None:
                return True
            connection.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
            try:
                return _scrubbed(connection, Scrub(owed["value"]))
            finally:
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_S * 1000:.0f}")

    def second(self) -> JournalFile:
        """Return a connection of its own to the same file, for reading at leisure."""
        return JournalFile(self._path, read_only=True)

    @contextmanager
    def _hold(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._said_plainly():
            connection = self._current()
            if self._in_block:
                yield connection
                return
            connection.execute(begin)
            self._in_block = True
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._in_block = False
            if self._scrub_after:
                self._scrub_after = False
                self.scrub()

    def _current(self) -> sqlite3.Connection:
        if self._closed:
            raise JournalUnavailable("The journal is closed.")
        if self._in_block and self._connection is not None:
            return self._connection
        if self._connection is None or self._suspect or self._identity != _identity(self._path):
            self._let_go()
            self._suspect = False
            self._openings += 1
            try:
                self._connection = self._open()
            except OSError as error:
                sentence = f"The journal's folder cannot be used: {error.strerror}."
                raise JournalUnavailable(sentence) from error
        return self._connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._read_only:
            return self._prepared(_refuse_other)
        files.private_folder(self._path.parent)
        with files.locked(self._path.with_suffix(".lock")):
            _make_private(self._path)
            try:
                return self._prepared(self._prove_and_bring_up)
            except sqlite3.DatabaseError as error:
                if _primary_code(error) not in _DAMAGED:
                    raise
            self.set_aside = _move_aside(self._path)
            _make_private(self._path)
            fresh = self._prepared(self._prove_and_bring_up)
            stop_list.rescue(self.set_aside, fresh)
            return fresh

    def _prepared(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        self._identity = _identity(self._path)
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA temp_store = MEMORY")  # no copy of a row in some other folder
            connection.execute(f"PRAGMA query_only = {self._read_only:d}")
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prove_and_bring_up(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _Damaged
        if _is_older(connection):
            self._keep_copy(connection)
            migrations.bring_up(connection)

    def _keep_copy(self, connection: sqlite3.Connection) -> None:
        """Keep one copy of an older version's file, for a release that must be taken back."""
        version = migrations.version(connection)
        if version == 0:
            return
        kept = copy_before(self._path, version)
        aside = kept.with_name(f".{kept.name}.new")
        aside.unlink(missing_ok=True)
        _make_private(aside)
        with closing(sqlite3.connect(aside)) as copy:
            connection.backup(copy)
        files.replace_by(aside, kept)
        for older in self._path.parent.glob(copy_before(self._path, 0).name.replace("0", "*")):
            if older != kept:
                older.unlink()

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Turn whatever SQLite raises into JournalUnavailable and one plain sentence.

        After a sign of damage the next use opens the file anew, which proves it or moves it aside.
        """
        try:
            yield
        except sqlite3.Error as error:
            self._suspect = self._suspect or _primary_code(error) in _DAMAGED
            sentence = _PLAIN.get(_primary_code(error), f"The journal cannot be used: {error}.")
            raise JournalUnavailable(sentence) from error


class JournalSection:
    """A subject of the journal: methods that share the one file."""

    _file: JournalFile


class _Damaged(sqlite3.DatabaseError):
    """SQLite opened the file, but looking through it found a fault."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


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


def _scrubbed(connection: sqlite3.Connection, where: Scrub) -> bool:
    """Do what is owed; False when another connection is in the way.

    secure_delete zeroes a row where it lay last, but not where it lay before its page was rearranged: only
    a file that is written anew has no such copies.
    """
    if where is Scrub.FILE:
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if _primary_code(error) == sqlite3.SQLITE_BUSY:
                return False
            raise
        connection.execute("UPDATE marks SET value = ? WHERE name = ?", (Scrub.LOG, _OWED))
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        return False
    connection.execute("DELETE FROM marks WHERE name = ?", (_OWED,))
    return True


def copy_before(path: Path, version: int) -> Path:
    """Return where the journal is kept as it was before it was brought up from this version."""
    return path.with_name(f"{path.stem}.v{version}{path.suffix}")


def _is_older(connection: sqlite3.Connection) -> bool:
    try:
        return migrations.is_older(connection)
    except migrations.TooNew as error:
        raise JournalTooNew(_TOO_NEW) from error


def _refuse_other(connection: sqlite3.Connection) -> None:
    if _is_older(connection):
        raise JournalUnavailable("The journal is not ready yet. Start the box first.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
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
