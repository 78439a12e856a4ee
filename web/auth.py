"""Who may see the page: signing in and out, and changing the password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for

from appliance.drivers.access_file import PasswordRefused
from web import guard, sessions, tries
from web.files import files, settings_now

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

bp = Blueprint("auth", __name__)

_PUBLIC: Final = frozenset({"auth.login", "auth.sign_in", "assets.asset", "about.about"})
_PUBLIC_PARTS: Final = frozenset({"setup", "recovery"})
_OUR_PAGE: Final = re.compile(r"/[a-z0-9-]+(?:/[a-z0-9-]+)*")
_WRONG: Final = "That is not the password. Check it and type it again."


@bp.get("/login")
def login() -> Response | str:
    """Show the sign-in page."""
    if sessions.is_signed_in():
        return redirect(url_for("home.home"), 303)
    return _sign_in_page(then="", problem="")


@bp.post("/login")
def sign_in() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Let in who knows the password."""
    then = request.form.get("then", "")
    wait = tries.password(request.form.get("password", ""))
    if wait is None:
        return _sign_in_page(then, _WRONG), 401
    if wait > 0:
        return _sign_in_page(then, tries.slow_down(wait)), 429, tries.retry_after(wait)
    sessions.begin()
    return redirect(then if _OUR_PAGE.fullmatch(then) else url_for("home.home"), 303)


@bp.post("/logout")
def sign_out() -> Response:
    """End this visitor's session."""
    files().access.end_session(g.token)
    guard.give_new_token()
    return redirect(url_for("auth.login"), 303)


@bp.get("/settings/password")
def password() -> str:
    """Show the form for another password."""
    return render_template("auth/password.html", problems={})


@bp.post("/settings/password")
def change_password() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Set another password and end every session but this visitor's, which begins anew."""
    wait = tries.password(request.form.get("old", ""))
    if wait is None:
        return render_template("auth/password.html", problems={"old": _WRONG}), 422
    if wait > 0:
        page = render_template("auth/password.html", problems={"old": tries.slow_down(wait)})
        return page, 429, tries.retry_after(wait)
    try:
        files().access.set_password(request.form.get("new", ""), business=settings_now().business)
    except PasswordRefused as refused:
        return render_template("auth/password.html", problems={"new": str(refused)}), 422
    sessions.begin()
    return redirect(url_for("settings.settings", done="password"), 303)


def require_session() -> Response | tuple[str, int] | None:
    """Show the sign-in page, and nothing else, to whoever has no session. Also where there is no page."""
    if request.endpoint in _PUBLIC or request.blueprint in _PUBLIC_PARTS or sessions.is_signed_in():
        return None
    if request.blueprint == "live":
        answer = jsonify(state="SIGNED_OUT")
        answer.status_code = 401
        return answer
    return _sign_in_page(request.path if request.method == "GET" else "", problem=""), 401


def _sign_in_page(then: str, problem: str) -> str:
    return render_template("auth/login.html", then=then, problem=problem)


def init_app(app: Flask) -> None:
    """Stand before every page of this app."""
    tries.init_app(app)
    app.before_request(require_session)
