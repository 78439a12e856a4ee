"""Whom a page is about: an address names one call or text, and that names the person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import abort

from appliance.core import numbers
from appliance.core.outbox import IN_CONVERSATIONS
from web.files import files
from web.view import clean

if TYPE_CHECKING:
    from appliance.drivers.journal import Journal

_ITEM: Final = re.compile(r"(?P<kind>[ct])(?P<id>[0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the box has heard from. `number` is one to dial, None for a name or a short code."""

    item: str  # what named them in the address
    person: str  # what the journal keeps them under
    number: str | None
    name: str  # as the owner calls them, "" for nobody known

    @property
    def shown(self) -> str:
        """Their number as it is read, or the name the network gave."""
        return clean(numbers.display(self.person))

    @property
    def title(self) -> str:
        """What the page calls them."""
        return self.name or self.shown

    @property
    def can_be_texted(self) -> bool:
        """Whether the box may text them."""
        return self.number is not None and numbers.can_be_texted(self.number)


def of_item(item: str) -> Person:
    """Return whom an item is about; 404 when there is no such item, or it has no number."""
    named = _ITEM.fullmatch(item)
    if named is None:
        abort(404)
    found = _find(files().journal, named["kind"], int(named["id"]))
    if found is None:
        abort(404)
    number = numbers.key(found)
    return Person(item, found, number, clean(files().people.name_of(number)))


def called(person: str) -> str:
    """Return what a list calls somebody: the owner's name for them, or their number as it is read."""
    return clean(files().people.name_of(person) or numbers.display(person))


def _find(journal: Journal, kind: str, number: int) -> str | None:
    if kind == "c":
        call = journal.call(number)
        return None if call is None else call.key or call.number
    incoming = journal.message(number)
    if incoming is not None:
        return incoming.key or incoming.sender
    text = journal.text(number)
    return None if text is None or text.kind not in IN_CONVERSATIONS else text.key
