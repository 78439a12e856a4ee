"""Which passwords the page takes: long enough, and none that everybody tries first."""

from __future__ import annotations

import unicodedata

SHORTEST = 8
LONGEST = 200

# From the lists that attackers start with, eight characters and more; "textback" is ours.
_FIRST_TRIED = """
    12345678 123456789 1234567890 87654321 0987654321 11223344 12341234 12344321 123123123 1q2w3e4r 1qaz2wsx
    1q2w3e4r5t a1b2c3d4 abc12345 abcd1234 abcdefgh adminadmin administrator arsenal1 asdfasdf asdfghjk
    asdfghjkl baseball changeme charlie1 chelsea1 computer dragon123 everton1 football football1 iloveyou
    internet jennifer letmein1 letmein123 liverpool liverpool1 manchester master123 michelle monkey123
    passw0rd password password1 password12 password123 p@ssw0rd p@ssword plumber1 princess q1w2e3r4
    qazwsxedc qwer1234 qwertyui qwertyuiop qwerty12 qwerty123 raspberry rangers1 samantha secret123 starwars
    sunshine superman superman1 textback textback1 trustno1 welcome1 welcome123 whatever zxcvbnm1 zxcvbnm123
"""
_COMMON = frozenset(_FIRST_TRIED.split())


class PasswordRefused(ValueError):
    """This password is too easy to guess; str() is a sentence for the owner."""


def normal(password: str) -> str:
    """Return the password as it is hashed: one spelling for what different phones type differently."""
    return unicodedata.normalize("NFKC", password)


def usable(password: str, business: str | None = None) -> str:
    """Return the password as it is hashed. Raises PasswordRefused."""
    typed = normal(password)
    bare = _bare(typed)
    if len(typed) < SHORTEST:
        raise PasswordRefused("Use 8 characters or more.")
    if len(typed) > LONGEST:
        raise PasswordRefused("Use 200 characters or fewer.")
    if bare in _COMMON or len(set(bare)) <= 2:
        raise PasswordRefused(
            "That password is one of the first people try. Use three words you will remember."
        )
    if business and bare == _bare(normal(business)):
        raise PasswordRefused("Do not use the name of your business. Use three words you will remember.")
    return typed


def _bare(words: str) -> str:
    """Return the words without case and spaces, as a guesser would try them."""
    return "".join(words.split()).casefold()
