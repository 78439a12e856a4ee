"""Before the box has a password: the one page that takes the setup code and makes somebody its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from appliance.drivers import passwords
from appliance.drivers.passwords import PasswordRefused
from appliance.drivers.setup_code import Tried
from web import sessions
from web.files import files, settings_now

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("setup", __name__)

_WITHOUT_OWNER: Final = frozenset({"setup", "assets", "about"})
_WRONG_CODE: Final = "That is not the code of this box. Check the card and type it again."


@bp.get("/setup")
def setup() -> AnyResponse | str:
    """Ask for the setup code and a password; to its owner, who has done so, show Home."""
    if files().access.has_password():
        return redirect(url_for("home.home"), 303)
    return _page({})


@bp.post("/setup")
def claim() -> AnyResponse | tuple[str, int]:
    """Make whoever has the setup code the owner: 403 for another code, 410 while none is taken, 409 too late.

    Of several at once one becomes the owner. A try counts whatever else is wrong with it.
    """
    access, typed = files().access, request.form.get("password", "")
    if access.has_password():
        return _taken()
    problems = {}
    match files().setup_code.try_code(request.form.get("code", "")):
        case Tried.CLOSED:
            return _page({}), 410
        case Tried.WRONG:
            problems["code"] = _WRONG_CODE
        case Tried.RIGHT:
            pass
    try:
        passwords.usable(typed, settings_now().business)
    except PasswordRefused as refused:
        problems["password"] = str(refused)
    if problems:
        return _page(problems), 403 if "code" in problems else 422
    if not access.claim(typed, business=settings_now().business):
        return _taken()
    sessions.begin()
    return redirect(url_for("home.home" if settings_now().business else "wizard.name"), 303)


def lead_here() -> AnyResponse | Response | tuple[str, int] | None:
    """Lead every page of a box without a password here: there is nothing to show and nobody to let in."""
    if request.blueprint in _WITHOUT_OWNER or files().access.has_password():
        return None
    if request.blueprint == "live":
        answer = jsonify(state="NOT_SET_UP")
        answer.status_code = 401
        return answer
    if request.method not in {"GET", "HEAD"}:
        return _page({}), 401
    return redirect(url_for("setup.setup"), 303)


def _page(problems: dict[str, str]) -> str:
    return render_template(
        "setup/setup.html",
        problems=problems,
        is_open=files().setup_code.seconds_left() > 0,
        again=files().access.claimed(),
        code=request.form.get("code", "")[:20],
    )


def _taken() -> tuple[str, int]:
    return render_template("setup/taken.html"), 409


def init_app(app: Flask) -> None:
    """Stand before every page of this app."""
    app.before_request(lead_here)
