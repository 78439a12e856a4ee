"""The owner's contacts: who they are and under which numbers, and what is kept of a file of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from appliance.core import numbers

MOST_CONTACTS = 5_000
MOST_NUMBERS = 20  # of one contact
MOST_NAME = 60
_MOST_WRITTEN = 60  # characters of a number as it is written


class ContactsUnreadable(ValueError):
    """A file from which no contact can be taken. str() is a sentence for the owner."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the owner knows. `numbers` are E.164, at least one."""

    name: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Everybody the owner knows, and their names by number (E.164)."""

    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def name_of(self, key: str | None) -> str | None:
        """Return who a number is, None for a stranger. `key` None: there is no number."""
        return None if key is None else self.names.get(key)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held. `skipped` counts entries without a number, twice there, or too many."""

    contacts: tuple[Contact, ...]
    skipped: int

    @property
    def sentence(self) -> str:
        """Say it to the owner."""
        mobile = sum(any(map(numbers.mobile_country, contact.numbers)) for contact in self.contacts)
        other = len(self.contacts) - mobile
        found = f"Found {_count(mobile)} with a mobile"
        also = f" and {other:,} without" if other else ""
        return f"{found}{also}. {self.skipped:,} skipped."


class Collector:
    """Gathers the entries of a file, each a name and numbers as they are written there."""

    def __init__(self) -> None:
        self._contacts: list[Contact] = []
        self._skipped = 0
        self._known: set[str] = set()

    def add(self, name: str, written: Iterable[str]) -> None:
        """Take an entry, unless it has no number that can be dialled, or none that is new."""
        keys: dict[str, None] = {}
        for number in written:
            key = numbers.key(number.strip()) if len(number) <= _MOST_WRITTEN else None
            if key is not None and len(keys) < MOST_NUMBERS:
                keys[key] = None
        if not keys.keys() - self._known or len(self._contacts) >= MOST_CONTACTS:
            self._skipped += 1
            return
        self._known |= keys.keys()
        self._contacts.append(Contact(clean_name(name) or numbers.display(next(iter(keys))), tuple(keys)))

    def result(self) -> Imported:
        """Return what there was. Raises ContactsUnreadable when not one contact could be kept."""
        if not self._contacts:
            raise ContactsUnreadable("This file has no phone numbers in it. Export it again as .vcf.")
        return Imported(tuple(self._contacts), self._skipped)


def clean_name(name: str) -> str:
    """Return a name on one line, without what cannot be seen, and not too long."""
    seen = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name[: 10 * MOST_NAME])
    visible = "".join(c for c in seen if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(visible.split())[:MOST_NAME].strip()


def names(contacts: Iterable[Contact]) -> dict[str, str]:
    """Return the name for each number; of two who share one, the first."""
    found: dict[str, str] = {}
    for contact in contacts:
        for key in contact.numbers:
            found.setdefault(key, contact.name)
    return found


def to_record(contact: Contact) -> dict[str, object]:
    """Return a contact as it is stored."""
    return {"name": contact.name, "numbers": list(contact.numbers)}


def from_record(record: Mapping[str, object]) -> Contact | None:
    """Return a stored contact, None when it cannot be read."""
    name, stored = record.get("name"), record.get("numbers")
    keys = [key for key in stored if isinstance(key, str)] if isinstance(stored, list) else []
    return Contact(name, tuple(keys)) if isinstance(name, str) and keys else None


def decoded(data: bytes) -> str:
    """Return a file's text, whatever wrote it: UTF-8, UTF-16 (Outlook, older Google) or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[1:200:2].count(0) > len(data[:200]) // 4:
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _count(contacts: int) -> str:
    return f"{contacts:,} contact{'' if contacts == 1 else 's'}"
