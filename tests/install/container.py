"""A booted Debian to install the box on: systemd in a container, no network, a pty for a modem."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEM = "/dev/ttyUSB0"
MAIN = ("textback-modem.service", "textback-web.service")
_DIALOUT = 20  # Debian's number for it (base-passwd)


class Container:
    """A throw-away machine: what is written to `tree` is forgotten when it stops."""

    def __init__(self, tree: Path, *, modem: Path, release: Path, log: Path) -> None:
        pty = modem.resolve()
        os.chown(pty, 0, _DIALOUT)
        pty.chmod(0o660)
        self._log = log.open("wb")
        self.booted_s = 0.0
        self._nspawn = subprocess.Popen(
            [
                *("systemd-nspawn", "--quiet", "--boot", "--directory", str(tree), "--volatile=overlay"),
                *("--machine", f"textback-{os.getpid()}", "--hostname=textback", "--private-network"),
                *("--register=no", "--keep-unit", "--console=pipe"),
                *(f"--bind={pty}:{MODEM}", f"--bind-ro={release}:/media/release"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )

    def __enter__(self) -> Self:
        began = time.monotonic()
        try:
            wait_for(self._up, 60, f"the container to boot; see {self._log.name}")
        except BaseException:
            self._stop()
            raise
        self.booted_s = time.monotonic() - began
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, *words: str, check: bool = True, stdin: str = "", within: float = 180) -> str:
        """Run a command as root in there; return what it said on both outputs."""
        done = subprocess.run(
            ["nsenter", "--target", self._first(), "--all", "--", "/usr/bin/env", *words],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=within,
            check=False,
            start_new_session=True,
        )
        assert not check or done.returncode == 0, f"{shlex.join(words)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def code(self, *words: str) -> int:
        """Run a command as root in there; return its exit code."""
        return subprocess.run(
            ["nsenter", "--target", self._first(), "--all", "--", "/usr/bin/env", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
            start_new_session=True,
        ).returncode

    def properties(self, unit: str, names: Sequence[str]) -> dict[str, str]:
        """What systemd knows of a unit."""
        said = self.run("systemctl", "show", unit, "--property", ",".join(names))
        return dict(line.split("=", 1) for line in said.splitlines())

    def main_pid(self, unit: str) -> str:
        """Wait until a unit is up; return its main process, which `kill` must never be given as 0."""

        def up() -> str:
            now = self.properties(unit, ["MainPID", "ActiveState"])
            return now["MainPID"] if now["ActiveState"] == "active" and int(now["MainPID"]) > 1 else ""

        return wait_for(up, 60, f"{unit} to be up")

    def _first(self) -> str:
        """The process on this machine that is the container's first."""
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text()
        return children.split()[0] if children.split() else ""

    def _up(self) -> bool:
        assert self._nspawn.poll() is None, "systemd-nspawn has ended"
        if not self._first():
            return False
        return self.run("systemctl", "is-system-running", check=False).strip() in {"running", "degraded"}

    def _stop(self) -> None:
        self._nspawn.terminate()
        try:
            self._nspawn.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait(timeout=20)
        self._log.close()
