"""How is it doing: the last four weeks in pictures and numbers, so that the owner sees what the box earns."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template

from appliance.core.hours import LONDON
from web import bars
from web.bars import Counted
from web.files import files
from web.live import page_mark
from web.view import plural, today_is

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from appliance.drivers.journal import HourCounts, Share

bp = Blueprint("statistics", __name__)

DAYS: Final = 28
_HOUR_LABELS: Final = {0: "12am", 6: "6am", 12: "noon", 18: "6pm"}
_NONE: Final = Counted()


@dataclass(frozen=True, slots=True)
class Weeks:
    """What came of the calls of the last four weeks, by day and by hour of the day."""

    days: tuple[date, ...]
    by_day: tuple[Counted, ...]
    by_hour: tuple[Counted, ...]

    @property
    def all(self) -> Counted:
        """All days together."""
        return sum(self.by_day, _NONE)


@bp.get("/doing")
def doing() -> str:
    """Show what came of the calls, by day and by hour, and how soon the texts went."""
    mark = page_mark()
    weeks, share, speed = files().remembered("weeks", today_is().date(), _told)
    return render_template(
        "statistics/doing.html",
        mark=mark,
        weeks=weeks,
        days=bars.draw(weeks.by_day, [_day_label(day) for day in weeks.days]),
        hours=bars.draw(weeks.by_hour, [_HOUR_LABELS.get(hour, "") for hour in range(24)]),
        by_hour=_named_hours(weeks.by_hour),
        share=share,
        speed=speed,
    )


@bp.get("/doing.csv")
def table() -> Response:
    """Give the four weeks day by day, to be opened in a spreadsheet."""
    weeks = _weeks()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("day", "missed", "texted", "wrote back"))
    for day, count in zip(weeks.days, weeks.by_day, strict=True):
        rows.writerow((day.isoformat(), count.missed, count.texted, count.wrote_back))
    answer = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="textback-four-weeks.csv"'
    return answer


@bp.get("/calls.csv")
def every_call() -> Response:
    """Give every call the box still holds, to be opened in a spreadsheet."""
    answer = Response(
        files().journal.calls_csv(files().people.name_of), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="textback-calls.csv"'
    return answer


def week(days: Sequence[date]) -> list[Counted]:
    """Return the count of each of these days, of which the first is the earliest."""
    journal = files().journal
    return files().remembered(
        "week", days[0], lambda: by_day(journal.counts_by_hour(midnight(days[0])), days)
    )


def by_day(hours: Iterable[HourCounts], days: Sequence[date]) -> list[Counted]:
    """Return the count of each of these days on the owner's calendar."""
    found = dict.fromkeys(days, _NONE)
    for hour in hours:
        day = hour.start.astimezone(LONDON).date()
        if day in found:
            found[day] += _counted(hour)
    return [found[day] for day in days]


def midnight(day: date) -> datetime:
    """Return the moment a day of the owner's calendar begins."""
    return datetime.combine(day, time(), LONDON)


def speed_words(seconds: Sequence[float]) -> str:
    """Return how soon the texts went, of times in order: the median and the 95th percentile; "" for none."""
    if not seconds:
        return ""
    half, most = _at(seconds, 0.5), _at(seconds, 0.95)
    return f"Half the texts went within {_lasted(half)} of the call, 19 of 20 within {_lasted(most)}."


def _at(seconds: Sequence[float], share: float) -> float:
    """Return the smallest time that this share of all does not exceed: the nearest rank."""
    return seconds[max(0, math.ceil(share * len(seconds)) - 1)]


def _lasted(seconds: float) -> str:
    whole = max(1, math.ceil(seconds))
    return plural(whole, "second") if whole < 120 else plural(round(whole / 60), "minute")


def _told() -> tuple[Weeks, Share, str]:
    weeks, journal = _weeks(), files().journal
    since = midnight(weeks.days[0])
    return weeks, journal.share_who_wrote_back(since), speed_words(journal.seconds_to_text(since))


def _weeks() -> Weeks:
    today = today_is().date()
    days = tuple(today - timedelta(days=DAYS - 1 - back) for back in range(DAYS))
    hours = files().journal.counts_by_hour(midnight(days[0]))
    of_day = [_NONE] * 24
    for hour in hours:
        of_day[hour.start.astimezone(LONDON).hour] += _counted(hour)
    return Weeks(days, tuple(by_day(hours, days)), tuple(of_day))


def _counted(hour: HourCounts) -> Counted:
    return Counted(hour.missed, hour.texted, hour.wrote_back)


def _day_label(day: date) -> str:
    """Name the weeks under the picture, at their Mondays."""
    return f"{day.day} {day:%b}" if day.weekday() == 0 else ""


def _named_hours(counts: Sequence[Counted]) -> list[tuple[str, Counted]]:
    """Return the hours in which anybody rang, each with its name."""
    return [(_hour_name(hour), count) for hour, count in enumerate(counts) if count.missed]


def _hour_name(hour: int) -> str:
    return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"
