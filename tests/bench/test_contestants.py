"""Keeping a contestant running, and leaving nothing of it behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import contestants
from bench.contestants import Contestant, NotStartedError
from tests.waiting import wait_for


class Fragile(Contestant):
    """A daemon that starts a child and ends."""

    name = "fragile"
    settle_s = 0.0

    def prepare(self) -> None:
        self.children = self.folder / "children"

    def command(self) -> list[str]:
        return ["sh", "-c", f"sleep 60 & echo $! >> {self.children}"]

    def born(self) -> list[int]:
        return [int(line) for line in self.children.read_text().split()] if self.children.exists() else []


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_one_that_ends_is_started_anew_and_its_children_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contestants, "RESTART_S", 0.1)
    with Fragile(tmp_path / "who", tmp_path / "modem") as fragile:
        fragile.start()

        def twice() -> bool:
            fragile.keep_running()
            return len(fragile.born()) >= 2

        wait_for(twice, 20, "a second start")
        first, second = fragile.born()[:2]
        assert not lives(first)
        assert fragile.deaths >= 1
    wait_for(lambda: not lives(second), 5, "the last child to be gone")


def test_one_that_never_speaks_to_the_modem_did_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contestants, "UP_S", 0.2)
    with Fragile(tmp_path / "who", tmp_path / "modem") as fragile:
        fragile.restarts = False  # type: ignore[misc] # this one alone
        fragile.start()
        with pytest.raises(NotStartedError, match="fragile did not speak"):
            fragile.await_ready(lambda: 0)
    with pytest.raises(NotStartedError, match="does not run"):
        os.kill(fragile.pid, 0)
