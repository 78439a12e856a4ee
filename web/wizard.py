"""The rest of the first run: who you are, what callers will read, your mobile, and a try of both ways.

The first screen, with the setup code and the password, is web/setup.py. Each screen is a page of its own, so
that a phone that locks half-way goes on where it was.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core import wording
from appliance.core.health import State
from appliance.core.outbox import TextKind
from web import details, forms, sessions, state, words
from web.files import files, settings_now
from web.live import page_mark
from web.view import clean, today_is

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from appliance.core.settings import Settings
    from appliance.drivers.journal import Call, Text

bp = Blueprint("wizard", __name__, url_prefix="/setup")

_WHO: Final = (details.BUSINESS, details.NAME)
_MOBILE: Final = (details.OWNER_MOBILE,)
_LATELY: Final = timedelta(minutes=15)
_TEST_LASTS: Final = timedelta(minutes=10)
_TOO_BIG: Final = 2**63  # for a row of the journal
_ONE_A: Final = timedelta(minutes=1)  # a thumb that taps twice costs one text


@bp.get("/name")
def name() -> str:
    """Ask for the name of the business and of its owner."""
    return _form("name", _WHO, forms.shown(_WHO, settings_now()), {})


@bp.post("/name")
def keep_name() -> Response | tuple[str, int]:
    """Keep both names."""
    return _save("name", _WHO, then="wizard.text")


@bp.get("/text")
def text() -> str:
    """Show what a caller would read if one rang now."""
    return render_template("wizard/text.html", step=3, preview=_preview(settings_now()))


@bp.get("/mobile")
def mobile() -> str:
    """Ask where replies are to go."""
    return _form("mobile", _MOBILE, forms.shown(_MOBILE, settings_now()), {})


@bp.post("/mobile")
def keep_mobile() -> Response | tuple[str, int]:
    """Keep the owner's number."""
    return _save("mobile", _MOBILE, then="wizard.try_it")


@bp.get("/try")
def try_it() -> str:
    """Show how the box is, what became of the test text, and whether a ring got through."""
    mark = page_mark()
    sent, rang = _test_text(request.args.get("sent", type=int)), _latest_call()
    status = files().status()
    return render_template(
        "wizard/try.html",
        step=5,
        mark=mark,
        shown=state.shown(status, settings_now(), today_is()),
        locked=status is not None and status.state is State.SIM_LOCKED,
        mobile=settings_now().owner_mobile,
        sent=sent,
        progress=words.progress(sent, None) if sent else None,
        rang=rang,
    )


@bp.post("/try")
def send_test() -> Response:
    """Text the owner what a caller would get."""
    settings, now = settings_now(), files().now()
    if settings.owner_mobile is None:
        return redirect(url_for("wizard.mobile"), 303)
    sent = _test_text(request.form.get("sent", type=int))
    if sent is not None and now - sent.queued_at < _ONE_A:
        return redirect(url_for("wizard.try_it", sent=sent.id), 303)
    body = _preview(settings)
    text_id = files().journal.queue_text(
        to=settings.owner_mobile,
        body=body,
        parts=wording.check(body, {}).parts,
        kind=TextKind.TEST,
        at=now,
        expires_at=now + _TEST_LASTS,
    )
    files().wrote()
    return redirect(url_for("wizard.try_it", sent=text_id), 303)


def lead_back() -> Response | None:
    """Lead an owner who has not said who they are from Home back to the wizard: no text can be sent yet."""
    if request.endpoint == "home.home" and sessions.is_signed_in() and not settings_now().business:
        return redirect(url_for("wizard.name"), 303)
    return None


def _form(
    step: str, fields: tuple[forms.Field, ...], values: dict[str, str], problems: dict[str, str]
) -> str:
    return render_template(
        f"wizard/{step}.html",
        step={"name": 2, "mobile": 4}[step],
        fields=forms.filled(fields, values),
        problems=problems,
    )


def _save(step: str, fields: tuple[forms.Field, ...], then: str) -> Response | tuple[str, int]:
    values = forms.posted(fields)
    problems = forms.save(fields, values)
    if problems:
        return _form(step, fields, values, problems), 422
    return redirect(url_for(then), 303)


def _preview(settings: Settings) -> str:
    """Return the text that a caller would get now; where none is sent now, the one for opening hours."""
    return clean(wording.missed_call_text(settings, today_is(), always=True))


def _test_text(text_id: int | None) -> Text | None:
    """Return the test text of this id, None when there is none of it lately."""
    sent = files().journal.text(text_id) if text_id is not None and 0 < text_id < _TOO_BIG else None
    if sent is None or sent.kind is not TextKind.TEST or sent.queued_at < files().now() - _LATELY:
        return None
    return sent


def _latest_call() -> Call | None:
    """Return the newest call, None when there was none lately."""
    newest = files().journal.calls(limit=1)
    if not newest or newest[0].call.started_at < files().now() - _LATELY:
        return None
    return newest[0].call


def init_app(app: Flask) -> None:
    """Stand before every page of this app."""
    app.before_request(lead_back)
