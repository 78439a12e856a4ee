"""What the box does for its own files: forgets what is old, looks through the journal, removes copies."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appliance.core import retention
from appliance.drivers import left_behind

if TYPE_CHECKING:
    from pathlib import Path

    from appliance.core.settings import Settings
    from appliance.drivers.journal import Journal

log = logging.getLogger(__name__)

FIRST_S = 60.0  # after a start the callers who waited come first
AGAIN_S = 600.0  # the clock may become sure, and the line quiet
DAILY_S = 86400.0
BELIEVED = "believed_time"


class Housekeeping:
    """Looks after the files of a data folder. Times are UTC, `now` monotonic seconds."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._due: float | None = None
        self._purge_due: float | None = None
        self._looked: float | None = None
        self._set_aside: Path | None = None

    def look(self, at: datetime, now: float, settings: Settings, *, clock_sure: bool) -> None:
        """Do what is due, unless the phone rings. Raises JournalUnavailable."""
        self._tell_of_damage(at)
        if self._due is None:
            self._due = now + FIRST_S
        if now < self._due:
            return
        self._due = now + AGAIN_S
        if self._journal.ringing_calls():
            return
        self._journal.prove()
        self._journal.scrub()
        if clock_sure:
            self._forget(at, now, settings)

    def _tell_of_damage(self, at: datetime) -> None:
        """Note in the new journal that the one before it was set aside while the box was at work."""
        aside = self._journal.set_aside
        if aside is not None and aside != self._set_aside:
            self._journal.event("journal_set_aside", at, aside.name)
        self._set_aside = aside

    def _forget(self, at: datetime, now: float, settings: Settings) -> None:
        worked = timedelta(seconds=0.0 if self._looked is None else now - self._looked)
        self._looked = now
        before = retention.from_mark(self._journal.mark(BELIEVED))
        belief = retention.next_belief(before, at, worked)
        self._journal.set_mark(BELIEVED, retention.to_mark(belief))
        oldest = retention.forget_before(belief, at, settings.keep_days)
        if oldest is None or (self._purge_due is not None and now < self._purge_due):
            return
        gone = self._journal.purge(oldest)
        if gone:
            log.info("%d rows older than %d days forgotten", gone, settings.keep_days)
        try:
            left_behind.remove(self._journal.folder, at - left_behind.KEPT_FOR)
        except OSError as error:
            log.warning("old copies cannot be removed: %s", error.strerror)
        self._purge_due = now + DAILY_S
