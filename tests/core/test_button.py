"""The button: how long it is held, what the lights show meanwhile, and what letting go does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.button import POLL_S, Action, Button, action, lights_filled, step


def readings(seconds: float, *, down: bool) -> list[bool]:
    return [down] * round(seconds / POLL_S)


def acts(timeline: list[bool]) -> list[tuple[float, Action]]:
    """Every action in a timeline of readings, with the time of its reading."""
    button, seen = Button(), []
    for count, down in enumerate(timeline):
        button, act = step(button, down, count * POLL_S)
        if act is not None:
            seen.append((round(count * POLL_S, 6), act))
    return seen


def held(seconds: float) -> list[tuple[float, Action]]:
    """What comes of pressing the button after one second and letting go after so many."""
    up = readings(1, down=False)
    return acts(up + readings(seconds, down=True) + up)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.15, Action.SHOW),
        (2.9, Action.SHOW),
        (3.05, Action.PAUSE),
        (9.9, Action.PAUSE),
        (10.05, Action.WIFI),
        (19.9, Action.WIFI),
        (20.05, Action.CLEAR_PASSWORD),
        (24.9, Action.CLEAR_PASSWORD),
    ],
)
def test_how_long_it_was_held_decides(seconds: float, expected: Action) -> None:
    assert [act for _, act in held(seconds)] == [expected]


@pytest.mark.parametrize("seconds", [25.1, 60, 3600])
def test_past_25_seconds_nothing_happens(seconds: float) -> None:
    assert held(seconds) == []


@pytest.mark.parametrize("seconds", [0.5, 4, 12, 21])
def test_it_acts_when_it_is_let_go_and_not_before(seconds: float) -> None:
    [(at, _)] = held(seconds)
    assert 1 + seconds <= at <= 1 + seconds + 2 * POLL_S


def test_a_contact_that_bounces_is_one_press() -> None:
    bounce = [True, False, True, False]
    timeline = readings(1, down=False) + bounce + readings(4, down=True) + bounce + readings(1, down=False)
    assert [act for _, act in acts(timeline)] == [Action.PAUSE]


def test_a_single_stray_reading_is_no_press() -> None:
    assert acts([*readings(1, down=False), True, *readings(1, down=False)]) == []


def test_a_single_stray_reading_does_not_end_a_press() -> None:
    long = readings(2, down=True)
    timeline = readings(1, down=False) + long + [False] + long + readings(1, down=False)
    assert [act for _, act in acts(timeline)] == [Action.PAUSE]


def test_a_button_that_is_down_at_power_on_does_nothing_until_it_was_let_go() -> None:
    jammed = readings(12, down=True) + readings(1, down=False)
    assert acts(jammed) == []
    assert [act for _, act in acts(jammed + readings(4, down=True) + readings(1, down=False))] == [
        Action.PAUSE
    ]


@pytest.mark.parametrize(
    ("seconds", "lit"),
    [
        (0.0, None),
        (0.4, None),
        (0.6, 0),
        (2.9, 0),
        (3.0, 1),
        (9.9, 1),
        (10.0, 2),
        (19.9, 2),
        (20.0, 3),
        (24.9, 3),
    ],
)
def test_the_lights_fill_while_it_is_held(seconds: float, lit: int | None) -> None:
    assert lights_filled(seconds) == lit


def test_past_25_seconds_the_lights_show_the_state_again() -> None:
    assert lights_filled(25.0) is None


@given(st.floats(0.5, 24.99))
def test_the_lights_always_say_what_letting_go_would_do(seconds: float) -> None:
    by_lights = {0: Action.SHOW, 1: Action.PAUSE, 2: Action.WIFI, 3: Action.CLEAR_PASSWORD}
    lit = lights_filled(seconds)
    assert lit is not None
    assert action(seconds) is by_lights[lit]


@given(st.lists(st.booleans(), max_size=400))
def test_no_timeline_acts_oftener_than_the_button_was_let_go(timeline: list[bool]) -> None:
    releases = sum(before and not after for before, after in pairwise(timeline))
    assert len(acts(timeline)) <= releases
