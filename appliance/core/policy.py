"""Does this missed call get a text, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from appliance.core import numbers
from appliance.core.calls import Presentation

TEXT = "TEXT"


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
    texts that did not fail; this call's own is not among them.
    """

    set_up: bool  # claimed, and given a business name
    answered: bool
    number: str | None
    presentation: Presentation
    own_number: str | None = None
    owner_mobile: str | None = None
    paused: bool = False
    open_now: bool = True
    clock_sure: bool = True
    closed_text_empty: bool = False
    texts_to_caller_lately: int = 0  # within repeat_hours
    texts_to_caller_30_days: int = 0
    per_caller_30_days: int
    texts_10_minutes: int = 0
    per_10_minutes: int
    texts_today: int = 0
    per_day: int
    age: timedelta = timedelta(0)  # since the call ended
    useful_life: timedelta


def _same_person(one: str | None, other: str | None) -> bool:
    key = numbers.key(one)
    return key is not None and key == numbers.key(other)


# Order is policy: the first rule that holds is the one the owner is told.
_RULES: tuple[tuple[Reason, Callable[[Facts], bool]], ...] = (
    (Reason.NOT_SET_UP, lambda f: not f.set_up),
    (Reason.ANSWERED, lambda f: f.answered),
    # Some networks mark a number as withheld and give it all the same. It was not meant for us.
    (Reason.WITHHELD, lambda f: not (f.number or "").strip() or f.presentation is Presentation.WITHHELD),
    (Reason.NOT_A_UK_MOBILE, lambda f: not numbers.can_be_texted(f.number)),
    (Reason.OWN_NUMBER, lambda f: _same_person(f.number, f.own_number)),
    (Reason.OWNER, lambda f: _same_person(f.number, f.owner_mobile)),
    (Reason.PAUSED, lambda f: f.paused),
    (Reason.CLOSED, lambda f: f.clock_sure and not f.open_now and f.closed_text_empty),
    (
        Reason.TEXTED_RECENTLY,
        lambda f: f.texts_to_caller_lately > 0 or f.texts_to_caller_30_days >= f.per_caller_30_days,
    ),
    (Reason.LIMIT, lambda f: f.texts_10_minutes >= f.per_10_minutes or f.texts_today >= f.per_day),
    (Reason.TOO_LATE, lambda f: f.age > f.useful_life),
)


def why_not(facts: Facts) -> Reason | None:
    """Return the reason to stay silent, or None: send the text."""
    return next((reason for reason, holds in _RULES if holds(facts)), None)


def verdict(facts: Facts) -> str:
    """Return what is stored with the call: TEXT, or the name of the reason."""
    return why_not(facts) or TEXT
