"""What the commands share: addresses, folders, and how they are found."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from appliance import __version__
from appliance.commands.common import address
from tests.commands.runner import Cli

COMMANDS = ("modem", "web", "demo", "simulate", "setup", "settings", "journal", "status")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        (":8080", ("127.0.0.1", 8080)),
        ("[::1]:8080", ("::1", 8080)),
        ("box.local:65535", ("box.local", 65535)),
        ("localhost:1", ("localhost", 1)),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, found: tuple[str, int]) -> None:
    assert address(text) == found


@pytest.mark.parametrize(
    "text", ["", "8080", "localhost", "localhost:", "localhost:0", "localhost:65536", "localhost:-1"]
)
def test_what_is_no_address_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"127\.0\.0\.1:8080"):
        address(text)


@pytest.mark.parametrize("port", ["80a", "8 0", "\u0668\u0660", "+80", "80\n", "8_0", "0x50"])
def test_a_port_is_ascii_digits_and_nothing_else(port: str) -> None:
    with pytest.raises(click.BadParameter):
        address(f"localhost:{port}")


def test_a_wrong_address_is_wrong_usage(cli: Cli) -> None:
    assert "127.0.0.1:8080" in cli.refuses("web", "--listen", "nowhere", code=2)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_listed_and_explains_itself(cli: Cli, command: str) -> None:
    assert f"  {command} " in cli.says("--help")
    assert cli.says(command, "-h").startswith(f"Usage: textback {command}")


def test_the_version_is_told(cli: Cli) -> None:
    assert __version__ in cli.says("--version")


@pytest.mark.parametrize("word", ["", "restart", "__init__", "common", "../cli"])
def test_what_is_no_command_is_wrong_usage(cli: Cli, word: str) -> None:
    assert "No such command" in cli.refuses(word, code=2)


def test_the_daemon_and_the_small_commands_load_no_web_server() -> None:
    script = (
        "import sys; from appliance.cli import textback; "
        "[textback.get_command(None, name) for name in ('modem', 'status', 'journal', 'settings')]; "
        "print(*(name for name in ('flask', 'waitress', 'web') if name in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
