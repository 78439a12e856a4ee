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
from appliance.core.calls import CallTracker
from appliance.core.hours import LONDON
from appliance.core.patterns import is_night
from appliance.drivers.find_modem import ModemUnsuitable
from appliance.drivers.serial_port import PortLost
from appliance.drivers.waiter import Waiter
from appliance.equipment import Equipment
from appliance.knowledge import Knowledge
from appliance.modem.events import Accepted, Doubtful, NotStarted, Refused
from appliance.office import Office
from appliance.switchboard import ModemDeaf, Switchboard

__all__ = ["HEARD_S", "STATUS_S", "TURN_S", "Daemon", "Equipment"]

log = logging.getLogger(__name__)

TURN_S = 1.0  # what other processes changed is noticed within this time
STATUS_S = 10.0
LINGER_S = 1.2  # of the 2 s that a stop may take
# The modem is asked for the network every 30 s; one silent for longer than this is not "answering lately".
HEARD_S = 120.0
UNSUITABLE_S = 60.0
NEXT_PORT_S = 0.5


class Daemon:
    """The box at work. `run` returns after `stop`."""

    def __init__(self, equipment: Equipment) -> None:
        self._with = equipment
        self._waiter = Waiter()
        self._tracker = CallTracker()
        self._knowledge = Knowledge()
        self._office = Office(equipment, self._knowledge, self._headline)
        self._line = Connection(equipment.open_port, equipment.remedies)
        self._next_turn = self._next_status = 0.0
        self._bulletin = Bulletin(
            self._knowledge,
            self._office.circumstances,
            self._tracker,
            self._office.postroom,
            self._office.counts,
            equipment.journal,
        )
        self._board = Switchboard(
            equipment, self._office, self._knowledge, self._tracker, self._line, self._bulletin
        )
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
            self._board.follow(self._tracker.port_lost(now), now)
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
                self._board.act(self._line.receive(now), now)
            if self._line.is_open:
                self._board.act(self._line.session.tick(now), now)
            self._board.follow(self._tracker.tick(now), now)
            self._board.ring_out(now)
            while self._pressed:
                self._office.obey(self._pressed.popleft(), now)
            if now >= self._next_turn:
                self._look_around(now)
            if self._office.wake:
                self._office.wake, self._board.next_send = False, now
            if not self._stopping:
                self._board.send(now)
            self._line.flush()
        except ModemDeaf:
            self._climb(now)
        except ModemUnsuitable as refused:
            self._turn_away(str(refused), now)
        except PortLost as lost:
            self._lose_port(now, str(lost))
        if self._office.changed or now >= self._next_status:
            self._tell(now)

    def _deadline(self, now: float) -> float:
        times = [self._next_turn, self._next_status, self._line.deadline, self._tracker.deadline]
        times += [self._board.deadline, self._linger_until]
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
            self._board.follow(self._tracker.port_lost(now), now)
        self._knowledge.port_lost()
        self._office.sim_lock.modem_lost()
        self._office.changed = True

    def _close_port(self, now: float) -> None:
        for event in self._line.close():
            if isinstance(event, Accepted | Refused | NotStarted | Doubtful):
                self._board.record(event, now)

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
