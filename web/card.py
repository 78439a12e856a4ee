"""The card that goes with the box, to be printed: what the lights say, where the page is, how to claim it.

The setup code is on it only before the claim, and only for who has it already: the box never tells it.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.drivers.setup_code import Tried
from web import about, setup
from web.files import files, settings_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("card", __name__)

_LIGHTS: Final = (
    ("steady", "On", "All is well."),
    ("wink", "On, with a short gap", "Off because you chose so: paused, closed or at the day's limit."),
    ("slow", "Slowly on and off", "Wait. It is starting, or looking for signal."),
    ("double", "Two short blinks", "It needs you. Open the page: it says what to do."),
    ("flicker", "Three quick blinks", "A call or a text, right now."),
)
_BUTTON: Final = (
    ("Tap", "Shows how the box is, for 10 seconds."),
    ("Hold 3 seconds", "Pauses texts for 2 hours. Again: sends them."),
    ("Hold 20 seconds", "Clears the password of the page."),
)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as one path on a square of `size` modules, its quiet zone included."""

    words: str
    size: int
    path: str


@bp.get("/card")
def card() -> str:
    """Show the card, without the setup code."""
    return _card(setup_code=None)


@setup.bp.post("/setup/card")
def setup_card() -> str | tuple[str, int]:
    """Show the card with the setup code to who has typed it: to print it again before the box is claimed."""
    if files().access.has_password():
        return render_template("setup/taken.html"), 409
    match files().setup_code.try_code(request.form.get("code", "")):
        case Tried.RIGHT:
            return _card(setup_code=files().setup_code.code())
        case Tried.WRONG:
            return _ask({"code": "That is not the code of this box. Type it again."}), 403
        case Tried.CLOSED:
            return _ask({}), 410


@setup.bp.get("/setup/card")
def ask_for_code() -> str | AnyResponse:
    """Ask for the setup code before the card is shown with it."""
    if files().access.has_password():
        return redirect(url_for("card.card"), 303)
    return _ask({})


def qr_code(words: str) -> Code:
    """Return the QR code of an address."""
    import segno  # noqa: PLC0415 - a megabyte, for a page that is looked at once

    made = segno.make(words, error="m", micro=False)
    size, _ = made.symbol_size(border=4)
    return Code(words, int(size), _path(made.matrix_iter(border=4)))


def _path(rows: Iterable[Iterable[int]]) -> str:
    """Return the dark modules as one path, each run of them in a row a rectangle."""
    pieces = []
    for y, row in enumerate(rows):
        run = 0
        modules = list(row)
        for x, dark in enumerate([*modules, 0]):
            if dark:
                run += 1
            elif run:
                pieces.append(f"M{x - run} {y}h{run}v1h-{run}z")
                run = 0
    return "".join(pieces)


def _card(setup_code: str | None) -> str:
    return render_template(
        "card/card.html",
        codes=[qr_code(address) for address in _addresses()],
        lights=_LIGHTS,
        button=_BUTTON,
        setup_code=setup_code,
        business=settings_now().business,
        model=about.MODEL,
        support_ends=about.SUPPORT_ENDS,
        contact=about.contact(),
    )


def _ask(problems: dict[str, str]) -> str:
    is_open = files().setup_code.seconds_left() > 0
    return render_template("card/ask.html", problems=problems, is_open=is_open)


def _addresses() -> list[str]:
    """Return where the page is: as it was asked for, and by the name the box gives itself."""
    name = f"{socket.gethostname().partition('.')[0].lower()}.local"
    return list(dict.fromkeys(f"http://{host}/" for host in (request.host, name)))
