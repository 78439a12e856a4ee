"""The one loop: port -> modem -> core -> journal -> port.

One thread. It sleeps until the port speaks or the nearest deadline, and does what is due. The modem may
vanish, the journal may refuse, the settings may be spoilt: each is waited out, and nothing is sent that is
not written down first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from appliance.bulletin import Bulletin
from appliance.callbook import Callbook
from appliance.core.calls import CallTracker, Progress
from appliance.drivers.access_file import AccessFile, AccessUnreadable
from appliance.drivers.clock import Clock
from appliance.drivers.journal import Journal, JournalUnavailable
from appliance.drivers.lights import LightsDriver
from appliance.drivers.serial_port import PortLost
from appliance.drivers.service import Service
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable
from appliance.drivers.status_file import StatusFile
from appliance.drivers.waiter import Waiter
from appliance.knowledge import Knowledge
from appliance.modem import urc
from appliance.modem.events import (
    Accepted,
    AtPrompt,
    CallList,
    Deaf,
    Doubtful,
    HungUp,
    Message,
    ModemEvent,
    NotStarted,
    Ready,
    Refused,
)
from appliance.modem.session import Session
from appliance.postroom import Postroom

log = logging.getLogger(__name__)

TURN_S = 1.0  # what other processes changed is noticed within this time
REOPEN_S = (0.5, 1.0, 2.0, 3.0)  # waits before looking for a lost port again; the last one for ever
STATUS_S = 10.0
LINGER_S = 1.2  # of the 2 s that a stop may take
# The modem is asked for the network every 30 s; one silent for longer than this is not "answering lately".
HEARD_S = 120.0


class Port(Protocol):
    """An open way to the modem. Every method may raise PortLost."""

    name: str

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        ...

    def read(self) -> bytes:
        """Return what is there, b"" when nothing is."""
        ...

    def write(self, data: bytes) -> None:
        """Write all of `data`."""
        ...

    def close(self) -> None:
        """Give the port back. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Equipment:
    """Everything the daemon works with. `open_port` raises PortLost."""

    open_port: Callable[[], Port]
    journal: Journal
    settings: SettingsFile
    access: AccessFile
    status: StatusFile
    lights: LightsDriver
    service: Service
    clock: Clock


