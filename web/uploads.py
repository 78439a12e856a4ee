"""Which requests may be large: a file from somebody who is signed in, and nothing else.

Said twice: to the server, which stops all else before it is read, and to Flask before it reads the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import request
from werkzeug.http import parse_cookie

from appliance.core.address_book import MOST_BYTES
from appliance.drivers.access_file import AccessUnreadable
from web.guard import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from web.files import Files

MOST_UPLOAD: Final = MOST_BYTES + 1024 * 1024  # octets: the largest file and the form around it
PATHS: Final = frozenset({"/settings/numbers/contacts", "/settings/box/restore"})


def may_upload(app: Flask) -> Callable[[str, str], bool]:
    """Return what tells the server whether a request for this path, with these cookies, may be large."""
    opened = cast("Files", app.extensions["textback"])

    def may(path: str, cookies: str) -> bool:
        if path not in PATHS:
            return False
        token = parse_cookie(cookies).get(COOKIE, "")
        try:
            return bool(token) and opened.access.session_valid(token, opened.now())
        except AccessUnreadable:
            return False

    return may


def init_app(app: Flask) -> None:
    """Stand before whatever reads a form of this app."""
    may = may_upload(app)

    def widen() -> None:
        if request.method == "POST" and may(request.path, request.environ.get("HTTP_COOKIE", "")):
            request.max_content_length = MOST_UPLOAD

    app.before_request(widen)
    app.teardown_request(_close_files)


def _close_files(_error: BaseException | None) -> None:
    request.close()
