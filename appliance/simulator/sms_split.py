"""How a sending phone cuts a long text into messages (23.040 section 9.2.3.24.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from appliance.simulator import alphabet
from appliance.simulator.sms_pdu import Address, Coding, build_deliver


def deliveries(
    sender: str,
    words: str,
    at: datetime,
    reference: int,
    *,
    wide_reference: bool = False,
    careless: bool = False,
) -> list[bytes]:
    """Return the SMS-DELIVER units a phone's text arrives as, in order.

    `wide_reference` uses the 16-bit element; `careless` cuts surrogate pairs in two, as some gateways do.
    """
    address = Address.of(sender)
    coding = Coding.UCS2 if alphabet.septets_of(words) is None else Coding.GSM7
    pieces = _pieces(words, coding, 0)
    if len(pieces) == 1:
        return [build_deliver(address, at, coding, words)]
    header_octets = 7 if wide_reference else 6
    pieces = _pieces(words, coding, header_octets, careless=careless)
    kind = bytes((8, 4)) if wide_reference else bytes((0, 3))
    tag = kind + (reference % 65536).to_bytes(2) if wide_reference else kind + bytes((reference % 256,))
    return [
        build_deliver(address, at, coding, piece, tag + bytes((len(pieces), sequence)))
        for sequence, piece in enumerate(pieces, 1)
    ]


def _pieces(words: str, coding: Coding, header_octets: int, *, careless: bool = False) -> list[str]:
    if coding is Coding.UCS2:
        room = (140 - header_octets) // 2
        if careless:
            units = alphabet.units_of(words)
            return [alphabet.text_of_units(b"".join(units[i : i + room])) for i in range(0, len(units), room)]
        return list(_cut(words, room, lambda c: len(alphabet.units_of(c))))
    room = 160 - (header_octets * 8 + 6) // 7
    return list(_cut(words, room, lambda c: len(alphabet.septets_of(c) or ())))


def _cut(words: str, room: int, cost: Callable[[str], int]) -> Iterator[str]:
    piece, used = "", 0
    for character in words:
        if used + cost(character) > room:
            yield piece
            piece, used = "", 0
        piece += character
        used += cost(character)
    yield piece
