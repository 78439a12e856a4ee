"""Files that survive a power cut: private, locked, replaced whole."""

from __future__ import annotations

import fcntl
import os
import stat
from typing import TYPE_CHECKING

import pytest

from appliance.drivers import files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    files.private_folder(tmp_path / "var" / "data")
    files.private_folder(tmp_path / "var" / "data")
    assert stat.S_IMODE((tmp_path / "var" / "data").stat().st_mode) == 0o700


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    path.chmod(0o644)
    files.replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


def test_who_has_the_old_file_open_reads_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    with path.open("rb") as reading:
        files.replace_file(path, b"new")
        assert reading.read() == b"old"


def test_the_storage_has_the_content_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    steps: list[str] = []

    def synced(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        steps.append(f"{kind} synced, new name {'there' if path.exists() else 'not there'}")

    monkeypatch.setattr(os, "fsync", synced)
    files.replace_file(path, b"new")
    assert steps == ["file synced, new name not there", "folder synced, new name there"]


def test_a_file_in_memory_waits_for_no_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("nothing to wait for"))
    files.replace_file(tmp_path / "status.json", b"{}", lasting=False)
    assert (tmp_path / "status.json").read_bytes() == b"{}"


def test_what_a_killed_writer_left_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.with_name(".settings.json.new").write_text("half of a much longer file than the next")
    files.replace_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_link_in_the_place_of_the_new_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "somebody-else's"
    target.write_text("theirs")
    (tmp_path / ".settings.json.new").symlink_to(target)
    with pytest.raises(OSError, match="symbolic"):
        files.replace_file(tmp_path / "settings.json", b"new")
    assert target.read_text() == "theirs"


def taken(lock: Path) -> bool:
    with lock.open("rb") as another:
        try:
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_the_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with files.locked(lock):
        assert taken(lock)
    assert not taken(lock)
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_the_lock_is_free_again_after_an_accident(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), files.locked(lock):
        raise ZeroDivisionError
    assert not taken(lock)
