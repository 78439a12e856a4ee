"""Texts on their way into a box on the desk, each with a time stamp and a place of its own."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.modem import tpdu_builder as build

if TYPE_CHECKING:
    from tests.daemon_rig import DaemonRig

_BEGAN = datetime(2026, 11, 3, 9, 0, 0)  # noqa: DTZ001 - local time, as a stamp has it
_CONCATENATED = 0x00  # information element of a concatenated text, 23.040 section 9.2.3.24.1

_counted = itertools.count()


def address(sender: str) -> bytes:
    """Return a sender's address: a number however it is written, or a name."""
    digits = "".join(filter(str.isdigit, sender))
    if not digits:
        return build.name(sender)
    if len(digits) <= 6:
        return build.number(digits, 0x81)
    return build.number("44" + digits[1:] if digits.startswith("0") else digits)


def pdus(words: str, sender: str = "07700900123", *, ucs2: bool = False, parts: int = 1) -> list[str]:
    """Return a text as the network hands it over, in so many parts."""
    count = next(_counted)
    sent = build.stamp(_BEGAN + timedelta(seconds=count))
    size = -(-len(words) // parts)
    made = []
    for part in range(parts):
        said = words[part * size : (part + 1) * size]
        head = b""
        if parts > 1:
            head = build.header([(_CONCATENATED, bytes((count % 256, parts, part + 1)))])
        data = (
            build.octet_user_data(build.ucs2(said), head)
            if ucs2
            else build.gsm7_user_data(build.septets(said), head)
        )
        made.append(
            build.deliver(
                data, sender=address(sender), sent=sent, coding=0x08 if ucs2 else 0x00, with_header=bool(head)
            )
        )
    return made


def comes(rig: DaemonRig, at: float, words: str, sender: str = "07700900123", *, parts: int = 1) -> None:
    """Let a text come in so many seconds from now."""
    for part, pdu in enumerate(pdus(words, sender, parts=parts)):
        arrives(rig, at + part * 0.2, pdu)


def arrives(rig: DaemonRig, at: float, pdu: str) -> None:
    """Let one part come in so many seconds from now."""

    def arrive() -> None:
        place = next(index for index in itertools.count(1) if index not in rig.modem.stores["SM"])
        rig.modem.say(rig.modem.store(place, pdu))

    rig.at(at, arrive)
