"""The clocks: one that only runs forward, one on the wall, and whether that one can be believed."""

from __future__ import annotations

import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_BOARD = Path("/sys/firmware/devicetree/base/model")
_TIMESYNC = Path("/run/systemd/timesync/synchronized")
_SANE = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
_PLAINLY_WRONG = timedelta(minutes=5)
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


class Clock(Protocol):
    """What the daemon asks of a clock."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, from no particular start."""

    def now(self) -> datetime:
        """Return the time on the wall, aware, in UTC."""

    def sure(self) -> bool:
        """Tell whether the time on the wall can be believed."""

    def network_said(self, at: datetime) -> None:
        """Note the phone network's time, aware: the next best where no time server can be asked."""


def kernel_synchronised() -> bool:
    """Tell whether the kernel's clock is being kept right; False where the kernel may not be asked."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = ctypes.create_string_buffer(512)  # struct timex, all zero: asks, sets nothing
    state: int = libc.adjtimex(timex)
    return 0 <= state < _TIME_ERROR


class SystemClock:
    """The machine's clocks.

    A board such as a Pi has no clock of its own: after a power cut it starts with the time it last knew,
    and is believed once a time server has set it. A PC starts with its firmware's time, and is believed.
    Where neither holds, the phone network's time is taken; the machine's own clock is left as it is.
    """

    def __init__(
        self,
        *,
        board: Path = _BOARD,
        timesync: Path = _TIMESYNC,
        synchronised: Callable[[], bool] = kernel_synchronised,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = board
        self._timesync = timesync
        self._synchronised = synchronised
        self._wall = wall
        self._monotonic = monotonic
        self._network: tuple[datetime, float] | None = None  # the network's time, and when it was told

    def monotonic(self) -> float:
        """Return seconds that only ever grow, from no particular start."""
        return self._monotonic()

    def now(self) -> datetime:
        """Return the time on the wall, aware, in UTC."""
        wall = self._wall()
        if self._network is None or self._set_right():
            return wall
        at, told = self._network
        network = at + timedelta(seconds=self._monotonic() - told)
        return network if abs(network - wall) > _PLAINLY_WRONG else wall

    def sure(self) -> bool:
        """Tell whether the year is possible and the time was set by somebody who knows it."""
        return self._network is not None or self._set_right()

    def network_said(self, at: datetime) -> None:
        """Note the phone network's time, aware; one from no possible year is nothing."""
        if _SANE[0] <= at < _SANE[1]:
            self._network = at, self._monotonic()

    def _set_right(self) -> bool:
        if not _SANE[0] <= self._wall() < _SANE[1]:
            return False
        return not self._board.exists() or self._timesync.exists() or self._synchronised()
