"""One command killed at every step it takes, each time on the same box; then looked at, and run again."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.crash.campaign import AT_ONCE
from tests.crash.errands import PASSWORD, SAVED, Errand, World, world
from tests.crash.victim import Orders

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.nursery import End, Nursery
    from tests.crash.points import Point


@dataclass(frozen=True, slots=True)
class Killed:
    """What became of one kill. `died` False: the command came through before that step."""

    where: str
    died: bool
    wrong: tuple[str, ...]


class Repetition:
    """`folder` keeps the box as it is before the command, and one for every kill."""

    def __init__(self, nursery: Nursery, folder: Path, seed: Path, errand: Errand) -> None:
        self._nursery = nursery
        self._folder = folder
        self._errand = errand
        self._first = folder / "first"
        shutil.copytree(seed, self._first / "data")
        errand.prepare(self._first)
        (folder / "password").write_text(f"{PASSWORD}\n", "utf-8")
        self._before = self._opened(self._copy("before"))
        after = self._copy("after")
        end = self._run(after)
        assert end.code == 0, self._log(after)
        assert end.steps is not None
        self.steps = end.steps
        self._after = self._opened(after)
        assert not errand.finished(after), errand.finished(after)

    def kill_at(self, places: list[int | Point]) -> list[Killed]:
        """Kill the command at each of these steps and points."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._kill_at, range(len(places)), places))

    def _kill_at(self, number: int, place: int | Point) -> Killed:
        folder = self._copy(f"kill-{number}")
        end = self._run(folder, place)
        where = f"step {place}" if isinstance(place, int) else place.name
        wrong = [f"{self._errand.stage}, {where}: {one}\n{self._log(folder)}" for one in self._wrongs(folder)]
        shutil.rmtree(folder)
        return Killed(where, end.code is None, tuple(wrong))

    def _wrongs(self, folder: Path) -> list[str]:
        found = self._opened(folder)
        wrong = self._errand.wrong(folder)
        if self._errand.whole and found not in (self._before, self._after):
            wrong.append(f"neither as before nor as after: {_differences(found, self._before, self._after)}")
        if self._errand.stage == "backup":
            wrong += self._half_a_backup(folder)
        again = self._run(folder)
        if again.code != 0 and not (self._errand.once and found == self._after):
            wrong.append(f"run again it ends with {again.code}")
        found = self._opened(folder)
        if found != self._after:
            wrong.append(f"run again it is not done: {_differences(found, self._after)}")
        return wrong + self._errand.finished(folder)

    def _half_a_backup(self, folder: Path) -> list[str]:
        """See that what is there of a backup is refused, unless it is all there; and take it away."""
        saved = folder / SAVED
        if not saved.exists():
            return []
        end = self._do(folder, ("restore", SAVED, "--password-stdin", "--yes"), None)
        found = world(folder / "data")
        saved.unlink()
        if end.code == 1 and found != self._before:
            return ["half a backup changed the box"]
        shutil.rmtree(folder / "data")
        shutil.copytree(self._first / "data", folder / "data")
        return [] if end.code in {0, 1} else [f"restore ended with {end.code}"]

    def _run(self, folder: Path, place: int | Point | None = None) -> End:
        return self._do(folder, self._errand.words, place)

    def _do(self, folder: Path, words: tuple[str, ...], place: int | Point | None) -> End:
        chore = words[0].startswith("@")
        end = self._nursery.start(
            Orders(
                argv=[*words] if chore else [*words, "--data", str(folder / "data")],
                folder=str(folder),
                log=str(folder / "log"),
                point=None if isinstance(place, int) else place,
                steps=place if isinstance(place, int) else None,
                stdin=str(self._folder / "password"),
            )
        ).end(120)
        assert end is not None, f"{words} never ended"
        return end

    def _opened(self, folder: Path) -> World:
        end = self._do(folder, ("@open",), None)
        assert end.code == 0, self._log(folder)
        return world(folder / "data")

    def _copy(self, name: str) -> Path:
        return shutil.copytree(self._first, self._folder / name)

    @staticmethod
    def _log(folder: Path) -> str:
        log = folder / "log"
        return log.read_text("utf-8", "replace")[-2000:] if log.exists() else ""


def _differences(found: World, *wanted: World) -> str:
    lines = [
        f"{name}: {found[name]} instead of {world[name]}"
        for world in wanted
        for name in found
        if found[name] != world[name]
    ]
    return os.linesep.join(lines)
