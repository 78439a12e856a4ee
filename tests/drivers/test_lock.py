"""One daemon for one data folder, and a lock that no crash can leave behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.drivers.lock import AlreadyRunning, is_held, sole_daemon

HOLDER = """
import sys
from pathlib import Path
from appliance.drivers.lock import sole_daemon
with sole_daemon(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_daemon_is_told_of_the_first(tmp_path: Path) -> None:
    with (
        sole_daemon(tmp_path),
        pytest.raises(AlreadyRunning, match=r"Stop it first\.$") as refused,
        sole_daemon(tmp_path),
    ):
        pytest.fail("both hold the folder")
    assert str(tmp_path) in str(refused.value)


def test_two_folders_are_two_boxes(tmp_path: Path) -> None:
    with sole_daemon(tmp_path / "one"), sole_daemon(tmp_path / "two"):
        pass


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with sole_daemon(tmp_path / "data"):
        pass
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_daemon_that_ends_well_or_badly_lets_the_folder_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), sole_daemon(tmp_path):
        _ = 1 / 0
    with sole_daemon(tmp_path):
        pass


def test_a_daemon_that_is_killed_lets_the_folder_go(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning), sole_daemon(tmp_path):
            pytest.fail("both hold the folder")
        other.kill()
    with sole_daemon(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with sole_daemon(tmp_path / "file" / "data"):
        reached = True
    assert reached


def test_what_fails_inside_such_a_folder_is_still_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ZeroDivisionError), sole_daemon(tmp_path / "file" / "data"):
        _ = 1 / 0


def test_whether_a_daemon_holds_the_folder_can_be_asked_without_making_anything(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    assert not is_held(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []
    with sole_daemon(tmp_path):
        assert is_held(tmp_path)
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_asking_does_not_keep_a_daemon_out(tmp_path: Path) -> None:
    with sole_daemon(tmp_path):
        pass
    assert not is_held(tmp_path)
    with sole_daemon(tmp_path):
        pass


def test_a_lock_that_may_not_be_looked_at_is_not_taken_for_a_free_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_path: Path, _flags: int) -> int:
        raise PermissionError

    monkeypatch.setattr("os.open", forbidden)
    with pytest.raises(PermissionError):
        is_held(tmp_path)
