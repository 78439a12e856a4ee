"""textback demo: the emulated modem, the daemon and the page, all at once, and what happens on the screen."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from appliance.commands import simulator
from appliance.commands.common import DEMO_FOLDER, Fault, address
from appliance.commands.faults import plain_faults
from appliance.core import numbers, policy
from appliance.core.health import State
from appliance.core.hours import LONDON
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import REASON_WORDS, Reason
from appliance.core.settings import from_tree
from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.setup_code import SetupCode
from appliance.drivers.status_file import StatusFile

_OWNER = {"business": "Dave Smith Plumbing", "name": "Dave", "owner_mobile": "07700900999"}
_LOOK_S = 0.2  # how often the journal is looked at for something to print
_UP_S = 30.0  # how long the three programs may take to start
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another


@click.command()
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:8080",
    show_default=True,
    callback=lambda _ctx, _param, value: address(value),
    help="Where the page listens.",
)
@click.option("--new", is_flag=True, help="Begin with a box that has no owner yet, as it is delivered.")
def command(listen: tuple[str, int], new: bool) -> None:
    """Try the whole product on an emulated modem. Ctrl-C stops all of it.

    Its files are in .demo of this folder and made anew each time, or in $TEXTBACK_DATA and $TEXTBACK_RUN.
    """
    data, run = _folders()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with plain_faults(), ExitStack() as stack:
        password = None if new else _claim(data)
        where = ["--data", str(data), "--run", str(run)]
        host, port = listen
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            commands = {
                "simulator": simulator.command_line(run),
                "modem": [*_textback("modem"), "--port", str(run / simulator.LINK), *where],
                "web": [*_textback("web"), "--listen", shown, *where],
            }
            programs = [stack.enter_context(_program(run, *item)) for item in commands.items()]
            _wait_until_up(run, listen, programs)
            click.echo(f"\nTextback is running on an emulated modem. Open  http://{shown}")
            if password:
                click.echo(f"and sign in with the password            {password}")
            if not AccessFile(data).has_password():
                click.echo(f"and make it yours with the setup code    {_setup_code(data, run)}")
            click.echo("Ring it from another terminal, in this folder:")
            click.echo(f"    {_ourselves()} simulate call 07700900123")
            click.echo(f'    {_ourselves()} simulate text 07700900123 "Boiler shows F28"')
            click.echo("Ctrl-C stops it.\n")
            _watch(data, programs)
        except KeyboardInterrupt:
            click.echo("Stopping.")


def _ourselves() -> str:
    """Return what to type for this command: its name where the shell finds it, else where it is."""
    if shutil.which("textback"):
        return "textback"
    beside = Path(sys.executable).with_name("textback")
    return os.path.relpath(beside) if beside.exists() else f"{sys.executable} -m appliance"


def _textback(what: str) -> list[str]:
    return [sys.executable, "-m", "appliance", what]


def _folders() -> tuple[Path, Path]:
    data, run = os.environ.get("TEXTBACK_DATA"), os.environ.get("TEXTBACK_RUN")
    if not data:
        shutil.rmtree(DEMO_FOLDER / "data", ignore_errors=True)
    found = Path(data or DEMO_FOLDER / "data"), Path(run or DEMO_FOLDER / "run")
    for folder in found:
        folder.mkdir(parents=True, exist_ok=True)
    return found


def _claim(data: Path) -> str | None:
    """Make the demo a box that is set up; return its password, None where somebody has one already."""
    access = AccessFile(data)
    if access.claimed():
        return None
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    SettingsFile(data).update(lambda _: from_tree(_OWNER))
    access.claim(password)
    return password


def _setup_code(data: Path, run: Path) -> str:
    """Let the setup code in for the next 15 minutes, and return it."""
    setup = SetupCode(data, run, time.monotonic)
    setup.open()
    return setup.code()


@dataclass(frozen=True, slots=True)
class _Program:
    """One of the three programs, and where its log goes."""

    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise Fault when it has ended, with what it said last."""
        if self.process.poll() is not None:
            said = self.log.read_text(encoding="utf-8", errors="replace").strip()
            raise Fault(said.splitlines()[-1] if said else "A part of the demo has stopped.")


@contextmanager
def _program(run: Path, name: str, words: list[str]) -> Iterator[_Program]:
    """Run one of the programs; it is stopped with us."""
    log = run / f"{name}.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines)
    try:
        yield _Program(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_up(run: Path, page: tuple[str, int], programs: list[_Program]) -> None:
    """Return once the modem is ready and the page takes visitors. Raises Fault."""
    deadline = time.monotonic() + _UP_S
    status = StatusFile(run)
    while time.monotonic() < deadline:
        for program in programs:
            program.check()
        found = status.read()
        if found is not None and found.state is not State.STARTING and _answers(page):
            return
        time.sleep(_LOOK_S)
    raise Fault("The demo did not start in time. Try again.")


def _answers(page: tuple[str, int]) -> bool:
    with suppress(OSError):
        socket.create_connection(page, timeout=1).close()
        return True
    return False


def _watch(data: Path, programs: list[_Program]) -> None:
    """Print a line for every call that ends, every text that goes, and every text that comes, for ever."""
    with Journal(data / "journal.sqlite3", read_only=True) as journal:
        since, version = datetime.now(UTC), -1
        told: set[tuple[object, ...]] = set()
        while True:
            for program in programs:
                program.check()
            if (now := journal.data_version()) != version:
                version = now
                for row in journal.export(since):
                    mark = row["kind"], row["id"], row["state"]
                    line = _news(row, journal)
                    if line and mark not in told:
                        told.add(mark)
                        click.echo(f"{datetime.now(LONDON):%H:%M:%S}  {line}")
            time.sleep(_LOOK_S)


def _news(row: Mapping[str, object], journal: Journal) -> str | None:
    """Return the line for one row of the journal, None when it is nothing to tell (yet)."""
    who = numbers.display(None if row["number"] is None else str(row["number"]))
    words = "".join(c if c.isprintable() else " " for c in str(row.get("body") or ""))
    match row["kind"], row["state"]:
        case "call", "missed" | "rejected":
            verdict = str(row["verdict"])
            why = "texting back" if verdict == policy.TEXT else REASON_WORDS[Reason(verdict)]
            return f"Missed call from {who}: {why}"
        case "call", "answered":
            return f"Answered call from {who}"
        case "text", TextState.SENT if row["text_kind"] == TextKind.FORWARD:
            return f"Copied to the owner: {words}"
        case "text", TextState.SENT:
            return f"Text sent to {who}{_delay(row, journal)}: {words}"
        case "text", "RECEIVED":
            return f"Text from {who}: {words}"
        case "text", TextState.FAILED | TextState.UNKNOWN:
            return f"Text to {who} {str(row['state']).lower()}: {row['reason']}"
        case _:
            return None


def _delay(row: Mapping[str, object], journal: Journal) -> str:
    """Return how long after its call a text went."""
    call = journal.call(int(str(row["call_id"]))) if row["call_id"] is not None else None
    if call is None or call.ended_at is None:
        return ""
    seconds = (datetime.fromisoformat(str(row["sent_at"])) - call.ended_at).total_seconds()
    return f", {seconds:.1f} seconds after the call"
