"""What an incoming text means to the owner: here, the copy that goes to their own mobile."""

from __future__ import annotations

from appliance.core import numbers
from appliance.core.settings import Settings
from appliance.modem import gsm7

# A copy costs the owner: what is longer than this many parts is read on the page.
MOST_PARTS = 3
_MORE = "... (more on the page)"


def copy_to(settings: Settings, sender: str, own_number: str | None) -> str | None:
    """Return whom a text from `sender` is copied to: the owner's mobile, or None for nobody.

    Never to the owner what the owner wrote, nor to anybody what the box wrote: copies of copies would go
    round for ever.
    """
    key = numbers.key(sender)
    ours = {settings.owner_mobile, numbers.key(own_number)}
    if not settings.forward_replies or (key is not None and key in ours):
        return None
    return settings.owner_mobile


def copy(sender: str, words: str) -> str:
    """Return the copy for the owner: "07700 900123: their words", cut to MOST_PARTS parts."""
    whole = f"{numbers.display(sender or None)}: {words}"
    if _fits(whole):
        return whole
    shortest, longest = 0, len(whole)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if _fits(whole[:middle] + _MORE):
            shortest = middle
        else:
            longest = middle - 1
    return whole[:shortest].rstrip() + _MORE


def _fits(text: str) -> bool:
    return len(gsm7.split(text).texts) <= MOST_PARTS
