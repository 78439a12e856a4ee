"""The emulated modem under test: everything that passes its port, with the times, read as calls and texts."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, Unpack

from appliance.simulator import PERSONALITIES, Answer, EmulatedModem, Modem
from appliance.simulator.emulated import CallDetails
from appliance.simulator.outgoing import Accepted
from appliance.simulator.runner import LOGGED, Logged

EC25 = PERSONALITIES["ec25"]
NETWORK_S = 0.2  # how long the network takes to accept a text
RING_S = 2.0
PATIENT_S = 30.0  # how long a caller tries to get through
CTRL_Z = 0x1A

# What the EC25 says of a call's end beside NO CARRIER, when it is told to; and the list of calls.
_OWN_MARKERS = ("^DSCI", "+QINDCFG")
_LIST = "+CLCC"
_HANG_UPS = re.compile(rb"AT(?:H|\+CHUP|\+CVHU=0;H)[0-9]?\r", re.IGNORECASE)
_SEND = re.compile(rb"AT\+CMGS=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rung:
    """One call as it was placed. Times are monotonic seconds; `leaves` is when the caller gives up."""

    number: str
    placed: float
    leaves: float
    rings: int


@dataclass(frozen=True, slots=True)
class Text:
    """One text that the network took: who to, first byte of its AT+CMGS, and when it was accepted."""

    number: str
    asked: float
    accepted: float


def plain(number: str) -> str:
    """Return a UK number as people write it, so that two spellings of one are the same."""
    return "0" + number[3:] if number.startswith("+44") else number


class Chunks(deque[Logged]):
    """The log of the port, which tells a listener of each chunk before anybody acts on it."""

    def __init__(self) -> None:
        super().__init__(maxlen=LOGGED)
        self.listener: Callable[[Logged], None] = lambda _chunk: None

    def append(self, chunk: Logged, /) -> None:
        """Keep and tell."""
        super().append(chunk)
        self.listener(chunk)


class Wire(EmulatedModem):
    """An EC25 and the people who ring it. `link` is where its port appears."""

    def __init__(self, link: Path, *, network: float = NETWORK_S) -> None:
        super().__init__(EC25, link=link, network_delay=network)
        self.link = link
        self.network = network
        self.chunks = Chunks()
        self.rung: list[Rung] = []

    def __enter__(self) -> Self:
        super().__enter__()
        self._runner.log = self.chunks
        return self

    def ring(self, number: str, **details: Unpack[CallDetails]) -> Rung:
        """Have somebody ring, three times two seconds apart unless told otherwise, and return at once."""
        details.setdefault("rings", 3)
        details.setdefault("interval", RING_S)
        rings, interval = details["rings"], details["interval"] or RING_S
        until = time.monotonic() + PATIENT_S
        while self.call(number, **details) is None:
            if time.monotonic() > until:
                raise RuntimeError("the caller did not get through")
            time.sleep(0.5)
        placed = time.monotonic()
        one = Rung(number, placed, placed + max(rings - 0.5, 0.5) * interval, rings)
        self.rung.append(one)
        return one

    def mute_markers(self, *, call_list: bool = True) -> None:
        """Have the modem refuse its own markers of a call's end; without `call_list`, its list as well."""
        names = _OWN_MARKERS if call_list else (*_OWN_MARKERS, _LIST)

        def refuse(typed: str) -> Answer | None:
            told = typed.upper().removeprefix("AT").startswith(names)
            return Answer(final="ERROR") if told else None

        self.command_hook = refuse

    @property
    def taken(self) -> int:
        """How many texts the network took so far. Costs the modem nothing."""
        return len(self._modem.device.outgoing.accepted)

    @property
    def engaged(self) -> bool:
        """Whether a call is in progress. Costs the modem nothing."""
        return bool(self._modem.device.calls.calls)

    def texts(self) -> list[Text]:
        """Return every text the network took, in order."""

        def look(modem: Modem) -> tuple[list[Accepted], float, datetime]:
            return list(modem.device.outgoing.accepted), modem.device.schedule.now, modem.device.wall()

        accepted, now, wall = self._runner.do(look)
        asked = self._asked()
        found = []
        for one in accepted:
            at = now - (wall - one.at).total_seconds()
            first = max((moment for moment in asked if moment <= at), default=at)
            found.append(Text(plain(one.submit.recipient.number), first, at))
        return found

    def _asked(self) -> list[float]:
        """Return when each AT+CMGS came."""
        unread, found = b"", []
        for chunk in list(self.chunks):
            if chunk.to_modem:
                unread += chunk.data
                found += [chunk.at for _ in _SEND.finditer(unread)]
                unread = unread[-7:]  # shorter than what is looked for, so that none is counted twice
        return found

    def commands(self) -> int:
        """Return how many command lines the modem was sent."""
        return sum(chunk.data.count(b"\r") for chunk in list(self.chunks) if chunk.to_modem)

    @staticmethod
    def is_end(chunk: Logged) -> bool:
        """Tell whether this is the end of a call: the modem says so, or it is told to hang up."""
        if chunk.to_modem:
            return _HANG_UPS.search(chunk.data) is not None
        return b"NO CARRIER" in chunk.data

    def end_of(self, call: Rung) -> float:
        """Return when the call was over: the caller gave up, or was cut off."""
        cut = self.cut_off(call)
        if cut is not None:
            return cut
        near = (
            chunk.at
            for chunk in list(self.chunks)
            if not chunk.to_modem and b"NO CARRIER" in chunk.data and abs(chunk.at - call.leaves) < 0.5
        )
        return next(near, call.leaves)

    def cut_off(self, call: Rung) -> float | None:
        """Return when whoever drives the modem hung up on this caller; None when they were left to ring."""
        for chunk in list(self.chunks):
            if chunk.to_modem and call.placed < chunk.at < call.leaves and _HANG_UPS.search(chunk.data):
                return chunk.at
        return None
