"""What the page costs with years behind it, and whether it can hold up a text.

    python -m bench.page             time of each page, and memory after a thousand loads
    python -m bench.page --flood     seconds from hang-up to text, with the page left alone and under a flood

The page and the daemon are the commands that a box runs. Whoever floods the page runs at the lowest priority:
on a box he has a computer of his own.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from bench import history
from bench.contestants import Ours
from bench.outcome import quantile
from bench.processes import memory, usage
from bench.wire import Wire
from web.guard import COOKIE

CALLS = 100_000
LOADS = 1000
ROUNDS = 20  # of both kinds of calls, in turn; their numbers are none of those in the history
FLOODERS = 8  # connections; more than twelve from one address are turned away
UP_S = 30.0
SHORT_RING_S = 0.3


@dataclass(frozen=True, slots=True)
class Served:
    """The page as it runs: its process, where it listens, and the cookie of its owner."""

    pid: int
    port: int
    cookie: str


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls in the journal before")
    parser.add_argument("--flood", action="store_true", help="measure texts while the page is flooded")
    parser.add_argument("--flooder", nargs=2, metavar=("PORT", "COOKIE"), help=argparse.SUPPRESS)
    said = parser.parse_args(words)
    if said.flooder:
        flood(int(said.flooder[0]), said.flooder[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        if said.flood:
            _print_flood(Path(folder), said.calls)
        else:
            _print_pages(Path(folder), said.calls)


def _print_pages(folder: Path, calls: int) -> None:
    box = Ours(folder / "box", folder / "no-modem")
    with _journal(box, calls) as journal:
        talk = journal.people(1)[0].last
    assert talk is not None
    pages = ("/", "/calls", f"/calls/t{talk.id}", "/doing", "/message/open", "/api/state")
    with page_of(box) as served:
        before = memory(served.pid).pss
        print(f"{calls:>8,} calls behind it    median       p95 processor   octets")
        for path in pages:
            used = usage(served.pid)
            took, size = load(served, path, LOADS // len(pages))
            each = (usage(served.pid) - used).cpu_s / len(took)
            spread = f"{_ms(quantile(took, 0.5))} {_ms(quantile(took, 0.95))} {_ms(each)}"
            print(f"{path:24} {spread} {size:8,}")
        load(served, "/", LOADS % len(pages))
        after = memory(served.pid).pss
        print(f"memory (PSS): {before:.1f} MB at first, {after:.1f} MB after {LOADS:,} loads")


def _print_flood(folder: Path, calls: int) -> None:
    alone, flooded = seconds_to_text(folder, calls)
    for name, seconds in (("left alone", alone), ("flooded", flooded)):
        print(
            f"{name:12} median {quantile(seconds, 0.5):.3f} s, p95 {quantile(seconds, 0.95):.3f} s,"
            f" {len(seconds)} texts"
        )
    print(f"ratio of the medians: {quantile(flooded, 0.5) / quantile(alone, 0.5):.2f}")


def seconds_to_text(folder: Path, calls: int) -> tuple[list[float], list[float]]:
    """Return the seconds from the end of each call to its text: the page left alone, and flooded, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    with Wire(folder / "modem") as wire, Ours(folder / "box", wire.link) as box:
        _journal(box, calls).__enter__().close()
        box.start()
        box.await_ready(wire.commands)
        with page_of(box) as served:
            load(served, "/", 5)
            for turn in range(1, ROUNDS + 1):
                found[0].append(_one_call(wire, f"07700900{turn:03}"))
                with _flood(served):
                    time.sleep(0.5)
                    found[1].append(_one_call(wire, f"07700900{turn + ROUNDS:03}"))
    return found


def _one_call(wire: Wire, number: str) -> float:
    one = wire.ring(number, rings=2, interval=SHORT_RING_S)
    until = time.monotonic() + UP_S
    while time.monotonic() < until:
        time.sleep(0.2)
        for text in wire.texts():
            if text.number == number:
                return text.asked - wire.end_of(one)
    raise RuntimeError("a missed call had no text")


@contextmanager
def _journal(box: Ours, calls: int) -> Iterator[Journal]:
    """Yield the box's journal with so many calls in it."""
    with Journal(box.data / "journal.sqlite3") as journal:
        history.fill(journal, calls)
        yield journal


@contextmanager
def page_of(box: Ours) -> Iterator[Served]:
    """Run the page of a box, with its owner signed in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cookie = AccessFile(box.data).new_session(datetime.now(UTC))
    with (box.folder / "web.log").open("ab") as log:
        process = subprocess.Popen(box.web_command(port), stdout=log, stderr=log, cwd=box.folder)
    try:
        served = Served(process.pid, port, cookie)
        _await(served)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=10)


def _await(served: Served) -> None:
    until = time.monotonic() + UP_S
    while time.monotonic() < until:
        with suppress(ConnectionError):
            load(served, "/", 1)
            return
        time.sleep(0.1)
    raise RuntimeError("the page did not come up")


def load(served: Served, path: str, times: int) -> tuple[list[float], int]:
    """Load a page so often on one connection; return the seconds each took, and its octets."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    took, size = [], 0
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"{COOKIE}={served.cookie}"})
        answer = connection.getresponse()
        size = len(answer.read())
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return took, size


@contextmanager
def _flood(served: Served) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.page", "--flooder", str(served.port), served.cookie]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def flood(port: int, cookie: str) -> None:
    """Load pages as fast as they come, from many connections, until killed."""
    os.nice(19)

    def one() -> None:
        while True:
            with suppress(OSError, http.client.HTTPException, RuntimeError):
                load(Served(0, port, cookie), "/", 100)
                load(Served(0, port, cookie), "/calls", 100)

    threads = [threading.Thread(target=one, daemon=True) for _ in range(FLOODERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:6.1f} ms"


if __name__ == "__main__":
    main()
