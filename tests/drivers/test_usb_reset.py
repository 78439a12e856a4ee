"""What the daemon asks of root's helper: a modem with a serial port, and nothing else, can be named."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.drivers.usb_reset import REQUEST, NotAModem, UsbReset, modem_at
from tests.drivers.usb_machine import UsbMachine


@pytest.fixture
def machine(tmp_path: Path) -> UsbMachine:
    return UsbMachine(tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def folder_of(machine: UsbMachine, socket: str) -> Path:
    return machine.sys / "devices/usb1" / socket


@pytest.mark.parametrize(
    "usb", ["1e0e:9001", "2c7c:0125", "12d1:1506", "19d2:0124", "1546:1102", "05c6:908b"]
)
def test_a_modem_with_a_serial_port_may_be_reset(machine: UsbMachine, usb: str) -> None:
    machine.plug(usb, {2: "ttyUSB2"}, socket="1-1.2")
    assert modem_at("1-1.2", machine.sys) == folder_of(machine, "1-1.2")


def test_a_modem_one_of_whose_ports_has_vanished_may_be_reset_too(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", {0: "ttyUSB0", 3: "ttyUSB3"})
    assert modem_at("1-1", machine.sys) == folder_of(machine, "1-1")


def test_a_keyboard_and_a_disk_may_not(machine: UsbMachine) -> None:
    machine.plug("046d:c31c")
    machine.plug("1a86:7523", {0: "ttyUSB0"}, socket="1-2")
    for place in ("1-1", "1-2"):
        with pytest.raises(NotAModem, match="no modem we know"):
            modem_at(place, machine.sys)


def test_a_modem_without_a_serial_port_may_not(machine: UsbMachine) -> None:
    machine.plug("12d1:14db")
    with pytest.raises(NotAModem, match="no serial port"):
        modem_at("1-1", machine.sys)


def test_a_hub_may_not_though_a_modem_hangs_on_it(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"})
    (folder_of(machine, "1-1") / "bDeviceClass").write_text("09\n")
    with pytest.raises(NotAModem, match="no modem we know"):
        modem_at("1-1", machine.sys)


def test_a_place_with_nothing_plugged_in_is_refused(machine: UsbMachine) -> None:
    with pytest.raises(NotAModem):
        modem_at("1-4", machine.sys)


HOSTILE = [
    "",
    ".",
    "..",
    "usb1",
    "1-1\n",
    " 1-1",
    "1-1/..",
    "../../../etc",
    "/etc/passwd",
    "1-1:1.2",
    "1-1\x00",
    "1-1" * 100,
    "1-1.2.3.4.5.6.7.8",
    "\u0661-\u0661",
    "1-1;reboot",
]


@pytest.mark.parametrize("place", HOSTILE)
def test_what_is_no_place_on_usb_is_refused(machine: UsbMachine, place: str) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"})
    with pytest.raises(NotAModem):
        modem_at(place, machine.sys)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.sampled_from("01-.:/ \n\x00usb"), max_size=20))
def test_nothing_that_can_be_written_leads_to_anything_but_the_modem(machine: UsbMachine, place: str) -> None:
    if not folder_of(machine, "1-1").exists():
        machine.plug("1e0e:9001", {2: "ttyUSB2"})
    try:
        found = modem_at(place, machine.sys)
    except NotAModem:
        return
    assert found == folder_of(machine, "1-1")


def test_a_link_that_leads_out_of_the_devices_is_refused(machine: UsbMachine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "1-7"
    elsewhere.mkdir()
    (elsewhere / "idVendor").write_text("1e0e")
    (elsewhere / "idProduct").write_text("9001")
    (machine.sys / "bus/usb/devices/1-7").symlink_to(elsewhere)
    with pytest.raises(NotAModem, match="out of the devices"):
        modem_at("1-7", machine.sys)


def test_the_daemon_asks_for_the_place_of_its_own_port_whatever_its_name(
    machine: UsbMachine, run: Path
) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"}, socket="1-1.3")
    machine.link("textback-modem", "ttyUSB2")
    assert UsbReset(run, sys=machine.sys).ask(str(machine.dev / "textback-modem"))
    assert (run / REQUEST).read_text() == "1-1.3"
    assert stat.S_IMODE((run / REQUEST).stat().st_mode) == 0o640


@pytest.mark.parametrize("port", [None, "/dev/ttyS0", "/dev/ttyUSB7"])
def test_nothing_is_asked_for_a_port_that_is_not_on_usb(
    machine: UsbMachine, run: Path, port: str | None
) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"})
    assert not UsbReset(run, sys=machine.sys).ask(port)
    assert list(run.iterdir()) == []


def test_nothing_is_asked_for_a_board_that_would_be_refused(machine: UsbMachine, run: Path) -> None:
    machine.plug("1a86:7523", {0: "ttyUSB0"})
    assert not UsbReset(run, sys=machine.sys).ask(str(machine.dev / "ttyUSB0"))
    assert list(run.iterdir()) == []


def test_a_request_that_cannot_be_written_is_none(machine: UsbMachine, run: Path) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"})
    (run / REQUEST).symlink_to(run / "elsewhere")
    assert not UsbReset(run, sys=machine.sys).ask(str(machine.dev / "ttyUSB2"))
    assert not (run / "elsewhere").exists()
