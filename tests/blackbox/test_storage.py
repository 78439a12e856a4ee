"""Storage that takes nothing is shown, nothing goes that is not written down, and it mends itself."""

from __future__ import annotations

import resource
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.blackbox.box import Box
    from tests.foreign_modem import ForeignModem

CALLER = "07700900123"
NEEDS_THE_OWNER = 3


class SmallDisk:
    """A file system of four megabytes over a folder, which only the commands run `inside` see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mount = f"mount -t tmpfs -o size=4m,mode=700 tmpfs {folder} && echo ready && exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"
        who = ("--user", "--mount", "--preserve-credentials")
        self.inside = ("nsenter", f"--target={self._holder.pid}", *who)

    def run(self, script: str) -> None:
        """Run a shell command that sees the disk."""
        subprocess.run([*self.inside, "sh", "-c", script], check=True, cwd="/", capture_output=True)

    def close(self) -> None:
        """Let the disk go, once nobody uses it."""
        self._holder.communicate(timeout=10)


def may_mount() -> bool:
    """Tell whether this machine lets its users mount something for themselves."""
    try:
        tried = subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True)
    except OSError:
        return False
    return tried.returncode == 0


@contextmanager
def small_disk(box: Box) -> Iterator[SmallDisk]:
    """Let the box's data be on a file system of its own."""
    kept = box.folder / "kept"
    box.data.rename(kept)
    box.data.mkdir()
    disk = SmallDisk(box.data)
    try:
        disk.run(f"cp -a {kept}/. {box.data}")
        box.inside = disk.inside
        yield disk
    finally:
        box.kill()
        box.inside = ()
        disk.close()


@contextmanager
def full_disk(box: Box) -> Iterator[Callable[[], None]]:
    """Start a box whose storage is full, and give what makes room."""
    with small_disk(box) as disk:
        box.start()
        disk.run(f"dd if=/dev/zero of={disk.folder}/junk bs=4k || true")
        yield lambda: disk.run(f"rm {disk.folder}/junk")


@contextmanager
def limited_files(box: Box) -> Iterator[Callable[[], None]]:
    """Start a box whose files may not grow, but for the small status, and give what lets them."""
    box.start()
    most = resource.prlimit(box.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(box.pid, resource.RLIMIT_FSIZE, (6000, most))
    yield lambda: _let_files_grow(box.pid, most)


def _let_files_grow(pid: int, most: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def read_only(box: Box) -> Iterator[Callable[[], None]]:
    """Start a box whose storage is read-only, and give what makes it writable."""
    with small_disk(box) as disk:
        disk.run(f"mount -o remount,ro {disk.folder}")
        box.start_only()
        yield lambda: disk.run(f"mount -o remount,rw {disk.folder}")


@contextmanager
def no_journal(box: Box) -> Iterator[Callable[[], None]]:
    """Start a box that has something else where its journal should be, and give what takes it away."""
    in_the_way = box.data / "journal.sqlite3"
    in_the_way.unlink(missing_ok=True)
    in_the_way.mkdir()
    box.start_only()
    yield in_the_way.rmdir


TROUBLES = [limited_files, no_journal, *([full_disk, read_only] if may_mount() else [])]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_security_check_36_storage_that_takes_nothing_is_shown_sends_nothing_and_mends_itself(
    claimed: Box, modem: ForeignModem, trouble: Callable[[Box], AbstractContextManager[Callable[[], None]]]
) -> None:
    with trouble(claimed) as mend:
        wait_for(lambda: any("CLIP=1" in asked for asked in modem.commands), 60, "the modem to be brought up")
        modem.ring(CALLER, times=2)
        status = claimed.wait_for_status(NEEDS_THE_OWNER)
        assert (status["state"], status["lights"]["box"]) == ("STORAGE", "double")
        wait_for(lambda: modem.idle, 60, "the caller to give up")
        assert claimed.running
        assert modem.sent == []
        assert claimed.status()[1]["state"] == "STORAGE"
        mend()
        claimed.wait_until_ready()
        (text,) = claimed.wait_for_texts(1)
        (call,) = claimed.calls()
        assert (call["number"], call["verdict"], call["text_id"]) == (CALLER, "TEXT", text["id"])
        to_the_caller = [sent.text for sent in modem.sent if sent.number == "+447700900123"]
        assert to_the_caller == [text["body"]]
        assert "storage_back" in [row["state"] for row in claimed.journal() if row["kind"] == "event"]


def test_a_second_daemon_on_the_same_data_says_so_and_leaves_the_first_alone(
    box: Box, modem: ForeignModem
) -> None:
    second = box.textback("modem", "--port", str(modem.link), "--lights", "none")
    assert second.code == 1
    assert second.err.startswith("Another `textback modem` is at work on ")
    assert second.err.count("\n") == 1
    modem.ring(CALLER, times=2)
    box.wait_for_texts(1)
    assert box.running
