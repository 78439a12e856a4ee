"""What stands in for the world in tests: clocks, a modem, a port, lights. No time passes by itself.

ScriptedModem is a table of answers with the habits of a real modem around it: echo, a prompt, a store of
messages, texts it accepts. Every answer can be overridden, refused, delayed or left out.
"""

from __future__ import annotations

import itertools
from collections import deque
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

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

CTRL_Z, ESC, CR, LF = 0x1A, 0x1B, 0x0D, 0x0A
PROMPT = "> "
SEND = "AT+CMGS"  # its answer is the prompt
AFTER_CTRL_Z = "after Ctrl-Z"  # what the network says of a text

Answer = tuple[str, ...] | None  # lines, or silence


class FakeClock:
    """Both clocks. They go on together when told to; the one on the wall can be set apart."""

    def __init__(self, wall: datetime = MONDAY, start: float = 1000.0) -> None:
        self._monotonic = start
        self._wall = wall
        self.believed = True

    def monotonic(self) -> float:
        return self._monotonic

    def now(self) -> datetime:
        return self._wall

    def sure(self) -> bool:
        return self.believed

    def advance(self, seconds: float) -> None:
        assert seconds >= 0, "time only goes on"
        self._monotonic += seconds
        self._wall += timedelta(seconds=seconds)

    def advance_to(self, moment: float) -> None:
        self.advance(max(0.0, moment - self._monotonic))

    def set_wall(self, wall: datetime) -> None:
        self._wall = wall


_OK = ("OK",)
_PLAUSIBLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("AT", "ATE0", "ATV1", "AT+CMEE=1", "AT+CREG=1", "AT+CVHU=0", "AT+CRC=1"), _OK),
    **dict.fromkeys(("AT+CLIP=1", "AT+CMGF=0", 'AT+CSCS="GSM"', "AT+CNMI", "AT+CHUP", "ATH"), _OK),
    "AT+CGMI": ("SIMCOM INCORPORATED", "OK"),
    "AT+CGMM": ("SIMCOM_SIM7600G-H", "OK"),
    "AT+CPIN?": ("+CPIN: READY", "OK"),
    "AT+CNUM": ('+CNUM: "","07700900100",129', "OK"),
    "AT+CREG?": ("+CREG: 1,1", "OK"),
    "AT+CSQ": ("+CSQ: 21,99", "OK"),
    "AT+COPS?": ('+COPS: 0,0,"EE",7', "OK"),
    SEND: (PROMPT,),
}


@dataclass(frozen=True, slots=True)
class _Unit:
    """What the modem says in one piece: a line, a prompt, an echo."""

    due: float
    wire: bytes
    counts: bool  # an echo parts nothing
    prompt: bool = False


