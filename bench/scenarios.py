"""What happens to everybody alike. Each scenario has a modem, a contestant and a folder of its own."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from appliance.simulator import ClipTiming, End
from appliance.simulator.emulated import CallDetails
from appliance.simulator.runner import Logged
from bench.contestants import EVERYBODY, Contestant
from bench.outcome import Outcome, judge
from bench.wire import CTRL_Z, Rung, Wire

CALLS, KILLS, QUEUED = 50, 3, 100
UNPLUGGED_S = 3.0
CMS_UNKNOWN = 500
SEED = 20261123


class Desk:
    """A modem, whoever answers it, and somebody who watches both."""

    def __init__(self, wire: Wire, who: Contestant, *, patience: float, scale: float) -> None:
        self.wire = wire
        self.who = who
        self.patience = patience  # seconds a text may take before it counts as lost
        self.scale = scale  # 1 for the whole campaign, less for a quick look
        self.chance = random.Random(SEED)
        self._numbers = (f"07700900{number:03d}" for number in range(100, 999))  # 999 is the owner

    def number(self) -> str:
        """Return a number that nobody rang from yet."""
        return next(self._numbers)

    def times(self, count: int) -> int:
        """Return how often to do what the whole campaign does `count` times."""
        return max(1, round(count * self.scale))

    def wait(self, seconds: float) -> None:
        """Let time pass, and keep the contestant running."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.who.keep_running()
            time.sleep(min(left, 0.1))

    def wait_for_texts(self, count: int, patience: float | None = None) -> bool:
        """Wait until the network has taken so many; False when that takes too long."""
        until = time.monotonic() + (patience or self.patience)
        while self.wire.taken < count:
            if time.monotonic() > until:
                return False
            self.who.keep_running()
            time.sleep(0.1)
        return True

    def wait_for_quiet(self) -> None:
        """Wait until nobody rings."""
        while self.wire.engaged:
            self.who.keep_running()
            time.sleep(0.05)

    def call(self, number: str | None = None, **details: Unpack[CallDetails]) -> Rung:
        """Place a call, and wait for its end."""
        rung = self.wire.ring(self.number() if number is None else number, **details)
        self.wait_for_quiet()
        return rung

    def one_more(self) -> Rung:
        """Place an ordinary call, and wait for its text: whoever sat out the scenario still works."""
        before = self.wire.taken
        rung = self.call()
        self.wait_for_texts(before + 1)
        return rung

    def restart(self) -> None:
        """Start the contestant again after it was killed, and give it time."""
        self.wait(1.0)
        self.who.start()
        self.who.await_ready(self.wire.commands)


def many_calls(desk: Desk, outcome: Outcome) -> None:
    """Ordinary calls one after the other, at moments that favour nobody's polling."""
    rung = []
    for turn in range(desk.times(CALLS)):
        rung.append(desk.call())
        desk.wait_for_texts(turn + 1)
        desk.wait(desk.chance.uniform(0.1, 1.1))
    judge(outcome, desk.wire, rung)


def withheld(desk: Desk, outcome: Outcome) -> None:
    """Somebody withholds their number, then somebody does not."""
    desk.call("", withheld=True)
    desk.wait(5)
    judge(outcome, desk.wire, [desk.one_more()])


def late_number(desk: Desk, outcome: Outcome) -> None:
    """The number comes with the second ring."""
    rung = desk.call(clip=ClipTiming.SECOND_RING)
    desk.wait_for_texts(1)
    desk.wait(5)
    judge(outcome, desk.wire, [rung])


def same_caller(desk: Desk, outcome: Outcome) -> None:
    """One person rings twice, and should have one text."""
    rung = desk.call()
    desk.wait_for_texts(1)
    desk.wait(2)
    desk.call(rung.number)
    desk.wait(min(desk.patience, 20))
    judge(outcome, desk.wire, [rung])


def answered(desk: Desk, outcome: Outcome) -> None:
    """Somebody picks up; the next caller is missed."""
    desk.call(answered_after=3.0, talk=4.0)
    desk.wait(5)
    judge(outcome, desk.wire, [desk.one_more()])


def no_marker(desk: Desk, outcome: Outcome) -> None:
    """The modem does not say that the caller has gone; its list of calls is right."""
    desk.wire.mute_markers()
    _silent(desk, outcome)


def silence(desk: Desk, outcome: Outcome) -> None:
    """The modem does not say that the caller has gone, and cannot list calls."""
    desk.wire.mute_markers(call_list=False)
    _silent(desk, outcome)


def _silent(desk: Desk, outcome: Outcome) -> None:
    desk.who.kill()  # and begin anew, so that whatever it asked the modem for at its start is refused
    desk.wire.unplug()
    desk.wire.replug()
    desk.restart()
    rung = []
    for turn in range(desk.times(3)):
        rung.append(desk.call(end=End.SILENT))
        desk.wait_for_texts(turn + 1)
    judge(outcome, desk.wire, rung)


def refused_once(desk: Desk, outcome: Outcome) -> None:
    """The network refuses the first try with +CMS ERROR: 500."""
    desk.wire.fail_next_send(CMS_UNKNOWN)
    rung = desk.call()
    desk.wait_for_texts(1, max(desk.patience, 90))
    desk.wait(3)
    judge(outcome, desk.wire, [rung])


