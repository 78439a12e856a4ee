"""A session, a scripted modem, and the wire between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from appliance.modem import pdu
from appliance.modem.events import AtPrompt, Message, ModemEvent, Ready, Ticket
from appliance.modem.session import Session
from tests.fakes import FakeClock
from tests.scripted_modem import ScriptedModem

Slicer = Callable[[bytes], Iterable[bytes]]
T = TypeVar("T", bound=ModemEvent)

ANN = "+447700900123"
MOST_ROUNDS = 20_000  # in one run: more is a session that goes round without time passing


def whole(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


def ticket(text_id: int = 1, text: str = "Hello", sequence: int = 1) -> Ticket:
    return Ticket(text_id, sequence, pdu.encode_submit(ANN, text)[sequence - 1])


class Wire:
    """Runs a session against a modem. `commit` says what is done at the prompt: True hands the text over.

    `events` has what the session told, `times` when. Messages are deleted as soon as they are told of,
    unless `deletes` is False.
    """

    def __init__(
        self, modem: ScriptedModem | None = None, *, reports: bool = False, slicer: Slicer = whole
    ) -> None:
        self.clock = FakeClock()
        self.modem = modem or ScriptedModem(self.clock)
        self.session = Session(reports=reports)
        self.slicer = slicer
        self.commit = True
        self.deletes = True
        self.events: list[ModemEvent] = []
        self.times: list[float] = []

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def open(self, seconds: float = 5.0) -> Wire:
        self.session.opened(self.now)
        return self.run(seconds)

    def run(self, seconds: float) -> Wire:
        """Let so many seconds pass."""
        end = self.now + seconds
        for _ in range(MOST_ROUNDS):
            self._flush()
            data = self.modem.read()
            if data:
                for piece in self.slicer(data):
                    self._act(self.session.receive(piece, self.now))
                    self._flush()
                continue
            moments = [moment for moment in (self.session.deadline, self.modem.next_at) if moment is not None]
            soonest = min(moments, default=end)
            if soonest > end or (soonest == end and self.now == end):
                self.clock.advance_to(end)
                return self
            self.clock.advance_to(soonest)
            self._act(self.session.tick(self.now))
        raise AssertionError("the session goes round and round")

    def say(self, *lines: str) -> Wire:
        """Let the modem say these lines by itself, and half a second pass."""
        self.modem.say(*lines)
        return self.run(0.5)

    def send(self, text: str = "Hello", seconds: float = 5.0) -> Ticket:
        asked = ticket(text=text)
        self.session.send_text(asked, self.now)
        self.run(seconds)
        return asked

    def close(self) -> None:
        self._note(self.session.closed())

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def count(self, event: ModemEvent) -> int:
        return self.events.count(event)

    @property
    def ready(self) -> bool:
        return bool(self.of(Ready)) and self.session.ready

    @property
    def commands(self) -> list[str]:
        return [command for _, command in self.modem.commands]

    def forget(self) -> None:
        """Begin to listen anew."""
        self.events.clear()
        self.times.clear()
        self.modem.commands.clear()

    def _note(self, events: list[ModemEvent]) -> None:
        self.events += events
        self.times += [self.now] * len(events)

    def _act(self, events: list[ModemEvent]) -> None:
        self._note(events)
        for event in events:
            match event:
                case AtPrompt() if self.commit:
                    self.session.submit(self.now)
                case AtPrompt():
                    self.session.withdraw(self.now)
                case Message(place=place) if place is not None and self.deletes:
                    self.session.delete(place, self.now)
                case _:
                    pass

    def _flush(self) -> None:
        self.modem.write(self.session.data_to_send())