class ScriptedModem:
    """A modem as a table. `write` takes what the box says; `read` gives what is due by the clock.

    `commands` has every command with the moment it came, `submitted` every PDU that was ended by Ctrl-Z.
    `said` counts the lines and prompts so far: `inject` puts others before the one of that number.
    """

    def __init__(self, clock: FakeClock, *, echo: bool = True, latency: float = 0.02) -> None:
        self._clock = clock
        self._latency = latency
        self._scripts: dict[str, deque[Answer]] = {}
        self._delays: dict[str, float] = {}
        self._input = bytearray()
        self._units: deque[_Unit] = deque()
        self._injected: dict[int, Callable[[], tuple[str, ...]]] = {}
        self._references = itertools.count(1)
        self.echo = echo
        self.mute = False
        self.at_prompt = False
        self.memory = "SM"
        self.stores: dict[str, dict[int, str]] = {"SM": {}, "ME": {}}
        self.calls: tuple[str, ...] = ()  # the lines of AT+CLCC
        self.commands: list[tuple[float, str]] = []
        self.submitted: list[str] = []
        self.cancelled = 0
        self.said = 0

    # What a test arranges

    def script(self, command: str, *answers: Answer) -> None:
        """Answer `command` (or every command of that name) with these in turn; the last one stays."""
        self._scripts[command] = deque(answers)

    def refuse(self, *commands: str, final: str = "ERROR") -> None:
        for command in commands:
            self.script(command, (final,))

    def delay(self, command: str, seconds: float) -> None:
        self._delays[command] = seconds

    def inject(self, before: int, lines: Callable[[], tuple[str, ...]]) -> None:
        """Say these lines just before the line or prompt of that number."""
        self._injected[before] = lines

    def say(self, *lines: str) -> None:
        """Say something that nobody asked for, now."""
        for line in lines:
            self._queue(line, self._clock.monotonic())

    def store(self, index: int, pdu: str, memory: str = "SM") -> str:
        """Put a message in the store and return the line that tells of it."""
        self.stores[memory][index] = pdu
        return f'+CMTI: "{memory}",{index}'

    def boot(self, *lines: str) -> None:
        """Start anew, as after a brown-out: all that was half said or heard is gone."""
        self._input.clear()
        self._units.clear()
        self.at_prompt, self.echo, self.memory = False, True, "SM"
        self.say(*lines)

    # The wire

    @property
    def next_at(self) -> float | None:
        """When there is something to read, None for never."""
        return self._units[0].due if self._units else None

    def read(self) -> bytes:
        """Give what is due."""
        data = b""
        while self._units and self._units[0].due <= self._clock.monotonic():
            if self._units[0].counts and self.said in self._injected:
                data += b"".join(_framed(line) for line in self._injected.pop(self.said)())
                continue  # what was about to be said may be gone: it booted
            unit = self._units.popleft()
            self.said += unit.counts
            self.at_prompt = self.at_prompt or unit.prompt
            data += unit.wire
        return data

    def write(self, data: bytes) -> None:
        """Take what the box says."""
        if self.mute:
            return
        for byte in data:
            if self.at_prompt:
                self._at_prompt(byte)
            elif byte == CR:
                line = self._input.decode("ascii")
                self._input.clear()
                if line:
                    self._command(line)
            elif byte not in (LF, ESC):
                self._input.append(byte)

    def _at_prompt(self, byte: int) -> None:
        if byte == ESC:
            self.at_prompt = False
            self.cancelled += 1
            self._input.clear()
            self._answer("ESC", _OK)
        elif byte == CTRL_Z:
            self.at_prompt = False
            pdu = self._input.decode("ascii")
            self._input.clear()
            self.submitted.append(pdu)
            self._echo(pdu + "\x1a")
            self._answer(AFTER_CTRL_Z, (f"+CMGS: {next(self._references)}", "OK"))
        else:
            self._input.append(byte)

    def _command(self, line: str) -> None:
        self.commands.append((self._clock.monotonic(), line))
        self._echo(line + "\r")
        name, _, value = line.partition("=")
        known = _PLAUSIBLE.get(line) or _PLAUSIBLE.get(name) or self._of_the_store(name, value)
        said = self._answer(line if line in self._scripts or line in self._delays else name, known)
        if line == "ATE0" and said == _OK:
            self.echo = False

    def _of_the_store(self, name: str, value: str) -> tuple[str, ...]:
        held = self.stores[self.memory]
        match name:
            case "AT+CLCC":
                return (*self.calls, "OK")
            case "AT+CPMS" if value[1:3] in self.stores:
                self.memory = value[1:3]
                return ("+CPMS: 0,50,0,50,0,50", "OK")
            case "AT+CMGL":
                listed = ((f"+CMGL: {i},1,,{tpdu_length(pdu)}", pdu) for i, pdu in sorted(held.items()))
                return (*itertools.chain.from_iterable(listed), "OK")
            case "AT+CMGR" if int(value) in held:
                pdu = held[int(value)]
                return (f"+CMGR: 0,,{tpdu_length(pdu)}", pdu, "OK")
            case "AT+CMGD" if held.pop(int(value), None) is not None:
                return _OK
            case "AT+CMGR" | "AT+CMGD":
                return ("+CMS ERROR: 321",)
            case _:
                return ("ERROR",)

    def _answer(self, command: str, usual: Answer) -> Answer:
        script = self._scripts.get(command)
        answer = usual
        if script:
            answer = script.popleft() if len(script) > 1 else script[0]
        due = self._clock.monotonic() + self._delays.get(command, self._latency)
        for line in answer or ():
            self._queue(line, due)
        return answer

    def _echo(self, text: str) -> None:
        if self.echo:
            self._units.append(_Unit(self._after(self._clock.monotonic()), text.encode(), counts=False))

    def _queue(self, line: str, due: float) -> None:
        if not self.mute:
            self._units.append(_Unit(self._after(due), _framed(line), counts=True, prompt=line == PROMPT))

    def _after(self, due: float) -> float:
        return max(due, self._units[-1].due) if self._units else due


def _framed(line: str) -> bytes:
    return b"\r\n> " if line == PROMPT else f"\r\n{line}\r\n".encode("latin-1")


def tpdu_length(pdu: str) -> int:
    """Return the octets of the TPDU, as a modem counts them: without the service centre."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)


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
