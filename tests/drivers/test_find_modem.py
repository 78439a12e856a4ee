"""Which port is tried for the modem, and which after that."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.drivers.find_modem import Finder, ModemUnsuitable
from appliance.drivers.modem_ports import urc_port
from appliance.drivers.serial_port import PortLost
from tests.drivers.usb_machine import UsbMachine

FOUR = {0: "ttyUSB0", 1: "ttyUSB1", 2: "ttyUSB2", 3: "ttyUSB3"}
NO_CALLS = "This modem cannot take calls. Buy a SIM7600G-H, an EC25-E or an A7670E-FASE instead."


@pytest.fixture
def machine(tmp_path: Path) -> UsbMachine:
    return UsbMachine(tmp_path)


@pytest.fixture
def plain(tmp_path: Path) -> UsbMachine:
    """A machine whose ports have no names but their numbers."""
    return UsbMachine(tmp_path, by_id=False)


def finder(machine: UsbMachine, port: str = "auto") -> Finder:
    return Finder(port, sys=machine.sys, dev=machine.dev)


def tried(found: Finder, machine: UsbMachine, times: int) -> list[str]:
    return [str(found.next().relative_to(machine.dev)) for _ in range(times)]


def every(machine: UsbMachine) -> list[str]:
    """All ports that are tried, until the first comes again."""
    found, names = finder(machine), list[str]()
    while True:
        name = str(found.next().relative_to(machine.dev))
        if name in names:
            assert name == names[0]
            return names
        names.append(name)


def test_a_port_that_was_named_is_tried_whether_it_is_there_or_not(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", FOUR)
    named = finder(machine, "/dev/ttyS7")
    assert [named.next(), named.next()] == [Path("/dev/ttyS7"), Path("/dev/ttyS7")]
    named.worked()
    assert named.next() == Path("/dev/ttyS7")
    assert not named.more


def test_without_any_port_there_is_no_modem(machine: UsbMachine) -> None:
    with pytest.raises(PortLost, match=r"^There is no modem\. Plug it in, and wait a minute\.$"):
        finder(machine).next()


@pytest.mark.parametrize(
    ("usb", "interfaces"),
    [
        ("1e0e:9001", [2, 3]),
        ("1e0e:9011", [4, 5]),
        ("2c7c:0125", [2, 3]),
        ("2c7c:0306", [2, 3]),
        ("19d2:0031", [3, 1]),
        ("19d2:0117", [2, 1]),
        ("19d2:0124", [4]),
        ("1546:1102", [0, 2, 4]),
        ("1546:1104", [0]),
        ("05c6:908b", [1, 2]),
        ("1bc7:1201", [4, 5]),
        ("1bc7:1204", [5, 6]),
        ("1bc7:1031", [1, 2]),
        ("1bc7:7010", [4, 3]),
        ("1bc7:7021", [6, 2]),
    ],
)
def test_of_a_modem_we_know_only_its_at_ports_are_tried(
    plain: UsbMachine, usb: str, interfaces: list[int]
) -> None:
    plain.plug(usb, {number: f"ttyUSB{number}" for number in range(8)})
    assert every(plain) == [f"ttyUSB{number}" for number in interfaces]


def test_a_modem_is_found_whatever_numbers_its_ports_have(plain: UsbMachine) -> None:
    plain.plug("1e0e:9001", {0: "ttyUSB7", 1: "ttyUSB6", 2: "ttyUSB9", 3: "ttyUSB4"})
    assert every(plain) == ["ttyUSB9", "ttyUSB4"]


def test_a_modem_whose_first_at_port_has_vanished_is_reached_by_its_second(plain: UsbMachine) -> None:
    plain.plug("1e0e:9001", {0: "ttyUSB0", 1: "ttyUSB1", 3: "ttyUSB3"})
    assert every(plain) == ["ttyUSB3"]


def test_the_ports_of_a_huawei_are_told_by_their_protocol(plain: UsbMachine) -> None:
    kinds = {0: "ff/02/01", 1: "ff/02/03", 2: "ff/02/02", 3: "ff/01/05", 4: "ff/02/12", 5: "ff/ff/ff"}
    plain.plug("12d1:1506", {number: f"ttyUSB{number}" for number in kinds}, kinds=kinds)
    assert every(plain) == ["ttyUSB2", "ttyUSB4", "ttyUSB0", "ttyUSB5"]


def test_of_a_modem_we_do_not_know_every_port_is_tried_interface_2_first(plain: UsbMachine) -> None:
    plain.plug("abcd:0001", FOUR)
    assert every(plain) == ["ttyUSB2", "ttyUSB0", "ttyUSB1", "ttyUSB3"]


def test_the_installers_link_comes_first_then_modems_we_know_then_others_then_a_hat(
    machine: UsbMachine,
) -> None:
    machine.plug("abcd:0001", {0: "ttyUSB0"}, name="Other")
    machine.plug("1e0e:9001", {2: "ttyUSB3"}, name="SimTech", socket="1-2")
    machine.plug("2c7c:0125", {2: "ttyUSB8"}, name="Quectel", socket="1-3")
    machine.node("ttyAMA0")
    machine.node("ttyS0")
    machine.link("serial0", "ttyS0")
    machine.link("textback-modem", "ttyUSB8")
    assert every(machine) == [
        "textback-modem",
        "serial/by-id/usb-SimTech-if02-port0",
        "serial/by-id/usb-Other-if00-port0",
        "serial0",
        "ttyAMA0",
    ]


def test_a_board_with_a_serial_chip_is_tried_by_its_number_where_it_has_no_other_name(
    plain: UsbMachine,
) -> None:
    plain.plug("1a86:7523", {0: "ttyUSB0"})  # CH340, as on SIM800 boards
    assert every(plain) == ["ttyUSB0"]


def test_a_port_that_sysfs_says_nothing_of_is_tried_too(plain: UsbMachine) -> None:
    plain.node("ttyUSB5")
    assert every(plain) == ["ttyUSB5"]


def test_a_port_that_appears_late_is_found(machine: UsbMachine) -> None:
    found = finder(machine)
    with pytest.raises(PortLost):
        found.next()
    machine.plug("1e0e:9001", FOUR)
    assert tried(found, machine, 1) == ["serial/by-id/usb-Maker_Modem-if02-port0"]


def test_a_port_that_does_not_answer_leads_on_to_the_next(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", FOUR)
    machine.node("ttyS0")
    found = finder(machine)
    more = [found.more]
    names = tried(found, machine, 3)
    assert names == [*(f"serial/by-id/usb-Maker_Modem-if0{number}-port0" for number in (2, 3)), "ttyS0"]
    more.append(found.more)
    assert more == [True, False]
    assert tried(found, machine, 1) == names[:1]


def test_a_port_that_worked_is_tried_first_when_it_is_lost(plain: UsbMachine) -> None:
    plain.plug("1e0e:9001", FOUR)
    found = finder(plain)
    assert tried(found, plain, 2) == ["ttyUSB2", "ttyUSB3"]
    found.worked()
    assert tried(found, plain, 3) == ["ttyUSB3", "ttyUSB2", "ttyUSB3"]


def test_a_port_that_worked_is_known_again_under_another_number(plain: UsbMachine) -> None:
    plain.plug("1e0e:9001", FOUR)
    found = finder(plain)
    assert tried(found, plain, 2) == ["ttyUSB2", "ttyUSB3"]
    found.worked()
    plain.pull()
    with pytest.raises(PortLost):
        found.next()
    plain.plug("1e0e:9001", {0: "ttyUSB4", 1: "ttyUSB5", 2: "ttyUSB6", 3: "ttyUSB7"})
    assert tried(found, plain, 3) == ["ttyUSB7", "ttyUSB6", "ttyUSB7"]


def test_a_name_that_lasts_follows_the_modem_to_its_new_number(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", FOUR)
    found = finder(machine)
    first = found.next()
    found.worked()
    machine.pull()
    machine.plug("1e0e:9001", {2: "ttyUSB9"})
    assert found.next() == first
    assert first.resolve() == machine.dev / "ttyUSB9"


def test_a_port_that_worked_and_is_gone_for_good_makes_way_for_another(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", FOUR)
    found = finder(machine)
    found.next()
    found.worked()
    machine.pull()
    machine.plug("2c7c:0125", FOUR, name="Quectel")
    assert tried(found, machine, 1) == ["serial/by-id/usb-Quectel-if02-port0"]


@pytest.mark.parametrize(
    ("usb", "sentence"),
    [
        ("12d1:14db", NO_CALLS.replace("modem", "stick is a network card (HiLink), and")),
        (
            "1e0e:9018",
            "This modem is set up as a network card. Switch it to USB mode 9001, or buy another.",
        ),
        (
            "12d1:1f01",
            "This stick shows up as a CD. Install usb-modeswitch, then unplug it and plug it in again.",
        ),
        ("1e0e:9205", NO_CALLS),
        ("12d1:14fe", NO_CALLS),
    ],
)
def test_a_stick_that_cannot_do_the_job_is_refused_in_words(
    machine: UsbMachine, usb: str, sentence: str
) -> None:
    machine.plug(usb)
    with pytest.raises(ModemUnsuitable) as refused:
        finder(machine).next()
    assert str(refused.value) == sentence


@pytest.mark.parametrize("usb", ["1e0e:9205", "1e0e:9206"])
def test_a_modem_that_cannot_take_calls_is_not_tried_though_it_has_ports_and_the_link(
    machine: UsbMachine, usb: str
) -> None:
    machine.plug(usb, FOUR)
    machine.link("textback-modem", "ttyUSB2")
    found = finder(machine)
    for _ in range(2):
        with pytest.raises(ModemUnsuitable, match="cannot take calls"):
            found.next()


def test_a_modem_in_network_card_mode_that_has_its_ports_all_the_same_is_tried(plain: UsbMachine) -> None:
    plain.plug("1e0e:9018", FOUR)
    assert every(plain)[0] == "ttyUSB2"


def test_a_useless_stick_beside_a_silent_port_is_told_of_once_in_every_round(machine: UsbMachine) -> None:
    machine.plug("12d1:14db")
    machine.node("ttyS0")
    found = finder(machine)
    for _ in range(2):
        assert tried(found, machine, 1) == ["ttyS0"]
        with pytest.raises(ModemUnsuitable):
            found.next()


def test_a_useless_stick_does_not_stand_in_the_way_of_a_modem_that_works(machine: UsbMachine) -> None:
    machine.plug("12d1:14db")
    machine.plug("1e0e:9001", {2: "ttyUSB2"}, socket="1-2")
    found = finder(machine)
    for _ in range(3):
        assert tried(found, machine, 1) == ["serial/by-id/usb-Maker_Modem-if02-port0"]
        found.worked()


@pytest.mark.parametrize(
    ("tty", "called"),
    [("ttyUSB2", "usbat"), ("ttyUSB3", "usbmodem"), ("ttyS0", "uart1"), ("ttyAMA0", "uart1")],
)
def test_a_quectel_is_told_which_of_its_ports_we_hold(machine: UsbMachine, tty: str, called: str) -> None:
    machine.plug("2c7c:0125", FOUR)
    machine.node(tty)
    machine.link("textback-modem", tty)
    assert urc_port(str(machine.dev / "textback-modem"), machine.sys) == called


def test_a_port_that_sysfs_does_not_know_is_taken_for_the_usual_one(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", FOUR)
    assert urc_port("/dev/pts/3", machine.sys) == "usbat"
    assert urc_port(str(machine.dev / "ttyUSB3"), machine.sys) == "usbat", "a SIMCom has no such command"
