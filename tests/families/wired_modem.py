"""The emulated modem on the daemon's desk: its bytes by the desk's clock, and a cable that can be cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.simulator import Modem, Personality, Script
from tests.scripted_modem import ScriptedModem

if TYPE_CHECKING:
    from tests.fakes import FakeClock

NETWORK_S = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that passed in one go. `start` is how many had passed before; `ours`: the box said them."""

    start: int
    ours: bool
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class WiredModem(ScriptedModem):
    """An emulated modem where the desk expects a scripted one.

    `cut_after` so many bytes, both ways together, the cable is cut: `on_cut` is called, and the rest is lost.
    """

    def __init__(self, clock: FakeClock, row: Personality) -> None:
        super().__init__(clock)
        self._wall = clock
        self.engine = Modem(row, now=clock.monotonic(), wall_start=clock.now(), network_delay=NETWORK_S)
        self.passed: list[Piece] = []
        self.cut_after: int | None = None
        self.on_cut: Callable[[], None] = lambda: None
        self._waiting = b""
        self._is_cut = False

    def ring(self, number: str, rings: int, interval: float) -> None:
        """Let somebody ring, now."""
        self.engine.tick(self._wall.monotonic())
        assert self.engine.call(Script(number, rings=rings, interval=interval)) is not None

    def plug_in(self) -> None:
        """Begin anew, as after the cable was put back."""
        self.engine.tick(self._wall.monotonic())
        self.engine.power_on()
        self._is_cut = False

    @property
    def next_at(self) -> float | None:
        self._waiting += self.engine.data_to_send()
        # A port that has died can be read, and then says so.
        return self._wall.monotonic() if self._waiting or self._is_cut else self.engine.next_deadline()

    def read(self) -> bytes:
        self.engine.tick(self._wall.monotonic())
        data, self._waiting = self._waiting + self.engine.data_to_send(), b""
        return self._through(data, ours=False)

    def write(self, data: bytes) -> None:
        self.engine.receive(self._through(data, ours=True, then=False), self._wall.monotonic())
        self._cut_if_due()

    def hush(self) -> None:
        self._waiting = b""
        self.engine.data_to_send()

    def _through(self, data: bytes, *, ours: bool, then: bool = True) -> bytes:
        start = self.passed[-1].end if self.passed else 0
        through = data if self.cut_after is None else data[: max(0, self.cut_after - start)]
        if through:
            self.passed.append(Piece(start, ours, through))
        if then:
            self._cut_if_due()
        return through

    def _cut_if_due(self) -> None:
        if self.cut_after is not None and self.passed and self.passed[-1].end >= self.cut_after:
            self.cut_after = None
            self._is_cut = True
            self.engine.power_off()
            self.on_cut()
