"""Numbers: who gets a text, who never and who always does, and the owner's contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for

from appliance.core import address_book, vcards
from appliance.core import numbers as core
from appliance.core.branches import Who
from appliance.core.contacts import ContactsUnreadable
from appliance.core.lists import NO_NUMBER, NumberList
from appliance.drivers.people_file import PeopleRefused
from web import forms
from web.files import files, settings_now
from web.forms import Choice, Field, Kind
from web.view import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("numbers", __name__, url_prefix="/settings/numbers")

_WHO: Final = (
    Field(
        "who",
        "Who gets a text?",
        kind=Kind.RADIO,
        choices=(
            Choice(Who.EVERYONE, "Everyone who rings"),
            Choice(Who.NOT_CONTACTS, "Everyone but my contacts"),
            Choice(Who.STRANGERS, "Only people new to the box", "Nobody it has texted or heard from before."),
        ),
    ),
)
_COUNTRIES: Final = {
    "JE": "Jersey",
    "GG": "Guernsey",
    "IM": "Isle of Man",
    "IE": "Ireland",
}
_NO_FILE: Final = "Choose a file first. Your phone's Contacts app can export one."
_MOST_SHOWN: Final = 200


@bp.get("")
def numbers() -> str:
    """Show who gets a text."""
    return _page()


@bp.post("")
def save() -> AnyResponse | tuple[str, int]:
    """Keep who gets a text, and to which countries texts may go beside the UK."""
    values = forms.posted(_WHO)
    others = set(settings_now().countries) - set(_COUNTRIES)  # the command line takes any
    ticked = set(request.form.getlist("country")) & set(_COUNTRIES)
    problems = forms.keep({**values, "countries": sorted(others | ticked)})
    if problems:
        return _page(problems=problems, who=values["who"]), 422
    return redirect(url_for("numbers.numbers", done="saved"), 303)


@bp.post("/list")
def put_on_list() -> AnyResponse | tuple[str, int]:
    """Put a number on a list, or take it off both."""
    number, which = request.form.get("number", "").strip(), request.form.get("list", "")
    if core.key(number) is None:
        return _page(problems={"number": NO_NUMBER}, typed=number), 422
    try:
        files().people.set_list(number, NumberList(which) if which in set(NumberList) else None)
    except PeopleRefused as refused:
        return _page(problems={"number": str(refused)}, typed=number), 422
    return redirect(url_for("numbers.numbers", done="saved"), 303)


@bp.post("/contacts")
def bring_contacts() -> str | tuple[str, int]:
    """Take the contacts of a .vcf or CSV file in place of those there are, and say what was found."""
    uploaded = request.files.get("file")
    data = uploaded.read() if uploaded else b""
    if not data:
        return _page(problems={"file": _NO_FILE}), 422
    try:
        found = address_book.read(data)
    except ContactsUnreadable as unreadable:
        return _page(problems={"file": str(unreadable)}), 422
    files().people.replace_contacts(found.contacts)
    return _page(note=found.sentence)


@bp.get("/contacts.vcf")
def take_contacts() -> Response:
    """Give the contacts back as a file."""
    answer = Response(
        vcards.write(files().people.contacts().contacts), content_type="text/vcard; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="contacts.vcf"'
    return answer


@bp.post("/contacts/forget")
def forget_contacts() -> AnyResponse:
    """Take everybody out of the contacts."""
    files().people.forget_contacts()
    return redirect(url_for("numbers.numbers", done="saved"), 303)


def _page(
    *, problems: dict[str, str] | None = None, note: str = "", typed: str = "", who: str | None = None
) -> str:
    settings, people = settings_now(), files().people
    lists, contacts = people.lists(), people.contacts()
    return render_template(
        "numbers/numbers.html",
        who=forms.filled(_WHO, {"who": who or settings.who})[0],
        countries=[(code, name, code in settings.countries) for code, name in _COUNTRIES.items()],
        lists=[
            (NumberList.NEVER, "Never text", _named(lists.never)),
            (NumberList.ALWAYS, "Always text", _named(lists.always)),
        ],
        contacts=len(contacts.contacts),
        most_shown=_MOST_SHOWN,
        problems=problems or {},
        note=note,
        typed=typed,
    )


def _named(keys: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return each number, as it is kept and as it is read, with the name the owner knows it by."""
    people = files().people
    found = [(key, core.display(key), clean(people.name_of(key))) for key in keys]
    return sorted(found, key=lambda entry: (entry[2] or "~", entry[1]))
