"""The SIM's lock code: given once, and only where that cannot shut the SIM for good."""

from __future__ import annotations

import logging
from datetime import datetime

from appliance.core.settings import Settings, with_value
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable, SettingsUnwritable

log = logging.getLogger(__name__)

TRIED, SETTLED = "sim_pin_tried", "sim_pin_settled"


class SimLock:
    """Three wrong codes shut a SIM. So that one is tried is written down first, and a wrong one is forgotten.

    When a crash leaves it open what came of a try, the code counts as wrong: the owner types it again.
    Every method may raise JournalUnavailable.
    """

    def __init__(self, journal: Journal, settings: SettingsFile) -> None:
        self._journal = journal
        self._settings = settings
        self._under_way = False

    def code_to_try(self, settings: Settings, at: datetime) -> str | None:
        """Return the code to give to the SIM now, None for none. It counts as tried from here on."""
        if settings.sim_pin is None or self._under_way:
            return None
        tried, settled = self._journal.last_event(TRIED), self._journal.last_event(SETTLED)
        if tried is not None and (settled is None or settled.id < tried.id):
            self.tried(right=False, at=at)
            return None
        self._journal.event(TRIED, at)
        self._under_way = True
        return settings.sim_pin

    def tried(self, *, right: bool, at: datetime) -> None:
        """Note what came of the try."""
        self._under_way = False
        if not right:
            try:
                self._settings.update(lambda settings: with_value(settings, "sim_pin", None))
            except (SettingsUnreadable, SettingsUnwritable) as error:
                log.error("%s", error)
                return  # the try stays open, so that the code is not tried again
        self._journal.event(SETTLED, at, "right" if right else "wrong")

    def modem_lost(self) -> None:
        """Note that the modem is gone: what came of a try under way is not known."""
        self._under_way = False
