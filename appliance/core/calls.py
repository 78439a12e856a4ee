"""The call tracker: what the modem says about a call becomes one missed or answered call.

+CLCC is the truth where the modem knows it; RING, +CLIP and NO CARRIER are hints that may be late, out of
order, or never come. So every step may be repeated without harm, and a call that nobody ends is ended by
the silence after its last ring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.core import numbers
from appliance.modem.events import CallList
from appliance.modem.urc import (
    CallAnswered,
    CallEnded,
    CallState,
    CallStatus,
    CallUrc,
    CallWaiting,
    Clip,
    CliValidity,
    Ring,
)


class Presentation(StrEnum):
    """Whether the network showed who rang (27.007 section 7.6, CLI validity)."""

    ALLOWED = "allowed"
    WITHHELD = "withheld"
    UNAVAILABLE = "unavailable"
    PAYPHONE = "payphone"


class Outcome(StrEnum):
    """How a call ended. RINGING is a call that has not ended yet."""

    RINGING = "ringing"
    MISSED = "missed"
    ANSWERED = "answered"
    REJECTED = "rejected"  # the box hung up after the owner's ring time


class Source(StrEnum):
    """How the box learnt of a call. Stored, so the values never change."""

    RING = "ring"
    MODEM_LIST = "modem_list"  # the modem's own list of missed calls
    ALERT = "alert"  # the network's text about a call that did not get through


# The longest ring period seen is 7 s (SIM76xx); facts for others: Huawei 5 s, Quectel 6 s.
LONGEST_RING_PERIOD_S = 7.0
# A call is over when this many ring periods and this many seconds have passed without a ring.
SILENT_PERIODS = 1.5
SILENT_EXTRA_S = 1.0
# UK networks divert or clear an unanswered call long before this; a call still listed then is a ghost.
GHOST_S = 180.0
# An answered call whose end no modem reports: u-blox never repeats a lost +UCALLSTAT.
LONGEST_TALK_S = 4 * 3600.0
# A +CLIP belongs to the RING that came this little before it.
CLIP_AFTER_RING_S = 1.5
# MISSED_CALL may follow NO CARRIER; it speaks of the same call for so long.
SAME_CALL_S = 10.0
# RING periods this far apart are not one modem's cadence.
_SHORTEST_RING_PERIOD_S = 0.2


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rang, as the network presented it. Number as given, None when none was."""

    number: str | None = None
    presentation: Presentation = Presentation.UNAVAILABLE

    @property
    def key(self) -> str | None:
        """The number to compare by: E.164, the number itself where it is none, or None."""
        return numbers.key(self.number) or self.number


@dataclass(frozen=True, slots=True)
class CallBegan:
    """The first sign of a call, at `since` (monotonic seconds). `call` numbers it within this run."""

    call: int
    caller: Caller
    since: float


@dataclass(frozen=True, slots=True)
class CallerKnown:
    """The network has told who rings."""

    call: int
    caller: Caller


@dataclass(frozen=True, slots=True)
class CallFinished:
    """The call is over. `since` and `ended` are monotonic seconds."""

    call: int
    outcome: Outcome
    caller: Caller
    rings: int
    since: float
    ended: float


Progress = CallBegan | CallerKnown | CallFinished


@dataclass(frozen=True, slots=True)
class _Call:
    call: int
    since: float
    caller: Caller = Caller()
    told: bool = False  # a +CLIP or a call list has said who, or that it is withheld
    rings: int = 0
    last_ring: float | None = None
    period: float | None = None  # the longest gap between two rings so far
    last_sign: float = 0.0
    listed: bool = False  # the modem's own call list has shown it
    answered: bool = False
    hung_up: bool = False


