"""The conversation with one person: what was rung and said, how far each text got, and an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from flask import Blueprint, abort, redirect, render_template, request, url_for

from appliance.core.outbox import OWED_TO_CALLERS, TextKind, TextState
from appliance.drivers.journal import Call, Incoming, Text
from web import counting, who, words
from web.files import files, settings_now
from web.live import page_mark
from web.view import clean
from web.words import Tone

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from appliance.drivers.journal import ConversationItem, Journal
    from web.who import Person

bp = Blueprint("talk", __name__, url_prefix="/calls")

USEFUL_LIFE: Final = timedelta(hours=2)  # what could not go by then is the owner's to send again
_ITEMS: Final = 40  # of a conversation
_MOST_ITEMS: Final = 400  # when all of it is asked for
_SAME_TEXT: Final = timedelta(seconds=60)  # the same words to the same person so soon are a double tap


@dataclass(frozen=True, slots=True)
class Bubble:
    """One item of a conversation. `side` is "call", "ours" or "theirs"; `text` what was said of or in it.

    `again` is what a button to send it again says, "" where there is nothing to send again.
    """

    side: str
    id: int
    at: datetime
    text: str
    state: str
    tone: Tone
    again: str = ""


@bp.get("/<item>")
def talk(item: str) -> str:
    """Show the conversation that a call or text belongs to."""
    return page(who.of_item(item))


@bp.post("/<item>")
def reply(item: str) -> Response | tuple[str, int]:
    """Queue the owner's text to this person."""
    person = who.of_item(item)
    text = counting.typed(request.form.get("text", ""))
    if person.number is None or not person.can_be_texted:
        abort(404)
    count = counting.of_reply(text, settings_now())
    if count.stops:
        return page(person, typed=text, problems={"text": count.stops[0]}), 422
    _queue_once(files().journal, person.number, text, count.parts, files().now())
    files().wrote()
    return redirect(url_for("talk.talk", item=item, done="sending"), 303)


@bp.post("/<item>/again")
def again(item: str) -> Response:
    """Send a text again that failed, or may not have gone, because the owner says so."""
    person = who.of_item(item)
    text = files().journal.text(request.form.get("text", 0, type=int))
    if text is None or text.key != person.person or text.kind not in OWED_TO_CALLERS:
        abort(404)
    now = files().now()
    sent = files().journal.send_again(text.id, now, now + USEFUL_LIFE)
    files().wrote()
    return redirect(url_for("talk.talk", item=item, done="sending" if sent else None), 303)


@bp.post("/<item>/read")
def read(item: str) -> Response:
    """Note that the owner has seen what this person wrote."""
    files().journal.mark_read(who.of_item(item).person)
    files().wrote()
    return redirect(url_for("talk.talk", item=item), 303)


def page(person: Person, *, typed: str = "", name: str = "", problems: dict[str, str] | None = None) -> str:
    """Show a conversation. `typed` and `name` are what stood in fields that have `problems`."""
    mark = page_mark()
    journal = files().journal
    view = journal.person_view(person.person)
    items = journal.person(person.person, _MOST_ITEMS if "all" in request.args else _ITEMS)
    return render_template(
        "calls/talk.html",
        mark=mark,
        item=person.item,
        person=person,
        bubbles=_bubbles(items),
        more=len(items) == _ITEMS,
        unread=view is not None and view.unread,
        is_done=view is None or view.done,
        listed=files().people.lists().of(person.number),
        stopped=person.number is not None and journal.is_suppressed(person.number),
        count=counting.of_reply(typed, settings_now()) if typed else None,
        typed=typed,
        name=name or person.name,
        problems=problems or {},
    )


def _queue_once(journal: Journal, number: str, body: str, parts: int, now: datetime) -> None:
    """Queue the text unless it is queued already: a muddy thumb taps twice."""
    with journal.transaction():
        for said in journal.person(number, _ITEMS):
            if isinstance(said, Text) and said.body == body and abs(now - said.queued_at) < _SAME_TEXT:
                return
        journal.queue_text(
            to=number, body=body, parts=parts, kind=TextKind.REPLY, at=now, expires_at=now + USEFUL_LIFE
        )


def _bubbles(items: list[ConversationItem]) -> list[Bubble]:
    """Return the conversation in order of time. A call that got no text says why in a line of its own."""
    by_id = {item.id: item for item in items if isinstance(item, Call)}
    return [_bubble(item, by_id) for item in items]


def _bubble(item: ConversationItem, by_id: dict[int, Call]) -> Bubble:
    match item:
        case Call():
            return Bubble("call", item.id, item.started_at, words.rang(item), words.why_not(item), Tone.QUIET)
        case Text():
            call = None if item.call_id is None else by_id.get(item.call_id)
            said, tone = words.progress(item, call)
            return Bubble("ours", item.id, item.queued_at, clean(item.body), said, tone, _again(item))
        case Incoming():
            return Bubble("theirs", item.id, item.received_at, clean(item.body), "", Tone.NEWS)
        case _:
            assert_never(item)


def _again(text: Text) -> str:
    if text.kind not in OWED_TO_CALLERS:
        return ""
    match text.state:
        case TextState.FAILED:
            return "Try again"
        case TextState.UNKNOWN:
            return "Send again"
        case _:
            return ""
