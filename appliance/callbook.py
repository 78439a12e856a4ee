"""Calls, from the tracker to the journal: each is written down at its first sign and judged once."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.core import hours, numbers, policy, wording
from appliance.core.calls import CallBegan, Caller, CallerKnown, CallFinished, Outcome, Presentation, Progress
from appliance.core.hours import LONDON
from appliance.core.outbox import TextKind
from appliance.core.settings import Settings
from appliance.drivers.journal import Journal
from appliance.modem import gsm7

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Over:
    """A call that has ended. `rang` is None where its length was lost with an earlier run."""

    outcome: Outcome
    caller: Caller
    rings: int
    ended: datetime
    rang: timedelta | None


class Callbook:
    """Writes calls down and decides what each deserves. `wall` turns monotonic seconds into UTC."""

    def __init__(self, journal: Journal, wall: Callable[[float], datetime]) -> None:
        self._journal = journal
        self._wall = wall
        self._rows: dict[int, int] = {}  # the tracker's number of a call -> its row
        self._unwritten: deque[Progress] = deque()
        self.settings = Settings()
        self.claimed = False
        self.clock_sure = True
        self.own_number: str | None = None

    @property
    def backlog(self) -> int:
        """How many steps of calls wait for the journal to take them again."""
        return len(self._unwritten)

    def write(self, steps: list[Progress], now: float) -> None:
        """Write down what the tracker found. What the journal cannot take is kept, in order.

        Raises JournalUnavailable then; call again, with or without new steps, to catch up.
        """
        self._unwritten.extend(steps)
        while self._unwritten:
            self._write(self._unwritten[0], now)
            self._unwritten.popleft()

    def close_interrupted(self, now: float) -> None:
        """End the calls that an earlier run left ringing: nobody answered them. At start, once."""
        for call in self._journal.ringing_calls():
            if call.id in self._rows.values():
                continue  # it rings now
            caller = Caller(call.number, call.presentation)
            with self._journal.transaction():
                self._judge(
                    call.id,
                    _Over(Outcome.MISSED, caller, call.rings, call.started_at, None),
                    self._wall(now),
                )

    def _write(self, step: Progress, now: float) -> None:
        match step:
            case CallBegan(call, caller, since):
                with self._journal.transaction():
                    row = self._journal.call_started(self._wall(since))
                    if caller.number is not None or caller.presentation is not Presentation.UNAVAILABLE:
                        self._identify(row, caller)
                self._rows[call] = row
            case CallerKnown(call, caller):
                self._identify(self._rows[call], caller)
            case CallFinished(call, outcome, caller, rings, since, ended):
                rang = timedelta(seconds=ended - since)
                over = _Over(outcome, caller, rings, self._wall(ended), rang)
                with self._journal.transaction():
                    self._judge(self._rows[call], over, self._wall(now))
                del self._rows[call]

    def _identify(self, row: int, caller: Caller) -> None:
        self._journal.call_identified(row, caller.number, numbers.key(caller.number), caller.presentation)

    def _judge(self, row: int, over: _Over, now: datetime) -> None:
        """Give a call its verdict and, in the same transaction, its text."""
        verdict = policy.verdict(self._facts(over, now))
        self._journal.call_over(
            row, ended_at=over.ended, rings=over.rings, outcome=over.outcome, verdict=verdict
        )
        if verdict == policy.TEXT:
            self._queue(row, over, now)
        who = numbers.mask(over.caller.number)
        log.info("call %d %s after %d rings, %s: %s", row, over.outcome, over.rings, who, verdict)

    def _queue(self, row: int, over: _Over, now: datetime) -> None:
        to = numbers.key(over.caller.number)
        if to is None:
            raise AssertionError("the policy texts nobody without a number")
        body = wording.missed_call_text(self.settings, now.astimezone(LONDON) if self.clock_sure else None)
        self._journal.queue_text(
            to=to,
            body=body,
            parts=len(gsm7.split(body).texts),
            kind=TextKind.MISSED_CALL,
            at=now,
            call_id=row,
            expires_at=over.ended + timedelta(minutes=self.settings.useful_life_minutes),
        )

    def _facts(self, over: _Over, now: datetime) -> policy.Facts:
        settings, key = self.settings, numbers.key(over.caller.number)
        local = now.astimezone(LONDON)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        lately = now - timedelta(hours=settings.repeat_hours)
        return policy.Facts(
            set_up=self.claimed and settings.business is not None,
            answered=over.outcome is Outcome.ANSWERED,
            number=over.caller.number,
            presentation=over.caller.presentation,
            own_number=self.own_number,
            owner_mobile=settings.owner_mobile,
            paused=settings.paused_until is not None and now < settings.paused_until,
            open_now=hours.is_open(settings, local),
            clock_sure=self.clock_sure,
            closed_text_empty=not wording.template_now(settings, local),
            on_holiday=hours.holiday_on(settings, local.date()) is not None,
            opens_at=hours.next_opening(settings, local),
            countries=settings.countries,
            rang=over.rang,
            min_ring=timedelta(seconds=settings.min_ring_seconds),
            paused_until=settings.paused_until,
            now=now,
            texts_to_caller_lately=self._journal.texts_to(key, lately) if key else 0,
            texts_to_caller_30_days=self._journal.texts_to(key, now - timedelta(days=30)) if key else 0,
            per_caller_30_days=settings.limits.per_caller_30_days,
            texts_10_minutes=self._journal.texts_since(now - timedelta(minutes=10)),
            per_10_minutes=settings.limits.per_10_minutes,
            texts_today=self._journal.texts_since(midnight),
            per_day=settings.limits.per_day,
            age=now - over.ended,
            useful_life=timedelta(minutes=settings.useful_life_minutes),
        )
