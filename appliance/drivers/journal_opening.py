"""Opening the journal's file: private, proved sound or moved aside, brought up to the schema."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from appliance.drivers import files, journal_proof, migrations, restoration, stop_list

if TYPE_CHECKING:
    from pathlib import Path

BUSY_S = 5.0  # how long a writer waits for the other process
_IDS_APART = 1_000_000
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
Identity = tuple[int, int]


class JournalUnavailable(Exception):
    """The journal cannot be read or written now, and what was to be written counts as not kept."""


class JournalTooNew(JournalUnavailable):
    """The journal was written by a later version of the program, which says that this one must not use it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An open file. `set_aside` is where a damaged one was moved to, None when there was none.

    `proof_due`: the whole file is still to be looked through, in a quiet moment.
    """

    connection: sqlite3.Connection
    identity: Identity | None
    set_aside: Path | None = None
    proof_due: bool = False


def to_look_at(path: Path) -> Opening:
    """Open the file for reading alone; it is not made, not mended and not brought up.

    Raises JournalUnavailable and sqlite3.Error.
    """
    found = identity(path)
    connection = _connected(path, read_only=True)
    try:
        ready = not _is_older(connection)
    except BaseException:
        connection.close()
        raise
    if ready:
        return Opening(connection, found)
    connection.close()
    raise JournalUnavailable("The journal is not ready yet. Start the box first.")


def to_work_with(path: Path, *, suspect: bool) -> Opening:
    """Open the file, or a new one in place of one that is damaged, of which the stop list is kept.

    `suspect` looks through all of it at once. Raises JournalUnavailable, sqlite3.Error and OSError.
    """
    files.private_folder(path.parent)
    with files.locked(path.with_suffix(".lock")):
        if restoration.waiting(path.parent):
            restoration.finish(path.parent)
        try:
            return _sound(path, suspect=suspect)
        except sqlite3.DatabaseError as error:
            if primary_code(error) not in DAMAGED:
                raise
        aside = _move_aside(path)
        fresh = _sound(path, suspect=False)
        _count_on(fresh.connection, path)
        stop_list.rescue(aside, fresh.connection)
        return Opening(fresh.connection, fresh.identity, aside)


def leave(connection: sqlite3.Connection, path: Path, found: Identity | None) -> None:
    """Close the connection, unless another file has its name by now: see `restoration`."""
    lock = path.with_suffix(".lock")
    with suppress(OSError), files.locked(lock) if lock.exists() else nullcontext():
        if found is not None and identity(path) == found:
            connection.close()
            return
    restoration.leave_open(connection)


def identity(path: Path) -> Identity | None:
    """Return what tells this file from another of its name; None for none, or one to be replaced."""
    if restoration.waiting(path.parent):
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def copy_before(path: Path, version: int | str) -> Path:
    """Return where the journal is kept as it was before it was brought up from this version."""
    return path.with_name(f"{path.stem}.v{version}{path.suffix}")


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's result code without its extension; 0 when Python itself objected."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _connected(path: Path, *, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # no copy of a row in some other folder
        connection.execute(f"PRAGMA query_only = {read_only:d}")
    except BaseException:
        connection.close()
        raise
    return connection


def _sound(path: Path, *, suspect: bool) -> Opening:
    _make_private(path)
    found = identity(path)
    log = path.with_name(f"{path.name}-wal")
    log_left = log.exists() and log.stat().st_size > 0
    connection = _connected(path, read_only=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        due = suspect or journal_proof.is_due(connection, stopped_without_notice=log_left)
        later = due and not suspect and path.stat().st_size > journal_proof.AT_ONCE_BYTES
        if due and not later:
            journal_proof.prove(connection)
        if _is_older(connection):
            _keep_copy(connection, path)
            migrations.bring_up(connection)
        if due and not later:
            journal_proof.remember(connection)
        journal_proof.look(connection, path)
        files.sync_folder(path.parent)  # SQLite syncs what is in a new -wal, and not its name
    except BaseException:
        connection.close()
        raise
    return Opening(connection, found, proof_due=later)


def _is_older(connection: sqlite3.Connection) -> bool:
    try:
        return migrations.is_older(connection)
    except migrations.TooNew as error:
        sentence = "The journal is from a newer version of Textback. Install that version again."
        raise JournalTooNew(sentence) from error


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Keep one copy of an older version's file, for a release that must be taken back."""
    version = migrations.version(connection)
    if version == 0:
        return
    kept = copy_before(path, version)
    aside = kept.with_name(f".{kept.name}.new")
    aside.unlink(missing_ok=True)
    _make_private(aside)
    with closing(sqlite3.connect(aside)) as copy:
        connection.backup(copy)
    files.replace_by(aside, kept)
    for older in path.parent.glob(copy_before(path, "*").name):
        if older != kept:
            older.unlink()


def _make_private(path: Path) -> None:
    """Make the file, or an older one's mode, 0600; SQLite gives its -wal and -shm the same mode."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
    files.sync_folder(path.parent)


def _count_on(connection: sqlite3.Connection, path: Path) -> None:
    """Give new rows ids that none had in the files set aside: what is under way may still speak of those."""
    first = _IDS_APART * len(list(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}")))
    connection.executemany(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
        [(table, first) for table in ("calls", "texts", "incoming", "events")],
    )


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
