"""What the button on the box does to the box."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.core.button import Action
from appliance.core.health import State
from appliance.core.policy import TEXT, Reason
from tests.daemon_rig import DaemonRig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    return DaemonRig(tmp_path, monkeypatch)


def press(rig: DaemonRig, action: Action = Action.PAUSE) -> Callable[[], None]:
    return lambda: rig.daemon.press(action)


def test_held_for_three_seconds_it_pauses_for_two_hours(rig: DaemonRig) -> None:
    rig.at(10, press(rig)).ring(20).run(60)
    paused_until = rig.settings.load().paused_until
    assert paused_until is not None
    assert timedelta(hours=1.9) < paused_until - rig.clock.now() < timedelta(hours=2)
    assert [call.verdict for call in rig.calls] == [Reason.PAUSED]
    assert State.PAUSED in rig.states


def test_held_again_it_ends_the_pause(rig: DaemonRig) -> None:
    rig.at(10, press(rig)).at(15, press(rig)).ring(20).run(60)
    assert rig.settings.load().paused_until is None
    assert [call.verdict for call in rig.calls] == [TEXT]


def test_a_press_is_obeyed_at_once_and_written_down(rig: DaemonRig) -> None:
    rig.at(10.3, press(rig)).run(10.4)
    assert "button_pause" in rig.event_names
    assert rig.settings.load().paused_until is not None


@pytest.mark.parametrize("action", [Action.WIFI, Action.CLEAR_PASSWORD])
def test_what_the_button_cannot_do_yet_changes_nothing(rig: DaemonRig, action: Action) -> None:
    before = rig.settings.load()
    rig.at(10, press(rig, action)).ring(20).run(60)
    assert rig.settings.load() == before
    assert [call.verdict for call in rig.calls] == [TEXT]


def test_any_press_lets_the_setup_code_in_while_nobody_has_a_password(rig: DaemonRig) -> None:
    rig.at(10, press(rig, Action.SHOW)).run(20)
    assert rig.doorman.setup_code.seconds_left() == 890


def test_held_for_twenty_seconds_it_clears_the_password_and_the_box_goes_on_texting(rig: DaemonRig) -> None:
    rig.doorman.access.claim("three blue mugs")
    rig.at(10, press(rig, Action.CLEAR_PASSWORD)).ring(20).run(60)
    assert not rig.doorman.access.has_password()
    assert rig.doorman.setup_code.seconds_left() > 0
    assert [call.verdict for call in rig.calls] == [TEXT]


def test_a_restart_that_the_page_asks_for_resets_the_modem_once(rig: DaemonRig) -> None:
    rig.at(30, rig.doorman.requests.ask_restart).ring(80).run(140)
    assert rig.event_names.count("restart_asked") == 1
    assert [line for _, line in rig.modem.commands if "CFUN=1,1" in line] == ["AT+CFUN=1,1"]
    assert len(rig.ports) == 2
    assert [call.verdict for call in rig.calls] == [TEXT]


def test_a_restart_waits_till_the_phone_has_stopped_ringing(rig: DaemonRig) -> None:
    rig.ring(20).at(21, rig.doorman.requests.ask_restart).run(100)
    assert [call.verdict for call in rig.calls] == [TEXT]
    assert "restart_asked" in rig.event_names


def test_settings_that_cannot_be_changed_leave_the_box_at_work(rig: DaemonRig) -> None:
    def spoil() -> None:
        for name in ("settings.json", "settings.json.bak"):
            (rig.data / name).write_text("{")

    rig.at(9, spoil).at(10, press(rig)).ring(20).run(60)
    assert [call.verdict for call in rig.calls] == [TEXT]
