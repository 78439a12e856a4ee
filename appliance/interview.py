"""Talking to a modem outside the daemon's loop: one conversation after another, each waited out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from appliance.connection import Port
from appliance.drivers.clock import Clock
from appliance.modem.channel import Channel, Command, Gone, Response
from appliance.modem.conversations import PROBE, Emit, Pause, Talk
from appliance.modem.events import ModemEvent
from appliance.modem.result_codes import Ok

SILENCES = 3  # so many unanswered commands in a row: the modem has fallen silent
# ESC takes a modem off a prompt that an earlier program left it at; CR ends whatever else was half said.
_WAKE = b"\x1b\r"
_PAUSED = Response(Command(PROBE), Ok())


class TimeUp(Exception):
    """The modem has had all the time there is."""


class FellSilent(Exception):
    """The modem has stopped answering."""


class Sleeper(Protocol):
    """What is asked of a waiter."""

    def wait(self, port: int | None, timeout: float) -> bool:
        """Return whether `port` can be read, after `timeout` seconds at most."""
        ...


class Interview:
    """Talks to the modem at an open port until `until`, in monotonic seconds. Raises PortLost throughout."""

    def __init__(self, port: Port, clock: Clock, waiter: Sleeper, until: float) -> None:
        self.port = port
        self.until = until
        self._clock = clock
        self._waiter = waiter
        self._channel = Channel()
        port.write(_WAKE)

    def hold(self, begin: Callable[[Emit], Talk]) -> Iterator[ModemEvent]:
        """Hold one conversation, and yield what it learns as it learns it. Raises TimeUp, FellSilent."""
        events: list[ModemEvent] = []
        talk, silences = begin(events.append), 0
        response: Response | None = None
        while True:
            try:
                step = next(talk) if response is None else talk.send(response)
            except StopIteration:
                yield from events
                return
            while events:
                yield events.pop(0)
            match step:
                case Pause(seconds):
                    self._waiter.wait(None, min(seconds, self._time_left()))
                    response = _PAUSED
                case Command():
                    response = self.ask(step)
                    silent = response.final is Gone.SILENCE and step.text != PROBE
                    silences = silences + 1 if silent else 0
                    if silences == SILENCES:
                        raise FellSilent

    def ask(self, command: Command) -> Response:
        """Say one command and return how it ended. Raises TimeUp when there is no time to begin."""
        command = replace(command, timeout=min(command.timeout, self._time_left()))
        self._channel.send(command, self._clock.monotonic())
        self.port.write(self._channel.data_to_send())
        while True:
            due, now = self._channel.deadline, self._clock.monotonic()
            readable = self._waiter.wait(self.port.fileno(), 0.0 if due is None else due - now)
            now = self._clock.monotonic()
            events = self._channel.receive(self.port.read(), now) if readable else []
            events += self._channel.tick(now)
            for event in events:
                if isinstance(event, Response):
                    return event

    def _time_left(self) -> float:
        left = self.until - self._clock.monotonic()
        if left <= 0:
            raise TimeUp
        return left
