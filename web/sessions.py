"""The visitor's session: begun when they prove who they are."""

from __future__ import annotations

from typing import Final

from flask import g

from web import guard
from web.files import files

_COOKIE_DAYS: Final = 400  # the longest a browser keeps one; the box ends a session by itself


def begin() -> None:
    """Open a session for this visitor, whose token is another one from now on."""
    guard.give_token(files().access.new_session(files().now()), days=_COOKIE_DAYS)


def is_signed_in() -> bool:
    """Say whether this visitor's session is open."""
    return not g.anonymous and files().access.session_valid(g.token, files().now())
