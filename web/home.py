"""Home: how the box is, pause, who has been in touch, what this week was like."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from appliance.core.hours import LONDON
from appliance.core.settings import with_value
from web import lines, state
from web.files import files, settings_now
from web.live import page_mark
from web.view import today_is

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from appliance.drivers.journal import Counts

bp = Blueprint("home", __name__)

PAUSE: Final = timedelta(hours=2)
_LINES: Final = 6
_BAR_HEIGHT: Final = 40  # units of the drawing


@bp.get("/")
def home() -> str:
    """Show Home."""
    mark = page_mark()
    opened, settings, now = files(), settings_now(), today_is()
    days = _week(now)
    return render_template(
        "home/home.html",
        mark=mark,
        settings=settings,
        shown=state.shown(opened.status(), settings, now),
        paused=state.is_paused(settings, now),
        lines=lines.everybody(opened.journal, _LINES, lines.Cursor()).lines,
        week=opened.journal.counts_today(days[0]),
        bars=_bars(days, opened.journal.counts_by_day(days)),
    )


@bp.post("/pause")
def pause() -> Response:
    """Send no texts for two hours."""
    until = (files().now() + PAUSE).replace(microsecond=0)
    files().settings.update(lambda settings: with_value(settings, "paused_until", until.isoformat()))
    return redirect(url_for("home.home"), 303)


@bp.post("/resume")
def resume() -> Response:
    """Send texts again."""
    files().settings.update(lambda settings: with_value(settings, "paused_until", None))
    return redirect(url_for("home.home"), 303)


def _week(now: datetime) -> list[datetime]:
    """Return the midnights that part this week's days, from Monday's to next Monday's."""
    monday = now.date() - timedelta(days=now.weekday())
    return [datetime.combine(monday + timedelta(days=day), time(), LONDON) for day in range(8)]


def _bars(days: list[datetime], counts: list[Counts]) -> list[tuple[str, int, int]]:
    """Return each day's name, its missed calls, and how tall its bar is."""
    most = max(4, *(count.missed for count in counts))
    return [
        (f"{day:%a}", count.missed, round(count.missed * _BAR_HEIGHT / most))
        for day, count in zip(days, counts, strict=False)
    ]
