"""Files that survive a power cut: private, locked, and replaced whole."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make the folder, for its owner only, where there is none yet. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` last through a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes, *, mode: int = 0o600, lasting: bool = True) -> None:
    """Put `content` in place of the file: a reader sees the old or the new one, never a half.

    One writer at a time: what it was writing when it was killed, the next one writes over. `lasting`
    waits for the storage; a file in memory (tmpfs) has nothing to wait for. Raises OSError.
    """
    aside = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(aside, flags, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        if lasting:
            os.fsync(file.fileno())
    aside.rename(path)
    if lasting:
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until what others wrote to the file is on the storage. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_by(aside: Path, path: Path) -> None:
    """Put a finished file in place of another, to last through a power cut. Raises OSError."""
    sync_file(aside)
    aside.rename(path)
    sync_folder(path.parent)


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold the lock file's flock: one at a time over threads and processes, freed when a holder dies.

    The lock file is never removed: a waiting process would hold the lock of a file that is gone.
    Raises OSError.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
