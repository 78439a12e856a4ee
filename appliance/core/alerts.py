"""The networks' own texts about calls that never reached the box: "You have a missed call from 07700 900123".

The wordings change with the network and the year, so they are data here: what says that somebody rang, and
what only sounds like it. Numbers and times are read wherever in the text they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from appliance.core import numbers
from appliance.core.numbers import NumberKind

_MOST_READ = 800  # characters: five parts
_MOST_CALLS = 20  # in one text
SAME_CALL = timedelta(minutes=5)  # the network's clock is not the box's


@dataclass(frozen=True, slots=True)
class AlertedCall:
    """A call the network told of: who rang (None: withheld) and when, UTC (None: it did not say)."""

    number: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of saying it. `example` is a text that says so."""

    says: re.Pattern[str]
    example: str


def _wording(pattern: str, example: str) -> Wording:
    return Wording(re.compile(pattern, re.IGNORECASE), example)


# Somebody rang.
TOLD = (
    _wording(r"\bmissed (?:a |an |\d+ )?(?:voice )?calls?\b", "You have a missed call from 07700900123"),
    _wording(r"\bmissed call alert\b", "Missed call alert: +447700900123 23/11 10:42"),
    _wording(r"\b(?:you )?missed \w+ calls?\b", "You missed two calls from 07700 900123"),
    _wording(r"\bcall alert\b", "Call Alert: 07700900123 called at 10:42 on 23/11/26"),
    _wording(
        r"\b(?:tried|been trying) to (?:call|ring|phone|reach|contact) you\b",
        "07700900123 tried to call you at 10:42 on 23 Nov.",
    ),
    _wording(r"\b(?:called|rang|phoned) you\b", "+447700900123 called you at 10:42am, 23-Nov-2026"),
    _wording(
        r"\bcall(?:s|ed)? (?:\w+ )?(?:while|when) (?:your phone|you) (?:was|were)\b",
        "07700900123 called while your phone was switched off. Last call 10:42 23/11",
    ),
    _wording(
        r"\b(?:last|latest) call(?:ed)?\b.{0,40}\d[:.]\d\d",
        "From: 07700900123. Calls: 2. Last call: 10:42, 23/11/2026",
    ),
    _wording(
        r"\b(?:new|left you a?) ?(?:\d+ )?(?:voice ?mails?|voice messages?)\b",
        "New voicemail from 07700900123 at 10:42 on 23/11. Dial 121 to listen.",
    ),
)
# Somebody can be rung again, which is the other way round: ring-back services.
NOT_TOLD = (
    _wording(
        r"\b(?:is|are) (?:now )?(?:available|back|reachable)\b|\bcan (?:now )?be (?:called|reached)\b",
        "The number you called, 07700900123, is now available.",
    ),
    _wording(r"\byou (?:have )?(?:tried to call|called|rang)\b", "You tried to call 07700900123 at 10:42"),
)

_MONTHS = {
    name: month
    for month, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_TH = "(?:st|nd|rd|th)?"
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>20[0-9]{2})-(?P<month>[01]?[0-9])-(?P<day>[0-3]?[0-9])\b",
        r"\b(?P<day>[0-3]?[0-9])[/.-](?P<month>[01]?[0-9])[/.-](?P<year>20[0-9]{2}|[0-9]{2})\b",
        rf"\b(?P<day>[0-3]?[0-9]){_TH}[ -]?{_MONTH}(?:[ -](?P<year>20[0-9]{{2}}|[0-9]{{2}}(?![0-9:.])))?",
        rf"\b{_MONTH} (?P<day>[0-3]?[0-9]){_TH}\b(?:,? (?P<year>20[0-9]{{2}}))?",
        r"\b(?P<day>[0-3]?[0-9])/(?P<month>[01]?[0-9])\b(?!/)",
    )
)
_TIME = re.compile(
    r"\b(?P<hour>[01]?[0-9]|2[0-3])[:.](?P<minute>[0-5][0-9])(?:[:.][0-5][0-9])?(?![0-9])"
    r" ?(?P<half>[ap]\.?m\b)?|\b(?P<bare>1[0-2]|0?[1-9]) ?(?P<bare_half>[ap]\.?m\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![0-9+])\+?[0-9](?:[ -]?[0-9]){8,14}(?![0-9])")
