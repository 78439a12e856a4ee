"""The serial port: bytes in, bytes out, and every way it dies told as PortLost."""

from __future__ import annotations

import errno
import fcntl
import os
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import serial

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITE_TIMEOUT_S = 1.0  # a command is at most some 400 bytes: 35 ms at 115200 baud

_PTY_SLAVES = range(136, 144)  # device majors of /dev/pts


class PortLost(Exception):
    """The port is gone, or never was there; str() is a sentence that says what to do."""


class PortBusy(PortLost):
    """Another program has the port."""


class SerialPort:
    """An open port. Every method raises PortLost once it has died."""

    def __init__(self, port: serial.Serial, name: str) -> None:
        self.name = name
        self._port = port

    def fileno(self) -> int:
        """Return the descriptor to select on; it is readable also when the port has died."""
        with _loss(self.name):
            return self._port.fileno()

    def read(self) -> bytes:
        """Return what has come in, b"" when nothing has; never waits."""
        with _loss(self.name):
            return self._port.read(max(1, self._port.in_waiting))

    def write(self, data: bytes) -> None:
        """Send all of `data`. A modem that takes none of it for a second counts as lost."""
        with _loss(self.name):
            self._port.write(data)

    def close(self) -> None:
        """Close the port; a dead one too, and a second time."""
        with suppress(OSError, termios.error, TypeError, ValueError):
            fcntl.ioctl(self._port.fileno(), termios.TIOCNXCL)
        with suppress(OSError, termios.error, TypeError):
            self._port.close()


def open_port(path: str, baud: int) -> SerialPort:
    """Open the port for this program alone: raw, 8N1, no flow control, DTR on. Raises PortLost, PortBusy.

    No flow control, because a HAT's UART has three wires; DTR on, because some modems hang up without it.
    """
    with _loss(path):
        port = serial.Serial(
            path,
            baud,
            timeout=0,
            write_timeout=WRITE_TIMEOUT_S,
            exclusive=True,
            rtscts=False,
            dsrdtr=False,
            xonxoff=False,
        )
        try:
            _keep_others_out(port.fileno())
        except OSError:
            port.close()
            raise
        return SerialPort(port, path)


def _keep_others_out(descriptor: int) -> None:
    """Stop programs that do not ask for the flock, such as ModemManager (TIOCEXCL).

    A pty is left open to them: it keeps TIOCEXCL when the program that set it is killed, and only root
    could open it again.
    """
    if os.major(os.fstat(descriptor).st_rdev) not in _PTY_SLAVES:
        fcntl.ioctl(descriptor, termios.TIOCEXCL)


@contextmanager
def _loss(path: str) -> Iterator[None]:
    """Turn what pyserial raises for a port that is gone into PortLost (SerialException is an OSError)."""
    try:
        yield
    except (OSError, termios.error, TypeError) as error:
        match getattr(error, "errno", None):
            case errno.EBUSY | errno.EAGAIN:  # TIOCEXCL of another program; its flock
                sentence = f"Another program uses {path}. Stop it and try again."
                raise PortBusy(sentence) from error
            case errno.EACCES | errno.EPERM:
                sentence = f"This user may not open {path}. Add the user to the group dialout."
            case errno.ENOENT | errno.ENODEV | errno.ENXIO:
                sentence = f"There is no modem at {path}. Unplug it for 10 seconds and plug it in again."
            case _:
                sentence = f"The modem at {path} has gone. Unplug it for 10 seconds and plug it in again."
        raise PortLost(sentence) from error
