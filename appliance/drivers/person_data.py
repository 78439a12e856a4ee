"""Everything the box has about one person, in all its files: shown to them, or erased because they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core import numbers
from appliance.drivers import atomic_storage, left_behind
from appliance.drivers.people_file import PeopleFile, PeopleUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from appliance.drivers.journal import Journal
    from appliance.drivers.journal_reports import Json

_UNWRITABLE = "Not everything could be erased. The box's storage is full or failing."


def everything_about(data: Path, journal: Journal, number: str) -> Iterator[Json]:
    """Give all of it as JSON-able objects; the first says who it is, by what name and on which list.

    Raises JournalUnavailable and PeopleUnreadable.
    """
    key, people = numbers.key(number), PeopleFile(data)
    listed = people.lists().of(key)
    for item in journal.export_person(number):
        if item["kind"] == "person":
            yield {**item, "name": people.name_of(key), "list": None if listed is None else listed.value}
        else:
            yield item


def erase_person(data: Path, journal: Journal, number: str) -> None:
    """Leave nothing of them in any file, but that they want no texts, if they do.

    Damaged files and those of an earlier version, kept beside for a few days, go altogether. Raises
    JournalUnavailable, PeopleUnreadable and PeopleUnwritable: then ask again.
    """
    if numbers.key(number) is not None:
        PeopleFile(data).forget(number)
        _forget_copy(data)
    journal.erase(number)
    try:
        left_behind.remove(data)
    except OSError as error:
        raise PeopleUnwritable(_UNWRITABLE) from error


def _forget_copy(data: Path) -> None:
    try:
        atomic_storage.copy_anew(data / "settings.json")
    except atomic_storage.DocumentsUnwritable as error:
        raise PeopleUnwritable(_UNWRITABLE) from error
