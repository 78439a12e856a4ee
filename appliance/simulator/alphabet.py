"""The alphabets a modem speaks: GSM 7 bit (23.038), UCS2, and AT+CSCS (27.007 section 5.5).

A line on the wire is a str here, one character a byte (Latin-1), because AT text has no encoding of its own.
"""

from __future__ import annotations

import re

# 23.038 section 6.2.1, in code order; 0x1B opens the extension table.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
ESCAPE = 0x1B
_SEPTETS: dict[str, tuple[int, ...]] = {c: (i,) for i, c in enumerate(BASIC) if i != ESCAPE} | {
    c: (ESCAPE, i) for i, c in EXTENSION.items()
}

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})*")


def septets_of(text: str) -> list[int] | None:
    """Return the text in GSM septets, or None when it holds a character outside the alphabet."""
    out: list[int] = []
    for character in text:
        codes = _SEPTETS.get(character)
        if codes is None:
            return None
        out.extend(codes)
    return out


def text_of(septets: list[int]) -> str:
    """Return the words of GSM septets.

    An unknown extension shows its basic character (23.038 section 6.2.1.1).
    """
    out: list[str] = []
    escaped = False
    for septet in septets:
        if escaped:
            out.append(EXTENSION.get(septet, BASIC[septet] if septet != ESCAPE else " "))
            escaped = False
        elif septet == ESCAPE:
            escaped = True
        else:
            out.append(BASIC[septet])
    return "".join(out)


def pack(septets: list[int], fill_bits: int = 0) -> bytes:
    """Pack septets into octets, lowest bit first, after so many zero bits (23.038 section 6.1.2.1)."""
    bits = sum(septet << (7 * i + fill_bits) for i, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + fill_bits + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> list[int]:
    """Return so many septets of packed octets, the fill bits skipped."""
    bits = int.from_bytes(octets, "little") >> fill_bits
    return [(bits >> (7 * i)) & 0x7F for i in range(count)]


def units_of(text: str) -> list[bytes]:
    """Return the UTF-16 units of the text, two octets each, high octet first."""
    octets = text.encode("utf-16-be", "surrogatepass")
    return [octets[i : i + 2] for i in range(0, len(octets), 2)]


def text_of_units(octets: bytes) -> str:
    """Return the words of UCS2 octets; half a surrogate pair stays half."""
    return octets[: len(octets) // 2 * 2].decode("utf-16-be", "surrogatepass")


def to_wire(text: str, character_set: str) -> str:
    """Return the text as AT+CSCS asks for it; a question mark for what the set cannot hold."""
    match character_set:
        case "UCS2":
            return text.encode("utf-16-be", "surrogatepass").hex().upper()
        case "HEX":
            return bytes(_gsm_octets(text)).hex().upper()
        case "GSM":
            return bytes(_gsm_octets(text)).decode("latin-1")
        case "UTF-8":
            return text.encode("utf-8", "replace").decode("latin-1")
        case "8859-1":
            return text.encode("latin-1", "replace").decode("latin-1")
        case _:
            return text.encode("ascii", "replace").decode("ascii")


def from_wire(wire: str, character_set: str) -> str:
    """Return the words the terminal meant. ValueError for hexadecimal that is none."""
    match character_set:
        case "UCS2":
            return text_of_units(octets_of(wire))
        case "HEX":
            return text_of([octet & 0x7F for octet in octets_of(wire)])
        case "GSM":
            return text_of([ord(c) & 0x7F for c in wire])
        case "UTF-8":
            return wire.encode("latin-1").decode("utf-8", "replace")
        case _:
            return wire


def _gsm_octets(text: str) -> list[int]:
    question = _SEPTETS["?"]
    return [septet for c in text for septet in _SEPTETS.get(c, question)]


def octets_of(wire: str) -> bytes:
    """Return hexadecimal as octets. ValueError for anything else, blanks included."""
    if not _HEXADECIMAL.fullmatch(wire):
        raise ValueError("not hexadecimal")
    return bytes.fromhex(wire)
