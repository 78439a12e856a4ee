"""What the running box costs: both of its processes, on the emulated modem, idle and with calls."""

from __future__ import annotations

import math
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError

from bench.contestants import Ours
from bench.processes import memory, usage
from bench.wire import Rung, Wire

UP_S = 30.0
SETTLE_S = 12.0  # until the page has been looked at and the modem asked for all there is
SHORT_RING_S = 0.3


@dataclass(slots=True)
class Live:
    """Megabytes, seconds, and counts a minute or an hour, of the daemon unless `web` is said."""

    ready_s: float = math.nan
    daemon_pss: float = math.nan
    daemon_own: float = math.nan
    web_pss: float = math.nan
    web_own: float = math.nan
    cpu_s_a_minute: float = math.nan
    web_cpu_s_a_minute: float = math.nan
    wakeups_a_minute: float = math.nan
    web_wakeups_a_minute: float = math.nan
    commands_a_minute: float = math.nan
    written_a_call: float = math.nan
    asked: list[float] = field(default_factory=list)


def measure(folder: Path, *, idle_s: float, calls: int) -> Live:
    """Start the box and its page in `folder`, leave it alone for so long, then let it miss so many calls."""
    live = Live()
    folder.mkdir(parents=True)
    with Wire(folder / "modem") as wire, Ours(folder / "box", wire.link) as box:
        live.ready_s = _time_to_ready(box, wire)
        with _page(box) as web:
            time.sleep(SETTLE_S)
            _idle(live, box, web, wire, idle_s)
            _calls(live, box, wire, calls)
    return live


def _time_to_ready(box: Ours, wire: Wire) -> float:
    """Return the median of three starts, with a modem that is up."""
    took = []
    for _ in range(3):
        box.kill()
        began = time.monotonic()
        box.start()
        box.await_ready(wire.commands)
        took.append(time.monotonic() - began)
    return sorted(took)[1]


def _idle(live: Live, box: Ours, web: int, wire: Wire, seconds: float) -> None:
    before, web_before, asked = usage(box.pid), usage(web), wire.commands()
    time.sleep(seconds)
    used, web_used = usage(box.pid) - before, usage(web) - web_before
    minutes = seconds / 60
    live.cpu_s_a_minute, live.web_cpu_s_a_minute = used.cpu_s / minutes, web_used.cpu_s / minutes
    live.wakeups_a_minute, live.web_wakeups_a_minute = used.wakeups / minutes, web_used.wakeups / minutes
    live.commands_a_minute = (wire.commands() - asked) / minutes
    daemon, page = memory(box.pid), memory(web)
    live.daemon_pss, live.daemon_own = daemon.pss, daemon.own
    live.web_pss, live.web_own = page.pss, page.own


def _calls(live: Live, box: Ours, wire: Wire, count: int) -> None:
    """Let short calls follow one another: many, for the slowest of them to mean something."""
    before = usage(box.pid)
    rung = [_call(wire, f"07700900{100 + number}") for number in range(count)]
    live.written_a_call = (usage(box.pid) - before).written / max(count, 1)
    texts = {text.number: text for text in wire.texts()}
    live.asked = [texts[one.number].asked - wire.end_of(one) for one in rung if one.number in texts]


def _call(wire: Wire, number: str) -> Rung:
    before = wire.taken
    one = wire.ring(number, rings=2, interval=SHORT_RING_S)
    until = time.monotonic() + UP_S
    while (wire.taken == before or wire.engaged) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.1)
    return one


@contextmanager
def _page(box: Ours) -> Iterator[int]:
    """Run the page and yield its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (box.folder / "web.log").open("ab") as log:
        process = subprocess.Popen(box.web_command(port), stdout=log, stderr=log, cwd=box.folder)
    try:
        _fetch(f"http://127.0.0.1:{port}/")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _fetch(address: str) -> None:
    """Load a page once it answers: a page that nobody has looked at yet holds less than it will."""
    until = time.monotonic() + UP_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
                return
        except HTTPError:
            return  # it wants a password first; that is an answer
        except (URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
