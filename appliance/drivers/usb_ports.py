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
    for folder in _may_be_interfaces(name, sys):
        number, usb = _read(folder / "bInterfaceNumber"), id_of(folder.parent)
        if number is not None and usb is not None:
            kind = tuple(_read(folder / f"bInterface{part}") or "" for part in _KIND)
            return Interface(usb, int(number, 16), (kind[0], kind[1], kind[2]))
    return None


def place_of(name: str, sys: Path = SYS) -> str | None:
    """Return where on USB the device behind a tty is plugged in, such as 1-1.2; None for no USB device."""
    for folder in _may_be_interfaces(name, sys):
        if _read(folder / "bInterfaceNumber") is not None and id_of(folder.parent) is not None:
            return folder.parent.name
    return None


def ttys_of(folder: Path, sys: Path = SYS) -> list[str]:
    """Return the ttys of the USB device with this folder below /sys/devices."""
    ttys = sorted((sys / "class/tty").glob("tty*"))
    return [tty.name for tty in ttys if folder in tty.resolve().parents]


def kind_of(folder: Path) -> str | None:
    """Return a USB device's class, two hex digits (USB 2.0 section 9.6.1); None when it is not told."""
    return _read(folder / "bDeviceClass")


def devices(sys: Path = SYS) -> set[UsbId]:
    """Return the USB devices that are plugged in, those without a serial port too."""
    found = (id_of(folder) for folder in sorted((sys / "bus/usb/devices").glob("*")))
    return {usb for usb in found if usb is not None}


_KIND = ("Class", "SubClass", "Protocol")


def _may_be_interfaces(name: str, sys: Path) -> tuple[Path, Path]:
    device = (sys / "class/tty" / name / "device").resolve()
    return device, device.parent


def id_of(folder: Path) -> UsbId | None:
    """Return maker and product of the USB device with this folder; None where there is none."""
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
