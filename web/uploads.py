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

_FORM: Final = 64 * 1024  # octets: the form around the file
MOST: Final = {  # octets, by path
    "/settings/numbers/contacts": MOST_BYTES + _FORM,
    "/settings/box/restore": 64 * 1024 * 1024 + _FORM,  # years of calls
}


def upload_limit(app: Flask) -> Callable[[str, str], int]:
    """Return what tells the server how large a request may be for this path and with these cookies.

    In octets; 0 for no larger than any other.
    """
    opened = cast("Files", app.extensions["textback"])

    def limit(path: str, cookies: str) -> int:
        most = MOST.get(path, 0)
        token = parse_cookie(cookies).get(COOKIE, "")
        try:
            return most if most and token and opened.access.session_valid(token, opened.now()) else 0
        except AccessUnreadable:
            return 0

    return limit


def init_app(app: Flask) -> None:
    """Stand before whatever reads a form of this app."""
    limit = upload_limit(app)

    def widen() -> None:
        if request.method == "POST":
            most = limit(request.path, request.environ.get("HTTP_COOKIE", ""))
            request.max_content_length = most or request.max_content_length

    app.before_request(widen)
    app.teardown_request(_close_files)


def _close_files(_error: BaseException | None) -> None:
    request.close()
