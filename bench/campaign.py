"""The order of the jobs: what needs the machine to itself first, then all else side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from bench.contestants import EVERYBODY
from bench.job import Answer, Size, save
from bench.scenarios import SCENARIOS

OURS = "ours"
JOB_S = 2400.0  # no job takes longer
# Those that are measured for speed alone: what they lose they lose with better settings, too.
_SPEED_ONLY = frozenset(who for who in EVERYBODY if who.endswith("-defaults"))
_LONGEST = ("memory", "play smstools-defaults calls", "play gammu-defaults calls", "calls", "queue", "kill")


@dataclass(frozen=True, slots=True)
class Plan:
    """The jobs, in order. `alone` one after the other on a quiet machine; `together` in any order."""

    alone: tuple[str, ...]
    together: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every job."""
        return self.alone + self.together


def plan(only: Iterable[str] = EVERYBODY) -> Plan:
    """Return what is to be done for these contestants."""
    chosen = set(only)
    ours = OURS in chosen
    alone = [f"play {OURS} calls", "live", "lines", "cost"] if ours else []
    alone += [f"print {what}" for what in ("journal", "page", "flood")] if ours else []
    together = ["memory", "idle-hour"] if ours else []
    for who in EVERYBODY:
        scenarios = ["calls"] if who in _SPEED_ONLY else list(SCENARIOS)
        jobs = [f"play {who} {scenario}" for scenario in scenarios]
        together += [job for job in jobs if who in chosen and job not in alone]
    return Plan(tuple(alone), tuple(sorted(together, key=_rank)))


def _rank(job: str) -> int:
    return next((place for place, words in enumerate(_LONGEST) if words in job), len(_LONGEST))


class Campaign:
    """Runs a plan. Answers are kept in `folder`; a job that has one is not done again."""

    def __init__(self, folder: Path, size: Size, say: Callable[[str], None], workers: int) -> None:
        self.folder = folder / size.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.failed: dict[str, str] = {}
        self._size = size
        self._say = say
        self._workers = workers
        self._began = time.monotonic()
        self._done = self._planned = 0
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, wanted: Plan) -> None:
        """Do what has not been done yet. `failed` says what could not be."""
        missing = [job for job in wanted.all if not self._path(job).exists()]
        self._planned, self._done = len(wanted.all), len(wanted.all) - len(missing)
        for job in (job for job in wanted.alone if job in missing):
            self._do(job)
        with ThreadPoolExecutor(self._workers) as pool:
            try:
                doing = [pool.submit(self._do, job) for job in wanted.together if job in missing]
                for done in as_completed(doing):
                    done.result()
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in list(self._running):
                    process.terminate()
                raise

    def forget(self) -> None:
        """Throw the answers away."""
        for path in self.folder.glob("*.json"):
            path.unlink()

    def answer(self, job: str) -> Answer | None:
        """Return what came of a job, None when it was not done."""
        try:
            found = json.loads(self._path(job).read_bytes())
        except FileNotFoundError:
            return None
        return found if isinstance(found, dict) else None

    def keep(self, name: str, answer: Answer) -> None:
        """Keep something beside the answers, such as what the machine is."""
        save(self._path(name), answer)

    def _path(self, job: str) -> Path:
        return self.folder / f"{job.replace(' ', '.')}.json"

    def _run(self, command: list[str]) -> str:
        """Run a job to its end, and return why it failed, empty when it did not."""
        root = Path(__file__).parent.parent
        environment = os.environ | {"PYTHONPATH": str(root)}
        with subprocess.Popen(
            command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            self._running.add(process)
            try:
                _, said = process.communicate(timeout=JOB_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.communicate()
                return f"it took longer than {JOB_S:.0f} s"
            except KeyboardInterrupt:
                process.terminate()
                raise
            finally:
                self._running.discard(process)
        return "".join(said.strip().splitlines()[-1:]) if process.returncode else ""

    def _do(self, job: str) -> None:
        said = self._run(
            [sys.executable, "-m", "bench.job", job, self._size.name, str(self._path(job).absolute())]
        )
        if said or self.answer(job) is None:
            self.failed[job] = said or "it gave no answer"
        self._done += 1
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        result = f"FAILED: {self.failed[job]}" if job in self.failed else _summary(self.answer(job) or {})
        self._say(f"{minutes:3}:{seconds:02}  {self._done:3}/{self._planned}  {job:34} {result}")


def _summary(answer: Answer) -> str:
    wrongs = ("lost", "doubled", "late", "unwanted", "cut_off")
    if "lost" in answer:
        found = [f"{answer[wrong]} {wrong.replace('_', ' ')}" for wrong in wrongs if answer[wrong]]
        return ", ".join(found) or "flawless"
    numbers = {name: value for name, value in answer.items() if isinstance(value, int | float)}
    return ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())
