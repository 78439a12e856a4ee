"""The box: how each of its parts is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from appliance import __version__
from appliance.core.health import State
from web import state
from web.files import files, settings_now
from web.live import page_mark
from web.view import clean, moment, today_is
from web.words import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from werkzeug.wrappers import Response

    from appliance.drivers.status_file import Status

bp = Blueprint("box", __name__, url_prefix="/settings/box")

_STRENGTH: Final = ("very weak", "weak", "fair", "good", "good", "very good")  # by bars, 0 to 5
_SIM: Final = {
    State.NO_SIM: "Not found",
    State.SIM_LOCKED: "Locked",
    State.SIM_BLOCKED: "Shut. It needs its PUK code",
}
_CALLS: Final = {
    True: ("Calls can get in", Tone.GOOD),
    False: ("Calls can't get in", Tone.BAD),
    None: ("Not known yet", Tone.WAIT),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the box, how it is, and how that is marked."""

    name: str
    says: str
    tone: Tone


@bp.get("")
def box() -> str:
    """Show the parts of the box."""
    mark = page_mark()
    status = files().status()
    return render_template(
        "box/box.html",
        mark=mark,
        shown=state.shown(status, settings_now(), today_is()),
        parts=() if status is None else tuple(_parts(status)),
        version=__version__,
    )


@bp.post("/restart")
def restart() -> Response:
    """Ask for the phone part to be started anew: the daemon sees it within a second."""
    files().requests.ask_restart()
    return redirect(url_for("box.box", done="restarting"), 303)


def _parts(status: Status) -> Iterator[Part]:
    modem = status.modem
    if modem is None:
        yield Part("Phone part", "Not found", Tone.BAD)
    else:
        yield Part("Phone part", clean(modem.model or modem.family) or "Found", Tone.GOOD)
    yield _sim(status.state, status.operator)
    yield Part("Network", clean(status.operator) or "None", Tone.GOOD if status.operator else Tone.WAIT)
    yield _signal(status.signal_bars)
    yield Part("Calls", *_CALLS[status.voice])
    waiting = f", {status.queued} waiting" if status.queued else ""
    yield Part("Texts", f"{status.texts_today} today{waiting}", Tone.WAIT if waiting else Tone.GOOD)
    yield _last("Last call", status.last_call)
    yield _last("Last text", status.last_text)


def _sim(state: State, operator: str | None) -> Part:
    """Return how the SIM is. A phone network that let us on has read it."""
    if state in _SIM:
        return Part("SIM card", _SIM[state], Tone.BAD)
    return Part("SIM card", "Ready", Tone.GOOD) if operator else Part("SIM card", "Not known yet", Tone.WAIT)


def _signal(bars: int | None) -> Part:
    if bars is None:
        return Part("Phone signal", "Not known yet", Tone.WAIT)
    return Part("Phone signal", f"{_STRENGTH[bars]}, {bars} of 5 bars".capitalize(), _of_bars(bars))


def _of_bars(bars: int) -> Tone:
    if bars == 0:
        return Tone.BAD
    return Tone.GOOD if bars > 1 else Tone.WAIT


def _last(name: str, when: datetime | None) -> Part:
    return Part(name, moment(when) if when else "None yet", Tone.QUIET)
