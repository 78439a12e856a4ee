"""A journal with a past: as many calls as wanted, each with its text, within the days that a box keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.core.policy import TEXT
from appliance.drivers.journal import Journal

BODY = (
    "Hi, sorry I missed your call, I'm on a job. It's Dave from Smith Plumbing. Text me here what you need."
)
KEPT = timedelta(days=80)
_AT_ONCE = 1000  # calls in one transaction
# Ofcom's drama numbers are all there are: who rings most has rung a hundred times.
_PEOPLE = [f"0770090{number:04d}" for number in range(100, 999)]


def fill(journal: Journal, calls: int, until: datetime | None = None) -> None:
    """Add so many missed calls that were texted, the newest a day before `until`."""
    newest = (until or datetime.now(UTC)) - timedelta(days=1)
    step = KEPT / max(calls, 1)
    for first in range(0, calls, _AT_ONCE):
        with journal.transaction():
            for place in range(first, min(first + _AT_ONCE, calls)):
                _one(journal, _PEOPLE[place * 7 % len(_PEOPLE)], newest - step * (calls - place))


def _one(journal: Journal, number: str, at: datetime) -> None:
    key = "+44" + number[1:]
    call = journal.call_started(at)
    journal.call_identified(call, number, key, Presentation.ALLOWED)
    over = at + timedelta(seconds=12)
    journal.call_over(call, ended_at=over, rings=3, outcome=Outcome.MISSED, verdict=TEXT)
    text = journal.queue_text(to=key, body=BODY, parts=1, kind=TextKind.MISSED_CALL, at=over, call_id=call)
    journal.part_submitting(text, 1, over)
    journal.part_sent(text, 1, call % 256, over + timedelta(seconds=1))
