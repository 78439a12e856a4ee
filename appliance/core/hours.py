"""When the business is open, and the time by which a missed caller is promised a call back.

All times here are local: aware, in the owner's zone, as is `now` wherever it is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from appliance.core.bank_holidays import is_bank_holiday

LONDON = ZoneInfo("Europe/London")  # the owner's zone
MIDNIGHT = 24 * 60
_HALF_HOUR = timedelta(minutes=30)
_LOOK_AHEAD_DAYS = 366
SOON = "soon"
_LATEST_AFTER_MIDNIGHT = 4 * 60  # minutes: the longest promise
_A_MONDAY = date(2026, 9, 14)
_LONG_DATE = "Wed 23 Sep"  # as long as dates get
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


class DaysAway(Protocol):
    """Days on which the owner is away, the first and the last included."""

    @property
    def from_(self) -> date:
        """The first day."""

    @property
    def to(self) -> date:
        """The last day."""

    @property
    def text(self) -> str | None:
        """The text callers get on those days, None for the usual one."""


class Timetable(Protocol):
    """What must be known of the owner's settings to promise a time."""

    @property
    def promise(self) -> Promise:
        """How soon the owner rings back."""

    @property
    def hours(self) -> Week:
        """When the business is open."""

    @property
    def nation(self) -> str:
        """Whose bank holidays it keeps."""

    @property
    def holidays(self) -> Sequence[DaysAway]:
        """When the owner is away."""

    @property
    def away_until(self) -> datetime | None:
        """Before when the owner rings nobody back; None: they are at work."""


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
    span = _span_on(timetable, now.date())
    return span is not None and span.opens <= now.hour * 60 + now.minute < span.closes


def holiday_on(timetable: Timetable, day: date) -> DaysAway | None:
    """Return the owner's own holiday that a date falls in, None when there is none."""
    return next((away for away in timetable.holidays if away.from_ <= day <= away.to), None)


def next_opening(timetable: Timetable, now: datetime) -> datetime | None:
    """Return when the business next opens after now; None when it does not within a year."""
    for ahead in range(_LOOK_AHEAD_DAYS):
        bounds = _bounds(timetable, now.date() + timedelta(days=ahead), now)
        if bounds is not None and bounds[0] > now.astimezone(UTC):
            return bounds[0].astimezone(now.tzinfo)
    return None


def opens_at(timetable: Timetable, now: datetime) -> str | None:
    """Return when the business next opens in words, "8am tomorrow"; None when it does not within a year."""
    opening = next_opening(timetable, now)
    return None if opening is None else in_words(opening, now)


def promise_time(timetable: Timetable, now: datetime) -> str:
    """Return what `[time]` becomes: "3:30pm", "9am tomorrow", "9am on Monday", "9am on Mon 4 Jan".

    That is now and the promise, rounded up to the half hour and moved inside opening hours, past holidays
    and bank holidays. SOON when the business does not open within a year: no time can be promised then.
    """
    promised = _promised(timetable, now)
    return SOON if promised is None else in_words(promised, now)


def longest_promise(timetable: Timetable) -> str:
    """Return the longest words `promise_time` can come to, whatever the day and the hour."""
    week = [timetable.hours.span(day) for day in range(7)]
    spans = {span for span in week if span}
    times = {minutes for minutes in range(0, MIDNIGHT, 30) if not spans or _is_inside(minutes, spans)}
    times |= {minutes for span in spans for minutes in (span.opens, span.closes)}
    days = {f"{_A_MONDAY + timedelta(day - (span.opens == 0)):%A}" for day, span in enumerate(week) if span}
    # Bank holidays alone never close four working days for a week, so that the date must be named.
    if timetable.holidays or timetable.away_until or sum(span is not None for span in week[:5]) < 4:
        days.add(_LONG_DATE)
    if timetable.away_until:  # the owner may come back to work at any hour of any day
        soon = late = times
    else:  # another day is promised from its opening, or by a call shortly before midnight
        late = {span.opens for span in spans}
        soon = late | {minutes for minutes in times if 0 < minutes <= _LATEST_AFTER_MIDNIGHT}
    words = [f"{_clock(minutes)} tomorrow" for minutes in soon]
    words += [f"{_clock(minutes)} on {day}" for minutes in late for day in days]
    return max(sorted(words), key=len)


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
            return f"{clock(local)} on {_date(day)}"


def past_in_words(moment: datetime, now: datetime) -> str:
    """Return a time gone by in words: "at 4:10pm", "yesterday at 4:10pm", "on Mon 3 Nov at 4:10pm"."""
    local = moment.astimezone(now.tzinfo)
    at = f"at {clock(local)}"
    match (now.date() - local.date()).days:
        case 0:
            return at
        case 1:
            return f"yesterday {at}"
        case 2 | 3 | 4 | 5 | 6:
            return f"on {local:%A} {at}"
        case _:
            return f"on {_date(local.date())} {at}"


def clock(moment: datetime) -> str:
    """Return the time of day as people write it: "3:30pm", "9am", "midnight"."""
    return _clock(moment.hour * 60 + moment.minute)


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % MIDNIGHT, 60)
    if (hour, minute) == (0, 0):
        return "midnight"
    past = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{past}{'am' if hour < 12 else 'pm'}"


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _is_inside(minutes: int, spans: set[Span]) -> bool:
    return any(span.opens <= minutes <= span.closes for span in spans)


def _span_on(timetable: Timetable, day: date) -> Span | None:
    """Return the opening hours of a date, None when the business is closed all day."""
    span = timetable.hours.span(day.weekday())
    return None if span is None or _is_day_off(timetable, day) else span


def _is_day_off(timetable: Timetable, day: date) -> bool:
    return holiday_on(timetable, day) is not None or is_bank_holiday(day, timetable.nation)


def _bounds(timetable: Timetable, day: date, now: datetime) -> tuple[datetime, datetime] | None:
    """Return when the business opens and closes on a date, in UTC: it compares across a clock change."""
    span = _span_on(timetable, day)
    if span is None:
        return None
    opens = datetime.combine(day, time(span.opens // 60, span.opens % 60), now.tzinfo)
    last_day = day + timedelta(days=span.closes // MIDNIGHT)
    closes = datetime.combine(last_day, time(span.closes // 60 % 24, span.closes % 60), now.tzinfo)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _promised(timetable: Timetable, now: datetime) -> datetime | None:
    """Return the moment promised: never in the past, always inside opening hours where there are any."""
    back = timetable.away_until
    start = now if back is None or back <= now else back.astimezone(now.tzinfo)
    earliest = start.astimezone(UTC) + _WITHIN[timetable.promise]
    rounded = _half_hour_up(earliest)
    if all(timetable.hours.span(day) is None for day in range(7)):
        return None if _is_day_off(timetable, rounded.astimezone(now.tzinfo).date()) else rounded
    if timetable.promise is Promise.TODAY:
        today = _bounds(timetable, start.date(), start)
        if today is not None and start.astimezone(UTC) < today[1]:
            return today[1]
        return next_opening(timetable, start)
    for ahead in range(_LOOK_AHEAD_DAYS):
        bounds = _bounds(timetable, earliest.astimezone(now.tzinfo).date() + timedelta(days=ahead), now)
        if bounds is None or earliest > bounds[1]:
            continue
        opens, closes = bounds
        return opens if earliest <= opens else min(rounded, closes)
    return None


def _half_hour_up(moment: datetime) -> datetime:
    """Round up to :00 or :30. London is whole hours from UTC, so the local clock shows the same minutes."""
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + _HALF_HOUR
