"""What sysfs tells of the USB serial ports, and of devices that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.drivers import usb_ports
from appliance.drivers.usb_ports import Interface, UsbId
from tests.drivers.usb_machine import UsbMachine

if TYPE_CHECKING:
    from pathlib import Path

SIMCOM, QUECTEL = UsbId("1e0e", "9001"), UsbId("2c7c", "0125")


@pytest.fixture
def machine(tmp_path: Path) -> UsbMachine:
    return UsbMachine(tmp_path)


@pytest.mark.parametrize("tty", ["ttyUSB2", "ttyACM0"])
def test_a_port_is_known_by_its_device_its_interface_and_its_kind(machine: UsbMachine, tty: str) -> None:
    machine.plug("1e0e:9001", {2: tty}, kinds={2: "ff/01/02"})
    (port,) = usb_ports.ports(machine.sys, machine.dev)
    assert port.device == machine.dev / tty
    assert port.interface == Interface(SIMCOM, 2, ("ff", "01", "02"))


def test_interface_numbers_are_hexadecimal(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", {10: "ttyUSB0"})
    assert usb_ports.interface_of("ttyUSB0", machine.sys) == Interface(SIMCOM, 10, ("ff", "00", "00"))


def test_ports_are_listed_by_number_not_by_letter(machine: UsbMachine) -> None:
    machine.plug("1e0e:9001", {0: "ttyUSB10", 1: "ttyUSB9", 2: "ttyACM11", 3: "ttyACM2"})
    names = [port.device.name for port in usb_ports.ports(machine.sys, machine.dev)]
    assert names == ["ttyUSB9", "ttyUSB10", "ttyACM2", "ttyACM11"]


def test_a_port_that_sysfs_says_nothing_of_is_still_a_port(machine: UsbMachine) -> None:
    machine.node("ttyUSB0")
    (port,) = usb_ports.ports(machine.sys, machine.dev)
    assert port.interface is None


@pytest.mark.parametrize("missing", ["idVendor", "idProduct", "1-1:1.2/bInterfaceNumber"])
def test_a_device_that_goes_while_it_is_looked_at_is_not_known(machine: UsbMachine, missing: str) -> None:
    machine.plug("1e0e:9001", {2: "ttyUSB2"})
    (machine.sys / "devices/usb1/1-1" / missing).unlink()
    assert usb_ports.interface_of("ttyUSB2", machine.sys) is None


def test_a_uart_is_not_on_usb(machine: UsbMachine) -> None:
    uart = machine.sys / "class/tty/ttyS0"
    uart.mkdir()
    (uart / "device").mkdir()
    assert usb_ports.interface_of("ttyS0", machine.sys) is None


def test_devices_without_a_port_are_seen_too(machine: UsbMachine) -> None:
    machine.plug("1E0E:9001", {2: "ttyUSB2"})
    machine.plug("2c7c:0125", socket="1-2")
    (machine.sys / "bus/usb/devices/1-2:1.0").mkdir()
    assert usb_ports.devices(machine.sys) == {SIMCOM, QUECTEL}


def test_without_sysfs_there_is_nothing_to_see(tmp_path: Path) -> None:
    assert usb_ports.devices(tmp_path) == set()
    assert usb_ports.ports(tmp_path, tmp_path) == []
