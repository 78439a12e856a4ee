"""What calls cost the whole daemon in made time: with a long past behind them, and ten thousand in a row."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from appliance.core.retention import Believed, to_mark
from appliance.housekeeping import BELIEVED
from appliance.modem.channel import Channel
from bench.history import fill
from bench.processes import memory
from tests.daemon_rig import DaemonRig
from tests.fakes import MONDAY

# Between two calls. A box texts a hundred in ten minutes at most, and a thousand a day.
SOON_S, EVERY_S = 20.0, 87.0
SETTLED_S = 700.0  # what is done once after a start is done
WARM_S = 60.0  # from the start to the first call
WARM_CALLS, GROUP = 3, 25  # calls in which caches fill, and calls that are timed as one
_BUSY = {
    "repeat_hours": 0,
    "limits__per_caller_30_days": 100,
    "limits__per_10_minutes": 100,
    "limits__per_day": 1000,
    "nation": "none",
    **{f"hours__{day}": "00:00-24:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
_OWNER = "+447700900999"
_TALK = (
    b'\r\nRING\r\n\r\n+CLIP: "07700900123",129,"",0,"",0\r\n'
    b'\r\n+CLCC: 1,1,4,0,0,"07700900123",129\r\n\r\nOK\r\n'
    b"\r\n+CSQ: 21,99\r\n\r\nOK\r\n\r\n+CREG: 1\r\n\r\n^RSSI: 18\r\n\r\nNO CARRIER\r\n"
)
_LINES, _TOLD = 8, 4  # of those, and how many of them are news


def cost_per_call(folder: Path, behind: Sequence[int], rounds: int) -> dict[int, float]:
    """Return the processor seconds that a call and its text cost the daemon, with each of these behind them.

    The sizes take turns, and the cheapest round of each counts: what else the machine does only adds to it.
    """
    cheapest: dict[int, float] = {}
    for count in behind:
        with _rig(folder / str(count)) as rig:
            fill(rig.journal, count, MONDAY)
    for turn in range(rounds):
        for count in behind:
            with _rig(folder / str(count)) as rig:
                rig.clock.advance(3600.0 * (turn + 1))
                cost = _one_round(rig)
            cheapest[count] = min(cost, cheapest.get(count, cost))
    return cheapest


def _one_round(rig: DaemonRig) -> float:
    marks: list[float] = []

    def mark(place: int) -> None:
        if place in (WARM_CALLS, WARM_CALLS + GROUP):
            marks.append(time.process_time())

    _live(rig, WARM_CALLS + GROUP, SOON_S, mark)
    reached = {number for number, _ in rig.sent} - {_OWNER}
    if len(reached) != WARM_CALLS + GROUP:
        raise RuntimeError(f"texts to {len(reached)} of {WARM_CALLS + GROUP} callers")
    return (marks[1] - marks[0]) / GROUP


def memory_over(folder: Path, calls: int, early: int = 100) -> tuple[float, float]:
    """Return the megabytes that are this process's own after `early` calls and after all of them.

    To be called in a process of its own.
    """
    seen: list[float] = []

    with _rig(folder) as rig:

        def look(place: int) -> None:
            _forget(rig)
            if place in (early, calls):
                gc.collect()
                seen.append(memory(os.getpid()).own)

        _live(rig, calls, EVERY_S, look)
    return seen[0], seen[1]


def written_in_an_idle_hour(folder: Path) -> int:
    """Return the bytes of the files that were written to in an hour without calls.

    Ten minutes after a start, on a box that has worked for more than the two days in which it notes every
    ten minutes that its clock bears out. A log that SQLite only adds to counts with what was added, any other
    file as a whole.
    """
    seen: list[dict[str, tuple[int, int]]] = []

    with _rig(folder) as rig:

        def look() -> None:
            found = {path: path.stat() for path in rig.data.iterdir()}
            seen.append({path.name: (stat.st_mtime_ns, stat.st_size) for path, stat in found.items()})

        rig.journal.set_mark(BELIEVED, to_mark(Believed(MONDAY)))
        rig.at(SETTLED_S, look).at(SETTLED_S + 3600.0, look)
        rig.run(SETTLED_S + 3601.0)
    before, after = seen
    changed = {name: size for name, (at, size) in after.items() if before.get(name, (0, 0))[0] != at}
    grown = {name: size - before.get(name, (0, 0))[1] for name, size in changed.items()}
    return sum(grown[name] if name.endswith("-wal") else size for name, size in changed.items())


def lines_per_second(*, at_once: bool, repeats: int = 2000) -> float:
    """Return how many lines a second the box reads, given whole or a byte at a time."""
    channel, heard = Channel(), 0
    pieces = [_TALK] if at_once else [bytes([byte]) for byte in _TALK]
    began = time.process_time()
    for _ in range(repeats):
        for piece in pieces:
            heard += len(channel.receive(piece, 0.0))
    took = time.process_time() - began
    if heard < repeats * _TOLD:
        raise RuntimeError("lines were lost")
    return repeats * _LINES / took


@contextmanager
def _rig(folder: Path) -> Iterator[DaemonRig]:
    with pytest.MonkeyPatch.context() as patch:
        rig = DaemonRig(folder, patch, **_BUSY)
        try:
            yield rig
        finally:
            rig.journal.close()


def _live(rig: DaemonRig, calls: int, every: float, before_each: Callable[[int], None]) -> None:
    """Run the box through so many calls; `before_each` is told how many there were, and once at the end."""

    def turn(place: int) -> None:
        before_each(place)
        if place < calls:
            rig.ring(0.0, f"07700900{101 + place % 898}", rings=2, every=3.0)
            rig.at(every, partial(turn, place + 1))

    rig.at(WARM_S, partial(turn, 0))
    rig.run(WARM_S + calls * every + 1.0)


def _forget(rig: DaemonRig) -> None:
    """Drop what the rig itself remembers: it is not the daemon's."""
    for kept in (rig.status.written, rig.lights.shown, rig.service.told, rig.clock.told):
        kept.clear()
    rig.modem.commands.clear()
    rig.modem.submitted.clear()
