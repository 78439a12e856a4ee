"""Before the box has an owner: one page that says how it gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from web.files import files

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("setup", __name__)


@bp.get("/setup")
def setup() -> AnyResponse | str:
    """Say how to set the box up; to its owner, who has done so, show Home."""
    if files().access.claimed():
        return redirect(url_for("home.home"), 303)
    return render_template("setup/setup.html")


def lead_here() -> AnyResponse | Response | tuple[str, int] | None:
    """Lead every page of a box without an owner here: there is nothing to show and nobody to let in."""
    if request.blueprint in {"setup", "assets"} or files().access.claimed():
        return None
    if request.blueprint == "live":
        answer = jsonify(state="NOT_SET_UP")
        answer.status_code = 401
        return answer
    if request.method not in {"GET", "HEAD"}:
        return render_template("setup/setup.html"), 401
    return redirect(url_for("setup.setup"), 303)


def init_app(app: Flask) -> None:
    """Stand before every page of this app."""
    app.before_request(lead_here)
