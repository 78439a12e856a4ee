"""The serial port, on real ptys: what goes through, and every way it dies."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import select
import termios
import tty
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import serial

from appliance.drivers import serial_port
from appliance.drivers.serial_port import PortBusy, PortLost, SerialPort, open_port

if TYPE_CHECKING:
    from collections.abc import Iterator


class Wire:
    """Both ends of a pty: `far` is where a modem would be."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.path = os.ttyname(near)
        os.close(near)

    def says(self, data: bytes) -> None:
        os.write(self.far, data)

    def hears(self, count: int) -> bytes:
        heard = b""
        while len(heard) < count:
            assert select.select([self.far], [], [], 5)[0], "nothing came"
            heard += os.read(self.far, count - len(heard))
        return heard

    def vanishes(self) -> None:
        if self.far >= 0:
            os.close(self.far)
        self.far = -1


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.vanishes()


@pytest.fixture
def port(wire: Wire) -> Iterator[SerialPort]:
    opened = open_port(wire.path, 115200)
    yield opened
    opened.close()


def until_something_comes(port: SerialPort) -> bytes:
    assert select.select([port.fileno()], [], [], 5)[0], "nothing came"
    return port.read()


def read_on(port: SerialPort) -> None:
    for _ in range(3):
        until_something_comes(port)


def test_what_the_modem_says_is_read_whole(wire: Wire, port: SerialPort) -> None:
    wire.says(b'\r\nRING\r\n\r\n+CLIP: "07700900123",129\r\n')
    assert until_something_comes(port) == b'\r\nRING\r\n\r\n+CLIP: "07700900123",129\r\n'


def test_when_nothing_was_said_nothing_is_read_at_once(port: SerialPort) -> None:
    assert port.read() == b""


def test_every_byte_comes_through_as_it_is(wire: Wire, port: SerialPort) -> None:
    wire.says(bytes(range(256)))
    heard = b""
    while len(heard) < 256:
        heard += until_something_comes(port)
    assert heard == bytes(range(256))
    port.write(bytes(range(256)))
    assert wire.hears(256) == bytes(range(256))


def test_what_is_written_arrives_and_is_not_echoed_to_us(wire: Wire, port: SerialPort) -> None:
    port.write(b"AT+CMGS=23\r")
    assert wire.hears(11) == b"AT+CMGS=23\r"
    assert port.read() == b""


def test_the_port_knows_its_name(wire: Wire, port: SerialPort) -> None:
    assert port.name == wire.path


