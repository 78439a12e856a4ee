"""What the page asks of the daemon: taken once, and by nobody after the power was cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.drivers.request_file import RequestFile

if TYPE_CHECKING:
    from pathlib import Path


def test_a_restart_is_taken_once(tmp_path: Path) -> None:
    page, daemon = RequestFile(tmp_path / "run"), RequestFile(tmp_path / "run")
    assert not daemon.take_restart()
    page.ask_restart()
    page.ask_restart()
    assert daemon.take_restart()
    assert not daemon.take_restart()
