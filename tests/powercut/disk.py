"""A disk that forgets: what a power cut may leave of files, given what was written and what was synced.

The rules are the weakest that POSIX promises. Bytes are sure once fsync or fdatasync of their file has
returned; until then each sector of each write may or may not be there, in any mix. Names (made, renamed,
linked, removed) are sure once their folder was synced; until then some first ones of them are there and the
rest are not, as a file system leaves it that journals its metadata in order. A disk that lies about a sync is
not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, assert_never

from tests.powercut.recording import (
    FolderSynced,
    Linked,
    Made,
    Removed,
    Renamed,
    Resized,
    Said,
    Step,
    Synced,
    Written,
)

if TYPE_CHECKING:
    import random
    from pathlib import Path

SECTOR = 512


@dataclass(eq=False)
class _File:
    """One inode: the bytes that are sure, and the changes that are not."""

    sure: bytearray = field(default_factory=bytearray)
    pending: list[Written | Resized] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.sure, change)
        self.pending.clear()

    def after_a_cut(self, luck: random.Random | None) -> bytes:
        """Return what the file holds when the power comes back. `luck` None: every change made it."""
        left = bytearray(self.sure)
        keep = 1.0 if luck is None else luck.choice((0.0, 0.5, 0.5, 0.9, 1.0))
        for change in self.pending:
            if luck is None:
                _apply(left, change)
            elif isinstance(change, Resized):
                if luck.random() < keep:
                    _apply(left, change)
            else:
                for sector in _sectors(change):
                    if luck.random() < keep:
                        _apply(left, sector)
        return bytes(left)


Names = dict[str, _File]
_NameStep = tuple[str, "_File | None"]  # a name and what it stands for now, None when it is gone


class Disk:
    """The files of one folder, step by step."""

    def __init__(self) -> None:
        self._names: Names = {}
        self._sure: Names = {}
        self._pending: list[tuple[_NameStep, ...]] = []

    @classmethod
    def holding(cls, folder: Path) -> Disk:
        """Return a disk on which all that `folder` holds now is sure."""
        disk = cls()
        for path in folder.iterdir():
            if path.is_file():
                disk._names[str(path)] = _File(bytearray(path.read_bytes()))
        disk._sure = dict(disk._names)
        return disk

    def take(self, step: Step) -> None:
        """Let one step happen."""
        match step:
            case Made(path):
                if path not in self._names:
                    self._rename(((path, _File()),))
            case Written(path) | Resized(path):
                if path in self._names:
                    self._names[path].pending.append(step)
            case Synced(path):
                if path in self._names:
                    self._names[path].sync()
            case FolderSynced():
                self._sure = dict(self._names)
                self._pending.clear()
            case Linked(old, new):
                self._rename(((new, self._names[old]),))
            case Renamed(old, new):
                self._rename(((new, self._names[old]), (old, None)))
            case Removed(path):
                if path in self._names:
                    self._rename(((path, None),))
            case Said():
                pass
            case _:
                assert_never(step)

    def _rename(self, change: tuple[_NameStep, ...]) -> None:
        """One change of names, which happens whole or not at all (rename(2) is atomic)."""
        _follow(self._names, change)
        self._pending.append(change)

    def after_a_cut(self, luck: random.Random | None, *, into: Path) -> None:
        """Write to the folder `into` what is left; `luck` None: nothing that was written is lost."""
        names = dict(self._sure)
        kept = len(self._pending) if luck is None else luck.randint(0, len(self._pending))
        for change in self._pending[:kept]:
            _follow(names, change)
        into.mkdir(mode=0o700)
        for path, file in names.items():
            content = file.after_a_cut(luck)
            (into / path.rpartition("/")[2]).write_bytes(content)


def _follow(names: Names, change: tuple[_NameStep, ...]) -> None:
    for name, file in change:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _apply(content: bytearray, change: Written | Resized) -> None:
    match change:
        case Written(_, at, data):
            if len(content) < at:
                content.extend(bytes(at - len(content)))
            content[at : at + len(data)] = data
        case Resized(_, size):
            del content[size:]
            content.extend(bytes(size - len(content)))


def _sectors(write: Written) -> list[Written]:
    """Part a write where the sectors of the disk end."""
    end = write.at + len(write.data)
    edges = [write.at, *range(write.at - write.at % SECTOR + SECTOR, end, SECTOR), end]
    return [
        Written(write.path, begin, write.data[begin - write.at : stop - write.at])
        for begin, stop in pairwise(edges)
        if stop > begin
    ]
