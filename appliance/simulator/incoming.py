"""Texts on their way in: AT+CNMI, finite stores, a network that waits for room (27.005 section 3.4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.simulator import sms_pdu
from appliance.simulator.answers import BadParameter, CmsRefused
from appliance.simulator.personality import Personality
from appliance.simulator.schedule import Deadline, Schedule
from appliance.simulator.sms_store import Status, Store, Stored

REPORT_STORE = "SR"
REPORT_PLACES = 10
ACKNOWLEDGE_WITHIN_S = 17.0
BUFFERED_CODES = 20
NO_ACKNOWLEDGEMENT_EXPECTED = 340


@dataclass(frozen=True, slots=True)
class Routing:
    """The five values of AT+CNMI."""

    mode: int = 0
    mt: int = 0
    bm: int = 0
    ds: int = 0
    bfr: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """One SMS-DELIVER or SMS-STATUS-REPORT the network has for the modem."""

    tpdu: bytes
    is_report: bool


class Incoming:
    """Delivers what the network holds, as soon as the modem can take it."""

    def __init__(
        self,
        personality: Personality,
        schedule: Schedule,
        tell: Callable[[str, str | None], None],
        describe: Callable[[str, Unit], tuple[str, str | None]],
    ) -> None:
        self._personality = personality
        self._schedule = schedule
        self._tell = tell
        self._describe = describe  # the line and the body of +CMT or +CDS
        self.reachable: Callable[[], bool] = lambda: True
        self.smsc = "+447700900999"  # the service centre that texts come from
        self.phase_2_plus = False  # AT+CSMS=1: every +CMT and +CDS wants AT+CNMA
        self.routing = Routing()
        first = personality.first_index
        self.stores = {name: Store(name, size, first) for name, size in personality.storages.items()}
        self.stores[REPORT_STORE] = Store(REPORT_STORE, REPORT_PLACES, first)
        self.chosen = [personality.default_storage] * 3  # mem1 read, mem2 write, mem3 receive
        self.held: deque[Unit] = deque()
        self._unacknowledged: tuple[Unit, Deadline] | None = None
        self._buffered: deque[tuple[str, str | None]] = deque(maxlen=BUFFERED_CODES)
        self._said_full = False

    def arrive(self, unit: Unit) -> None:
        """Take one unit into the network, and hand it on if the modem is ready."""
        self.held.append(unit)
        self.pump()

    def pump(self) -> None:
        """Hand over what the network holds, oldest first, until the modem takes no more."""
        while (
            self.held and self.reachable() and self._unacknowledged is None and self._hand_over(self.held[0])
        ):
            self.held.popleft()

    def restart(self) -> None:
        """Forget the routing, as a modem does over a restart. Stored messages stay."""
        self.routing = Routing()
        self.phase_2_plus = False
        self._buffered.clear()
        if self._unacknowledged is not None:
            self.held.appendleft(self._unacknowledged[0])
            self._unacknowledged = None

    def route(self, routing: Routing) -> None:
        """Change the routing. BadParameter for a combination this modem does not offer."""
        if routing.mode in self._personality.cnmi_fails:
            raise BadParameter
        strict = self._personality.cnmi_strict
        if strict and ((routing.mt == 3 or routing.ds == 1) and routing.mode != 1):
            raise BadParameter
        if strict and routing.mt == 2 and routing.mode not in (1, 2):
            raise BadParameter
        self.routing = routing
        if routing.mode == 0:
            return
        waiting = [] if routing.bfr else list(self._buffered)
        self._buffered.clear()
        for line, body in waiting:
            self._tell(line, body)

    def acknowledge(self, *, well: bool) -> None:
        """Take AT+CNMA. CmsRefused when nothing waits for it."""
        if self._unacknowledged is None:
            raise CmsRefused(NO_ACKNOWLEDGEMENT_EXPECTED)
        unit, deadline = self._unacknowledged
        deadline.call_off()
        self._unacknowledged = None
        if not well:
            self.held.appendleft(unit)
            self._schedule.after(ACKNOWLEDGE_WITHIN_S, self.pump)
        else:
            self.pump()

    def store_of(self, place: int) -> Store:
        """Return the memory chosen by AT+CPMS: 0 to read, 1 to write, 2 to receive."""
        return self.stores[self.chosen[place]]

    def made_room(self) -> None:
        """Let held texts in after messages were deleted."""
        self._said_full = False
        self._schedule.after(0.0, self.pump)

    def _hand_over(self, unit: Unit) -> bool:
        if unit.is_report:
            if self.routing.ds == 0:
                return True  # nobody asked for it
            if self.routing.ds == 1:
                self._pass_on("+CDS", unit)
                return True
            return self._keep(unit, self.stores[REPORT_STORE], "+CDSI")
        if self._goes_straight_through(unit):
            self._pass_on("+CMT", unit)
            return True
        return self._keep(unit, self.store_of(2), "+CMTI" if self.routing.mt else None)

    def _goes_straight_through(self, unit: Unit) -> bool:
        message_class = _class_of(unit)
        return (self.routing.mt == 2 and message_class != 2) or (self.routing.mt == 3 and message_class == 3)

    def _pass_on(self, code: str, unit: Unit) -> None:
        self._unsolicited(*self._describe(code, unit))
        if self.phase_2_plus:
            deadline = self._schedule.after(ACKNOWLEDGE_WITHIN_S, self._nobody_acknowledged)
            self._unacknowledged = (unit, deadline)

    def _nobody_acknowledged(self) -> None:
        if self._unacknowledged is None:
            return
        self.held.appendleft(self._unacknowledged[0])
        self._unacknowledged = None
        self.routing = replace(self.routing, mt=0, ds=0)
        self.pump()

    def _keep(self, unit: Unit, store: Store, code: str | None) -> bool:
        index = store.add(Stored(Status.REC_UNREAD, self.smsc_octets(), unit.tpdu))
        if index is None:
            if not self._said_full:
                for line in self._personality.full_lines:
                    self._tell(line.format(memory=store.name), None)
            self._said_full = True
            return False
        if code is not None:
            self._unsolicited(f'{code}: "{store.name}",{index}', None)
        return True

    def smsc_octets(self) -> bytes:
        """Return the service centre as stored units carry it: length in octets, type, digits."""
        digits = sms_pdu.semi_octets(self.smsc.removeprefix("+"))
        return bytes((len(digits) + 1, sms_pdu.INTERNATIONAL)) + digits

    def _unsolicited(self, line: str, body: str | None) -> None:
        if self.routing.mode == 0:
            self._buffered.append((line, body))
        else:
            self._tell(line, body)


def _class_of(unit: Unit) -> int | None:
    try:
        data_coding = sms_pdu.read_deliver(unit.tpdu).data_coding
    except sms_pdu.BadPdu:
        return None
    has_class = data_coding & 0xF0 == 0xF0 or data_coding & 0xD0 == 0x10
    return data_coding & 0x03 if has_class else None
