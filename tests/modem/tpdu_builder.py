"""Build received TPDUs for tests, from the clauses of 3GPP 23.040 and 23.038 and not from the product's code.

Everything is a string of bits, written as the standard draws it, so that this shares no arithmetic with
what it tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

# 23.038 section 6.2.1 as code points; where the standard's table and ASCII agree, they are counted off.
_ASCII_ALIKE = [*range(0x20, 0x24), *range(0x25, 0x40), *range(0x41, 0x5B), *range(0x61, 0x7B)]
CODE_OF = {chr(code): code for code in _ASCII_ALIKE} | {
    chr(point): code
    for code, point in {
        0x00: 0x0040, 0x01: 0x00A3, 0x02: 0x0024, 0x03: 0x00A5, 0x04: 0x00E8, 0x05: 0x00E9, 0x06: 0x00F9,
        0x07: 0x00EC, 0x08: 0x00F2, 0x09: 0x00C7, 0x0A: 0x000A, 0x0B: 0x00D8, 0x0C: 0x00F8, 0x0D: 0x000D,
        0x0E: 0x00C5, 0x0F: 0x00E5, 0x10: 0x0394, 0x11: 0x005F, 0x12: 0x03A6, 0x13: 0x0393, 0x14: 0x039B,
        0x15: 0x03A9, 0x16: 0x03A0, 0x17: 0x03A8, 0x18: 0x03A3, 0x19: 0x0398, 0x1A: 0x039E, 0x1C: 0x00C6,
        0x1D: 0x00E6, 0x1E: 0x00DF, 0x1F: 0x00C9, 0x24: 0x00A4, 0x40: 0x00A1, 0x5B: 0x00C4, 0x5C: 0x00D6,
        0x5D: 0x00D1, 0x5E: 0x00DC, 0x5F: 0x00A7, 0x60: 0x00BF, 0x7B: 0x00E4, 0x7C: 0x00F6, 0x7D: 0x00F1,
        0x7E: 0x00FC, 0x7F: 0x00E0,
    }.items()
}  # fmt: skip
ESC = 0x1B
EXTENSION_CODE_OF = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40,
    "\u20ac": 0x65,
}  # fmt: skip


def septets(text: str) -> list[int]:
    """Return the septets of a text in the default alphabet."""
    codes = []
    for character in text:
        if character in EXTENSION_CODE_OF:
            codes += [ESC, EXTENSION_CODE_OF[character]]
        else:
            codes.append(CODE_OF[character])
    return codes


def pack(codes: Iterable[int], fill_bits: int = 0) -> bytes:
    """Pack septets (23.038 section 6.1.2.1.1): the first is in the lowest bits of the first octet."""
    bits = "".join(f"{code:07b}" for code in reversed(list(codes))) + "0" * fill_bits
    bits = "0" * (-len(bits) % 8) + bits
    return bytes(int(octet, 2) for octet in re.findall("[01]{8}", bits))[::-1]


def swapped(digits: str) -> bytes:
    """Return semi-octets (section 9.1.2.3): digits in pairs, each pair swapped, 1111 to fill the last."""
    nibbles = digits.translate(str.maketrans("*#abc", "ABCDE"))
    nibbles += "F" * (len(nibbles) % 2)
    return bytes.fromhex("".join(second + first for first, second in re.findall("(.)(.)", nibbles)))


def number(digits: str, type_of_address: int = 0x91) -> bytes:
    """Return an address field of digits (section 9.1.2.5)."""
    return bytes((len(digits), type_of_address)) + swapped(digits)


def name(letters: str) -> bytes:
    """Return an alphanumeric address: its length counts the semi-octets that hold a bit of it."""
    codes = septets(letters)
    return bytes(((len(codes) * 7 + 3) // 4, 0xD0)) + pack(codes)


def stamp(local: datetime, quarters: int = 0) -> bytes:
    """Return a time stamp (section 9.2.3.11) of a local time, `quarters` of an hour ahead of UTC."""
    zone = swapped(f"{abs(quarters):02d}")[0] | (0x08 if quarters < 0 else 0)
    return swapped(f"{local:%y%m%d%H%M%S}") + bytes((zone,))


def utc(local: datetime, quarters: int) -> datetime:
    """Return the time in UTC that such a stamp tells."""
    return local - timedelta(minutes=15 * quarters)


def header(elements: Sequence[tuple[int, bytes]]) -> bytes:
    """Return a user data header (section 9.2.3.24), length octet first; nothing for no elements."""
    body = b"".join(bytes((identifier, len(value))) + value for identifier, value in elements)
    return bytes((len(body),)) + body if body else b""


def gsm7_user_data(codes: Sequence[int], head: bytes = b"") -> bytes:
    """Return TP-UDL and TP-UD of septets: fill bits put the text on a septet boundary of the whole."""
    bits = 8 * len(head)
    fill_bits = -bits % 7
    return bytes(((bits + fill_bits) // 7 + len(codes),)) + head + pack(codes, fill_bits)


def octet_user_data(octets: bytes, head: bytes = b"") -> bytes:
    """Return TP-UDL and TP-UD of octets: 8-bit data or UCS-2."""
    return bytes((len(head) + len(octets),)) + head + octets


def ucs2(text: str) -> bytes:
    """Return a text in UCS-2, emoji as the two UTF-16 halves that phones send."""
    return text.encode("utf-16-be", "surrogatepass")


NOVEMBER = stamp(datetime(2026, 11, 3, 12, 34, 56))  # noqa: DTZ001 - local time; the zone is its own octet
JO = number("447700900123")


def deliver(
    user_data: bytes,
    *,
    sender: bytes = JO,
    sent: bytes = NOVEMBER,
    coding: int = 0x00,
    with_header: bool = False,
    first: int = 0x04,
    protocol: int = 0x00,
    centre: bytes = b"",
) -> str:
    """Return an SMS-DELIVER (section 9.2.2.1) as a modem hands it over, in hex."""
    service_centre = bytes((len(centre),)) + centre
    first |= 0x40 if with_header else 0
    tpdu = bytes((first,)) + sender + bytes((protocol, coding)) + sent + user_data
    return (service_centre + tpdu).hex().upper()


def status_report(
    reference: int,
    status: int,
    *,
    recipient: bytes = JO,
    sent: bytes = NOVEMBER,
    settled: bytes = NOVEMBER,
    optional: bytes = b"",
) -> str:
    """Return an SMS-STATUS-REPORT (section 9.2.2.3) as a modem hands it over, in hex."""
    tpdu = bytes((0x06, reference)) + recipient + sent + settled + bytes((status,)) + optional
    return (b"\x00" + tpdu).hex().upper()