class Daemon:
    """The box at work. `run` returns after `stop`."""

    def __init__(self, equipment: Equipment) -> None:
        self._with = equipment
        self._waiter = Waiter()
        self._tracker = CallTracker()
        self._callbook = Callbook(equipment.journal, self._wall)
        self._postroom = Postroom(equipment.journal)
        self._knowledge = Knowledge()
        self._session = Session()
        self._port: Port | None = None
        self._lost_times = 0
        self._reopen_at = self._next_turn = self._next_status = 0.0
        self._next_send = 0.0
        self._journal_seen: int | None = None
        self._hung_up_since: float | None = None  # the start of the call that was told to hang up
        self._bulletin = Bulletin(
            self._knowledge, self._callbook, self._tracker, self._postroom, equipment.journal
        )
        self._postroom.on_sent = self._text_sent
        self._changed = True  # whether the status has
        self._settings_sound = True
        self._reopen = False  # whether the modem must be brought up anew, for another setting
        self._stopping = False
        self._linger_until: float | None = None

    def stop(self) -> None:
        """End the loop soon. May be called from a signal handler."""
        self._stopping = True
        self._waiter.wake()

    def run(self) -> None:
        """Work until `stop`. A bug is not caught: systemd starts the daemon anew."""
        self._begin()
        try:
            while not self._stopping or self._lingers():
                self._turn()
        finally:
            self._end()

    def _lingers(self) -> bool:
        """Tell whether to wait a moment longer: a text is with the network, and its answer may yet come."""
        now = self._with.clock.monotonic()
        if self._linger_until is None:
            self._linger_until = now + LINGER_S
        return self._port is not None and self._session.submitted and now < self._linger_until

    def _begin(self) -> None:
        now = self._with.clock.monotonic()
        self._read_settings(now, first=True)
        with self._storage():
            at = self._wall(now)
            self._with.journal.event("started", at)
            if self._with.journal.set_aside is not None:
                self._with.journal.event("journal_set_aside", at, self._with.journal.set_aside.name)
            for text_id in self._with.journal.settle_interrupted(at):
                log.warning("text %d may have gone before the last stop", text_id)
            self._callbook.close_interrupted(now)
        self._tell(now)
        self._with.service.ready()

    def _end(self) -> None:
        now = self._with.clock.monotonic()
        self._with.service.stopping()
        with self._storage():
            self._follow(self._tracker.port_lost(now), now)
        self._close_port(now)
        with suppress(OSError):
            self._with.status.remove()
        self._with.lights.close()
        self._waiter.close()

    def _turn(self) -> None:
        now = self._with.clock.monotonic()
        if self._port is None and now >= self._reopen_at:
            self._open_port(now)
        readable = self._waiter.wait(self._port.fileno() if self._port else None, self._deadline(now) - now)
        now = self._with.clock.monotonic()
        try:
            if self._port is not None:
                if readable:
                    self._act(self._session.receive(self._port.read(), now), now)
                self._act(self._session.tick(now), now)
            self._follow(self._tracker.tick(now), now)
            self._ring_out(now)
            if now >= self._next_turn:
                self._look_around(now)
            self._send(now)
            self._flush()
        except PortLost as lost:
            self._lose_port(now, str(lost))
        if self._changed or now >= self._next_status:
            self._tell(now)

    def _deadline(self, now: float) -> float:
        times = [self._next_turn, self._next_status, self._session.deadline, self._tracker.deadline]
        times.append(self._linger_until)
        since, limit = self._tracker.ringing_since, self._callbook.settings.ring_seconds
        if limit and since is not None and since != self._hung_up_since:
            times.append(since + limit)
        if self._port is None:
            times.append(self._reopen_at)
        elif self._session.ready and not self._session.sending:
            times.append(self._next_send)
        return min((time for time in times if time is not None), default=now)

    # The port

    def _open_port(self, now: float) -> None:
        try:
            self._port = self._with.open_port()
        except PortLost as lost:
            self._lose_port(now, str(lost))
            return
        self._session = Session(reports=self._callbook.settings.delivery_reports)
        self._reopen = False
        self._knowledge.port_opened()
        self._session.opened(now)
        try:
            self._flush()
        except PortLost as lost:
            self._lose_port(now, str(lost))

    def _lose_port(self, now: float, why: str) -> None:
        if self._port is not None or self._lost_times == 0:
            log.warning("modem lost: %s", why)
            self._note("modem_lost", now)
        self._close_port(now)
        with self._storage():
            self._follow(self._tracker.port_lost(now), now)
        self._knowledge.port_lost()
        self._reopen_at = now + REOPEN_S[min(self._lost_times, len(REOPEN_S) - 1)]
        self._lost_times += 1
        self._changed = True

    def _close_port(self, now: float) -> None:
        for event in self._session.closed():
            if isinstance(event, Accepted | Refused | NotStarted | Doubtful):
                self._record(event, now)
        if self._port is not None:
            self._port.close()
            self._port = None

    def _flush(self) -> None:
        data = self._session.data_to_send()
        if data and self._port is not None:
            self._port.write(data)

    # What the modem says

    def _act(self, events: list[ModemEvent], now: float) -> None:
        for event in events:
            self._knowledge.note(event, self._wall(now), now)
            self._changed = True
            match event:
                case AtPrompt():
                    self._at_prompt(event, now)
                case Accepted() | Refused() | NotStarted() | Doubtful():
                    self._record(event, now)
                case Message():
                    self._receive(event, now)
                case HungUp(done):
                    if done:
                        self._follow(self._tracker.feed(urc.CallEnded("+CHUP"), now), now)
                case Ready():
                    self._ready(event, now)
                case Deaf():
                    raise PortLost("the modem does not answer")
                case (
                    urc.Ring()
                    | urc.Clip()
                    | urc.CallWaiting()
                    | urc.CallState()
                    | urc.CallEnded()
                    | urc.CallAnswered()
                    | CallList()
                ):
                    self._follow(self._tracker.feed(event, now), now)
                case urc.StoreFull():
                    self._note("store_full", now)
                case _:
                    pass

    def _ready(self, ready: Ready, now: float) -> None:
        self._lost_times = 0
        self._next_send = now
        self._callbook.own_number = self._postroom.own_number = ready.own_number
        self._note("ready", now)
        log.info("modem ready")

    def _at_prompt(self, event: AtPrompt, now: float) -> None:
        """Commit, then let the PDU go: a text that may be on its way always has its row."""
        committed = False
        with self._storage():
            committed = self._postroom.commit(event.ticket, self._wall(now))
        if committed:
            self._session.submit(now)
        else:
            self._session.withdraw(now)

    def _receive(self, message: Message, now: float) -> None:
        with self._storage():
            self._postroom.receive(message, self._wall(now))
            if message.place is not None:
                self._session.delete(message.place, now)
            self._next_send = now

    # Calls and texts

    def _follow(self, steps: list[Progress], now: float) -> None:
        self._session.watch_calls(now, on=self._tracker.busy)
        if not steps:
            return
        self._changed = True
        self._read_settings(now)  # a call is judged by the settings of this moment
        with self._storage():
            self._callbook.write(steps, now)
            self._next_send = now

    def _ring_out(self, now: float) -> None:
        """Hang up when the phone has rung for as long as the owner wants."""
        since, limit = self._tracker.ringing_since, self._callbook.settings.ring_seconds
        if limit and since is not None and since != self._hung_up_since and now >= since + limit:
            self._hung_up_since = since
            self._tracker.hung_up()
            self._session.hang_up(now)

    def _send(self, now: float) -> None:
        if self._stopping or not self._session.ready or self._session.sending or now < self._next_send:
            return
        with self._storage():
            ticket = self._postroom.next_ticket(self._wall(now))
            if ticket is None:
                due = self._postroom.next_due()
                wait = (due - self._wall(now)).total_seconds() if due else float("inf")
                self._next_send = now + max(wait, 0.05)
                return
            self._session.send_text(ticket, now)
            text = self._with.journal.text(ticket.text_id)
            self._bulletin.sending_to = text.to if text else None
            self._changed = True

    def _record(self, result: Accepted | Refused | NotStarted | Doubtful, now: float) -> None:
        self._next_send = now
        self._changed = True
        with self._storage():
            self._postroom.record(result, self._wall(now))
        self._bulletin.sending_to = None

    def _text_sent(self, text_id: int, at: datetime) -> None:
        self._bulletin.text_sent(text_id, at, self._with.clock.monotonic())

    # Once a second

    def _look_around(self, now: float) -> None:
        self._next_turn = now + TURN_S
        self._read_settings(now)
        if self._reopen and not self._tracker.busy and not self._session.sending:
            raise PortLost("a setting wants the modem brought up anew")
        with self._storage():
            version = self._with.journal.data_version()
            if version != self._journal_seen:
                self._journal_seen, self._next_send, self._changed = version, now, True
            if not self._knowledge.storage_ok:
                self._with.journal.event("storage_back", self._wall(now))
                self._knowledge.storage_ok = self._changed = True
            if self._callbook.backlog:
                self._callbook.write([], now)
            if self._postroom.backlog:
                self._postroom.record(None, self._wall(now))
        heard = self._session.last_heard
        if self._port is None or heard is None or now - heard < HEARD_S:
            self._with.service.watchdog()

    def _read_settings(self, now: float, *, first: bool = False) -> None:
        """Take in what the page or the command line changed. Spoilt settings leave the last good ones."""
        self._callbook.clock_sure = self._with.clock.sure()
        try:
            if first or self._with.settings.changed():
                before = self._callbook.settings
                self._callbook.settings = self._postroom.settings = self._with.settings.load()
                self._changed = True
                if before.delivery_reports != self._callbook.settings.delivery_reports:
                    self._reopen = True
            self._callbook.claimed = self._with.access.claimed()
        except (SettingsUnreadable, AccessUnreadable) as spoilt:
            if self._settings_sound:
                log.error("%s", spoilt)
                self._note("settings_unreadable", now)
            self._settings_sound = False
        else:
            self._settings_sound = True

    def _tell(self, now: float) -> None:
        """Show the state: to the page, the lights and systemd."""
        self._next_status = now + STATUS_S
        self._changed = False
        with self._storage():
            status = self._bulletin.status(self._wall(now), now, self._port.name if self._port else None)
            self._with.lights.show(status.lights)
            self._with.service.status(status.headline)
            try:
                self._with.status.write(status)
            except OSError as error:
                log.error("the status could not be written: %s", error.strerror)

    def _note(self, name: str, now: float) -> None:
        with self._storage():
            self._with.journal.event(name, self._wall(now))

    def _wall(self, moment: float) -> datetime:
        """Return the UTC time of a reading of the monotonic clock."""
        clock = self._with.clock
        return clock.now() - timedelta(seconds=clock.monotonic() - moment)

    @contextmanager
    def _storage(self) -> Iterator[None]:
        """Do something with the journal; when it refuses, show that and go on without."""
        try:
            yield
        except JournalUnavailable as refused:
            if self._knowledge.storage_ok:
                log.error("%s", refused)
            self._knowledge.storage_ok = False
            self._changed = True
