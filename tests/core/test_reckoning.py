"""What time it is to a box whose clock may be wrong: it goes on from the last time it was sure of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.reckoning import A_STEP, Reckoning

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_AHEAD = NOON + timedelta(days=3650)
NOTHING = timedelta(0)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_sure_clock_is_believed() -> None:
    time = Reckoning()
    time.begin(NOON - timedelta(days=3))
    assert time.now(NOON, 10, sure=True) == NOON
    assert time.now(NOON + seconds(5), 15, sure=True) == NOON + seconds(5)
    assert time.stepped() == NOTHING


@pytest.mark.parametrize("wrong", [LONG_AGO, FAR_AHEAD, NOON - timedelta(hours=1)])
def test_an_unsure_one_counts_for_nothing_where_earlier_runs_reached_a_time(wrong: datetime) -> None:
    time = Reckoning()
    time.begin(NOON)
    assert time.now(wrong, 10, sure=False) == NOON
    assert time.now(wrong + seconds(90), 100, sure=False) == NOON + seconds(90)
    assert time.now(wrong - timedelta(days=9), 130, sure=False) == NOON + seconds(120)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(days=3)])
def test_the_time_a_system_kept_through_being_off_is_better_than_none(off: timedelta) -> None:
    time = Reckoning()
    time.begin(NOON)
    assert time.now(NOON + off, 10, sure=False) == NOON + off
    assert time.now(FAR_AHEAD, 20, sure=False) == NOON + off + seconds(10)


def test_a_box_that_has_reached_nothing_goes_on_from_what_the_clock_first_said() -> None:
    time = Reckoning()
    time.begin(None)
    assert time.now(LONG_AGO, 10, sure=False) == LONG_AGO
    assert time.now(FAR_AHEAD, 20, sure=False) == LONG_AGO + seconds(10)


def test_a_clock_that_is_no_longer_sure_is_reckoned_on_from_its_last_sure_time() -> None:
    time = Reckoning()
    time.begin(LONG_AGO)
    time.now(NOON, 10, sure=True)
    assert time.now(FAR_AHEAD, 70, sure=False) == NOON + seconds(60)


@pytest.mark.parametrize("by", [timedelta(hours=5), -timedelta(days=400), timedelta(days=3650)])
def test_a_step_of_the_clock_is_told_once(by: timedelta) -> None:
    time = Reckoning()
    time.now(NOON, 0, sure=True)
    assert time.now(NOON + by + seconds(60), 60, sure=True) == NOON + by + seconds(60)
    assert time.stepped() == by
    assert time.now(NOON + by + seconds(61), 61, sure=True) == NOON + by + seconds(61)
    assert time.stepped() == NOTHING


def test_learning_the_time_is_a_step() -> None:
    time = Reckoning()
    time.begin(NOON)
    time.now(LONG_AGO, 0, sure=False)
    time.now(NOON + timedelta(hours=5), 30, sure=True)
    assert time.stepped() == timedelta(hours=5) - seconds(30)


def test_a_clock_that_is_set_right_by_a_little_has_not_stepped() -> None:
    time = Reckoning()
    time.now(NOON, 0, sure=True)
    time.now(NOON + A_STEP, 0, sure=True)
    time.now(NOON, 0, sure=True)
    assert time.stepped() == NOTHING


@given(
    st.lists(
        st.tuples(st.timedeltas(-timedelta(days=9999), timedelta(days=9999)), st.floats(0, 1e6)), max_size=20
    )
)
def test_without_a_sure_clock_time_only_goes_on(readings: list[tuple[timedelta, float]]) -> None:
    time, before, monotonic = Reckoning(), NOON, 0.0
    time.begin(NOON)
    for error, passed in readings:
        monotonic += passed
        now = time.now(NOON + error, monotonic, sure=False)
        assert now >= before
        before = now