def unplugged_ringing(desk: Desk, outcome: Outcome) -> None:
    """The modem is pulled out in the middle of a call; then somebody else rings."""
    rung = desk.wire.ring(desk.number())
    desk.wait(3)
    desk.wire.unplug()
    desk.wait(UNPLUGGED_S)
    desk.wire.replug()
    desk.wait_for_texts(1)
    judge(outcome, desk.wire, [rung, desk.one_more()])
    outcome.asked.clear()  # of a call that was never over there is no time to tell
    outcome.accepted.clear()
    outcome.late = 0


def unplugged_idle(desk: Desk, outcome: Outcome) -> None:
    """The modem is pulled out while nothing happens, and somebody rings after it is back."""
    desk.wire.unplug()
    desk.wait(UNPLUGGED_S)
    desk.wire.replug()
    desk.wait(20)
    judge(outcome, desk.wire, [desk.one_more()])


def killed_before(desk: Desk, outcome: Outcome) -> None:
    """Kill -9 a millisecond after the end of the call."""
    _killed(desk, outcome, desk.wire.is_end, 0.001)


def killed_sending(desk: Desk, outcome: Outcome) -> None:
    """Kill -9 while the network has the text and has not answered."""
    _killed(desk, outcome, lambda chunk: chunk.to_modem and CTRL_Z in chunk.data, desk.wire.network / 2)


def _killed(desk: Desk, outcome: Outcome, trap: Callable[[Logged], bool], after: float) -> None:
    rung = []
    for _ in range(desk.times(KILLS)):
        struck = threading.Event()

        def spring(chunk: Logged, struck: threading.Event = struck) -> None:
            if not struck.is_set() and trap(chunk):
                struck.set()
                threading.Timer(after, desk.who.kill).start()

        before = desk.wire.taken
        desk.wire.chunks.listener = spring
        rung.append(desk.call())
        if not struck.wait(desk.patience):
            outcome.note = "it never came to that"
        desk.wire.chunks.listener = lambda _chunk: None
        time.sleep(after + 0.1)
        desk.restart()
        desk.wait_for_texts(before + 1, min(desk.patience, 30))
        desk.wait(5)  # for a second text of the same
    judge(outcome, desk.wire, rung)
    outcome.asked.clear()  # a restart lies between
    outcome.accepted.clear()
    outcome.late = 0


def national(desk: Desk, outcome: Outcome) -> None:
    """One number comes as 07..., another as +447...; the texts must reach both."""
    rung = []
    for number in (desk.number(), "+44" + desk.number()[1:]):
        rung.append(desk.call(number))
        desk.wait_for_texts(len(rung))
    judge(outcome, desk.wire, rung)


def five_callers(desk: Desk, outcome: Outcome) -> None:
    """Five people ring within ten seconds, each as soon as the line is free."""
    rung = []
    for _ in range(5):
        rung.append(desk.call(rings=2, interval=1.0))
        desk.wait(0.5)
    desk.wait_for_texts(5, desk.patience + 15)
    desk.wait(3)
    judge(outcome, desk.wire, rung)


def a_queue(desk: Desk, outcome: Outcome) -> None:
    """A hundred texts wait to be sent at once."""
    if not desk.who.has_queue:
        outcome.note = "it has no queue"
        return
    numbers = [desk.number() for _ in range(desk.times(QUEUED))]
    began = time.monotonic()
    desk.who.queue(numbers)
    desk.wait_for_texts(len(numbers), max(60.0, 6.0 * len(numbers)))
    took = time.monotonic() - began
    desk.wait(3)
    judge(outcome, desk.wire, [], numbers)
    outcome.note = f"{took / len(numbers):.2f} s a text"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of them. `title` heads its row."""

    title: str
    play: Callable[[Desk, Outcome], None]


SCENARIOS: dict[str, Scenario] = {
    "calls": Scenario("Ordinary calls", many_calls),
    "withheld": Scenario("A withheld number, then another caller", withheld),
    "late-number": Scenario("The number comes with the second ring", late_number),
    "same-caller": Scenario("The same caller twice", same_caller),
    "answered": Scenario("Somebody answers, then another caller", answered),
    "no-marker": Scenario("No end marker; the list of calls works", no_marker),
    "silence": Scenario("No end marker and no list of calls", silence),
    "refused": Scenario("The network refuses once (CMS 500)", refused_once),
    "unplug-ringing": Scenario("Unplugged while it rings", unplugged_ringing),
    "unplug-idle": Scenario("Unplugged while idle", unplugged_idle),
    "kill-before": Scenario("kill -9 between the call's end and the text", killed_before),
    "kill-sending": Scenario("kill -9 between Ctrl-Z and the answer", killed_sending),
    "national": Scenario("07... and +44...", national),
    "five": Scenario("Five callers in ten seconds", five_callers),
    "queue": Scenario("A hundred texts queued", a_queue),
}


@contextmanager
def desk_for(who: str, folder: Path, *, patience: float, scale: float) -> Iterator[Desk]:
    """Yield a desk with this contestant ready at it, all of it below `folder`."""
    folder.mkdir(parents=True)
    with Wire(folder / "modem") as wire, EVERYBODY[who](folder / "who", wire.link) as contestant:
        contestant.start()
        contestant.await_ready(wire.commands)
        yield Desk(wire, contestant, patience=patience, scale=scale)


def play(who: str, scenario: str, folder: Path, *, patience: float, scale: float) -> Outcome:
    """Play one scenario with one contestant and return what came of it."""
    outcome = Outcome(who, scenario)
    with desk_for(who, folder, patience=patience, scale=scale) as desk:
        SCENARIOS[scenario].play(desk, outcome)
        if desk.who.deaths:
            outcome.note = f"{outcome.note}; ended by itself {desk.who.deaths} times".removeprefix("; ")
    return outcome
