"""How times, numbers and other people's words look on the page."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from flask import g, request

from appliance.core import numbers
from appliance.core.hours import LONDON, clock
from web.files import files

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask import Flask

# U+200D joins emoji and so stays; the other format characters can turn a line round or hide in it.
_JOINER = "\u200d"
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}

# What a page says after a form has done its work; the name stands in the address.
_DONE = {
    "saved": "Saved.",
    "erased": "Erased. Nothing is left of them here.",
    "seen-to": "Marked as done.",
    "never": "This number gets no texts from now on.",
    "always": "This number always gets a text from now on.",
    "neither": "This number is treated like any other.",
    "texted": "Saved. Your phone gets it in a few seconds.",
    "sending": "Your text is on its way.",
    "restarting": "Starting again. It takes about a minute.",
    "restored": "Backup restored. All is as it was then.",
    "password": "Password changed. Other phones are signed out.",
}


def clean(text: str | None) -> str:
    """Return other people's words without what could turn, hide or overprint the words around them."""
    shown = text or ""
    if shown.isascii() and shown.isprintable():
        return shown
    for end, plain in _LINE_ENDS.items():
        shown = shown.replace(end, plain)
    return "".join(c for c in shown if c in {"\n", _JOINER} or unicodedata.category(c)[0] != "C")


def one_line(text: str | None) -> str:
    """Return other people's words on one line, for a list."""
    return " ".join(clean(text).split())


def moment(when: datetime) -> str:
    """Return a time in a conversation: "2:40pm", "yesterday 2:40pm", "Mon 3 Nov 2:40pm"."""
    local = when.astimezone(LONDON)
    day = _day(local)
    return f"{day} {clock(local)}" if day else clock(local)


def short_moment(when: datetime) -> str:
    """Return a time in a list: "2:40pm", "yesterday", "Mon 3 Nov"."""
    local = when.astimezone(LONDON)
    return _day(local) or clock(local)


def _day(local: datetime) -> str:
    """Return the day in words, "" when it is today."""
    today = today_is()
    match (today.date() - local.date()).days:
        case 0:
            return ""
        case 1:
            return "yesterday"
        case _:
            year = f" {local.year}" if local.year != today.year else ""
            return f"{local:%a} {local.day} {local:%b}{year}"


def day_name(day: date) -> str:
    """Return a day in a table: "Mon 3 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def today_is() -> datetime:
    """Return the owner's time at the start of this request, so that a page agrees with itself."""
    if "local_now" not in g:
        g.local_now = files().local_now()
    now: datetime = g.local_now
    return now


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return the count with its noun: "1 text", "3 texts"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def done_words() -> str:
    """Return what the form before this page has done, "" when there was none."""
    return _DONE.get(request.args.get("done", ""), "")


def init_app(app: Flask) -> None:
    """Give the templates of this app these filters."""
    app.jinja_env.globals["done_words"] = done_words
    app.jinja_env.filters.update(
        clean=clean,
        day_name=day_name,
        display=lambda number: clean(numbers.display(number)),
        moment=moment,
        one_line=one_line,
        plural=plural,
        short_moment=short_moment,
    )
