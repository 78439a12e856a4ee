"""A terminal at an emulated modem, with a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.simulator import GENERIC, Modem, Personality

SUMMER = datetime(2026, 6, 1, 11, 0, 0, tzinfo=UTC)  # noon in London, four quarters of an hour ahead


class Terminal:
    """Types at a modem and reads what comes. Time passes only when it is told to."""

    def __init__(
        self, personality: Personality = GENERIC, *, line_gap: float = 0.0, echo: bool = False
    ) -> None:
        self.now = 100.0
        self.modem = Modem(personality, now=self.now, wall_start=SUMMER, line_gap=line_gap)
        if not echo:
            self.ask("ATE0")

    def raw(self, data: bytes) -> bytes:
        """Send bytes; return what comes back at once."""
        self.modem.receive(data, self.now)
        return self.modem.data_to_send()

    def ask(self, command: str) -> list[str]:
        """Send a command line; return the lines that come back at once, without the empty ones."""
        return lines(self.raw(command.encode("latin-1") + b"\r"))

    def wait(self, seconds: float) -> list[str]:
        """Let time pass; return the lines that came meanwhile."""
        self.now += seconds
        self.modem.tick(self.now)
        return lines(self.modem.data_to_send())

    def submit(self, command: str, body: str, *, wait: float = 1.0) -> list[str]:
        """Send a command that prompts, its text and Ctrl-Z; return the lines up to `wait` seconds later."""
        self.ask(command)
        assert self.wait(0.1) == ["> "]
        said = lines(self.raw(body.encode("latin-1") + b"\x1a"))
        return said + self.wait(wait)


def lines(data: bytes) -> list[str]:
    return [line for line in data.decode("latin-1").replace("\r", "\n").split("\n") if line]
