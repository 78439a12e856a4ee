"""Which port to try for the modem: the one named, or the likely ones in turn."""

from __future__ import annotations

from collections.abc import Callable
from glob import glob
from pathlib import Path

from appliance.drivers.serial_port import PortLost

# The installer's own link first; then interface 2, the AT port of SIMCom and Quectel; then the rest.
_LIKELY = (
    "/dev/textback-modem",
    "/dev/serial/by-id/*-if02-port0",
    "/dev/serial/by-id/*",
    "/dev/ttyUSB*",
    "/dev/ttyACM*",
    "/dev/serial0",
)


class Finder:
    """Names the port to open next. With "auto" each failure leads on to the next likely port."""

    def __init__(self, port: str, *, listing: Callable[[str], list[str]] = glob) -> None:
        self._port = port
        self._listing = listing
        self._tried: set[Path] = set()

    def next(self) -> Path:
        """Return the port to open. Raises PortLost when there is none."""
        if self._port != "auto":
            return Path(self._port)
        found = self._candidates()
        if not found:
            raise PortLost("There is no modem. Plug it in, and wait a minute.")
        left = [path for path in found if path.resolve() not in self._tried]
        if not left:
            self._tried.clear()
            left = found
        self._tried.add(left[0].resolve())
        return left[0]

    def _candidates(self) -> list[Path]:
        """Return the ports there are, the likeliest first, each device once."""
        found: dict[Path, Path] = {}
        for pattern in _LIKELY:
            for name in sorted(self._listing(pattern)):
                found.setdefault(Path(name).resolve(), Path(name))
        return list(found.values())
