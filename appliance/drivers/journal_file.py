"""The journal's file, and transactions on it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from appliance.drivers import journal_opening, journal_proof, journal_scrub
from appliance.drivers.journal_opening import JournalTooNew, JournalUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["JournalFile", "JournalSection", "JournalTooNew", "JournalUnavailable"]

_SCRUB_S = 0.25
_PLAIN = {
    sqlite3.SQLITE_FULL: "The box's storage is full. Put in a bigger memory card.",
    sqlite3.SQLITE_READONLY: "The box's storage cannot be written to. Replace the memory card.",
    sqlite3.SQLITE_IOERR: "The box's storage is failing. Replace the memory card.",
    sqlite3.SQLITE_CORRUPT: "The journal is damaged. A new one is started, and the old one kept.",
    sqlite3.SQLITE_NOTADB: "The journal is damaged. A new one is started, and the old one kept.",
    sqlite3.SQLITE_CANTOPEN: "The journal cannot be opened. Start the box first.",
    sqlite3.SQLITE_BUSY: "The journal is busy. Try again in a few seconds.",
}


class JournalFile:
    """One connection to the journal, safe to share between threads.

    A file that is damaged is moved aside and a new one made (`set_aside` says where to). A file that
    another process moved aside or restored is noticed, and the one now in its place is opened. With
    `patient` a file that cannot be opened yet is tried again at every use, instead of raising here.
    """

    def __init__(self, path: Path, *, read_only: bool = False, patient: bool = False) -> None:
        self.set_aside: Path | None = None
        self.path = path
        self._read_only = read_only
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: journal_opening.Identity | None = None
        self._openings = 0
        self._closed = self._in_block = self._suspect = self._scrub_after = self._proof_due = False
        try:
            with self._said_plainly():
                self._current()
        except JournalUnavailable:
            if not patient:
                raise

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

    def prove(self) -> bool:
        """Look through the whole file if that is due, since its opening or by now; False when it is not.

        Takes a second for 100,000 calls. Raises JournalUnavailable when the file is damaged; the next use
        moves it aside.
        """
        with self._lock, self._said_plainly():
            connection = self._current()
            due = self._proof_due or journal_proof.is_due(connection, stopped_without_notice=False)
            if not due or self._in_block:
                return False
            journal_proof.prove(connection)
            journal_proof.remember(connection)
            self._proof_due = False
            return True

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
            owed = journal_scrub.owed(connection)
            if owed is None:
                return True
            connection.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
            try:
                return journal_scrub.scrubbed(connection, owed)
            finally:
                connection.execute(f"PRAGMA busy_timeout = {journal_opening.BUSY_S * 1000:.0f}")

    def copy_to(self, path: Path) -> None:
        """Write the journal as it is at this moment to a new file, without what was erased."""
        with self._lock, self._said_plainly():
            self._current().execute("VACUUM INTO ?", (str(path),))

    def second(self) -> JournalFile:
        """Return a connection of its own to the same file, for reading at leisure."""
        return JournalFile(self.path, read_only=True)

    @contextmanager
    def _hold(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._said_plainly():
            connection = self._current()
            if self._in_block:
                yield connection
                return
            connection.execute(begin)
            while self._replaced():  # while this one waited for its turn
                connection.execute("ROLLBACK")
                connection = self._current()
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
        if self._connection is None or self._suspect or self._replaced():
            self._let_go()
            self._openings += 1
            self._connection = self._open()
        return self._connection

    def _replaced(self) -> bool:
        return self._identity != journal_opening.identity(self.path)

    def _let_go(self) -> None:
        if self._connection is not None:
            journal_opening.leave(self._connection, self.path, self._identity)
        self._connection = None

    def _open(self) -> sqlite3.Connection:
        try:
            if self._read_only:
                opened = journal_opening.to_look_at(self.path)
            else:
                opened = journal_opening.to_work_with(self.path, suspect=self._suspect)
        except OSError as error:
            sentence = f"The journal's folder cannot be used: {error.strerror}."
            raise JournalUnavailable(sentence) from error
        self._suspect = False
        self._identity, self._proof_due = opened.identity, opened.proof_due
        self.set_aside = opened.set_aside or self.set_aside
        return opened.connection

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Turn whatever SQLite raises into JournalUnavailable and one plain sentence.

        After a sign of damage the next use opens the file anew, which proves it or moves it aside.
        """
        try:
            yield
        except sqlite3.Error as error:
            code = journal_opening.primary_code(error)
            self._suspect = self._suspect or code in journal_opening.DAMAGED
            raise JournalUnavailable(_PLAIN.get(code, f"The journal cannot be used: {error}.")) from error


class JournalSection:
    """A subject of the journal: methods that share the one file."""

    _file: JournalFile