class CallTracker:
    """Follow the one call that can ring. Feed it events and clock readings; it returns what came of them."""

    def __init__(self) -> None:
        self._call: _Call | None = None
        self._last: CallFinished | None = None
        self._waiting: Caller | None = None
        self._calls = 0
        self._period: float | None = None  # this modem's ring period, learned from earlier calls

    @property
    def busy(self) -> bool:
        """Whether a call is ringing or answered."""
        return self._call is not None

    @property
    def ringing_since(self) -> float | None:
        """Monotonic seconds at which the call now ringing began, None when none is."""
        return self._call.since if self._call and not self._call.answered else None

    @property
    def ringing(self) -> Caller | None:
        """Who rings now, as far as it is known; None when nobody does."""
        return self._call.caller if self._call and not self._call.answered else None

    @property
    def deadline(self) -> float | None:
        """When `tick` would end the call, in monotonic seconds; None while idle."""
        call = self._call
        if call is None:
            return None
        if call.answered:
            return call.last_sign + LONGEST_TALK_S
        if call.listed:
            return max(call.last_ring or call.since, call.since) + GHOST_S
        return call.last_sign + self._silence(call)

    def feed(self, event: CallUrc | CallList, now: float) -> list[Progress]:
        """Advance by one event and return what it means, in order."""
        done = self.tick(now)
        match event:
            case Ring():
                done += self._ring(now)
            case Clip(number, _, validity):
                done += self._identify(_caller(number, validity), now)
            case CallWaiting(number, _, validity):
                done += self._second_caller(_caller(number, validity), now)
            case CallState():
                done += self._state(event, now)
            case CallList(calls):
                done += self._list(calls, now)
            case CallAnswered():
                done += self._picked_up(now)
            case CallEnded(_, number):
                done += self._ended(number, now)
        return done

    def tick(self, now: float) -> list[Progress]:
        """Let time pass: a call that has fallen silent is over."""
        deadline = self.deadline
        if deadline is None or now < deadline or self._call is None:
            return []
        call = self._call
        return self._finish(now if call.answered else call.last_ring or call.since)

    def hung_up(self) -> None:
        """Note that the box itself drops the call: its end is a rejection."""
        if self._call is not None:
            self._call = replace(self._call, hung_up=True)

    def port_lost(self, now: float) -> list[Progress]:
        """End the call: the modem is gone and will not tell. Nobody can have answered it since."""
        return self._finish(now) if self._call else []

    def _ring(self, now: float) -> list[Progress]:
        done: list[Progress] = []
        if self._call and self._call.answered:
            done += self._finish(now)  # the end of the answered call was lost
        if self._call is None:
            done += self._begin(now)
        call = self._call
        if call is not None:
            period = call.period
            if call.last_ring is not None and now - call.last_ring >= _SHORTEST_RING_PERIOD_S:
                period = max(period or 0.0, now - call.last_ring)
            self._call = replace(call, rings=call.rings + 1, last_ring=now, last_sign=now, period=period)
        return done

    def _begin(self, now: float, caller: Caller | None = None, rings: int = 0) -> list[Progress]:
        self._calls += 1
        self._call = _Call(
            call=self._calls,
            since=now,
            caller=caller or Caller(),
            told=caller is not None,
            rings=rings,
            last_ring=now if rings else None,
            last_sign=now,
        )
        self._waiting = None
        return [CallBegan(self._calls, self._call.caller, now)]

    def _identify(self, caller: Caller, now: float) -> list[Progress]:
        call = self._call
        if call is None or (call.answered and caller.key != call.caller.key):
            done = self._finish(now) if call else []
            return done + self._begin(now, caller)
        if not call.told or (caller.number is None and call.caller.number is not None):
            changed = not call.told and caller != call.caller
            kept = caller if not call.told else call.caller
            self._call = replace(call, caller=kept, told=True, last_sign=now)
            return [CallerKnown(call.call, kept)] if changed else []
        if caller.key == call.caller.key:
            self._call = replace(call, last_sign=now)
            return []
        return self._next_caller(caller, now)

    def _next_caller(self, caller: Caller, now: float) -> list[Progress]:
        """Part two calls that no end marker parts. The RING just before the +CLIP is the new caller's."""
        call = self._call
        rings = 0
        started = now
        if (
            call
            and call.last_ring is not None
            and now - call.last_ring <= CLIP_AFTER_RING_S
            and call.rings > 1
        ):
            rings, started = 1, call.last_ring
            before = call.last_ring - (call.period or 0.0)
            self._call = replace(call, rings=call.rings - 1, last_ring=max(before, call.since))
        ended = self._call.last_ring if self._call and self._call.last_ring is not None else now
        done = self._finish(ended)
        return done + self._begin(started, caller, rings)

    def _second_caller(self, caller: Caller, now: float) -> list[Progress]:
        """Note a caller who found the line in use. +CCWA is repeated while they wait."""
        if self._waiting is not None and self._waiting.key == caller.key:
            return []
        self._waiting = caller
        self._calls += 1
        over = CallFinished(self._calls, Outcome.MISSED, caller, 0, now, now)
        return [CallBegan(self._calls, caller, now), over]

    def _state(self, state: CallState, now: float) -> list[Progress]:
        if not state.incoming:
            return []
        match state.status:
            case CallStatus.RELEASED if self._is_second(state.number):
                return []
            case CallStatus.RELEASED:
                return self._finish(now) if self._call else []
            case CallStatus.ACTIVE | CallStatus.HELD:
                return self._seen(state, now) + self._picked_up(now)
            case CallStatus.INCOMING:
                return self._seen(state, now)
            case _:
                return []

    def _seen(self, state: CallState, now: float) -> list[Progress]:
        done: list[Progress] = []
        if self._call is None:
            done += self._begin(now)
        if state.number is not None:
            done += self._identify(_caller(state.number, CliValidity.VALID), now)
        if self._call is not None:
            self._call = replace(self._call, listed=True, last_sign=now)
        return done

    def _list(self, calls: tuple[CallState, ...], now: float) -> list[Progress]:
        done: list[Progress] = []
        alive = [c for c in calls if c.incoming and c.status not in (CallStatus.RELEASED, CallStatus.WAITING)]
        for state in alive:
            done += self._state(state, now)
        # An empty list ends only a call that was listed: it may have been asked for before the first ring,
        # and some modems list nothing at all.
        if not alive and self._call is not None and self._call.listed:
            done += self._finish(now)
        return done

    def _picked_up(self, now: float) -> list[Progress]:
        done = [] if self._call else self._begin(now)
        if self._call is not None:
            self._call = replace(self._call, answered=True, last_sign=now)
        return done

    def _is_second(self, number: str | None) -> bool:
        """Tell whether a number is that of somebody who rang while the line was in use."""
        call = self._call
        if number is None or call is None or not call.answered:
            return False
        return _caller(number, CliValidity.VALID).key != call.caller.key

    def _ended(self, number: str | None, now: float) -> list[Progress]:
        if number is not None and self._is_second(number):
            return self._second_caller(_caller(number, CliValidity.VALID), now)
        if self._call is not None:
            told = self._identify(_caller(number, CliValidity.VALID), now) if number else []
            return told + self._finish(now)
        if number is None:
            return []
        # MISSED_CALL for a call whose rings were lost, unless it repeats the end of the one just over.
        last = self._last
        caller = _caller(number, CliValidity.VALID)
        if last and now - last.ended <= SAME_CALL_S and last.caller.key in (None, caller.key):
            return []
        return self._begin(now, caller) + self._finish(now)

    def _finish(self, ended: float) -> list[Progress]:
        call, self._call = self._call, None
        if call is None:
            return []
        outcome = Outcome.MISSED
        if call.answered:
            outcome = Outcome.ANSWERED
        elif call.hung_up:
            outcome = Outcome.REJECTED
        if call.period is not None and call.rings > 2:
            self._period = call.period
        self._last = CallFinished(
            call.call, outcome, call.caller, call.rings, call.since, max(ended, call.since)
        )
        return [self._last]

    def _silence(self, call: _Call) -> float:
        """Return how many seconds without a ring end this call.

        With two gaps seen the modem's period is known; before that, what earlier calls taught, or the
        longest there is.
        """
        period = call.period if call.period is not None and call.rings > 2 else None
        if period is None:
            period = self._period if self._period is not None else LONGEST_RING_PERIOD_S
            period = max(period, call.period or 0.0)
        return SILENT_PERIODS * period + SILENT_EXTRA_S


def _caller(number: str | None, validity: CliValidity) -> Caller:
    match validity:
        case CliValidity.INTERWORKING | CliValidity.UNAVAILABLE if number is None:
            return Caller(None, Presentation.UNAVAILABLE)
        case CliValidity.PAYPHONE:
            return Caller(number, Presentation.PAYPHONE)
        case _ if number is None:
            return Caller(None, Presentation.WITHHELD)
        case _:
            return Caller(number, Presentation.ALLOWED)
