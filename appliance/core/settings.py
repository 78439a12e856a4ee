"""The owner's settings and the installer's: one frozen tree of checked values, with a default for each.

Every wrong value is answered with one plain sentence (`SettingError`) that says what to enter instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from appliance.core import fields, hours, template
from appliance.core.branches import (
    Branch,
    Commands,
    Holiday,
    Hours,
    Lights,
    Limits,
    Nation,
    Texts,
    Use,
    Who,
)
from appliance.core.hours import Promise

__all__ = [
    "Commands",
    "Holiday",
    "Hours",
    "Lights",
    "Limits",
    "Nation",
    "Promise",
    "SettingError",
    "Settings",
    "Texts",
    "Use",
    "Who",
    "from_tree",
    "get",
    "longest_values",
    "to_tree",
    "with_value",
    "word_values",
]

_MOST_HOLIDAYS = 50


class SettingError(ValueError):
    """A value that cannot be kept. `key` is the setting's dotted name; str() is a sentence for the owner."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


class Settings(Branch):
    """Every setting of the box. `Settings()` is a box nobody has set up: it has no name and sends nothing."""

    business: Annotated[str | None, fields.one_line(60, "the name of your business")] = None
    name: Annotated[str | None, fields.one_line(30, "your name")] = None
    owner_mobile: fields.OwnerMobile = Field(default=None, repr=False)
    use: Use = Use.SIM
    box_number: fields.OwnerMobile = Field(default=None, repr=False)  # the number of its SIM
    ring_seconds: Annotated[int, fields.whole(0, 120)] = 0
    min_ring_seconds: Annotated[int, fields.whole(0, 60)] = 0
    text: Texts = Texts()
    promise: Promise = Promise.TWO_HOURS
    hours: Hours = Hours()
    nation: Nation = Nation.ENGLAND_WALES
    holidays: tuple[Holiday, ...] = ()
    repeat_hours: Annotated[int, fields.whole(0, 720)] = 24
    limits: Limits = Limits()
    useful_life_minutes: Annotated[int, fields.whole(5, 1440)] = 120
    paused_until: fields.Moment = None
    away_until: fields.Moment = None
    who: Who = Who.EVERYONE
    countries: fields.Countries = ()
    forward_replies: fields.YesOrNo = True
    delivery_reports: fields.YesOrNo = False
    price_pence: fields.Pence = None
    keep_days: Annotated[int, fields.whole(7, 365)] = 90
    commands: Commands = Commands()
    sim_pin: fields.LockCode = Field(default=None, repr=False)
    port: fields.Port = "auto"
    baud: fields.Baud = 115200
    lights: Lights = Lights()
    modem_power_pin: fields.PowerPin = None

    @field_validator("holidays", mode="before")
    @classmethod
    def _a_list_of_days_away(cls, value: object) -> list[object]:
        listed = fields.read_list(value)
        if len(listed) > _MOST_HOLIDAYS:
            wrong = f"Keep {_MOST_HOLIDAYS} holidays or fewer."
            raise ValueError(wrong)
        for item in listed:
            if not isinstance(item, Holiday) and not (isinstance(item, dict) and {"from", "to"} <= set(item)):
                raise ValueError("Give each holiday a first day, from, and a last day, to.")
        return listed

    @model_validator(mode="after")
    def _no_pin_has_two_uses(self) -> Settings:
        if self.modem_power_pin in self.lights.pins:
            raise _FoundWrongError("modem_power_pin", "One of the lights is on this pin. Choose another.")
        return self

    @model_validator(mode="after")
    def _templates_can_be_sent(self) -> Settings:
        """Check each text with the values it will be filled with. Only in hours must there be one."""
        values = longest_values(self)
        for key, text in self._templates():
            if text or key == "text.open":
                for sentence in template.stops(text, values):
                    raise _FoundWrongError(key, sentence)
        return self

    def _templates(self) -> Iterator[tuple[str, str]]:
        yield "text.open", self.text.open
        yield "text.closed", self.text.closed
        yield "text.holiday", self.text.holiday
        yield from (("holidays", holiday.text) for holiday in self.holidays if holiday.text)


class _FoundWrongError(ValueError):
    """What is wrong with one setting, found while the whole tree was checked."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def word_values(settings: Settings, time: str) -> dict[str, str]:
    """Return what the words of a template stand for. A business that has no name yet sends nothing."""
    values = {"name": settings.name or "the team", "business": settings.business, "time": time}
    return {word: value for word, value in values.items() if value is not None}


def longest_values(settings: Settings) -> dict[str, str]:
    """Return what the words of a template can become at their longest."""
    return word_values(settings, hours.longest_promise(settings))


def get(settings: Settings, key: str) -> object:
    """Return a setting by its dotted key, as `to_tree` shows it. SettingError when there is no such key."""
    value: object = to_tree(settings)
    for step in key.split("."):
        if not isinstance(value, dict) or step not in value:
            raise _unknown(key)
        value = value[step]
    return value


def with_value(settings: Settings, key: str, value: object) -> Settings:
    """Return the settings with one changed; the value may be the text that spells it. Raises SettingError."""
    if isinstance(get(settings, key), dict):
        raise SettingError(key, f"{key} holds several settings. Name one of them.")
    return from_tree(_replaced(to_tree(settings), key.split("."), value))


def to_tree(settings: Settings) -> dict[str, object]:
    """Return the settings as plain dicts, lists, strings, numbers and None, under the names of their keys."""
    return settings.model_dump(mode="json", by_alias=True)


def from_tree(tree: object) -> Settings:
    """Return the settings a tree holds; what it leaves out has its default. Raises SettingError."""
    try:
        return Settings.model_validate(dict(tree) if isinstance(tree, Mapping) else tree)
    except ValidationError as wrong:
        raise _setting_error(wrong.errors(include_url=False, include_input=False)[0]) from None


def _replaced(branch: object, path: list[str], value: object) -> object:
    """Return a tree like `branch` with the value at the end of the path another."""
    if not path or not isinstance(branch, dict):
        return value
    return {**branch, path[0]: _replaced(branch[path[0]], path[1:], value)}


def _setting_error(error: ErrorDetails) -> SettingError:
    """Turn the first thing pydantic found wrong into a key and a sentence."""
    key = ".".join(step for step in error["loc"] if isinstance(step, str))
    match error["type"], error.get("ctx", {}):
        case "extra_forbidden", _:
            return _unknown(key)
        case "value_error", {"error": _FoundWrongError() as found}:
            return SettingError(found.key, str(found))
        case "value_error", {"error": ValueError() as found}:
            return SettingError(key, str(found))
        case "enum", {"expected": str(choices)}:
            return SettingError(key, f"Choose {choices.replace(chr(39), '')}.")
        case _ if key:
            return SettingError(key, f"Not a value for {key}: it holds several settings.")
        case _:
            return SettingError(key, "These are no settings of a box.")


def _unknown(key: str) -> SettingError:
    return SettingError(key, f"There is no setting called {key[:60]}.")
