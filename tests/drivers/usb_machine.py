"""A machine with USB devices, as the kernel and udev show them: folders made to look like /sys and /dev."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class UsbMachine:
    """Plug devices in and pull them out. `sys` and `dev` are its /sys and /dev."""

    def __init__(self, root: Path, *, by_id: bool = True) -> None:
        self.sys, self.dev = root / "sys", root / "dev"
        self._by_id = by_id
        self._sockets: dict[str, list[Path]] = {}
        for folder in ("class/tty", "bus/usb/devices", "devices/usb1"):
            (self.sys / folder).mkdir(parents=True)
        (self.dev / "serial/by-id").mkdir(parents=True)

    def plug(
        self,
        usb: str,
        ttys: dict[int, str] | None = None,
        *,
        socket: str = "1-1",
        name: str = "Maker_Modem",
        kinds: dict[int, str] | None = None,
    ) -> None:
        """Plug in "vendor:product". By interface number: the tty, and the "class/subclass/protocol"."""
        vendor, product = usb.split(":")
        device = self.sys / "devices/usb1" / socket
        device.mkdir()
        (device / "idVendor").write_text(f"{vendor}\n")
        (device / "idProduct").write_text(f"{product}\n")
        made = [device, self.sys / "bus/usb/devices" / socket]
        made[1].symlink_to(device)
        for number, tty in (ttys or {}).items():
            interface = device / f"{socket}:1.{number}"
            interface.mkdir()
            (interface / "bInterfaceNumber").write_text(f"{number:02x}\n")
            kind = (kinds or {}).get(number, "ff/00/00").split("/")
            for part, value in zip(("Class", "SubClass", "Protocol"), kind, strict=True):
                (interface / f"bInterface{part}").write_text(f"{value}\n")
            hook = interface / tty if tty.startswith("ttyUSB") else interface
            node = hook / "tty" / tty
            node.mkdir(parents=True)
            (node / "device").symlink_to(hook)
            made += [self.sys / "class/tty" / tty, self.node(tty)]
            made[-2].symlink_to(node)
            if self._by_id:
                made.append(self.dev / f"serial/by-id/usb-{name}-if{number:02x}-port0")
                made[-1].symlink_to(self.dev / tty)
        self._sockets[socket] = made

    def pull(self, socket: str = "1-1") -> None:
        """Pull a device out."""
        device, *links = self._sockets.pop(socket)
        for link in links:
            link.unlink()
        device.rename(self.sys / "devices" / f"gone-{socket}-{len(list(self.sys.glob('devices/gone*')))}")

    def node(self, name: str) -> Path:
        """Return a device file below /dev, made where there is none."""
        path = self.dev / name
        path.touch()
        return path

    def link(self, name: str, to: str) -> None:
        """Give a device another name."""
        path = self.dev / name
        path.unlink(missing_ok=True)
        path.symlink_to(self.dev / to)
