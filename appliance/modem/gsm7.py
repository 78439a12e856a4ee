"""The GSM 7-bit default alphabet (3GPP 23.038 section 6.2.1) and how many parts a text takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_ESC: Final = 0x1B

# 23.038 section 6.2.1, one row of the standard's table a line. 0x1B is the escape to the extension table.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)

# 23.038 section 6.2.1.1. 0x0A is the page break, which Unicode calls form feed.
_EXTENSION: Final = {
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

# "Reserved for the extension to another extension table": a space until there is one.
_SECOND_ESC: Final = " "

# A character's septets. ESC itself is no character anybody can write.
_SEPTETS: Final = {character: bytes((code,)) for code, character in enumerate(_BASIC) if code != _ESC} | {
    character: bytes((_ESC, code)) for code, character in _EXTENSION.items()
}


class Alphabet(StrEnum):
    """The two alphabets a text is sent in (23.038 section 4)."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


# 140 octets of user data; a part of a longer text gives 6 of them to the concatenation header
# (23.040 section 9.2.3.24.1): whole text, part. In septets, or in UTF-16 units.
_ROOM: Final = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Parts:
    """A text as it will be sent: its alphabet, the words of each part, and its length.

    `units` counts septets or UTF-16 units, by the alphabet, of the whole text without headers.
    """

    alphabet: Alphabet
    texts: tuple[str, ...]
    units: int


def septets(text: str) -> int | None:
    """Count the septets of a text: extension characters cost 2. None when GSM-7 cannot write it."""
    try:
        return sum(len(_SEPTETS[character]) for character in text)
    except KeyError:
        return None


def encode(text: str) -> bytes:
    """Encode a text, one septet a byte. Raises ValueError naming the first character GSM-7 has not got."""
    try:
        return b"".join(_SEPTETS[character] for character in text)
    except KeyError as missing:
        character = missing.args[0]
        reason = f"U+{ord(character):04X} is not in the GSM-7 alphabet: {character!a}"
        raise ValueError(reason) from None


def decode(septets: bytes) -> str:
    """Decode septets, one a byte (bit 8 is ignored). Never raises.

    An extension code nobody has defined is shown as the basic character of that code (6.2.1.1), an
    escape with nothing to escape as a space (6.2.1 note 1).
    """
    return "".join(_characters(septets))


def _characters(septets: bytes) -> Iterator[str]:
    codes = iter(septets)
    for octet in codes:
        code = octet & 0x7F
        if code != _ESC:
            yield _BASIC[code]
            continue
        escaped = next(codes, _ESC) & 0x7F
        yield _SECOND_ESC if escaped == _ESC else _EXTENSION.get(escaped, _BASIC[escaped])


def mend(text: str) -> str:
    """Join surrogate halves that belong together; a lone half becomes U+FFFD."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def split(text: str) -> Parts:
    """Split a text into the parts it is sent as: GSM-7 when it can be, else UCS-2.

    160 septets or 70 UTF-16 units fit in one part; of a longer text 153 or 67 in each. No part ends
    between an escape and its character or between two surrogates. Lone surrogates become U+FFFD.
    """
    text = mend(text)
    units = septets(text)
    if units is not None:
        alphabet, cost = Alphabet.GSM7, _septet_cost
    else:
        alphabet, cost = Alphabet.UCS2, _utf16_cost
        units = sum(map(cost, text))
    whole, part = _ROOM[alphabet]
    texts = (text,) if units <= whole else tuple(_fill(text, [cost(character) for character in text], part))
    return Parts(alphabet, texts, units)


def _septet_cost(character: str) -> int:
    return len(_SEPTETS[character])


def _utf16_cost(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _fill(text: str, costs: list[int], room: int) -> Iterator[str]:
    """Give each part as many whole characters as there is room for."""
    start = used = 0
    for end, cost in enumerate(costs):
        if used + cost > room:
            yield text[start:end]
            start, used = end, 0
        used += cost
    yield text[start:]
