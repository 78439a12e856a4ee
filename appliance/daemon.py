"""The one loop: port -> modem -> core -> journal -> port.

One thread. It sleeps until the port speaks or the nearest deadline, and does what is due. The modem may
vanish, the journal may refuse, the settings may be spoilt: each is waited out, and nothing is sent that is
not written down first.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from datetime import datetime

from appliance.bulletin import Bulletin
from appliance.connection import Connection
from appliance.core.button import Action
from appliance.core.calls import CallTracker, Progress
from appliance.core.hours import LONDON
from appliance.core.patterns import is_night
from appliance.drivers.find_modem import ModemUnsuitable
from appliance.drivers.serial_port import PortLost
from appliance.drivers.waiter import Waiter
from appliance.equipment import Equipment
from appliance.knowledge import Knowledge
from appliance.missed_list import MissedList
from appliance.modem import urc
from appliance.modem.events import (
    Accepted,
    AtPrompt,
    CallList,
    Deaf,
    Doubtful,
    HungUp,
    Message,
    MissedCalls,
    ModemEvent,
    NetworkTime,
    NotStarted,
    OwnMessages,
    PinTried,
    Ready,
    Refused,
    Sim,
    SimStatus,
    Unsuitable,
)
from appliance.office import Office

__all__ = ["HEARD_S", "STATUS_S", "TURN_S", "Daemon", "Equipment"]

log = logging.getLogger(__name__)

TURN_S = 1.0  # what other processes changed is noticed within this time
STATUS_S = 10.0
LINGER_S = 1.2  # of the 2 s that a stop may take
# The modem is asked for the network every 30 s; one silent for longer than this is not "answering lately".
HEARD_S = 120.0
UNSUITABLE_S = 60.0
NEXT_PORT_S = 0.5


class _ModemDeafError(PortLost):
    """The port is there and the modem behind it does not answer AT."""


class Daemon:
    """The box at work. `run` returns after `stop`."""

    def __init__(self, equipment: Equipment) -> None:
        self._with = equipment
        self._waiter = Waiter()
        self._tracker = CallTracker()
        self._knowledge = Knowledge()
        self._office = Office(equipment, self._knowledge, self._headline)
        self._missed_list = MissedList(equipment.journal)
        self._line = Connection(equipment.open_port, equipment.remedies)
        self._next_turn = self._next_status = self._next_send = 0.0
        self._hung_up_since: float | None = None  # the start of the call that was told to hang up
        self._bulletin = Bulletin(
            self._knowledge,
            self._office.circumstances,
            self._tracker,
            self._office.postroom,
            self._office.counts,
            equipment.journal,
        )
        self._office.postroom.on_sent = self._text_sent
        self._pressed: deque[Action] = deque()
        self._restart_asked = False
        self._stopping = False
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
        with self._office.storage():
            self._office.settle(now)
        self._tell(now)
        self._with.service.ready()

    def _end(self) -> None:
        now = self._with.clock.monotonic()
        self._with.service.stopping()
        with self._office.storage():
            self._follow(self._tracker.port_lost(now), now)
        self._close_port(now)
        self._office.close(now)
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
                self._office.obey(self._pressed.popleft(), now)
            if now >= self._next_turn:
                self._look_around(now)
            if self._office.wake:
                self._office.wake, self._next_send = False, now
            self._send(now)
            self._line.flush()
        except _ModemDeafError:
            self._climb(now)
        except PortLost as lost:
            self._lose_port(now, str(lost))
        if self._office.changed or now >= self._next_status:
            self._tell(now)

    def _deadline(self, now: float) -> float:
        times = [self._next_turn, self._next_status, self._line.deadline, self._tracker.deadline]
        times.append(self._linger_until)
        since, limit = self._tracker.ringing_since, self._office.settings.ring_seconds
        if limit and since is not None and since != self._hung_up_since:
            times.append(since + limit)
        if self._office.settled and self._line.session.ready and not self._line.session.sending:
            times.append(self._next_send)
        return min((time for time in times if time is not None), default=now)

    # The port

    def _open_port(self, now: float) -> None:
        self._office.reopen = False
        self._knowledge.port_opened()
        try:
            self._line.open(now, self._office.settings, wants_time=not self._office.circumstances.clock_sure)
        except ModemUnsuitable as refused:
            self._turn_away(str(refused), now)
        except PortLost as lost:
            self._lose_port(now, str(lost))

    def _lose_port(self, now: float, why: str) -> None:
        if self._line.is_open or self._line.first_loss:
            log.warning("modem lost: %s", why)
            self._office.note("modem_lost", now)
        self._let_go(now)
        rung = self._line.lost(now)
        if rung is not None:
            log.warning("there is no modem: %s", rung)
            self._office.note(rung, now)

    def _climb(self, now: float) -> None:
        """Take the next rung of the ladder: the port is there and the modem behind it does not answer.

        While other likely ports are left, this one is only left alone: it may be no modem at all.
        """
        if self._with.more_ports():
            self._lose_port(now, "nothing answers there")
            return
        rung = self._line.climb(now, ringing=self._tracker.busy)
        log.warning("the modem does not answer: %s", rung)
        self._office.note(rung, now, f"failure {self._line.failures}")
        self._let_go(now)

    def _turn_away(self, advice: str, now: float) -> None:
        """Let go of a modem that can never do the job; another one may be plugged in."""
        log.error("%s", advice)
        self._office.note("modem_unsuitable", now)
        self._let_go(now)
        self._knowledge.advice = advice
        self._line.reopen_at = now + (NEXT_PORT_S if self._with.more_ports() else UNSUITABLE_S)

    def _restart(self, now: float) -> None:
        """Start the modem anew, because the page was asked to; no call and no text is cut off by it."""
        self._restart_asked = False
        self._office.note("restart_asked", now)
        self._line.restart(now)
        self._let_go(now)

    def _let_go(self, now: float) -> None:
        self._close_port(now)
        with self._office.storage():
            self._follow(self._tracker.port_lost(now), now)
        self._knowledge.port_lost()
        self._office.sim_lock.modem_lost()
        self._office.changed = True

    def _close_port(self, now: float) -> None:
        for event in self._line.close():
            if isinstance(event, Accepted | Refused | NotStarted | Doubtful):
                self._record(event, now)

    # What the modem says

    def _act(self, events: list[ModemEvent], now: float) -> None:
        for event in events:
            self._knowledge.note(event, self._office.time.at(now), now)
            self._office.changed = True
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
                with self._office.storage():
                    self._office.sim_lock.tried(right=right, at=self._office.time.at(now))
            case NetworkTime(at):
                self._with.clock.network_said(at)
            case MissedCalls() if not self._tracker.busy:
                with self._office.storage():
                    self._missed_list.take(event, self._office.time.at(now))
            case OwnMessages():
                self._settle_store(event, now)
            case urc.StoreFull():
                self._office.note("store_full", now)
            case Unsuitable(advice):
                self._turn_away(advice, now)
            case Deaf():
                raise _ModemDeafError
            case _:
                pass

    def _unlock(self, now: float) -> None:
        with self._office.storage():
            code = self._office.sim_lock.code_to_try(self._office.settings, self._office.time.at(now))
            if code is not None:
                self._line.session.unlock(code, now)

    def _ready(self, ready: Ready, now: float) -> None:
        self._line.worked()
        self._with.port_worked()
        self._next_send = now
        self._office.circumstances.own_number = ready.own_number
        self._office.note("ready", now)
        store = self._office.postroom.modem_store
        store.unread = ready.store_settles_s is not None
        if not store.unread:
            with self._office.storage():
                store.forget(self._office.time.at(now))
        if ready.sim_id is not None:
            with self._office.storage():
                self._office.announcer.sim_seen(ready.sim_id, self._office.time.at(now))
        log.info("modem ready")

    def _settle_store(self, own: OwnMessages, now: float) -> None:
        """Learn what became of the texts in the modem's store that an earlier run left there."""
        with self._office.storage():
            at = self._office.time.at(now)
            settled = self._office.postroom.modem_store.settle(own, at)
            for place in settled.delete:
                self._line.session.delete(place, now)
            if settled.again is not None:
                self._line.session.look_at_store(now + (settled.again - at).total_seconds())
            self._next_send = now

    def _at_prompt(self, event: AtPrompt, now: float) -> None:
        """Commit, then let the PDU go: a text that may be on its way always has its row."""
        if not self._line.session.at_prompt:
            return  # it restarted right behind its prompt; NotStarted follows
        committed = False
        with self._office.storage():
            committed = self._office.postroom.commit(event.ticket, self._office.time.at(now), event.place)
        if committed:
            self._line.session.submit(now)
        else:
            self._line.session.withdraw(now)

    def _receive(self, message: Message, now: float) -> None:
        with self._office.storage():
            self._office.reception.receive(message, self._office.time.at(now))
            if message.place is not None:
                self._line.session.delete(message.place, now)
            self._next_send = now

    # Calls and texts

    def _follow(self, steps: list[Progress], now: float) -> None:
        self._line.session.watch_calls(now, on=self._tracker.busy)
        if not steps:
            return
        self._office.changed = True
        self._read_settings(now)  # a call is judged by the settings of this moment
        with self._office.storage():
            self._office.callbook.write(steps, now)
            self._next_send = now

    def _ring_out(self, now: float) -> None:
        """Hang up when the phone has rung for as long as the owner wants."""
        since, limit = self._tracker.ringing_since, self._office.settings.ring_seconds
        if limit and since is not None and since != self._hung_up_since and now >= since + limit:
            self._hung_up_since = since
            self._tracker.hung_up()
            self._line.session.hang_up(now)

    def _send(self, now: float) -> None:
        session = self._line.session
        if (
            self._stopping
            or not self._office.settled
            or not session.ready
            or session.sending
            or now < self._next_send
        ):
            return
        self._next_send = now + TURN_S  # also when the journal refuses
        with self._office.storage():
            ticket = self._office.postroom.next_ticket(self._office.time.at(now))
            if ticket is None:
                at = self._office.time.at(now)
                due = self._office.postroom.next_due(at)
                wait = (due - at).total_seconds() if due else float("inf")
                self._next_send = now + max(wait, 0.05)
                return
            session.send_text(ticket, now)
            text = self._with.journal.text(ticket.text_id)
            self._bulletin.sending_to = text.to if text else None
            self._office.changed = True

    def _record(self, result: Accepted | Refused | NotStarted | Doubtful, now: float) -> None:
        self._next_send = now
        self._office.changed = True
        with self._office.storage():
            self._office.postroom.record(result, self._office.time.at(now))
            if isinstance(result, Accepted) and result.place is not None:
                self._line.session.delete(result.place, now)
        self._bulletin.sending_to = None

    def _text_sent(self, text_id: int, at: datetime) -> None:
        self._bulletin.text_sent(text_id, at, self._with.clock.monotonic())

    # Once a second

    def _look_around(self, now: float) -> None:
        self._next_turn = now + TURN_S
        office = self._office
        office.look_round(now, can_send=self._line.session.ready and self._knowledge.in_network)
        self._line.session.wants_time = not office.circumstances.clock_sure
        if office.reopen and self._line.is_open and not self._tracker.busy and not self._line.session.sending:
            self._close_port(now)
            self._line.reopen_at = now
        if self._with.doorman is not None and self._with.doorman.restart_asked():
            self._restart_asked = True
        if self._restart_asked and not self._tracker.busy and not self._line.session.sending:
            self._restart(now)
        heard = self._line.session.last_heard
        if not self._line.is_open or heard is None or now - heard < HEARD_S:
            self._with.service.watchdog()

    def _read_settings(self, now: float, *, first: bool = False) -> None:
        self._office.read_settings(now, first=first)
        self._line.session.wants_time = not self._office.circumstances.clock_sure

    def _tell(self, now: float) -> None:
        """Show the state: to the page, the lights and systemd."""
        self._next_status = now + STATUS_S
        self._office.changed = False
        with self._office.storage():
            at = self._office.time.at(now)
            status = self._bulletin.status(at, now, self._line.name, self._with.clock.now())
            self._with.lights.show(status.lights, dim=self._is_night(at))
            self._with.service.status(status.state)  # no headline: it may name who rings
            try:
                self._with.status.write(status)
            except OSError as error:
                log.error("the status could not be written: %s", error.strerror)

    def _is_night(self, at: datetime) -> bool:
        return self._office.circumstances.clock_sure and is_night(at.astimezone(LONDON))

    def _headline(self, at: datetime) -> tuple[str, str]:
        shown = self._bulletin.resting(at, self._with.clock.monotonic())
        return shown.headline, shown.detail
