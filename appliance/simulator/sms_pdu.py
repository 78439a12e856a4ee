"""SMS transfer units as the network and the terminal exchange them (3GPP 23.040 section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

from appliance.simulator import alphabet

INTERNATIONAL = 0x91
UNKNOWN = 0x81
ALPHANUMERIC = 0xD0
_DIGITS = "0123456789*#abc"  # 23.040 section 9.1.2.3: the semi-octet values 0 to 14


class BadPdu(ValueError):
    """The octets are no transfer unit of the kind that was expected."""


class Coding(Enum):
    """What the octets of the user data are (23.038 section 4)."""

    GSM7 = 0x00
    OCTETS = 0x04
    UCS2 = 0x08


@dataclass(frozen=True, slots=True)
class Address:
    """A number, with a plus sign when its type of address says international; or a sender's name."""

    number: str
    type_of_address: int

    @classmethod
    def of(cls, number: str) -> Address:
        """Return the address a person would write so: digits, +digits, or a name of up to 11 characters."""
        if number.startswith("+") and number[1:].isdecimal():
            return cls(number, INTERNATIONAL)
        if number and all(c in _DIGITS for c in number):
            return cls(number, UNKNOWN)
        return cls(number, ALPHANUMERIC)

    def octets(self) -> bytes:
        """Encode as in 23.040 section 9.1.2.5: length in semi-octets, type, value."""
        if self.type_of_address & 0x70 == 0x50:
            septets = alphabet.septets_of(self.number) or []
            return bytes(((7 * len(septets) + 3) // 4, self.type_of_address)) + alphabet.pack(septets)
        digits = self.number.removeprefix("+")
        return bytes((len(digits), self.type_of_address)) + semi_octets(digits)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of a longer text this is (23.040 section 9.2.3.24.1)."""

    reference: int
    total: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Submit:
    """SMS-SUBMIT: a text on its way out. `validity` is the raw octets of TP-VP, empty when there is none."""

    first_octet: int
    recipient: Address
    protocol: int
    data_coding: int
    validity: bytes
    user_data: bytes
    text: str
    concatenation: Concatenation | None

    @property
    def wants_report(self) -> bool:
        """Return whether TP-SRR asks for a status report."""
        return bool(self.first_octet & 0x20)


@dataclass(frozen=True, slots=True)
class Deliver:
    """SMS-DELIVER: a text on its way in."""

    first_octet: int
    sender: Address
    protocol: int
    data_coding: int
    stamp: bytes
    user_data: bytes
    text: str
    concatenation: Concatenation | None


@dataclass(frozen=True, slots=True)
class Report:
    """SMS-STATUS-REPORT: what became of a text that was sent."""

    first_octet: int
    reference: int
    recipient: Address
    stamp: bytes
    discharged: bytes
    status: int


class _Reader:
    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, count: int) -> bytes:
        """Return the next octets. BadPdu when there are fewer."""
        taken = self._octets[self._at : self._at + count]
        if len(taken) != count:
            raise BadPdu("the unit ends too early")
        self._at += count
        return taken

    def octet(self) -> int:
        return self.take(1)[0]

    def address(self) -> Address:
        length, kind = self.octet(), self.octet()
        value = self.take((length + 1) // 2)
        if kind & 0x70 == 0x50:
            return Address(alphabet.text_of(alphabet.unpack(value, length * 4 // 7)), kind)
        digits = read_semi_octets(value)[:length]
        if len(digits) != length:
            raise BadPdu("the address has fewer digits than it says")
        return Address("+" + digits if digits and kind & 0x70 == 0x10 else digits, kind)


def semi_octets(digits: str) -> bytes:
    """Encode digits two an octet, the first in the low half (23.040 section 9.1.2.3)."""
    values = [_DIGITS.index(d) for d in digits] + [0xF] * (len(digits) % 2)
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2], strict=True))


def read_semi_octets(octets: bytes) -> str:
    """Decode digits up to the filler."""
    halves = [half for octet in octets for half in (octet & 0xF, octet >> 4)]
    return "".join(_DIGITS[h] for h in halves if h != 0xF)


def coding_of(data_coding: int) -> Coding:
    """Return the alphabet a data coding scheme names (23.038 section 4)."""
    group = data_coding >> 4
    if group < 0x8:
        return {1: Coding.OCTETS, 2: Coding.UCS2}.get(data_coding >> 2 & 3, Coding.GSM7)
    if group == 0xE:
        return Coding.UCS2
    return Coding.OCTETS if group == 0xF and data_coding & 0x04 else Coding.GSM7


def stamp(at: datetime) -> bytes:
    """Encode a service centre time stamp: local time and its zone (23.040 section 9.2.3.11)."""
    offset = at.utcoffset() or timedelta()
    quarters = round(offset / timedelta(minutes=15))
    zone = semi_octets(f"{abs(quarters):02d}")[0] | (0x08 if quarters < 0 else 0)
    return semi_octets(f"{at:%y%m%d%H%M%S}") + bytes((zone,))


def read_stamp(octets: bytes) -> datetime:
    """Decode a service centre time stamp. BadPdu when it is no date."""
    quarters = (octets[6] & 0x07) * 10 + (octets[6] >> 4)
    zone = timezone(timedelta(minutes=15 * (-quarters if octets[6] & 0x08 else quarters)))
    try:
        naive = datetime.strptime(read_semi_octets(octets[:6]), "%y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise BadPdu("the time stamp is no time") from wrong
    return naive.replace(tzinfo=zone)


def read_submit(tpdu: bytes) -> Submit:
    """Decode SMS-SUBMIT (23.040 section 9.2.2.2). BadPdu for anything else."""
    reader = _Reader(tpdu)
    first = reader.octet()
    if first & 0x03 != 0x01:
        raise BadPdu("not an SMS-SUBMIT")
    reader.octet()  # TP-MR: the modem puts its own
    recipient = reader.address()
    protocol, coding = reader.octet(), reader.octet()
    validity = reader.take((0, 7, 1, 7)[first >> 3 & 3])
    data, text, concatenation = _user_data(reader, coding, has_header=bool(first & 0x40))
    return Submit(first, recipient, protocol, coding, validity, data, text, concatenation)


def read_deliver(tpdu: bytes) -> Deliver:
    """Decode SMS-DELIVER (23.040 section 9.2.2.1). BadPdu for anything else."""
    reader = _Reader(tpdu)
    first = reader.octet()
    if first & 0x03 != 0x00:
        raise BadPdu("not an SMS-DELIVER")
    sender, protocol, coding = reader.address(), reader.octet(), reader.octet()
    sent = reader.take(7)
    data, text, concatenation = _user_data(reader, coding, has_header=bool(first & 0x40))
    return Deliver(first, sender, protocol, coding, sent, data, text, concatenation)


def read_report(tpdu: bytes) -> Report:
    """Decode SMS-STATUS-REPORT (23.040 section 9.2.2.3). BadPdu for anything else."""
    reader = _Reader(tpdu)
    first = reader.octet()
    if first & 0x03 != 0x02:
        raise BadPdu("not an SMS-STATUS-REPORT")
    reference, recipient = reader.octet(), reader.address()
    return Report(first, reference, recipient, reader.take(7), reader.take(7), reader.octet())


def _user_data(
    reader: _Reader, data_coding: int, *, has_header: bool
) -> tuple[bytes, str, Concatenation | None]:
    coding, length = coding_of(data_coding), reader.octet()
    data = reader.take((length * 7 + 7) // 8 if coding is Coding.GSM7 else length)
    header_octets = data[0] + 1 if has_header and data else 0
    if header_octets > len(data):
        raise BadPdu("the header is longer than the user data")
    concatenation = _concatenation(data[1:header_octets]) if header_octets else None
    if coding is Coding.GSM7:
        header_septets = (header_octets * 8 + 6) // 7
        fill = header_septets * 7 - header_octets * 8
        septets = alphabet.unpack(data[header_octets:], max(length - header_septets, 0), fill)
        return data, alphabet.text_of(septets), concatenation
    body = data[header_octets:]
    text = alphabet.text_of_units(body) if coding is Coding.UCS2 else body.decode("latin-1")
    return data, text, concatenation


def _concatenation(elements: bytes) -> Concatenation | None:
    while len(elements) >= 2:
        element, length = elements[0], elements[1]
        value, elements = elements[2 : 2 + length], elements[2 + length :]
        if len(value) != length:
            raise BadPdu("an information element ends too early")
        if element in (0x00, 0x08) and length == 3 + (element == 0x08):
            return Concatenation(int.from_bytes(value[:-2]), value[-2], value[-1])
    return None


def build_submit(  # each argument is a field of the unit
    first_octet: int, recipient: Address, protocol: int, data_coding: int, validity: bytes, text: str
) -> bytes:
    """Encode one SMS-SUBMIT, as a modem does for AT+CMGS in text mode. BadPdu when the text does not fit."""
    length, data = _encode(text, coding_of(data_coding))
    head = bytes((first_octet & 0xBF | 0x01, 0)) + recipient.octets() + bytes((protocol, data_coding))
    return head + validity + bytes((length,)) + data


def build_deliver(sender: Address, at: datetime, coding: Coding, text: str, header: bytes = b"") -> bytes:
    """Encode one SMS-DELIVER. `header` is the information elements, without their length."""
    first = 0x04 | (0x40 if header else 0)  # TP-MMS: no more messages are waiting
    length, data = _encode(text, coding, header)
    return bytes((first,)) + sender.octets() + bytes((0, coding.value)) + stamp(at) + bytes((length,)) + data


def build_report(
    reference: int, recipient: Address, sent: datetime, discharged: datetime, status: int
) -> bytes:
    """Encode one SMS-STATUS-REPORT."""
    return bytes((0x06, reference)) + recipient.octets() + stamp(sent) + stamp(discharged) + bytes((status,))


def _encode(text: str, coding: Coding, header: bytes = b"") -> tuple[int, bytes]:
    prefix = bytes((len(header),)) + header if header else b""
    if coding is Coding.GSM7:
        septets = alphabet.septets_of(text)
        if septets is None:
            raise BadPdu("a character is not in the GSM alphabet")
        header_septets = (len(prefix) * 8 + 6) // 7
        data = prefix + alphabet.pack(septets, header_septets * 7 - len(prefix) * 8)
        length = header_septets + len(septets)
    else:
        encoding = "utf-16-be" if coding is Coding.UCS2 else "latin-1"
        data = prefix + text.encode(encoding, "surrogatepass" if coding is Coding.UCS2 else "replace")
        length = len(data)
    if len(data) > 140:
        raise BadPdu("the text is too long for one message")
    return length, data


def join(parts: Sequence[str]) -> str:
    """Join the parts of a text; a surrogate pair that was cut between two is whole again."""
    return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
