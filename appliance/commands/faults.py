"""What the files may raise, told as a fault. By itself: not every command need load the files' code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from appliance.commands.common import Fault
from appliance.drivers.access_file import AccessUnreadable, AccessUnwritable, PasswordRefused
from appliance.drivers.journal import JournalTooNew, JournalUnavailable
from appliance.drivers.people_file import PeopleUnreadable, PeopleUnwritable
from appliance.drivers.settings_file import SettingsUnreadable, SettingsUnwritable


@contextmanager
def plain_faults() -> Iterator[None]:
    """Tell what the files may raise as a fault."""
    try:
        yield
    except (
        SettingsUnreadable,
        SettingsUnwritable,
        PeopleUnreadable,
        PeopleUnwritable,
        AccessUnreadable,
        AccessUnwritable,
        PasswordRefused,
        JournalUnavailable,
        JournalTooNew,
    ) as error:
        raise Fault(str(error)) from error
