"""The time a box goes by that may have no clock of its own.

A Pi starts with the time it last knew, or in 1970, until a time server or the phone network tells it better.
Until then the box goes on from the latest time it is known to have reached: neither a start in 1970 nor one
ten years ahead frees a limit, or dates a call into another age.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# A clock that is kept right is moved by less than this at once; more is a step, and what waits is dated anew.
A_STEP = timedelta(seconds=2)
# How long a box may have been off. Within it, the time it starts with is what its system kept for it, which
# is never ahead of the true one.
OFF_AT_MOST = timedelta(days=60)


class Reckoning:
    """Turns readings of both clocks into the time the box goes by. Readings are made by the caller.

    `wall` is the clock on the wall, aware; `monotonic` seconds that only grow.
    """

    def __init__(self) -> None:
        self._known: tuple[datetime, float] | None = None
        self._reached: datetime | None = None
        self._step = timedelta(0)

    def begin(self, reached: datetime | None) -> None:
        """Take the time that earlier runs have reached, None where nothing is known of them."""
        self._reached, self._known = reached, None

    def now(self, wall: datetime, monotonic: float, *, sure: bool) -> datetime:
        """Return what time it is. While the clock is not sure it is reckoned from the last sure time."""
        if self._known is None:
            self._known = wall if sure else self._likeliest(wall), monotonic
        at, then = self._known
        reckoned = at + timedelta(seconds=monotonic - then)
        if not sure:
            return reckoned
        if abs(wall - reckoned) > A_STEP:
            self._step += wall - reckoned
        self._known = wall, monotonic
        return wall

    def _likeliest(self, wall: datetime) -> datetime:
        """Return what time an unsure clock stands for."""
        reached = self._reached
        return wall if reached is None or reached <= wall <= reached + OFF_AT_MOST else reached

    def stepped(self) -> timedelta:
        """Return by how much the time has jumped since this was last asked: ahead, or back."""
        step, self._step = self._step, timedelta(0)
        return step
