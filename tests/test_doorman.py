"""What a press of the button and a tap on the page have the daemon do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from appliance.core.button import Action
from appliance.doorman import Doorman
from appliance.drivers.access_file import AccessFile
from appliance.drivers.request_file import RequestFile
from appliance.drivers.setup_code import SetupCode

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "three blue mugs"
A_DAY_ON = 86_400.0


@pytest.fixture
def doorman(tmp_path: Path) -> Doorman:
    data, run = tmp_path / "data", tmp_path / "run"
    return Doorman(AccessFile(data), SetupCode(data, run, lambda: A_DAY_ON), RequestFile(run))


@pytest.mark.parametrize("action", Action)
def test_any_press_lets_the_setup_code_in_on_a_box_without_an_owner(doorman: Doorman, action: Action) -> None:
    assert doorman.setup_code.seconds_left() == 0
    doorman.pressed(action)
    assert doorman.setup_code.seconds_left() == 900


@pytest.mark.parametrize("action", [Action.SHOW, Action.PAUSE, Action.WIFI])
def test_a_press_on_a_box_with_an_owner_lets_nobody_in(doorman: Doorman, action: Action) -> None:
    doorman.access.claim(PASSWORD)
    doorman.pressed(action)
    assert doorman.setup_code.seconds_left() == 0
    assert doorman.access.check(PASSWORD)


def test_held_for_20_seconds_it_clears_the_password_and_takes_the_code(doorman: Doorman) -> None:
    doorman.access.claim(PASSWORD)
    doorman.pressed(Action.CLEAR_PASSWORD)
    assert not doorman.access.has_password()
    assert doorman.access.claimed()
    assert doorman.setup_code.seconds_left() == 900


def test_a_storage_that_fails_leaves_the_daemon_at_work(
    doorman: Doorman, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "run").write_text("no folder")
    doorman.pressed(Action.SHOW)
    assert "the setup code could not be opened" in caplog.text
    assert not doorman.restart_asked()
    (tmp_path / "data").write_text("no folder")
    caplog.set_level(logging.ERROR)
    doorman.pressed(Action.CLEAR_PASSWORD)
    assert "The sign-in file could not be saved." in caplog.text


def test_a_fresh_start_is_asked_once(doorman: Doorman) -> None:
    assert not doorman.restart_asked()
    doorman.requests.ask_restart()
    assert doorman.restart_asked()
    assert not doorman.restart_asked()
