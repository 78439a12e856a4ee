"""TinyDB documents in one small JSON file that survives power cuts and two writing processes.

The file is replaced whole, and the copy before it kept beside it as `.bak`. A change holds the lock from
its reading to its writing; reading alone needs no lock.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tinydb import TinyDB
from tinydb.storages import Storage

from appliance.drivers import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tables = dict[str, dict[str, Any]]  # as TinyDB's Storage has it: table, document id, document
Stamp = tuple[int, int, int]  # device, inode and time of the last change: another file has another


class DocumentsUnreadable(Exception):
    """Neither the file nor the copy before it can be read."""


class DocumentsUnwritable(Exception):
    """The storage does not take the file; the one before it stands."""


class AtomicStorage(Storage):
    """Reads the file, or the copy before it when it is damaged; replaces it whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Tables | None:
        """Return all tables, None when nothing was ever written. Raises DocumentsUnreadable."""
        found = [path for path in (self._path, backup_of(self._path)) if path.exists()]
        for path in found:
            with suppress(ValueError, OSError):
                return _parse(path.read_bytes())
        if found:
            raise DocumentsUnreadable
        return None

    def write(self, data: Tables) -> None:
        """Replace the file. The lock must be held. Raises DocumentsUnwritable."""
        content = json.dumps(data, ensure_ascii=False, indent=1).encode()
        try:
            files.private_folder(self._path.parent)
            self.keep_a_copy()
            files.replace_file(self._path, content)
        except OSError as error:
            raise DocumentsUnwritable from error

    def keep_a_copy(self) -> None:
        """Let `.bak` be what the file is now, unless that is damaged: then the older copy is worth more."""
        try:
            _parse(self._path.read_bytes())
        except (ValueError, FileNotFoundError):
            return
        aside = self._path.with_name(f".{self._path.name}.bak.new")
        aside.unlink(missing_ok=True)
        aside.hardlink_to(self._path)
        aside.rename(backup_of(self._path))
        aside.unlink(missing_ok=True)  # rename(2) leaves both names where they were one file already


class _Held(AtomicStorage):
    """Keeps in memory what TinyDB writes, which is once for every statement, until `commit`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._tables: Tables | None = None

    def read(self) -> Tables | None:
        return super().read() if self._tables is None else self._tables

    def write(self, data: Tables) -> None:
        self._tables = data

    def commit(self) -> None:
        if self._tables is not None:
            super().write(self._tables)


def backup_of(path: Path) -> Path:
    """Return where the copy before the present one is."""
    return path.with_name(f"{path.name}.bak")


def stamp(path: Path) -> Stamp | None:
    """Return what tells this file from the one before it, None when there is none. Raises OSError."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def documents(path: Path) -> TinyDB:
    """Return the documents as they are now, for reading."""
    return TinyDB(path, storage=AtomicStorage)


@contextmanager
def changing(path: Path) -> Iterator[TinyDB]:
    """Change the documents: one replacement of the file for the whole block, none when it raises.

    Raises DocumentsUnreadable and DocumentsUnwritable.
    """
    with locked(path):
        held = _Held(path)
        yield TinyDB(storage=lambda: held)
        held.commit()


def copy_anew(path: Path) -> None:
    """Let the copy before the present file be like it: what was taken out is then in neither.

    Raises DocumentsUnwritable.
    """
    with locked(path):
        try:
            AtomicStorage(path).keep_a_copy()
            path.with_name(f".{path.name}.new").unlink(missing_ok=True)  # what a killed writer left
            files.sync_folder(path.parent)
        except OSError as error:
            raise DocumentsUnwritable from error


def set_aside_damaged(path: Path) -> None:
    """Move a file that cannot be read, and its copy, out of the way of a new one. Raises OSError."""
    with locked(path):
        try:
            AtomicStorage(path).read()
        except DocumentsUnreadable:
            for found in (path, backup_of(path)):
                if found.exists():
                    found.rename(found.with_name(f"{found.name}.damaged"))
            files.sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the documents' lock: nobody else changes them meanwhile. Raises DocumentsUnwritable."""
    with ExitStack() as held:
        try:
            files.private_folder(path.parent)
            held.enter_context(files.locked(path.with_suffix(".lock")))
        except OSError as error:
            raise DocumentsUnwritable from error
        yield


def _parse(content: bytes) -> Tables:
    """Read the file's JSON. Raises ValueError when it is damaged."""
    tables = json.loads(content)
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ValueError("not a file of tables")
    return tables
