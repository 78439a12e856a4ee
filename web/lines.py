"""The lists of the page: a line for everybody the box has heard from, newest first.

A conversation has one line, with the last thing that happened in it. A call without a number belongs to
nobody, so it has a line of its own between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from appliance.core.outbox import TextKind
from appliance.drivers.journal import Call, Incoming, Text
from web import who
from web.files import files
from web.view import one_line
from web.words import NO_NUMBER, Tone, call_line, text_line, uncertain_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from appliance.drivers.journal import ConversationItem, Journal, PersonView

_BATCH = 50
_MOST_LOOKED_AT = 100  # rows, so that a page costs the same however long the journal is
_TALK_LOOKED_AT = 20  # items of a conversation in which an answer is looked for


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. `quote` is other people's words; `item` names the conversation, if there is one."""

    who: str
    item: str | None
    at: datetime
    says: str
    quote: str
    tone: Tone
    unread: int
    person: str | None = None  # what the journal keeps them under


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: below this rank among people, below this id among calls. None = the top."""

    rank: int | None = None
    call: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and where to go on. `older` None: there is nothing more."""

    lines: tuple[Line, ...]
    older: Cursor | None


def everybody(journal: Journal, limit: int, start: Cursor) -> Page:
    """Return the lines of all people and of the calls without a number."""
    people = journal.people(limit + 1, start.rank)
    oldest = people[-1].last_at if len(people) > limit else None
    nameless, reached = _nameless(journal, limit, start.call, oldest)
    lines: list[Line] = []
    rank = start.rank
    while len(lines) < limit and (people or nameless):
        if people and (not nameless or people[0].last_at >= nameless[0].started_at):
            person = people.pop(0)
            lines.append(_of_person(person))
            rank = person.rank
        else:
            lines.append(_of_call(nameless.pop(0)))
    call = nameless[0].id + 1 if nameless else reached
    return Page(tuple(lines), Cursor(rank, call) if people or call else None)


def who_wrote_back(journal: Journal, limit: int, start: Cursor) -> Page:
    """Return the lines of the people who have written to us."""
    lines: list[Line] = []
    rank, looked_at = start.rank, 0
    while True:
        people = journal.people(_BATCH, rank)
        for person in people:
            if len(lines) == limit or looked_at == _MOST_LOOKED_AT:
                return Page(tuple(lines), Cursor(rank))
            rank, looked_at = person.rank, looked_at + 1
            if _has_written(journal, person):
                lines.append(_of_person(person))
        if len(people) < _BATCH:
            return Page(tuple(lines), None)


def to_do(journal: Journal, limit: int, start: Cursor) -> Page:
    """Return the lines of the people who wait for the owner."""
    return _paged(journal.todo(limit + 1, start.rank), limit)


def found(journal: Journal, sought: str, limit: int, start: Cursor) -> Page:
    """Return the lines of the people in whose number, name or texts this is found."""
    wanted = sought.casefold()
    named = [key for key, name in files().people.contacts().names.items() if wanted in name.casefold()]
    return _paged(journal.search(sought, limit + 1, start.rank, also=named), limit)


def uncertain(journal: Journal, limit: int, since: datetime) -> list[Line]:
    """Return a line for each text to a caller since then that may not have gone."""
    says, tone = uncertain_line()
    return [
        Line(who.called(text.key), item_name(text), text.queued_at, says, "", tone, 0, text.key)
        for text in journal.uncertain_texts(limit)
        if text.queued_at >= since
    ]


def nameless_since(journal: Journal, since: datetime) -> int:
    """Count the calls without a number since then, as far as a page looks back."""
    calls, _ = _nameless(journal, _MOST_LOOKED_AT, None, since)
    return sum(call.started_at >= since for call in calls)


def item_name(item: ConversationItem) -> str:
    """Return the name of an item as addresses carry it: a phone number in one would stay in the browser."""
    return f"c{item.id}" if isinstance(item, Call) else f"t{item.id}"


def _nameless(
    journal: Journal, limit: int, before: int | None, oldest: datetime | None
) -> tuple[list[Call], int]:
    """Return calls without a number down to `oldest`, and the id below which to search on; 0: nowhere."""
    found: list[Call] = []
    for looked_at, call in enumerate(_calls(journal, limit + 4, before)):
        past = oldest is not None and call.started_at < oldest
        if past or len(found) > limit or looked_at == _MOST_LOOKED_AT:
            return found, call.id + 1
        if call.number is None and call.ended_at is not None:
            found.append(call)
    return found, 0


def _calls(journal: Journal, batch: int, before: int | None) -> Iterator[Call]:
    while True:
        calls = journal.bare_calls(limit=batch, before=before)
        yield from calls
        if len(calls) < batch:
            return
        before = calls[-1].id


def _has_written(journal: Journal, person: PersonView) -> bool:
    if person.unread or isinstance(person.last, Incoming):
        return True
    talk = journal.person(person.person, _TALK_LOOKED_AT)
    return any(isinstance(item, Incoming) for item in talk)


def _paged(people: list[PersonView], limit: int) -> Page:
    """Return a page of these, of which there is one more than fits when there is another page."""
    lines = tuple(map(_of_person, people[:limit]))
    return Page(lines, Cursor(people[limit - 1].rank) if len(people) > limit else None)


def _of_person(person: PersonView) -> Line:
    says, quote, tone = _last_words(person.last)
    return Line(
        who=who.called(person.person),
        item=None if person.last is None else item_name(person.last),
        at=person.last_at,
        says=says,
        quote=quote,
        tone=tone,
        unread=person.unread,
        person=person.person,
    )


def _of_call(call: Call) -> Line:
    says, tone = call_line(call)
    return Line(NO_NUMBER, None, call.started_at, says, "", tone, 0)


def _last_words(item: ConversationItem | None) -> tuple[str, str, Tone]:
    match item:
        case None:
            return "", "", Tone.QUIET
        case Call():
            says, tone = call_line(item)
            return says, "", tone
        case Text(kind=TextKind.MISSED_CALL):
            says, tone = text_line(item)
            return says, "", tone
        case Text(kind=TextKind.ACKNOWLEDGEMENT):
            return "Told:", one_line(item.body), Tone.QUIET
        case Text():
            return "You:", one_line(item.body), Tone.QUIET
        case Incoming():
            return "", one_line(item.body), Tone.NEWS
        case _:
            assert_never(item)
