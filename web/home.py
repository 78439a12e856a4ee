"""Home: how the box is, pause, who waits for the owner, what this week was like."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from appliance.core.settings import with_value
from web import bars, lines, state, statistics
from web.bars import Counted
from web.files import files, settings_now
from web.live import page_mark
from web.view import today_is

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("home", __name__)

PAUSE: Final = timedelta(hours=2)
_LINES: Final = 5
_UNCERTAIN_FOR: Final = timedelta(days=3)  # after that nobody waits for the text any more


@bp.get("/")
def home() -> str:
    """Show Home."""
    mark = page_mark()
    opened, settings, now = files(), settings_now(), today_is()
    days = [now.date() + timedelta(days=day - now.weekday()) for day in range(7)]
    week = statistics.week(days)
    uncertain = lines.uncertain(opened.journal, _LINES, opened.now() - _UNCERTAIN_FOR)
    waiting = lines.to_do(opened.journal, _LINES, lines.Cursor()).lines
    said = {line.person for line in uncertain}
    return render_template(
        "home/home.html",
        mark=mark,
        settings=settings,
        shown=state.shown(opened.status(), settings, now),
        paused=state.is_paused(settings, now),
        lines=[*uncertain, *(line for line in waiting if line.person not in said)],
        waiting_count=opened.journal.todo_count(),
        nameless=lines.nameless_since(opened.journal, statistics.midnight(now.date())),
        anybody=bool(opened.journal.people(1) or opened.journal.calls(limit=1)),
        week=sum(week, Counted()),
        bars=bars.draw(week, [f"{day:%a}" for day in days]),
        bar_words=", ".join(f"{day:%a} {count.missed}" for day, count in zip(days, week, strict=True)),
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
