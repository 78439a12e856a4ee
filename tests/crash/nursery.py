"""Starts victims: one parent process with everything imported, and a connection for each victim."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.crash.victim import Orders

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class End:
    """How a victim ended: with an exit code and after so many steps; None where it was killed."""

    code: int | None
    steps: int | None


class Victim:
    """A process that is going to be killed. Close it, or wait for its end."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        said = b""
        while not said.endswith(b"\n"):
            heard = connection.recv(1)  # no more: its end may come right behind
            assert heard, "it was never born"
            said += heard
        self.pid = int(said)
        self._heard = b""
        self._end: End | None = None

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.end(0) is None

    def end(self, within: float) -> End | None:
        """Return how it ended, None while it has not after so many seconds."""
        if self._end is not None:
            return self._end
        self._connection.settimeout(within or 1e-6)
        with suppress(TimeoutError, BlockingIOError):
            while heard := self._connection.recv(1000):
                self._heard += heard
            words = self._heard.split()
            self._end = End(int(words[1]), int(words[2])) if words else End(None, None)
            self._connection.close()
        return self._end

    def kill(self) -> None:
        """Kill -9."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop (SIGTERM)."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self._end is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        ended = self.end(30)
        assert ended is not None, "a process that was killed lives on"


class Nursery:
    """The parent of all victims."""

    def __init__(self, folder: Path) -> None:
        self._path = str(folder / "nursery")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTBACK", "COV"))}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.victim", self._path], cwd=ROOT, env=kept
        )

    def __enter__(self) -> Self:
        wait_for(Path(self._path).exists, 60, "the parent of the victims")
        return self

    def __exit__(self, *_: object) -> None:
        with self._connect() as connection:
            connection.shutdown(socket.SHUT_WR)
        self._parent.wait(timeout=30)

    def start(self, orders: Orders) -> Victim:
        """Fork a victim."""
        connection = self._connect()
        try:
            connection.sendall(json.dumps(asdict(orders)).encode() + b"\n")
            return Victim(connection)
        except BaseException:
            connection.close()
            raise

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(60)
        connection.connect(self._path)
        return connection
