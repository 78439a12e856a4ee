"""install.sh where it can be tried without installing: what it finds, would change, and refuses."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "install.sh"
CMDLINE = (
    "console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootfstype=ext4 fsck.repair=yes rootwait\n"
)


class Pi:
    """The files by which install.sh knows a Pi, below a folder that stands for its root."""

    def __init__(self, root: Path, model: str | None) -> None:
        self.root = root
        self.boot = root / "boot" / "firmware"
        for folder in ("etc", "run/systemd/system", "opt", "boot/firmware", "bin"):
            (root / folder).mkdir(parents=True)
        (root / "etc/os-release").write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
        (self.boot / "config.txt").write_text("dtparam=audio=on\n")
        (self.boot / "cmdline.txt").write_text(CMDLINE)
        if model is not None:
            board = root / "sys/firmware/devicetree/base"
            board.mkdir(parents=True)
            (board / "model").write_bytes(model.encode() + b"\0")
        systemctl = root / "bin" / "systemctl"  # what it is told goes into a file
        systemctl.write_text(f'#!/bin/sh\necho "$@" >> {root}/systemctl.log\n')
        systemctl.chmod(0o755)

    def plug(self, maker: str) -> None:
        device = self.root / "sys/bus/usb/devices/1-1"
        device.mkdir(parents=True)
        (device / "idVendor").write_text(f"{maker}\n")

    def add_hat(self) -> None:
        (self.root / "proc/device-tree/hat").mkdir(parents=True)

    def bash(self, words: str) -> subprocess.CompletedProcess[str]:
        """Run words of bash after install.sh has been read in."""
        return subprocess.run(
            ["bash", "-c", f"source {SCRIPT}; {words}"],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ
            | {"TEXTBACK_ROOT": str(self.root), "PATH": f"{self.root}/bin:{os.environ['PATH']}"},
        )

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}


@pytest.fixture
def pi4(tmp_path: Path) -> Pi:
    return Pi(tmp_path, "Raspberry Pi 4 Model B Rev 1.5")


def test_a_check_on_a_pi_tells_what_is_here_and_changes_nothing(pi4: Pi) -> None:
    pi4.plug("2c7c")
    before = pi4.files()
    said = pi4.bash("main --check")
    assert said.returncode == 0, said.stderr
    assert "computer: Raspberry Pi 4 Model B Rev 1.5" in said.stdout
    assert "modem: on USB" in said.stdout
    assert "installed: nothing yet" in said.stdout
    assert pi4.files() == before


def test_a_check_on_another_computer_says_so_and_fails_and_changes_nothing(tmp_path: Path) -> None:
    pc = Pi(tmp_path, None)
    before = pc.files()
    said = pc.bash("main --check")
    assert said.returncode == 1
    assert "not a Raspberry Pi" in said.stdout
    assert pc.files() == before


def test_a_check_of_this_very_machine_changes_nothing() -> None:
    before = sorted(Path("/opt").glob("textback*"))
    said = subprocess.run([str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert said.returncode in {0, 1}
    assert said.stderr == ""
    assert sorted(Path("/opt").glob("textback*")) == before


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ("Raspberry Pi Zero 2 W Rev 1.0", "enable_uart=1"),
        ("Raspberry Pi 3 Model B Plus Rev 1.3", "enable_uart=1"),
        ("Raspberry Pi 4 Model B Rev 1.5", "enable_uart=1"),
        ("Raspberry Pi 5 Model B Rev 1.0", "dtparam=uart0=on"),
    ],
)
def test_the_serial_pins_are_enabled_once_and_the_login_leaves_them(
    tmp_path: Path, model: str, line: str
) -> None:
    pi = Pi(tmp_path, model)
    first = pi.bash("FORCE_UART=1; enable_uart; echo reboot=$REBOOT")
    again = pi.bash("FORCE_UART=1; enable_uart; echo reboot=$REBOOT")
    assert "reboot=1" in first.stdout, first.stderr
    assert "reboot=0" in again.stdout, again.stderr
    assert (pi.boot / "config.txt").read_text() == f"dtparam=audio=on\n\n# textback\n[all]\n{line}\n"
    assert (pi.boot / "cmdline.txt").read_text() == CMDLINE.removeprefix("console=serial0,115200 ")
    assert "disable --quiet --now serial-getty@ttyAMA0.service" in (tmp_path / "systemctl.log").read_text()


def test_a_hat_is_given_the_serial_pins_unasked(pi4: Pi) -> None:
    pi4.add_hat()
    assert "reboot=1" in pi4.bash("enable_uart; echo reboot=$REBOOT").stdout


def test_a_hat_that_is_also_on_usb_needs_no_serial_pins(pi4: Pi) -> None:
    pi4.add_hat()
    pi4.plug("1e0e")
    before = pi4.files()
    assert "reboot=0" in pi4.bash("enable_uart; echo reboot=$REBOOT").stdout
    assert pi4.files() == before


def test_a_keyboard_is_no_modem(pi4: Pi) -> None:
    pi4.plug("046d")
    assert "modem: none seen" in pi4.bash("main --check").stdout


def make(pi: Pi, name: str) -> None:
    """Stand a finished release in, and switch over to it."""
    release = pi.root / "opt/textback/releases" / name
    release.mkdir(parents=True)
    said = pi.bash(f"RELEASE={release}; switch_over")
    assert said.returncode == 0, said.stderr


def test_a_new_release_takes_over_and_the_newest_two_are_kept(pi4: Pi) -> None:
    for number, name in enumerate(("0.1.0-aa", "0.2.0-bb", "0.3.0-cc")):
        make(pi4, name)
        os.utime(pi4.root / "opt/textback/releases" / name, (1000 + number, 1000 + number))
    assert str((pi4.root / "opt/textback/current").readlink()) == "releases/0.3.0-cc"
    kept = sorted(path.name for path in (pi4.root / "opt/textback/releases").iterdir())
    assert kept == ["0.2.0-bb", "0.3.0-cc"]


def test_a_damaged_release_is_not_installed(pi4: Pi, tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    (release / "file").write_text("good\n")
    (release / "SHA256SUMS").write_text(f"{'0' * 64}  file\n")
    said = pi4.bash(f"RELEASE={tmp_path}/opt/new; from_wheels {release}")
    assert said.returncode == 1
    assert "is damaged" in said.stderr
    assert not (tmp_path / "opt/new").exists()


@pytest.mark.parametrize("words", ["--nonsense", "--offline", "--offline /nowhere/at/all"])
def test_wrong_words_change_nothing(pi4: Pi, words: str) -> None:
    before = pi4.files()
    assert pi4.bash(f"main {words}").returncode != 0
    assert pi4.files() == before


def test_reading_the_script_in_does_nothing(pi4: Pi) -> None:
    before = pi4.files()
    said = pi4.bash("true")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert pi4.files() == before


UNITS = "etc/systemd/system"
HELPER = (
    f"{UNITS}/textback-usb-reset.path",
    f"{UNITS}/textback-usb-reset.service",
    f"{UNITS}/textback-modem.service.d/usb-reset.conf",
)


def test_roots_helper_is_installed_only_when_it_is_chosen(pi4: Pi) -> None:
    assert pi4.bash(f"add_usb_reset {ROOT}").returncode == 0
    assert not [name for name in HELPER if (pi4.root / name).exists()]
    said = pi4.bash(f"USB_RESET=1; CHANGED=0; add_usb_reset {ROOT}; echo changed=$CHANGED")
    assert "changed=1" in said.stdout, said.stderr
    assert all((pi4.root / name).read_text() for name in HELPER)


def test_a_box_that_has_the_helper_gets_its_next_release_too(pi4: Pi) -> None:
    pi4.bash(f"USB_RESET=1; add_usb_reset {ROOT}")
    (pi4.root / HELPER[1]).write_text("an older one\n")
    said = pi4.bash(f"CHANGED=0; add_usb_reset {ROOT}; echo changed=$CHANGED use=$USB_RESET")
    assert "changed=0 use=1" in said.stdout
    assert "usb_reset_helper" in (pi4.root / HELPER[1]).read_text()


def test_the_helper_goes_with_everything_else(pi4: Pi) -> None:
    pi4.bash(f"USB_RESET=1; add_usb_reset {ROOT}")
    for name in ("userdel", "udevadm"):
        tool = pi4.root / "bin" / name
        tool.write_text("#!/bin/sh\n")
        tool.chmod(0o755)
    said = pi4.bash("as_root() { :; }; take_off")
    assert said.returncode == 0, said.stderr
    assert "disable --quiet --now textback-usb-reset.path" in (pi4.root / "systemctl.log").read_text()
    assert list((pi4.root / UNITS).rglob("*usb*")) == []
    assert not (pi4.root / UNITS / "textback-modem.service.d").exists()
