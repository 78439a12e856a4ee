"""From a bare Debian to the first text, in a booted container without a network, and off again.

Needs root, systemd-nspawn and mmdebstrap. What a container cannot show (devices that come and go, power cuts,
the lights) is in hardware/FIELD-TEST.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foreign_modem import ForeignModem
from tests.install import cage
from tests.install.container import MAIN, Container
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
TREES = Path(os.environ.get("TEXTBACK_TREES") or ROOT / "build" / "trees")
CALLER = "+447700900123"
INSTALL = ("/media/release/install.sh", "--offline", "/media/release")
# In a container the modem is a pty, which the daemon may not open on a real box.
PTY = "[Service]\nDeviceAllow=char-pts rw\n"
DROP_IN = "/etc/systemd/system/textback-modem.service.d/pty.conf"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def machine_room() -> None:
    """Whatever this machine lacks to boot a container."""
    lacks = [name for name in ("systemd-nspawn", "mmdebstrap", "nsenter") if shutil.which(name) is None]
    if os.geteuid() != 0:
        lacks.append("root")
    if lacks:
        reason = f"missing: {', '.join(lacks)} (apt-get install systemd-container mmdebstrap)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def release(machine_room: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline release of the last commit, for this machine, unpacked."""
    out = tmp_path_factory.mktemp("release")
    choice = {"MACHINES": platform.machine(), "PYTHONS": "3.11 3.13", "PYTHON": sys.executable}
    subprocess.run([str(ROOT / "scripts" / "make_release.sh"), str(out)], check=True, env=os.environ | choice)
    [packed] = out.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", str(packed), "-C", str(out)], check=True)
    [folder] = (path for path in out.iterdir() if path.is_dir())
    return folder


@pytest.fixture(params=["bookworm", "trixie"])
def tree(request: pytest.FixtureRequest, machine_room: None) -> Path:
    """A Debian to boot: made once, and kept."""
    path = TREES / str(request.param)
    if not path.exists():
        subprocess.run([str(HERE / "make_tree.sh"), str(request.param), str(path)], check=True)
    return path


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[ForeignModem]:
    with ForeignModem(tmp_path / "modem") as modem:
        yield modem


@pytest.fixture
def computer(tree: Path, release: Path, modem: ForeignModem, tmp_path: Path) -> Iterator[Container]:
    log = tmp_path / "console.log"
    with Container(tree, modem=modem.link, release=release, log=log) as computer:
        print(f"\n{tree.name}: booted in {computer.booted_s:.1f} s")
        yield computer


def test_from_a_bare_debian_to_a_text_and_off_again(computer: Container, modem: ForeignModem) -> None:
    began = time.monotonic()
    said = computer.run(*INSTALL)
    print(f"installed in {time.monotonic() - began:.1f} s\n{said}")
    computer.run("install", "-D", "/dev/stdin", DROP_IN, stdin=PTY)
    computer.run("systemctl", "daemon-reload")
    computer.run("systemctl", "restart", "textback-modem.service")

    both_run(computer)
    only_the_lock_is_installed(computer)
    the_rules_are_sound(computer)
    page_answers(computer)
    claim(computer)
    a_call_brings_one_text(computer, modem, texts=1)
    cage.both_are_shut_in(computer)
    cage.whatever_runs_in_them_is_refused(computer)
    twenty_crashes_in_a_row_are_not_too_many(computer)
    a_crash_lights_the_fault_and_heals(computer)
    a_hang_is_ended_by_the_watchdog(computer)

    computer.run(*INSTALL)
    both_run(computer)
    page_answers(computer)
    a_call_brings_one_text(computer, modem, texts=1)  # the same caller, within a day: no other text

    roots_helper_does_what_the_daemon_asks_and_no_more(computer)

    nothing_is_left_but_data(computer)
    computer.run(*INSTALL)
    computer.run("systemctl", "is-active", *MAIN)
    assert CALLER[-9:] in computer.run("textback", "journal", "--json")


def both_run(computer: Container) -> None:
    assert computer.run("systemctl", "is-active", *MAIN).split() == ["active", "active"]
    assert computer.run("systemctl", "--failed", "--no-legend").strip() == ""


def only_the_lock_is_installed(computer: Container) -> None:
    """Check 38: the release holds what requirements.lock says, of the same version, and our own package."""
    ask = (
        "from importlib.metadata import distributions as d;"
        "print(*{i.name + '==' + i.version for i in d(path=[%r])})"
    )
    [site] = computer.run("sh", "-c", "echo /opt/textback/current/lib/python3.*/site-packages").split()
    found = (
        computer.run("/opt/textback/current/bin/python", "-c", ask % site).lower().replace("_", "-").split()
    )
    pinned = re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert sorted(name for name in found if not name.startswith("textback==")) == sorted(pinned)


def the_rules_are_sound(computer: Container) -> None:
    if "257" in computer.run("udevadm", "--version"):  # bookworm's udevadm cannot say
        computer.run("udevadm", "verify", "--no-style", "/etc/udev/rules.d/78-textback.rules")


def page_answers(computer: Container) -> None:
    said = computer.run("curl", "--silent", "--include", "--max-time", "20", "http://127.0.0.1/")
    asks_for_set_up = said.startswith("HTTP/1.1 303 ") and "\nLocation: /setup" in said
    assert asks_for_set_up or said.startswith("HTTP/1.1 401 "), said


