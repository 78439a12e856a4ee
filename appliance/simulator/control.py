"""How a running emulated modem is told what shall happen: a Unix socket, one JSON object a line."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

Reply = dict[str, object]
Finish = Callable[[], Reply | None]  # asked again and again until it has a reply
LONGEST_LINE = 65_536


class SimulatorError(Exception):
    """The emulated modem is not there, or cannot do what it was told. The text is a sentence for people."""


def send(path: Path, command: Mapping[str, object], timeout: float = 60.0) -> Reply:
    """Tell the emulated modem that listens at `path`, and return its reply. `timeout` in seconds.

    SimulatorError when nobody listens there, when no reply comes in time, and when the reply is a refusal.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout)
        try:
            with _short_name(path) as name:
                line.connect(name)
            line.sendall(json.dumps(dict(command)).encode() + b"\n")
            with line.makefile("rb") as replies:
                said = replies.readline()
        except TimeoutError as error:
            raise SimulatorError("The emulated modem does not reply. Stop it and start it again.") from error
        except OSError as error:
            raise SimulatorError(f"No emulated modem listens at {path}. Start one first.") from error
    try:
        reply = json.loads(said)
    except ValueError as error:
        raise SimulatorError("The emulated modem stopped before it replied. Start it again.") from error
    if not isinstance(reply, dict) or reply.get("ok") is not True:
        why = reply.get("error") if isinstance(reply, dict) else None
        raise SimulatorError(str(why or "The emulated modem's reply makes no sense."))
    return reply


@contextmanager
def _short_name(path: Path) -> Iterator[str]:
    """Yield a name for the socket that fits the 108 bytes of sockaddr_un, however deep its folder is."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class _Client:
    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self.line = line
        self.unread = b""
        self.unfinished: Finish | None = None

    def reply(self, reply: Reply) -> None:
        """Send one line; a client who does not read loses it."""
        with suppress(OSError):
            self.line.sendall(json.dumps(reply).encode() + b"\n")


class ControlServer:
    """Listens at a path. `obey` takes each command, and replies now or says how to find out later."""

    def __init__(self, path: Path, obey: Callable[[dict[str, object]], Reply | Finish]) -> None:
        self._path = path
        self._obey = obey
        self._clients: list[_Client] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._bind()
        except BaseException:
            self._listener.close()
            raise

    def filenos(self) -> list[int]:
        """Return the descriptors to wait on."""
        return [self._listener.fileno(), *(client.line.fileno() for client in self._clients)]

    def serve(self) -> None:
        """Take new clients, read what they say, reply to what is finished."""
        with suppress(BlockingIOError):
            self._clients.append(_Client(self._listener.accept()[0]))
        self._clients = [client for client in self._clients if self._serve(client)]

    def close(self) -> None:
        """Hang up on everybody and remove the socket."""
        for client in self._clients:
            client.line.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _bind(self) -> None:
        with _short_name(self._path) as name:
            if self._path.is_socket() and not _listens(name):
                self._path.unlink()  # left behind by one that was killed
            try:
                self._listener.bind(name)
            except OSError as error:
                raise SimulatorError(f"{self._path} is in use. Is another emulated modem running?") from error
        self._path.chmod(0o600)
        self._listener.listen()
        self._listener.setblocking(False)

    def _serve(self, client: _Client) -> bool:
        """Serve one client; False when it has left."""
        try:
            said = client.line.recv(LONGEST_LINE)
        except BlockingIOError:
            pass
        except OSError:
            said = b""
        else:
            client.unread += said
            if not said or len(client.unread) > LONGEST_LINE:
                client.line.close()
                return False
        while client.unfinished is None and b"\n" in client.unread:
            line, _, client.unread = client.unread.partition(b"\n")
            outcome = self._carry_out(line)
            if isinstance(outcome, dict):
                client.reply(outcome)
            else:
                client.unfinished = outcome
        finished = client.unfinished() if client.unfinished else None
        if finished is not None:
            client.unfinished = None
            client.reply(finished)
        return True

    def _carry_out(self, line: bytes) -> Reply | Finish:
        try:
            command = json.loads(line)
        except ValueError:
            command = None
        if not isinstance(command, dict):
            return {"ok": False, "error": "A command is a JSON object on one line."}
        try:
            return self._obey(command)
        except SimulatorError as error:
            return {"ok": False, "error": str(error)}


def _listens(name: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return line.connect_ex(name) == 0
