"""Calls: who rings, how often, how it ends, and what the modem says of it (27.007 sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.simulator.call import NOBODY, Call, ClipTiming, Script
from appliance.simulator.personality import End, Personality, Stat
from appliance.simulator.schedule import Schedule
from appliance.simulator.settings import Settings

ALERTING_AFTER_S, GIVES_UP_AFTER_S = 1.0, 20.0


class Calls:
    """Every call in progress, and the lists of those that were missed, received and dialled."""

    def __init__(
        self,
        personality: Personality,
        schedule: Schedule,
        settings: Settings,
        tell: Callable[[str], None],
        wall: Callable[[], datetime],
    ) -> None:
        self._personality = personality
        self._schedule = schedule
        self._settings = settings
        self._tell = tell
        self._wall = wall
        self._count = 0
        self.calls: list[Call] = []
        self.reports_states = False  # AT+CLCC=1, where the family has it
        self.codes = self._codes_at_power_on()
        self.shows_waiting = False  # AT+CCWA=1
        self.waiting_enabled = True  # the network's call waiting service
        self.missed: list[tuple[str, datetime]] = []
        self.received: list[tuple[str, datetime]] = []
        self.dialled: list[tuple[str, datetime]] = []
        self.erased: set[tuple[str, datetime]] = set()  # of these lists, by AT+CPBW

    def place(self, script: Script) -> Call | None:
        """Have somebody ring. None: they hear the engaged tone."""
        waits = bool(self.calls)
        if not self._personality.takes_calls:
            return None
        engaged = any(
            c.stat in (Stat.INCOMING, Stat.WAITING, Stat.DIALING, Stat.ALERTING) for c in self.calls
        )
        if waits and (engaged or not (self._personality.call_waiting and self.waiting_enabled)):
            return None
        call = self._new(script, 1, Stat.WAITING if waits else Stat.INCOMING)
        interval = self._interval(script)
        self._plan(call, max(script.rings - 0.5, 0.5) * interval, lambda: self._far_end_leaves(call))
        if script.answered_after is not None:
            self._plan(call, script.answered_after, lambda: self._pick_up(call))
        if waits:
            self._report(call)
            if self.shows_waiting:
                self._tell('+CCWA: "{number}",{type},1'.format(**call.words()))
        else:
            self._ring(call, 0)
        return call

    def dial(self, number: str) -> Call | None:
        """Ring somebody, who lets it ring. None when the line is in use."""
        if self.calls:
            return None
        call = self._new(Script(number), 0, Stat.DIALING)
        self.dialled.append((number, self._wall()))
        self._report(call)
        self._plan(call, ALERTING_AFTER_S, lambda: self._become(call, Stat.ALERTING))
        self._plan(call, GIVES_UP_AFTER_S, lambda: self._far_end_leaves(call))
        return call

    def answer(self) -> bool:
        """Pick up what rings, as ATA does. False when nothing rings."""
        call = next((c for c in self.calls if c.stat in (Stat.INCOMING, Stat.WAITING)), None)
        if call is None:
            return False
        for other in self.calls:
            if other.stat is Stat.ACTIVE:
                self._become(other, Stat.HELD)
        self._pick_up(call)
        return True

    def hang_up(self, stats: frozenset[Stat] = frozenset(Stat)) -> tuple[str, ...]:
        """End the calls in these states from this side; return the family's lines about it."""
        lines: tuple[str, ...] = ()
        for call in [c for c in self.calls if c.stat in stats]:
            unanswered = call.stat in (Stat.INCOMING, Stat.WAITING)
            lines += self._personality.rejected_lines if unanswered else self._personality.ended_lines
            self._remove(call)
        self._promote_waiting()
        return tuple(self._fill(line, None) for line in lines)

    def drop_all(self) -> None:
        """Lose every call without a word, as when the power goes."""
        for call in self.calls:
            for plan in call.plans:
                plan.call_off()
        self.calls.clear()

    def over(self, call_id: int) -> bool:
        """Return whether a call is not, or no longer, in progress."""
        return all(call.id != call_id for call in self.calls)

    def listed(self) -> tuple[str, ...]:
        """Return the lines of AT+CLCC."""
        calls = tuple(self._personality.clcc_line.format(**call.words()) for call in self.calls)
        return self._personality.clcc_always + calls

    def power_on(self) -> None:
        """Forget what was switched on, as a restart does."""
        self.reports_states = self.shows_waiting = False
        self.codes = self._codes_at_power_on()

    def switch(self, typed: str) -> bool:
        """Take a command that switches one of the family's own call codes. False when it is none."""
        changed = False
        for code in self._personality.call_codes:
            if typed == code.on:
                self.codes.add(code.line)
                changed = True
            elif code.off and typed == code.off:
                self.codes.discard(code.line)
                changed = True
        return changed

    def _codes_at_power_on(self) -> set[str]:
        return {code.line for code in self._personality.call_codes if code.on is None}

    def _new(self, script: Script, direction: int, stat: Stat) -> Call:
        self._count += 1
        used = {call.place for call in self.calls}
        place = next(i for i in range(1, len(used) + 2) if i not in used)
        call = Call(self._count, place, script, direction, stat)
        self.calls.append(call)
        return call

    def _interval(self, script: Script) -> float:
        return self._personality.ring_period if script.interval is None else script.interval

    def _plan(self, call: Call, delay: float, action: Callable[[], None]) -> None:
        call.plans.append(self._schedule.after(delay, action))

    def _ring(self, call: Call, rung: int) -> None:
        if call.stat is not Stat.INCOMING or rung >= call.script.rings:
            return
        timing = call.script.clip
        shown = self._settings.get("+CLIP") == 1 and timing != ClipTiming.NEVER
        shown = shown and (rung > 0 or timing != ClipTiming.SECOND_RING)
        ring = self._personality.cring_line if self._settings.get("+CRC") else "RING"
        clip = (call.script.clip_line or self._personality.clip_line).format(**call.words())
        lines = [ring, clip] if shown else [ring]
        for line in reversed(lines) if timing == ClipTiming.BEFORE_RING else lines:
            self._tell(line)
        if rung == 0:
            self._report(call)
        if 0 < self._settings.get("S0") <= rung + 1:
            self._pick_up(call)
        else:
            self._plan(call, self._interval(call.script), lambda: self._ring(call, rung + 1))

    def _pick_up(self, call: Call) -> None:
        if call.stat not in (Stat.INCOMING, Stat.WAITING):
            return
        for plan in call.plans:
            plan.call_off()
        self.received.append((str(call.words()["number"]), self._wall()))
        self._become(call, Stat.ACTIVE)
        for line in self._personality.answered_lines:
            self._tell(self._fill(line, call))
        self._plan(call, call.script.talk, lambda: self._far_end_leaves(call))

    def _far_end_leaves(self, call: Call) -> None:
        missed = call.stat in (Stat.INCOMING, Stat.WAITING)
        waited = call.stat is Stat.WAITING
        told_last = self._personality.end_told_last
        self._remove(call, tell=not told_last)
        if missed:
            self.missed.append((str(call.words()["number"]), self._wall()))
        own = self._personality.missed_lines if missed else self._personality.ended_lines
        match call.script.end or self._personality.end:
            case End.NO_CARRIER if not waited:
                self._tell("NO CARRIER")
            case End.VENDOR:
                for line in own if call.script.marker is None else (call.script.marker,):
                    self._tell(self._fill(line, call))
            case _:
                pass
        if told_last:
            self._report_end(call)
        self._promote_waiting()

    def _promote_waiting(self) -> None:
        if len(self.calls) == 1 and self.calls[0].stat is Stat.WAITING:
            self.calls[0].stat = Stat.INCOMING
            self._ring(self.calls[0], 0)

    def _become(self, call: Call, stat: Stat) -> None:
        call.stat = stat
        self._report(call)

    def _remove(self, call: Call, *, tell: bool = True) -> None:
        for plan in call.plans:
            plan.call_off()
        self.calls.remove(call)
        if tell:
            self._report_end(call)

    def _report_end(self, call: Call) -> None:
        ended = call.stat
        call.stat = Stat.ENDED
        self._report(call)
        call.stat = ended

    def _report(self, call: Call) -> None:
        if self.reports_states:
            self._tell(self._personality.clcc_line.format(**call.words()))
        for code in self._personality.call_codes:
            state = code.states.get(call.stat)
            if code.line in self.codes and state is not None:
                self._tell(code.line.format(**call.words(), state=state))

    def _fill(self, line: str, call: Call | None) -> str:
        words = call.words() if call else {"number": NOBODY}
        return line.format(**words, time=self._wall().strftime("%I:%M%p"), seconds="000000")
