"""Stored messages: numbered places in a memory of finite size (27.005 section 3.1, <mem> and <index>)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Status(IntEnum):
    """<stat> of 27.005 section 3.1, PDU mode."""

    REC_UNREAD = 0
    REC_READ = 1
    STO_UNSENT = 2
    STO_SENT = 3

    @property
    def words(self) -> str:
        """Return <stat> as text mode writes it."""
        return self.name.replace("_", " ")


STATUS_WORDS = {status.words: status for status in Status}


@dataclass(slots=True)
class Stored:
    """One message in its place. `smsc` is the service centre field with its length octet."""

    status: Status
    smsc: bytes
    tpdu: bytes


class Store:
    """One memory, such as "SM". Places are numbered from `first_index`."""

    def __init__(self, name: str, capacity: int, first_index: int = 1) -> None:
        self.name = name
        self.capacity = capacity
        self.first_index = first_index
        self._places: dict[int, Stored] = {}

    def __len__(self) -> int:
        return len(self._places)

    @property
    def full(self) -> bool:
        """Return whether no place is free."""
        return len(self._places) >= self.capacity

    def has_place(self, index: int) -> bool:
        """Return whether there is a place of this number, empty or not."""
        return self.first_index <= index < self.first_index + self.capacity

    def add(self, stored: Stored) -> int | None:
        """Put a message in the lowest free place and return its number, or None when the memory is full."""
        places = range(self.first_index, self.first_index + self.capacity)
        index = next((i for i in places if i not in self._places), None)
        if index is not None:
            self._places[index] = stored
        return index

    def get(self, index: int) -> Stored | None:
        """Return the message in a place, or None when the place is empty."""
        return self._places.get(index)

    def items(self) -> list[tuple[int, Stored]]:
        """Return every message with its number, lowest first."""
        return sorted(self._places.items())

    def delete(self, index: int) -> None:
        """Empty a place; an empty one stays so."""
        self._places.pop(index, None)

    def delete_all(self, statuses: frozenset[Status]) -> None:
        """Empty every place that holds a message of these kinds."""
        self._places = {i: s for i, s in self._places.items() if s.status not in statuses}
