"""The owner's template: `[name]`, `[business]` and `[time]` stand for something, all else is literal.

The owner's words are read once, by an allow-list. They are never given to `str.format` or to a template
engine, which would hand out the program's objects to whoever knows the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from appliance.core import characters
from appliance.modem import gsm7

WORDS = ("name", "business", "time")
MOST_PARTS = 4
MOST_CHARACTERS = 1000  # more than four parts hold, so that counting stays cheap
_WORD = re.compile(r"\[([^\[\]]*)\]")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the template with its words filled in, in one pass: a value is never expanded again.

    A word is the same in capitals. One without a value, or that is not ours, stays as it is written.
    """

    def value(found: re.Match[str]) -> str:
        word = found[1].lower()
        return values.get(word, found[0]) if word in WORDS else found[0]

    return _WORD.sub(value, template)


def used_words(template: str) -> set[str]:
    """Return which of our words the template uses."""
    return {word.lower() for word in _WORD.findall(template)} & set(WORDS)


def unknown_words(template: str) -> list[str]:
    """Return each word in brackets that is not one of ours, without the brackets, in the order written."""
    return [word for word in dict.fromkeys(_WORD.findall(template)) if word.lower() not in WORDS]


def stops(template: str, longest_values: Mapping[str, str]) -> tuple[str, ...]:
    """Return why the template cannot be used, each a sentence for the owner. Empty: it can."""
    if not template.strip():
        return ("Write the text your callers get.",)
    found = []
    for word in unknown_words(template)[:1]:
        shown = " ".join(word.split())[:20]
        found.append(
            f"[{shown}] is not one of ours. Tap the buttons to add name, business or call back time."
        )
    if characters.cannot_be_sent(template):
        found.append("A hidden character in this text cannot be sent. Tap Fix it for me.")
    too_long = len(template) > MOST_CHARACTERS
    if too_long or len(gsm7.split(fill(template, longest_values)).texts) > MOST_PARTS:
        found.append(f"This is too long. Make it short enough for {MOST_PARTS} texts.")
    return tuple(found)
