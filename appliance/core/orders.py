"""What an owner can order by text, and how it is written: PAUSE 2, AWAY TILL 3PM, REPLY their words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from appliance.core import characters, hours, numbers
from appliance.core.hours import Timetable
from appliance.core.template import MOST_PARTS
from appliance.modem import gsm7

HELP = "I know STATUS, PAUSE 2, ON, AWAY TILL 3PM, LAST, REPLY words, STOP number, DONE. Lock code first."
TOO_LONG = f"That is too long. Make it short enough for {MOST_PARTS} texts."
USUAL_PAUSE_H = 2
_MOST_PAUSE_H = 72
_USUAL_OPENING_HOUR = 8


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Say how the box is."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Text nobody until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """Go on texting, and promise to ring back only after then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    """End a pause, and being away."""


@dataclass(frozen=True, slots=True)
class ShowLast:
    """Say who rang or wrote last, and what."""


@dataclass(frozen=True, slots=True)
class ReplyToLast:
    """Send these words to whoever rang or wrote last."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NeverText:
    """Put this number (E.164) on the never-text list."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Mark whoever rang or wrote last as done."""


Order = ShowStatus | Pause | Away | Resume | ShowLast | ReplyToLast | NeverText | MarkDone


@dataclass(frozen=True, slots=True)
class Unclear:
    """It is no order. `answer` says what one looks like."""

    answer: str


def read(words: str, timetable: Timetable, now: datetime) -> Order | Unclear:
    """Return the order in these words, which come after the lock code. `now` is local.

    The first word decides; small letters and capitals are the same. What is not wholly understood is not
    done.
    """
    verb, _, rest = words.strip().partition(" ")
    reader = _READERS.get(verb.upper().rstrip(".,:;"))
    order = reader(rest.strip(), timetable, now) if reader else None
    return Unclear(HELP) if order is None else order


def _alone(order: Order) -> Callable[[str, Timetable, datetime], Order | None]:
    return lambda rest, _timetable, _now: None if rest.strip(".!") else order


def _pause(rest: str, _: Timetable, now: datetime) -> Order | None:
    written = re.fullmatch(r"([0-9]{1,2}) ?(?:H|HR|HRS|HOUR|HOURS)?", rest.upper()) if rest else None
    if rest and written is None:
        return None
    count = int(written[1]) if written else USUAL_PAUSE_H
    if not 1 <= count <= _MOST_PAUSE_H:
        return None
    return Pause((now.astimezone(UTC) + timedelta(hours=count)).astimezone(now.tzinfo))


def _away(rest: str, timetable: Timetable, now: datetime) -> Order | None:
    written = _UNTIL.fullmatch(rest.upper().rstrip("."))
    if written is None:
        return None
    day = written["day"] or written["whole_day"]
    if written["whole_day"]:
        return Away(_opening(_date(day, now), timetable, now))
    at = _time_of_day(written["hour"], written["minute"], written["half"], written["word"])
    return None if at is None else Away(_next(at, day, now))


def _reply(rest: str, _timetable: Timetable, _now: datetime) -> Order | Unclear | None:
    words = characters.plain(rest).strip()
    if not words or characters.cannot_be_sent(words):
        return None
    return ReplyToLast(words) if len(gsm7.split(words).texts) <= MOST_PARTS else Unclear(TOO_LONG)


def _never(rest: str, _timetable: Timetable, _now: datetime) -> Order | None:
    key = numbers.key(rest)
    return None if key is None else NeverText(key)


_READERS: dict[str, Callable[[str, Timetable, datetime], Order | Unclear | None]] = {
    "STATUS": _alone(ShowStatus()),
    "PAUSE": _pause,
    "ON": _alone(Resume()),
    "AWAY": _away,
    "LAST": _alone(ShowLast()),
    "REPLY": _reply,
    "STOP": _never,
    "DONE": _alone(MarkDone()),
}

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY = (
    "TOMORROW|MON(?:DAY)?|TUE(?:S(?:DAY)?)?|WED(?:NESDAY)?|THU(?:R(?:S(?:DAY)?)?)?"
    "|FRI(?:DAY)?|SAT(?:URDAY)?|SUN(?:DAY)?"
)
_TIME = (
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-5][0-9]))? ?(?P<half>AM|PM)?|(?P<word>NOON|MIDDAY|MIDNIGHT)"
)
_UNTIL = re.compile(rf"(?:TILL?|UNTIL) (?:(?:{_TIME})(?: (?:ON )?(?P<day>{_DAY}))?|(?P<whole_day>{_DAY}))")


def _time_of_day(hour: str | None, minute: str | None, half: str | None, word: str | None) -> time | None:
    """Return the time meant. A bare hour from 1 to 6 is after noon: nobody is away till 3 at night."""
    if hour is None:
        return time(0) if word == "MIDNIGHT" else time(12)
    count = int(hour)
    if half:
        if not 1 <= count <= 12:
            return None
        count = count % 12 + (12 if half == "PM" else 0)
    elif minute is None and len(hour) == 1 and 1 <= count <= 6:
        count += 12
    return time(count, int(minute or 0)) if count < 24 else None


def _date(day: str | None, now: datetime) -> date:
    """Return the date of a day that is named; a weekday is the next one, never today."""
    if day is None:
        return now.date()
    ahead = 1 if day == "TOMORROW" else (_DAYS.index(day[:3]) - now.weekday() - 1) % 7 + 1
    return now.date() + timedelta(days=ahead)


def _next(at: time, day: str | None, now: datetime) -> datetime:
    """Return the next moment it is that time, on that day if one is named."""
    moment = datetime.combine(_date(day, now), at, now.tzinfo)
    return moment if day or moment > now else moment + timedelta(days=1)


def _opening(day: date, timetable: Timetable, now: datetime) -> datetime:
    """Return when the business opens on a day, 8am when it does not."""
    midnight = datetime.combine(day, time(0), now.tzinfo)
    opening = hours.next_opening(timetable, midnight - timedelta(seconds=1))
    return opening if opening and opening.date() == day else midnight.replace(hour=_USUAL_OPENING_HOUR)
