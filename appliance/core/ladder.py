"""What to do with a modem that does not answer: one rung harsher each time, with longer rests between.

A modem that hangs after a day, or vanishes from USB, has nobody there to pull its plug. Each rung is taken
only when the one before did not help, and the whole ladder is climbed again, ever more slowly, for as long
as it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rung(StrEnum):
    """The steps, mildest first. Stored as the name of an event, so the values never change."""

    REOPEN = "modem_reopened"
    RESET = "modem_reset"  # AT+CFUN=1,1 (27.007 section 8.2)
    REAUTHORISE = "modem_usb_reset"  # the USB device is taken away and given back
    POWER_KEY = "modem_power_key"  # the HAT's power key
    TELL_OWNER = "modem_lost_for_good"


@dataclass(frozen=True, slots=True)
class Step:
    """Take `rung` now, and leave the modem `rest` seconds before the port is opened again."""

    rung: Rung
    rest: float


# Seconds after each rung. A SIM7600 takes 20 s to come back after a reset; Quectel allows 65 s to power down.
_RESTS = {
    Rung.REOPEN: 0.5,
    Rung.RESET: 20.0,
    Rung.REAUTHORISE: 15.0,
    Rung.POWER_KEY: 30.0,
    Rung.TELL_OWNER: 60.0,
}
# The port may be found under another name; and a power key switches a modem off before it switches it on.
_TIMES = {Rung.REOPEN: 2, Rung.POWER_KEY: 2}
LONGEST_REST_S = 600.0


class Ladder:
    """Counts failures since the modem last worked. `rungs`: those this box can take, in order."""

    def __init__(self, rungs: tuple[Rung, ...] = (Rung.REOPEN, Rung.RESET, Rung.TELL_OWNER)) -> None:
        self._plan = tuple(rung for rung in rungs for _ in range(_TIMES.get(rung, 1)))
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often the modem has failed since it last worked."""
        return self._failures

    def failed(self) -> Step:
        """Note that the modem did not answer, and return what to do."""
        turn, place = divmod(self._failures, len(self._plan))
        self._failures += 1
        rung = self._plan[place]
        return Step(rung, min(_RESTS[rung] * 2.0 ** min(turn, 10), LONGEST_REST_S))

    def reopen(self) -> Step:
        """Return the mildest rung, without a step upwards: the modem is slow, and not dead."""
        return Step(Rung.REOPEN, _RESTS[Rung.REOPEN])

    def reset(self) -> Step:
        """Return the modem's own reset, without a step upwards: somebody asked for it."""
        return Step(Rung.RESET, _RESTS[Rung.RESET])

    def worked(self) -> None:
        """Note that the modem answers and is ready: the next failure begins at the bottom again."""
        self._failures = 0
