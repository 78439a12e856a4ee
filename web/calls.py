"""Calls: everybody the box has heard from, those who wrote back, those who wait, and those looked for."""

from __future__ import annotations

import re
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request, url_for

from web import lines
from web.files import files
from web.live import page_mark
from web.view import one_line

if TYPE_CHECKING:
    from web.lines import Cursor, Page

bp = Blueprint("calls", __name__, url_prefix="/calls")

_LINES: Final = 20
_LONGEST_SEARCH: Final = 60  # characters


class Show(StrEnum):
    """Which calls are listed. The value stands in the address."""

    ALL = "all"
    WROTE_BACK = "wrote-back"
    TO_DO = "to-do"


_LABELS: Final = {Show.ALL: "All", Show.WROTE_BACK: "Wrote back", Show.TO_DO: "To do"}
_NOBODY: Final = {
    Show.ALL: "No calls yet. Ring the box from another phone to try it.",
    Show.WROTE_BACK: "Nobody has written back yet.",
    Show.TO_DO: "Nobody is waiting for you.",
}


@bp.get("")
def calls() -> str:
    """List everybody, or those of a filter, or those in whose number, name or words something is found."""
    mark = page_mark()
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    sought = one_line(request.args.get("find", ""))[:_LONGEST_SEARCH]
    start = lines.Cursor(request.args.get("rank", type=_number), request.args.get("call", type=_number))
    page = _page(show, sought, start)
    return render_template(
        "calls/calls.html",
        mark=mark,
        page=page,
        labels=_LABELS,
        show=None if sought else show,
        sought=sought,
        nobody=_nobody(show, sought, page),
        newest=_address(show, sought, None) if start != lines.Cursor() else None,
        older=_address(show, sought, page.older) if page.older else None,
    )


def _page(show: Show, sought: str, start: Cursor) -> Page:
    journal = files().journal
    if sought:
        return lines.found(journal, sought, _LINES, start)
    match show:
        case Show.ALL:
            return lines.everybody(journal, _LINES, start)
        case Show.WROTE_BACK:
            return lines.who_wrote_back(journal, _LINES, start)
        case Show.TO_DO:
            return lines.to_do(journal, _LINES, start)


def _nobody(show: Show, sought: str, page: Page) -> str:
    """Return what stands in place of an empty list."""
    if page.older:
        return "Nobody in this stretch. Look further back."
    if sought:
        return "Nothing found. Try part of a number, a name, or a word they wrote."
    return _NOBODY[show]


def _address(show: Show, sought: str, start: Cursor | None) -> str:
    shown = {"find": sought} if sought else {"show": None if show is Show.ALL else show.value}
    return url_for("calls.calls", **shown, **(asdict(start) if start else {}))


def _number(text: str) -> int:
    """Read a number that SQLite can hold. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError
    return int(text)
