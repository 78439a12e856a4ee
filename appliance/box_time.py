"""The time the daemon goes by, kept over restarts by a mark in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appliance.core.reckoning import OFF_AT_MOST, Reckoning

if TYPE_CHECKING:
    from appliance.core.tally import Tally
    from appliance.drivers.clock import Clock
    from appliance.drivers.journal import Journal

HIGH_WATER = "clock_high_water"  # the time last reached, ISO 8601; written with other rows, never by itself
_ASKED_EVERY_S = 0.5  # whether the clock is sure: the answer takes several looks at files
STOPPED = "stopped"  # the event of a daemon that ended as it should


@dataclass(frozen=True, slots=True)
class Off:
    """When the box was last known to be on. `surely` False: it may have been on for longer."""

    since: datetime
    surely: bool


class BoxTime:
    """Turns monotonic seconds into the time that calls and texts are dated and counted by.

    `tally` has the missed-call texts of this run: what was dated by a clock that proves wrong is dated anew.
    """

    def __init__(self, clock: Clock, journal: Journal, tally: Tally) -> None:
        self._clock = clock
        self._journal = journal
        self._tally = tally
        self._reckoning = Reckoning()
        self._step = timedelta(0)  # by how much the journal's dates are still wrong
        self._sure, self._asked_at = False, float("-inf")

    def begin(self) -> Off | None:
        """Take up the time that earlier runs have reached, and return since when the box was off.

        None for the first run ever, and where only the daemon was. Raises JournalUnavailable.
        """
        newest = self._journal.newest_at()
        self._reckoning.begin(_read(self._journal.mark(HIGH_WATER)) or newest)
        stopped = self._journal.last_event(STOPPED)
        if newest is None:
            return None
        if stopped is not None and stopped.at == newest:
            return Off(newest, surely=True)
        booted = self._clock.now() - timedelta(seconds=self._clock.monotonic())
        if newest >= booted and self._clock.sure():
            return None
        if not self._clock.sure() and newest <= booted <= newest + OFF_AT_MOST:
            return Off(booted, surely=True)  # a machine without a clock starts where it was switched off
        return Off(newest, surely=False)

    def at(self, moment: float) -> datetime:
        """Return the UTC time of a reading of the monotonic clock."""
        monotonic = self._clock.monotonic()
        if monotonic - self._asked_at >= _ASKED_EVERY_S:
            self._sure, self._asked_at = self._clock.sure(), monotonic
        now = self._reckoning.now(self._clock.now(), monotonic, sure=self._sure)
        return now - timedelta(seconds=monotonic - moment)

    def keep(self, at: datetime) -> None:
        """Write down how far time has come. Raises JournalUnavailable."""
        self._journal.set_mark(HIGH_WATER, at.isoformat())

    def follow_steps(self, now: float) -> None:
        """Date anew what this run has texted, where the clock has jumped. Raises JournalUnavailable."""
        at = self.at(now)
        self._step += self._reckoning.stepped()
        if self._step and self._tally.ids():
            with self._journal.transaction():
                self._journal.redate(self._tally.ids(), self._step)
                self.keep(at)
        self._step = timedelta(0)


def _read(mark: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(mark or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
