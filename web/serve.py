"""The web server: waitress, with a deadline for every request and a cap on connections per address."""

from __future__ import annotations

import copy
import logging
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

# waitress ships no type information
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from web.guard import NO_STORE, SECURITY_HEADERS
from web.throttle import client_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from wsgiref.types import WSGIApplication

REQUEST_S: Final = 8.0  # a request has this long to arrive whole
UPLOAD_S: Final = (
    120.0  # a file from somebody signed in has this long: at the end of the garden Wi-Fi is slow
)
IDLE_S: Final = 30.0  # a kept-alive connection is closed after so long without one
PER_ADDRESS: Final = 12  # connections; a browser opens six
STOP_S: Final = 1.5  # answers on their way may finish in this time after SIGTERM
MAX_BODY: Final = 1024 * 1024  # octets
MAX_HEADER: Final = 16 * 1024  # octets
_FIRST_SOCKET: Final = 3  # sd_listen_fds(3): SD_LISTEN_FDS_START


class NoSocketError(OSError):
    """There is nothing to listen on; the text says what to do."""


class _Refusal(ErrorTask):  # type: ignore[misc]  # untyped base
    """What the server itself answers to a broken or too large request: with our headers."""

    def execute(self) -> None:
        """Write the error with the headers of every other answer."""
        self.response_headers.extend((NO_STORE, *SECURITY_HEADERS))
        super().execute()


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # untyped base
    """One request, which may be as large as `upload_limit` says once its head is known."""

    def __init__(self, adjustments: Adjustments, upload_limit: Callable[[str, str], int]) -> None:
        super().__init__(adjustments)
        self.adj: Adjustments = adjustments
        self._upload_limit = upload_limit
        self.is_upload = False

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, and see what the body may be."""
        super().parse_header(header_plus)
        large = self.chunked or self.content_length >= self.adj.max_request_body_size
        most = self._upload_limit(str(self.path), str(self.headers.get("COOKIE", ""))) if large else 0
        if most:
            self.is_upload = True
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = most


class _Channel(HTTPChannel):  # type: ignore[misc]  # untyped base
    """One connection, which knows since when its next request has been on the way."""

    error_task_class = _Refusal

    def __init__(self, server: Server, *args: object, **kw: object) -> None:
        self.parser_class = partial(_Parser, upload_limit=server.upload_limit)
        self.begun: float | None = time.monotonic()  # None while no request is on the way
        self.heard = time.monotonic()
        super().__init__(server, *args, **kw)

    def received(self, data: bytes) -> bool:
        """Feed the parser; note when a request began. Blank lines between requests count for nothing."""
        more = bool(super().received(data))
        if data.strip():
            self.heard = time.monotonic()
            if self.request is None:
                self.begun = None
            elif self.begun is None:
                self.begun = self.heard
        return more

    def is_late(self, now: float) -> bool:
        """Say whether the client has used up its time to send a request, or to read an answer."""
        if self.begun is not None:
            uploads = self.request is not None and self.request.is_upload
            return now - self.begun > (UPLOAD_S if uploads else REQUEST_S)
        return not self.requests and now - self.heard > IDLE_S


class Server(TcpWSGIServer):  # type: ignore[misc]  # untyped base
    """Waitress, but no client can hold it: see `REQUEST_S` and `PER_ADDRESS`."""

    channel_class = _Channel

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        upload_limit: Callable[[str, str], int] = lambda _path, _cookies: 0,
    ) -> None:
        self.upload_limit = upload_limit
        self._stopping = threading.Event()
        adjustments = Adjustments(
            sockets=[listener],
            ident="",
            max_request_body_size=MAX_BODY,
            max_request_header_size=MAX_HEADER,
            connection_limit=200,
            threads=4,
        )
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(app, map={}, _sock=listener, bind_socket=False, adj=adjustments, sockinfo=where)

    def accept(self) -> tuple[socket.socket, tuple[object, ...]] | None:
        """Take a connection, unless its address has its share already."""
        pair: tuple[socket.socket, tuple[object, ...]] | None = super().accept()
        if pair is None:
            return None
        connection, address = pair
        client = client_of(str(address[0]))
        held = sum(client_of(str(c.addr[0])) == client for c in self.active_channels.values())
        if held >= PER_ADDRESS:
            connection.close()
            return None
        return pair

    def maintenance(self, now: float) -> None:
        """Nothing: waitress would measure by the wall clock, which a Pi sets while it runs. See `run`."""

    def run(self) -> None:
        """Serve until `stop`; then let the answers on their way finish, for up to `STOP_S`."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1.0, map=self._map, use_poll=True, count=1)
            self._close_late(time.monotonic())
        self.accepting = False
        deadline = time.monotonic() + STOP_S
        while self._is_answering() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.05, map=self._map, use_poll=True, count=1)
        self.task_dispatcher.shutdown(timeout=0.3)
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """End `run` from a signal handler or another thread. Nothing once it has ended."""
        self._stopping.set()
        with suppress(OSError):  # it ended by itself a moment ago, and its trigger is closed
            self.pull_trigger()

    def _is_answering(self) -> bool:
        return any(c.requests or c.total_outbufs_len for c in self.active_channels.values())

    def _close_late(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            if channel.is_late(now):
                channel.will_close = True


def handed_socket() -> socket.socket:
    """Return the socket systemd hands over (sd_listen_fds). Raises NoSocketError when there is none."""
    count = os.environ.pop("LISTEN_FDS", "")
    pid = os.environ.pop("LISTEN_PID", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or count not in {"1", "2", "3"}:
        raise NoSocketError(
            "There is nothing to listen on. Add --listen HOST:PORT, or start it through systemd."
        )
    os.set_inheritable(_FIRST_SOCKET, False)
    return socket.socket(fileno=_FIRST_SOCKET)


def listening_socket(host: str, port: int) -> socket.socket:
    """Listen on one address. Raises NoSocketError when it is taken, or not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        wrong = f"Cannot listen on port {port}. Choose another with --listen HOST:PORT."
        raise NoSocketError(wrong) from error


def serve(
    app: WSGIApplication,
    listen: tuple[str, int] | None,
    upload_limit: Callable[[str, str], int] = lambda _path, _cookies: 0,
) -> None:
    """Serve the page until SIGTERM or Ctrl-C, and stop within 2 s.

    `listen` None: the socket that systemd hands over. `upload_limit` tells by path and cookies how many
    octets a request may have, 0 for the usual. Raises NoSocketError when there is nothing to listen on.
    Belongs in the main thread: it takes the signals.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page that is asked a lot is no fault
    server = Server(app, handed_socket() if listen is None else listening_socket(*listen), upload_limit)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run()
