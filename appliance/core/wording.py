"""The owner's texts: what is sent for a call now, and what to say of a template while it is written.

Counting is done with the longest values the words can come to, so no caller costs more than the page showed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.core import characters, hours, template
from appliance.core.characters import OddCharacter
from appliance.core.settings import Settings, longest_values, word_values
from appliance.core.template import WORDS, fill, unknown_words, used_words
from appliance.modem import gsm7
from appliance.modem.gsm7 import Alphabet

__all__ = [
    "WORDS",
    "Check",
    "OddCharacter",
    "check",
    "cost_line",
    "fill",
    "fill_now",
    "fix",
    "longest_values",
    "missed_call_text",
    "template_now",
    "unknown_words",
    "values_now",
]

_MOST_WORDS = 50
_LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:co\.uk|com|uk|org|net|shop|ly|link)\b", re.IGNORECASE)
# A text that sells something is marketing in law and needs consent; one that only answers a call is not.
_SELLING = re.compile(
    r"[0-9] ?%|\b(?:offers?|discount|deals?|sale|voucher|promo\w*|special price|cheap\w*|bargain|"
    r"book now|buy|limited time|best price|free quotes?|free estimates?|check out our|"
    r"leave (?:us )?a review)\b",
    re.IGNORECASE,
)
_NEXT_STEP = re.compile(r"\b(?:text|reply|message|call|ring|phone|whatsapp|email)\b", re.IGNORECASE)

# Where no hour can be promised, "by [time]" becomes "soon", which is never longer.
_BY_TIME = re.compile(r"(?:\b(?:by|at|before|around|about) )?\[time\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """What a template comes to once filled in, and what its owner should know of it.

    `words` and `parts` are counts, `units` septets or UTF-16 units. `odd` are the characters that make it
    dearer. `hints` advise; `stops` are why it cannot be saved. Both are sentences.
    """

    words: int
    parts: int
    alphabet: Alphabet
    units: int
    odd: tuple[OddCharacter, ...]
    hints: tuple[str, ...]
    stops: tuple[str, ...]


def check(text: str, longest: Mapping[str, str]) -> Check:
    """Count a template filled with the longest values of its words, and judge it."""
    filled = fill(text, longest)
    parts = gsm7.split(filled)
    words = len(filled.split())
    return Check(
        words=words,
        parts=len(parts.texts),
        alphabet=parts.alphabet,
        units=parts.units,
        odd=characters.odd(filled),
        hints=_hints(text[: template.MOST_CHARACTERS], words, len(parts.texts)),
        stops=template.stops(text, longest),
    )


def fix(text: str) -> str:
    """Return the template with the quotes, dashes, dots and spaces that cost nothing extra."""
    return characters.plain(text)


def values_now(settings: Settings, now: datetime) -> dict[str, str]:
    """Return what the words stand for at this moment, which is local."""
    return word_values(settings, hours.promise_time(settings, now))


def template_now(settings: Settings, now: datetime | None) -> str:
    """Return the template that holds at this moment, empty when the owner wants no text sent now.

    `now` is local, or None while the time is not known: then hours and holidays are ignored. On a bank
    holiday the business is closed, but nobody is away: it has the text for closed hours.
    """
    if now is None:
        return settings.text.open
    holiday = hours.holiday_on(settings, now.date())
    if holiday is not None:
        return holiday.text or settings.text.holiday
    return settings.text.open if hours.is_open(settings, now) else settings.text.closed


def missed_call_text(settings: Settings, now: datetime | None, *, always: bool = False) -> str:
    """Return the text a missed caller gets now; empty when the owner wants none sent at this time.

    `now` is local, or None while the time is not known. `always`: this caller gets a text at any time, so
    where there is none for now, it is the one for opening hours.
    """
    return fill_now(template_now(settings, now) or (settings.text.open if always else ""), settings, now)


def fill_now(text: str, settings: Settings, now: datetime | None) -> str:
    """Return a template as a caller would read it now. `now` is local, None while the time is not known."""
    time = hours.SOON if now is None else hours.promise_time(settings, now)
    if time == hours.SOON:
        text = _BY_TIME.sub("[time]", text)
    return fill(text, word_values(settings, time))


def cost_line(parts: int, price_pence: float | None) -> str:
    """Return what a text costs each time, "Costs about 9p each time."; "" when no price was given."""
    if price_pence is None or not price_pence or not parts:
        return ""
    pence = round(parts * price_pence, 2)
    cost = f"\u00a3{pence / 100:.2f}" if pence >= 100 else f"{pence:g}p"
    return f"Costs about {cost} each time."


def _hints(text: str, words: int, parts: int) -> tuple[str, ...]:
    """Return advice on a template, the dearest first. Nothing here keeps it from being saved."""
    used = used_words(text)
    advice = (
        (parts > 1, f"Sends as {parts} texts, so it costs {parts} times as much."),
        (words > _MOST_WORDS, f"It is {words} words. Callers read up to {_MOST_WORDS}."),
        ("!" in text, "Leave out the exclamation mark. It reads like an advert."),
        (_LINK.search(text), "Leave out the link. Callers do not trust links from a number they just rang."),
        (
            _SELLING.search(text),
            "Leave out anything that sells. By law a text like that needs their consent.",
        ),
        (not used & {"name", "business"}, "Say who you are. Add your name or business."),
        ("time" not in used and not _NEXT_STEP.search(text), "Say what happens next. Add a call back time."),
    )
    return tuple(sentence for holds, sentence in advice if holds)
