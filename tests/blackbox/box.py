"""One box on a bench: a data folder, the `textback` command, and a daemon to start, stop and kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.foreign_modem import ForeignModem

Row = dict[str, Any]

BUSINESS, NAME, OWNER = "Smith Plumbing", "Dave", "07700900999"
LOOK_S = 0.25  # between two commands that ask the same thing
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Size:
    """What a daemon has of the machine: kilobytes of memory, threads, descriptors."""

    memory: int
    threads: int
    descriptors: int


class Box:
    """A box whose modem is `modem`. Nothing is read but what the command line and the files promise."""

    def __init__(self, folder: Path, modem: ForeignModem) -> None:
        self.modem = modem
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "modem.log"
        self.watched_by: list[str] = []  # words put before the daemon's command line
        self.inside: tuple[str, ...] = ()  # words put before every command line
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    # --- the command line ---

    def textback(self, *words: str, stdin: str = "") -> Said:
        """Run one command to its end."""
        done = subprocess.run(
            [*self.inside, sys.executable, "-m", "appliance", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,
            env=self._environment(),
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTBACK", "COV"))}
        return kept | {"TEXTBACK_DATA": str(self.data), "TEXTBACK_RUN": str(self.folder / "run")}

    def set_up(self) -> Said:
        """Claim the box as its installer does."""
        words = ("--business", BUSINESS, "--name", NAME, "--owner-mobile", OWNER, "--password-stdin")
        said = self.textback("setup", *words, "--data", str(self.data), stdin=PASSWORD + "\n")
        assert said.code == 0, said.err
        return said

    def set(self, key: str, value: str) -> None:
        """Change one setting."""
        said = self.textback("settings", "set", key, value)
        assert said.code == 0, said.err

    def journal(self, *words: str) -> list[Row]:
        """All that `textback journal --json` tells."""
        said = self.textback("journal", "--json", *words)
        assert said.code == 0, said.err
        return [json.loads(line) for line in said.out.splitlines()]

    def status(self) -> tuple[int, Row]:
        """Exit code and contents of `textback status --json`; nothing in it when none is told."""
        said = self.textback("status", "--json")
        return said.code, json.loads(said.out) if said.out.strip() else {}

    # --- the daemon ---

    def start(self) -> None:
        """Start the daemon, and wait until it says it is ready."""
        self.start_only()
        self.wait_until_ready()

    def start_only(self) -> None:
        """Start the daemon and wait for nothing."""
        assert self._daemon is None
        port = ("--port", str(self.modem.link), "--lights", "none")
        where = ("--data", str(self.data), "--run", str(self.folder / "run"))
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                [*self.inside, *self.watched_by, sys.executable, "-m", "appliance", "modem", *port, *where],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
            )

    def stop(self) -> tuple[int, float]:
        """Ask the daemon to stop (SIGTERM); return its exit code and how many seconds it took."""
        assert self._daemon is not None
        began = time.monotonic()
        self._daemon.send_signal(signal.SIGTERM)
        code = self._daemon.wait(timeout=30)
        self._daemon = None
        return code, time.monotonic() - began

    def kill(self) -> None:
        """End the daemon as a power cut would: kill -9."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait(timeout=30)
            self._daemon = None

    @property
    def pid(self) -> int:
        """The daemon's process."""
        assert self._daemon is not None
        return self._daemon.pid

    @property
    def running(self) -> bool:
        """True while the daemon has not ended by itself."""
        return self._daemon is not None and self._daemon.poll() is None

    def cpu_seconds(self) -> float:
        """Processor time the daemon has used so far (proc(5), stat fields 14 and 15)."""
        assert self._daemon is not None
        with open(f"/proc/{self._daemon.pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - no path of ours
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def size(self) -> Size:
        """What the daemon has of the machine now (proc(5), VmRSS and Threads of status, and fd)."""
        assert self._daemon is not None
        process = Path("/proc") / str(self._daemon.pid)
        lines = (process / "status").read_text().splitlines()
        told = dict(line.split(":", 1) for line in lines)
        descriptors = len(list((process / "fd").iterdir()))
        return Size(int(told["VmRSS"].split()[0]), int(told["Threads"]), descriptors)

    # --- waiting, in the words of a test ---

    def wait_until_ready(self) -> None:
        """Wait until `textback status` exits 0, and speaks of the daemon that runs now."""
        wait_for((self.folder / "run" / "status.json").exists, 30, "a first status")

        def ready() -> bool:
            code, status = self.status()
            return code == 0 and self._daemon is not None and status["pid"] == self._daemon.pid

        def instead() -> str:
            asked, log = self.modem.commands[-5:], self.words_of_log()[-2000:]
            return f"the box to be ready; {self.status()}, it last asked {asked} and logged {log}"

        wait_for(ready, 30, instead, LOOK_S)

    def wait_for_status(self, code: int, within: float = 45) -> Row:
        """Return what `textback status --json` shows once it exits with `code`."""

        def seen() -> list[Row]:
            said, status = self.status()
            return [status] if said == code else []

        return wait_for(seen, within, f"status to exit {code}", LOOK_S)[0]

    def calls(self) -> list[Row]:
        """The calls of the journal that are over, oldest first."""
        return [row for row in self.journal() if row["kind"] == "call" and row["outcome"] != "ringing"]

    def texts(self) -> list[Row]:
        """The texts of the journal that went out or will, oldest first; not what the box tells its owner."""
        texts = [row for row in self.journal() if row["kind"] == "text" and row["direction"] == "out"]
        return [row for row in texts if row["text_kind"] != "notice"]

    def wait_for_calls(self, count: int, within: float = 40) -> list[Row]:
        """Return the calls once there are `count` that are over."""

        def over() -> list[Row]:
            found = self.calls()
            return found if len(found) >= count else []

        wait_for(lambda: self.modem.idle, 60, "the caller to give up")
        return wait_for(over, within, f"{count} calls over", LOOK_S)

    def wait_for_texts(self, count: int, within: float = 30) -> list[Row]:
        """Return the texts once `count` of them are SENT."""

        def sent() -> list[Row]:
            found = [row for row in self.texts() if row["state"] == "SENT"]
            return found if len(found) >= count else []

        wait_for(lambda: self.modem.idle, 60, "the caller to give up")
        return wait_for(sent, within, f"{count} texts sent", LOOK_S)

    def words_of_log(self) -> str:
        """What the daemon has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
