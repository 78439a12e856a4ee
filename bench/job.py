"""One measurement in a process of its own: `python -m bench.job NAME SIZE OUT` writes its answer as JSON."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import contestants, live, made_time, scenarios

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done. `scale` shrinks what a scenario repeats; the rest are counts and seconds.

    `short_calls`: fewer than the hundred texts in ten minutes that are the most a box can be set to.
    """

    name: str
    scale: float
    patience_s: float
    idle_s: float
    short_calls: int
    timed_calls: int
    rounds: int
    behind: tuple[int, int, int]
    long_run: int


WHOLE = Size("whole", 1.0, 60.0, 60.0, 95, 200, 8, (0, 10_000, 100_000), 10_000)
QUICK = Size("quick", 0.1, 30.0, 30.0, 30, 100, 4, (0, 1_000, 10_000), 500)
TINY = Size("tiny", 0.02, 30.0, 2.0, 3, 50, 1, (0, 10, 20), 120)
SLOW = 0.2  # the share of calls that those get who take half a minute for each
SIZES = {size.name: size for size in (WHOLE, QUICK, TINY)}


def run(name: str, size: Size, folder: Path) -> Answer:
    """Do one job: `play WHO SCENARIO`, `live`, `cost`, `memory`, `idle-hour`,
    `lines`, or `print` and what prints."""
    match name.split():
        case ["play", who, scenario]:
            scale = size.scale * (SLOW if who.endswith("-defaults") else 1)
            outcome = scenarios.play(who, scenario, folder, patience=size.patience_s, scale=scale)
            return asdict(outcome)
        case ["live"]:
            return asdict(live.measure(folder, idle_s=size.idle_s, calls=size.short_calls))
        case ["cost"]:
            found = made_time.cost_per_call(folder, size.behind, size.rounds)
            return {"cpu_s": {str(count): cost for count, cost in found.items()}}
        case ["memory"]:
            early, late = made_time.memory_over(folder, size.long_run)
            return {"calls": size.long_run, "early_mb": early, "late_mb": late}
        case ["idle-hour"]:
            return {"written": made_time.written_in_an_idle_hour(folder)}
        case ["lines"]:
            whole = made_time.lines_per_second(at_once=True)
            return {"whole": whole, "bytewise": made_time.lines_per_second(at_once=False, repeats=500)}
        case ["print", "journal"]:
            return _printed("journal", "--calls", str(size.timed_calls))
        case ["print", "page"]:
            return _printed("page", "--calls", str(size.behind[-1]))
        case ["print", "flood"]:
            return _printed("page", "--calls", str(size.behind[0]), "--flood")
        case _:
            raise ValueError(f"there is no job {name}")


def _printed(module: str, *words: str) -> Answer:
    """Return what another measurement of ours prints; its exit code only says whether it is content."""
    command = [sys.executable, "-m", f"bench.{module}", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(done.stderr.strip() or f"bench.{module} printed nothing")
    return {"printed": done.stdout.strip()}


def main(words: list[str]) -> int:
    """Do the job that the words name, and write its answer."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all it started is stopped
    name, size, out = words
    # What is counted in processor time is kept off the disk, whose turn it may be to do something else.
    where = contestants.in_memory() if name.startswith(("cost", "memory")) else None
    with tempfile.TemporaryDirectory(prefix="bench-", dir=where, ignore_cleanup_errors=True) as folder:
        answer = run(name, SIZES[size], Path(folder) / "job")
    save(Path(out), answer)
    return 0


def save(path: Path, answer: Answer) -> None:
    """Write an answer down, whole or not at all."""
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
