"""Your details: who you are, where replies go, and which of the two ways the box is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core import numbers
from appliance.core.branches import Use
from web import forms
from web.files import settings_now
from web.forms import Choice, Field, Kind

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("details", __name__, url_prefix="/settings/details")

BUSINESS: Final = Field(
    "business",
    "Business name",
    "Callers see it in your text.",
    missing="Enter the name of your business.",
    autocomplete="organization",
)
NAME: Final = Field(
    "name",
    "Your name",
    "Your first name is fine.",
    missing="Enter your name.",
    autocomplete="given-name",
)
OWNER_MOBILE: Final = Field(
    "owner_mobile",
    "Your mobile number",
    "We send you what callers text back.",
    kind=Kind.PHONE,
    missing="Enter your mobile number, like 07700 900123.",
    autocomplete="tel",
)
FIELDS: Final = (
    BUSINESS,
    NAME,
    OWNER_MOBILE,
    Field("forward_replies", "Text me what callers write back", kind=Kind.YES_OR_NO),
    Field(
        "use",
        "How do calls get to the box?",
        kind=Kind.RADIO,
        choices=(
            Choice(
                Use.SIM,
                "The SIM in the box is my business number",
                "Every call rings the box. Voicemail must be off on this SIM.",
            ),
            Choice(
                Use.DIVERT,
                "I keep my phone, and send calls I miss on to the box",
                "The text comes from the box's number, so it must name your business.",
            ),
        ),
    ),
    Field(
        "box_number",
        "Number of the SIM in the box",
        "The codes below need it.",
        kind=Kind.PHONE,
    ),
)
_SECONDS: Final = (5, 10, 15, 20, 25, 30)  # what networks take: fives, up to 30
_USUAL_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class Code:
    """A code to dial on the owner's own phone, and what it does."""

    does: str
    dial: str

    @property
    def link(self) -> str:
        """The address that dials it. "#" and "*" would end or change it as they are."""
        return f"tel:{quote(self.dial, safe='')}"


@bp.get("")
def details() -> str:
    """Show who the owner is and how the box is used."""
    return _page(forms.shown(FIELDS, settings_now()), {})


@bp.post("")
def save() -> Response | tuple[str, int]:
    """Save all of it, or none and say what is wrong."""
    values = forms.posted(FIELDS)
    problems = forms.save(FIELDS, values)
    if problems:
        return _page(values, problems), 422
    return redirect(url_for("details.details", done="saved"), 303)


def divert_codes(box_number: str, seconds: int) -> list[Code]:
    """Return the codes that every UK network takes (3GPP TS 22.030 section 6.5.2, 11 for voice)."""
    return [
        Code(f"No answer after {seconds} seconds", f"**61*{box_number}*11*{seconds}#"),
        Code("When you are on a call", f"**67*{box_number}#"),
        Code("When your phone is off or has no signal", f"**62*{box_number}#"),
        Code("Turn all of them off", "##002#"),
    ]


def _page(values: dict[str, str], problems: dict[str, str]) -> str:
    settings = settings_now()
    chosen = request.args.get("seconds", _USUAL_SECONDS, type=int)
    seconds = chosen if chosen in _SECONDS else _USUAL_SECONDS
    diverts = settings.use is Use.DIVERT
    return render_template(
        "details/details.html",
        fields=forms.filled(FIELDS, values),
        problems=problems,
        diverts=diverts,
        codes=divert_codes(_dialled(settings.box_number), seconds) if diverts and settings.box_number else (),
        seconds=seconds,
        choices=_SECONDS,
    )


def _dialled(number: str) -> str:
    """Return a UK number as a phone at home dials it: some networks take no "+" inside a code."""
    return "".join(filter(str.isdigit, numbers.display(number)))
