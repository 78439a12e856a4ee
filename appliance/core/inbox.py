"""What an incoming text means, what of it is answered, and what of it the owner gets a copy of.

Only a missed call texts a caller. An incoming text is never answered, but for one acknowledgement of STOP or
START to a number a day: otherwise two boxes, or a box and an auto-responder, could talk for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from appliance.core import numbers, opt_out, shorten
from appliance.core.alerts import AlertedCall, alerted_calls
from appliance.core.auto_replies import is_auto_reply
from appliance.core.numbers import NumberKind
from appliance.core.opt_out import Wish
from appliance.core.settings import Settings

# A copy costs the owner: what is longer than this many parts is read on the page.
MOST_PARTS = 3
# Whoever floods the box with texts must not make it flood its owner, at the owner's cost.
MOST_COPIES_10_MINUTES = 20
MOST_COPIES_A_DAY = 150
ACKNOWLEDGE_AGAIN = timedelta(days=1)
_MORE = "... (more on the page)"


@dataclass(frozen=True, slots=True)
class FromOwner:
    """The owner wrote, or somebody who forged their number: words for `commands`, and nothing else."""


@dataclass(frozen=True, slots=True)
class Echo:
    """What the box itself has written came back to it."""


@dataclass(frozen=True, slots=True)
class CallAlert:
    """The network tells of calls that did not get through."""

    calls: tuple[AlertedCall, ...]


@dataclass(frozen=True, slots=True)
class FromMachine:
    """A short code or a name wrote: the network, a bank. Nobody there reads an answer."""


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A phone wrote by itself: its owner drives, is away, or has a box like this one."""


@dataclass(frozen=True, slots=True)
class Stop:
    """They want no more texts from the box."""


@dataclass(frozen=True, slots=True)
class Start:
    """They want the box's texts again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A person wrote, about what they need."""


class MeaningName(StrEnum):
    """What an incoming text meant, as it is stored: the values never change."""

    FROM_OWNER = "from_owner"
    ECHO = "echo"
    CALL_ALERT = "call_alert"
    MACHINE = "machine"
    AUTO_REPLY = "auto_reply"
    STOP = "stop"
    START = "start"
    REPLY = "reply"


Meaning = FromOwner | Echo | CallAlert | FromMachine | AutoReply | Stop | Start | Reply

_NOBODY = frozenset({NumberKind.NO_NUMBER, NumberKind.SHORT_CODE, NumberKind.NAME, NumberKind.OTHER})


def meaning_of(
    settings: Settings, sender: str, key: str | None, words: str, received: datetime, own_number: str | None
) -> Meaning:
    """Return what a text means. `key` is its sender's number in E.164, None for a name; `received` is local.

    A network's alert is believed only from a sender that is no person: it may be forged all the same, and
    so what it tells of is listed and never texted.
    """
    if key is not None and key == settings.owner_mobile:
        return FromOwner()
    if key is not None and key == numbers.key(own_number):
        return Echo()
    if key is None or numbers.kind(sender) in _NOBODY:
        calls = alerted_calls(words, received)
        return CallAlert(calls) if calls else FromMachine()
    match opt_out.wish(words):
        case Wish.STOP:
            return Stop()
        case Wish.START:
            return Start()
        case None:
            return AutoReply() if is_auto_reply(words) else Reply()


def name_of(meaning: Meaning) -> MeaningName:
    """Return what is stored of a meaning."""
    match meaning:
        case FromOwner():
            return MeaningName.FROM_OWNER
        case Echo():
            return MeaningName.ECHO
        case CallAlert():
            return MeaningName.CALL_ALERT
        case FromMachine():
            return MeaningName.MACHINE
        case AutoReply():
            return MeaningName.AUTO_REPLY
        case Stop():
            return MeaningName.STOP
        case Start():
            return MeaningName.START
        case Reply():
            return MeaningName.REPLY
        case _:
            assert_never(meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Whether the wish is `news` (it changes what is kept), and the acknowledgements that went already.

    `to_them_at` is when this person had their last, None when never; the counts are of everybody's.
    """

    news: bool
    to_them_at: datetime | None
    in_10_minutes: int
    today: int


def acknowledgement(
    settings: Settings, meaning: Meaning, key: str, before: Acknowledged, now: datetime
) -> str | None:
    """Return the answer to a STOP or START, None where there is to be none.

    One to a number a day, only to numbers the box may text, and no more to everybody than the limits of
    missed-call texts: senders can be forged by the thousand. The wish itself counts without one, too.
    """
    if not isinstance(meaning, Stop | Start) or not before.news:
        return None
    if numbers.mobile_country(key) not in {"GB", *settings.countries}:
        return None
    if before.to_them_at is not None and abs(now - before.to_them_at) < ACKNOWLEDGE_AGAIN:
        return None
    if before.in_10_minutes >= settings.limits.per_10_minutes or before.today >= settings.limits.per_day:
        return None
    us = settings.business or "us"
    if isinstance(meaning, Stop):
        return f"OK, no more automatic texts from {us}. Text START if you want them again."
    return f"OK, {us} will text you again after a missed call. Text STOP to end that."


def copy_to(
    settings: Settings, sender: str, own_number: str | None, *, in_10_minutes: int = 0, today: int = 0
) -> str | None:
    """Return whom a text from `sender` is copied to: the owner's mobile, or None for nobody.

    Never to the owner what the owner wrote, nor to anybody what the box wrote: copies of copies would go
    round for ever. Of a flood only the beginning; the counts are of copies that went already.
    """
    key = numbers.key(sender)
    ours = {settings.owner_mobile, numbers.key(own_number)}
    if not settings.forward_replies or (key is not None and key in ours):
        return None
    if in_10_minutes >= MOST_COPIES_10_MINUTES or today >= MOST_COPIES_A_DAY:
        return None
    return settings.owner_mobile


def copy(sender: str, words: str, name: str | None = None) -> str:
    """Return the copy for the owner: "Mrs Patel 07700 900123: their words", cut to MOST_PARTS parts.

    `name` is theirs in the owner's contacts, None for a stranger.
    """
    who = numbers.display(sender or None)
    return shorten.to_parts(f"{name} {who}: {words}" if name else f"{who}: {words}", MOST_PARTS, _MORE)