_WITHHELD = re.compile(
    r"\b(?:withheld|private|unknown|anonymous|hidden)\b(?: number| caller)?", re.IGNORECASE
)
_PEOPLE = frozenset(NumberKind) - {
    NumberKind.NO_NUMBER,
    NumberKind.SHORT_CODE,
    NumberKind.NAME,
    NumberKind.OTHER,
}


def alerted_calls(words: str, received: datetime) -> tuple[AlertedCall, ...] | None:
    """Return the calls that a network's text tells of, None when it tells of none.

    `received` is local: a time without a date is the latest one before it, and no call is later than its
    alert. A text that names neither a number nor a withheld caller tells of nothing that can be listed.
    """
    text = words[:_MOST_READ]
    if any(wording.says.search(text) for wording in NOT_TOLD):
        return None
    if not any(wording.says.search(text) for wording in TOLD):
        return None
    return tuple(_calls(text, received))[:_MOST_CALLS] or None


def is_known(alerted: AlertedCall, calls_at: Iterable[datetime], received: datetime) -> bool:
    """Say whether one of the calls the box saw of this person is the one the network tells of.

    `calls_at` are their starts. Without a time in the alert, a call in the hour before it is taken for it.
    """
    for started in calls_at:
        if alerted.at is None:
            if timedelta(0) <= received - started <= timedelta(hours=1):
                return True
        elif abs(started - alerted.at) <= SAME_CALL:
            return True
    return False


def _calls(text: str, received: datetime) -> Iterator[AlertedCall]:
    """Give each number the first time and date after it, or where there are none those before them all."""
    dates, text = _taken(_DATES, text)
    times, text = _taken((_TIME,), text)
    who = [(found.start(), found[0]) for found in _NUMBER.finditer(text) if numbers.kind(found[0]) in _PEOPLE]
    who = who or [(found.start(), "") for found in _WITHHELD.finditer(text)][:1]
    for index, (start, number) in enumerate(who):
        end = who[index + 1][0] if index + 1 < len(who) else len(text)
        near = [(start, end), (0, who[0][0])]
        clock, day = _first(times, near), _first(dates, near)
        yield AlertedCall(number or None, _moment(clock, day, received))


def _taken(patterns: Iterable[re.Pattern[str]], text: str) -> tuple[list[re.Match[str]], str]:
    """Return what the patterns find, and the text with blanks in its place: no digit is read twice."""
    found: list[re.Match[str]] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            found.append(match)
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return sorted(found, key=lambda match: match.start()), text


def _first(found: list[re.Match[str]], spans: list[tuple[int, int]]) -> re.Match[str] | None:
    for start, end in spans:
        for match in found:
            if start <= match.start() < end:
                return match
    return None


def _moment(clock: re.Match[str] | None, day: re.Match[str] | None, received: datetime) -> datetime | None:
    """Return when the call was, UTC. None when that is not said, or cannot be: it lies in the future."""
    if clock is None:
        return None
    hour = int(clock["hour"] or clock["bare"])
    half = (clock["half"] or clock["bare_half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    at = time(hour, int(clock["minute"] or 0))
    latest = (received + SAME_CALL).astimezone(UTC)
    for on in _days(day, received.date()):
        moment = datetime.combine(on, at, received.tzinfo).astimezone(UTC)
        if moment <= latest:
            return moment
    return None


def _days(day: re.Match[str] | None, today: date) -> Iterator[date]:
    """Return the dates that may be meant, the likeliest first."""
    if day is None:
        yield from (today, today - timedelta(days=1))
        return
    groups = day.groupdict()
    month = int(groups["month"]) if groups.get("month") else _MONTHS[str(groups["name"])[:3].lower()]
    written = groups.get("year")
    years = (int(written) % 100 + 2000,) if written else (today.year, today.year - 1)
    for year in years:
        try:
            yield date(year, month, int(groups["day"]))
        except ValueError:
            continue
