"""Which port is tried for the modem, and which after that."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from appliance.drivers.find_modem import Finder
from appliance.drivers.serial_port import PortLost

SIMCOM = "/dev/serial/by-id/usb-SimTech-if02-port0"
SIMCOM_DIAGNOSTIC = "/dev/serial/by-id/usb-SimTech-if00-port0"


class Machine:
    """A machine with some ports; the test plugs them in and out."""

    def __init__(self, *ports: str) -> None:
        self.ports = list(ports)

    def finder(self, port: str = "auto") -> Finder:
        return Finder(port, listing=lambda pattern: [name for name in self.ports if fnmatch(name, pattern)])


def tried(finder: Finder, times: int) -> list[str]:
    return [str(finder.next()) for _ in range(times)]


def test_a_port_that_was_named_is_tried_whether_it_is_there_or_not() -> None:
    assert tried(Machine("/dev/ttyUSB2").finder("/dev/ttyS7"), 2) == ["/dev/ttyS7", "/dev/ttyS7"]


def test_without_any_port_there_is_no_modem() -> None:
    with pytest.raises(PortLost, match="Plug it in"):
        Machine().finder().next()


def test_the_likeliest_port_is_tried_first_and_each_failure_leads_to_the_next() -> None:
    ports = ("/dev/ttyACM0", "/dev/serial0", "/dev/ttyUSB0", SIMCOM, SIMCOM_DIAGNOSTIC, "/dev/textback-modem")
    assert tried(Machine(*ports).finder(), 6) == [
        "/dev/textback-modem",
        SIMCOM,
        SIMCOM_DIAGNOSTIC,
        "/dev/ttyUSB0",
        "/dev/ttyACM0",
        "/dev/serial0",
    ]


def test_of_ports_of_one_kind_the_lowest_is_tried_first() -> None:
    assert tried(Machine("/dev/ttyUSB1", "/dev/ttyUSB0", "/dev/ttyUSB2").finder(), 3) == [
        "/dev/ttyUSB0",
        "/dev/ttyUSB1",
        "/dev/ttyUSB2",
    ]


def test_after_the_last_port_the_first_is_tried_again() -> None:
    assert tried(Machine("/dev/ttyUSB0", "/dev/ttyUSB1").finder(), 5) == [
        "/dev/ttyUSB0",
        "/dev/ttyUSB1",
        "/dev/ttyUSB0",
        "/dev/ttyUSB1",
        "/dev/ttyUSB0",
    ]


def test_one_device_under_two_names_is_tried_once(tmp_path: Path) -> None:
    device, other, link = tmp_path / "ttyUSB0", tmp_path / "ttyUSB1", tmp_path / "by-id"
    device.touch()
    other.touch()
    link.symlink_to(device)
    names = {"/dev/serial/by-id/*": [str(link)], "/dev/ttyUSB*": [str(device), str(other)]}
    finder = Finder("auto", listing=lambda pattern: names.get(pattern, []))
    assert [finder.next() for _ in range(3)] == [link, other, link]


def test_a_port_that_appears_late_is_found() -> None:
    machine = Machine()
    finder = machine.finder()
    with pytest.raises(PortLost):
        finder.next()
    machine.ports.append("/dev/ttyUSB0")
    assert tried(finder, 1) == ["/dev/ttyUSB0"]


def test_a_modem_that_comes_back_under_another_number_is_found() -> None:
    machine = Machine("/dev/ttyUSB0")
    finder = machine.finder()
    assert tried(finder, 1) == ["/dev/ttyUSB0"]
    machine.ports[:] = ["/dev/ttyUSB4"]
    assert tried(finder, 2) == ["/dev/ttyUSB4", "/dev/ttyUSB4"]
