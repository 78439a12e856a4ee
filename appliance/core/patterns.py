"""When a light is on: the patterns of the three lights in seconds, and how bright they are by night."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from appliance.core.states import Pattern

DIM_FROM, DIM_UNTIL = time(22), time(7)
# How near to a change we count as being at it: sums of seconds such as 0.15 are not exact.
_EXACT_S: Final = 1e-6

# Seconds on, off, on, off ... and over again. A pattern that is not here never changes.
_CYCLES: Final[dict[Pattern, tuple[float, ...]]] = {
    Pattern.WINK: (1.8, 0.2),
    Pattern.SLOW: (1.0, 1.0),
    Pattern.DOUBLE: (0.15, 0.15, 0.15, 1.2),
    Pattern.FLICKER: (0.2, 0.2, 0.2, 0.2, 0.2, 0.8),
}


def is_on(pattern: Pattern, elapsed: float) -> bool:
    """Tell whether a light is on, so many seconds after it took up its pattern."""
    cycle = _CYCLES.get(pattern)
    if cycle is None:
        return pattern is Pattern.STEADY
    return _place(cycle, elapsed)[0] % 2 == 0


def until_change(pattern: Pattern, elapsed: float) -> float | None:
    """Return the seconds until the light next goes on or off; None when it never will."""
    cycle = _CYCLES.get(pattern)
    return None if cycle is None else _place(cycle, elapsed)[1]


def is_night(now_local: datetime) -> bool:
    """Tell whether the lights are to be dim: a bright box in a bedroom or a van is unplugged."""
    return not DIM_UNTIL <= now_local.time() < DIM_FROM


def _place(cycle: tuple[float, ...], elapsed: float) -> tuple[int, float]:
    """Return which step of the cycle we are in, and how many seconds of it are left."""
    into = elapsed % sum(cycle)
    for step, length in enumerate(cycle):
        if into < length - _EXACT_S:
            return step, length - into
        into -= length
    return 0, cycle[0]  # so little is left of the last step that the next round has begun
