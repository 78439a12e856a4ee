"""One daemon for one data folder: two would answer the same call twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.drivers import files


class AlreadyRunning(Exception):
    """Another daemon works on this data folder; str() is a sentence that says what to do."""


@contextmanager
def sole_daemon(data: Path) -> Iterator[None]:
    """Hold the folder for this process. Raises AlreadyRunning; the lock ends with the process, however."""
    try:
        files.private_folder(data)
        lock = os.open(data / "daemon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield  # a folder that cannot be written holds nobody's lock; the journal will say what is wrong
        return
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Another `textback modem` is at work on {data}. Stop it first.") from None
        yield
    finally:
        os.close(lock)


def is_held(data: Path) -> bool:
    """Tell whether a daemon holds the folder. Makes no file. Raises PermissionError: not for this user."""
    try:
        lock = os.open(data / "daemon.lock", os.O_RDONLY | os.O_CLOEXEC)
    except PermissionError:
        raise
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
