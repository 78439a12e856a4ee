"""Acts on what the modem says, and hands it the texts that are due."""

from __future__ import annotations

import logging
from datetime import datetime

from appliance.bulletin import Bulletin
from appliance.connection import Connection
from appliance.core.calls import CallTracker, Progress
from appliance.drivers.find_modem import ModemUnsuitable
from appliance.drivers.serial_port import PortLost
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

log = logging.getLogger(__name__)

TRY_AGAIN_S = 1.0  # where the journal refuses to say what is due


class ModemDeaf(PortLost):
    """The port is there and the modem behind it does not answer AT."""


class Switchboard:
    """Stands between the modem and the office. `now` is monotonic seconds.

    `next_send` is when a text may be due. Raises ModemDeaf, and ModemUnsuitable for a modem that can never
    do the job; PortLost comes through from the port.
    """

    def __init__(
        self,
        equipment: Equipment,
        office: Office,
        knowledge: Knowledge,
        tracker: CallTracker,
        line: Connection,
        bulletin: Bulletin,
    ) -> None:
        self._with = equipment
        self._office = office
        self._knowledge = knowledge
        self._tracker = tracker
        self._line = line
        self._bulletin = bulletin
        self._missed_list = MissedList(equipment.journal)
        self._hung_up_since: float | None = None  # the start of the call that was told to hang up
        self.next_send = 0.0
        office.postroom.on_sent = self._text_sent

    @property
    def deadline(self) -> float | None:
        """When there is something to do without a word from the modem, None for never."""
        times = [self._rung_out_at]
        if self._office.settled and self._line.session.ready and not self._line.session.sending:
            times.append(self.next_send)
        return min((time for time in times if time is not None), default=None)

    @property
    def _rung_out_at(self) -> float | None:
        since, limit = self._tracker.ringing_since, self._office.settings.ring_seconds
        return None if not limit or since is None or since == self._hung_up_since else since + limit

    def act(self, events: list[ModemEvent], now: float) -> None:
        """Do what each event calls for."""
        for event in events:
            self._knowledge.note(event, self._office.time.at(now), now)
            self._office.changed = True
            match event:
                case AtPrompt():
                    self._at_prompt(event, now)
                case Accepted() | Refused() | NotStarted() | Doubtful():
                    self.record(event, now)
                case Message():
                    self._receive(event, now)
                case HungUp(done):
                    if done:
                        self.follow(self._tracker.feed(urc.CallEnded("+CHUP"), now), now)
                case CallList():
                    self.follow(self._tracker.feed(event, now), now)
                case _ if isinstance(event, urc.CallUrc):
                    self.follow(self._tracker.feed(event, now), now)
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
                raise ModemUnsuitable(advice)
            case Deaf():
                raise ModemDeaf
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
        self.next_send = now
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
            self.next_send = now

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
            self.next_send = now

    def follow(self, steps: list[Progress], now: float) -> None:
        """Write down how calls go on; each that is over is judged."""
        self._line.session.watch_calls(now, on=self._tracker.busy)
        if not steps:
            return
        self._office.changed = True
        self._office.read_settings(now)  # a call is judged by the settings of this moment
        with self._office.storage():
            self._office.callbook.write(steps, now)
            self.next_send = now

    def ring_out(self, now: float) -> None:
        """Hang up when the phone has rung for as long as the owner wants."""
        at = self._rung_out_at
        if at is not None and now >= at:
            self._hung_up_since = self._tracker.ringing_since
            self._tracker.hung_up()
            self._line.session.hang_up(now)

    def send(self, now: float) -> None:
        """Hand the modem the next part that is due, if it can take one."""
        session = self._line.session
        if not self._office.settled or not session.ready or session.sending or now < self.next_send:
            return
        self.next_send = now + TRY_AGAIN_S
        with self._office.storage():
            ticket = self._office.postroom.next_ticket(self._office.time.at(now))
            if ticket is None:
                at = self._office.time.at(now)
                due = self._office.postroom.next_due(at)
                wait = (due - at).total_seconds() if due else float("inf")
                self.next_send = now + max(wait, 0.05)
                return
            session.send_text(ticket, now)
            text = self._with.journal.text(ticket.text_id)
            self._bulletin.sending_to = text.to if text else None
            self._office.changed = True

    def record(self, result: Accepted | Refused | NotStarted | Doubtful, now: float) -> None:
        """Write down what became of a part."""
        self.next_send = now
        self._office.changed = True
        with self._office.storage():
            self._office.postroom.record(result, self._office.time.at(now))
            if isinstance(result, Accepted) and result.place is not None:
                self._line.session.delete(result.place, now)
        self._bulletin.sending_to = None

    def _text_sent(self, text_id: int, at: datetime) -> None:
        self._bulletin.text_sent(text_id, at, self._with.clock.monotonic())
