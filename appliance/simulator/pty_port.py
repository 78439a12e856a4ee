"""The emulated modem's port: a pseudo-terminal, and a link that leads to it."""

from __future__ import annotations

import os
import select
import tty
from contextlib import suppress
from pathlib import Path

CHUNK = 4096


class LinkInTheWay(Exception):
    """There is something at the link's path that is no link."""


class PtyPort:
    """One pseudo-terminal. While no program has it open, what the modem says is lost, as without DTR."""

    def __init__(self, link: Path) -> None:
        if link.exists() and not link.is_symlink():
            raise LinkInTheWay(
                f"{link} is in the way of the emulated modem's port. Move it, or choose another."
            )
        self._master, slave = os.openpty()
        tty.setraw(slave)  # lasts while the master is open; without it, what we say would be echoed to us
        self.name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._link = link
        beside = link.with_name(f".{link.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        beside.symlink_to(self.name)
        beside.replace(link)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._master

    @property
    def opened(self) -> bool:
        """Return whether a program has the port open."""
        poller = select.poll()
        poller.register(self._master, 0)
        return not any(events & select.POLLHUP for _, events in poller.poll(0))

    def read(self) -> bytes:
        """Return what the terminal sent, empty when there is nothing."""
        try:
            return os.read(self._master, CHUNK)
        except OSError:  # nothing there, or EIO: the other side is closed
            return b""

    def write(self, data: bytes) -> None:
        """Send; what a reader who does not read leaves no room for is lost."""
        with suppress(OSError):
            os.write(self._master, data)

    def close(self) -> None:
        """Pull the port away: whoever has it open gets an error, and the link is gone."""
        if self._link.is_symlink() and str(self._link.readlink()) == self.name:
            self._link.unlink()
        os.close(self._master)
