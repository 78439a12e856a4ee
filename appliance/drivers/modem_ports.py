"""Which USB interface of which modem takes AT commands, and which modems are no use: facts, one row each.

Sources: the port rules of ModemManager and the makers' manuals.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.drivers import usb_ports
from appliance.drivers.usb_ports import SYS, Interface, UsbId
from appliance.modem.families import BUY


@dataclass(frozen=True, slots=True)
class _AtPorts:
    """The interfaces that take AT commands, best first. Any other is for diagnostics, NMEA or sound."""

    vendor: str
    products: frozenset[str]
    interfaces: tuple[int, ...]


def _row(vendor: str, products: str, *interfaces: int) -> _AtPorts:
    return _AtPorts(vendor, frozenset(products.split()), interfaces)


_AT_PORTS = (
    _row("1e0e", "9001", 2, 3),  # SIMCom SIM7100, SIM7500, SIM7600
    _row("1e0e", "9011", 4, 5),  # SIMCom A7600, A7602, A7670; SIM7600 with its RNDIS network card
    _row("2c7c", "0121 0125 0191 0195 0296 0306", 2, 3),  # Quectel EC21, EC25, EG25-G, EG91, EG95, EG06
    _row("19d2", "0031 0063 1008 2003", 3, 1),  # ZTE MF
    _row("19d2", "0016 0117", 2, 1),
    _row("19d2", "0124", 4),
    _row("1546", "1102 1107 110a", 0, 2, 4),  # u-blox SARA-U2, TOBY-R2, LARA-R2
    _row("1546", "1104", 0),
    _row("05c6", "908b", 1, 2),  # u-blox LARA-R6
    _row("1bc7", "1201", 4, 5),  # Telit LE910C1
    _row("1bc7", "1204", 5, 6),
    _row("1bc7", "1031 1033", 1, 2),
    _row("1bc7", "7010 7011", 4, 3),  # Telit LE910S1
    _row("1bc7", "7020 7021", 6, 2),
)

# SIMCom, Quectel, Huawei, ZTE, u-blox, Telit. Others, such as Qualcomm, sell to makers of other things too.
MAKERS = frozenset(("1e0e", "2c7c", "12d1", "19d2", "1546", "1bc7"))

_NO_CALLS = f"This modem cannot take calls. {BUY}"
_NEVER = {
    UsbId("1e0e", "9205"): _NO_CALLS,  # SIMCom SIM7070, SIM7080, SIM7090
    UsbId("1e0e", "9206"): _NO_CALLS,
    UsbId("12d1", "14fe"): _NO_CALLS,  # Huawei E3372h: a caller hears the engaged tone, and nothing rings
}
_CD = "This stick shows up as a CD. Install usb-modeswitch, then unplug it and plug it in again."
_NO_PORT = {
    UsbId("12d1", "14db"): f"This stick is a network card (HiLink), and cannot take calls. {BUY}",
    UsbId(
        "1e0e", "9018"
    ): "This modem is set up as a network card. Switch it to USB mode 9001, or buy another.",
    UsbId("12d1", "1446"): _CD,
    UsbId("12d1", "1f01"): _CD,
    UsbId("12d1", "15ca"): _CD,
    UsbId("12d1", "15e7"): _CD,
}

_QUECTEL = "2c7c"
# Huawei numbers its interfaces differently in every stick, but says by their protocol what they are.
_HUAWEI = "12d1"
_HUAWEI_RANKS = {"02": 0, "12": 0, "01": 1, "10": 1}  # PCUI takes AT commands; so does the modem port
_HUAWEI_OTHERS = frozenset({"03", "13", "05", "14"})  # diagnostics, GPS
_UNKNOWN, _UNKNOWN_IF02 = 11, 10  # interface 2 takes AT commands in more modems than any other


def best_interfaces() -> dict[UsbId, int]:
    """Return the interface that takes AT commands best, of each modem that is known by its number."""
    return {UsbId(row.vendor, product): row.interfaces[0] for row in _AT_PORTS for product in row.products}


def rank(interface: Interface | None) -> int | None:
    """Return how soon to try a port, 0 first; None for one that is never the modem's AT port."""
    if interface is None:
        return _UNKNOWN
    usb, (kind, subclass, protocol) = interface.usb, interface.kind
    if usb in _NEVER:
        return None
    for row in _AT_PORTS:
        if row.vendor == usb.vendor and usb.product in row.products:
            return row.interfaces.index(interface.number) if interface.number in row.interfaces else None
    if usb.vendor == _HUAWEI and kind == "ff" and subclass in ("01", "02"):
        if protocol in _HUAWEI_OTHERS:
            return None
        return _HUAWEI_RANKS.get(protocol, _UNKNOWN)
    return _UNKNOWN_IF02 if interface.number == 2 else _UNKNOWN


def urc_port(name: str, sys: Path = SYS) -> str:
    """Return what Quectel calls an open port: its unsolicited lines go to one port only (AT+QURCCFG).

    A name that is none of the kernel's, such as a pty's, counts as the usual one.
    """
    tty = Path(name).resolve().name
    if tty.startswith(("ttyS", "ttyAMA")):
        return "uart1"
    interface = usb_ports.interface_of(tty, sys)
    second = interface is not None and interface.usb.vendor == _QUECTEL and interface.number == 3
    return "usbmodem" if second else "usbat"


def is_modem(usb: UsbId) -> bool:
    """Tell whether a USB device is a modem, by its maker or its row in the table."""
    return usb.vendor in MAKERS or any(
        usb.vendor == row.vendor and usb.product in row.products for row in _AT_PORTS
    )


def instead(usb: UsbId, *, has_port: bool) -> str | None:
    """Return what to do about a device that cannot do the job, None for any other.

    `has_port`: whether it shows a serial port.
    """
    return _NEVER.get(usb) or (None if has_port else _NO_PORT.get(usb))
