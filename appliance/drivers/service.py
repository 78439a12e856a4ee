"""What systemd is told of the daemon (sd_notify): ready, alive, what it does, stopping.

Outside systemd there is no $NOTIFY_SOCKET, and nobody is told.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def ready() -> None:
    """Say that the daemon serves."""
    notify("READY=1")


def watchdog() -> None:
    """Say that the loop goes round: without it for WatchdogSec systemd starts the daemon anew."""
    notify("WATCHDOG=1")


def status(text: str) -> None:
    """Say in one line what the daemon does; `systemctl status` shows it."""
    notify(f"STATUS={' '.join(text.split())}")


def stopping() -> None:
    """Say that the daemon stops because it was told to."""
    notify("STOPPING=1")


def notify(message: str) -> None:
    """Send one message to systemd (sd_notify(3)); one that nobody takes is dropped."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
        to_systemd.setblocking(False)
        to_systemd.sendto(message.encode(), address)
