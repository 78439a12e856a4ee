"""A forgotten password: a code is texted to the mobile the box knows, and works once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core import numbers
from appliance.core.outbox import TextKind
from appliance.drivers.access_file import RECOVERY_LASTS, PasswordRefused
from web import sessions, tries
from web.files import files, settings_now

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("recovery", __name__, url_prefix="/forgot")

_WRONG: Final = "That is not the code, or it is too old. Type it again, or ask for another."
_WORDS: Final = "Your code is {code}. Type it on the page of your Textback box. Nobody else needs it."


@bp.get("")
def forgot() -> str:
    """Ask for the owner's mobile number."""
    return render_template("recovery/forgot.html")


@bp.post("")
def send_code() -> Response:
    """Text a code to the owner's mobile if this is its number. The answer is the same for every number."""
    settings, now = settings_now(), files().now()
    asked = numbers.key(request.form.get("mobile", "").strip())
    if settings.owner_mobile is not None and asked == settings.owner_mobile:
        code = files().access.new_recovery_code(now)
        if code is not None:
            files().journal.queue_text(
                to=settings.owner_mobile,
                body=_WORDS.format(code=code),
                parts=1,
                kind=TextKind.CODE,
                at=now,
                expires_at=now + RECOVERY_LASTS,
            )
            files().wrote()
    return redirect(url_for("recovery.code"), 303)


@bp.get("/code")
def code() -> str:
    """Ask for the code and a new password."""
    return _page({})


@bp.post("/code")
def use_code() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Set the new password for who has the code, and sign them in."""
    typed = "".join(filter(str.isalnum, request.form.get("code", "")))
    wait = tries.wait()
    if wait > 0:
        return _page({"code": tries.slow_down(wait)}), 429, tries.retry_after(wait)
    try:
        right = files().access.recover(
            typed, request.form.get("password", ""), files().now(), business=settings_now().business
        )
    except PasswordRefused as refused:
        return _page({"password": str(refused)}), 422
    if not right:
        return _page({"code": _WRONG}), 403
    tries.was_right()
    sessions.begin()
    return redirect(url_for("home.home"), 303)


def _page(problems: dict[str, str]) -> str:
    return render_template("recovery/code.html", problems=problems, code=request.form.get("code", "")[:20])
