"""One box, killed again and again while people ring and write; then left in peace and held to account."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.crash.account import wrongs
from tests.crash.modem import CrashModem, Skills
from tests.crash.points import Happens, Point, When
from tests.crash.victim import Orders
from tests.crash.witness import Witness
from tests.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.nursery import Nursery, Victim

REACHED_WITHIN_S = 60.0  # for a busy machine; a point is reached in a second
SETTLED_WITHIN_S = 90.0
CALLERS = 900  # 07700 900000 and so on: Ofcom's drama numbers
_SUBMIT = "appliance.modem.session:Session.submit"
_SUBMIT_BEFORE, _SUBMIT_AFTER = Point("submit", _SUBMIT, When.BEFORE), Point("submit", _SUBMIT, When.AFTER)
_CMSS = Point("submit", "appliance.drivers.serial_port:SerialPort.write", When.AFTER, needle="AT+CMSS")
AWAY_S = 10.0  # the time that passes between a death and the next start, by the wall clock


@dataclass
class Life:
    """`story` tells what was done to it, so that one life can be lived again alone."""

    nursery: Nursery
    folder: Path
    seed: Path
    skills: Skills
    long: bool  # whether its texts have two parts
    dice: random.Random
    sabotage: str | None = None
    story: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        shutil.copytree(self.seed, self.folder / "data")
        self.witness = Witness(self.folder / "data" / "journal.sqlite3")
        self.modem = CrashModem(self.folder / "modem", self.skills, self.witness.saw)
        self._victim: Victim | None = None
        self._later = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._victim is not None:
            self._victim.kill()
        self.modem.__exit__()

    # --- what happens to it ---

    def begin(self) -> None:
        """Live until the box has read the modem's list of missed calls: the first one counts for nothing."""
        broken, self.sabotage = self.sabotage, None
        self._start()
        wait_for(self._has_read_the_list, REACHED_WITHIN_S, "the first list of missed calls")
        self._kill()
        self.sabotage = broken

    def _has_read_the_list(self) -> bool:
        return bool(self.witness.rows("SELECT 1 FROM marks WHERE name = 'modem_missed_calls'"))

    def die_at(self, point: Point) -> None:
        """Let the box run into a named point."""
        time = self.dice.choice((1, 2)) if self.long and point.comes_twice else 1
        self.story.append(f"die at {point.name}, time {time}")
        match point.happens:
            case Happens.START:
                self._die_ringing()
            case Happens.DOUBT | Happens.STORE_WENT:
                self._die_handing_over(_SUBMIT_AFTER if point.happens is Happens.DOUBT else _CMSS)
            case Happens.STORE_NEVER:
                self._die_handing_over(_SUBMIT_BEFORE)
            case Happens.STORE_DONE:
                self._send_one()
            case _:
                pass
        self._start(point=point, time=time)
        self._happen(point.happens)
        self._wait_for_death(point.name)
        self.reached.add(point.name)
        self._end_of_call()

    def die_at_random(self) -> None:
        """Let the box run until it has taken some number of steps, or for some time; then it is killed."""
        arm = self.dice.choice(["", "RING", "RING", "+CMTI", "> "])
        steps = self.dice.choice([None, self.dice.randrange(400 if not arm else 150)])
        seconds = self.dice.uniform(0.0, 1.8)
        after = f"{seconds:.3f} s" if steps is None else f"{steps} steps after {arm or 'the start'!r}"
        self.story.append(f"die after {after}")
        self._start(steps=steps, arm=arm)
        self._happen(self.dice.choice([Happens.CALL, Happens.CALL, Happens.TEXT, Happens.LONG_TEXT]))
        if self.dice.random() < 0.5:
            self._happen(Happens.TEXT)
        until = time.monotonic() + (seconds if steps is None else 4.0)
        while self._lives() and time.monotonic() < until:
            self._hang_up_if_known()
            time.sleep(0.01)
        self._kill()
        self._end_of_call(perhaps=True)

    def ring_while_dead(self) -> None:
        """Let somebody ring, and give up, while no box is there to hear it."""
        self.story.append("ring")
        self._ring()
        wait_for(lambda: self.modem.idle, what="the caller to give up")

    def die_sending(self, most: int) -> None:
        """Let a text be on its way, and the box die between its prompt and the last that is done about it.

        It may have come through before so many steps were taken: then another text is on its way.
        """
        while True:
            steps = self.dice.randrange(most)
            self.story.append(f"die {steps} steps after the prompt")
            self._start(steps=steps, arm="> ")
            self._end_of_call()
            sent = len(self.modem.sent)
            self._ring()
            until = time.monotonic() + REACHED_WITHIN_S
            while self._lives() and (len(self.modem.sent) == sent or not self._rests()):
                assert time.monotonic() < until, f"no text: {self.story} {self.log()}"
                self._hang_up_if_known()
                time.sleep(0.01)
            died = not self._lives()
            self._kill()
            self._end_of_call()
            if died:
                return

    def settle(self, patience_s: float = 20.0) -> list[str]:
        """Leave the box in peace until everything is done; return what is still wrong some seconds later.

        What is to be told to the owner is told within a second or two.
        """
        self.story.append("live")
        self._end_of_call()
        self._start()
        deadline = time.monotonic() + SETTLED_WITHIN_S
        calm_since: float | None = None
        found = restless = ["it never came to rest"]
        while time.monotonic() < deadline and self._lives():
            if not self._rests():
                calm_since, found = None, restless
            elif calm_since is None:
                calm_since = time.monotonic()
            elif time.monotonic() > calm_since + 0.2:
                found = wrongs(self.modem, self.witness)
                # What was seen while the box went on is no moment of its journal.
                if self._rests() and (not found or time.monotonic() > calm_since + patience_s):
                    break
            time.sleep(0.1)
        self._kill()
        return found

    # --- the world ---

    def _happen(self, what: Happens) -> None:
        match what:
            case Happens.CALL | Happens.REPORT | Happens.STORE:
                if self.modem.idle:
                    self._ring()
            case Happens.TEXT:
                self.modem.text(self._writer(), f"About the boiler, no. {len(self.modem.texts_in):03d}.")
            case Happens.LONG_TEXT:
                number = len(self.modem.texts_in)
                words = f"No. {number:03d}: " + "The boiler says F28 again. " * 3
                self.modem.long_text(self._writer(), words, reference=number % 256)
            case _:
                pass  # it has happened

    def _ring(self) -> None:
        """Ring, and go on until the box has written that down: a caller waits longer than a start takes."""
        number = f"07700900{len(self.modem.rang):03d}"
        self.modem.rang.append(number)
        times = self.dice.randint(1, 4) if self.skills.lists else 10_000
        self.modem.ring(number, times=times, interval=0.1)

    def _writer(self) -> str:
        return f"+447700900{self.dice.randrange(CALLERS):03d}"

    def _hang_up_if_known(self) -> None:
        if not self.modem.idle and self._knows_the_caller():
            self.modem.hang_up()
            wait_for(lambda: self.modem.idle, what="the caller to give up")

    def _end_of_call(self, *, perhaps: bool = False) -> None:
        """See the call through: a dead box is started until it knows of the caller, who then hangs up.

        `perhaps` lets some ring on, to be heard by the next victim.
        """
        while not self.modem.idle and not self.skills.lists and not self._knows_the_caller():
            if not self._lives():
                self._start()
            time.sleep(0.01)
        if not perhaps or self.dice.random() < 0.5:
            self.modem.hang_up()
            wait_for(lambda: self.modem.idle, what="the caller to give up")

    def _rests(self) -> bool:
        return not self.witness.busy() and not self.modem.store

    def _knows_the_caller(self) -> bool:
        return bool(self.modem.rang and self.witness.rang(self.modem.rang[-1]))

    def _die_ringing(self) -> None:
        self._start()
        self._ring()
        wait_for(self._knows_the_caller, REACHED_WITHIN_S, "the call to be written")
        self._kill()
        self._end_of_call()

    def _die_handing_over(self, point: Point) -> None:
        self._start()
        wait_for(self._rests, REACHED_WITHIN_S, "what waited to be sent")  # the next one is the caller's
        self._start(point=point)
        self._ring()
        self._wait_for_death(point.name)
        self._end_of_call()

    def _send_one(self) -> None:
        sent = len(self.modem.sent)
        self._start()
        self._ring()
        wait_for(self._knows_the_caller, REACHED_WITHIN_S, "the call to be written")
        self._end_of_call()
        wait_for(lambda: len(self.modem.sent) > sent and not self.modem.store, REACHED_WITHIN_S, "the text")
        self._kill()

    # --- the box ---

    def _start(
        self, point: Point | None = None, time: int = 1, steps: int | None = None, arm: str = ""
    ) -> None:
        self._kill()
        self._later += AWAY_S
        folders = ("--data", str(self.folder / "data"), "--run", str(self.folder / "run"))
        self._victim = self.nursery.start(
            Orders(
                argv=["modem", "--port", str(self.modem.link), "--lights", "none", *folders],
                folder=str(self.folder),
                log=str(self.folder / "log"),
                point=point,
                time=time,
                steps=steps,
                arm=arm,
                later_s=self._later,
                sabotage=self.sabotage,
            )
        )

    def _lives(self) -> bool:
        return self._victim is not None and self._victim.alive

    def _kill(self) -> None:
        if self._victim is not None:
            self._victim.kill()
            ended = self._victim.end(0)
            assert ended is not None
            assert ended.code is None, f"the box ended by itself with {ended.code}: {self.log()}"
            self._victim = None
            self.deaths += 1

    def _wait_for_death(self, where: str) -> None:
        until = time.monotonic() + REACHED_WITHIN_S
        while self._lives():
            assert time.monotonic() < until, f"{where} was never reached: {self.story} {self.log()}"
            self._hang_up_if_known()
            time.sleep(0.01)
        self._kill()

    def log(self) -> str:
        """Return the end of what the box logged."""
        log = self.folder / "log"
        return log.read_text("utf-8", "replace")[-3000:] if log.exists() else ""
