"""A day in the life: a call every few minutes, and every ten something breaks. Only time is made.

The everyday run is a morning of it; `--slow` is the whole day.
"""

from __future__ import annotations

import gc
import os
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from tests.daemon_rig import DaemonRig
from tests.foreign_codec import decode_submit
from tests.scripted_modem import AFTER_CTRL_Z, ScriptedModem

HOUR = 3600.0
MORNING, DAY = 5, 24  # hours
# Python keeps up to 2,000 freed tuples of each length for the next use, and counts them as used.
FREE_LISTS = 2000 * 64
CALL_EVERY = (150.0, 330.0)  # the 1,000 drama mobiles last for a day
FAULT_EVERY = 600.0
KINDS = ("unplug", "hang", "restart", "rubbish", "refuse", "no answer", "late answer")


class Day:
    """One box through one day. `reached`: callers of whom the modem told the box while it listened."""

    def __init__(self, rig: DaemonRig, hours: int, seed: int) -> None:
        self.rig = rig
        self.hours = hours
        self.chance = random.Random(seed)
        self.modems: list[ScriptedModem] = [rig.modem]
        self.reached: set[str] = set()
        self.faults: Counter[str] = Counter()
        self.sizes: dict[int, int] = {}
        self.descriptors: dict[int, int] = {}

    def plan(self) -> None:
        """Lay out the calls, the faults and the readings of memory."""
        moment, caller = 60.0, 101  # 100 is the box itself
        while moment < self.hours * HOUR - 10 * 60:
            number = f"07700900{caller:03d}"
            for ring in range(3):
                self.rig.at(moment + 5.0 * ring, partial(self._ring, number))
            self.rig.at(moment + 12.0, self._give_up)
            moment += self.chance.uniform(*CALL_EVERY)
            caller += 1
        moment = FAULT_EVERY
        while moment < self.hours * HOUR - 15 * 60:
            kind = self.chance.choice(KINDS)
            self.rig.at(moment + self.chance.uniform(-60, 60), partial(self._break, kind))
            moment += FAULT_EVERY
        for hour in range(1, self.hours):
            self.rig.at(hour * HOUR, partial(self._measure, hour))

    def _ring(self, number: str) -> None:
        modem = self.rig.modem
        modem.calls = (f'+CLCC: 1,1,4,0,0,"{number}",129',)
        modem.say("RING", f'+CLIP: "{number}",129,"",0,"",0')
        listening = bool(self.rig.ports) and not (self.rig.port.dead or self.rig.port.closed)
        if listening and self.rig.plugged and not modem.mute:
            self.reached.add(number)

    def _give_up(self) -> None:
        self.rig.modem.calls = ()
        self.rig.modem.say("NO CARRIER")

    def _break(self, kind: str) -> None:
        rig, modem = self.rig, self.rig.modem
        self.faults[kind] += 1
        match kind:
            case "unplug":
                rig.unplug()
                rig.at(self.chance.uniform(3, 60), self._replug)
            case "hang":
                modem.mute = True
                rig.at(self.chance.uniform(60, 400), self._wake)
            case "restart":
                modem.boot("RDY")
            case "rubbish":
                modem.say("\x80\x81 RI", '+CLIP: "', "+CMGS: 7", "OK", "ERROR", "+CMTI:")
            case "refuse":
                modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 42",), ("+CMGS: 1", "OK"))
            case "no answer":
                modem.script(AFTER_CTRL_Z, None, ("+CMGS: 1", "OK"))
            case _:
                modem.delay(AFTER_CTRL_Z, 60.0)
                rig.at(300, partial(modem.delay, AFTER_CTRL_Z, 0.2))

    def _replug(self) -> None:
        self.rig.replug()
        self.modems.append(self.rig.modem)

    def _wake(self) -> None:
        self.rig.modem.mute = False

    def _measure(self, hour: int) -> None:
        self.rig.status.written.clear()  # what the test itself keeps is not the daemon's
        self.rig.lights.shown.clear()
        self.rig.service.told.clear()
        gc.collect()
        ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/appliance/*")])
        self.sizes[hour] = sum(trace.size for trace in ours.traces)
        self.descriptors[hour] = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only

    def submitted(self) -> Counter[str]:
        """How often each number was put to any of the modems, as an independent decoder reads it."""
        raws = (raw for modem in self.modems for raw in modem.submitted)
        found = (decode_submit(raw, len(raw) // 2 - 1, 0, None) for raw in raws)
        return Counter(one.number for one in found if one)


@pytest.fixture(scope="module")
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    limits = {"limits__per_day": 1000, "limits__per_10_minutes": 100}
    with pytest.MonkeyPatch.context() as patch:
        rig = DaemonRig(tmp_path_factory.mktemp("day"), patch, **limits)
        day = Day(rig, DAY if request.config.getoption("--slow") else MORNING, seed=20261123)
        day.plan()
        tracemalloc.start()
        try:
            rig.run(day.hours * HOUR)
        finally:
            tracemalloc.stop()
        yield day


@pytest.mark.timeout(600)
def test_the_day_was_as_hard_as_it_was_meant_to_be(day: Day) -> None:
    assert day.faults.total() >= 5.5 * day.hours
    assert set(day.faults) == set(KINDS)
    assert len(day.reached) >= 11 * day.hours


def test_every_caller_the_modem_told_of_is_listed_and_judged_once(day: Day) -> None:
    verdicts: dict[str, list[str | None]] = {}
    for call in day.rig.calls:
        verdicts.setdefault(call.number or "", []).append(call.verdict)
    assert day.reached <= set(verdicts)
    for number in day.reached:
        assert verdicts[number][0] == TEXT
        assert set(verdicts[number][1:]) <= {Reason.TEXTED_RECENTLY}


def test_every_text_that_was_due_went_once_or_is_shown_as_doubtful(day: Day) -> None:
    states = {text.to: text.state for text in day.rig.texts}
    assert {f"+44{number[1:]}" for number in day.reached} <= set(states)
    assert set(states.values()) <= {TextState.SENT, TextState.UNKNOWN}
    assert Counter(states.values())[TextState.UNKNOWN] <= day.faults.total()
    due = Counter(text.to for text in day.rig.of(*TextKind))  # the owner is told of each doubt
    again = sum(count - due[number] for number, count in day.submitted().items())
    assert again <= day.faults["refuse"], "only a text the network refused is put to it again"


def test_memory_and_descriptors_are_flat(day: Day) -> None:
    first, last = 1, day.hours - 1
    assert day.sizes[last] <= day.sizes[first] * 1.05 + FREE_LISTS
    assert day.descriptors[last] <= day.descriptors[first]
