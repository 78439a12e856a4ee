"""SMS TPDUs (3GPP 23.040): texts to send, texts received, status reports, and parts joined again.

Section numbers are those of 23.040 unless another standard is named.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from appliance.modem import gsm7, user_data
from appliance.modem.user_data import Coding, Concat

with warnings.catch_warnings():
    # Its modem.py, which comes along, holds escapes that Python warns about when it compiles them.
    warnings.simplefilter("ignore")
    from gsmmodem.pdu import Concatenation, encodeSemiOctets, encodeUcs2, packSeptets

__all__ = [
    "Address",
    "BadPdu",
    "Concat",
    "Deliver",
    "Settled",
    "StatusReport",
    "SubmitPdu",
    "decode",
    "encode_submit",
    "join_parts",
    "same_submit",
    "settled",
]

_SUBMIT: Final = 0x01  # TP-MTI, section 9.2.3.1
_RELATIVE_VALIDITY: Final = 0x10  # TP-VPF, section 9.2.3.3
_STATUS_REPORT_REQUEST: Final = 0x20  # TP-SRR, section 9.2.3.5
_HEADER_INDICATOR: Final = 0x40  # TP-UDHI, section 9.2.3.23
_INTERNATIONAL: Final = 0x91  # type of address, section 9.1.2.5: international number, ISDN numbering plan
_DATA_CODING: Final = {gsm7.Alphabet.GSM7: 0x00, gsm7.Alphabet.UCS2: 0x08}  # TP-DCS, 23.038 section 4
_MOST_PARTS: Final = 255

# TP-VP, section 9.2.3.12.1: first and last octet of a range, its step, the period just before the range.
_VALIDITY: Final = (
    (197, 255, timedelta(weeks=1), timedelta(weeks=4)),
    (168, 196, timedelta(days=1), timedelta(days=1)),
    (144, 167, timedelta(minutes=30), timedelta(hours=12)),
    (0, 143, timedelta(minutes=5), timedelta()),
)

# The longest TPDU with its service centre has fewer than 200 octets.
_MOST_HEX_DIGITS: Final = 1024
_DIGITS: Final = "0123456789*#abc"  # semi-octets, section 9.1.2.3; 15 is the end mark


@dataclass(frozen=True, slots=True)
class SubmitPdu:
    """One part to send: `hex` opens with 00, "the modem's own service centre"; `length` is for AT+CMGS=."""

    hex: str
    length: int  # octets of the TPDU, without the service centre (27.005 section 3.5.1)


def same_submit(one: str, other: str) -> bool:
    """Tell whether two PDUs in hex are the same SMS-SUBMIT (section 9.2.2.2).

    The service centre before it and the message reference within are left out: a modem writes its own.
    """
    first, second = _submitted(one), _submitted(other)
    return first is not None and first == second


def _submitted(raw: str) -> tuple[str, str] | None:
    try:
        tpdu = raw[2 + 2 * int(raw[:2], 16) :].upper()
    except ValueError:
        return None
    return (tpdu[:2], tpdu[4:]) if len(tpdu) > 4 else None


@dataclass(frozen=True, slots=True)
class Address:
    """Who a text is from or to (section 9.1.2.5): international with its "+", "" when none is given."""

    number: str
    type_of_address: int
    alphanumeric: bool  # a name such as "EE", which cannot be answered


@dataclass(frozen=True, slots=True)
class Deliver:
    """SMS-DELIVER: a text received (section 9.2.2.1).

    `sent_at` is in UTC, None when the time stamp is no time. A part of a longer text may begin or end
    with half a surrogate pair: join_parts mends it.
    """

    sender: Address
    text: str
    sent_at: datetime | None
    concat: Concat | None
    binary: bool = False  # 8-bit data, no words: `text` shows the octets as Latin-1
    port: int | None = None  # for an application, as an MMS notice is (2948), not for a person


@dataclass(frozen=True, slots=True)
class StatusReport:
    """SMS-STATUS-REPORT: what became of a text sent (section 9.2.2.3). Times in UTC, None when unreadable."""

    reference: int  # TP-MR, as +CMGS gave it
    recipient: Address
    sent_at: datetime | None
    settled_at: datetime | None
    status: int  # TP-ST, see settled()


@dataclass(frozen=True, slots=True)
class BadPdu:
    """What a modem gave cannot be read as a text; the reason never quotes it."""

    reason: str


class Settled(StrEnum):
    """What a status report says of a text."""

    DELIVERED = "DELIVERED"
    PENDING = "PENDING"
    GIVEN_UP = "GIVEN_UP"


def encode_submit(
    number: str,
    text: str,
    *,
    concat_reference: int = 0,
    status_report: bool = False,
    validity: timedelta | None = None,
) -> tuple[SubmitPdu, ...]:
    """Encode a text as SMS-SUBMITs (section 9.2.2.2), one for each part.

    `number` is E.164 with its "+". `concat_reference`, 0 to 255, ties the parts together; use another one
    for each text. `validity` is how long the service centre keeps trying, from 5 minutes to 63 weeks,
    rounded down to what TP-VP can say; None leaves it to the network. Raises ValueError.
    """
    if not re.fullmatch(r"\+[0-9]{7,15}", number):
        raise ValueError("Give the number in full, like +447700900123.")
    if not 0 <= concat_reference <= 255:
        raise ValueError("The concatenation reference must be from 0 to 255.")
    parts = gsm7.split(text)
    total = len(parts.texts)
    if total > _MOST_PARTS:
        raise ValueError("The text is too long: it needs more than 255 parts.")
    first = (
        _SUBMIT | (_STATUS_REPORT_REQUEST if status_report else 0) | (_HEADER_INDICATOR if total > 1 else 0)
    )
    period = b""
    if validity is not None:
        first |= _RELATIVE_VALIDITY
        period = bytes((_relative_validity(validity),))
    digits = number.removeprefix("+")
    fixed = bytes((first, 0, len(digits), _INTERNATIONAL, *encodeSemiOctets(digits), 0))
    fixed += bytes((_DATA_CODING[parts.alphabet],)) + period
    return tuple(
        _submit(fixed + _user_data(part, parts.alphabet, _concatenation(concat_reference, total, sequence)))
        for sequence, part in enumerate(parts.texts, start=1)
    )


def _submit(tpdu: bytes) -> SubmitPdu:
    return SubmitPdu("00" + tpdu.hex().upper(), len(tpdu))


def _concatenation(reference: int, total: int, sequence: int) -> bytes:
    """Return the header that numbers a part, its length octet first; nothing for a text of one part."""
    if total == 1:
        return b""
    element = bytes(Concatenation(0x00, 3, [reference, total, sequence]).encode())
    return bytes((len(element),)) + element


def _user_data(text: str, alphabet: gsm7.Alphabet, header: bytes) -> bytes:
    """Return TP-UDL and TP-UD (sections 9.2.3.16 and 9.2.3.24)."""
    if alphabet is gsm7.Alphabet.GSM7:
        codes = bytearray(gsm7.encode(text))
        length = math.ceil(len(header) * 8 / 7) + len(codes)
        return bytes((length,)) + header + bytes(packSeptets(codes, padBits=len(header) * 8 % 7))
    units = text.encode("utf-16-be")
    halves = (chr(units[i] << 8 | units[i + 1]) for i in range(0, len(units), 2))
    return bytes((len(header) + len(units),)) + header + bytes(encodeUcs2(halves))


def _relative_validity(validity: timedelta) -> int:
    """Return the TP-VP of the longest period that is no longer than asked, but at least 5 minutes."""
    if not timedelta() < validity <= timedelta(weeks=63):
        raise ValueError("The validity must be more than nothing and at most 63 weeks.")
    for first, last, step, before in _VALIDITY:
        steps = (validity - before) // step
        if steps >= 1:
            return min(first + steps - 1, last)
    return 0


class _UnreadableError(Exception):
    """The octets end too early, or say what no SMS-DELIVER or SMS-STATUS-REPORT says."""


class _Octets:
    """A TPDU being read from its beginning."""

    __slots__ = ("_at", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, count: int, what: str) -> bytes:
        taken = self._octets[self._at : self._at + count]
        if len(taken) < count:
            reason = f"The PDU ends inside {what}."
            raise _UnreadableError(reason)
        self._at += count
        return taken

    def octet(self, what: str) -> int:
        return self.take(1, what)[0]

    def rest(self) -> bytes:
        return self._octets[self._at :]


def decode(hex_pdu: str) -> Deliver | StatusReport | BadPdu:
    """Decode a received message as a modem hands it over: the service centre, then the TPDU. Never raises."""
    if len(hex_pdu) > _MOST_HEX_DIGITS:
        return BadPdu("The PDU is too long.")
    digits = hex_pdu.strip()
    if not re.fullmatch("(?:[0-9A-Fa-f]{2})+", digits):
        return BadPdu("The PDU is not made of pairs of hexadecimal digits.")
    octets = _Octets(bytes.fromhex(digits))
    try:
        octets.take(octets.octet("the service centre"), "the service centre")
        first = octets.octet("the message type")
        match first & 0x03:
            case 1:
                return BadPdu("The PDU is a text to send, not one received.")
            case 2:
                return _status_report(octets)
            case _:  # 0, and 3: section 9.2.3.1 has a reserved type processed as an SMS-DELIVER
                return _deliver(octets, has_header=bool(first & _HEADER_INDICATOR))
    except _UnreadableError as wrong:
        return BadPdu(str(wrong))


def _deliver(octets: _Octets, *, has_header: bool) -> Deliver:
    sender = _address(octets, "the sender")
    octets.octet("the protocol identifier")
    coding = user_data.coding(octets.octet("the data coding scheme"))
    if coding is Coding.COMPRESSED:
        raise _UnreadableError("The text is compressed, which no phone reads.")
    sent_at = _timestamp(octets.take(7, "the time stamp"))
    length = octets.octet("the user data length")
    rest = octets.rest()
    if length and not rest:
        raise _UnreadableError("The PDU ends before the text.")
    data = user_data.read(rest, length, coding, has_header=has_header)
    return Deliver(sender, data.text, sent_at, data.concat, coding is Coding.DATA, data.port)


def _status_report(octets: _Octets) -> StatusReport:
    """Read up to TP-ST; TP-PI and all that it announces adds nothing we use (section 9.2.3.27)."""
    return StatusReport(
        reference=octets.octet("the message reference"),
        recipient=_address(octets, "the recipient"),
        sent_at=_timestamp(octets.take(7, "the time stamp")),
        settled_at=_timestamp(octets.take(7, "the discharge time")),
        status=octets.octet("the status"),
    )


def _address(octets: _Octets, what: str) -> Address:
    """Read an address: its length in semi-octets, its type, its value (section 9.1.2.5)."""
    semi_octets = octets.octet(what)
    type_of_address = octets.octet(what)
    value = octets.take((semi_octets + 1) // 2, what)
    type_of_number = type_of_address >> 4 & 0x07
    if type_of_number == 0b101:
        name = gsm7.decode(user_data.unpack(value, semi_octets * 4 // 7))
        return Address(name, type_of_address, alphanumeric=True)
    codes = [code for octet in value for code in (octet & 0x0F, octet >> 4)][:semi_octets]
    digits = "".join(_DIGITS[code] for code in codes[: codes.index(15) if 15 in codes else None])
    plus = "+" if digits and type_of_number == 0b001 else ""
    return Address(plus + digits, type_of_address, alphanumeric=False)


def _timestamp(octets: bytes) -> datetime | None:
    """Read a time stamp with its zone in quarters of an hour (section 9.2.3.11). None when it is no time."""
    digits = [digit for octet in octets for digit in (octet & 0x0F, octet >> 4)]
    west, digits[12] = digits[12] & 0x08, digits[12] & 0x07  # the sign of the zone
    if max(digits) > 9:
        return None
    year, month, day, hour, minute, second, quarters = (
        10 * tens + units for tens, units in zip(digits[::2], digits[1::2], strict=True)
    )
    zone = timedelta(minutes=-15 * quarters if west else 15 * quarters)
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=timezone(zone)).astimezone(UTC)
    except ValueError:
        return None


def join_parts(texts: Iterable[str]) -> str:
    """Join the parts of a text and mend the surrogate pairs cut between them; lone halves become U+FFFD."""
    return gsm7.mend("".join(texts))


def settled(status: int) -> Settled:
    """Read TP-ST (section 9.2.3.15): 0x20-0x3F the centre still tries, 0x40-0x7F it tries no more.

    Values nobody defined leave the text pending: an owner must not be told of a failure that was none.
    """
    match status:
        case 0x00 | 0x01 | 0x02:  # received; forwarded, unconfirmed; replaced
            return Settled.DELIVERED
        case _ if 0x40 <= status <= 0x7F:
            return Settled.GIVEN_UP
    return Settled.PENDING
