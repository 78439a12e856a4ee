"""The web server under clients that are slow, greedy, broken or many. Checks 13, 14, 22 and 23."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_for
from web import serve
from web.serve import NoSocketError, Server, handed_socket, listening_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask

GET = b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n"
OWNER, ATTACKER = "127.0.0.2", "127.0.0.1"
STUCK_S = 5.0  # no answer for so long is no answer


class Running:
    """A server in a thread of its own."""

    def __init__(
        self,
        app: Callable[[WSGIEnvironment, StartResponse], object],
        upload_limit: Callable[[str, str], int] = lambda _path, _cookies: 0,
    ) -> None:
        self.server = Server(app, listening_socket("127.0.0.1", 0), upload_limit)  # type: ignore[arg-type]
        self.port = int(self.server.effective_port)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()

    def connect(self, source: str = ATTACKER) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=STUCK_S, source_address=(source, 0))

    def ask(self, request: bytes, source: str = ATTACKER) -> bytes:
        """Send a request as it is and return the answer, or as much as came before the server closed."""
        with self.connect(source) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            return answer_of(connection)

    def stop(self) -> None:
        self.server.stop()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()


def answer_of(connection: socket.socket) -> bytes:
    """Read one answer, by its Content-Length or to the end."""
    read = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            read += chunk
            head, _, body = read.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                None,
            )
            if length is not None and len(body) >= length:
                break
    return read


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.fixture
def page(app: Flask) -> Iterator[Running]:
    running = Running(app)
    yield running
    running.stop()


def test_security_check_14_the_server_does_not_say_what_it_is(page: Running) -> None:
    answer = page.ask(GET)
    assert status_of(answer) == 200
    assert b"\r\nServer:" not in answer
    assert b"waitress" not in answer.lower()
    assert b"werkzeug" not in answer.lower()


def test_one_connection_may_ask_again_and_again(page: Running) -> None:
    with page.connect() as connection:
        for _ in range(3):
            connection.sendall(GET)
            assert status_of(answer_of(connection)) == 200


@pytest.mark.parametrize(
    ("request_bytes", "statuses"),
    [
        (b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n", {413}),
        (b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", {413}),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 17_000 + b"\r\n\r\n", {431}),
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {431}),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: evil.com\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\n\r\n", {400}),
        (b"GET / HTTP/1.0\r\n\r\n", {400}),
        (b"GET http://evil.com/ HTTP/1.1\r\nHost: evil.com\r\n\r\n", {400}),
        (b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nabcde", {400}),
        (b"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", {501}),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nA : b\r\n\r\n", {400}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    ],
)
def test_security_checks_13_14_and_22_what_is_too_big_or_broken_is_refused_with_our_headers(
    page: Running, request_bytes: bytes, statuses: set[int]
) -> None:
    answer = page.ask(request_bytes)
    assert status_of(answer) in statuses
    for header in (
        b"Content-Security-Policy: default-src 'self'",
        b"X-Frame-Options: DENY",
        b"X-Content-Type-Options: nosniff",
        b"Referrer-Policy: no-referrer",
        b"Cache-Control: no-store",
    ):
        assert header in answer
    assert b"waitress" not in answer.lower()
    assert status_of(page.ask(GET)) == 200


def test_security_check_22_an_upload_without_a_length_is_cut_off_at_a_megabyte(page: Running) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert status_of(page.ask(head + chunk * 16)) == 413


def test_security_check_22_a_form_bigger_than_any_of_ours_is_refused_before_anybody_has_signed_in(
    page: Running,
) -> None:
    body = b"csrf=" + b"x" * 100_000
    head = (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    assert status_of(page.ask(head + body)) in {403, 413}


def test_an_address_has_twelve_connections_and_no_more(page: Running) -> None:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(page.connect()) for _ in range(serve.PER_ADDRESS)]
        for connection in held:
            connection.sendall(GET)
            assert status_of(answer_of(connection)) == 200
        assert page.ask(GET) == b""
        assert status_of(page.ask(GET, OWNER)) == 200
        held[0].close()
        wait_for(lambda: status_of(page.ask(GET)) == 200, what="the place of a connection that was closed")


@pytest.mark.parametrize(
    "drip",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nX: y",
        b"\r\n",
        b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx",
    ],
)
def test_a_request_that_does_not_arrive_in_time_is_cut_off(
    page: Running, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(serve, "REQUEST_S", 0.3)
    with page.connect() as connection:
        deadline = time.monotonic() + STUCK_S
        connection.settimeout(0.05)
        while time.monotonic() < deadline:
            try:
                connection.sendall(drip)
                if connection.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("the connection was still open")


def test_a_connection_that_asks_nothing_more_is_closed(
    page: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "IDLE_S", 0.2)
    with page.connect() as connection:
        connection.sendall(GET)
        assert status_of(answer_of(connection)) == 200
        assert connection.recv(1) == b""


@pytest.mark.parametrize("seconds", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_security_check_23_110_slow_clients_at_one_address_do_not_keep_another_waiting(
    page: Running, seconds: int
) -> None:
    stop = threading.Event()

    def drip() -> None:
        held: list[socket.socket] = []
        while not stop.wait(0.1):
            with contextlib.suppress(OSError):
                while len(held) < 110:
                    held.append(page.connect())
            for connection in list(held):
                try:
                    connection.sendall(b"X")
                except OSError:
                    held.remove(connection)
                    connection.close()
        for connection in held:
            connection.close()

    attack = threading.Thread(target=drip)
    attack.start()
    try:
        end = time.monotonic() + seconds
        answers = 0
        while time.monotonic() < end:
            asked = time.monotonic()
            assert status_of(page.ask(GET, OWNER)) == 200
            assert time.monotonic() - asked < 2
            answers += 1
            time.sleep(0.1)
        assert answers > seconds
    finally:
        stop.set()
        attack.join()


def test_a_client_that_never_reads_its_answer_blocks_nobody(page: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(serve.PER_ADDRESS):
            stack.enter_context(page.connect()).sendall(GET * 20)
        for _ in range(5):
            assert status_of(page.ask(GET, OWNER)) == 200


def test_an_answer_on_its_way_is_finished_before_the_server_stops() -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        begun.set()
        finish.wait(STUCK_S)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    running = Running(slow)
    with running.connect() as connection:
        connection.sendall(GET)
        assert begun.wait(STUCK_S)
        running.server.stop()
        finish.set()
        assert answer_of(connection).endswith(b"done")
    running.thread.join(timeout=STUCK_S)
    assert not running.thread.is_alive()


PROGRAM = """
import sys
from web import create_app
from web.serve import serve
serve(create_app({"DATA": sys.argv[1], "RUN": sys.argv[1]}), %s)
"""


def program(listen: tuple[str, int] | None) -> str:
    return PROGRAM % repr(listen)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def serves(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=STUCK_S) as connection:
            connection.sendall(b"GET /setup HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return status_of(answer_of(connection)) == 200
    except ConnectionError:
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_when_asked_and_has_said_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", program(("127.0.0.1", port)), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(lambda: serves(port), what="the page")
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(b"GET")
            process.send_signal(stop)
            said, _ = process.communicate(timeout=STUCK_S)
        assert (process.returncode, said) == (0, b"")
    finally:
        process.kill()
        process.wait()


def test_it_serves_the_socket_that_systemd_hands_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as handed:
        port = handed.getsockname()[1]
        systemd = f"import os; os.dup2({handed.fileno()}, 3)\n"
        systemd += "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
        process = subprocess.Popen(
            [sys.executable, "-c", systemd + program(None), str(tmp_path)],
            pass_fds=[handed.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(lambda: serves(port), what="the page")
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=STUCK_S)
            assert (process.returncode, said) == (0, b"")
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize(
    "handed",
    [{}, {"LISTEN_FDS": "1", "LISTEN_PID": "1"}, {"LISTEN_FDS": "0", "LISTEN_PID": str(os.getpid())}],
)
def test_without_a_socket_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, handed: dict[str, str]) -> None:
    for name, value in handed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoSocketError, match="Add --listen HOST:PORT"):
        handed_socket()


def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NoSocketError, match=f"Cannot listen on port {port}"):
            listening_socket("127.0.0.1", port)


def test_it_listens_on_ipv6_as_well() -> None:
    with listening_socket("::1", 0) as listener:
        assert listener.family is socket.AF_INET6
