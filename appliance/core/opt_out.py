"""STOP and START, read kindly: "stop pls" is one, "stop by at 4" is not.

The rules are of words, not of the one keyword networks know, because a person who is told once that STOP
works writes it in their own way. What is not clearly a wish to be left alone stays a reply.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from appliance.core import numbers

_MOST_READ = 500  # characters
_LEAST_KEY = 16  # bytes
_LABEL = b"textback: texted STOP\0"


class Wish(StrEnum):
    """What somebody wants of the box's texts."""

    STOP = "STOP"
    START = "START"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Any of these alone is a STOP, and so is any with only the words below around it.
_STOP = _words(
    "stop stopall stopit stopp stp sotp stpo stoptexts stop2end unsubscribe unsubscribed unsub unsuscribe"
    " unsubcribe unsubscribeall optout"
)
# These are STOP only when they stand alone: "Cancel Tuesday" is about an appointment.
_STOP_ALONE = _words("end quit cancel")
_START = _words("start unstop restart resubscribe subscribe optin")
_POLITE = _words(
    "please pls plz plse pleas thanks thank thankyou thx ta cheers hi hello hey hiya ok okay sorry no nope"
    " oh dear sir madam mate now immediately kindly just and yes"
)
_ABOUT_TEXTS = _words(
    "text texts texting txt txts txting message messages messaging msg msgs sms send sending contacting"
    " spamming spam bothering calling ringing"
)
_SMALL = _words(
    "me us it this these those that the a any all more your ur my from to u i 2 number reply want"
)
_AROUND_STOP = _POLITE | _ABOUT_TEXTS | _SMALL | _STOP_ALONE
_AROUND_START = _POLITE | _ABOUT_TEXTS | _words("me us again to the your my")
_ASKING = _words("can could would will")  # "Can you stop?" may be about a visit, or a leak
_TELLING = _words("reply text txt send sms msg")  # "Reply STOP to opt out" is how adverts end

# Said anywhere in a message, unless a "don't" or "never" stands before it.
_PHRASES = re.compile(
    r"(?<!dont )(?<!not )(?<!never )\b(?:"
    r"stop (?:texting|txting|messaging|contacting|spamming|bothering) (?:me|us|this|my)"
    r"|stop sending (?:me |us )?(?:(?:these|those|any|more|your) )*(?:texts?|txts?|messages?|msgs?|sms)"
    r"|stop (?:all )?(?:these|those|the|your) (?:texts|txts|messages|msgs)"
    r"|unsubscribe (?:me|us)"
    r"|(?:take|remove) (?:me|us|my number|this number) (?:off|from) (?:your|the|this) "
    r"(?:list|lists|system|database|texts)"
    r")\b"
)
_WHOLE = re.compile(
    r"(?:no thanks )?(?:please )?(?:(?:do not|dont|no more|never) )"
    r"(?:send |want )?(?:me |us )?(?:any )?(?:more )?"
    r"(?:text|texts|texting|txt|txts|message|messages|msgs|contact|sms)"
    r"(?: me| us| this number)?(?: again| any more| anymore| ever again)?(?: please| pls| thanks| thank you)?"
    r"|(?:please |just )?leave me alone(?: please)?"
)

_LETTERS_APART = re.compile(r"\b[a-z](?:[ .\-_*][a-z]){3,}\b")
_CLAUSE_ENDS = re.compile(r"[.,;:!?\n\r()]+|\s[-\u2013\u2014]+\s")
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def wish(words: str) -> Wish | None:
    """Return what an incoming text wishes, None when it is about something else."""
    clauses = _clauses(words)
    tokens = [token for clause in clauses for token in clause]
    if _is_stop(clauses, tokens):
        return Wish.STOP
    if set(tokens) & _START and set(tokens) <= _START | _AROUND_START:
        return Wish.START
    return None


def suppression_hash(key: bytes, number: str) -> str:
    """Return what is kept of somebody who texted STOP: HMAC-SHA-256 of their number, in hexadecimal.

    It outlives the number itself (retention, erase, restore) and says nothing without the box's key.
    Every spelling of a number has the same. Raises ValueError for a key shorter than 16 bytes.
    """
    if len(key) < _LEAST_KEY:
        raise ValueError("The key is too short.")
    person = numbers.key(number) or number.strip()
    return hmac.new(key, _LABEL + person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _is_stop(clauses: Sequence[Sequence[str]], tokens: Sequence[str]) -> bool:
    if tokens and set(tokens) <= _STOP_ALONE:
        return True
    if any(_is_stop_clause(clause, alone=len(clauses) == 1) for clause in clauses):
        return True
    if _WHOLE.fullmatch(" ".join(tokens)):
        return True
    return any(_PHRASES.search(" ".join(clause)) for clause in clauses)


def _is_stop_clause(clause: Sequence[str], *, alone: bool) -> bool:
    said = set(clause)
    if not said & _STOP or not said <= _STOP | _AROUND_STOP | _ASKING:
        return False
    if said & _ASKING and not said & _ABOUT_TEXTS:
        return False
    return alone or clause[0] not in _TELLING or "to" not in said


def _clauses(words: str) -> list[list[str]]:
    """Return the words as they sound: small letters, no accents, no apostrophes; a list for each clause."""
    plain = "".join(_sounds(unicodedata.normalize("NFKD", words[:_MOST_READ])))
    plain = _LETTERS_APART.sub(lambda apart: re.sub("[^a-z]", "", apart[0]), plain)
    plain = re.sub(r"\bopt[ -](?:me[ -])?(out|in)\b", r"opt\1", plain)
    clauses = [_TOKEN.findall(clause) for clause in _CLAUSE_ENDS.split(plain)]
    return [[token.replace("-", "") for token in clause] for clause in clauses if clause]


def _sounds(text: str) -> Iterable[str]:
    for character in text.casefold():
        if character in "'\u2018\u2019\u02bc`" or unicodedata.category(character) in {"Mn", "Cf"}:
            continue
        yield character
