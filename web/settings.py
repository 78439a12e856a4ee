"""Settings: where each of them is, and the pages that are one plain form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from appliance.core import hours
from web import forms, state
from web.files import files, settings_now
from web.forms import Choice, Field, Kind
from web.view import today_is

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.core.settings import Settings

bp = Blueprint("settings", __name__, url_prefix="/settings")

_LIMITS: Final = (
    Field(
        "repeat_hours",
        "Text the same caller again after",
        "They may ring more than once.",
        kind=Kind.SELECT,
        choices=(
            Choice("1", "1 hour"),
            Choice("4", "4 hours"),
            Choice("12", "12 hours"),
            Choice("24", "1 day"),
            Choice("168", "1 week"),
        ),
        unit="hours",
    ),
    Field("limits.per_caller_30_days", "Most texts to one caller in 30 days", kind=Kind.WHOLE),
    Field("limits.per_10_minutes", "Most texts in 10 minutes", kind=Kind.WHOLE),
    Field("limits.per_day", "Most texts in a day", "We tell you when it is reached.", kind=Kind.WHOLE),
    Field(
        "min_ring_seconds",
        "No text if it rang less than",
        "One ring can be a trick to make you ring back.",
        kind=Kind.SELECT,
        choices=(Choice("0", "Text them all"), Choice("3", "3 seconds"), Choice("5", "5 seconds")),
        unit="seconds",
    ),
    Field(
        "ring_seconds",
        "Hang up after",
        "How long the phone may ring.",
        kind=Kind.SELECT,
        choices=(
            Choice("0", "Let it ring out"),
            Choice("10", "10 seconds"),
            Choice("15", "15 seconds"),
            Choice("20", "20 seconds"),
            Choice("30", "30 seconds"),
        ),
        unit="seconds",
    ),
    Field(
        "price_pence",
        "Price of one text, in pence",
        "Then we show what each text costs. Leave it empty if texts are free.",
    ),
)
_ORDERS: Final = (
    Field(
        "commands.pin",
        "Lock code for your texts",
        "4 to 8 digits. Leave it empty to keep the one you have.",
        kind=Kind.LOCK_CODE,
    ),
    Field(
        "commands.enabled",
        "Take orders from my mobile",
        "Off is safer: a text can be made to look like yours.",
        kind=Kind.YES_OR_NO,
    ),
)
_KEEP: Final = (
    Field(
        "keep_days",
        "Keep calls and texts for",
        "After that they are wiped from the box.",
        kind=Kind.SELECT,
        choices=(
            Choice("7", "1 week"),
            Choice("30", "30 days"),
            Choice("90", "90 days"),
            Choice("180", "180 days"),
            Choice("365", "1 year"),
        ),
        unit="days",
    ),
)
_SIM_LOCK: Final = (
    Field(
        "sim_pin",
        "Lock code of the SIM",
        "We try it once only. Three wrong ones would shut the SIM.",
        kind=Kind.LOCK_CODE,
        missing="Enter the 4 to 8 digits of the lock code.",
    ),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A page that is one form. `below` names a template with more words."""

    name: str
    title: str
    fields: tuple[Field, ...]
    back: str = "settings.settings"
    below: str = ""


FORMS: Final = (
    Form("limits", "Limits", _LIMITS),
    Form("orders", "Orders by text", _ORDERS, below="settings/orders.html"),
    Form("keep", "How long we keep things", _KEEP, back="box.box"),
    Form("sim-lock", "SIM lock code", _SIM_LOCK, back="box.box", below="settings/sim_lock.html"),
)
_BY_NAME: Final = {form.name: form for form in FORMS}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of settings. `says` is what the settings behind it are now."""

    label: str
    endpoint: str
    says: str


@bp.get("")
def settings() -> str:
    """Show where each setting is, and what it is now."""
    now = settings_now()
    return render_template(
        "settings/settings.html", entries=_entries(now), paused=state.is_paused(now, today_is())
    )


def _entries(now: Settings) -> list[Entry]:
    shown = state.shown(files().status(), now, today_is())
    return [
        Entry("Hours and holidays", "hours.hours", _open_today(now)),
        Entry("Numbers", "numbers.numbers", "Who gets a text, and your contacts"),
        Entry("Your details", "details.details", now.business or ""),
        Entry("Limits", "settings.limits", f"{now.limits.per_day} texts a day at most"),
        Entry("Orders by text", "settings.orders", "On" if now.commands.enabled else "Off"),
        Entry("The box", "box.box", shown.headline),
    ]


def _open_today(now: Settings) -> str:
    opens = hours.opens_at(now, today_is())
    if hours.is_open(now, today_is()):
        return "Open now"
    return f"Closed. Opens {opens}" if opens else "Closed"


def show_form() -> ResponseReturnValue:
    """Show one of the forms."""
    form = _form()
    return _page(form, forms.shown(form.fields, settings_now()), {})


def save_form() -> ResponseReturnValue:
    """Save one of the forms, all of it or none."""
    form = _form()
    values = forms.posted(form.fields)
    problems = forms.save(form.fields, values)
    if problems:
        return _page(form, values, problems), 422
    return redirect(url_for(f"settings.{_endpoint(form)}", done="saved"), 303)


def _form() -> Form:
    return _BY_NAME[request.path.rpartition("/")[2]]


def _endpoint(form: Form) -> str:
    return form.name.replace("-", "_")


def _page(form: Form, values: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "settings/form.html",
        form=form,
        back=url_for(form.back),
        fields=forms.filled(form.fields, values),
        problems=problems,
        settings=settings_now(),
    )


for _each in FORMS:
    bp.add_url_rule(f"/{_each.name}", _endpoint(_each), show_form, methods=["GET"])
    bp.add_url_rule(f"/{_each.name}", f"save_{_endpoint(_each)}", save_form, methods=["POST"])
