"""Holidays and bank holidays, held against the dates that the government publishes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import bank_holiday_dates, hours
from appliance.core.bank_holidays import is_bank_holiday
from appliance.core.hours import MIDNIGHT, Promise, Span, is_open, longest_promise, opens_at, promise_time
from appliance.core.settings import Settings, from_tree
from tests.core.test_hours import DAYS, LONDON, local, read

# gov.uk/bank-holidays. Where a day falls on a weekend the Monday or Tuesday kept for it is listed.
PUBLISHED = {
    "england-wales": (
        "2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 "
        "2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 "
        "2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28"
    ),
    "scotland": (
        "2025-01-01 2025-01-02 2025-04-18 2025-05-05 2025-05-26 2025-08-04 2025-12-01 2025-12-25 2025-12-26 "
        "2026-01-01 2026-01-02 2026-04-03 2026-05-04 2026-05-25 2026-06-15 2026-08-03 2026-11-30 2026-12-25 "
        "2026-12-28 2027-01-01 2027-01-04 2027-03-26 2027-05-03 2027-05-31 2027-08-02 2027-11-30 2027-12-27 "
        "2027-12-28"
    ),
    "northern-ireland": (
        "2025-01-01 2025-03-17 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-07-14 2025-08-25 2025-12-25 "
        "2025-12-26 2026-01-01 2026-03-17 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-07-13 2026-08-31 "
        "2026-12-25 2026-12-28 2027-01-01 2027-03-17 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-07-12 "
        "2027-08-30 2027-12-27 2027-12-28"
    ),
}
# Days that are kept though they are not on the list: it names only the weekday kept for them.
CHRISTMAS = {"12-25", "12-26", "01-01"}


def published(nation: str) -> set[date]:
    return {date.fromisoformat(day) for day in PUBLISHED[nation].split()}


def days_of(*years: int) -> Iterator[date]:
    day = date(years[0], 1, 1)
    while day.year in years:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("nation", PUBLISHED)
def test_the_bank_holidays_are_those_the_government_publishes(nation: str) -> None:
    weekdays = {day for day in days_of(2025, 2026, 2027) if day.weekday() < 5}
    assert {day for day in weekdays if is_bank_holiday(day, nation)} == published(nation)


@pytest.mark.parametrize("nation", PUBLISHED)
@pytest.mark.parametrize("day", ["2027-12-25", "2027-12-26", "2028-01-01"])
def test_christmas_is_kept_on_its_own_day_too_when_that_is_a_weekend(nation: str, day: str) -> None:
    assert is_bank_holiday(date.fromisoformat(day), nation)


def test_a_business_that_works_on_bank_holidays_has_none() -> None:
    settings = from_tree({"nation": "none"})
    assert not any(is_bank_holiday(day, "none") for day in days_of(2026))
    assert is_open(settings, local("2026-12-25 10:00"))
    assert promise_time(settings, local("2026-12-24 17:00")) == "8am tomorrow"


@pytest.mark.parametrize(("year", "loaded"), [(2026, "False"), (2044, "False"), (2045, "True")])
def test_the_library_is_loaded_for_no_year_but_those_far_off(year: int, loaded: str) -> None:
    ask = f"""
