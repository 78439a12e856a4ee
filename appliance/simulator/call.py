"""One call: how it was arranged, and what the line templates may say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.simulator.personality import End, Stat
from appliance.simulator.schedule import Deadline

WITHHELD_TYPE = 128
INTERNATIONAL_TYPE, NATIONAL_TYPE = 145, 129
NOBODY = ""


class ClipTiming(StrEnum):
    """When +CLIP comes, seen from RING."""

    WITH_RING = "with-ring"
    SECOND_RING = "second-ring"
    BEFORE_RING = "before-ring"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Script:
    """A call as a test or a person arranges it. Times in seconds.

    `number` goes to +CLIP as it stands. `interval` None: the family's ring period. `type_of_address` None:
    145 with a plus sign, 129 without. `validity` None: 1 when withheld, else 0. `end` None: the family's way.
    `clip_line` and `marker` stand in for the family's own lines. `answered_after`: somebody picks up then,
    and talks for `talk`. ValueError for a word that is no End or ClipTiming.
    """

    number: str
    rings: int = 3
    interval: float | None = None
    end: End | str | None = None
    type_of_address: int | None = None
    withheld: bool = False
    validity: int | None = None
    answered_after: float | None = None
    talk: float = 5.0
    clip: ClipTiming | str = ClipTiming.WITH_RING
    clip_line: str | None = None
    marker: str | None = None

    def __post_init__(self) -> None:
        ClipTiming(self.clip)  # ValueError for a word that is none
        if self.end is not None:
            End(self.end)


@dataclass(slots=True)
class Call:
    """One call in progress. `direction` is 0 out, 1 in."""

    id: int
    place: int
    script: Script
    direction: int
    stat: Stat
    plans: list[Deadline] = field(default_factory=list)

    def words(self) -> dict[str, object]:
        """Return what the line templates may hold."""
        script = self.script
        hidden = script.withheld or (script.validity or 0) > 0
        number = NOBODY if hidden else script.number
        kind = INTERNATIONAL_TYPE if number.startswith("+") else NATIONAL_TYPE if number else WITHHELD_TYPE
        kind = kind if script.type_of_address is None else script.type_of_address
        validity = int(script.withheld) if script.validity is None else script.validity
        return {
            "id": self.place,
            "dir": self.direction,
            "stat": self.stat.value,
            "number": number,
            "type": kind,
            "validity": validity,
        }
