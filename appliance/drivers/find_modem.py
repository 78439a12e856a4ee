"""Which port to try for the modem: the one named, or the likely ones in turn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.drivers import modem_ports, usb_ports
from appliance.drivers.serial_port import PortLost
from appliance.drivers.usb_ports import DEV, SYS, Interface

AUTO = "auto"
_INSTALLED = "textback-modem"  # the installer's own link
# A HAT's UART. The first is the system's own name for it, where there is one.
_UARTS = ("serial0", "ttyAMA0", "ttyS0")


class ModemUnsuitable(PortLost):
    """What is plugged in can never do the job; str() is a sentence that says what to do or to buy."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A port to try. `path` is the name that lasts longest; `device` is where it leads now."""

    path: Path
    device: Path
    interface: Interface | None

    def same(self, other: _Candidate) -> bool:
        """Tell whether it is the same port, whatever number it has now."""
        return self.path == other.path or (self.interface is not None and self.interface == other.interface)


class Finder:
    """Names the port to open next. With "auto" each call leads on to the next likely port.

    `sys` and `dev` are where the kernel shows its devices. Say `worked` once a modem has answered: that
    port is then tried first when it is lost, also when it comes back under another number.
    """

    def __init__(self, port: str, *, sys: Path = SYS, dev: Path = DEV) -> None:
        self._port = port
        self._sys = sys
        self._dev = dev
        self._tried: set[Path] = set()
        self._now: _Candidate | None = None
        self._worked: _Candidate | None = None

    def next(self) -> Path:
        """Return the port to open. Raises PortLost when there is none, ModemUnsuitable when that is why.

        The latter comes after every likely port was tried, once each time.
        """
        if self._port != AUTO:
            return Path(self._port)
        found = self._candidates()
        left = self._left(found)
        if not left:
            self._tried.clear()
            self._refuse()
            if not found:
                raise PortLost("There is no modem. Plug it in, and wait a minute.")
            left = found
        self._now = left[0]
        self._tried.add(left[0].device)
        return left[0].path

    @property
    def more(self) -> bool:
        """Whether there are likely ports that were not tried since the last round or the last success."""
        return self._port == AUTO and bool(self._left(self._candidates()))

    def worked(self) -> None:
        """Note that the modem is at the port named last."""
        self._worked = self._now
        self._tried.clear()

    def _left(self, found: list[_Candidate]) -> list[_Candidate]:
        return [candidate for candidate in found if candidate.device not in self._tried]

    def _candidates(self) -> list[_Candidate]:
        """Return the ports there are, the likeliest first, each device once."""
        found: dict[Path, _Candidate] = {}
        link = self._dev / _INSTALLED
        for path in [link, *self._usb(), *(self._dev / name for name in _UARTS)]:
            device = path.resolve()
            interface = usb_ports.interface_of(device.name, self._sys)
            if path.exists() and modem_ports.rank(interface) is not None:
                found.setdefault(device, _Candidate(path, device, interface))
        candidates, last = list(found.values()), self._worked
        return sorted(candidates, key=lambda one: last is None or not one.same(last))

    def _usb(self) -> list[Path]:
        """Return the USB ports, likeliest first, by names that outlast renumbering where there are any."""
        links = {link.resolve(): link for link in sorted(self._dev.glob("serial/by-id/*"), reverse=True)}
        ranked = [(modem_ports.rank(port.interface), port) for port in self._ports()]
        likely = sorted(((rank, port) for rank, port in ranked if rank is not None), key=lambda one: one[0])
        return [links.get(port.device.resolve(), port.device) for _, port in likely]

    def _ports(self) -> list[usb_ports.UsbPort]:
        return usb_ports.ports(self._sys, self._dev)

    def _refuse(self) -> None:
        """Raise ModemUnsuitable where something is plugged in that looks like the modem and is none."""
        with_port = {port.interface.usb for port in self._ports() if port.interface is not None}
        for usb in sorted(usb_ports.devices(self._sys), key=lambda usb: (usb.vendor, usb.product)):
            advice = modem_ports.instead(usb, has_port=usb in with_port)
            if advice is not None:
                raise ModemUnsuitable(advice)
