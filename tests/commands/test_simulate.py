"""textback simulate: what it asks of the emulated modem, and what it says when there is none."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from appliance.commands.simulator import CONTROL
from tests.commands.runner import Cli


class Listener:
    """Stands where the emulated modem would, and keeps what it was told."""

    def __init__(self, cli: Cli, reply: bytes) -> None:
        cli.run_folder.mkdir(exist_ok=True)
        self.told: list[dict[str, object]] = []
        self._reply = reply
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(cli.run_folder / CONTROL))
        self._socket.listen()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        line, _ = self._socket.accept()
        with line, line.makefile("rb") as lines:
            said = lines.readline()
            if said:
                self.told.append(json.loads(said))
                line.sendall(self._reply)

    def close(self) -> None:
        self._thread.join(10)
        self._socket.close()


@contextmanager
def listening(cli: Cli, reply: bytes = b'{"ok": true}\n') -> Iterator[Listener]:
    listener = Listener(cli, reply)
    try:
        yield listener
    finally:
        listener.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("call", "07700900123"),
            {"command": "call", "number": "07700900123", "rings": 3, "interval": None, "end": None},
        ),
        (
            ("call", "07700900123", "--rings", "2", "--interval", "0.5", "--end", "vendor", "--answered"),
            {"rings": 2, "interval": 0.5, "end": "vendor", "answered": True, "withheld": False},
        ),
        (("call", "--withheld"), {"command": "call", "number": None, "withheld": True}),
        (
            ("text", "07700900123", "Boiler shows F28"),
            {"command": "text", "number": "07700900123", "words": "Boiler shows F28"},
        ),
        (("fail-send", "38", "--times", "2"), {"command": "fail-send", "code": 38, "times": 2}),
        (("unplug",), {"command": "unplug"}),
        (("replug",), {"command": "replug"}),
        (("hang",), {"command": "hang"}),
        (("unhang",), {"command": "unhang"}),
        (("swap-sim",), {"command": "swap-sim"}),
        (("no-signal",), {"command": "no-signal"}),
        (("signal",), {"command": "signal"}),
    ],
)
def test_each_command_is_told_to_the_emulated_modem(
    cli: Cli, words: tuple[str, ...], told: dict[str, object]
) -> None:
    with listening(cli) as listener:
        cli.says("simulate", *words)
    (heard,) = listener.told
    assert heard | told == heard


def test_what_the_emulated_modem_refuses_is_one_plain_sentence(cli: Cli) -> None:
    with listening(cli, b'{"ok": false, "error": "A call is ringing already."}\n'):
        assert cli.refuses("simulate", "call", "07700900123") == "A call is ringing already."


@pytest.mark.parametrize("reply", [b"", b"nonsense\n", b"[]\n"])
def test_a_reply_that_makes_no_sense_is_one_plain_sentence(cli: Cli, reply: bytes) -> None:
    with listening(cli, reply):
        cli.refuses("simulate", "unplug")


def test_without_a_demo_it_says_how_to_start_one(cli: Cli) -> None:
    assert "textback demo" in cli.refuses("simulate", "call", "07700900123")


def test_a_demo_that_has_ended_is_no_demo(cli: Cli) -> None:
    cli.run_folder.mkdir()
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(cli.run_folder / CONTROL))
    left.close()
    cli.refuses("simulate", "call", "07700900123")


@pytest.mark.parametrize(
    "words",
    [
        ("call",),
        ("call", "07700900123", "--withheld"),
        ("call", "07700900123", "--rings", "0"),
        ("call", "07700900123", "--end", "bang"),
        ("text", "07700900123"),
        ("fail-send", "1000"),
        ("explode",),
    ],
)
def test_wrong_usage_is_told_before_anybody_is_asked(cli: Cli, words: tuple[str, ...]) -> None:
    cli.refuses("simulate", *words, code=2)