import sys
from datetime import date
from appliance.core import bank_holidays
assert bank_holidays.is_bank_holiday(date({year}, 12, 25), "scotland")
print("holidays" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


@pytest.mark.parametrize(
    ("nation", "subdivision"), [("england-wales", "ENG"), ("scotland", "SCT"), ("northern-ireland", "NIR")]
)
def test_the_dates_kept_here_are_those_of_the_library(nation: str, subdivision: str) -> None:
    library = country_holidays("GB", subdiv=subdivision, years=range(2025, 2046))
    assert all(is_bank_holiday(day, nation) == (day in library) for day in days_of(*range(2025, 2046)))


def test_the_dates_kept_here_can_be_written_anew() -> None:
    script = Path(__file__).parents[2] / "scripts" / "bank_holidays.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout == Path(bank_holiday_dates.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("nation", "now", "promised"),
    [
        ("england-wales", "2026-12-24 13:10", "3:30pm"),
        ("england-wales", "2026-12-24 17:00", "8am on Tuesday"),
        ("england-wales", "2026-12-25 10:00", "8am on Tuesday"),
        ("england-wales", "2026-12-28 10:00", "8am tomorrow"),
        ("england-wales", "2026-04-02 17:00", "8am on Tuesday"),
        ("scotland", "2026-04-02 17:00", "8am on Monday"),
        ("scotland", "2026-01-01 10:00", "8am on Monday"),
        ("england-wales", "2026-01-01 10:00", "8am tomorrow"),
        ("northern-ireland", "2026-07-10 19:00", "8am on Tuesday"),
        ("england-wales", "2026-07-10 19:00", "8am on Monday"),
        ("scotland", "2026-11-29 12:00", "8am on Tuesday"),
    ],
)
def test_no_promise_is_made_for_a_bank_holiday_of_the_nation(nation: str, now: str, promised: str) -> None:
    assert promise_time(from_tree({"nation": nation}), local(now)) == promised


AWAY = from_tree({"nation": "none", "holidays": [{"from": "2026-08-10", "to": "2026-08-21"}]})


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-08-07 13:10", "3:30pm"),
        ("2026-08-07 17:00", "8am on Mon 24 Aug"),
        ("2026-08-17 10:00", "8am on Mon 24 Aug"),
        ("2026-08-18 10:00", "8am on Monday"),
        ("2026-08-23 10:00", "8am tomorrow"),
    ],
)
def test_a_promise_is_made_for_after_the_holiday(now: str, promised: str) -> None:
    assert promise_time(AWAY, local(now)) == promised


def test_the_whole_of_the_first_and_the_last_day_is_holiday() -> None:
    assert is_open(AWAY, local("2026-08-07 17:59"))
    assert not is_open(AWAY, local("2026-08-10 08:00"))
    assert not is_open(AWAY, local("2026-08-21 17:59"))
    assert is_open(AWAY, local("2026-08-24 08:00"))
    assert opens_at(AWAY, local("2026-08-20 12:00")) == "8am on Monday"


def test_holidays_that_touch_are_one() -> None:
    settings = from_tree(
        {"holidays": [{"from": "2026-09-07", "to": "2026-09-11"}, {"from": "2026-09-12", "to": "2026-09-14"}]}
    )
    assert promise_time(settings, local("2026-09-06 12:00")) == "8am on Tue 15 Sep"


def test_no_time_is_promised_where_the_business_does_not_open_within_a_year() -> None:
    settings = from_tree({"holidays": [{"from": "2026-01-01", "to": "2028-01-01"}]})
    assert promise_time(settings, local("2026-06-01 12:00")) == hours.SOON
    assert opens_at(settings, local("2026-06-01 12:00")) is None
    never_open = from_tree({"hours": dict.fromkeys(DAYS, "closed"), "holidays": settings.holidays})
    assert promise_time(never_open, local("2026-06-01 12:00")) == hours.SOON
    assert promise_time(never_open, local("2025-06-01 12:00")) == "2pm"


BACK_AT_3 = from_tree({"nation": "none", "away_until": "2026-11-23T15:00:00Z"})


@pytest.mark.parametrize(
    ("now", "promise", "promised"),
    [
        ("2026-11-23 10:10", "2h", "5pm"),
        ("2026-11-23 10:10", "1h", "4pm"),
        ("2026-11-23 10:10", "4h", "8am tomorrow"),
        ("2026-11-23 10:10", "today", "6pm"),
        ("2026-11-22 10:10", "2h", "5pm tomorrow"),
        ("2026-11-20 10:10", "today", "6pm on Monday"),
        ("2026-11-23 15:00", "2h", "5pm"),
        ("2026-11-23 15:10", "2h", "5:30pm"),
    ],
)
def test_an_owner_who_is_away_for_hours_promises_from_when_they_are_back(
    now: str, promise: str, promised: str
) -> None:
    settings = BACK_AT_3.model_copy(update={"promise": Promise(promise)})
    assert promise_time(settings, local(now)) == promised
    assert len(promised) <= len(longest_promise(settings))


