"""Texts that a phone or an office sends by itself: its owner drives, is away, or has a box like this one."""

from __future__ import annotations

import re

_MOST_READ = 500  # characters

_ANYWHERE = (
    r"\bthis is an? auto(?:mat(?:ic|ically|ed))?\b",
    r"\bim not receiving notifications\b",
    r"\b(?:do not disturb|driving focus|focus mode)(?: while driving)? (?:is )?(?:turned |switched )?on\b",
    r"\bout of (?:the )?office\b",
    r"\bon annual leave\b",
    r"\b(?:number|inbox|mailbox|phone|account) is (?:not |un)(?:being )?(?:monitored|manned)\b",
    r"\b(?:do not|dont) (?:reply|respond) to this (?:message|text|number)\b",
)
# Only at the beginning: "I'm driving past at 4" and "thanks for your text" are what people write too.
_FIRST = (
    r"\W{0,3}auto(?:matic(?:ally)?|mated)?[ -]?(?:reply|response|respond|message|generated|text)\b",
    (
        r"(?:sorry,? )?(?:im|i am) (?:currently |just )?driving(?: right now| at the moment| now)?"
        r"(?: ?$| ?[.,;!-]| and )"
    ),
    (
        r"(?:hi[ ,]+)?(?:thanks|thank you) for (?:your (?:message|text|call|enquiry)|getting in touch"
        r"|(?:contact|call|text|messag)ing)\b.*\b(?:we|i|someone|our team)(?:ll| will| aim to)? "
        r"(?:get back|be in touch|respond|reply|return your|call you|contact you)\b"
    ),
    (
        r"(?:hi[ ,]+)?(?:its .{1,90}\. )?sorry (?:i|we)(?:ve)? missed (?:you|your call)\b.*"
        r"\b(?:call|ring|get|text)(?:ing)? (?:you )?back\b"
    ),
    r"(?:sorry,? )?i (?:cant|can not|cannot) (?:talk|take your call|answer) (?:right now|at the moment)\b",
)
_BY_ITSELF = re.compile("|".join([*(f".*{said}" for said in _ANYWHERE), *_FIRST]))


def is_auto_reply(words: str) -> bool:
    """Say whether a text reads like one that nobody typed just now."""
    said = re.sub(r"['\u2018\u2019]", "", " ".join(words[:_MOST_READ].lower().split()))
    return _BY_ITSELF.match(said) is not None
