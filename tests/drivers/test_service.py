"""What systemd hears of the daemon, and that nobody else hears anything."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["in a folder", "abstract"])
def systemd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    name = "@textback-test" + str(id(request)) if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield listening


def test_systemd_hears_that_the_daemon_is_ready_alive_and_stopping(systemd: socket.socket) -> None:
    service = Service()
    service.ready()
    service.watchdog()
    service.stopping()
    assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_what_the_daemon_does_is_said_in_one_line(systemd: socket.socket) -> None:
    Service().status("Ready.\nREADY=1\r\n Missed calls\tget a text.")
    assert systemd.recv(100) == b"STATUS=Ready. READY=1 Missed calls get a text."


@pytest.mark.parametrize("address", [None, "", "/nowhere/notify", "@textback-nobody-listens"])
def test_where_nobody_listens_nothing_happens(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    service = Service()
    service.ready()
    service.status("Ready.")


def test_a_systemd_that_does_not_listen_holds_nobody_up(systemd: socket.socket) -> None:
    service = Service()
    for _ in range(5000):  # far more than the socket holds
        service.watchdog()
    assert systemd.recv(100) == b"WATCHDOG=1"
