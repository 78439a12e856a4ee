"""Many lives at once, and how many: a few in the everyday tests, more for CI, thousands with `make crash`."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.crash.life import Life
from tests.crash.modem import Skills
from tests.crash.points import AT_WORK, IN_THE_STORE, Happens, Point

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.crash.nursery import Nursery

# Steps from the prompt to the last that is done about a text, of one part and of two.
WINDOW_STEPS, STORE_STEPS = 30, 60
AT_ONCE = 16  # boxes, each with a modem; most of them wait


@dataclass(frozen=True, slots=True)
class Size:
    """How long a campaign is. A command is killed at so many `steps`, spread evenly; None: at each."""

    times_at_each_point: int
    random_seeds: int
    lives: int  # of each seed
    deaths: int  # of each life
    window_seeds: int
    steps: int | None


SIZES = {
    "": Size(1, 1, 4, 3, 1, 4),
    "ci": Size(2, 2, 10, 8, 1, 25),
    "all": Size(6, 16, 10, 8, 13, None),
}
ONLY = os.environ.get("TEXTBACK_CRASH_LIFE") or None  # the one life that is lived again
SIZE = SIZES[os.environ.get("TEXTBACK_CRASH", "")]


@dataclass(frozen=True, slots=True)
class Seeds:
    """Data folders of boxes that are set up. `reports`: they ask for status reports."""

    plain: Path
    long: Path
    reports: Path
    long_reports: Path

    def of(self, *, long: bool, reports: bool) -> Path:
        """Return the one for a life."""
        if reports:
            return self.long_reports if long else self.reports
        return self.long if long else self.plain


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one life."""

    name: str
    deaths: int
    reached: frozenset[str]
    wrong: tuple[str, ...]


def at_named_points(nursery: Nursery, folder: Path, seeds: Seeds, times: int) -> list[Told]:
    """Kill a box at every named point, so many times."""
    lives: list[partial[Told]] = []
    for time in range(times):
        dice = random.Random(time)
        for skills, points in _groups():
            shuffled = dice.sample(points, len(points))
            for start in range(0, len(shuffled), 5):
                name = f"point-{time}-{len(lives)}"
                some = shuffled[start : start + 5]
                lives.append(
                    partial(_points, nursery, folder / name, seeds, skills, some, long=time % 2 == 1)
                )
    return _all(lives)


def _groups() -> list[tuple[Skills, list[Point]]]:
    reports = [point for point in AT_WORK if point.happens is Happens.REPORT]
    others = [point for point in AT_WORK if point.happens is not Happens.REPORT]
    return [(Skills(), others), (Skills(reports=True), reports), (Skills(ledger=True), list(IN_THE_STORE))]


def _points(
    nursery: Nursery, folder: Path, seeds: Seeds, skills: Skills, points: Iterable[Point], *, long: bool
) -> Told:
    seed = seeds.of(long=long, reports=skills.reports)
    with Life(nursery, folder, seed, skills, long, random.Random(folder.name)) as life:
        for point in points:
            life.die_at(point)
        return _told(folder.name, life)


def at_random(nursery: Nursery, folder: Path, seeds: Seeds, seed: int, lives: int, deaths: int) -> list[Told]:
    """Kill so many boxes so many times each, at moments that the seed decides."""
    names = [f"random-{seed}-{number}" for number in range(lives)]
    return _all([partial(_random, nursery, folder / name, seeds, deaths) for name in names])


def _random(nursery: Nursery, folder: Path, seeds: Seeds, deaths: int) -> Told:
    dice = random.Random(folder.name)
    skills = dice.choice([Skills(), Skills(), Skills(reports=True), Skills(lists=True)])
    long = dice.random() < 0.4
    with Life(nursery, folder, seeds.of(long=long, reports=skills.reports), skills, long, dice) as life:
        if skills.lists:
            life.begin()
        for _ in range(deaths):
            life.die_at_random()
        return _told(folder.name, life)


def in_the_send_window(
    nursery: Nursery, folder: Path, seeds: Seeds, seed: int, lives: int, deaths: int, *, ledger: bool
) -> list[Told]:
    """Kill boxes between the prompt and the answer. `ledger`: the modem marks what it sent from its store."""
    names = [f"{'store' if ledger else 'window'}-{seed}-{number}" for number in range(lives)]
    return _all([partial(_window, nursery, folder / name, seeds, deaths, ledger=ledger) for name in names])


def _window(nursery: Nursery, folder: Path, seeds: Seeds, deaths: int, *, ledger: bool) -> Told:
    dice = random.Random(folder.name)
    skills, long = Skills(ledger=ledger, reports=ledger and dice.random() < 0.3), dice.random() < 0.4
    with Life(nursery, folder, seeds.of(long=long, reports=skills.reports), skills, long, dice) as life:
        for _ in range(deaths):
            life.die_sending(STORE_STEPS if ledger else WINDOW_STEPS)
        return _told(folder.name, life)


def _told(name: str, life: Life) -> Told:
    wrong = [f"{name}: {one}\n  after {'; '.join(life.story)}\n{life.log()}" for one in life.settle()]
    return Told(name, life.deaths, frozenset(life.reached), tuple(wrong))


def _all(lives: list[partial[Told]]) -> list[Told]:
    lives = [life for life in lives if ONLY in {None, life.args[1].name}]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(life) for life in lives]]
