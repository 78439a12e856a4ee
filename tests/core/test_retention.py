"""To forget is final: a clock that is ten years ahead must be borne out before anything is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.hours import LONDON
from appliance.core.retention import BORNE_OUT, Believed, forget_before, from_mark, next_belief, to_mark

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN_YEARS = 3652 * DAY


def after(before: Believed | None, *steps: tuple[datetime, timedelta]) -> Believed:
    """Return what is believed after these readings of the clock, and the work since the one before."""
    for now, worked in steps:
        before = next_belief(before, now, worked)
    assert before is not None
    return before


def test_the_first_time_of_all_must_be_borne_out_too() -> None:
    belief = after(None, (NOW, HOUR), (NOW + 47 * HOUR, 47 * HOUR))
    assert forget_before(belief, NOW + 47 * HOUR, 90) is None
    belief = after(belief, (NOW + 48 * HOUR, HOUR))
    assert forget_before(belief, NOW + 48 * HOUR, 90) == NOW + 48 * HOUR - 90 * DAY


def test_a_first_time_that_was_wrong_gives_way_to_the_right_one() -> None:
    for wrong in (NOW - TEN_YEARS, NOW + TEN_YEARS):
        belief = after(None, (wrong, HOUR), (NOW, HOUR), (NOW + 47 * HOUR, 47 * HOUR))
        assert belief.doubted == NOW
    assert after(belief, (NOW + 48 * HOUR, HOUR)) == Believed(NOW + 48 * HOUR)


@pytest.mark.parametrize("days", [0, 1, 6, 30, 31])
def test_a_month_without_the_box_is_believed(days: int) -> None:
    later = NOW + days * DAY
    assert forget_before(after(Believed(NOW), (later, HOUR)), later, 7) == later - 7 * DAY


@pytest.mark.parametrize("jump", [32 * DAY, 366 * DAY, TEN_YEARS])
def test_security_check_36_nothing_is_forgotten_by_a_clock_that_has_jumped_ahead(jump: timedelta) -> None:
    later = NOW + jump
    belief = after(Believed(NOW), (later, HOUR), (later + HOUR, HOUR))
    assert forget_before(belief, later, 90) is None
    assert belief.at == NOW


def test_a_jump_is_believed_once_the_box_has_worked_with_it_for_two_days() -> None:
    later = NOW + TEN_YEARS
    belief = after(Believed(NOW), *((later + hours * HOUR, HOUR) for hours in range(48)))
    assert forget_before(belief, later, 90) is None
    belief = after(belief, (later + 48 * HOUR, HOUR))
    assert belief == Believed(later + 48 * HOUR)


def test_the_work_may_be_spread_over_many_starts() -> None:
    later = NOW + 100 * DAY  # a box that lay in a drawer, and is switched on for eight hours a day
    belief = Believed(NOW)
    for day in range(7):
        for hour in range(8):
            worked = HOUR if hour else timedelta(0)
            belief = after(from_mark(to_mark(belief)), (later + day * DAY + hour * HOUR, worked))
    assert belief.doubted is None


def test_a_clock_that_comes_back_has_done_nothing() -> None:
    belief = after(Believed(NOW), (NOW + TEN_YEARS, HOUR), (NOW + HOUR, HOUR))
    assert belief == Believed(NOW)
    assert forget_before(belief, NOW + HOUR, 90) == NOW + HOUR - 90 * DAY


def test_a_second_jump_must_be_borne_out_by_itself() -> None:
    first, second = NOW + 100 * DAY, NOW + TEN_YEARS
    belief = after(Believed(NOW), (first, HOUR), (first + HOUR, 40 * HOUR), (second, HOUR))
    assert belief == Believed(NOW, second)
    belief = after(belief, (second + HOUR, 47 * HOUR))
    assert belief.doubted == second


def test_a_clock_that_swings_between_two_wrong_times_is_never_believed() -> None:
    belief = Believed(NOW)
    for _ in range(100):
        belief = after(belief, (NOW + TEN_YEARS, HOUR), (NOW + 200 * DAY, HOUR))
        assert belief.doubted is not None


@pytest.mark.parametrize("year", [1970, 2024])
def test_security_check_36_a_clock_in_the_past_forgets_less_and_is_believed(year: int) -> None:
    past = datetime(year, 1, 1, tzinfo=UTC)
    belief = after(Believed(NOW), (past, HOUR))
    assert belief == Believed(past)
    assert forget_before(belief, past, 90) == past - 90 * DAY
    assert after(belief, (NOW, HOUR)).doubted == NOW  # the way back is a jump as well


@pytest.mark.parametrize(
    "local",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=LONDON),  # an hour that never was
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON),  # and one that came twice
        datetime(2028, 2, 29, 12, 0, tzinfo=LONDON),
        datetime(2027, 1, 1, 0, 0, tzinfo=LONDON),
    ],
)
def test_summer_time_and_leap_days_are_days_like_others(local: datetime) -> None:
    now = local.astimezone(UTC)
    belief = after(Believed(now - DAY), (now, HOUR))
    assert forget_before(belief, now, 7) == now - 7 * 24 * HOUR


def test_an_idle_box_does_not_write_down_every_day() -> None:
    belief = Believed(NOW)
    marks = {to_mark(after(belief, (NOW + day * DAY, DAY))) for day in range(7)}
    assert marks == {to_mark(belief)}
    assert to_mark(after(belief, (NOW + 7 * DAY, DAY))) != to_mark(belief)


@given(
    at=st.datetimes(timezones=st.just(UTC)),
    doubted=st.none() | st.datetimes(timezones=st.just(UTC)),
    hours=st.integers(0, 47),
)
def test_a_belief_lasts_over_a_restart(at: datetime, doubted: datetime | None, hours: int) -> None:
    belief = Believed(at, doubted, hours * HOUR)
    assert from_mark(to_mark(belief)) == belief


@pytest.mark.parametrize(
    "mark",
    [
        None,
        "",
        "soon",
        "2026-11-23T10:00:00+00:00",
        "2026-11-23T10:00:00 - 0",
        "2026-11-23T10:00:00+00:00 x 0",
    ],
)
def test_a_mark_that_cannot_be_read_is_none(mark: str | None) -> None:
    assert from_mark(mark) is None


@given(readings=st.lists(st.tuples(st.integers(-40_000, 40_000), st.integers(0, 40)), max_size=60))
def test_nothing_more_than_a_month_ahead_is_believed_before_two_days_of_work(
    readings: list[tuple[int, int]],
) -> None:
    belief, worked = Believed(NOW), timedelta(0)
    for hours, work in readings:
        worked += work * HOUR
        before, belief = belief, next_belief(belief, NOW + hours * HOUR, work * HOUR)
        ahead = belief.at - before.at > 31 * DAY
        assert not ahead or worked >= BORNE_OUT
