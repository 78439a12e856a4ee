"""What a process costs, as the kernel tells it (proc(5))."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_ROLLUP = re.compile(r"^(\w+):\s+([0-9]+) kB", re.MULTILINE)
_SWITCHES = re.compile(r"^voluntary_ctxt_switches:\s+([0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes. `own` is what no other process has a share of: it is the same wherever it runs."""

    pss: float
    own: float
    rss: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used since its start: processor seconds, times it was woken, bytes written to files.

    `written` counts what was handed to a file system on storage, not what a pipe or a port was given.
    """

    cpu_s: float
    wakeups: int
    written: int

    def __sub__(self, before: Usage) -> Usage:
        return Usage(self.cpu_s - before.cpu_s, self.wakeups - before.wakeups, self.written - before.written)


def memory(pid: int) -> Memory:
    """Return what a process holds now."""
    found = dict(_ROLLUP.findall(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")))
    own = int(found["Private_Dirty"]) + int(found["Private_Clean"])
    return Memory(int(found["Pss"]) / 1024, own / 1024, int(found["Rss"]) / 1024)


def usage(pid: int) -> Usage:
    """Return what a process, with all of its threads, has used so far."""
    folder = Path(f"/proc/{pid}")
    fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    wakeups = 0
    for task in (folder / "task").iterdir():
        found = _SWITCHES.search((task / "status").read_text(encoding="utf-8"))
        wakeups += int(found[1]) if found else 0
    written = re.search(r"^write_bytes: ([0-9]+)", (folder / "io").read_text(encoding="ascii"), re.MULTILINE)
    cpu = (int(fields[11]) + int(fields[12])) / _TICKS
    return Usage(cpu, wakeups, int(written[1]) if written else 0)
