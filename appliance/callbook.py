"""Calls, from the tracker to the journal: each is written down at its first sign and judged once."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.box_time import BoxTime
from appliance.circumstances import Circumstances
from appliance.core import hours, numbers, policy, wording
from appliance.core.calls import CallBegan, Caller, CallerKnown, CallFinished, Outcome, Presentation, Progress
from appliance.core.hours import LONDON
from appliance.core.lists import NumberList
from appliance.core.outbox import TextKind
from appliance.core.policy import Decision
from appliance.counts import TEN_MINUTES, Counts, today
from appliance.drivers.journal import Journal

log = logging.getLogger(__name__)

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CallOver:
    """A call that has ended. `rang` is None where its length was lost with an earlier run."""

    outcome: Outcome
    caller: Caller
    rings: int
    ended: datetime
    rang: timedelta | None


class Callbook:
    """Writes calls down and decides what each deserves. `on_judged` is told of each that has its verdict."""

    def __init__(self, journal: Journal, circumstances: Circumstances, time: BoxTime, counts: Counts) -> None:
        self._journal = journal
        self._now = circumstances
        self._time = time
        self._counts = counts
        self._rows: dict[int, int] = {}  # the tracker's number of a call -> its row
        self._unwritten: deque[Progress] = deque()
        self.on_judged: Callable[[CallOver, Decision], None] = lambda _over, _decision: None

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
            self._judge(call.id, CallOver(Outcome.MISSED, caller, call.rings, call.started_at, None), now)

    def _write(self, step: Progress, now: float) -> None:
        match step:
            case CallBegan(call, caller, since):
                with self._journal.transaction():
                    row = self._journal.call_started(self._time.at(since))
                    if caller.number is not None or caller.presentation is not Presentation.UNAVAILABLE:
                        self._identify(row, caller)
                self._rows[call] = row
            case CallerKnown(call, caller):
                self._identify(self._rows[call], caller)
            case CallFinished(call, outcome, caller, rings, since, ended):
                rang = timedelta(seconds=ended - since)
                self._judge(
                    self._rows[call], CallOver(outcome, caller, rings, self._time.at(ended), rang), now
                )
                del self._rows[call]

    def _identify(self, row: int, caller: Caller) -> None:
        self._journal.call_identified(row, caller.number, numbers.key(caller.number), caller.presentation)

    def _judge(self, row: int, over: CallOver, now: float) -> None:
        """Give a call its verdict and, in the same transaction, its text."""
        at, text_id = self._time.at(now), None
        with self._journal.transaction():
            facts = self._facts(row, over, at, now)
            made = policy.decide(facts)
            self._journal.call_over(
                row,
                ended_at=over.ended,
                rings=over.rings,
                outcome=over.outcome,
                verdict=made.verdict,
                record=made.record or None,
            )
            if made.verdict == policy.TEXT:
                text_id = self._queue(row, over, at, always=facts.always_text)
            self._time.keep(at)
        key = numbers.key(over.caller.number)
        if text_id is not None and key is not None:
            self._counts.tally.note(text_id, key, now)
        who = numbers.mask(over.caller.number)
        log.info("call %d %s after %d rings, %s: %s", row, over.outcome, over.rings, who, made.verdict)
        self.on_judged(over, made)

    def _queue(self, row: int, over: CallOver, at: datetime, *, always: bool) -> int:
        to = numbers.key(over.caller.number)
        if to is None:
            raise AssertionError("the policy texts nobody without a number")
        settings, local = self._now.settings, at.astimezone(LONDON)
        return self._journal.queue_text(
            to=to,
            body=wording.missed_call_text(settings, local if self._now.clock_sure else None, always=always),
            kind=TextKind.MISSED_CALL,
            at=at,
            call_id=row,
            expires_at=over.ended + timedelta(minutes=settings.useful_life_minutes),
        )

    def _facts(self, row: int, over: CallOver, at: datetime, now: float) -> policy.Facts:
        """Gather everything the rules ask of a call. `row` is its own, which does not count."""
        settings, key = self._now.settings, numbers.key(over.caller.number)
        local, listed = at.astimezone(LONDON), self._now.lists.of(key)
        repeat = timedelta(hours=settings.repeat_hours)
        return policy.Facts(
            set_up=self._now.set_up,
            answered=over.outcome is Outcome.ANSWERED,
            number=over.caller.number,
            presentation=over.caller.presentation,
            own_number=self._now.own_number,
            owner_mobile=settings.owner_mobile,
            countries=settings.countries,
            stopped=key is not None and self._journal.is_suppressed(key),
            on_never_list=listed is NumberList.NEVER,
            always_text=listed is NumberList.ALWAYS,
            who=settings.who,
            is_contact=self._now.contacts.name_of(key) is not None,
            known_before=key is not None and self._journal.known_before(key, row),
            paused=settings.paused_until is not None and at < settings.paused_until,
            paused_until=settings.paused_until,
            open_now=hours.is_open(settings, local),
            clock_sure=self._now.clock_sure,
            closed_text_empty=not wording.template_now(settings, local),
            on_holiday=hours.holiday_on(settings, local.date()) is not None,
            opens_at=hours.next_opening(settings, local),
            rang=over.rang,
            min_ring=timedelta(seconds=settings.min_ring_seconds),
            texts_to_caller_lately=self._counts.to(key, repeat, at, now) if key else 0,
            last_text_at=self._journal.last_text_at(key) if key else None,
            texts_to_caller_30_days=self._counts.to(key, MONTH, at, now) if key else 0,
            per_caller_30_days=settings.limits.per_caller_30_days,
            now=at,
            owner_wrote_at=self._journal.owner_wrote_at(key) if key else None,
            texts_10_minutes=self._counts.since(TEN_MINUTES, at, now),
            per_10_minutes=settings.limits.per_10_minutes,
            texts_today=self._counts.since(today(at), at, now),
            per_day=settings.limits.per_day,
            age=at - over.ended,
            useful_life=timedelta(minutes=settings.useful_life_minutes),
        )
