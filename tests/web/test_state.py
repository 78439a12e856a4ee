"""The state of the box as the page says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.health import State
from appliance.core.settings import Settings, with_value
from appliance.drivers.status_file import StatusFile
from tests.web.fakes import Box
from web.state import UNREACHABLE, shown, tone
from web.words import Tone

if TYPE_CHECKING:
    from appliance.drivers.status_file import Status

NOW = datetime(2026, 11, 26, 14, 12, tzinfo=UTC)


@pytest.fixture
def ready(box: Box) -> Status:
    return status(box, State.READY)


def status(box: Box, state: State) -> Status:
    box.status(state)
    read = StatusFile(box.run).read(box.clock.now())
    assert read is not None
    return read


def paused(settings: Settings, by: timedelta = timedelta(hours=2)) -> Settings:
    return with_value(settings, "paused_until", (NOW + by).isoformat())


def test_no_status_is_a_daemon_out_of_reach() -> None:
    said = shown(None, Settings(), NOW)
    assert (said.state, said.tone) == (UNREACHABLE, Tone.BAD)
    assert said.headline == "Can't reach the phone part."


def test_a_pause_is_shown_before_the_daemon_knows_of_it(ready: Status) -> None:
    said = shown(ready, paused(Settings()), NOW)
    assert (said.state, said.tone, said.headline) == ("PAUSED", Tone.WAIT, "Paused until 4:12pm.")
    assert said.detail == "Missed calls are listed but get no text."


def test_the_end_of_a_pause_is_shown_before_the_daemon_knows_of_it(box: Box) -> None:
    said = shown(status(box, State.PAUSED), Settings(), NOW)
    assert said.headline == "No longer paused."


def test_a_pause_in_the_past_is_none(ready: Status) -> None:
    assert shown(ready, paused(Settings(), timedelta(seconds=-1)), NOW).state == "READY"


@pytest.mark.parametrize("state", [state for state in State if state.needs_owner])
def test_what_needs_the_owner_is_red_and_no_pause_covers_it(box: Box, state: State) -> None:
    said = shown(status(box, state), paused(Settings()), NOW)
    assert (said.state, said.tone) == (state, Tone.BAD)


def test_only_a_box_that_texts_is_green() -> None:
    assert {state for state in State if tone(state) is Tone.GOOD} == {
        State.READY,
        State.RINGING,
        State.TEXTING,
    }
