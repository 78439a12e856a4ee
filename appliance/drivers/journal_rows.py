"""What the journal gives back: its rows as frozen dataclasses, its times as aware UTC datetimes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, overload

from appliance.core.calls import Outcome, Presentation, Source
from appliance.core.outbox import TextKind, TextState
from appliance.modem.events import Place

if TYPE_CHECKING:
    import sqlite3

NO_ID_YET = (1 << 63) - 1  # above every id, rank and time
LONG_AGO = -NO_ID_YET

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `ended_at` and `verdict` are None while it rings; `number` as the network gave it.

    `record` holds the facts behind the verdict, None where none were kept.
    """

    id: int
    started_at: datetime
    ended_at: datetime | None
    number: str | None
    key: str | None  # E.164; None when the number is none that can be dialled
    presentation: Presentation
    rings: int
    outcome: Outcome
    verdict: str | None
    source: Source = Source.RING
    record: Mapping[str, object] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Text:
    """One outgoing text. `submitted_at` is its first part's, `sent_at` its last part's."""

    id: int
    call_id: int | None
    incoming_id: int | None  # the incoming text that this one forwards
    kind: TextKind
    to: str
    key: str  # E.164, or `to` itself when that is no dialable number
    body: str
    parts: int
    state: TextState
    reason: str | None
    tries: int
    queued_at: datetime
    next_try_at: datetime
    expires_at: datetime | None
    submitted_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an outgoing text. `reference` is the network's TP-MR, None until it is known.

    `place` is where it lies in the modem's store, None when it does not.
    """

    text_id: int
    sequence: int  # from 1
    state: TextState
    reference: int | None
    submitted_at: datetime | None
    sent_at: datetime | None
    settled_at: datetime | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One incoming text. `sent_at` is the network's time stamp, None when it gave none that can be read.

    `meaning` is what the box took it for, None until that was said.
    """

    id: int
    sender: str
    key: str | None  # E.164; None for a name or a short code, which cannot be answered
    body: str
    parts: int
    sent_at: datetime | None
    received_at: datetime
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the box itself."""

    id: int
    at: datetime
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as the list of calls shows it: with its missed-call text and what the caller wrote since."""

    call: Call
    text: Text | None
    reply: Incoming | None


ConversationItem: TypeAlias = Call | Text | Incoming


@dataclass(frozen=True, slots=True)
class PersonView:
    """A line of the conversation list. `last` is the newest item, None when it has been erased.

    `done`: the owner has seen to it, and nothing has come since.
    """

    rank: int  # order of the last items; page with it
    person: str  # what `Journal.person` and `Journal.mark_read` take
    number: str  # as it was last given
    last_at: datetime
    last: ConversationItem | None
    unread: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What came of a day: calls missed, callers texted, people who wrote after such a text."""

    missed: int
    texted: int
    wrote_back: int


@overload
def to_ms(moment: datetime) -> int: ...
@overload
def to_ms(moment: None) -> None: ...
@overload
def to_ms(moment: datetime | None) -> int | None: ...
def to_ms(moment: datetime | None) -> int | None:
    """Return unix milliseconds. Raises ValueError for a time without a zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a time in the journal needs its zone")
    return (moment - _EPOCH) // _MILLISECOND


@overload
def from_ms(stored: int) -> datetime: ...
@overload
def from_ms(stored: None) -> None: ...
def from_ms(stored: int | None) -> datetime | None:
    """Return the aware UTC datetime of unix milliseconds."""
    return None if stored is None else _EPOCH + stored * _MILLISECOND


def new_id(done: sqlite3.Cursor) -> int:
    """Return the id that an INSERT gave."""
    if done.lastrowid is None:
        raise AssertionError("not an INSERT")
    return done.lastrowid


def iso(moment: datetime | None) -> str | None:
    """Return ISO 8601 in UTC to the millisecond, ending in Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def call(row: sqlite3.Row) -> Call:
    """Read a row of `calls`."""
    return Call(
        id=row["id"],
        started_at=from_ms(row["started_at"]),
        ended_at=from_ms(row["ended_at"]),
        number=row["number"],
        key=row["key"],
        presentation=Presentation(row["presentation"]),
        rings=row["rings"],
        outcome=Outcome(row["outcome"]),
        verdict=row["verdict"],
        source=Source(row["source"]),
        record=None if row["record"] is None else json.loads(row["record"]),
    )


def text(row: sqlite3.Row) -> Text:
    """Read a row of `texts`."""
    return Text(
        id=row["id"],
        call_id=row["call_id"],
        incoming_id=row["incoming_id"],
        kind=TextKind(row["kind"]),
        to=row["recipient"],
        key=row["person"],
        body=row["body"],
        parts=row["parts"],
        state=TextState(row["state"]),
        reason=row["reason"],
        tries=row["tries"],
        queued_at=from_ms(row["queued_at"]),
        next_try_at=from_ms(row["next_try_at"]),
        expires_at=from_ms(row["expires_at"]),
        submitted_at=from_ms(row["submitted_at"]),
        sent_at=from_ms(row["sent_at"]),
        delivered_at=from_ms(row["delivered_at"]),
    )


def part(row: sqlite3.Row) -> Part:
    """Read a row of `parts`."""
    return Part(
        text_id=row["text_id"],
        sequence=row["sequence"],
        state=TextState(row["state"]),
        reference=row["reference"],
        submitted_at=from_ms(row["submitted_at"]),
        sent_at=from_ms(row["sent_at"]),
        settled_at=from_ms(row["settled_at"]),
        place=None if row["place"] is None else Place(row["storage"], row["place"]),
    )


def incoming(row: sqlite3.Row) -> Incoming:
    """Read a row of `incoming`."""
    return Incoming(
        id=row["id"],
        sender=row["sender"],
        key=row["key"],
        body=row["body"],
        parts=row["parts"],
        sent_at=from_ms(row["sent_at"]),
        received_at=from_ms(row["received_at"]),
        meaning=row["meaning"],
    )


def event(row: sqlite3.Row) -> Event:
    """Read a row of `events`."""
    return Event(id=row["id"], at=from_ms(row["at"]), name=row["name"], detail=row["detail"])
