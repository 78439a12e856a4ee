"""How many texts went lately: by the journal, which outlives a restart, and by the seconds of this run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appliance.core.hours import LONDON
from appliance.core.outbox import TextKind

if TYPE_CHECKING:
    from appliance.core.tally import Tally
    from appliance.drivers.journal import Journal

TEN_MINUTES = timedelta(minutes=10)
# The journal counts up to this moment: what is dated later was dated by a clock that was wrong.
_THIS_MOMENT = timedelta(milliseconds=1)


class Counts:
    """The larger of the two counts is the one that limits go by. Methods raise JournalUnavailable.

    `at` is UTC, `now` monotonic seconds, both of the same moment. `tally` has the texts of this run.
    """

    def __init__(self, journal: Journal, tally: Tally) -> None:
        self._journal = journal
        self.tally = tally

    def to(self, key: str, span: timedelta, at: datetime, now: float) -> int:
        """Count the missed-call texts to a person within the last `span`."""
        written = self._journal.texts_to(key, at - span, until=at + _THIS_MOMENT)
        return max(written, self.tally.to(key, span.total_seconds(), now))

    def since(self, span: timedelta, at: datetime, now: float) -> int:
        """Count the missed-call texts to everybody within the last `span`."""
        return max(self.of(TextKind.MISSED_CALL, span, at), self.tally.since(span.total_seconds(), now))

    def of(self, kind: TextKind, span: timedelta, at: datetime) -> int:
        """Count the texts of a kind within the last `span`, by the journal alone."""
        return self._journal.texts_since(at - span, until=at + _THIS_MOMENT, kind=kind)


def today(at: datetime) -> timedelta:
    """Return how long the owner's day has lasted; `at` is UTC."""
    local = at.astimezone(LONDON)
    return at - local.replace(hour=0, minute=0, second=0, microsecond=0)