def test_the_port_is_set_as_a_three_wire_uart_needs_it(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> None:
    asked: dict[str, object] = {}
    real = serial.Serial

    def noted(*arguments: object, **settings: object) -> serial.Serial:
        asked.update(settings)
        opened = real(wire.path, 115200, timeout=0)
        asked["dtr"] = opened.dtr
        return opened

    monkeypatch.setattr(serial, "Serial", noted)
    open_port(wire.path, 115200).close()
    assert asked == {
        "timeout": 0,
        "write_timeout": serial_port.WRITE_TIMEOUT_S,
        "exclusive": True,
        "rtscts": False,
        "dsrdtr": False,
        "xonxoff": False,
        "dtr": True,
    }


@pytest.mark.parametrize("last_words", [b"", b"\r\nRING\r\n"])
def test_a_modem_that_goes_away_wakes_the_loop_and_loses_the_port(
    wire: Wire, port: SerialPort, last_words: bytes
) -> None:
    wire.says(last_words)
    wire.vanishes()
    with pytest.raises(PortLost, match=r"has gone\. Unplug it for 10 seconds"):
        read_on(port)


def test_writing_to_a_modem_that_went_away_loses_the_port(wire: Wire, port: SerialPort) -> None:
    wire.vanishes()
    with pytest.raises(PortLost):
        port.write(b"AT\r")


def test_a_modem_that_takes_nothing_any_more_loses_the_port(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_port, "WRITE_TIMEOUT_S", 0.05)
    port = open_port(wire.path, 115200)
    with pytest.raises(PortLost):
        port.write(b"x" * 1_000_000)
    port.close()


def test_a_port_that_is_closed_is_lost_whatever_one_tries(port: SerialPort) -> None:
    port.close()
    port.close()
    for use in (port.fileno, port.read, lambda: port.write(b"AT\r")):
        with pytest.raises(PortLost):
            use()


def test_a_dead_port_can_be_closed(wire: Wire, port: SerialPort) -> None:
    wire.vanishes()
    port.close()


@pytest.mark.parametrize(
    "error",
    [
        serial.SerialException("device reports readiness to read but returned no data"),
        serial.SerialTimeoutException("Write timeout"),
        OSError(errno.EIO, "Input/output error"),
        termios.error(errno.EIO, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
    ],
)
def test_every_way_pyserial_tells_of_a_dead_port_is_one(
    port: SerialPort, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def dies(*_: object) -> None:
        raise error

    for method in ("read", "write", "fileno"):
        monkeypatch.setattr(port._port, method, dies)
    for use in (port.fileno, port.read, lambda: port.write(b"AT\r")):
        with pytest.raises(PortLost) as lost:
            use()
        assert lost.value.__cause__ is error


def test_a_bug_is_not_taken_for_a_dead_port(port: SerialPort, monkeypatch: pytest.MonkeyPatch) -> None:
    def has_a_bug(_: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(port._port, "read", has_a_bug)
    with pytest.raises(ZeroDivisionError):
        port.read()


def test_a_port_that_another_program_uses_is_busy(wire: Wire, port: SerialPort) -> None:
    with pytest.raises(PortBusy, match=rf"^Another program uses {wire.path}\. Stop it and try again\.$"):
        open_port(wire.path, 115200)
    port.write(b"AT\r")  # and the one who has it keeps it
    assert wire.hears(3) == b"AT\r"


def test_a_port_that_is_free_again_can_be_opened(wire: Wire, port: SerialPort) -> None:
    port.close()
    again = open_port(wire.path, 115200)
    again.write(b"AT\r")
    assert wire.hears(3) == b"AT\r"
    again.close()


def test_programs_that_ask_for_no_lock_are_kept_off_a_real_port_alone(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = fcntl.ioctl

    def noted(descriptor: int, request: int, argument: bytes = b"") -> object:
        asked.append(request)
        return real(descriptor, request, argument)

    monkeypatch.setattr(fcntl, "ioctl", noted)
    open_port(wire.path, 115200).close()
    assert termios.TIOCEXCL not in asked
    monkeypatch.setattr(serial_port, "_PTY_SLAVES", range(0))
    open_port(wire.path, 115200).close()
    assert asked[-2:] == [termios.TIOCEXCL, termios.TIOCNXCL]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOENT, "There is no modem at"),
        (errno.ENODEV, "There is no modem at"),
        (errno.EACCES, "This user may not open"),
        (errno.EBUSY, "Another program uses"),
        (errno.EIO, "has gone"),
    ],
)
def test_why_a_port_cannot_be_opened_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    def refused(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PortLost, match=told) as lost:
        open_port("/dev/ttyUSB2", 115200)
    assert isinstance(lost.value, PortBusy) is (number == errno.EBUSY)


def test_a_port_that_is_not_there_is_lost() -> None:
    with pytest.raises(PortLost, match=r"^There is no modem at /dev/no-such-port\."):
        open_port("/dev/no-such-port", 115200)


def test_a_file_that_is_no_port_is_lost(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("port") / "file"
    path.touch()
    with pytest.raises(PortLost):
        open_port(str(path), 115200)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_port_that_dies_while_it_is_opened_leaves_no_descriptor_behind(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    before = open_descriptors()
    with monkeypatch.context() as patched:
        patched.setattr(serial_port, "_keep_others_out", dies)
        with pytest.raises(PortLost):
            open_port(wire.path, 115200)
    assert open_descriptors() == before
