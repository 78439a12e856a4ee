"""What an open page asks every four seconds: has anything changed that it could show."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, jsonify, request

from web import state
from web.files import files, settings_now
from web.view import today_is

bp = Blueprint("live", __name__)


@bp.get("/api/state")
def api_state() -> Response:
    """Answer with the state of the box in words; 304 while every page would look the same."""
    mark = page_mark()
    if request.if_none_match.contains_weak(mark):
        answer = Response(status=304)
    else:
        now = state.shown(files().status(), settings_now(), today_is())
        answer = jsonify(state=now.state, tone=now.tone, headline=now.headline, detail=now.detail)
    answer.set_etag(mark, weak=True)
    return answer


def page_mark() -> str:
    """Return a mark that is another as soon as any page would look different.

    Take it before reading what the page shows: a change in between is then shown twice rather than never.
    """
    opened, settings, now = files(), settings_now(), today_is()
    shown = state.shown(opened.status(), settings, now)
    seen = (opened.mark(), shown, now.date())
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:20]
