"""Message: the texts that callers get, and the editor that says what each comes to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for

from appliance.core import ready_made, wording
from appliance.core.outbox import TextKind
from appliance.core.settings import SettingError, get, with_value
from web import counting
from web.files import files, settings_now
from web.view import today_is

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from appliance.core.ready_made import ReadyMade
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
_TEST_LIFE: Final = timedelta(minutes=10)  # a test that comes later than this tests nothing
_NO_MOBILE: Final = "Saved, but not texted. Enter your mobile number in Settings first."


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
    """Check, mend, replace or save one text, whichever button was tapped."""
    known, text = _which(which), counting.typed(request.form.get("text", ""))
    match request.form.get("do", "").partition(":"):
        case ("fix", _, _):
            return _editor(known, wording.fix(text), note="Done. Check it, then save.")
        case ("check", _, _):
            return _editor(known, text)
        case ("use", _, trade):
            return _editor(known, _ready(known, trade), note="Here it is. Change what you like, then save.")
        case ("try", _, _):
            return _save(known, text, try_it=True)
        case _:
            return _save(known, text)


@bp.post("/count")
def count() -> Response:
    """Count a text while it is typed. `which` names one of the owner's texts, or "reply"."""
    text = counting.typed(request.form.get("text", ""))
    which = request.form.get("which", "")
    counted = counting.of_reply(text, settings_now()) if which == "reply" else _count(_which(which), text)
    return jsonify(asdict(counted))


def _save(which: Which, text: str, *, try_it: bool = False) -> AnyResponse | tuple[str, int]:
    try:
        settings = files().settings.update(lambda settings: with_value(settings, f"text.{which}", text))
    except SettingError as wrong:
        return _editor(which, text, problem=str(wrong)), 422
    if not try_it or not text:
        return redirect(url_for("message.messages", done="saved"), 303)
    if settings.owner_mobile is None:
        return _editor(which, text, problem=_NO_MOBILE), 422
    _text_the_owner(settings, settings.owner_mobile, text)
    return redirect(url_for("message.messages", done="texted"), 303)


def _text_the_owner(settings: Settings, mobile: str, text: str) -> None:
    """Queue the text as a caller would get it now."""
    body = wording.fill_now(text, settings, today_is())
    files().journal.queue_text(
        to=mobile,
        body=body,
        parts=wording.check(body, {}).parts,
        kind=TextKind.TEST,
        at=files().now(),
        expires_at=files().now() + _TEST_LIFE,
    )
    files().wrote()


def _ready(which: Which, trade: str) -> str:
    """Return a trade's ready-made text for this use; 404 for a trade we have none for."""
    made = next((made for made in ready_made.MESSAGES if made.trade == trade), None)
    if made is None:
        abort(404)
    return _of_use(made, which)


def _of_use(made: ReadyMade, which: Which) -> str:
    return made.open if which is Which.OPEN else made.closed


def _editor(which: Which, text: str, *, problem: str = "", note: str = "") -> str:
    return render_template(
        "message/editor.html",
        which=which,
        title=_TITLES[which],
        text=text,
        count=_count(which, text),
        may_be_empty=_may_be_empty(which),
        ready_made=[(made.trade, _of_use(made, which)) for made in ready_made.MESSAGES],
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
