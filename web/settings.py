"""Settings: what the owner can change, a field each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core import numbers
from appliance.core.settings import SettingError, Settings, get, with_value
from web import state
from web.files import files, settings_now
from web.view import today_is

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("settings", __name__, url_prefix="/settings")


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as the page asks for it. `choices` None: it is typed, and must not be left empty."""

    key: str
    label: str
    hint: str
    missing: str = ""
    choices: tuple[tuple[str, str], ...] | None = None
    kind: str = "text"
    autocomplete: str = "off"


FIELDS: Final = (
    Field(
        "business",
        "Business name",
        "Callers see it in your text.",
        missing="Enter the name of your business.",
        autocomplete="organization",
    ),
    Field(
        "name",
        "Your name",
        "Your first name is fine.",
        missing="Enter your name.",
        autocomplete="given-name",
    ),
    Field(
        "owner_mobile",
        "Your mobile number",
        "We send you what callers text back.",
        missing="Enter your mobile number, like 07700 900123.",
        kind="tel",
        autocomplete="tel",
    ),
    Field(
        "promise",
        "Call back within",
        "This sets the time your text gives.",
        choices=(("1h", "1 hour"), ("2h", "2 hours"), ("4h", "4 hours"), ("today", "Today")),
    ),
    Field(
        "repeat_hours",
        "Text the same caller again after",
        "They may ring more than once.",
        choices=(("1", "1 hour"), ("4", "4 hours"), ("12", "12 hours"), ("24", "1 day"), ("168", "1 week")),
    ),
    Field(
        "ring_seconds",
        "Hang up after",
        "How long the phone may ring.",
        choices=(
            ("0", "Let it ring out"),
            ("10", "10 seconds"),
            ("15", "15 seconds"),
            ("20", "20 seconds"),
            ("30", "30 seconds"),
        ),
    ),
)
_UNITS: Final = {"repeat_hours": "hours", "ring_seconds": "seconds"}


@bp.get("")
def settings() -> str:
    """Show the settings as they are."""
    return _page(_values(settings_now()), {})


@bp.post("")
def save() -> Response | tuple[str, int]:
    """Save all fields, or none and say what is wrong with each."""
    values = {field.key: request.form.get(field.key, "").strip() for field in FIELDS}
    problems = _problems(settings_now(), values)
    if not problems:
        try:
            files().settings.update(lambda now: _with_all(now, values))
        except SettingError as wrong:  # another change came between
            problems = {wrong.key: str(wrong)}
    if problems:
        return _page(values, problems), 422
    return redirect(url_for("settings.settings", done="saved"), 303)


def _page(values: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "settings/settings.html",
        settings=settings_now(),
        fields=[(field, values[field.key], _choices(field, values[field.key])) for field in FIELDS],
        problems=problems,
        paused=state.is_paused(settings_now(), today_is()),
    )


def _values(now: Settings) -> dict[str, str]:
    """Return each setting as its field shows it."""
    values = {field.key: get(now, field.key) for field in FIELDS}
    shown = {key: "" if value is None else str(value) for key, value in values.items()}
    if now.owner_mobile:
        shown["owner_mobile"] = numbers.display(now.owner_mobile)
    return shown


def _choices(field: Field, value: str) -> list[tuple[str, str]]:
    """Return what can be chosen, with the present value among it when the command line set another."""
    offered = list(field.choices or ())
    if offered and value not in {choice for choice, _ in offered}:
        offered.append((value, f"{value} {_UNITS.get(field.key, '')}".strip()))
    return offered


def _problems(now: Settings, values: dict[str, str]) -> dict[str, str]:
    """Return what is wrong, by field. A problem it makes elsewhere (a text too long) stands at the field."""
    found = {}
    for field in FIELDS:
        value = values[field.key]
        if not value and field.missing:
            found[field.key] = field.missing
            continue
        try:
            now = with_value(now, field.key, value)
        except SettingError as wrong:
            found[field.key] = str(wrong)
    return found


def _with_all(now: Settings, values: dict[str, str]) -> Settings:
    for key, value in values.items():
        now = with_value(now, key, value)
    return now
