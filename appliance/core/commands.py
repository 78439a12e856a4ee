"""The owner's orders by text: who may give them, and what keeps a stranger out.

A sender's number can be forged, so it proves nothing: an order counts only with the lock code before it, and
five wrong ones turn orders off for a day. What is answered goes to the stored mobile, whoever asked.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.core import orders
from appliance.core.hours import in_words
from appliance.core.orders import Order, Unclear
from appliance.core.settings import Settings

MOST_WRONG = 5
OFF_FOR = timedelta(hours=24)
_CODE = re.compile(r"\s*([0-9]{4,8})(?![0-9])[.,:;-]?")
HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class Guard:
    """What is remembered of wrong lock codes, over restarts too. `off_until` is aware, None: not off."""

    wrong: int = 0
    off_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What becomes of a text from the owner's number: an order, an answer at once, or nothing at all."""

    guard: Guard
    order: Order | None = None
    answer: str | None = None


def hear(guard: Guard, settings: Settings, words: str, now: datetime) -> Heard:
    """Judge a text that came from the owner's number. `now` is local.

    Without a lock code, with orders turned off, and during the day after five wrong codes it is as if
    nobody had written: no answer that could be counted, and no try that counts.
    """
    pin = settings.commands.pin
    code = _CODE.match(words)
    if not settings.commands.enabled or pin is None or settings.owner_mobile is None or code is None:
        return Heard(guard)
    if guard.off_until is not None and now < guard.off_until:
        return Heard(guard)
    if not hmac.compare_digest(code[1], pin):
        return _wrong(guard, now)
    match orders.read(words[code.end() :], settings, now):
        case Unclear(answer):
            return Heard(Guard(), answer=answer)
        case order:
            return Heard(Guard(), order=order)


def redacted(words: str, pin: str | None) -> str:
    """Return the words of a text from the owner's number as they may be kept: without the lock code.

    What could be one at the beginning is hidden, right or wrong, and the right one wherever it stands.
    """
    code = _CODE.match(words)
    if code is not None:
        words = words[: code.start(1)] + HIDDEN + words[code.end(1) :]
    return re.sub(rf"(?<![0-9]){pin}(?![0-9])", HIDDEN, words) if pin else words


def to_record(guard: Guard) -> dict[str, object]:
    """Return the guard as it is stored."""
    off = guard.off_until
    return {"wrong": guard.wrong, "off_until": None if off is None else off.astimezone(UTC).isoformat()}


def from_record(record: Mapping[str, object]) -> Guard:
    """Return the guard that was stored. Where it cannot be read, one more wrong code turns orders off."""
    wrong, off = record.get("wrong"), record.get("off_until")
    try:
        until = None if off is None else datetime.fromisoformat(str(off))
    except ValueError:
        return Guard(MOST_WRONG - 1)
    if type(wrong) is not int or not 0 <= wrong < MOST_WRONG or (until is not None and until.tzinfo is None):
        return Guard(MOST_WRONG - 1)
    return Guard(wrong, until)


def _wrong(guard: Guard, now: datetime) -> Heard:
    wrong = guard.wrong + 1
    if wrong >= MOST_WRONG:
        until = (now.astimezone(UTC) + OFF_FOR).astimezone(now.tzinfo)
        till = in_words(until, now)
        answer = f"{MOST_WRONG} wrong lock codes came from your number. Orders by text are off till {till}."
        return Heard(Guard(off_until=until), answer=answer)
    left = MOST_WRONG - wrong
    answer = (
        f"That lock code is wrong. {left} more {'try' if left == 1 else 'tries'}, then orders by text go off."
    )
    return Heard(Guard(wrong), answer=answer)
