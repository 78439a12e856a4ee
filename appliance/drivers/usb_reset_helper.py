"""Root's part of taking a modem off USB, as a program: it is given the path of the request.

It is started when the daemon has left one. Whoever took over the daemon could write anything there, so a
request is a few bytes in a plain file, and can name nothing but a modem.
"""

from __future__ import annotations

import logging
import os
import stat
import sys as python
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from appliance.drivers.usb_ports import SYS
from appliance.drivers.usb_reset import LONGEST, NotAModem, modem_at

if TYPE_CHECKING:
    from collections.abc import Callable

OFF_S: Final = 2.0

log = logging.getLogger(__name__)


def read(request: Path) -> str:
    """Return the place that a request names. Raises NotAModem for what is no plain, short file."""
    try:
        descriptor = os.open(request, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NotAModem("there is no request to read") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAModem("the request is no plain file")
        said = file.read(LONGEST + 1)
    try:
        return said.decode("ascii")
    except UnicodeDecodeError as error:
        raise NotAModem("the request names no place on USB") from error


def reset(folder: Path, wait: Callable[[float], None]) -> None:
    """Take a device off USB and give it back (Linux: Documentation/usb/authorization). Raises OSError."""
    switch = folder / "authorized"
    switch.write_text("0")
    try:
        wait(OFF_S)
    finally:
        switch.write_text("1")


def main(request: str, *, sys: Path = SYS, wait: Callable[[float], None] = time.sleep) -> int:
    """Do what a request asks for. Returns 0, or 1 when it was refused or failed, which is logged."""
    try:
        reset(modem_at(read(Path(request)), sys), wait)
    except NotAModem as refused:
        log.error("Refused: %s.", refused)
        return 1
    except OSError as error:
        log.error("The modem could not be reset: %s.", error.strerror)
        return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s")
    python.exit(main(python.argv[1]))
