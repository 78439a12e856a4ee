"""The patterns of the lights, second by second, and the hours in which they are dim."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.core.patterns import is_night, is_on, until_change
from appliance.core.states import Pattern

# (from, on?) of one whole round, and how long the round is
ROUNDS = {
    Pattern.WINK: ([(0.0, True), (1.8, False)], 2.0),
    Pattern.SLOW: ([(0.0, True), (1.0, False)], 2.0),
    Pattern.DOUBLE: ([(0.0, True), (0.15, False), (0.3, True), (0.45, False)], 1.65),
    Pattern.FLICKER: (
        [(0.0, True), (0.2, False), (0.4, True), (0.6, False), (0.8, True), (1.0, False)],
        1.8,
    ),
}


def heard(pattern: Pattern, seconds: float) -> list[tuple[float, bool]]:
    """Every change of a light in so many seconds, found by going from change to change."""
    at, changes = 0.0, [(0.0, is_on(pattern, 0.0))]
    while True:
        wait = until_change(pattern, at)
        assert wait is not None
        at += wait
        if at >= seconds - 1e-6:
            return changes
        changes.append((round(at, 6), is_on(pattern, at)))


@pytest.mark.parametrize("pattern", ROUNDS)
def test_a_blinking_light_keeps_its_times(pattern: Pattern) -> None:
    expected, length = ROUNDS[pattern]
    assert heard(pattern, length) == expected


@pytest.mark.parametrize("pattern", ROUNDS)
def test_every_round_is_like_the_first(pattern: Pattern) -> None:
    expected, length = ROUNDS[pattern]
    later = [(round(at + length, 6), on) for at, on in expected]
    assert heard(pattern, 2 * length) == expected + later


def test_a_steady_light_is_on_and_never_changes() -> None:
    assert is_on(Pattern.STEADY, 12345.6)
    assert until_change(Pattern.STEADY, 12345.6) is None


def test_a_light_that_is_off_stays_off() -> None:
    assert not is_on(Pattern.OFF, 0.0)
    assert until_change(Pattern.OFF, 0.0) is None


def test_every_pattern_is_told_apart_from_every_other_within_two_seconds() -> None:
    seen = {tuple(is_on(pattern, step / 20) for step in range(40)) for pattern in Pattern}
    assert len(seen) == len(Pattern)


@pytest.mark.parametrize("pattern", ROUNDS)
def test_no_light_flashes_more_than_three_times_in_any_second(pattern: Pattern) -> None:
    _, length = ROUNDS[pattern]
    lit = [is_on(pattern, step / 100) for step in range(int(3 * length * 100))]
    rises = [step for step in range(1, len(lit)) if lit[step] and not lit[step - 1]]
    assert all(sum(start <= rise < start + 100 for rise in rises) <= 3 for start in range(len(lit)))


@given(pattern=st.sampled_from(sorted(ROUNDS)), elapsed=st.floats(0, 1e8))
@example(pattern=Pattern.WINK, elapsed=1.9999999850988388)
def test_waiting_for_the_next_change_changes_the_light(pattern: Pattern, elapsed: float) -> None:
    wait = until_change(pattern, elapsed)
    assert wait is not None
    assert 0 < wait <= 1.8
    assert is_on(pattern, elapsed + wait + 1e-5) is not is_on(pattern, elapsed + min(wait, 1e-6) / 2)


@pytest.mark.parametrize(
    ("clock", "night"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False), ("13:00", False)],
)
def test_lights_are_dim_from_ten_at_night_to_seven(clock: str, night: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    assert is_night(datetime(2026, 11, 23, hour, minute, tzinfo=UTC)) is night
