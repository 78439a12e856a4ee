"""What systemd is told of the daemon (sd_notify(3)): ready, alive, what it does, stopping."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


class Service:
    """The socket systemd listens on; outside systemd there is none ($NOTIFY_SOCKET), and nobody is told."""

    def __init__(self, address: str | None = None) -> None:
        given = address or os.environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{given[1:]}" if given.startswith("@") else given

    def ready(self) -> None:
        """Say that the daemon serves."""
        self.notify("READY=1")

    def watchdog(self) -> None:
        """Say that the loop goes round: without it for WatchdogSec systemd starts the daemon anew."""
        self.notify("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say in one line what the daemon does; `systemctl status` shows it."""
        self.notify(f"STATUS={' '.join(text.split())}")

    def stopping(self) -> None:
        """Say that the daemon stops because it was told to."""
        self.notify("STOPPING=1")

    def notify(self, message: str) -> None:
        """Send one message; one that nobody takes is dropped, for systemd must not hold up a text."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            to_systemd.setblocking(False)
            to_systemd.sendto(message.encode(), self._address)
