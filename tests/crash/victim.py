"""The box as it is killed: `python -m tests.crash.victim SOCKET` forks one for every connection.

The parent has everything imported, so that a victim starts in milliseconds. A victim wraps functions of the
product, to die by its own hand (SIGKILL) at the moment it was told, and then runs the ordinary command
line. It answers "exit CODE STEPS"; the end of the connection without it is a death.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import itertools
import json
import os
import signal
import socket
import sqlite3
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance import cli
from appliance.drivers import clock
from appliance.drivers.serial_port import SerialPort
from tests.crash.chores import CHORES
from tests.crash.hurry import quick_scrypt
from tests.crash.points import Happens, Point, When
from tests.crash.sabotage import SABOTAGES, put

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMANDS = ("modem", "setup", "settings", "numbers", "backup", "restore", "erase", "reset")
_MODULES = (
    *(f"appliance.commands.{name}" for name in _COMMANDS),
    "appliance.modem_store",
    "holidays",
)
_FILE_EVENTS = frozenset(
    {"open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.chmod", "os.truncate", "subprocess.Popen"}
)


@dataclass(frozen=True, slots=True)
class Orders:
    """What one victim does. `steps` None: it does not die of steps; `arm` is what starts their count."""

    argv: list[str]
    folder: str
    log: str
    point: Point | None = None
    time: int = 1  # of the times that the point is reached
    steps: int | None = None
    arm: str = ""  # bytes from the modem; "" counts from the start
    later_s: float = 0.0  # by how much the wall clock is ahead
    sabotage: str | None = None
    stdin: str = os.devnull

    @classmethod
    def read(cls, line: str) -> Orders:
        """Read what `written` gave."""
        fields = json.loads(line)
        if fields["point"] is not None:
            told = fields["point"]
            fields["point"] = Point(
                **told | {"when": When(told["when"]), "happens": Happens(told["happens"])}
            )
        return cls(**fields)


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    """Counts what the victim does to its storage and to its modem, and ends it at a number."""

    def __init__(self, orders: Orders) -> None:
        self.taken = 0
        self._last = orders.steps
        self._arm = orders.arm.encode()
        self._armed = not self._arm

    def take(self) -> None:
        """Take one step, unless it is the one that is not taken any more."""
        if not self._armed:
            return
        if self.taken == self._last:
            die()
        self.taken += 1

    def heard(self, data: bytes) -> None:
        """Begin to count when the modem says the words."""
        self._armed = self._armed or self._arm in data

    def watch(self, data_folder: str) -> None:
        """Take a step before every SQL statement, change of a file, and exchange with the modem."""
        steps = self

        class Traced(sqlite3.Connection):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.set_trace_callback(lambda _statement: steps.take())

        self._wrap(os, "fsync")
        put(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Traced))
        read, write = SerialPort.read, SerialPort.write

        def hears(port: SerialPort) -> bytes:
            data = read(port)
            steps.heard(data)
            steps.take()
            return data

        def says(port: SerialPort, data: bytes) -> None:
            steps.take()
            write(port, data)

        put(SerialPort, "read", hears)
        put(SerialPort, "write", says)

        def audit(event: str, args: tuple[Any, ...]) -> None:
            if event in _FILE_EVENTS and data_folder in str(args[0]):
                steps.take()

        sys.addaudithook(audit)

    def _wrap(self, owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def wrapped(*args: Any, **options: Any) -> Any:
            self.take()
            return inner(*args, **options)

        setattr(owner, name, wrapped)


def place(target: str) -> tuple[Any, str]:
    """Return the module or class of module:attribute, and the name in it."""
    module, _, path = target.partition(":")
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for step in outer:
        owner = getattr(owner, step)
    return owner, name


def lay(point: Point, time: int) -> None:
    """Make the product die at the point when it is reached for that time, from 1."""
    owner, name = place(point.target)
    inner: Callable[..., Any] = getattr(owner, name)
    times = itertools.count(1)

    @functools.wraps(inner)
    def wrapped(*args: Any, **options: Any) -> Any:
        here = not point.needle or any(_has(point.needle, one) for one in (*args, *options.values()))
        here = here and next(times) == time
        if here and point.when is When.BEFORE:
            die()
        if here and point.when is When.AMID:
            port, data = args
            inner(port, data[: len(data) // 2])
            die()
        result = inner(*args, **options)
        if here:
            die()
        return result

    setattr(owner, name, wrapped)


def _has(needle: str, argument: object) -> bool:
    if isinstance(argument, bytes | bytearray):
        return needle.encode() in argument
    return isinstance(argument, str) and needle in argument


def live(orders: Orders) -> tuple[int, int]:
    """Run the command line; return its exit code and the steps it took."""
    os.chdir(orders.folder)
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    nothing = os.open(orders.stdin, os.O_RDONLY)
    os.dup2(nothing, 0)
    later = timedelta(seconds=orders.later_s)
    defaults: Any = clock.SystemClock.__init__.__kwdefaults__
    defaults["wall"] = lambda: datetime.now(UTC) + later
    if orders.sabotage is not None:
        SABOTAGES[orders.sabotage]()
    steps = Steps(orders)
    steps.watch(str(Path(orders.folder) / "data"))
    if orders.point is not None:
        lay(orders.point, orders.time)
    sys.argv = ["textback", *orders.argv]
    code: object = 0
    try:
        if orders.argv[0] in CHORES:
            CHORES[orders.argv[0]](Path(orders.folder) / "data")
        else:
            cli.main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    return (code if isinstance(code, int) else int(code is not None)), steps.taken


def serve(path: str) -> None:
    """Fork a victim for every connection, until the first line of one is empty."""
    put(hashlib, "scrypt", quick_scrypt)
    for module in _MODULES:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the victims
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(path)
        listening.listen(64)
        gc.collect()
        gc.freeze()
        while True:
            connection, _ = listening.accept()
            with connection:
                line = connection.makefile("r", encoding="utf-8").readline()
                if not line:
                    return
                if os.fork() == 0:
                    listening.close()
                    be_a_victim(connection, line)


def be_a_victim(connection: socket.socket, line: str) -> None:
    """Run one order to its end and leave, whatever happens."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code, taken = 70, 0
    try:
        connection.sendall(f"{os.getpid()}\n".encode())
        code, taken = live(Orders.read(line))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        connection.sendall(f"exit {code} {taken}\n".encode())
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
