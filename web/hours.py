"""Hours and holidays: when the business is open each day, whose bank holidays it keeps, and days away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core.branches import Nation
from appliance.core.hours import MIDNIGHT, Promise
from appliance.core.settings import SettingError, with_value
from web import forms
from web.counting import typed
from web.files import files, settings_now
from web.forms import Choice, Field, Kind
from web.view import today_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from appliance.core.settings import Holiday, Settings

bp = Blueprint("hours", __name__, url_prefix="/settings/hours")

OPEN, CLOSED, SAME = "open", "closed", "same"
_DAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_USUAL: Final = ("08:00", "18:00")
_OTHERS: Final = (
    Field(
        "nation",
        "Closed on the bank holidays of",
        kind=Kind.SELECT,
        choices=(
            Choice(Nation.ENGLAND_WALES, "England and Wales"),
            Choice(Nation.SCOTLAND, "Scotland"),
            Choice(Nation.NORTHERN_IRELAND, "Northern Ireland"),
            Choice(Nation.NONE, "None. I work on them"),
        ),
    ),
    Field(
        "promise",
        "Call back within",
        "This sets the time your text gives.",
        kind=Kind.SELECT,
        choices=(
            Choice(Promise.ONE_HOUR, "1 hour"),
            Choice(Promise.TWO_HOURS, "2 hours"),
            Choice(Promise.FOUR_HOURS, "4 hours"),
            Choice(Promise.TODAY, "Today"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as its fields show it. `is_` is open, closed or the same as Monday; times are "08:00"."""

    key: str
    name: str
    is_: str
    opens: str
    closes: str


@bp.get("")
def hours() -> str:
    """Show the week and the days away."""
    settings = settings_now()
    return _page(_days_of(settings), forms.shown(_OTHERS, settings), {})


@bp.post("")
def save() -> Response | tuple[str, int]:
    """Save the week, or nothing and say which day is wrong."""
    days = [_posted(key, name) for key, name in _DAYS.items()]
    others = forms.posted(_OTHERS)
    wrong = {
        f"hours.{day.key}": f"Enter when you open and when you close on {day.name}."
        for day in days
        if day.is_ == OPEN and not (day.opens and day.closes)
    }
    problems = forms.keep({**_spans(days), **others}, wrong)
    if problems:
        return _page(days, others, problems), 422
    return redirect(url_for("hours.hours", done="saved"), 303)


@bp.post("/away")
def add_away() -> Response | tuple[str, int]:
    """Keep days away; those that are over are dropped."""
    away = {name: request.form.get(name, "").strip() for name in ("from", "to")}
    away["text"] = typed(request.form.get("text", ""))
    problems = {
        name: words
        for name, words in (("from", "Enter the first day away."), ("to", "Enter the last day away."))
        if not away[name]
    }
    if not problems:
        try:
            files().settings.update(lambda settings: _with_away(settings, away))
        except SettingError as wrong:
            problems[_field_of(wrong)] = str(wrong)
    if problems:
        settings = settings_now()
        return _page(_days_of(settings), forms.shown(_OTHERS, settings), problems, away), 422
    return redirect(url_for("hours.hours", done="saved"), 303)


@bp.post("/away/remove")
def remove_away() -> Response:
    """Drop days away, named by their first and last day."""
    gone = request.form.get("from", ""), request.form.get("to", "")

    def without(settings: Settings) -> Settings:
        kept = [
            holiday
            for holiday in settings.holidays
            if (holiday.from_.isoformat(), holiday.to.isoformat()) != gone
        ]
        return _with_holidays(settings, [_record(holiday) for holiday in kept])

    files().settings.update(without)
    return redirect(url_for("hours.hours", done="saved"), 303)


def _page(
    days: list[Day],
    others: dict[str, str],
    problems: dict[str, str],
    away: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "hours/hours.html",
        days=days,
        others=forms.filled(_OTHERS, others),
        problems=problems,
        holidays=_to_come(settings_now()),
        away=away or {},
        today=today_is().date().isoformat(),
    )


def _days_of(settings: Settings) -> list[Day]:
    monday = settings.hours.span(0)
    found = []
    for weekday, (key, name) in enumerate(_DAYS.items()):
        span = settings.hours.span(weekday)
        times = _times(span.opens, span.closes) if span else _USUAL
        same = bool(weekday) and span is not None and span == monday
        found.append(Day(key, name, SAME if same else OPEN if span else CLOSED, *times))
    return found


def _times(opens: int, closes: int) -> tuple[str, str]:
    return f"{opens // 60:02}:{opens % 60:02}", f"{closes // 60 % 24:02}:{closes % 60:02}"


def _posted(key: str, name: str) -> Day:
    is_ = request.form.get(key, "")
    times = [request.form.get(f"{key}-{which}", "").strip() for which in ("from", "to")]
    return Day(key, name, is_ if is_ in {OPEN, SAME} and (key != "mon" or is_ == OPEN) else CLOSED, *times)


def _spans(days: list[Day]) -> dict[str, object]:
    """Return each day as the settings spell it."""
    monday, spans = "closed", {}
    for day in days:
        match day.is_:
            case "open":
                span = f"{day.opens}-{_closing(day.closes)}"
            case "same":
                span = monday
            case _:
                span = "closed"
        if day.key == "mon":
            monday = span
        spans[f"hours.{day.key}"] = span
    return dict(spans)


def _closing(time: str) -> str:
    """Return a closing time; midnight ends the day, which a phone's time field cannot say."""
    return f"{MIDNIGHT // 60}:00" if time == "00:00" else time


def _to_come(settings: Settings) -> list[Holiday]:
    today = today_is().date()
    return sorted(
        (holiday for holiday in settings.holidays if holiday.to >= today), key=lambda away: away.from_
    )


def _with_away(settings: Settings, away: Mapping[str, str]) -> Settings:
    kept = [_record(holiday) for holiday in _to_come(settings)]
    return _with_holidays(settings, [*kept, dict(away)])


def _with_holidays(settings: Settings, holidays: list[dict[str, object]]) -> Settings:
    return with_value(settings, "holidays", holidays)


def _record(holiday: Holiday) -> dict[str, object]:
    return holiday.model_dump(mode="json", by_alias=True)


def _field_of(wrong: SettingError) -> str:
    """Return the field of the form at which a problem with days away stands."""
    last = wrong.key.rpartition(".")[2]
    if last in {"from", "to"}:
        return last
    return "to" if "last day" in str(wrong) else "text"
