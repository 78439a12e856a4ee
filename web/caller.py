"""What the owner does with one person: sees to them, names them, lists them, takes or erases what we hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from appliance.core.lists import NumberList
from appliance.drivers.people_file import PeopleRefused
from appliance.drivers.person_data import erase_person, everything_about
from web import talk, who
from web.files import files

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("caller", __name__, url_prefix="/calls")

_LISTED: Final = {"never": NumberList.NEVER, "always": NumberList.ALWAYS, "neither": None}


@bp.post("/<item>/done")
def done(item: str) -> AnyResponse:
    """Take this person off the list of those who wait, and go back to it."""
    files().journal.mark_done(who.of_item(item).person)
    files().wrote()
    return redirect(url_for("home.home", done="seen-to"), 303)


@bp.post("/<item>/open")
def reopen(item: str) -> AnyResponse:
    """Put this person on the list of those who wait."""
    files().journal.mark_open(who.of_item(item).person)
    files().wrote()
    return redirect(url_for("talk.talk", item=item), 303)


@bp.post("/<item>/name")
def name(item: str) -> AnyResponse | tuple[str, int]:
    """Give this person a name, which stands in place of their number from now on."""
    person = _dialled(item)
    typed = request.form.get("name", "")
    try:
        files().people.add_name(person.person, typed)
    except PeopleRefused as refused:
        return talk.page(person, name=typed, problems={"name": str(refused)}), 422
    return redirect(url_for("talk.talk", item=item, done="saved"), 303)


@bp.post("/<item>/list")
def put_on_list(item: str) -> AnyResponse | tuple[str, int]:
    """Never text this person, always text them, or treat them as everybody."""
    person = _dialled(item)
    asked = request.form.get("list", "")
    if asked not in _LISTED:
        abort(404)
    try:
        files().people.set_list(person.person, _LISTED[asked])
    except PeopleRefused as refused:
        return talk.page(person, problems={"list": str(refused)}), 422
    return redirect(url_for("talk.talk", item=item, done=asked), 303)


@bp.get("/<item>/export")
def export(item: str) -> Response:
    """Give all that is held about this person, as a file."""
    held = list(everything_about(files().data, files().journal, who.of_item(item).person))
    answer = Response(json.dumps(held, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="textback-person.json"'
    return answer


@bp.get("/<item>/erase")
def ask_to_erase(item: str) -> str:
    """Ask once more before a person is erased."""
    return render_template("calls/erase.html", item=item, person=who.of_item(item))


@bp.post("/<item>/erase")
def erase(item: str) -> AnyResponse:
    """Erase all that is held about this person, for ever."""
    erase_person(files().data, files().journal, who.of_item(item).person)
    files().wrote()
    return redirect(url_for("calls.calls", done="erased"), 303)


def _dialled(item: str) -> who.Person:
    """Return whom an item is about; 404 for a name or a short code, which nobody can list or name."""
    person = who.of_item(item)
    if person.number is None:
        abort(404)
    return person
