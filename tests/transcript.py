"""Recorded talks with modems: how they are written down, and how they are replayed to the code that listens.

    # where it comes from, and what is odd about it
    12.5 < RING                     the modem said this, at 12.5 s
    12.9 > AT+CLCC                  we said this; the lines after it are the answer, among others
    13.0 < >                        the prompt, which has no line end
    13.1 > 0001000C...              what we said at the prompt, then Ctrl-Z
    = missed 07700900123 rings 3    what must come of it; `= nothing` for nothing at all

A `\\r` in a line is one more return before its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.core.calls import LONGEST_TALK_S, CallFinished, CallTracker, Progress
from appliance.modem import conversations, pdu, urc
from appliance.modem.channel import Channel, ChannelEvent, Command, OtherLine, PromptReached, Response
from appliance.modem.conversations import Device, Pause, Talk
from appliance.modem.events import (
    Accepted,
    CallList,
    Doubtful,
    HungUp,
    Message,
    ModemEvent,
    NotStarted,
    Place,
    Refused,
    Ticket,
)
from appliance.modem.families import FAMILIES, Family
from appliance.modem.pdu import SubmitPdu

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = "nothing"
_SAID = re.compile(r"([0-9]+\.[0-9]) ([<>]) (.+)")
_NAME = re.compile(r"AT([+^#*]?[A-Z]+)")
_LONG_AFTER_S = LONGEST_TALK_S + 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the talk. `ours`: we said it."""

    at: float
    ours: bool
    text: str

    @property
    def wire(self) -> bytes:
        """Return the line as the modem put it on the wire."""
        if self.text == ">":
            return b"\r\n> "
        return f"\r\n{self.text}\r\n".replace("\\r", "\r").encode("latin-1")


@dataclass(frozen=True, slots=True)
class Transcript:
    """One talk, and what must come of it."""

    family: Family
    said: tuple[Said, ...]
    verdicts: tuple[str, ...]


def read(path: Path) -> Transcript:
    """Read one transcript. Its name begins with its family's. ValueError for a line that cannot be read."""
    said: list[Said] = []
    verdicts: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            verdicts.append(line.removeprefix("= "))
        elif line and not line.startswith("#"):
            found = _SAID.fullmatch(line)
            if found is None:
                raise ValueError(f"{path.name}: {line}")
            said.append(Said(float(found[1]), found[2] == ">", found[3]))
    family = next(row for row in FAMILIES if path.stem.startswith(f"{row.name}-"))
    return Transcript(family, tuple(said), tuple(verdicts))


Slicer = Callable[[bytes], Iterator[bytes]]


def whole(data: bytes) -> Iterator[bytes]:
    """Yield what the modem said as it came."""
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    """Yield what the modem said one byte at a time."""
    for byte in data:
        yield bytes([byte])


