"""What the box answers to an owner's order: one part each, and never the lock code."""

from __future__ import annotations

from datetime import datetime

from appliance.core import numbers, shorten
from appliance.core.hours import in_words, past_in_words

_CUT = "..."
NOBODY = "Nobody has rung or written yet."
RESUMED = "Back on. Missed calls get a text."
STOPPED = "They texted STOP, so I send them nothing. Ring them instead."


def status(headline: str, detail: str, missed: int, wrote: int) -> str:
    """Return how the box is, in the words of its state, and what today brought."""
    said = " ".join(filter(None, (headline, detail)))
    return _one_part(f"{said} {missed} missed call{'' if missed == 1 else 's'} today, {wrote} wrote back.")


def paused(until: datetime, now: datetime) -> str:
    """Say until when nobody gets a text. Both times are aware; `now` is local."""
    return f"Paused till {in_words(until, now)}. Missed calls are listed but get no text. ON ends it."


def away(until: datetime, now: datetime, promise: str) -> str:
    """Say until when the owner rings nobody back. `promise` is what `[time]` has become."""
    return f"Away till {in_words(until, now)}. Callers are told you ring back by {promise}. ON ends it."


def last(number: str | None, name: str | None, at: datetime, said: str, now: datetime) -> str:
    """Say who was last, when, and what: "Mrs Patel 07700 900123 at 10:42am: Boiler shows F28"."""
    return _one_part(f"{_who(number, name)} {past_in_words(at, now)}: {said}")


def sending(number: str | None, name: str | None) -> str:
    """Say who a reply goes to: it may not be whom the owner had in mind."""
    return _one_part(f"Sending it to {_who(number, name)}.")


def cannot_be_texted(number: str | None, name: str | None) -> str:
    """Say that whoever was last has no mobile that takes a text."""
    return _one_part(f"{_who(number, name)} cannot take texts. Ring them instead.")


def never_texted(number: str) -> str:
    """Say that a number gets no more texts."""
    return f"{numbers.display(number)} gets no more texts. Undo it on the page."


def done(number: str | None, name: str | None) -> str:
    """Say who is done with."""
    return _one_part(f"{_who(number, name)} is marked as done.")


def _who(number: str | None, name: str | None) -> str:
    return f"{name} {numbers.display(number)}" if name else numbers.display(number)


def _one_part(words: str) -> str:
    return shorten.to_parts(words, 1, _CUT)
