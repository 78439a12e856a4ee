"""Calls: everybody the box has heard from, and the conversation with each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from flask import Blueprint, abort, redirect, render_template, request, url_for

from appliance.core import numbers
from appliance.core.outbox import TextKind
from appliance.drivers.journal import Call, Incoming, Text
from web import counting, lines, words
from web.files import files
from web.live import page_mark
from web.view import clean
from web.words import Tone

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from appliance.drivers.journal import ConversationItem, Journal

bp = Blueprint("calls", __name__, url_prefix="/calls")

_LINES: Final = 20
_ITEMS: Final = 100  # of a conversation
_NEWEST: Final = 50  # conversations among which the unread ones are
_SAME_TEXT: Final = timedelta(seconds=60)  # the same words to the same person so soon are a double tap
_USEFUL_LIFE: Final = timedelta(hours=2)  # a reply that could not go by then is the owner's to send again
_ITEM: Final = re.compile(r"(?P<kind>[ct])(?P<id>[0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One item of a conversation. `side` is "call", "ours" or "theirs"; `text` what was said of or in it."""

    side: str
    at: datetime
    text: str
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a conversation is with. `number` is one to dial, None for a name or a short code."""

    person: str
    number: str | None
    can_be_texted: bool


@bp.get("")
def calls() -> str:
    """List everybody, or only those who wrote back."""
    mark = page_mark()
    wrote_back = request.args.get("show") == "wrote-back"
    start = lines.Cursor(request.args.get("rank", type=_number), request.args.get("call", type=_number))
    listed = lines.who_wrote_back if wrote_back else lines.everybody
    page = listed(files().journal, _LINES, start)
    return render_template("calls/calls.html", mark=mark, page=page, start=start, wrote_back=wrote_back)


@bp.get("/<item>")
def talk(item: str) -> str:
    """Show the conversation that a call or text belongs to."""
    return _talk_page(item, _person(item), typed="", problem="")


@bp.post("/<item>")
def reply(item: str) -> Response | tuple[str, int]:
    """Queue the owner's text to this person."""
    person = _person(item)
    text = counting.typed(request.form.get("text", ""))
    if person.number is None or not person.can_be_texted:
        abort(404)
    count = counting.of_reply(text)
    if count.stops:
        return _talk_page(item, person, typed=text, problem=count.stops[0]), 422
    _queue_once(files().journal, person.number, text, count.parts, files().now())
    files().wrote()
    return redirect(url_for("calls.talk", item=item, done="sending"), 303)


@bp.post("/<item>/read")
def read(item: str) -> Response:
    """Note that the owner has seen what this person wrote."""
    files().journal.mark_read(_person(item).person)
    files().wrote()
    return redirect(url_for("calls.talk", item=item), 303)


def _number(text: str) -> int:
    """Read a number that SQLite can hold. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError
    return int(text)


def _talk_page(item: str, person: Person, *, typed: str, problem: str) -> str:
    mark = page_mark()
    journal = files().journal
    return render_template(
        "calls/talk.html",
        mark=mark,
        item=item,
        person=person,
        bubbles=_bubbles(journal.person(person.person, _ITEMS)),
        unread=any(line.person == person.person and line.unread for line in journal.people(_NEWEST)),
        count=counting.of_reply(typed) if typed else None,
        typed=typed,
        problem=problem,
    )


def _person(item: str) -> Person:
    """Return whom an item's conversation is with; 404 when there is no such item, or it has no number."""
    name = _ITEM.fullmatch(item)
    if name is None:
        abort(404)
    found = _find(files().journal, name["kind"], int(name["id"]))
    if found is None:
        abort(404)
    number = numbers.key(found)
    return Person(found, number, numbers.can_be_texted(number))


def _find(journal: Journal, kind: str, number: int) -> str | None:
    if kind == "c":
        call = journal.call(number)
        return None if call is None else call.key or call.number
    incoming = journal.message(number)
    if incoming is not None:
        return incoming.key or incoming.sender
    text = journal.text(number)
    return None if text is None or text.kind not in {TextKind.MISSED_CALL, TextKind.REPLY} else text.key


def _queue_once(journal: Journal, number: str, body: str, parts: int, now: datetime) -> None:
    """Queue the text unless it is queued already: a muddy thumb taps twice."""
    with journal.transaction():
        for said in journal.person(number, _ITEMS):
            if isinstance(said, Text) and said.body == body and abs(now - said.queued_at) < _SAME_TEXT:
                return
        journal.queue_text(
            to=number, body=body, parts=parts, kind=TextKind.REPLY, at=now, expires_at=now + _USEFUL_LIFE
        )


def _bubbles(items: list[ConversationItem]) -> list[Bubble]:
    """Return the conversation in order of time. A call that got no text says why in a line of its own."""
    by_id = {item.id: item for item in items if isinstance(item, Call)}
    return [_bubble(item, by_id) for item in items]


def _bubble(item: ConversationItem, by_id: dict[int, Call]) -> Bubble:
    match item:
        case Call():
            return Bubble("call", item.started_at, words.rang(item), words.why_not(item.verdict), Tone.QUIET)
        case Text():
            call = None if item.call_id is None else by_id.get(item.call_id)
            return Bubble("ours", item.queued_at, clean(item.body), *words.progress(item, call))
        case Incoming():
            return Bubble("theirs", item.received_at, clean(item.body), "", Tone.NEWS)
        case _:
            assert_never(item)
