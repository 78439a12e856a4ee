"""The owner's two lists of numbers: who is never texted, and who always is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.core import numbers

MOST_LISTED = 2_000
FULL = f"There are {MOST_LISTED:,} numbers on the lists already. Take some off first."
NO_NUMBER = "Enter a phone number, like 07700 900123."


class NumberList(StrEnum):
    """Which list a number is on. Stored, so the values never change."""

    NEVER = "never"
    ALWAYS = "always"  # whatever the hours, and however lately they were texted


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists, in E.164. A number is on one of them at most."""

    never: frozenset[str] = field(default=frozenset(), repr=False)
    always: frozenset[str] = field(default=frozenset(), repr=False)

    def of(self, key: str | None) -> NumberList | None:
        """Return the list a number is on, None for neither. `key` None: there is no number."""
        if key in self.never:
            return NumberList.NEVER
        return NumberList.ALWAYS if key in self.always else None


def to_record(key: str, which: NumberList) -> dict[str, object]:
    """Return a number on a list as it is stored."""
    return {"key": key, "list": which.value}


def from_records(records: Iterable[Mapping[str, object]]) -> Lists:
    """Return the lists that were stored. What cannot be read of them is left out."""
    found: dict[NumberList, set[str]] = {NumberList.NEVER: set(), NumberList.ALWAYS: set()}
    for record in records:
        key, which = record.get("key"), record.get("list")
        if isinstance(key, str) and which in set(NumberList) and numbers.key(key) == key:
            found[NumberList(str(which))].add(key)
    never = frozenset(found[NumberList.NEVER])
    return Lists(never, frozenset(found[NumberList.ALWAYS]) - never)
