from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.hours import (
    MIDNIGHT,
    Promise,
    Span,
    clock,
    in_words,
    is_open,
    longest_promise,
    next_opening,
    opens_at,
    parse_span,
    past_in_words,
    promise_time,
)
from appliance.core.settings import Hours, Nation, Settings

LONDON = ZoneInfo("Europe/London")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def box(promise: Promise = Promise.TWO_HOURS, **days: str) -> Settings:
    """Settings of a business open on the days given; with none given, on the default days."""
    return week(days, promise) if days else Settings(promise=promise)


def week(days: Mapping[str, str], promise: Promise = Promise.TWO_HOURS) -> Settings:
    """Settings of a business closed on all days but those given."""
    hours = Hours.model_validate(dict.fromkeys(DAYS, "closed") | dict(days))
    return Settings(promise=promise, hours=hours, nation=Nation.NONE)


ALL_DAY = week(dict.fromkeys(DAYS, "00:00-24:00"))
NEVER = week({})


# 23 November 2026 is a Monday.
@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-11-23 13:00", "3pm"),
        ("2026-11-23 13:10", "3:30pm"),
        ("2026-11-23 13:30", "3:30pm"),
        ("2026-11-23 13:30:01", "4pm"),
        ("2026-11-23 09:45", "12pm"),
        ("2026-11-23 05:00", "8am"),  # before opening
        ("2026-11-23 06:00", "8am"),
        ("2026-11-23 06:10", "8:30am"),
        ("2026-11-23 16:00", "6pm"),  # closing time itself
        ("2026-11-23 16:01", "8am tomorrow"),
        ("2026-11-23 19:00", "8am tomorrow"),
        ("2026-11-23 23:59", "8am tomorrow"),
        ("2026-11-27 17:00", "8am on Monday"),  # Friday evening
        ("2026-11-28 12:00", "8am on Monday"),  # Saturday
        ("2026-11-29 12:00", "8am tomorrow"),  # Sunday
        ("2026-11-29 23:30", "8am tomorrow"),
    ],
)
def test_the_promise_is_rounded_up_and_kept_inside_opening_hours(now: str, promised: str) -> None:
    assert promise_time(box(), local(now)) == promised


@pytest.mark.parametrize(
    ("promise", "promised"),
    [
        (Promise.ONE_HOUR, "2:30pm"),
        (Promise.TWO_HOURS, "3:30pm"),
        (Promise.FOUR_HOURS, "5:30pm"),
        (Promise.TODAY, "6pm"),
    ],
)
def test_each_promise_has_its_length(promise: Promise, promised: str) -> None:
    assert promise_time(box(promise), local("2026-11-23 13:10")) == promised


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-11-23 06:00", "6pm"),
        ("2026-11-23 17:59", "6pm"),
        ("2026-11-23 18:00", "8am tomorrow"),
        ("2026-11-27 18:00", "8am on Monday"),
        ("2026-11-28 10:00", "8am on Monday"),
    ],
)
def test_today_means_by_closing_time_or_else_the_next_opening(now: str, promised: str) -> None:
    assert promise_time(box(Promise.TODAY), local(now)) == promised


def test_rounding_never_runs_past_an_odd_closing_time() -> None:
    assert promise_time(box(mon="08:00-17:45"), local("2026-11-23 15:40")) == "5:45pm"


def test_an_odd_opening_time_is_promised_as_it_is() -> None:
    assert promise_time(box(tue="07:15-17:45"), local("2026-11-23 15:40")) == "7:15am tomorrow"


def test_a_promise_a_week_away_or_more_names_the_date() -> None:
    assert promise_time(box(mon="09:00-12:00"), local("2026-12-07 13:00")) == "9am on Mon 14 Dec"
    assert promise_time(box(mon="09:00-12:00"), local("2026-12-08 13:00")) == "9am on Monday"


def test_a_business_that_never_closes_promises_across_midnight() -> None:
    assert promise_time(ALL_DAY, local("2026-11-23 23:10")) == "1:30am tomorrow"
    assert promise_time(ALL_DAY, local("2026-11-23 21:40")) == "midnight"


def test_with_no_day_open_the_promise_is_simply_kept() -> None:
    assert promise_time(NEVER, local("2026-11-23 13:10")) == "3:30pm"
    assert (
        promise_time(NEVER.model_copy(update={"promise": Promise.TODAY}), local("2026-11-23 13:10"))
        == "3:30pm"
    )
    assert next_opening(NEVER, local("2026-11-23 13:10")) is None
    assert opens_at(NEVER, local("2026-11-23 13:10")) is None


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        # Clocks go forward at 1am on 29 March: two hours after half past midnight it is half past three.
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "3:30am"),
        # Clocks go back at 2am on 25 October: two hours after 00:30 BST it is 01:30 GMT.
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "1:30am"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2:30am"),
    ],
)
def test_two_hours_are_two_hours_when_the_clocks_change(now: datetime, promised: str) -> None:
    assert promise_time(ALL_DAY, now.astimezone(LONDON)) == promised


def test_opening_hours_are_by_the_clock_on_the_wall_when_the_clocks_change() -> None:
    assert promise_time(box(sun="08:00-18:00"), local("2026-03-28 19:00")) == "8am tomorrow"
    assert promise_time(box(sun="08:00-18:00"), local("2026-10-24 19:00")) == "8am tomorrow"
    opening = next_opening(box(sun="08:00-18:00"), local("2026-10-24 19:00"))
    assert opening == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "open_now"),
    [
        ("2026-11-23 07:59:59", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 17:59:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 12:00", False),
    ],
)
def test_open_from_opening_time_up_to_closing_time(now: str, open_now: bool) -> None:
    assert is_open(box(), local(now)) is open_now


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 06:00", "8am"),
        ("2026-11-23 08:00", "8am tomorrow"),
        ("2026-11-27 18:00", "8am on Monday"),
    ],
)
def test_the_next_opening_in_words(now: str, opens: str) -> None:
    assert opens_at(box(), local(now)) == opens


