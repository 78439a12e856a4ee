"""Does this missed call get a text, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from appliance.core import numbers
from appliance.core.branches import Who
from appliance.core.calls import Presentation

TEXT = "TEXT"
CONVERSATION_LASTS = timedelta(hours=2)

# Why somebody is never texted, as stored in the record of NEVER_TEXT.
ON_LIST, IS_CONTACT, KNOWN = "list", "contact", "known"

Record = dict[str, str | int | bool | None]


class Reason(StrEnum):
    """Why a call got no text. Stored with the call for ever, so the values never change."""

    NOT_SET_UP = "NOT_SET_UP"
    ANSWERED = "ANSWERED"
    WITHHELD = "WITHHELD"
    NOT_A_UK_MOBILE = "NOT_A_UK_MOBILE"
    COUNTRY_OFF = "COUNTRY_OFF"
    OWN_NUMBER = "OWN_NUMBER"
    OWNER = "OWNER"
    STOPPED = "STOPPED"
    NEVER_TEXT = "NEVER_TEXT"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"
    TOO_SHORT = "TOO_SHORT"
    TEXTED_RECENTLY = "TEXTED_RECENTLY"
    IN_CONVERSATION = "IN_CONVERSATION"
    LIMIT = "LIMIT"
    TOO_LATE = "TOO_LATE"


REASON_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NOT_SET_UP: "No text: the box was not set up yet.",
        Reason.ANSWERED: "No text: somebody picked up.",
        Reason.WITHHELD: "No text: the number was withheld.",
        Reason.NOT_A_UK_MOBILE: "No text: not a UK mobile number.",
        Reason.COUNTRY_OFF: "No text: texts to this country are turned off.",
        Reason.OWN_NUMBER: "No text: this is the box's own number.",
        Reason.OWNER: "No text: this is your own mobile.",
        Reason.STOPPED: "No text: they texted STOP.",
        Reason.NEVER_TEXT: "No text: they are on your never-text list.",
        Reason.PAUSED: "No text: the box was paused.",
        Reason.CLOSED: "No text: you were closed.",
        Reason.TOO_SHORT: "No text: the phone rang too briefly.",
        Reason.TEXTED_RECENTLY: "No text: they had one from us not long ago.",
        Reason.IN_CONVERSATION: "No text: you were already writing to each other.",
        Reason.LIMIT: "No text: the limit of texts was used up.",
        Reason.TOO_LATE: "No text: the call was too old. Ring them back.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules need to know of one call that has ended.

    Numbers are as the network or the owner gave them, None when there is none. The counts are of missed-call
    texts that did not fail; this call's own is not among them. Times are aware.
    """

    set_up: bool  # claimed, and given a business name
    answered: bool
    number: str | None
    presentation: Presentation
    own_number: str | None = None
    owner_mobile: str | None = None
    countries: Collection[str] = ()  # ISO 3166: whose mobiles are texted beside the UK's
    stopped: bool = False  # they texted STOP, and no START since
    on_never_list: bool = False
    always_text: bool = False  # on the owner's other list
    who: Who = Who.EVERYONE
    is_contact: bool = False
    known_before: bool = False  # before this call they wrote to us, had a text from us, or were spoken to
    paused: bool = False
    paused_until: datetime | None = None
    open_now: bool = True
    clock_sure: bool = True
    closed_text_empty: bool = False  # the owner wants no text sent at this time
    on_holiday: bool = False
    opens_at: datetime | None = None
    rang: timedelta | None = None  # from the first ring to the end, None when that is not known
    min_ring: timedelta = timedelta(0)
    texts_to_caller_lately: int = 0  # within repeat_hours
    last_text_at: datetime | None = None
    texts_to_caller_30_days: int = 0
    per_caller_30_days: int
    now: datetime | None = None
    owner_wrote_at: datetime | None = None  # the owner's own words, last time
    texts_10_minutes: int = 0
    per_10_minutes: int
    texts_today: int = 0
    per_day: int
    age: timedelta = timedelta(0)  # since the call ended
    useful_life: timedelta


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a call: TEXT or the name of a reason, and the facts that decided, ready for JSON."""

    verdict: str
    record: Record


def _same_person(one: str | None, other: str | None) -> bool:
    key = numbers.key(one)
    return key is not None and key == numbers.key(other)


def _unwanted(facts: Facts) -> str | None:
    """Return why the owner wants this person never texted, None when they do not mind."""
    if facts.on_never_list:
        return ON_LIST
    if facts.is_contact and facts.who is not Who.EVERYONE:
        return IS_CONTACT
    return KNOWN if facts.known_before and facts.who is Who.STRANGERS else None


def _is_closed(facts: Facts) -> bool:
    return facts.clock_sure and facts.closed_text_empty and not facts.open_now


def _had_their_texts(facts: Facts) -> bool:
    return facts.texts_to_caller_lately > 0 or facts.texts_to_caller_30_days >= facts.per_caller_30_days


def _in_conversation(facts: Facts) -> bool:
    if facts.owner_wrote_at is None or facts.now is None:
        return False
    # A clock that was set back since then makes the time between negative.
    return abs(facts.now - facts.owner_wrote_at) < CONVERSATION_LASTS


# Order is policy: the first rule that holds is the one the owner is told.
_RULES: tuple[tuple[Reason, Callable[[Facts], bool]], ...] = (
    (Reason.NOT_SET_UP, lambda f: not f.set_up),
    (Reason.ANSWERED, lambda f: f.answered),
    # Some networks mark a number as withheld and give it all the same. It was not meant for us.
    (Reason.WITHHELD, lambda f: not (f.number or "").strip() or f.presentation is Presentation.WITHHELD),
    (Reason.NOT_A_UK_MOBILE, lambda f: numbers.mobile_country(f.number) is None),
    (Reason.COUNTRY_OFF, lambda f: numbers.mobile_country(f.number) not in {"GB", *f.countries}),
    (Reason.OWN_NUMBER, lambda f: _same_person(f.number, f.own_number)),
    (Reason.OWNER, lambda f: _same_person(f.number, f.owner_mobile)),
    (Reason.STOPPED, lambda f: f.stopped),
    (Reason.NEVER_TEXT, lambda f: _unwanted(f) is not None),
    (Reason.PAUSED, lambda f: f.paused and not f.always_text),
    (Reason.CLOSED, lambda f: _is_closed(f) and not f.always_text),
    (Reason.TOO_SHORT, lambda f: f.rang is not None and f.rang < f.min_ring),
    (Reason.TEXTED_RECENTLY, lambda f: _had_their_texts(f) and not f.always_text),
    (Reason.IN_CONVERSATION, _in_conversation),
    (Reason.LIMIT, lambda f: f.texts_10_minutes >= f.per_10_minutes or f.texts_today >= f.per_day),
    (Reason.TOO_LATE, lambda f: f.age > f.useful_life),
)

# Which facts each rule used. Only what the owner is told later: no number, no name.
_RECORDS: Mapping[Reason, Callable[[Facts], Record]] = MappingProxyType(
    {
        Reason.WITHHELD: lambda f: {"presentation": f.presentation.value},
        Reason.NOT_A_UK_MOBILE: lambda f: {"kind": numbers.kind(f.number).value},
        Reason.COUNTRY_OFF: lambda f: {"country": numbers.mobile_country(f.number)},
        Reason.NEVER_TEXT: lambda f: {"because": _unwanted(f)},
        Reason.PAUSED: lambda f: {"until": _iso(f.paused_until)},
        Reason.CLOSED: lambda f: {"holiday": f.on_holiday, "until": _iso(f.opens_at)},
        Reason.TOO_SHORT: lambda f: {"seconds": _seconds(f.rang), "limit": _seconds(f.min_ring)},
        Reason.TEXTED_RECENTLY: lambda f: (
            {"last_text_at": _iso(f.last_text_at)}
            if f.texts_to_caller_lately
            else {"texts": f.texts_to_caller_30_days, "limit": f.per_caller_30_days, "per": "30 days"}
        ),
        Reason.IN_CONVERSATION: lambda f: {"owner_wrote_at": _iso(f.owner_wrote_at)},
        Reason.LIMIT: lambda f: (
            {"texts": f.texts_today, "limit": f.per_day, "per": "day"}
            if f.texts_today >= f.per_day
            else {"texts": f.texts_10_minutes, "limit": f.per_10_minutes, "per": "10 minutes"}
        ),
        Reason.TOO_LATE: lambda f: {"seconds": _seconds(f.age), "limit": _seconds(f.useful_life)},
    }
)


def why_not(facts: Facts) -> Reason | None:
    """Return the reason to stay silent, or None: send the text."""
    return next((reason for reason, holds in _RULES if holds(facts)), None)


def verdict(facts: Facts) -> str:
    """Return what is stored with the call: TEXT, or the name of the reason."""
    return why_not(facts) or TEXT


def decide(facts: Facts) -> Decision:
    """Return the verdict together with the facts it was made from. `explain.sentence` puts them in words."""
    reason = why_not(facts)
    if reason is None:
        return Decision(TEXT, {})
    record = _RECORDS.get(reason)
    return Decision(reason.value, record(facts) if record else {})


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _seconds(lasted: timedelta | None) -> int | None:
    return None if lasted is None else round(lasted.total_seconds())
