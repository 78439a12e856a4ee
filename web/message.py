"""Message: the texts that callers get, and the editor that says what each comes to."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for

from appliance.core import wording
from appliance.core.settings import SettingError, get, with_value
from web import counting
from web.files import files, settings_now
from web.view import today_is

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from appliance.core.settings import Settings

bp = Blueprint("message", __name__, url_prefix="/message")


class Which(StrEnum):
    """The owner's texts."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


_TITLES: Final = {
    Which.OPEN: "When you're open",
    Which.CLOSED: "When you're closed",
    Which.HOLIDAY: "On holiday",
}


@bp.get("")
def messages() -> str:
    """Show each text as a caller would get it now."""
    settings = settings_now()
    shown = [(which, _TITLES[which], _count(which, _saved(settings, which))) for which in Which]
    return render_template("message/messages.html", shown=shown)


@bp.get("/<which>")
def editor(which: str) -> str:
    """Show one text to be changed."""
    known = _which(which)
    return _editor(known, _saved(settings_now(), known))


@bp.post("/<which>")
def edit(which: str) -> AnyResponse | tuple[str, int] | str:
    """Check, mend or save one text, whichever button was tapped."""
    known, text = _which(which), counting.typed(request.form.get("text", ""))
    match request.form.get("do"):
        case "fix":
            return _editor(known, wording.fix(text), note="Done. Check it, then save.")
        case "check":
            return _editor(known, text)
        case _:
            return _save(known, text)


@bp.post("/count")
def count() -> Response:
    """Count a text while it is typed. `which` names one of the owner's texts, or "reply"."""
    text = counting.typed(request.form.get("text", ""))
    which = request.form.get("which", "")
    counted = counting.of_reply(text) if which == "reply" else _count(_which(which), text)
    return jsonify(asdict(counted))


def _save(which: Which, text: str) -> AnyResponse | tuple[str, int]:
    try:
        files().settings.update(lambda settings: with_value(settings, f"text.{which}", text))
    except SettingError as wrong:
        return _editor(which, text, problem=str(wrong)), 422
    return redirect(url_for("message.messages", done="saved"), 303)


def _editor(which: Which, text: str, *, problem: str = "", note: str = "") -> str:
    return render_template(
        "message/editor.html",
        which=which,
        title=_TITLES[which],
        text=text,
        count=_count(which, text),
        may_be_empty=_may_be_empty(which),
        problem=problem,
        note=note,
    )


def _which(name: str) -> Which:
    if name not in set(Which):
        abort(404)
    return Which(name)


def _saved(settings: Settings, which: Which) -> str:
    return str(get(settings, f"text.{which}"))


def _count(which: Which, text: str) -> counting.Count:
    return counting.of_template(text, settings_now(), today_is(), may_be_empty=_may_be_empty(which))


def _may_be_empty(which: Which) -> bool:
    """Say whether this text may be left out: then nobody gets one at such a time."""
    return which is not Which.OPEN
