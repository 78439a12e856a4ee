"""The branches of the settings tree: values that belong together, each with its default."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from appliance.core import fields, hours
from appliance.core.hours import Span

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = dict(
    zip(_DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_OPEN = (
    "Hi, sorry I missed your call, I'm on a job. It's [name] from [business]. I'll call you back by [time]. "
    "Or text me here what you need. Thanks"
)
_CLOSED = (
    "Hi, it's [name] from [business]. Sorry I missed you, we're closed now. I'll call you back by [time]. "
    "Or text me here what you need. Thanks"
)
_HOLIDAY = (
    "Hi, it's [name] from [business]. Sorry I missed you, we're away now. I'll call you back by [time]. "
    "Or text me here what you need. Thanks"
)


class Use(StrEnum):
    """Which of the two ways the box is used."""

    SIM = "sim"  # the SIM in the box is the business number
    DIVERT = "divert"  # the owner's phone diverts unanswered calls to the box


class Nation(StrEnum):
    """Whose bank holidays the business keeps."""

    ENGLAND_WALES = "england-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    NONE = "none"  # open on bank holidays as on any other day


class Who(StrEnum):
    """Which missed callers get a text."""

    EVERYONE = "everyone"
    NOT_CONTACTS = "not-contacts"
    STRANGERS = "strangers"


class Branch(BaseModel):
    """A part of the tree. The input stays out of error messages: it may be a lock code."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Texts(Branch):
    """The three templates. An empty `closed` means that nobody gets a text outside opening hours."""

    open: fields.Template = _OPEN
    closed: fields.Template = _CLOSED
    holiday: fields.Template = _HOLIDAY


class Hours(Branch):
    """Opening hours of each weekday: "08:00-18:00" or "closed"."""

    mon: str = "08:00-18:00"
    tue: str = "08:00-18:00"
    wed: str = "08:00-18:00"
    thu: str = "08:00-18:00"
    fri: str = "08:00-18:00"
    sat: str = "closed"
    sun: str = "closed"

    @field_validator(*_DAYS, mode="before")
    @classmethod
    def _one_spelling(cls, value: object, info: ValidationInfo) -> str:
        span = hours.parse_span(value if isinstance(value, str) else "", _DAY_NAMES[info.field_name or ""])
        return str(span or "closed")

    def span(self, weekday: int) -> Span | None:
        """Return the hours of a weekday (0 is Monday), None when it is closed."""
        day = _DAYS[weekday]
        return hours.parse_span(getattr(self, day), _DAY_NAMES[day])


class Holiday(Branch):
    """Days away, the first and the last included, with a text of their own or None for `text.holiday`."""

    from_: Annotated[fields.Day, Field(alias="from")]
    to: fields.Day
    text: fields.Template | None = None

    @field_validator("text")
    @classmethod
    def _an_empty_one_is_none(cls, text: str | None) -> str | None:
        return text or None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Holiday:
        if self.to < self.from_:
            raise ValueError("The last day of a holiday must not be before its first day.")
        return self


class Limits(Branch):
    """How many texts may go: to one person, and in all."""

    per_caller_30_days: Annotated[int, fields.whole(1, 100)] = 3
    per_10_minutes: Annotated[int, fields.whole(1, 100)] = 10
    per_day: Annotated[int, fields.whole(1, 1000)] = 60


class Commands(Branch):
    """Whether the owner can command the box by text, and the lock code those texts must hold."""

    enabled: fields.YesOrNo = False
    pin: fields.LockCode = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _locked(self) -> Commands:
        if self.enabled and self.pin is None:
            raise ValueError("Set a lock code for commands first.")
        return self


class Lights(Branch):
    """Where the three lights are wired: BCM numbers of BOX, SIGNAL and TEXTS."""

    pins: fields.Pins = (12, 21, 25)
