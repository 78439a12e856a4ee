"""Why a call got no text, told to the owner from the facts stored with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from appliance.core import policy
from appliance.core.hours import clock, past_in_words
from appliance.core.numbers import NumberKind
from appliance.core.policy import REASON_WORDS, Reason

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        NumberKind.UK_LANDLINE: "this is a landline. Ring them back.",
        NumberKind.SHORT_CODE: "this is a short number, not a person.",
        NumberKind.NAME: "this is a name, not a number.",
        NumberKind.FREEPHONE: "this is a freephone number.",
        NumberKind.PREMIUM: "this number costs too much.",
        NumberKind.PERSONAL: "this number costs too much.",
        NumberKind.FOREIGN: "this is no mobile, and it is abroad.",
    }
)
_COUNTRIES = MappingProxyType(
    {
        "JE": "Jersey",
        "GG": "Guernsey",
        "IM": "the Isle of Man",
        "IE": "Ireland",
        "FR": "France",
        "DE": "Germany",
        "ES": "Spain",
        "IT": "Italy",
        "NL": "the Netherlands",
        "BE": "Belgium",
        "PL": "Poland",
        "RO": "Romania",
        "PT": "Portugal",
        "IN": "India",
        "PK": "Pakistan",
        "US": "the United States",
        "CA": "Canada",
        "AU": "Australia",
    }
)
_UNWANTED = MappingProxyType(
    {
        policy.ON_LIST: "they are on your never-text list.",
        policy.IS_CONTACT: "they are in your contacts.",
        policy.KNOWN: "you have been in touch before.",
    }
)


def sentence(verdict: str | None, record: Mapping[str, object], now: datetime) -> str:
    """Return what the owner reads, like "No text: we texted them yesterday at 4:10pm", as a sentence.

    `record` is what `policy.decide` gave, perhaps by an earlier version: where a fact is missing the words
    are the plain ones of the reason. `now` is local. "" when the call got its text, or is not over.
    """
    if verdict not in set(Reason):
        return ""
    reason = Reason(verdict)
    told = _TOLD.get(reason)
    words = told(record, now) if told else None
    return f"No text: {words}" if words else REASON_WORDS[reason]


def _kind(record: Mapping[str, object], _: datetime) -> str | None:
    return _KINDS.get(str(record.get("kind")))


def _country(record: Mapping[str, object], _: datetime) -> str | None:
    name = _COUNTRIES.get(str(record.get("country")))
    return f"texts to {name} are turned off." if name else None


def _unwanted(record: Mapping[str, object], _: datetime) -> str | None:
    return _UNWANTED.get(str(record.get("because")))


def _paused(record: Mapping[str, object], now: datetime) -> str | None:
    until = _moment(record, "until")
    if until is None or until.astimezone(now.tzinfo).date() != now.date():
        return None
    return f"the box was paused until {clock(until.astimezone(now.tzinfo))}."


def _closed(record: Mapping[str, object], _: datetime) -> str | None:
    return "you were on holiday." if record.get("holiday") is True else None


def _too_short(record: Mapping[str, object], _: datetime) -> str | None:
    seconds = _count(record, "seconds")
    if seconds is None:
        return None
    return f"the phone rang for only {seconds} second{'' if seconds == 1 else 's'}."


def _texted(record: Mapping[str, object], now: datetime) -> str | None:
    last, texts = _moment(record, "last_text_at"), _count(record, "texts")
    if last is not None:
        return f"we texted them {past_in_words(last, now)}."
    return f"they had {texts} text{'' if texts == 1 else 's'} from us in 30 days." if texts else None


def _wrote(record: Mapping[str, object], now: datetime) -> str | None:
    wrote = _moment(record, "owner_wrote_at")
    return f"you wrote to them {past_in_words(wrote, now)}." if wrote else None


def _limit(record: Mapping[str, object], _: datetime) -> str | None:
    texts, per = _count(record, "texts"), record.get("per")
    if texts is None or per not in {"day", "10 minutes"}:
        return None
    return f"{texts} texts had gone that day." if per == "day" else f"{texts} texts had gone in 10 minutes."


def _too_late(record: Mapping[str, object], _: datetime) -> str | None:
    if record.get("alert") is True:
        return "we only heard of this call by text. Ring them back."
    seconds = _count(record, "seconds")
    if seconds is None:
        return None
    minutes = max(1, seconds // 60)
    age = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    return f"the call was {age} old when we knew of it. Ring them back."


_TOLD: Mapping[Reason, Callable[[Mapping[str, object], datetime], str | None]] = MappingProxyType(
    {
        Reason.NOT_A_UK_MOBILE: _kind,
        Reason.COUNTRY_OFF: _country,
        Reason.NEVER_TEXT: _unwanted,
        Reason.PAUSED: _paused,
        Reason.CLOSED: _closed,
        Reason.TOO_SHORT: _too_short,
        Reason.TEXTED_RECENTLY: _texted,
        Reason.IN_CONVERSATION: _wrote,
        Reason.LIMIT: _limit,
        Reason.TOO_LATE: _too_late,
    }
)


def _moment(record: Mapping[str, object], name: str) -> datetime | None:
    """Return a time of the record, None when there is none that can be read."""
    try:
        moment = datetime.fromisoformat(str(record.get(name)))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _count(record: Mapping[str, object], name: str) -> int | None:
    value = record.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
