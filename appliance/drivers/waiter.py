"""Sleep until the port has something to say, a moment comes, or somebody wakes us."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Waiter:
    """The daemon's one place to sleep. `wake` may be called from a signal handler."""

    def __init__(self) -> None:
        self._wakes, self._wake = os.pipe()
        os.set_blocking(self._wakes, False)
        os.set_blocking(self._wake, False)
        self._closed = False

    def wait(self, port: int | None, timeout: float) -> bool:
        """Return whether `port` can be read, after `timeout` seconds at most. None: there is no port."""
        watched = [self._wakes] if port is None else [self._wakes, port]
        ready, _, _ = select.select(watched, [], [], max(0.0, timeout))
        if self._wakes in ready:
            os.read(self._wakes, 4096)
        return port is not None and port in ready

    def wake(self) -> None:
        """End the present wait, or the next one at once. Nothing once closed: a signal may come that late."""
        if self._closed:
            return  # the number may be another file's by now
        with suppress(OSError):  # the pipe is full of wakes already
            os.write(self._wake, b".")

    def close(self) -> None:
        """Give the descriptors back."""
        if self._closed:
            return
        self._closed = True
        os.close(self._wakes)
        os.close(self._wake)
