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
    "fill",
    "fix",
    "longest_values",
    "missed_call_text",
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

# While the time is not known no hour can be promised: "by [time]" becomes "soon", which is never longer.
_BY_TIME = re.compile(r"(?:\b(?:by|at|before|around|about) )?\[time\]", re.IGNORECASE)
_SOON = "soon"


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


def missed_call_text(settings: Settings, now: datetime | None) -> str:
    """Return the text a missed caller gets now; empty when the owner wants none sent outside opening hours.

    `now` is local, or None while the time is not known: then opening hours are ignored.
    """
    if now is None:
        return fill(_BY_TIME.sub("[time]", settings.text.open), word_values(settings, _SOON))
    text = settings.text.open if hours.is_open(settings, now) else settings.text.closed
    return fill(text, values_now(settings, now))


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
