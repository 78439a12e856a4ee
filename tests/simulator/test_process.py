"""The emulated modem as a program of its own, and the socket that commands it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import serial

from appliance.simulator.control import SimulatorError, send
from tests.waiting import wait_for


@contextmanager
def running(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "appliance.simulator", "--link", str(folder / "modem")]
    process = subprocess.Popen(
        [*command, "--control", str(folder / "socket"), *options],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        wait_for(
            lambda: (folder / "socket").exists() or process.poll() is not None, what="the emulated modem"
        )
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("simulator")
    with running(folder, "--network-delay", "0.01"):
        yield folder


def tell(folder: Path, what: str, **values: object) -> dict[str, object]:
    return send(folder / "socket", {"command": what, **values}, timeout=10)


def test_a_call_rings_and_wait_returns_when_it_is_over(folder: Path) -> None:
    with serial.Serial(str(folder / "modem"), timeout=5) as port:
        tell(folder, "call", number="07700900123", rings=2, interval=0.02, wait=True)
        assert tell(folder, "status")["calls"] == 0
        assert port.read_until(b"NO CARRIER\r\n").count(b"RING") == 2


def test_a_call_returns_at_once_without_wait_and_a_second_is_engaged(folder: Path) -> None:
    tell(folder, "call", number="07700900123", rings=30, interval=1)
    assert tell(folder, "status")["calls"] == 1
    with pytest.raises(SimulatorError, match="engaged"):
        tell(folder, "call", number="07700900124")
    tell(folder, "unplug")
    tell(folder, "replug")
    wait_for(lambda: tell(folder, "status")["registration"] == 1, what="the network")


@pytest.mark.parametrize(
    ("details", "line"),
    [
        ({"withheld": True, "number": None}, b'"",128,,,,1'),
        ({"withheld": True, "validity": 3}, b'"",128,,,,3'),
        ({"number": "07700900123", "end": "vendor"}, b"MISSED_CALL: "),
        ({"number": "07700900123", "answered": True, "rings": 5, "talk": 0.02}, b"NO CARRIER"),
        (
            {"number": "447700900123", "type_of_address": 145, "clip": "before-ring"},
            b'"447700900123",145,,,,0',
        ),
        (
            {"number": "07700900123", "end": None, "interval": None, "answered_after": 0.01, "rings": 1},
            b"RING",
        ),
    ],
)
def test_calls_are_as_they_are_told(folder: Path, details: dict[str, object], line: bytes) -> None:
    with serial.Serial(str(folder / "modem"), timeout=10) as port:
        port.write(b"AT+CLIP=1\r")
        port.read_until(b"OK\r\n")
        tell(folder, "call", **{"rings": 1, "interval": 0.02, **details})
        assert port.read_until(line).endswith(line)
        port.write(b"AT+CHUP\r")
        port.read_until(b"OK\r\n")


def test_texts_signal_and_sim_are_told_too(folder: Path) -> None:
    tell(folder, "text", number="+447700900123", words="Boiler shows F28")
    assert tell(folder, "status")["stored"] == {"SM": 1, "ME": 0, "SR": 0}
    tell(folder, "no-signal")
    assert tell(folder, "status")["registration"] == 2
    assert tell(folder, "text", number="+447700900123", words="Hello")["held"] == 1
    tell(folder, "signal", quality=9)
    wait_for(lambda: tell(folder, "status")["held"] == 0, what="the held text")
    assert tell(folder, "status")["signal"] == 9
    tell(folder, "remove-sim")
    tell(folder, "insert-sim", pin="1234")
    tell(folder, "insert-sim")
    tell(folder, "registration", stat=5)
    wait_for(lambda: tell(folder, "status")["registration"] == 5, what="roaming")


def test_what_was_sent_is_listed(folder: Path) -> None:
    tell(folder, "fail-send", code=38)
    with serial.Serial(str(folder / "modem"), timeout=5) as port:
        for end in (b"+CMS ERROR: 38\r\n", b"OK\r\n"):
            port.write(b"AT+CMGS=18\r")
            port.read_until(b"> ")
            port.write(b"0001000C91447700091032000005C8329BFD06\x1a")
            assert port.read_until(end).endswith(end)
    sent = tell(folder, "sent")["sent"]
    assert isinstance(sent, list)
    assert [(one["number"], one["text"], one["complete"]) for one in sent] == [
        ("+447700900123", "Hello", True)
    ]


def test_a_hung_modem_and_a_line_of_ones_own(folder: Path) -> None:
    with serial.Serial(str(folder / "modem"), timeout=5) as port:
        tell(folder, "hang")
        assert tell(folder, "status")["hung"] is True
        tell(folder, "inject", line="NEVER")
        tell(folder, "unhang")
        tell(folder, "inject", line="NOW")
        assert b"NEVER" not in port.read_until(b"NOW\r\n")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"command": "dance"}, "knows these commands: call, text"),
        ({}, "knows these commands"),
        ({"command": "call"}, "number is missing"),
        ({"command": "call", "number": "07700900123", "rings": "three"}, "rings must be a"),
        ({"command": "call", "number": "07700900123", "rings": True}, "rings must be a"),
        ({"command": "call", "number": "07700900123", "end": "bang"}, "'bang' is not a valid End"),
        ({"command": "text", "number": "07700900123"}, "words is missing"),
        ({"command": "signal", "quality": 99}, "quality must be from 0 to 31"),
    ],
)
def test_what_makes_no_sense_is_answered_in_a_sentence(
    folder: Path, command: dict[str, object], why: str
) -> None:
    with pytest.raises(SimulatorError, match=why):
        send(folder / "socket", command)


def test_several_commands_in_one_piece_and_rubbish_between(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect(str(folder / "socket"))
        line.sendall(b'{"command":"status"}\nrubbish\n[1]\n{"command":')
        line.sendall(b'"status"}\n')
        with line.makefile("rb") as replies:
            answers = [json.loads(replies.readline()) for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, False, False, True]


def test_a_client_who_says_too_much_is_dropped(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect(str(folder / "socket"))
        with pytest.raises(ConnectionError):
            line.sendall(b"x" * 10_000_000)
    assert tell(folder, "status")["ok"] is True


def test_the_socket_is_its_owners_alone(folder: Path) -> None:
    assert (folder / "socket").stat().st_mode & 0o777 == 0o600


def test_nobody_listening_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="No emulated modem listens"):
        send(tmp_path / "socket", {"command": "status"})
    with pytest.raises(SimulatorError, match="No emulated modem listens"):
        send(tmp_path / "nowhere" / "socket", {"command": "status"})


@pytest.mark.parametrize(
    ("reply", "why"),
    [(b"", "stopped before it replied"), (b"[]\n", "makes no sense"), (b"{}\n", "makes no sense")],
)
def test_a_reply_that_is_none_is_a_sentence(tmp_path: Path, reply: bytes, why: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(1000)
                line.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SimulatorError, match=why):
            send(tmp_path / "socket", {"command": "status"})
        thread.join()


def test_a_folder_of_any_depth_will_do(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    deep.mkdir(parents=True)
    with running(deep):
        assert tell(deep, "status")["powered"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_tidies_up(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as process:
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert list(tmp_path.iterdir()) == []


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = "import subprocess, sys; subprocess.Popen(sys.argv[1:]); input()"
    command = [
        sys.executable,
        "-m",
        "appliance.simulator",
        "--exit-with-parent",
        "--link",
        str(tmp_path / "modem"),
    ]
    with subprocess.Popen([sys.executable, "-c", program, *command], stdin=subprocess.PIPE) as parent:
        wait_for((tmp_path / "modem").is_symlink, what="the emulated modem")
        parent.kill()
    wait_for(lambda: list(tmp_path.iterdir()) == [], what="the emulated modem to end")


def test_a_second_one_on_the_same_socket_is_refused(tmp_path: Path) -> None:
    with running(tmp_path):
        command = [sys.executable, "-m", "appliance.simulator", "--link", str(tmp_path / "other")]
        second = subprocess.run(
            [*command, "--control", str(tmp_path / "socket")],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert second.returncode == 1
        assert "Is another emulated modem running?" in second.stderr
        assert not (tmp_path / "other").is_symlink()
        assert tell(tmp_path, "status")["ok"] is True


def test_what_a_killed_one_left_is_no_hindrance(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        process.kill()
        process.wait(timeout=10)
    assert (tmp_path / "socket").exists()
    with running(tmp_path):
        wait_for(partial(_listens, tmp_path), what="the new one")


def _listens(folder: Path) -> bool:
    try:
        tell(folder, "status")
    except SimulatorError:
        return False
    return True