def test_next_opening_crosses_a_whole_week() -> None:
    assert opens_at(box(mon="09:00-12:00"), local("2026-12-07 13:00")) == "9am on Mon 14 Dec"


spans = st.one_of(
    st.just("closed"),
    st.tuples(st.integers(0, MIDNIGHT), st.integers(0, MIDNIGHT))
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: str(Span(min(ends), max(ends)))),
)
weeks = st.lists(spans, min_size=7, max_size=7).filter(lambda days: set(days) != {"closed"})
moments = st.datetimes(
    min_value=datetime.fromisoformat("2026-01-01"),
    max_value=datetime.fromisoformat("2028-01-01"),
    timezones=st.just(UTC),
)


@given(weeks, st.sampled_from(Promise), moments)
def test_any_week_any_promise_any_moment(days: list[str], promise: Promise, moment: datetime) -> None:
    settings = week(dict(zip(DAYS, days, strict=True)), promise)
    check_promise(settings, moment.astimezone(LONDON), longest_promise(settings))


def check_promise(settings: Settings, now: datetime, longest: str) -> None:
    """Read the promise as the caller does, and compare it with the hours the settings say."""
    words = promise_time(settings, now)
    assert len(words) <= len(longest), (now, words, longest)
    day, minutes = read(words, now)
    span, next_span = settings.hours.span(day.weekday()), settings.hours.span((day.weekday() + 1) % 7)
    opens_at_midnight = minutes == MIDNIGHT and next_span is not None and next_span.opens == 0
    assert opens_at_midnight or (span is not None and span.opens <= minutes <= span.closes), (now, words)
    # A wall clock that reads 1:30 twice a year may mean the later one.
    promised = (day + timedelta(minutes=minutes)).replace(tzinfo=LONDON, fold=1)
    assert promised.astimezone(UTC) >= now.astimezone(UTC), (now, words)


def read(words: str, now: datetime) -> tuple[datetime, int]:
    """Return the day that the words name, as midnight without a zone, and the minutes after it."""
    time, _, rest = words.partition(" ")
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    match rest.split():
        case []:
            day = today
        case ["tomorrow"]:
            day = today + timedelta(days=1)
        case ["on", name]:
            day = next(
                d for d in (today + timedelta(days=n) for n in range(2, 7)) if d.strftime("%A") == name
            )
        case _:
            days = (today + timedelta(days=n) for n in range(7, 367))
            day = next(d for d in days if f"on {d:%a} {d.day} {d:%b}" == rest)
    if time == "midnight":
        return day, MIDNIGHT
    hour, _, minute = time[:-2].partition(":")
    return day, int(hour) % 12 * 60 + int(minute or 0) + (12 * 60 if time.endswith("pm") else 0)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-18:00", Span(480, 1080)),
        ("8:00-18:00", Span(480, 1080)),
        ("08:00 - 18:00", Span(480, 1080)),
        ("08:00\u201318:00", Span(480, 1080)),
        (" 08:00-18:00 ", Span(480, 1080)),
        ("00:00-24:00", Span(0, MIDNIGHT)),
        ("closed", None),
        ("Closed", None),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, span: Span | None) -> None:
    assert parse_span(text, "Tuesday") == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8",
        "8-18",
        "08:00",
        "08:60-18:00",
        "24:00-24:00",
        "08:00-24:01",
        "08:00-25:00",
        "\u0660\u0668:00-18:00",
        "open",
    ],
)
def test_hours_that_make_no_sense_are_answered_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Write the hours of Tuesday like 08:00-18:00, or closed\.$"):
        parse_span(text, "Tuesday")


@pytest.mark.parametrize("text", ["18:00-08:00", "08:00-08:00", "12:30-12:00"])
def test_closing_before_opening_is_said_to_be_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Closing time must be after opening time on Tuesday\.$"):
        parse_span(text, "Tuesday")


@pytest.mark.parametrize(
    ("time", "words"),
    [("00:00", "midnight"), ("00:30", "12:30am"), ("09:00", "9am"), ("12:00", "12pm"), ("14:40", "2:40pm")],
)
def test_a_time_of_day_in_words(time: str, words: str) -> None:
    assert clock(local(f"2026-11-23 {time}")) == words


def test_a_moment_is_told_in_the_zone_of_now() -> None:
    assert in_words(datetime(2026, 6, 1, 13, 0, tzinfo=UTC), local("2026-06-01 09:00")) == "2pm"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23 08:10", "at 8:10am"),
        ("2026-11-22 16:10", "yesterday at 4:10pm"),
        ("2026-11-22 00:00", "yesterday at midnight"),
        ("2026-11-17 16:00", "on Tuesday at 4pm"),
        ("2026-11-16 16:00", "on Mon 16 Nov at 4pm"),
        ("2025-11-03 09:30", "on Mon 3 Nov at 9:30am"),
    ],
)
def test_a_time_gone_by_in_words(moment: str, words: str) -> None:
    assert past_in_words(local(moment), local("2026-11-23 09:00")) == words


def test_a_time_gone_by_is_told_in_the_zone_of_now() -> None:
    assert past_in_words(datetime(2026, 5, 31, 23, 30, tzinfo=UTC), local("2026-06-01 09:00")) == "at 12:30am"