class Replay:
    """Listens to one transcript with the channel, the conversations and the call tracker of the box."""

    def __init__(self, transcript: Transcript, slicer: Slicer) -> None:
        self._transcript = transcript
        self._slicer = slicer
        self._channel = Channel()
        self._tracker = CallTracker()
        self._device = Device(family=transcript.family)
        self._talk: Talk | None = None
        self._now = 0.0
        self._verdicts: list[str] = []

    def run(self) -> tuple[str, ...]:
        """Return what comes of it, in order."""
        for place, said in enumerate(self._transcript.said):
            self._now = said.at
            self._follow(self._tracker.tick(said.at))
            self._take(self._channel.tick(said.at))
            if said.ours:
                self._say(said.text, self._transcript.said[place + 1 :])
            else:
                for piece in self._slicer(said.wire):
                    self._take(self._channel.receive(piece, said.at))
        self._now += _LONG_AFTER_S
        self._take(self._channel.tick(self._now))
        self._follow(self._tracker.tick(self._now))
        return tuple(self._verdicts) or (NOTHING,)

    def _say(self, text: str, rest: tuple[Said, ...]) -> None:
        if not text.startswith("AT"):
            self._channel.submit(self._now)
        elif self._talk is None:
            self._talk = self._conversation(text, rest)
            self._go_on(None, text)
        self._channel.data_to_send()

    def _conversation(self, text: str, rest: tuple[Said, ...]) -> Talk:
        """Return the box's own conversation that begins with this command."""
        name, _, value = text.partition("=")
        match name:
            case "AT+CLCC":
                return conversations.poll_calls(self._emit)
            case "AT+CMGS":
                body = next(said.text for said in rest if said.ours)
                return conversations.send(self._emit, Ticket(1, 1, SubmitPdu(body, int(value))))
            case "AT+CMGL":
                return conversations.drain(self._emit, self._device)
            case "AT+CMGR":
                return conversations.read(self._emit, self._device, Place(None, int(value)))
            case "AT+CHUP" | "ATH":
                self._tracker.hung_up()
                return conversations.hang_up(self._emit, self._device)
            case _:
                return _ask(text)

    def _go_on(self, response: Response | None, expected: str | None) -> None:
        if self._talk is None:
            return
        try:
            step = next(self._talk) if response is None else self._talk.send(response)
        except StopIteration:
            self._talk = None
            return
        assert not isinstance(step, Pause), "no conversation here waits"
        assert expected in (None, step.text), f"the box says {step.text} where the transcript has {expected}"
        self._channel.send(step, self._now)

    def _take(self, events: list[ChannelEvent]) -> None:
        for event in events:
            match event:
                case Response():
                    self._go_on(event, None)
                case PromptReached() | OtherLine():
                    pass
                case urc.DirectPdu(_, raw):
                    self._emit(Message(pdu.decode(raw), None, raw))
                case urc.StoredMessage(storage, index):
                    self._verdicts.append(f"stored {storage} {index}")
                case urc.StoredReport(storage, index):
                    self._verdicts.append(f"report stored {storage} {index}")
                case urc.Registration(status):
                    self._verdicts.append(f"registration {status}")
                case urc.SimReport(code):
                    self._verdicts.append(f"sim {code}")
                case urc.Booted(marker):
                    self._verdicts.append(f"restarted {marker}")
                case urc.MessagesReady():
                    self._verdicts.append("messages ready")
                case urc.StoreFull():
                    self._verdicts.append("store full")
                case urc.PowerWarning(marker):
                    self._verdicts.append(f"power {marker}")
                case _:
                    self._follow(self._tracker.feed(event, self._now))

    def _emit(self, event: ModemEvent) -> None:
        match event:
            case CallList():
                self._follow(self._tracker.feed(event, self._now))
            case HungUp(done):
                if done:
                    self._follow(self._tracker.feed(urc.CallEnded("+CHUP"), self._now))
            case Message(pdu=message):
                self._verdicts.append(_of_message(message))
            case Accepted(_, reference):
                self._verdicts.append(f"sent {reference}")
            case Refused(_, final):
                self._verdicts.append(f"refused {getattr(final, 'code', None)}")
            case Doubtful():
                self._verdicts.append("doubtful")
            case NotStarted():
                self._verdicts.append("not started")
            case _:
                raise AssertionError(f"no verdict for {event}")

    def _follow(self, steps: list[Progress]) -> None:
        for step in steps:
            if isinstance(step, CallFinished):
                who = step.caller.number or step.caller.presentation.value
                self._verdicts.append(f"{step.outcome.value} {who} rings {step.rings}")


def _ask(text: str) -> Talk:
    """Say one command that no verdict depends on."""
    name = _NAME.match(text)
    yield Command(text, prefixes=(f"{name[1]}:",) if name and len(name[1]) > 2 else ())


def _of_message(message: pdu.Deliver | pdu.StatusReport | pdu.BadPdu) -> str:
    match message:
        case pdu.Deliver(sender=sender, text=words, concat=pdu.Concat() as part):
            return f"part {part.sequence}/{part.total} {sender.number} {words}"
        case pdu.Deliver(sender=sender, text=words):
            return f"text {sender.number} {words}"
        case pdu.StatusReport(reference=reference, recipient=recipient, status=status):
            return f"report {reference} {recipient.number} {pdu.settled(status).value}"
        case pdu.BadPdu(reason):
            return f"bad {reason}"
