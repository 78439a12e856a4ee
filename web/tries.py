"""How fast this visitor may try a password or a code: one measure for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request

from web.files import files
from web.throttle import Throttle, whole_seconds
from web.view import plural

if TYPE_CHECKING:
    from flask import Flask

_NAME: Final = "textback-throttle"


def wait() -> float:
    """Take a try. Return 0, or how many seconds this visitor has to wait before the next."""
    return _throttle().try_now(request.remote_addr or "", files().clock.monotonic())


def was_right() -> None:
    """Forget this visitor's tries: they knew it."""
    _throttle().was_right(request.remote_addr or "")


def password(typed: str) -> float | None:
    """Try the owner's password: 0 when it is right, None when it is wrong, else the seconds to wait."""
    seconds = wait()
    if seconds > 0:
        return seconds
    if not files().access.check(typed):
        return None
    was_right()
    return 0.0


def slow_down(seconds: float) -> str:
    """Say how long to wait."""
    whole = whole_seconds(seconds)
    again = plural(whole, "second") if whole < 60 else plural(-(-whole // 60), "minute")
    return f"Too many wrong tries. Try again in {again}."


def retry_after(seconds: float) -> dict[str, str]:
    """Return the header that says it to a program."""
    return {"Retry-After": str(whole_seconds(seconds))}


def _throttle() -> Throttle:
    return cast("Throttle", current_app.extensions[_NAME])


def init_app(app: Flask) -> None:
    """Count the tries of this app's visitors."""
    app.extensions[_NAME] = Throttle()
