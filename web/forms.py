"""Forms that change settings: a field each, all of a page saved or none of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import request

from appliance.core import numbers
from appliance.core.settings import SettingError, Settings, get, with_value
from web.files import files, settings_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

YES: Final = "true"
NO: Final = "false"


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "text"
    PHONE = "tel"
    LOCK_CODE = "code"  # digits that are never shown again; left empty, the one there is stays
    WHOLE = "whole"  # a whole number: the phone shows its digits
    YES_OR_NO = "yes"
    SELECT = "select"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values to choose from, and what it means where its label does not say it all."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as the page asks for it. `missing` is what is said when it is left empty; "" lets it be."""

    key: str
    label: str
    hint: str = ""
    kind: Kind = Kind.LINE
    missing: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    autocomplete: str = "off"


@dataclass(frozen=True, slots=True)
class Filled:
    """A field as it is drawn: with its value, and with what can be chosen."""

    field: Field
    value: str
    choices: tuple[Choice, ...]


def shown(fields: Sequence[Field], settings: Settings) -> dict[str, str]:
    """Return each setting as its field shows it."""
    return {field.key: _shown(field, get(settings, field.key)) for field in fields}


def posted(fields: Sequence[Field]) -> dict[str, str]:
    """Return what was filled in. A box without its tick is not sent at all: that is a no."""
    return {
        field.key: (YES if request.form.get(field.key) else NO)
        if field.kind is Kind.YES_OR_NO
        else request.form.get(field.key, "").strip()
        for field in fields
    }


def save(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, str]:
    """Save all fields, or none and return what is wrong with each."""
    missing = {field.key: field.missing for field in fields if field.missing and not values[field.key]}
    kept = {field.key for field in fields if field.kind is Kind.LOCK_CODE and not values[field.key]}
    return keep({key: value for key, value in values.items() if key not in kept}, missing)


def keep(values: Mapping[str, object], wrong: Mapping[str, str] | None = None) -> dict[str, str]:
    """Save these settings, or none and return what is wrong, by key; `wrong` is known already.

    A problem that a value makes elsewhere (a text that gets too long) stands at its own key.
    """
    problems = dict(wrong or {})
    now = settings_now()
    for key, value in values.items():
        if key not in problems:
            try:
                now = with_value(now, key, value)
            except SettingError as found:
                problems[key] = str(found)
    if not problems:
        try:
            files().settings.update(lambda at_last: _with_all(at_last, values))
        except SettingError as found:  # another change came between
            problems[found.key if found.key in values else next(iter(values))] = str(found)
    return problems


def filled(fields: Sequence[Field], values: dict[str, str]) -> list[Filled]:
    """Return the fields as they are drawn; a value set on the command line is among what can be chosen."""
    return [Filled(field, values[field.key], _choices(field, values[field.key])) for field in fields]


def _shown(field: Field, value: object) -> str:
    match value:
        case _ if field.kind is Kind.LOCK_CODE:
            return ""
        case None:
            return ""
        case bool():
            return YES if value else NO
        case float():
            return f"{value:g}"
        case _:
            return numbers.display(str(value)) if field.kind is Kind.PHONE else str(value)


def _choices(field: Field, value: str) -> tuple[Choice, ...]:
    if not field.choices or value in {choice.value for choice in field.choices}:
        return field.choices
    return (*field.choices, Choice(value, f"{value} {field.unit}".strip()))


def _with_all(now: Settings, values: Mapping[str, object]) -> Settings:
    for key, value in values.items():
        now = with_value(now, key, value)
    return now
