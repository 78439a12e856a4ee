"""The owner's number lists and contacts on the storage: two tables of DATA/settings.json.

    people = PeopleFile(data)
    people.set_list("+447700900123", NumberList.NEVER)
    people.name_of("+447700900456")      # "Mrs Patel", or None

What is read is kept until the file is another, so that a name costs one look at the file's stamp.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from appliance.core import contacts as core
from appliance.core import lists as core_lists
from appliance.core import numbers
from appliance.core.contacts import AddressBook, Contact
from appliance.core.lists import Lists, NumberList
from appliance.drivers import atomic_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tinydb import TinyDB

    from appliance.drivers.atomic_storage import Stamp

_NUMBERS, _CONTACTS = "numbers", "contacts"
_BY_HAND = "by_hand"  # named on the page or the command line: an import does not take it away
_UNREADABLE = "The numbers and contacts cannot be read. Restore a backup, or set the box up again."
_UNWRITABLE = "The change could not be saved. The box's storage is full or failing."
_FULL = f"There are {core.MOST_CONTACTS:,} contacts already. Take some out first."
_NO_NAME = "Enter a name."


class PeopleUnreadable(Exception):
    """The file and the copy before it are damaged; str() is a sentence for the owner."""


class PeopleUnwritable(Exception):
    """The storage did not take the change; str() is a sentence for the owner."""


class PeopleRefused(ValueError):
    """What was to be kept cannot be; str() is a sentence for the owner that says what to do."""


class PeopleFile:
    """The lists and contacts of a data folder. Every method raises PeopleUnreadable.

    Those that change something raise PeopleUnwritable too, and PeopleRefused for what is no number or too
    much. Numbers may come in any spelling.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "settings.json"
        self._known: tuple[Stamp | None, Lists, AddressBook] | None = None

    def lists(self) -> Lists:
        """Return both lists as they are now."""
        return self._now()[0]

    def contacts(self) -> AddressBook:
        """Return everybody the owner knows."""
        return self._now()[1]

    def name_of(self, key: str | None) -> str | None:
        """Return the name of a number in E.164, None for a stranger or without a number."""
        return self.contacts().name_of(key)

    def set_list(self, number: str, which: NumberList | None) -> None:
        """Put a number on a list, which takes it off the other; None takes it off both."""
        key = _key(number)
        with self._changing() as documents:
            table = documents.table(_NUMBERS)
            table.remove(lambda record: record.get("key") == key)
            if which is not None:
                if len(table) >= core_lists.MOST_LISTED:
                    raise PeopleRefused(core_lists.FULL)
                table.insert(core_lists.to_record(key, which))

    def add_name(self, number: str, name: str) -> None:
        """Give a number a name; who has other numbers as well has the new name under all of them."""
        key, name = _key(number), core.clean_name(name)
        if not name:
            raise PeopleRefused(_NO_NAME)
        with self._changing() as documents:
            table = documents.table(_CONTACTS)
            named = table.update(
                {"name": name, _BY_HAND: True}, lambda record: key in record.get("numbers", [])
            )
            if not named:
                if len(table) >= core.MOST_CONTACTS:
                    raise PeopleRefused(_FULL)
                table.insert({**core.to_record(Contact(name, (key,))), _BY_HAND: True})

    def replace_contacts(self, contacts: Iterable[Contact]) -> None:
        """Let these be the contacts.

        Of those before only the ones named by hand stay, where they have a number that is not among these.
        """
        new = list(contacts)
        known = {key for contact in new for key in contact.numbers}
        with self._changing() as documents:
            table = documents.table(_CONTACTS)
            by_hand = [
                dict(record)
                for record in table
                if record.get(_BY_HAND) is True and not known.issuperset(record.get("numbers", []))
            ]
            table.truncate()
            room = max(0, core.MOST_CONTACTS - len(by_hand))
            table.insert_multiple([*by_hand, *map(core.to_record, new[:room])])

    def forget(self, number: str) -> None:
        """Take a number off the lists and out of the contacts."""
        key = _key(number)
        with self._changing() as documents:
            documents.table(_NUMBERS).remove(lambda record: record.get("key") == key)
            table = documents.table(_CONTACTS)
            kept = [_without(dict(record), key) for record in table]
            if kept != [dict(record) for record in table]:
                table.truncate()
                table.insert_multiple(record for record in kept if record["numbers"])

    def forget_contacts(self) -> None:
        """Take everybody out of the contacts; the lists stay."""
        with self._changing() as documents:
            documents.table(_CONTACTS).truncate()

    def _now(self) -> tuple[Lists, AddressBook]:
        """Read the file when it is another than the one last read."""
        try:
            stamp, known = atomic_storage.stamp(self._path), self._known
        except OSError as error:
            raise PeopleUnreadable(_UNREADABLE) from error
        if known is None or known[0] != stamp or stamp is None:
            known = (stamp, *self._read())
            self._known = known
        return known[1], known[2]

    def _read(self) -> tuple[Lists, AddressBook]:
        try:
            documents = atomic_storage.documents(self._path)
            listed = core_lists.from_records(documents.table(_NUMBERS))
            found = tuple(filter(None, map(core.from_record, documents.table(_CONTACTS))))
        except atomic_storage.DocumentsUnreadable as error:
            raise PeopleUnreadable(_UNREADABLE) from error
        return listed, AddressBook(found, core.names(found))

    @contextmanager
    def _changing(self) -> Iterator[TinyDB]:
        try:
            with atomic_storage.changing(self._path) as documents:
                yield documents
        except atomic_storage.DocumentsUnreadable as error:
            raise PeopleUnreadable(_UNREADABLE) from error
        except atomic_storage.DocumentsUnwritable as error:
            raise PeopleUnwritable(_UNWRITABLE) from error


def _key(number: str) -> str:
    """Return the number as it is kept. Raises PeopleRefused."""
    key = numbers.key(number)
    if key is None:
        raise PeopleRefused(core_lists.NO_NUMBER)
    return key


def _without(record: dict[str, object], key: str) -> dict[str, object]:
    stored = record.get("numbers")
    kept = [number for number in stored if number != key] if isinstance(stored, list) else []
    return {**record, "numbers": kept}
