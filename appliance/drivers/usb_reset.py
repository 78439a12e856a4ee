"""Taking a modem off USB and giving it back: what the daemon asks for, and what may be asked for.

Only root may write to a device's `authorized`, and the daemon is not root. So it leaves the modem's place on
USB (1-1.2, say) in a file of RUN; systemd sees that and starts usb_reset_helper.py, which believes nothing.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Final

from appliance.drivers import modem_ports, usb_ports
from appliance.drivers.usb_ports import SYS

REQUEST: Final = "usb-reset"
LONGEST: Final = 32
# Bus, then the ports from hub to hub: at most seven deep (USB 2.0 section 4.1.1).
_PLACE = re.compile(r"[0-9]{1,3}-[0-9]{1,2}(?:\.[0-9]{1,2}){0,6}")
_HUB = "09"

log = logging.getLogger(__name__)


class NotAModem(Exception):
    """What was asked for is no modem with a serial port; str() says why, without what was asked for."""


def modem_at(place: str, sys: Path = SYS) -> Path:
    """Return the folder of the modem at a place on USB. Raises NotAModem for anything else."""
    if not _PLACE.fullmatch(place):
        raise NotAModem("the request names no place on USB")
    folder = (sys / "bus/usb/devices" / place).resolve()
    if folder.name != place or (sys / "devices").resolve() not in folder.parents:
        raise NotAModem("the place leads out of the devices")
    usb = usb_ports.id_of(folder)
    if usb is None:
        raise NotAModem("nothing is plugged in there")
    if usb_ports.kind_of(folder) == _HUB or not modem_ports.is_modem(usb):
        raise NotAModem("what is plugged in there is no modem we know")
    if not usb_ports.ttys_of(folder, sys):
        raise NotAModem("what is plugged in there has no serial port")
    return folder


class UsbReset:
    """Asks root's helper to take the modem off USB. `run` is RUN, which the helper can reach into."""

    def __init__(self, run: Path, *, sys: Path = SYS) -> None:
        self._request = run / REQUEST
        self._sys = sys

    def ask(self, port: str | None) -> bool:
        """Ask for the modem behind an open port. False where that is none on USB, or it cannot be asked."""
        place = usb_ports.place_of(Path(port).resolve().name, self._sys) if port else None
        if place is None:
            return False
        try:
            modem_at(place, self._sys)
            self._leave(place)
        except (NotAModem, OSError) as error:
            log.warning("the modem is left on USB: %s", error)
            return False
        return True

    def _leave(self, place: str) -> None:
        """Write the request in place: systemd looks for the end of a writing. The group may read it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(self._request, flags, 0o640), "wb") as file:
            os.fchmod(file.fileno(), 0o640)
            file.write(place.encode("ascii"))
