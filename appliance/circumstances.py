"""What the rules go by at this moment: the owner's settings, lists and contacts, and what the box knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.core.contacts import AddressBook
from appliance.core.lists import Lists
from appliance.core.settings import Settings


@dataclass(slots=True)
class Circumstances:
    """Shared by all that ask, and kept up to date by the daemon. `own_number` None: the SIM does not say."""

    settings: Settings = field(default_factory=Settings)
    lists: Lists = field(default_factory=Lists)
    contacts: AddressBook = field(default_factory=AddressBook)
    claimed: bool = False
    clock_sure: bool = True
    own_number: str | None = None

    @property
    def set_up(self) -> bool:
        """Whether the box has an owner and a name to text under; before that it sends nothing."""
        return self.claimed and self.settings.business is not None
