"""TP-User-Data of a received text (3GPP 23.040 section 9.2.3.24): its header, its words, three codings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from appliance.modem import gsm7


class Coding(Enum):
    """How the user data is coded (23.038 section 4)."""

    GSM7 = auto()
    UCS2 = auto()
    DATA = auto()
    COMPRESSED = auto()


# Bits 3 and 2 of the general group; "reserved codings shall be assumed to be the GSM 7 bit default alphabet".
_GENERAL: Final = (Coding.GSM7, Coding.DATA, Coding.UCS2, Coding.GSM7)


@dataclass(frozen=True, slots=True)
class Concat:
    """Which part of a longer text this is; `sequence` counts from 1 (sections 9.2.3.24.1 and 9.2.3.24.8)."""

    reference: int
    total: int
    sequence: int


@dataclass(frozen=True, slots=True)
class UserData:
    """What was in the user data. `port` is the application it is for, None for a person."""

    text: str
    concat: Concat | None
    port: int | None


def coding(data_coding_scheme: int) -> Coding:
    """Read TP-DCS: which coding the words are in (23.038 section 4)."""
    match data_coding_scheme >> 4:
        case 0b1110:  # message waiting, UCS-2
            return Coding.UCS2
        case 0b1111:  # data coding and message class
            return Coding.DATA if data_coding_scheme & 0x04 else Coding.GSM7
        case group if group <= 0b0111:  # general, and marked for automatic deletion
            if data_coding_scheme & 0x20:
                return Coding.COMPRESSED
            return _GENERAL[data_coding_scheme >> 2 & 0x03]
    return Coding.GSM7  # reserved groups, and message waiting in GSM-7


def unpack(octets: bytes, count: int) -> bytes:
    """Unpack `count` septets, or as many as are whole, one a byte (23.038 section 6.1.2.1)."""
    bits = int.from_bytes(octets, "little")
    return bytes(bits >> 7 * i & 0x7F for i in range(min(count, len(octets) * 8 // 7)))


def read(octets: bytes, length: int, code: Coding, *, has_header: bool) -> UserData:
    """Read the user data that is there, when TP-UDL promises more than that too. Never raises.

    `length` is TP-UDL: septets in GSM-7, else octets; both count the header. Octets of no known alphabet
    are shown as Latin-1. National language tables (elements 0x24 and 0x25) are read as the default one.
    """
    octets = octets[: math.ceil(length * 7 / 8) if code is Coding.GSM7 else length]
    header = octets[: 1 + octets[0]] if has_header and octets else b""
    concat, port = _header(header)
    match code:
        case Coding.GSM7:  # fill bits after the header bring the text to a septet boundary
            text = gsm7.decode(unpack(octets, length)[math.ceil(len(header) * 8 / 7) :])
        case Coding.UCS2:
            text = _utf16(octets[len(header) :], concat)
        case Coding.DATA | Coding.COMPRESSED:
            text = octets[len(header) :].decode("latin-1")
    return UserData(text, concat, port)


def _header(octets: bytes) -> tuple[Concat | None, int | None]:
    """Read the concatenation and the destination port; of several the last one counts, others are skipped."""
    concat: Concat | None = None
    port: int | None = None
    for identifier, value in _elements(octets):
        match identifier, list(value):
            case 0x00, [reference, total, sequence] if 1 <= sequence <= total:
                concat = Concat(reference, total, sequence)
            case 0x08, [high, low, total, sequence] if 1 <= sequence <= total:
                concat = Concat(high << 8 | low, total, sequence)
            case 0x04, [destination, _]:
                port = destination
            case 0x05, [high, low, _, _]:
                port = high << 8 | low
            case _:
                pass
    return concat, port


def _elements(header: bytes) -> list[tuple[int, bytes]]:
    """List the information elements, or none at all when they do not fill the header exactly (9.2.3.24)."""
    if not header or len(header) != 1 + header[0]:
        return []
    elements = []
    rest = header[1:]
    while len(rest) >= 2 and len(rest) >= 2 + rest[1]:
        elements.append((rest[0], rest[2 : 2 + rest[1]]))
        rest = rest[2 + rest[1] :]
    return [] if rest else elements


def _utf16(octets: bytes, concat: Concat | None) -> str:
    """Decode UCS-2, which phones fill with UTF-16; an odd last octet is dropped.

    Half a surrogate pair stays at that end of a part where its other half may be in the next part.
    """
    text = octets[: len(octets) & ~1].decode("utf-16-be", "surrogatepass")
    start, end = 0, len(text)
    if concat and concat.sequence > 1 and "\udc00" <= text[:1] <= "\udfff":
        start = 1
    if concat and concat.sequence < concat.total and "\ud800" <= text[-1:] <= "\udbff":
        end -= 1
    return text[:start] + gsm7.mend(text[start:end]) + text[end:]
