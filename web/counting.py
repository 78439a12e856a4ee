"""What a text comes to, said in words: the one counter for the page, its script, and what is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from appliance.core import characters, wording
from appliance.core.template import MOST_PARTS
from web.view import clean, plural

if TYPE_CHECKING:
    from datetime import datetime

    from appliance.core.settings import Settings
    from appliance.core.wording import OddCharacter

MOST_CHARACTERS: Final = 2000  # more than four parts hold: beyond it nothing is worth counting


@dataclass(frozen=True, slots=True)
class Count:
    """What the page says of a text while it is written. `stops` are why it cannot be kept as it is."""

    parts: int
    line: str
    cost: str  # "" when the owner has given no price
    odd: tuple[str, ...]
    fixable: bool
    hints: tuple[str, ...]
    stops: tuple[str, ...]
    preview: str


def typed(field: str) -> str:
    """Return what was typed into a text box: a browser sends CR LF, a text carries LF."""
    return field.replace("\r\n", "\n").replace("\r", "\n").strip()


def of_template(text: str, settings: Settings, local_now: datetime, *, may_be_empty: bool) -> Count:
    """Count one of the owner's messages, filled with the longest values; preview it as it would go now."""
    if not text and may_be_empty:
        return Count(0, "Empty. No text is sent.", "", (), fixable=False, hints=(), stops=(), preview="")
    check = wording.check(text[:MOST_CHARACTERS], wording.longest_values(settings))
    return Count(
        parts=check.parts,
        line=_line(check.words, check.parts),
        cost=wording.cost_line(check.parts, settings.price_pence),
        odd=tuple(map(_named, check.odd)),
        fixable=any(odd.replacement is not None for odd in check.odd),
        hints=check.hints,
        stops=check.stops,
        preview=clean(wording.fill_now(text[:MOST_CHARACTERS], settings, local_now)),
    )


def of_reply(text: str, settings: Settings) -> Count:
    """Count a text the owner writes to one person: nothing in it is filled in."""
    check = wording.check(text[:MOST_CHARACTERS], {})
    return Count(
        parts=check.parts,
        line=_line(check.words, check.parts),
        cost=wording.cost_line(check.parts, settings.price_pence),
        odd=tuple(map(_named, check.odd)),
        fixable=any(odd.replacement is not None for odd in check.odd),
        hints=(),
        stops=tuple(_reply_stops(text, check.parts)),
        preview="",
    )


def _reply_stops(text: str, parts: int) -> list[str]:
    if not text:
        return ["Write your text first."]
    if len(text) > MOST_CHARACTERS or parts > MOST_PARTS:
        return [f"This is too long. Make it short enough for {MOST_PARTS} texts."]
    if characters.cannot_be_sent(text):
        return ["A hidden character in this text cannot be sent. Write it again here."]
    return []


def _line(words: int, parts: int) -> str:
    return f"{plural(words, 'word')}. Sends as {plural(parts, 'text')}."


def _named(odd: OddCharacter) -> str:
    return clean(odd.name)