def claim(computer: Container) -> None:
    who = (
        "--business",
        "Smith Plumbing",
        "--name",
        "Dave",
        "--owner-mobile",
        "07700900999",
        "--password-stdin",
    )
    computer.run("textback", "setup", *who, stdin="correct horse battery staple\n")
    wait_for(
        lambda: computer.code("textback", "status") == 0, 60, computer.run("textback", "status", check=False)
    )


def a_call_brings_one_text(computer: Container, modem: ForeignModem, *, texts: int) -> None:
    def missed() -> list[str]:
        rows = [json.loads(line) for line in computer.run("textback", "journal", "--json").splitlines()]
        return [row["verdict"] for row in rows if row["kind"] == "call" and row["outcome"] == "missed"]

    before = len(missed())
    modem.ring("07700900123", times=3)
    wait_for(lambda: len(missed()) == before + 1, 40, "the missed call")
    wait_for(lambda: len(modem.sent) >= texts, 40, "the text")
    assert [text.number for text in modem.sent] == [CALLER] * texts


def twenty_crashes_in_a_row_are_not_too_many(computer: Container) -> None:
    """Check 34: systemd never gives up on the daemon."""
    quick = "[Service]\nExecStart=\nExecStart=/bin/false\nRestartSec=50ms\n"
    drop_in = "/run/systemd/system/textback-modem.service.d/crash.conf"
    computer.run("install", "-D", "/dev/stdin", drop_in, stdin=quick)
    computer.run("systemctl", "daemon-reload")
    computer.run("kill", "-KILL", computer.main_pid("textback-modem.service"))

    def restarts() -> int:
        return int(computer.properties("textback-modem.service", ["NRestarts"])["NRestarts"])

    wait_for(lambda: restarts() >= 20, 90, f"20 restarts, not {restarts()}")
    computer.run("rm", "-r", str(Path(drop_in).parent))
    computer.run("systemctl", "daemon-reload")
    wait_for(lambda: computer.code("textback", "status") == 0, 60, "ready")


def a_crash_lights_the_fault_and_heals(computer: Container) -> None:
    def state(unit: str) -> str:
        return computer.properties(unit, ["ActiveState"])["ActiveState"]

    # Not by `systemctl kill`, which on trixie ends what lights the light as well.
    computer.run("kill", "-KILL", computer.main_pid("textback-modem.service"))
    wait_for(lambda: state("textback-lights-fault.service") == "active", 10, "BOX to blink double")
    wait_for(lambda: state("textback-modem.service") == "active", 30, "the daemon to be back")
    assert state("textback-lights-fault.service") == "inactive"
    wait_for(lambda: computer.code("textback", "status") == 0, 60, "ready")


def a_hang_is_ended_by_the_watchdog(computer: Container) -> None:
    """Check 34: a daemon that stands still is started anew within 65 s."""
    before = computer.main_pid("textback-modem.service")
    began = time.monotonic()
    computer.run("kill", "-STOP", before)

    def anew() -> bool:
        now = computer.properties("textback-modem.service", ["MainPID", "ActiveState"])
        return now["ActiveState"] == "active" and now["MainPID"] != before

    wait_for(anew, 90, "the watchdog")
    print(f"watchdog: anew after {time.monotonic() - began:.0f} s")
    wait_for(lambda: computer.code("textback", "status") == 0, 60, "ready")


def roots_helper_does_what_the_daemon_asks_and_no_more(computer: Container) -> None:
    """There is no USB in a container: what it refuses, and that it comes as far as that, can be seen."""
    computer.run(*INSTALL, "--usb-reset")
    assert "TEXTBACK_USB_RESET=1" in computer.run("systemctl", "show", "textback-modem.service")
    assert computer.run("systemctl", "is-active", "textback-usb-reset.path").strip() == "active"
    ask = "umask 0077; echo -n 9-9 > /run/textback/usb-reset; chmod 640 /run/textback/usb-reset"
    computer.run("runuser", "-u", "textback", "--", "sh", "-c", ask)

    def said() -> str:
        return computer.run("journalctl", "--unit", "textback-usb-reset.service", "--output=cat")

    wait_for(lambda: "Refused: " in said(), 20, f"the helper's word; it said {said()}")
    assert "Refused: nothing is plugged in there." in said() or "Refused: the place leads" in said()
    computer.run("systemctl", "reset-failed")


def nothing_is_left_but_data(computer: Container) -> None:
    computer.run("rm", "-r", str(Path(DROP_IN).parent))
    computer.run("/media/release/install.sh", "--uninstall")
    left = computer.run("find", "/etc", "/opt", "/usr/local", "/run", "/var", "-xdev", "-name", "*textback*")
    assert left.split() == ["/var/lib/textback"]
    assert computer.run("stat", "--format=%U %a", "/var/lib/textback").split() == ["root", "700"]
    assert "journal.sqlite3" in computer.run("ls", "/var/lib/textback")
    assert computer.code("id", "textback") != 0
    assert computer.code("getent", "group", "gpio") != 0
    assert "textback" not in computer.run("systemctl", "list-unit-files", "--no-legend")
    assert computer.run("ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric").strip() == ""
