"""What the owner is told by text, each thing at most once until it clears.

The daemon says at every turn what there is to tell (`Concern`), again and again while it lasts; `tell`
remembers what was told. Nothing is told while texts do not go out, and no more than a few a day: who makes
the box text its owner all day long could be anybody with a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from appliance.core import shorten
from appliance.core.hours import past_in_words

MOST_A_DAY = 10
MOST_ABOUT_CALLS_A_DAY = 6  # so that nobody's calls keep a fault of the box from being told
OFF_FOR_LONG = timedelta(minutes=10)
_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a notice is about, the most urgent first. Stored, so the values never change."""

    SIM_CHANGED = "sim_changed"
    SENDS_FAILING = "sends_failing"
    LIMIT = "limit"
    BACK = "back"
    UNCERTAIN = "uncertain"
    LANDLINE = "landline"
    WITHHELD = "withheld"


_ABOUT_CALLS = frozenset({Kind.LANDLINE, Kind.WITHHELD})


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to tell. `subject` tells it from others of its kind, without naming a number.

    It clears at `until`, or where that is None when the daemon no longer says it. One that is `owed` is
    told only then. `who` (a person) and `detail` are for the words.
    """

    kind: Kind
    subject: str
    at: datetime
    until: datetime | None = None
    owed: bool = False
    who: str = field(default="", repr=False)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for the owner, of one part. It tells of these concerns."""

    kind: Kind
    words: str = field(repr=False)
    about: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Something the owner knows. `until` None: as long as the daemon says it."""

    kind: Kind
    subject: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """What was told, what waits until texts go out again, and when the last notices went."""

    told: tuple[Told, ...] = ()
    waiting: tuple[Concern, ...] = ()
    sent: tuple[tuple[Kind, datetime], ...] = ()


def withheld(at: datetime) -> Concern:
    """Tell that somebody rang without a number. More of them within four hours are no news."""
    return Concern(Kind.WITHHELD, "", at, until=at + timedelta(hours=4))


def landline(subject: str, who: str, at: datetime) -> Concern:
    """Tell that a landline has to be rung back, each once a day. `who` is its name or number."""
    return Concern(Kind.LANDLINE, subject, at, until=at + _DAY, who=who)


def uncertain(text_id: int, who: str, at: datetime) -> Concern:
    """Tell that a text may not have gone. Holds while that is not known."""
    return Concern(Kind.UNCERTAIN, str(text_id), at, who=who)


def limit(texts: int, per: Literal["day", "10 minutes"], now: datetime) -> Concern:
    """Tell that a limit is reached, whichever it is, once a day. `now` is local."""
    tomorrow = datetime.combine(now.date() + _DAY, time(0), now.tzinfo)
    lately = "today" if per == "day" else f"in {per}"
    return Concern(Kind.LIMIT, "", now, until=tomorrow, detail=f"{texts} texts have gone {lately}")


def sends_failing(since: datetime) -> Concern:
    """Tell that texts did not go out, once they do again: before, nothing could be told."""
    return Concern(Kind.SENDS_FAILING, "", since, owed=True)


def back(off_since: datetime, now: datetime, *, surely: bool = True) -> Concern | None:
    """Tell that the box is on again; None when it was off for no more than ten minutes.

    `surely` False: `off_since` is only the last that is known of it, and it may have gone off later.
    """
    if now - off_since <= OFF_FOR_LONG:
        return None
    lost = f"The box was off since {_since(off_since, now)}. It is back on"
    if not surely:
        lost = f"The box lost its power some time after {_since(off_since, now)}. It is back on"
    return Concern(Kind.BACK, "", off_since, until=now + timedelta(hours=1), detail=lost)


def sim_changed(subject: str, now: datetime) -> Concern:
    """Tell that another SIM is in the box. `subject` tells SIMs apart without being their number."""
    return Concern(Kind.SIM_CHANGED, subject, now, until=now + _DAY)


def tell(
    board: Board, concerns: Iterable[Concern], now: datetime, *, can_send: bool
) -> tuple[Board, tuple[Notice, ...]]:
    """Return what is to be told now, and the board after it. `now` is local.

    `concerns` is all that holds at this moment; what was said once and has an end of its own need not be
    said again.
    """
    holding = {(c.kind, c.subject): c for c in concerns if _still(c.until, holds=True, now=now)}
    told = tuple(
        known
        for known in board.told
        if _still(known.until, holds=(known.kind, known.subject) in holding, now=now)
    )
    known_already = {(known.kind, known.subject) for known in told}
    waiting = {
        (concern.kind, concern.subject): concern
        for concern in board.waiting
        if concern.owed or _still(concern.until, holds=(concern.kind, concern.subject) in holding, now=now)
    }
    waiting = {key: concern for key, concern in (holding | waiting).items() if key not in known_already}
    sent = tuple((kind, at) for kind, at in board.sent if abs(now - at) < _DAY)
    board = Board(told, tuple(waiting.values()), sent)
    if not can_send:
        return board, ()
    ripe = [concern for key, concern in waiting.items() if not (concern.owed and key in holding)]
    notices = []
    for kind in Kind:
        about = tuple(sorted((c for c in ripe if c.kind is kind), key=lambda concern: concern.at))
        if about:
            board, notice = _tell_one(board, kind, about, now)
            notices += [notice] if notice else []
    return board, tuple(notices)


def _tell_one(
    board: Board, kind: Kind, about: tuple[Concern, ...], now: datetime
) -> tuple[Board, Notice | None]:
    """Tell of one kind if there is room for it today. Calls there is no room for are on the page only."""
    about_calls = sum(sent in _ABOUT_CALLS for sent, _ in board.sent)
    full = len(board.sent) >= MOST_A_DAY
    if full and kind not in _ABOUT_CALLS:
        return board, None
    told = (*board.told, *(Told(c.kind, c.subject, c.until) for c in about if not c.owed))
    board = replace(board, told=told, waiting=tuple(c for c in board.waiting if c.kind is not kind))
    if full or (kind in _ABOUT_CALLS and about_calls >= MOST_ABOUT_CALLS_A_DAY):
        return board, None
    words = shorten.to_parts(_WORDS[kind](about, now), 1, "...")
    return replace(board, sent=(*board.sent, (kind, now))), Notice(kind, words, about)


def _still(until: datetime | None, *, holds: bool, now: datetime) -> bool:
    """Say whether something holds. An end more than two days off is of a clock that was wrong."""
    return holds if until is None else now < until <= now + 2 * _DAY


def to_record(board: Board) -> dict[str, object]:
    """Return what of the board outlives a restart: what was told, and how often today."""
    return {
        "told": [[known.kind.value, known.subject, _iso(known.until)] for known in board.told],
        "sent": [[kind.value, _iso(at)] for kind, at in board.sent],
    }


def from_record(record: Mapping[str, object]) -> Board:
    """Return the board that was stored. What cannot be read of it is left out."""
    told = []
    for row in _rows(record.get("told"), 3):
        kind, subject, until = row
        if kind in set(Kind) and isinstance(subject, str) and (until is None or _moment(until)):
            told.append(Told(Kind(str(kind)), subject, _moment(until)))
    sent = []
    for row in _rows(record.get("sent"), 2):
        at = _moment(row[1])
        if row[0] in set(Kind) and at is not None:
            sent.append((Kind(str(row[0])), at))
    return Board(tuple(told), (), tuple(sent))


def _about_landlines(about: tuple[Concern, ...], now: datetime) -> str:
    if len(about) == 1:
        when = past_in_words(about[0].at, now)
        return f"{about[0].who} rang {when}. It is a landline, so it got no text. Ring them back."
    return f"{len(about)} landlines rang and got no text. Ring them back: {_names(about)}"


def _about_uncertain(about: tuple[Concern, ...], _: datetime) -> str:
    if len(about) == 1:
        return f"The text to {about[0].who} may not have gone. Ring them, or send it again on the page."
    return f"{len(about)} texts may not have gone. See the page. They are to {_names(about)}"


_WORDS: Mapping[Kind, Callable[[tuple[Concern, ...], datetime], str]] = {
    Kind.SIM_CHANGED: lambda _about, _now: (
        "There is another SIM in the box. Texts now come from its number. If that was not you, check the box."
    ),
    Kind.SENDS_FAILING: lambda about, now: (
        f"From {_since(about[0].at, now)} no texts went out. They do again now. Who got none is on the page."
    ),
    Kind.LIMIT: lambda about, _now: (
        f"{about[0].detail}, which is your limit. Other callers are listed but get no text till it clears."
    ),
    Kind.BACK: lambda about, _now: f"{about[0].detail}. See the page for calls it missed.",
    Kind.UNCERTAIN: _about_uncertain,
    Kind.LANDLINE: _about_landlines,
    Kind.WITHHELD: lambda about, now: (
        f"Somebody rang {past_in_words(about[-1].at, now)} and hid their number, so they got no text."
    ),
}


def _since(moment: datetime, now: datetime) -> str:
    return past_in_words(moment, now).removeprefix("at ").removeprefix("on ")


def _names(about: tuple[Concern, ...]) -> str:
    return ", ".join(concern.who for concern in about)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _rows(stored: object, width: int) -> list[list[object]]:
    rows = stored if isinstance(stored, list) else []
    return [row for row in rows if isinstance(row, list) and len(row) == width]
