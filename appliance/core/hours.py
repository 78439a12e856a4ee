"""When the business is open, and the time by which a missed caller is promised a call back.

All times here are local: aware, in the owner's zone, as is `now` wherever it is passed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

MIDNIGHT = 24 * 60
_HALF_HOUR = timedelta(minutes=30)
_LOOK_AHEAD_DAYS = 31
_OPENS = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_CLOSES = r"([01]?[0-9]|2[0-3]|24(?=:00)):([0-5][0-9])"
_SPAN = re.compile(rf"{_OPENS} ?[-\u2013] ?{_CLOSES}")


class Promise(StrEnum):
    """What `[time]` promises: a call back within so many hours, or before closing time today."""

    ONE_HOUR = "1h"
    TWO_HOURS = "2h"
    FOUR_HOURS = "4h"
    TODAY = "today"


_WITHIN = {
    Promise.ONE_HOUR: timedelta(hours=1),
    Promise.TWO_HOURS: timedelta(hours=2),
    Promise.FOUR_HOURS: timedelta(hours=4),
    Promise.TODAY: timedelta(hours=2),  # where no day is open there is no closing time to promise
}


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours of one day, in minutes after midnight. `closes` is 1440 when that is midnight."""

    opens: int
    closes: int

    def __str__(self) -> str:
        """Return it as the settings keep it: "08:00-18:00"."""
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))


class Week(Protocol):
    """The opening hours of each day of the week."""

    def span(self, weekday: int) -> Span | None:
        """Return the hours of a weekday (0 is Monday), None when it is closed."""


class Timetable(Protocol):
    """What must be known of the owner's settings to promise a time."""

    @property
    def promise(self) -> Promise:
        """How soon the owner rings back."""

    @property
    def hours(self) -> Week:
        """When the business is open."""


def parse_span(text: str, day: str) -> Span | None:
    """Return the hours written as "08:00-18:00", None for "closed".

    ValueError with a sentence for the owner when they make no sense; `day` is what it calls that day.
    """
    if text.strip().lower() == "closed":
        return None
    written = _SPAN.fullmatch(text.strip())
    if written is None:
        unreadable = f"Write the hours of {day} like 08:00-18:00, or closed."
        raise ValueError(unreadable)
    hour, minute, last_hour, last_minute = (int(digits) for digits in written.groups())
    span = Span(hour * 60 + minute, last_hour * 60 + last_minute)
    if span.closes <= span.opens:
        backwards = f"Closing time must be after opening time on {day}."
        raise ValueError(backwards)
    return span


def is_open(timetable: Timetable, now: datetime) -> bool:
    """Say whether the business is open now. Closing time itself is closed."""
    span = _span_on(timetable.hours, now.date())
    return span is not None and span.opens <= now.hour * 60 + now.minute < span.closes


def next_opening(timetable: Timetable, now: datetime) -> datetime | None:
    """Return when the business next opens after now; None when no day is open."""
    return _next_opening(timetable.hours, now)


def opens_at(timetable: Timetable, now: datetime) -> str | None:
    """Return when the business next opens in words, "8am tomorrow"; None when no day is open."""
    opening = _next_opening(timetable.hours, now)
    return None if opening is None else in_words(opening, now)


def promise_time(timetable: Timetable, now: datetime) -> str:
    """Return what `[time]` becomes: "3:30pm", "9am tomorrow", "9am on Monday".

    That is now and the promise, rounded up to the half hour and moved inside opening hours.
    """
    return in_words(_promised(timetable.promise, timetable.hours, now), now)


def longest_promise(timetable: Timetable) -> str:
    """Return the longest words `promise_time` can come to, whatever the day and the hour."""
    return _longest_promise(timetable.promise, tuple(timetable.hours.span(day) for day in range(7)))


def in_words(moment: datetime, now: datetime) -> str:
    """Return a time to come in words, with the day when it is not today. Midnight ends the day before it."""
    local = moment.astimezone(now.tzinfo)
    day = local.date()
    if (local.hour, local.minute) == (0, 0):
        day -= timedelta(days=1)
    match (day - now.date()).days:
        case 0:
            return clock(local)
        case 1:
            return f"{clock(local)} tomorrow"
        case 2 | 3 | 4 | 5 | 6:
            return f"{clock(local)} on {day:%A}"
        case _:
            return f"{clock(local)} on {day:%A} {day.day} {day:%B}"


def clock(moment: datetime) -> str:
    """Return the time of day as people write it: "3:30pm", "9am", "midnight"."""
    if (moment.hour, moment.minute) == (0, 0):
        return "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def _span_on(week: Week, day: date) -> Span | None:
    """Return the opening hours of a date. Whatever closes a single day (a holiday) belongs here."""
    return week.span(day.weekday())


def _bounds(week: Week, day: date, now: datetime) -> tuple[datetime, datetime] | None:
    """Return when the business opens and closes on a date, in UTC: it compares across a clock change."""
    span = _span_on(week, day)
    if span is None:
        return None
    opens = datetime.combine(day, time(span.opens // 60, span.opens % 60), now.tzinfo)
    last_day = day + timedelta(days=span.closes // MIDNIGHT)
    closes = datetime.combine(last_day, time(span.closes // 60 % 24, span.closes % 60), now.tzinfo)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _next_opening(week: Week, now: datetime) -> datetime | None:
    for ahead in range(_LOOK_AHEAD_DAYS):
        bounds = _bounds(week, now.date() + timedelta(days=ahead), now)
        if bounds is not None and bounds[0] > now.astimezone(UTC):
            return bounds[0].astimezone(now.tzinfo)
    return None


def _promised(promise: Promise, week: Week, now: datetime) -> datetime:
    """Return the moment promised: never in the past, always inside opening hours where there are any."""
    earliest = now.astimezone(UTC) + _WITHIN[promise]
    rounded = _half_hour_up(earliest)
    today = _bounds(week, now.date(), now)
    if promise is Promise.TODAY:
        if today is not None and now.astimezone(UTC) < today[1]:
            return today[1]
        return _next_opening(week, now) or rounded
    for ahead in range(_LOOK_AHEAD_DAYS):
        bounds = _bounds(week, earliest.astimezone(now.tzinfo).date() + timedelta(days=ahead), now)
        if bounds is None or earliest > bounds[1]:
            continue
        opens, closes = bounds
        return opens if earliest <= opens else min(rounded, closes)
    return rounded


def _half_hour_up(moment: datetime) -> datetime:
    """Round up to :00 or :30. London is whole hours from UTC, so the local clock shows the same minutes."""
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + _HALF_HOUR


@lru_cache(maxsize=16)
def _longest_promise(promise: Promise, spans: tuple[Span | None, ...]) -> str:
    """Try a whole week whose dates are as long as dates get. Only half hours, and just past them, differ."""

    class Sample:
        def span(self, weekday: int) -> Span | None:
            return spans[weekday]

    monday = datetime(2026, 9, 14, tzinfo=UTC)
    half_hours = (monday + _HALF_HOUR * count for count in range(7 * 48))
    calls = (half_hour + past for half_hour in half_hours for past in (timedelta(0), timedelta(minutes=1)))
    return max((in_words(_promised(promise, Sample(), now), now) for now in calls), key=len)
