"""The one loop: port -> modem -> core -> journal -> port.

One thread. It sleeps until the port speaks or the nearest deadline, and does what is due. The modem may
vanish, the journal may refuse, the settings may be spoilt: each is waited out, and nothing is sent that is
not written down first.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.bulletin import Bulletin
from appliance.callbook import Callbook
from appliance.connection import Connection, Port, Remedy
from appliance.core.button import Action
from appliance.core.calls import CallTracker, Progress
from appliance.core.hours import LONDON
from appliance.core.ladder import Rung
from appliance.core.patterns import is_night
from appliance.core.settings import Settings, with_value
from appliance.drivers.access_file import AccessFile, AccessUnreadable
from appliance.drivers.clock import Clock
from appliance.drivers.find_modem import ModemUnsuitable
from appliance.drivers.journal import Journal, JournalUnavailable
from appliance.drivers.lights import LightsDriver
from appliance.drivers.serial_port import PortLost
from appliance.drivers.service import Service
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable, SettingsUnwritable
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
    NetworkTime,
    NotStarted,
    PinTried,
    Ready,
    Refused,
    Sim,
    SimStatus,
    Unsuitable,
)
from appliance.postroom import Postroom
from appliance.sim_lock import SimLock

log = logging.getLogger(__name__)

TURN_S = 1.0  # what other processes changed is noticed within this time
STATUS_S = 10.0
LINGER_S = 1.2  # of the 2 s that a stop may take
# The modem is asked for the network every 30 s; one silent for longer than this is not "answering lately".
HEARD_S = 120.0
UNSUITABLE_S = 60.0
NEXT_PORT_S = 0.5
PAUSE = timedelta(hours=2)
TIDY_S = 3600.0  # how often texts whose missing parts are past hope are kept as far as they came


class _ModemDeafError(PortLost):
    """The port is there and the modem behind it does not answer AT."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """Everything the daemon works with. `open_port` raises PortLost.

    `port_worked` is told of each port that led to a modem; `more_ports` tells whether there are likely ones
    that were not tried yet. `remedies`: the harsher rungs of the ladder that this box has.
    """

    open_port: Callable[[], Port]
    journal: Journal
    settings: SettingsFile
    access: AccessFile
    status: StatusFile
    lights: LightsDriver
    service: Service
    clock: Clock
    port_worked: Callable[[], None] = lambda: None
    more_ports: Callable[[], bool] = lambda: False
    remedies: Mapping[Rung, Remedy] = field(default_factory=dict)


class Daemon:
    """The box at work. `run` returns after `stop`."""

    def __init__(self, equipment: Equipment) -> None:
        self._with = equipment
        self._waiter = Waiter()
        self._tracker = CallTracker()
        self._callbook = Callbook(equipment.journal, self._wall)
        self._postroom = Postroom(equipment.journal)
        self._knowledge = Knowledge()
        self._line = Connection(equipment.open_port, equipment.remedies)
        self._sim_lock = SimLock(equipment.journal, equipment.settings)
        self._next_turn = self._next_status = 0.0
        self._next_send = self._next_tidy = 0.0
        self._journal_seen: int | None = None
        self._hung_up_since: float | None = None  # the start of the call that was told to hang up
        self._bulletin = Bulletin(
            self._knowledge, self._callbook, self._tracker, self._postroom, equipment.journal
        )
        self._postroom.on_sent = self._text_sent
        self._changed = True  # whether the status has
        self._settings_sound = True
        self._reopen = False  # whether the modem must be brought up anew, for another setting
        self._pressed: deque[Action] = deque()
        self._stopping = self._settled = False
        self._linger_until: float | None = None

    def stop(self) -> None:
        """End the loop soon. May be called from a signal handler."""
        self._stopping = True
        self._waiter.wake()

    def press(self, action: Action) -> None:
        """Do what the button on the box was held for. May be called from the button's thread."""
        self._pressed.append(action)
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
        return self._line.session.submitted and now < self._linger_until

    def _begin(self) -> None:
        now = self._with.clock.monotonic()
        self._read_settings(now, first=True)
        with self._storage():
            self._settle(now)
        self._tell(now)
        self._with.service.ready()

    def _settle(self, now: float) -> None:
        """Close what an earlier run left open, before anything is sent; when the journal refuses, later."""
        if not self._settled:
            at = self._wall(now)
            self._with.journal.event("started", at)
            if self._with.journal.set_aside is not None:
                self._with.journal.event("journal_set_aside", at, self._with.journal.set_aside.name)
            for text_id in self._with.journal.settle_interrupted(at):
                log.warning("text %d may have gone before the last stop", text_id)
            self._callbook.close_interrupted(now)
            self._settled = True
            self._next_send = now

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
        if not self._line.is_open and now >= self._line.reopen_at:
            self._open_port(now)
        try:
            readable = self._waiter.wait(self._line.fileno(), self._deadline(now) - now)
            now = self._with.clock.monotonic()
            if readable:
                self._act(self._line.receive(now), now)
            if self._line.is_open:
                self._act(self._line.session.tick(now), now)
            self._follow(self._tracker.tick(now), now)
            self._ring_out(now)
            while self._pressed:
                self._obey(self._pressed.popleft(), now)
            if now >= self._next_turn:
                self._look_around(now)
            self._send(now)
            self._line.flush()
        except _ModemDeafError:
            self._climb(now)
        except PortLost as lost:
            self._lose_port(now, str(lost))
        if self._changed or now >= self._next_status:
            self._tell(now)

    def _deadline(self, now: float) -> float:
        times = [self._next_turn, self._next_status, self._line.deadline, self._tracker.deadline]
        times.append(self._linger_until)
        since, limit = self._tracker.ringing_since, self._callbook.settings.ring_seconds
        if limit and since is not None and since != self._hung_up_since:
            times.append(since + limit)
        if self._settled and self._line.session.ready and not self._line.session.sending:
            times.append(self._next_send)
        return min((time for time in times if time is not None), default=now)

    # The port

    def _open_port(self, now: float) -> None:
        self._reopen = False
        self._knowledge.port_opened()
        try:
            self._line.open(now, self._callbook.settings, wants_time=not self._callbook.clock_sure)
        except ModemUnsuitable as refused:
            self._turn_away(str(refused), now)
        except PortLost as lost:
            self._lose_port(now, str(lost))

    def _lose_port(self, now: float, why: str) -> None:
        if self._line.is_open or self._line.first_loss:
            log.warning("modem lost: %s", why)
            self._note("modem_lost", now)
        self._let_go(now)
        rung = self._line.lost(now)
        if rung is not None:
            log.warning("there is no modem: %s", rung)
            self._note(rung, now)

    def _climb(self, now: float) -> None:
        """Take the next rung of the ladder: the port is there and the modem behind it does not answer.

        While other likely ports are left, this one is only left alone: it may be no modem at all.
        """
        if self._with.more_ports():
            self._lose_port(now, "nothing answers there")
            return
        rung = self._line.climb(now, ringing=self._tracker.busy)
        log.warning("the modem does not answer: %s", rung)
        self._note(rung, now, f"failure {self._line.failures}")
        self._let_go(now)

    def _turn_away(self, advice: str, now: float) -> None:
        """Let go of a modem that can never do the job; another one may be plugged in."""
        log.error("%s", advice)
        self._note("modem_unsuitable", now)
        self._let_go(now)
        self._knowledge.advice = advice
        self._line.reopen_at = now + (NEXT_PORT_S if self._with.more_ports() else UNSUITABLE_S)

    def _let_go(self, now: float) -> None:
        self._close_port(now)
        with self._storage():
            self._follow(self._tracker.port_lost(now), now)
        self._knowledge.port_lost()
        self._sim_lock.modem_lost()
        self._changed = True

    def _close_port(self, now: float) -> None:
        for event in self._line.close():
            if isinstance(event, Accepted | Refused | NotStarted | Doubtful):
                self._record(event, now)

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
                case CallList():
                    self._follow(self._tracker.feed(event, now), now)
                case _ if isinstance(event, urc.CallUrc):
                    self._follow(self._tracker.feed(event, now), now)
                case _:
                    self._heard(event, now)

    def _heard(self, event: ModemEvent, now: float) -> None:
        """Act on what the modem says of itself."""
        match event:
            case Ready():
                self._ready(event, now)
            case SimStatus(Sim.LOCKED):
                self._unlock(now)
            case PinTried(right):
                with self._storage():
                    self._sim_lock.tried(right=right, at=self._wall(now))
            case NetworkTime(at):
                self._with.clock.network_said(at)
            case urc.StoreFull():
                self._note("store_full", now)
            case Unsuitable(advice):
                self._turn_away(advice, now)
            case Deaf():
                raise _ModemDeafError
            case _:
                pass

    def _unlock(self, now: float) -> None:
        with self._storage():
            code = self._sim_lock.code_to_try(self._callbook.settings, self._wall(now))
            if code is not None:
                self._line.session.unlock(code, now)

    def _ready(self, ready: Ready, now: float) -> None:
        self._line.worked()
        self._with.port_worked()
        self._next_send = now
        self._callbook.own_number = self._postroom.own_number = ready.own_number
        self._note("ready", now)
        log.info("modem ready")

    def _at_prompt(self, event: AtPrompt, now: float) -> None:
        """Commit, then let the PDU go: a text that may be on its way always has its row."""
        if not self._line.session.at_prompt:
            return  # it restarted right behind its prompt; NotStarted follows
        committed = False
        with self._storage():
            committed = self._postroom.commit(event.ticket, self._wall(now))
        if committed:
            self._line.session.submit(now)
        else:
            self._line.session.withdraw(now)

    def _receive(self, message: Message, now: float) -> None:
        with self._storage():
            self._postroom.receive(message, self._wall(now))
            if message.place is not None:
                self._line.session.delete(message.place, now)
            self._next_send = now

    # Calls and texts

    def _follow(self, steps: list[Progress], now: float) -> None:
        self._line.session.watch_calls(now, on=self._tracker.busy)
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
            self._line.session.hang_up(now)

    def _send(self, now: float) -> None:
        session = self._line.session
        if (
            self._stopping
            or not self._settled
            or not session.ready
            or session.sending
            or now < self._next_send
        ):
            return
        self._next_send = now + TURN_S  # also when the journal refuses
        with self._storage():
            ticket = self._postroom.next_ticket(self._wall(now))
            if ticket is None:
                due = self._postroom.next_due()
                wait = (due - self._wall(now)).total_seconds() if due else float("inf")
                self._next_send = now + max(wait, 0.05)
                return
            session.send_text(ticket, now)
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

    def _obey(self, action: Action, now: float) -> None:
        """Pause for two hours, or end the pause; whatever else the button knows is only noted so far."""
        self._note(f"button_{action}", now)
        if action is not Action.PAUSE:
            return
        at = self._wall(now)

        def turn(settings: Settings) -> Settings:
            paused = settings.paused_until is not None and at < settings.paused_until
            return with_value(settings, "paused_until", None if paused else (at + PAUSE).isoformat())

        try:
            self._with.settings.update(turn)
        except (SettingsUnreadable, SettingsUnwritable) as error:
            log.error("%s", error)
        self._read_settings(now)

    # Once a second

    def _look_around(self, now: float) -> None:
        self._next_turn = now + TURN_S
        self._read_settings(now)
        if self._reopen and self._line.is_open and not self._tracker.busy and not self._line.session.sending:
            self._close_port(now)
            self._line.reopen_at = now
        with self._storage():
            self._settle(now)
            version = self._with.journal.data_version()
            if version != self._journal_seen:
                self._journal_seen, self._next_send, self._changed = version, now, True
            if not self._knowledge.storage_ok:
                self._with.journal.event("storage_back", self._wall(now))
                self._knowledge.storage_ok = self._changed = True
            if now >= self._next_tidy:
                self._next_tidy = now + TIDY_S
                self._with.journal.settle_incomplete(self._wall(now))
            if self._callbook.backlog:
                self._callbook.write([], now)
                self._next_send = now
            if self._postroom.backlog:
                self._postroom.record(None, self._wall(now))
                self._next_send = now
        heard = self._line.session.last_heard
        if not self._line.is_open or heard is None or now - heard < HEARD_S:
            self._with.service.watchdog()

    def _read_settings(self, now: float, *, first: bool = False) -> None:
        """Take in what the page or the command line changed. Spoilt settings leave the last good ones."""
        self._callbook.clock_sure = self._with.clock.sure()
        self._line.session.wants_time = not self._callbook.clock_sure
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
            at = self._wall(now)
            status = self._bulletin.status(at, now, self._line.name)
            self._with.lights.show(status.lights, dim=self._is_night(at))
            self._with.service.status(status.state)  # no headline: it may name who rings
            try:
                self._with.status.write(status)
            except OSError as error:
                log.error("the status could not be written: %s", error.strerror)

    def _is_night(self, at: datetime) -> bool:
        return self._callbook.clock_sure and is_night(at.astimezone(LONDON))

    def _note(self, name: str, now: float, detail: str = "") -> None:
        with self._storage():
            self._with.journal.event(name, self._wall(now), detail)

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
                self._changed = True
            self._knowledge.storage_ok = False
