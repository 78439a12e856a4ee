"""A file of contacts that the owner hands over, in whatever form their phone or program exports it.

    found = address_book.read(uploaded)
    found.sentence      # "Found 212 contacts with a mobile. 9 skipped."

It may be broken, or meant to harm: it is bounded in size and in everything it can make us keep, and one bad
entry never costs the others.
"""

from __future__ import annotations

from appliance.core import spreadsheets, vcards
from appliance.core.contacts import ContactsUnreadable, Imported

MOST_BYTES = 10 * 1024 * 1024  # photographs are in it


def read(data: bytes) -> Imported:
    """Return the contacts of a .vcf or .csv file. Raises ContactsUnreadable with a sentence for the owner."""
    if len(data) > MOST_BYTES:
        raise ContactsUnreadable("This file is too big. Export fewer contacts at a time.")
    return vcards.read(data) if vcards.is_vcard(data) else spreadsheets.read_contacts(data)
