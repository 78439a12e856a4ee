"""What the box tells of itself: status.json, put together from what the daemon knows."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil

from appliance import __version__
from appliance.circumstances import Circumstances
from appliance.core import health, hours, wording
from appliance.core.calls import CallTracker
from appliance.core.health import Health, State
from appliance.core.hours import LONDON
from appliance.core.outbox import TextKind
from appliance.counts import Counts, today
from appliance.drivers.journal import Journal, JournalUnavailable
from appliance.drivers.status_file import Status, StatusModem
from appliance.knowledge import Knowledge
from appliance.postroom import Postroom

TEXT_SENT_SHOWN_S = 6.0


@dataclass(slots=True)
class Bulletin:
    """Composes the status, and remembers since when it has been what it is.

    `sending_to`: who is being texted now, None for nobody. `took_s`: seconds from the end of a call to
    its text, shown until `took_until` (monotonic).
    """

    knowledge: Knowledge
    circumstances: Circumstances
    tracker: CallTracker
    postroom: Postroom
    counts: Counts
    journal: Journal
    sending_to: str | None = None
    last_text: datetime | None = None
    took_s: int | None = None
    took_until: float = 0.0
    texts_today: int = 0
    queued: int = 0
    last_call: datetime | None = None
    state: State = State.STARTING
    since: datetime | None = None

    def text_sent(self, text_id: int, at: datetime, now: float) -> None:
        """Show for some seconds how fast a missed call was texted. Raises JournalUnavailable."""
        self.last_text = at
        text = self.journal.text(text_id)
        call = self.journal.call(text.call_id) if text and text.call_id is not None else None
        if call is not None and call.ended_at is not None:
            self.took_s = max(1, ceil((at - call.ended_at).total_seconds()))
            self.took_until = now + TEXT_SENT_SHOWN_S

    def health(self, at: datetime, now: float, texts_today: int, *, live: bool = True) -> Health:
        """Return the box's state. `at` is UTC, `now` monotonic seconds.

        `live` False leaves out who rings or is texted this second.
        """
        settings, local = self.circumstances.settings, at.astimezone(LONDON)
        known = self.knowledge.known(local, now)
        ringing = self.tracker.ringing
        return health.assess(
            replace(
                known,
                set_up=self.circumstances.set_up,
                sends_failing=self.postroom.failures,
                texts_today=texts_today,
                limit_reached=texts_today >= settings.limits.per_day,
                paused_until=settings.paused_until.astimezone(LONDON) if settings.paused_until else None,
                open_now=hours.is_open(settings, local),
                closed_text_empty=not wording.template_now(settings, local),
                opens_at=hours.opens_at(settings, local),
                clock_sure=self.circumstances.clock_sure,
                ringing=ringing.number or "" if live and ringing is not None else None,
                texting=self.sending_to if live else None,
                text_took_s=self.took_s if live and now < self.took_until else None,
            )
        )

    def resting(self, at: datetime, now: float) -> Health:
        """Return the box's state but for what happens this second. Raises JournalUnavailable."""
        self._look(at)
        return self.health(at, now, self.texts_today, live=False)

    def status(self, at: datetime, now: float, port: str | None, written_at: datetime) -> Status:
        """Return the status as of now. `port` is the modem's, None without one.

        `written_at` is the machine's own time, by which a reader tells how old the status is. A journal that
        refuses leaves its numbers as they were: that it refuses must be shown all the same.
        """
        with suppress(JournalUnavailable):
            self._look(at)
        found = self.health(at, now, self.texts_today)
        if found.state is not self.state or self.since is None:
            self.state, self.since = found.state, at
        knowledge = self.knowledge
        modem = None
        if port is not None:
            modem = StatusModem(family=knowledge.family, model=knowledge.model, port=port)
        return Status(
            state=found.state,
            since=self.since,
            headline=found.headline,
            detail=found.detail,
            lights=found.lights,
            operator=knowledge.operator,
            signal_bars=knowledge.bars,
            voice=knowledge.voice,
            modem=modem,
            texts_today=self.texts_today,
            queued=self.queued,
            last_call=self.last_call,
            last_text=self.last_text,
            pid=os.getpid(),
            version=__version__,
            at=written_at.astimezone(UTC),
        )

    def _look(self, at: datetime) -> None:
        self.texts_today = self.counts.of(TextKind.MISSED_CALL, today(at), at)
        if self.last_text is None:
            self.last_text = self.journal.last_sent_at()
        self.queued = self.journal.queued_count()
        newest = self.journal.calls(limit=1)
        self.last_call = newest[0].call.started_at if newest else None
