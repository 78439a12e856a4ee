"""What a program does to its files and says to its modem, read from strace's log of its system calls.

Every argument is printed in hexadecimal (-xx), and every descriptor with its path (-y), so that a line needs
no knowledge of the lines before it, but for the place of plain writes in their file.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,truncate,lseek,"
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A name for a new, empty file."""

    path: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes at a place in a file."""

    path: str
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """A file cut, or filled with zeros, to a size."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """fsync or fdatasync of a file has returned."""

    path: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """fsync of a folder has returned."""

    path: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A second name for a file."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """Another name for a file; one that was there before is gone."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name that is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """Bytes to something that is no file of the recorded folder: a modem, or standard output."""

    to: str
    data: bytes


Step = Made | Written | Resized | Synced | FolderSynced | Linked | Renamed | Removed | Said

_LINE = re.compile(r"\d+ +([a-z0-9_]+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_UNFINISHED = re.compile(r"(\d+) +([a-z0-9_]+\(.*) <unfinished \.\.\.>")
_RESUMED = re.compile(r"(\d+) +<\.\.\. [a-z0-9_]+ resumed>(.*)")
_DESCRIPTOR = re.compile(r"(\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r"(-?\d+)$")


def command(log: Path) -> list[str]:
    """Return the words to put before a command, so that its system calls are written to `log`."""
    traced = ("-f", "-q", "-y", "-xx", "-s", "4000000", "--seccomp-bpf", "-e", f"trace={CALLS}")
    return ["strace", "-D", *traced, "-o", str(log)]  # -D: the command keeps its process id and its signals


def read(log: Path, folder: Path, spoken_to: str) -> list[Step]:
    """Return what happened to the files below `folder`, and what was said to `spoken_to`, in order."""
    reader = _Reader(f"{folder}/", spoken_to)
    with log.open(encoding="ascii") as lines:
        return [step for line in _whole(lines) for step in reader.steps(line)]


def wait_for_the_end(log: Path) -> None:
    """Wait until strace has written all: with -D it may outlive the program it watched."""
    wait_for(lambda: "+++" in log.read_text(encoding="ascii")[-100:], 30, "strace to end")


def can_trace() -> bool:
    """Tell whether there is an strace and it may trace: some containers forbid it."""
    try:
        return subprocess.run(["strace", "-qqq", "-o", "/dev/null", "true"], check=False).returncode == 0
    except FileNotFoundError:
        return False


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Join the two halves of calls during which another thread or process made one."""
    begun: dict[str, str] = {}
    for line in lines:
        text = line.rstrip("\n")
        if half := _UNFINISHED.fullmatch(text):
            begun[half[1]] = half[2]
        elif (rest := _RESUMED.fullmatch(text)) and rest[1] in begun:
            yield f"{rest[1]} {begun.pop(rest[1])}{rest[2]}"
        else:
            yield text


def _plain(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


class _Reader:
    def __init__(self, folder: str, spoken_to: str) -> None:
        self._folder = folder
        self._spoken_to = spoken_to
        self._places: dict[str, int] = {}  # descriptor and path -> where the next plain write goes

    def steps(self, line: str) -> Iterator[Step]:
        found = _LINE.match(line)
        if found is None or int(found[3]) < 0:
            return
        call, arguments, result = found[1], found[2], int(found[3])
        if call in {"openat", "creat"}:
            yield from self._opened(arguments, result, _plain(found[4]).decode())
        elif call in {"rename", "renameat", "renameat2", "link", "linkat"}:
            yield from self._two_names(call, arguments)
        elif call in {"unlink", "unlinkat"}:
            yield from (Removed(name) for name in self._ours(arguments))
        else:
            yield from self._on_descriptor(call, arguments, result)

    def _opened(self, arguments: str, descriptor: int, path: str) -> Iterator[Step]:
        if not path.startswith(self._folder):
            return
        self._places[f"{descriptor} {path}"] = 0
        flags = arguments.rpartition('"')[2]
        if "O_CREAT" in flags:
            yield Made(path)
        if "O_TRUNC" in flags:
            yield Resized(path, 0)

    def _two_names(self, call: str, arguments: str) -> Iterator[Step]:
        names = self._ours(arguments)
        if len(names) == 2:
            yield Linked(*names) if call.startswith("link") else Renamed(*names)

    def _on_descriptor(self, call: str, arguments: str, result: int) -> Iterator[Step]:
        at = _DESCRIPTOR.match(arguments)
        if at is None or at[3]:
            return
        path = _plain(at[2]).decode(errors="replace")
        if path == self._spoken_to and call in {"write", "writev"}:
            yield Said(path, self._data(arguments)[:result])
        elif f"{path}/".startswith(self._folder) and call == "fsync" and f"{path}/" == self._folder:
            yield FolderSynced(path)
        elif path.startswith(self._folder):
            yield from self._on_file(call, arguments, result, f"{at[1]} {path}", path)

    def _on_file(self, call: str, arguments: str, result: int, place: str, path: str) -> Iterator[Step]:
        last = _NUMBER.search(arguments)
        match call:
            case "write" | "writev":
                begin = self._places.get(place, 0)
                self._places[place] = begin + result
                yield Written(path, begin, self._data(arguments)[:result])
            case "pwrite64" | "pwritev" if last:
                yield Written(path, int(last[1]), self._data(arguments)[:result])
            case "ftruncate" | "truncate" if last:
                yield Resized(path, int(last[1]))
            case "fsync" | "fdatasync":
                yield Synced(path)
            case "lseek":
                self._places[place] = result
            case _:
                pass

    def _data(self, arguments: str) -> bytes:
        return b"".join(_plain(string) for string in _STRING.findall(arguments))

    def _ours(self, arguments: str) -> list[str]:
        names = [_plain(string).decode() for string in _STRING.findall(arguments)]
        return [name for name in names if name.startswith(self._folder)]
