"""The USB serial ports there are, and what each says of itself in sysfs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SYS, DEV = Path("/sys"), Path("/dev")
_PATTERNS = ("ttyUSB*", "ttyACM*")


@dataclass(frozen=True, slots=True)
class UsbId:
    """Maker and product of a USB device, four hex digits each."""

    vendor: str
    product: str


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of a USB device (USB 2.0 section 9.6.5). `kind`: class, subclass and protocol in hex."""

    usb: UsbId
    number: int
    kind: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A serial port; `interface` is None where sysfs does not tell."""

    device: Path
    interface: Interface | None


def ports(sys: Path = SYS, dev: Path = DEV) -> list[UsbPort]:
    """Return the USB serial ports, in the order of their numbers."""
    found = (path for pattern in _PATTERNS for path in sorted(dev.glob(pattern), key=_by_number))
    return [UsbPort(path, interface_of(path.name, sys)) for path in found]


def interface_of(name: str, sys: Path = SYS) -> Interface | None:
    """Return the USB interface behind a tty such as ttyUSB2; None for one that is not on USB.

    A ttyACM hangs on its interface, a ttyUSB one step below it; the USB device is one step above.
    """
    device = (sys / "class/tty" / name / "device").resolve()
    for folder in (device, device.parent):
        number, usb = _read(folder / "bInterfaceNumber"), _usb_id(folder.parent)
        if number is not None and usb is not None:
            kind = tuple(_read(folder / f"bInterface{part}") or "" for part in _KIND)
            return Interface(usb, int(number, 16), (kind[0], kind[1], kind[2]))
    return None


def devices(sys: Path = SYS) -> set[UsbId]:
    """Return the USB devices that are plugged in, those without a serial port too."""
    found = (_usb_id(folder) for folder in sorted((sys / "bus/usb/devices").glob("*")))
    return {usb for usb in found if usb is not None}


_KIND = ("Class", "SubClass", "Protocol")


def _usb_id(folder: Path) -> UsbId | None:
    vendor, product = _read(folder / "idVendor"), _read(folder / "idProduct")
    return None if vendor is None or product is None else UsbId(vendor, product)


def _read(path: Path) -> str | None:
    """Return an attribute; None where there is none, or its device has just been pulled out."""
    try:
        return path.read_text(encoding="ascii").strip().lower() or None
    except (OSError, UnicodeDecodeError):
        return None


def _by_number(path: Path) -> int:
    digits = path.name.removeprefix("ttyUSB").removeprefix("ttyACM")
    return int(digits) if digits.isascii() and digits.isdigit() else 0
