"""Words cut to what a number of parts can carry."""

from __future__ import annotations

from appliance.modem import gsm7


def to_parts(words: str, most_parts: int, ending: str) -> str:
    """Return the words if they fit into so many parts, else as many of them as fit before the ending."""
    if _fits(words, most_parts):
        return words
    shortest, longest = 0, len(words)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if _fits(words[:middle] + ending, most_parts):
            shortest = middle
        else:
            longest = middle - 1
    return words[:shortest].rstrip() + ending


def _fits(words: str, most_parts: int) -> bool:
    return len(gsm7.split(words).texts) <= most_parts
