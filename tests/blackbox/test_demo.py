"""`textback demo`: the whole product on one machine, rung by `textback simulate`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Self

import pytest

from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class Demo:
    """A running demo in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"127.0.0.1:{free_port()}"
        self.screen = folder / "screen"
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("TEXTBACK")}
        with self.screen.open("wb") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "appliance", "demo", "--listen", self.address],
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=self._environment,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def shows(self, *words: str) -> bool:
        """True when one line of the screen holds all `words`."""
        return any(all(word in line for word in words) for line in self.screen.read_text().splitlines())

    def wait_for(self, *words: str) -> None:
        wait_for(lambda: self.shows(*words), 40, f"{words} in {self.screen.read_text()!r}")

    def simulate(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "appliance", "simulate", *words],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,
            env=self._environment,
            check=False,
        )


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with Demo(tmp_path) as demo:
        demo.wait_for("textback simulate call 07700900123")
        yield demo


class Phone:
    """A browser without scripts: keeps cookies, fills forms in."""

    def __init__(self, address: str) -> None:
        self._address = f"http://{address}"
        self._cookies = urllib.request.HTTPCookieProcessor()
        self._opener = urllib.request.build_opener(self._cookies)

    def open(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        request = urllib.request.Request(
            self._address + path,
            data=urllib.parse.urlencode(form).encode() if form else None,
            headers={"Origin": self._address},
        )
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def sign_in(self, password: str) -> None:
        _, page = self.open("/")
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert token, page
        assert self.open("/login", {"csrf": token[1], "then": "/", "password": password})[0] == 200


def password_on(screen: str) -> str:
    found = re.search(r"password\s+(\S+)", screen)
    assert found, screen
    return found[1]


def test_a_simulated_call_is_seen_on_the_screen_and_on_the_page(demo: Demo) -> None:
    assert demo.shows(f"http://{demo.address}")
    phone = Phone(demo.address)
    phone.sign_in(password_on(demo.screen.read_text()))
    assert "07700 900123" not in phone.open("/calls")[1]
    before = len(demo.screen.read_text().splitlines())
    assert demo.simulate("call", "07700900123", "--rings", "2").returncode == 0

    def new_lines() -> list[str]:
        return [line.lower() for line in demo.screen.read_text().splitlines()[before:]]

    wait_for(lambda: [line for line in new_lines() if "missed call" in line], 60, "the missed call")
    wait_for(lambda: [line for line in new_lines() if "text sent" in line], 30, "the text")
    for page in ("/", "/calls"):
        assert "07700 900123" in phone.open(page)[1]


def test_the_page_shows_nothing_to_who_has_not_signed_in(demo: Demo) -> None:
    stranger = Phone(demo.address)
    for path in ("/", "/calls", "/message", "/settings", "/api/state"):
        code, page = stranger.open(path)
        assert code == 401
        assert "Dave" not in page


def test_ctrl_c_stops_all_of_it(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=20) == 0
    assert "Traceback" not in demo.screen.read_text()
    host, _, port = demo.address.partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5).close()
    assert demo.simulate("call", "07700900123").returncode == 1
