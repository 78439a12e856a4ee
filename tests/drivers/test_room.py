"""How much room there is, and whether a write is taken."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.room import room_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sound_folder_has_room_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    found = room_of(tmp_path)
    assert found.free > 0
    assert found.trouble is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    assert room_of(tmp_path / "var/lib/textback").trouble is None
    assert list(tmp_path.iterdir()) == []


def test_a_storage_that_refuses_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    found = room_of(tmp_path)
    assert found.trouble is not None
    assert found.trouble.errno == errno.ENOSPC
    assert found.free > 0


def test_a_storage_that_cannot_even_be_asked_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", failing)
    found = room_of(tmp_path)
    assert found.free == 0
    assert found.trouble is not None
