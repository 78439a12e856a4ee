"""Everybody who is measured: how each is set up, started, kept running as by systemd, and killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, ClassVar, Self

from appliance.core.outbox import TextKind
from appliance.core.settings import Settings, with_value
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile

OWNER = "07700900999"
PEERS = Path(__file__).parent / "peers"
WORDS = (
    "Hi, sorry I missed your call, I am on a job. It is Dave from Smith Plumbing. Text me here what you need."
)
RESTART_S = 1.0  # how long after its end a program is started anew
UP_S = 60.0


class NotStartedError(RuntimeError):
    """It did not come up; str() says who."""


class Contestant(ABC):
    """One who answers the modem at `port`, with all of its files in `folder`."""

    name: ClassVar[str]
    debian: ClassVar[str | None] = None  # the package it comes in
    settle_s: ClassVar[float] = 12.0  # from its first command until it is taken for ready
    has_queue: ClassVar[bool] = True
    restarts: ClassVar[bool] = True

    def __init__(self, folder: Path, port: Path) -> None:
        self.folder = folder
        self.port = port
        self.deaths = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._died: float | None = None
        self._log: IO[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self._log is not None:
            self._log.close()

    @abstractmethod
    def prepare(self) -> None:
        """Write what it is configured with."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""

    def queue(self, numbers: list[str]) -> None:
        """Put a text to each of these numbers into its queue."""
        raise NotImplementedError(f"{self.name} has no queue")

    def await_ready(self, commands: Callable[[], int]) -> None:
        """Wait until it has spoken to the modem and had time to settle."""
        before, began = commands(), time.monotonic()
        while commands() == before:
            self.keep_running()
            if time.monotonic() - began > UP_S:
                raise NotStartedError(f"{self.name} did not speak to the modem; see {self.folder}")
            time.sleep(0.05)
        time.sleep(self.settle_s)

    @property
    def pid(self) -> int:
        """The process. RuntimeError when there is none."""
        if self._process is None:
            raise NotStartedError(f"{self.name} does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it, in a group of its own, so that nothing it starts is left behind."""
        if self._log is None:
            self._log = (self.folder / "said.log").open("ab")
        self._process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd=self.folder,
            start_new_session=True,
        )
        self._died = None

    def kill(self) -> None:
        """End it as a power cut would: kill -9, and whatever it has started."""
        if self._process is not None:
            self._sweep()
            self._process.wait(timeout=30)
            self._process = None

    def _sweep(self) -> None:
        """Kill what is left of its group: a daemon that ends may leave a child that has the port."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def keep_running(self) -> None:
        """Start it anew a second after it has ended by itself. To be called often."""
        if self._process is None or self._process.poll() is None or not self.restarts:
            return
        if self._died is None:
            self._died = time.monotonic()
            self.deaths += 1
        elif time.monotonic() - self._died >= RESTART_S:
            self._sweep()
            self.start()

    def fill(self, source: str, target: str, *, run: bool = False) -> None:
        """Put one of the files of `peers/` into the folder, with the names filled in."""
        text = (PEERS / source).read_text(encoding="utf-8")
        for name, value in {"@PORT@": self.port, "@FOLDER@": self.folder, "@WORDS@": WORDS}.items():
            text = text.replace(name, str(value))
        (self.folder / target).write_text(text, encoding="utf-8")
        (self.folder / target).chmod(0o755 if run else 0o644)

    def folders(self, *names: str) -> None:
        """Make folders below its own."""
        for name in names:
            (self.folder / name).mkdir(exist_ok=True)


class Ours(Contestant):
    """Textback: `textback modem`, set up by its own command line."""

    name = "Textback"
    settle_s = 0.0

    def prepare(self) -> None:
        """Claim the box. Its status goes where memory is, as /run does on a box."""
        self.data = self.folder / "data"
        self.run = Path(tempfile.mkdtemp(prefix="bench-run-", dir=in_memory()))
        weakref.finalize(self, shutil.rmtree, self.run, ignore_errors=True)
        who = ("--business", "Smith Plumbing", "--name", "Dave", "--owner-mobile", OWNER)
        self._textback("setup", *who, "--password-stdin", stdin="correct horse battery staple\n")
        SettingsFile(self.data).update(_for_a_busy_day)

    def command(self) -> list[str]:
        """Return how systemd would start it, but for the folders."""
        where = ("--data", str(self.data), "--run", str(self.run))
        return [
            sys.executable,
            "-m",
            "appliance",
            "modem",
            "--port",
            str(self.port),
            "--lights",
            "none",
            *where,
        ]

    def web_command(self, port: int) -> list[str]:
        """Return the command that runs the page."""
        where = ("--data", str(self.data), "--run", str(self.run))
        return [sys.executable, "-m", "appliance", "web", "--listen", f"127.0.0.1:{port}", *where]

    def await_ready(self, commands: Callable[[], int]) -> None:
        """Wait until it says that it is ready."""
        del commands
        began = time.monotonic()
        while not self.says_ready():
            if time.monotonic() - began > UP_S:
                raise NotStartedError(f"{self.name} is not ready; see {self.folder}")
            time.sleep(0.01)

    def says_ready(self) -> bool:
        """Tell whether the status file of the process that runs now says READY."""
        try:
            status = json.loads((self.run / "status.json").read_bytes())
        except (OSError, ValueError):
            return False
        return bool(status["state"] == "READY" and status["pid"] == self.pid)

    def queue(self, numbers: list[str]) -> None:
        """Queue replies, as the page does."""
        with Journal(self.data / "journal.sqlite3") as journal, journal.transaction():
            for number in numbers:
                to = "+44" + number[1:]
                journal.queue_text(to=to, body=WORDS, parts=1, kind=TextKind.REPLY, at=datetime.now(UTC))

    def _textback(self, *words: str, stdin: str = "") -> None:
        command = [sys.executable, "-m", "appliance", *words, "--data", str(self.data)]
        subprocess.run(command, input=stdin.encode(), check=True, capture_output=True)


class Gammu(Contestant):
    """gammu-smsd with RunOnIncomingCall."""

    name = "gammu-smsd"
    debian = "gammu-smsd"
    config: ClassVar[str] = "gammu-smsdrc"

    def prepare(self) -> None:
        """Write smsdrc and the program that it runs."""
        self.folders("inbox", "outbox", "sent", "error", "texted")
        self.fill(self.config, "smsdrc")
        self.fill("gammu-on-call.sh", "on-call", run=True)

    def command(self) -> list[str]:
        """Return the daemon."""
        return [_program("gammu-smsd"), "-c", str(self.folder / "smsdrc")]

    def queue(self, numbers: list[str]) -> None:
        """Inject one after the other."""
        for number in numbers:
            inject = [_program("gammu-smsd-inject"), "-c", str(self.folder / "smsdrc")]
            subprocess.run([*inject, "TEXT", number, "-text", WORDS], check=True, capture_output=True)


class GammuDefaults(Gammu):
    """gammu-smsd as it comes."""

    name = "gammu-smsd, defaults"
    config = "gammu-smsdrc.defaults"


class Smstools(Contestant):
    """smstools3 with phonecalls = yes."""

    name = "smstools3"
    debian = "smstools"
    config: ClassVar[str] = "smsd.conf"

    def prepare(self) -> None:
        """Write smsd.conf and the event handler."""
        self.folders("outgoing", "checked", "incoming", "failed", "sent", "texted")
        self.fill(self.config, "smsd.conf")
        self.fill("smstools-on-event.sh", "on-event", run=True)

    def command(self) -> list[str]:
        """Return the daemon, in the foreground."""
        return [_program("smsd"), "-t", f"-c{self.folder / 'smsd.conf'}"]

    def queue(self, numbers: list[str]) -> None:
        """Spool one file for each."""
        for count, number in enumerate(numbers):
            aside = self.folder / f"queued.{count}"
            aside.write_text(f"To: 44{number[1:]}\n\n{WORDS}\n", encoding="utf-8")
            aside.rename(self.folder / "outgoing" / aside.name)


class SmstoolsDefaults(Smstools):
    """smstools3 as it comes."""

    name = "smstools3, defaults"
    config = "smsd.conf.defaults"


class Script(Contestant):
    """A 40-line script that uses python-gsmmodem."""

    name = "python-gsmmodem script"
    has_queue = False

    def prepare(self) -> None:
        """Need nothing."""

    def command(self) -> list[str]:
        """Return the script."""
        return [sys.executable, str(PEERS / "script.py"), str(self.port), WORDS]


EVERYBODY: dict[str, type[Contestant]] = {
    "ours": Ours,
    "gammu": Gammu,
    "gammu-defaults": GammuDefaults,
    "smstools": Smstools,
    "smstools-defaults": SmstoolsDefaults,
    "script": Script,
}


def in_memory() -> Path | None:
    """Return a folder whose files are in memory, None where there is none."""
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK) else None


def _for_a_busy_day(settings: Settings) -> Settings:
    """Raise the limits that keep a real box from texting a whole town, and have it always open."""
    changes = {"limits.per_10_minutes": "100", "limits.per_day": "1000", "nation": "none"}
    changes |= {f"hours.{day}": "00:00-24:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    for key, value in changes.items():
        settings = with_value(settings, key, value)
    return settings


def _program(name: str) -> str:
    """Return where a program is. Debian keeps daemons in /usr/sbin, which not every PATH has."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise NotStartedError(f"{name} is not installed")
    return found
