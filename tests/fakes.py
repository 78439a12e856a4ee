"""What stands in for the world in tests: clocks, a port, lights, a failing storage. Time stands still."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal, JournalUnavailable
from appliance.drivers.journal_file import JournalFile
from appliance.drivers.serial_port import PortLost
from appliance.drivers.service import Service
from appliance.drivers.status_file import Status, StatusFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from appliance.core.health import Lights
    from tests.scripted_modem import ScriptedModem

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class FakeClock:
    """Both clocks. They go on together when told to; the one on the wall can be set apart."""

    def __init__(self, wall: datetime = MONDAY, start: float = 1000.0) -> None:
        self._monotonic = start
        self._wall = wall
        self.believed = True
        self.told: list[datetime] = []  # what the phone network said

    def monotonic(self) -> float:
        return self._monotonic

    def now(self) -> datetime:
        return self._wall

    def sure(self) -> bool:
        return self.believed

    def network_said(self, at: datetime) -> None:
        self.told.append(at)

    def advance(self, seconds: float) -> None:
        assert seconds >= 0, "time only goes on"
        self._monotonic += seconds
        self._wall += timedelta(seconds=seconds)

    def advance_to(self, moment: float) -> None:
        self.advance(max(0.0, moment - self._monotonic))

    def reboot(self, off: float) -> None:
        """Be off for so many seconds: the machine counts anew, the time on the wall goes on."""
        self._monotonic = 10.0
        self._wall += timedelta(seconds=off)

    def set_wall(self, wall: datetime) -> None:
        self._wall = wall


class FakePort:
    """An open port to a scripted modem. `dead` lets every use of it fail, `dies` the one named."""

    def __init__(self, modem: ScriptedModem, name: str = "/dev/fake") -> None:
        self.name = name
        self.modem = modem
        self.dead = False
        self.dies: str | None = None  # "fileno", "read" or "write"
        self.closed = False
        self.on_write: Callable[[bytes], None] = lambda _data: None

    def _use(self, how: str) -> None:
        self.dead = self.dead or how == self.dies
        if self.dead:
            raise PortLost(f"The modem at {self.name} has gone.")

    def fileno(self) -> int:
        self._use("fileno")
        return -1  # nobody selects on it: FakeWaiter asks the port itself

    def read(self) -> bytes:
        self._use("read")
        return self.modem.read()

    def write(self, data: bytes) -> None:
        self._use("write")
        self.on_write(data)
        self.modem.write(data)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeLights:
    """Remembers what was shown, and when."""

    clock: FakeClock
    shown: list[tuple[float, Lights]] = field(default_factory=list)
    filled: list[int | None] = field(default_factory=list)
    revealed: int = 0
    closed: bool = False

    def show(self, lights: Lights, *, dim: bool = False) -> None:
        self.shown.append((self.clock.monotonic(), lights))

    def fill(self, count: int | None) -> None:
        self.filled.append(count)

    def reveal(self) -> None:
        self.revealed += 1

    def close(self) -> None:
        self.closed = True


class FakeService(Service):
    """Remembers what systemd would have been told, and when."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__("")
        self._clock = clock
        self.told: list[tuple[float, str]] = []

    def notify(self, message: str) -> None:
        self.told.append((self._clock.monotonic(), message))

    def times(self, message: str) -> list[float]:
        return [at for at, told in self.told if told == message]


class FakeAccess(AccessFile):
    """A box with an owner, without the time a password takes."""

    owned = True

    def claimed(self) -> bool:
        return self.owned


class WatchedStatus(StatusFile):
    """The status file, and everything that was ever written to it."""

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        self.written: list[Status] = []

    def write(self, status: Status) -> None:
        self.written.append(status)
        super().write(status)


@cache
def _empty_journal() -> bytes:
    """Return the file of a journal in which nothing has happened yet; making one takes its time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        Journal(path).close()
        return path.read_bytes()


class FlakyFile(JournalFile):
    """The journal's file on a storage that fails when told to: `writes` and `reads` say what still works.

    `fails_at` lets one write fail: the one that so many others come before.
    """

    writes = reads = True
    fails_at: int | None = None
    tried = 0  # writes so far

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_empty_journal())
        super().__init__(path)
        self._current().execute("PRAGMA synchronous = OFF")  # no test here cuts the power

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        self.tried += 1
        if not self.writes or self.tried - 1 == self.fails_at:
            raise JournalUnavailable("The box's storage is failing. Replace the memory card.")
        with super().transaction() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        if not self.reads:
            raise JournalUnavailable("The box's storage is failing. Replace the memory card.")
        with super().reading() as connection:
            yield connection

    def data_version(self) -> int:
        if not self.reads:
            raise JournalUnavailable("The box's storage is failing. Replace the memory card.")
        return super().data_version()


class FlakyJournal(Journal):
    """A real journal on a storage that fails when told to."""

    def __init__(self, path: Path) -> None:
        self._file = self.storage = FlakyFile(path)
