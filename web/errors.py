"""What the page says when it cannot do what was asked: one plain sentence, and nothing private in the log."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final

from flask import g, render_template, request
from werkzeug.exceptions import HTTPException

from appliance.drivers.access_file import AccessUnreadable, AccessUnwritable
from appliance.drivers.journal import JournalUnavailable
from appliance.drivers.settings_file import SettingsUnreadable, SettingsUnwritable

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_log = logging.getLogger(__name__)

_WORDS: Final = {
    403: ("That did not work", "This page was open too long. Go back, load it again, and try once more."),
    404: ("Not here", "There is no such page. It may have been erased."),
    413: ("Too big", "That is more than the box takes. Send less."),
    500: ("Something went wrong", "Nothing was lost. Go back and try again."),
}
_OTHER: Final = ("That did not work", "Go back and try again.")


def http_error(error: HTTPException) -> tuple[str, int] | Response:
    """Say what went wrong with a request."""
    if error.response is not None:  # an answer by itself, such as a redirect
        return error.get_response()
    code = error.code or 500
    return _page(*_WORDS.get(code, _OTHER)), code


def storage_error(error: Exception) -> tuple[str, int]:
    """Say what is wrong with the box's storage. Its errors are sentences for the owner."""
    _log.error("a page could not be shown: %s", type(error).__name__)
    return _page("The box has a problem", str(error)), 503


def _page(title: str, sentence: str) -> str:
    g.setdefault("anonymous", True)
    return render_template("error.html", title=title, sentence=sentence)


def log_bug(error: BaseException) -> None:
    """Log where a page failed. What it failed with stays out: it may be a number or somebody's words."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s %s failed: %s\n%s", request.method, request.url_rule, type(error).__name__, where)


def init_app(app: Flask) -> None:
    """Answer every error of this app with a page."""
    app.register_error_handler(HTTPException, http_error)
    for kind in (
        AccessUnreadable,
        AccessUnwritable,
        JournalUnavailable,
        SettingsUnreadable,
        SettingsUnwritable,
    ):
        app.register_error_handler(kind, storage_error)
