"""Where words mention a number, however it is spelt: what must go when a person is erased."""

from __future__ import annotations

import re
from functools import cache

ERASED = "[erased]"
_BETWEEN = r"[\s()./\u2010-\u2015-]*"  # what people put between digits
_E164 = re.compile(r"\+[0-9]{6,15}")


def replaced(words: str, key: str) -> str:
    """Return the words with every spelling of the number blotted out; others' numbers stay.

    `key` is E.164. A name or a short code is no number that anybody spells in different ways: nothing is
    replaced then.
    """
    pattern = _pattern(key)
    return words if pattern is None else pattern.sub(ERASED, words)


def mentioned(words: str, key: str) -> bool:
    """Tell whether the words mention the number in any spelling."""
    pattern = _pattern(key)
    return pattern is not None and pattern.search(words) is not None


@cache
def _pattern(key: str) -> re.Pattern[str] | None:
    """Return what finds +447700900123 as 07700 900123, 0044 (0)7700-900123, 7700900123 and so on."""
    if not _E164.fullmatch(key):
        return None
    country, national = ("44", key[3:]) if key.startswith("+44") else ("", key[1:])
    digits = _BETWEEN.join(national)
    before = rf"(?:(?:\+|00)?{_BETWEEN}{country}{_BETWEEN})?(?:0{_BETWEEN})?" if country else r"(?:\+|00)?"
    return re.compile(rf"{before}{digits}(?![0-9])")