def test_the_longest_promise_names_the_date_only_where_it_can_come_to_that() -> None:
    assert longest_promise(Settings()) == "8am on Wednesday"
    assert longest_promise(AWAY) == "8am on Wed 23 Sep"
    assert longest_promise(from_tree({"hours": {"mon": "closed", "tue": "closed"}})) == "8am on Wed 23 Sep"
    assert longest_promise(BACK_AT_3) == "10:30am on Wed 23 Sep"
    assert longest_promise(from_tree({"hours": dict.fromkeys(DAYS, "closed")})) == "12:30am tomorrow"


YEARS = {
    "a whole week of promises": from_tree({}),
    "today": from_tree({"promise": "today"}),
    "odd hours": from_tree(
        {
            "promise": "4h",
            "hours": dict.fromkeys(DAYS, "closed") | {"thu": "09:00-12:30", "sat": "10:15-13:45"},
        }
    ),
}


@pytest.mark.parametrize("nation", PUBLISHED)
@pytest.mark.parametrize("settings", YEARS.values(), ids=list(YEARS))
def test_every_half_hour_of_a_year_is_promised_in_hours_on_no_holiday_and_in_english(
    nation: str, settings: Settings
) -> None:
    own = [{"from": "2026-02-16", "to": "2026-02-20"}, {"from": "2026-07-27", "to": "2026-08-07"}]
    settings = from_tree(
        settings.model_dump(mode="json", by_alias=True) | {"nation": nation, "holidays": own}
    )
    off = published(nation) | {day for day in days_of(2026, 2027) if f"{day:%m-%d}" in CHRISTMAS}
    off |= {day for day in days_of(2026) if any(away.from_ <= day <= away.to for away in settings.holidays)}
    longest = len(longest_promise(settings))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        check_promise(settings, moment.astimezone(LONDON), off, longest)
        moment += timedelta(minutes=30)


spans = st.tuples(st.integers(0, MIDNIGHT - 1), st.integers(1, 600)).map(
    lambda span: str(Span(span[0], min(span[0] + span[1], MIDNIGHT)))
)
weeks = st.lists(st.one_of(st.just("closed"), spans), min_size=7, max_size=7).filter(
    lambda days: set(days) != {"closed"}
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(ZoneInfo("UTC")))  # noqa: DTZ001


@given(
    weeks,
    st.sampled_from(Promise),
    moments,
    st.sampled_from(list(PUBLISHED)),
    st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    st.integers(0, 30),
)
def test_any_week_any_holiday_any_moment(
    week: list[str], promise: Promise, moment: datetime, nation: str, first: date, days: int
) -> None:
    own = [{"from": str(first), "to": str(first + timedelta(days=days))}]
    tree = {
        "hours": dict(zip(DAYS, week, strict=True)),
        "promise": promise,
        "nation": nation,
        "holidays": own,
    }
    settings = from_tree(tree)
    off = published(nation) | {first + timedelta(days=n) for n in range(days + 1)}
    off |= {day for day in days_of(2026, 2027, 2028) if f"{day:%m-%d}" in CHRISTMAS}
    check_promise(settings, moment.astimezone(LONDON), off, len(longest_promise(settings)))


def check_promise(settings: Settings, now: datetime, off: set[date], longest: int) -> None:
    """Read the promise as a caller would; what they would ring back for must be kept."""
    words = promise_time(settings, now)
    assert len(words) <= longest, (now, words)
    day, minutes = read(words, now)
    midnight = minutes == MIDNIGHT
    after = day + timedelta(days=1)
    opens_then = midnight and is_first_minute_open(settings, after, off)
    span = None if day.date() in off else settings.hours.span(day.weekday())
    assert opens_then or (span is not None and span.opens <= minutes <= span.closes), (now, words)
    promised = (day + timedelta(minutes=minutes)).replace(tzinfo=LONDON, fold=1)
    assert promised.astimezone(UTC) >= now.astimezone(UTC), (now, words)


def is_first_minute_open(settings: Settings, day: datetime, off: set[date]) -> bool:
    span = settings.hours.span(day.weekday())
    return day.date() not in off and span is not None and span.opens == 0
