"""Random well-formed messages with the truth about them, built from the standard by tpdu_builder."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.modem.pdu import Concat
from tests.modem import tpdu_builder as build
from tests.modem.other_codecs import Reading

BASIC = "".join(build.CODE_OF)
EXTENSION = "".join(build.EXTENSION_CODE_OF)
# Letters of many scripts, punctuation that phones put in by themselves, and what GSM-7 has too.
WIDE = (
    "abc XYZ 0123 []^\n\u00e9\u00e7\u00a3\u20ac\u2013\u2018\u2019\u201c\u201d\u2026\u0416\u05d0\u0639\u0939"
    "\u4e2d\u200d\ufe0f\U0001f600\U0001f527\U0001f6bf\U00020bb7"
)
UNDEFINED = [code for code in range(0x80) if code not in {build.ESC, *build.EXTENSION_CODE_OF.values()}]


@dataclass(frozen=True)
class Case:
    """One SMS-DELIVER, or SMS-SUBMIT, and the truth about it."""

    hex: str
    truth: Reading
    coding: int
    plain_hex: str  # the same with the TP-DCS of the general group that means the same
    user_data: bytes  # with TP-UDL before it
    header: bytes = b""
    elements: tuple[int, ...] = ()
    escapes: tuple[int, ...] = ()  # codes of the septets that follow an escape
    name: str | None = None  # the sender, when it is a name
    local: datetime | None = None  # the time where it was sent, as if that were UTC

    @property
    def gsm7(self) -> bool:
        return equivalent(self.coding) == 0x00

    @property
    def ucs2(self) -> bool:
        return equivalent(self.coding) == 0x08

    @property
    def words(self) -> str:
        """The true text; nothing when the message is data."""
        return self.truth.text if isinstance(self.truth.text, str) else ""

    @property
    def digits(self) -> str:
        """The true number with its "+"; nothing when the sender is a name."""
        return "" if self.name is not None else self.truth.number or ""


def equivalent(coding: int) -> int:
    """Return 0x00, 0x04 or 0x08 for a TP-DCS, as the table of 23.038 section 4 has it."""
    group, low = f"{coding >> 4:04b}", coding >> 2 & 0x03
    if group[0] == "0":
        return {0: 0x00, 1: 0x04, 2: 0x08, 3: 0x00}[low]
    if group == "1110":
        return 0x08
    if group == "1111" and low & 1:
        return 0x04
    return 0x00


def deliveries(seed: int, count: int) -> list[Case]:
    """Return so many random received messages."""
    chance = random.Random(seed)
    return [_delivery(chance) for _ in range(count)]


def number(chance: random.Random) -> str:
    """Return an international number of 7 to 15 digits that belongs to nobody."""
    length = chance.choice([7, 8, 11, 12, 12, 12, 13, 15])
    return "4477009" + "".join(chance.choices("0123456789", k=length - 7))


def gsm7_words(chance: random.Random, room: int) -> str:
    """Return words that GSM-7 can write, in at most `room` septets."""
    alphabet = chance.choice([*[BASIC] * 7, BASIC + EXTENSION, EXTENSION + "ab ", "@a"])
    words = "".join(
        chance.choices(alphabet, k=chance.choice([0, 1, 7, 8, 15, room, chance.randint(0, room)]))
    )
    while len(build.septets(words)) > room:
        words = words[1:]
    return words


def wide_words(chance: random.Random, room: int) -> str:
    """Return words that need UCS-2, or do not but are sent in it, in at most `room` UTF-16 units."""
    letters = WIDE + "~" * (chance.random() < 0.1)
    words = "".join(chance.choices(letters, k=chance.choice([0, 1, 5, room, chance.randint(0, room)])))
    while len(build.ucs2(words)) // 2 > room:
        words = words[1:]
    return words


def _sender(chance: random.Random) -> tuple[bytes, str, str | None]:
    """Return an address, the number it says, and the name if it is one."""
    match chance.randrange(16):
        case 0 | 1 | 2 | 3 | 4 | 5 | 6:
            digits = number(chance)
            return build.number(digits), "+" + digits, None
        case 7 | 8:
            digits = "07700900" + f"{chance.randrange(1000):03d}"
            return build.number(digits, chance.choice([0x81, 0xA1, 0x80, 0xC1])), digits, None
        case 9 | 10:
            digits = "".join(chance.choices("0123456789", k=chance.randint(3, 6)))
            return build.number(digits, chance.choice([0x81, 0xB1, 0xE1, 0x89])), digits, None
        case 11:
            digits = "".join(chance.choices("0123456789*#abc", k=chance.randint(1, 8)))
            return build.number(digits, 0x81), digits, None
        case 12:
            return build.number("", chance.choice([0x81, 0x91])), "", None
        case 13:
            name = "".join(chance.choices(BASIC, k=chance.randint(1, 11)))
            return build.name(name), name, name
        case _:
            name = "".join(chance.choices("ABCDabcd 0123&.-", k=chance.randint(1, 11)))
            return build.name(name), name, name


def _elements(chance: random.Random) -> tuple[list[tuple[int, bytes]], Concat | None]:
    """Return information elements, none more often than not, and the concatenation that they say."""
    total = chance.randint(1, 255)
    sequence = chance.randint(1, total)
    eight = (0x00, bytes((chance.randrange(256), total, sequence)))
    sixteen = (0x08, chance.randbytes(2) + bytes((total, sequence)))
    concat = chance.choice([eight, sixteen])
    other = chance.choice(
        [(0x04, chance.randbytes(2)), (0x05, b"\x0b\x84" + chance.randbytes(2)), (0x24, b"\x01"), (0x70, b"")]
    )
    elements: Sequence[tuple[int, bytes]] = chance.choice(
        [*[[]] * 9, *[[concat]] * 6, [concat, other], [other, concat], [other], [eight, sixteen]]
    )
    said = None
    for identifier, value in elements:
        if identifier in (0x00, 0x08):
            said = Concat(int.from_bytes(value[:-2], "big"), total, sequence)
    return list(elements), said


def _delivery(chance: random.Random) -> Case:
    address, sender, name = _sender(chance)
    elements, concat = _elements(chance)
    coding = chance.choice([0x00] * 8 + [0x08] * 5 + [0x10, 0x11, 0x18, 0x04, 0xF5, 0xC0, 0xD1])
    if not elements and chance.random() < 0.15:
        coding = chance.choice([0x0C, 0x40, 0x48, 0x54, 0x80, 0x9C, 0xB4, 0xC8, 0xD8, 0xE0, 0xE9, 0xF1, 0xF6])
    head = build.header(elements)
    escapes: list[int] = []
    text: str | bytes
    match equivalent(coding):
        case 0x00:
            room = (140 - len(head)) * 8 // 7
            text = words = gsm7_words(chance, room)
            codes = build.septets(words)
            if words and len(codes) + 2 <= room and chance.random() < 0.05:
                undefined = chance.choice(UNDEFINED)
                codes = [build.ESC, undefined, *codes]
                text = (
                    next(character for character, code in build.CODE_OF.items() if code == undefined) + words
                )
            escapes = [after for code, after in itertools.pairwise(codes) if code == build.ESC]
            user_data = build.gsm7_user_data(codes, head)
        case 0x04:
            text = chance.randbytes(chance.randint(0, 140 - len(head)))
            user_data = build.octet_user_data(text, head)
        case _:
            text = wide_words(chance, (140 - len(head)) // 2 - 1)
            if concat and 1 < concat.sequence < concat.total and chance.random() < 0.3:
                text = chance.choice([f"\udd27{text}"[:-1], f"{text[1:]}\ud83d"])
            user_data = build.octet_user_data(build.ucs2(text), head)
    quarters = chance.choice([0, 0, 4, -20, chance.randint(-79, 79)])
    local = datetime(2020, 1, 2, tzinfo=UTC) + timedelta(seconds=chance.randrange(30 * 365 * 86400))
    centre = chance.choice([b"", build.number("447700900000")[1:], build.number("44770090000")[1:]])
    first, protocol = chance.choice([0x00, 0x04, 0x24, 0x84]), chance.choice([0x00, 0x00, 0x39, 0x41])
    whole, plain = (
        build.deliver(
            user_data,
            sender=address,
            sent=build.stamp(local, quarters),
            coding=data_coding,
            with_header=bool(head),
            first=first,
            protocol=protocol,
            centre=centre,
        )
        for data_coding in (coding, equivalent(coding))
    )
    truth = Reading(sender, text, concat, build.utc(local, quarters))
    identifiers = tuple(identifier for identifier, _ in elements)
    return Case(whole, truth, coding, plain, user_data, head, identifiers, tuple(escapes), name, local)
