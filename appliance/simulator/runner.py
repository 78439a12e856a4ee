"""The loop that lends the emulated modem a clock and a port."""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from appliance.simulator.control import ControlServer
from appliance.simulator.engine import Modem
from appliance.simulator.pty_port import PtyPort
from appliance.simulator.script import obey

UNOPENED_POLL_S = 0.02  # a closed pseudo-terminal cannot be waited on: it is always ready, with an error
WAKE_S = 0.5
LOGGED = 100_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Logged:
    """Bytes that passed. `at` is monotonic seconds."""

    at: float
    to_modem: bool
    data: bytes


class Runner:
    """Runs one modem on one port. Everything but `run` may be called from any thread."""

    def __init__(self, modem: Modem, link: Path, control: Path | None = None) -> None:
        self.modem = modem
        self.link = link
        self.log: deque[Logged] = deque(maxlen=LOGGED)
        self._lock = threading.RLock()
        self._stopping = False
        with ExitStack() as undo:
            self._port: PtyPort | None = PtyPort(link)
            undo.callback(self._port.close)
            self._control = None if control is None else ControlServer(control, partial(obey, self))
            undo.pop_all()
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self, keep_going: Callable[[], bool] = lambda: True) -> None:
        """Go round until `stop`, or until `keep_going`, asked twice a second, says no."""
        while not self._stopping and keep_going():
            self._wait()
            with self._lock:
                self._go_round()

    def stop(self) -> None:
        """Let `run` return. Also from a signal handler."""
        self._stopping = True
        self._wake_up()

    def close(self) -> None:
        """Give back the port, the link and the socket."""
        if self._port is not None:
            self._port.close()
            self._port = None
        if self._control is not None:
            self._control.close()
        os.close(self._woken)
        os.close(self._wake)

    def do(self, act: Callable[[Modem], T]) -> T:
        """Have something happen to the modem now, and return what it returns."""
        with self._lock:
            self.modem.tick(time.monotonic())
            result = act(self.modem)
            self._flush()
        self._wake_up()
        return result

    def unplug(self) -> None:
        """Pull the modem out: the port is gone."""

        def gone(modem: Modem) -> None:
            modem.power_off()
            if self._port is not None:
                self._port.close()
                self._port = None

        self.do(gone)

    def replug(self, name: str | None = None) -> None:
        """Put the modem in again: a new port, and a modem that boots. Nothing when it is in.

        `name`: its link has this name from now on, in the same folder; None: the one it had.
        """

        def back(modem: Modem) -> None:
            if self._port is None:
                link = self.link if name is None else self.link.with_name(name)
                self._port = PtyPort(link)
                self.link = link
                modem.power_on()

        self.do(back)

    def _wake_up(self) -> None:
        with suppress(BlockingIOError):  # full: it will wake anyway
            os.write(self._wake, b"\0")

    def _wait(self) -> None:
        poller = select.poll()
        poller.register(self._woken, select.POLLIN)
        with self._lock:
            timeout = WAKE_S
            due = self.modem.next_deadline()
            if due is not None:
                timeout = min(timeout, due - time.monotonic())
            if self._port is not None and self._port.opened:
                poller.register(self._port.fileno(), select.POLLIN)
            elif self._port is not None:
                timeout = min(timeout, UNOPENED_POLL_S)
            for descriptor in self._control.filenos() if self._control else ():
                poller.register(descriptor, select.POLLIN)
        poller.poll(max(timeout, 0.0) * 1000)

    def _go_round(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._woken, 4096)
        now = time.monotonic()
        self.modem.tick(now)
        data = self._port.read() if self._port is not None else b""
        if data:
            self.log.append(Logged(now, to_modem=True, data=data))
            self.modem.receive(data, now)
        self._flush()
        if self._control is not None:
            self._control.serve()

    def _flush(self) -> None:
        data = self.modem.data_to_send()
        if data and self._port is not None and self._port.opened:
            self.log.append(Logged(time.monotonic(), to_modem=False, data=data))
            self._port.write(data)
