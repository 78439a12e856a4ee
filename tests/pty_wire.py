"""The cable of the foreign modem: a pty under a fixed path, and a thread that keeps its appointments."""

from __future__ import annotations

import heapq
import itertools
import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(order=True)
class _Job:
    due: float
    turn: int
    run: Callable[[], None] = field(compare=False)


class PtyWire:
    """A pty at `link`. All that happens on it (`hear`, jobs of `later`) happens in one thread."""

    def __init__(self, link: Path, hear: Callable[[bytes], None]) -> None:
        self._link = link
        self._hear = hear
        self._jobs: list[_Job] = []
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self._wake_read, self._wake_write = os.pipe()
        self._stopped = False
        self._master: int | None = None
        self.plug()
        self._thread = threading.Thread(target=self._run, name="foreign modem", daemon=True)
        self._thread.start()

    def plug(self) -> None:
        """Open a new pty and put `link` on it."""
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        name = os.ttyname(slave)
        os.close(slave)  # the box alone holds it, so that a lock it leaves behind goes with it
        with self._lock:
            self._master = master
        aside = self._link.with_suffix(".new")
        aside.unlink(missing_ok=True)
        aside.symlink_to(name)
        aside.replace(self._link)
        self._wake()

    def unplug(self) -> None:
        """Close the pty under whoever holds it, take its path away and forget every job."""
        with self._lock:
            master, self._master = self._master, None
            self._jobs.clear()
            if master is not None:
                self._link.unlink(missing_ok=True)
                os.close(master)
        self._wake()

    def close(self) -> None:
        """Stop the thread and unplug."""
        self._stopped = True
        self._wake()
        self._thread.join(timeout=5)
        self.unplug()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def later(self, seconds: float, run: Callable[[], None]) -> None:
        """Have `run` called in the wire's thread, `seconds` from now."""
        with self._lock:
            heapq.heappush(self._jobs, _Job(time.monotonic() + seconds, next(self._turn), run))
        self._wake()

    def write(self, raw: bytes) -> None:
        """Put bytes on the wire; dropped when nobody reads, as by a modem without flow control."""
        with self._lock:
            if self._master is None:
                return
            try:
                os.write(self._master, raw)
            except OSError:
                return

    def _wake(self) -> None:
        os.write(self._wake_write, b".")

    def _run(self) -> None:
        while not self._stopped:
            with self._lock:
                due = self._jobs[0].due if self._jobs else None
            self._listen(0.5 if due is None else min(0.5, max(0.0, due - time.monotonic())))
            while job := self._due_job():
                job.run()

    def _due_job(self) -> _Job | None:
        with self._lock:
            if self._jobs and self._jobs[0].due <= time.monotonic():
                return heapq.heappop(self._jobs)
        return None

    def _listen(self, wait: float) -> None:
        with self._lock:
            master = self._master
        ports = [self._wake_read] if master is None else [self._wake_read, master]
        try:
            ready, _, _ = select.select(ports, [], [], wait)
        except (OSError, ValueError):  # unplugged while waiting
            return
        if self._wake_read in ready:
            os.read(self._wake_read, 1000)
        if master is not None and master in ready:
            try:
                heard = os.read(master, 1000)
            except OSError:  # nobody has the port open
                time.sleep(min(wait, 0.02))
                return
            self._hear(heard)
