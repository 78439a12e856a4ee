"""Everything of the daemon that is not the modem: its records, its rules, and a look round once a second."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from appliance.announcer import Announcer
from appliance.box_time import STOPPED, BoxTime
from appliance.callbook import Callbook
from appliance.circumstances import Circumstances
from appliance.core.button import Action
from appliance.core.settings import Settings, with_value
from appliance.core.tally import Tally
from appliance.counts import Counts
from appliance.drivers.access_file import AccessUnreadable
from appliance.drivers.journal import JournalUnavailable
from appliance.drivers.people_file import PeopleUnreadable
from appliance.drivers.settings_file import SettingsUnreadable, SettingsUnwritable
from appliance.equipment import Equipment
from appliance.housekeeping import Housekeeping
from appliance.knowledge import Knowledge
from appliance.postroom import Postroom
from appliance.reception import Reception
from appliance.sim_lock import SimLock
from appliance.steward import Steward

log = logging.getLogger(__name__)

PAUSE = timedelta(hours=2)
TIDY_S = 3600.0  # how often texts whose missing parts are past hope are kept as far as they came


class Office:
    """Keeps the records and asks the rules. It knows nothing of ports and of what a modem says.

    `changed`: the status has. `wake`: there may be a text to send. `reopen`: the modem must be brought up
    anew, for another setting. The daemon takes note of each and clears it.
    """

    def __init__(
        self, equipment: Equipment, knowledge: Knowledge, headline: Callable[[datetime], tuple[str, str]]
    ) -> None:
        self._with = equipment
        self._knowledge = knowledge
        journal, tally = equipment.journal, Tally()
        self.circumstances = Circumstances()
        self.time = BoxTime(equipment.clock, journal, tally)
        self.counts = Counts(journal, tally)
        self.callbook = Callbook(journal, self.circumstances, self.time, self.counts)
        self.postroom = Postroom(journal, self.circumstances, tally)
        steward = Steward(journal, equipment.settings, self.circumstances, headline)
        self.reception = Reception(journal, self.circumstances, self.time, self.counts, steward)
        self.announcer = Announcer(journal, self.circumstances)
        self.callbook.on_judged = self.announcer.judged
        self.sim_lock = SimLock(journal, equipment.settings)
        self._housekeeping = Housekeeping(journal)
        self.changed = self.wake = True
        self.reopen = self.settled = False
        self._settings_sound = True
        self._journal_seen: int | None = None
        self._next_tidy = 0.0

    @property
    def settings(self) -> Settings:
        """The owner's settings as they were last read."""
        return self.circumstances.settings

    @contextmanager
    def storage(self) -> Iterator[None]:
        """Do something with the journal; when it refuses, show that and go on without."""
        try:
            yield
        except JournalUnavailable as refused:
            if self._knowledge.storage_ok:
                log.error("%s", refused)
                self.changed = True
            self._knowledge.storage_ok = False

    def note(self, name: str, now: float, detail: str = "") -> None:
        """Write down something that happened to the box."""
        with self.storage():
            self._with.journal.event(name, self.time.at(now), detail)

    def settle(self, now: float) -> None:
        """Close what an earlier run left open, before anything is sent. Raises JournalUnavailable."""
        if self.settled:
            return
        off = self.time.begin()
        at = self.time.at(now)
        self._with.journal.event("started", at)
        # Of those in the modem's store, the modem will say whether they went.
        for text_id in self._with.journal.settle_interrupted(at, stored_too=False):
            log.warning("text %d may have gone before the last stop", text_id)
        self.callbook.close_interrupted(now)
        self.announcer.was_off(off)
        self.settled = self.wake = True

    def close(self, now: float) -> None:
        """Write down that the daemon ends as it should."""
        self.note(STOPPED, now)

    def look_round(self, now: float, *, can_send: bool) -> None:
        """Do what is due, and see what other processes have changed. `can_send`: texts go out."""
        self.read_settings(now)
        with self.storage():
            self.settle(now)
            self.time.follow_steps(now)
            self._see_changes()
            if not self._knowledge.storage_ok:
                self._with.journal.event("storage_back", self.time.at(now))
                self._knowledge.storage_ok = self.changed = True
            if now >= self._next_tidy:
                self._next_tidy = now + TIDY_S
                self.reception.tidy(self.time.at(now))
            sure = self.circumstances.clock_sure
            self._housekeeping.look(self.time.at(now), now, self.settings, clock_sure=sure)
            if self.callbook.backlog:
                self.callbook.write([], now)
                self.wake = True
            if self.postroom.backlog:
                self.postroom.record(None, self.time.at(now))
                self.wake = True
            self._announce(now, can_send=can_send)

    def _see_changes(self) -> None:
        version = self._with.journal.data_version()
        if version != self._journal_seen:
            self._journal_seen, self.wake, self.changed = version, True, True
            self.announcer.stir()

    def _announce(self, now: float, *, can_send: bool) -> None:
        room = self.postroom
        failing = room.failing_since if room.failing else None
        at = self.time.at(now)
        if self.announcer.look(at, now, can_send=can_send and failing is None, failing_since=failing):
            self.wake = True

    def read_settings(self, now: float, *, first: bool = False) -> None:
        """Take in what the page or the command line changed. Spoilt settings leave the last good ones."""
        circumstances, file = self.circumstances, self._with.settings
        circumstances.clock_sure = self._with.clock.sure()
        try:
            if first or file.changed():
                before = circumstances.settings
                circumstances.settings = file.load()
                circumstances.lists, circumstances.contacts = file.people.lists(), file.people.contacts()
                self.changed = True
                if before.delivery_reports != circumstances.settings.delivery_reports:
                    self.reopen = True
            circumstances.claimed = self._with.access.claimed()
        except (SettingsUnreadable, PeopleUnreadable, AccessUnreadable) as spoilt:
            if self._settings_sound:
                log.error("%s", spoilt)
                self.note("settings_unreadable", now)
            self._settings_sound = False
        else:
            self._settings_sound = True

    def obey(self, action: Action, now: float) -> None:
        """Pause for two hours, or end the pause; let the doorman see every press."""
        self.note(f"button_{action}", now)
        if self._with.doorman is not None:
            self._with.doorman.pressed(action)
        if action is not Action.PAUSE:
            return
        at = self.time.at(now)

        def turn(settings: Settings) -> Settings:
            paused = settings.paused_until is not None and at < settings.paused_until
            return with_value(settings, "paused_until", None if paused else (at + PAUSE).isoformat())

        try:
            self._with.settings.update(turn)
        except (SettingsUnreadable, SettingsUnwritable) as error:
            log.error("%s", error)
        self.read_settings(now)
