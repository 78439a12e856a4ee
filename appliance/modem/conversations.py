"""What we say to a modem, one conversation a function.

A conversation is a generator: it yields a command and is given the response; it yields a Pause and is
given time. It knows no port and no clock. What it learns it hands to `emit`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.modem import pdu, urc
from appliance.modem.channel import SUBMIT_S, Command, Gone, Response
from appliance.modem.events import (
    Accepted,
    CallList,
    Deaf,
    Doubtful,
    HungUp,
    Message,
    ModemEvent,
    Network,
    NetworkStatus,
    NotStarted,
    Place,
    Ready,
    Refused,
    Sim,
    SimStatus,
    Ticket,
)
from appliance.modem.result_codes import Advice, CmeError, CmsError, Error, Ok, advice

PROBE = "AT"
CALLS = "AT+CLCC"
PROBES = 5  # AT is tried so often before a modem counts as deaf
PROBE_S = 1.0
SIM_POLL_S = 3.0
STEP_TRIES = 5  # an essential step that is refused while the SIM starts is tried again
STEP_RETRY_S = 2.0
READ_TRIES = 2  # a PDU shorter than its header says lost bytes on the wire; the second reading counts


@dataclass(frozen=True, slots=True)
class Pause:
    """Let `seconds` pass before going on."""

    seconds: float


@dataclass(slots=True)
class Store:
    """Which message store the modem has turned to (+CPMS <mem1>); None when it did not let us choose."""

    selected: str | None = None


Emit = Callable[[ModemEvent], None]
Talk = Generator[Command | Pause, Response, None]
_Part = Generator[Command | Pause, Response, bool]

_STATUS_OF_CREG = {
    0: Network.NONE,
    1: Network.HOME,
    2: Network.SEARCHING,
    3: Network.DENIED,
    5: Network.ROAMING,
    6: Network.TEXTS_ONLY,
    7: Network.TEXTS_ONLY,
}
# 27.007 section 9.2
_SIM_OF_CME = {
    10: Sim.ABSENT,
    11: Sim.LOCKED,
    12: Sim.BLOCKED,
    13: Sim.FAILED,
    14: Sim.BUSY,
    15: Sim.FAILED,
}


def bring_up(emit: Emit, store: Store, *, reports: bool) -> Talk:
    """Make a modem in any state ready: it answers, has its SIM, reports calls and takes PDUs.

    Only AT, the SIM, +CLIP and +CMGF are essential; whatever else is refused is done without.
    `reports`: whether status reports are wanted.
    """
    if not (yield from probe(emit)):
        return
    for text in ("ATE0", "ATV1", "AT+CMEE=1"):
        yield Command(text)
    manufacturer = yield Command("AT+CGMI", prefixes=("+CGMI:",), bare=True)
    model = yield Command("AT+CGMM", prefixes=("+CGMM:",), bare=True)
    yield from _wait_for_sim(emit)
    yield Command("AT+CREG=1")
    # CVHU=0 first: without it SIMCom's ATH answers OK and drops nothing.
    for text in ("AT+CVHU=0", "AT+CRC=1"):
        yield Command(text)
    if not (yield from _insist(Command("AT+CLIP=1", timeout=20))):
        emit(Deaf())
        return
    if not (yield from _insist(Command("AT+CMGF=0"))):
        emit(Deaf())
        return
    # CSCS: a SIM7600 hung on a long UCS-2 PDU while its character set was IRA.
    yield Command('AT+CSCS="GSM"')
    chosen = yield Command('AT+CPMS="SM","SM","SM"', prefixes=("+CPMS:",), timeout=20)
    store.selected = "SM" if chosen.ok else None
    yield from _route_messages(reports=reports)
    own = yield Command("AT+CNUM", prefixes=("+CNUM:",))
    emit(Ready(_identity(manufacturer), _identity(model), _own_number(own)))
    yield from poll_network(emit)
    yield from poll_calls(emit)
    yield from drain(emit, store)


def probe(emit: Emit) -> _Part:
    """Say AT until the modem answers. Emits Deaf, and returns False, when it does not."""
    for _ in range(PROBES):
        response = yield Command(PROBE, timeout=PROBE_S)
        if response.ok:
            return True
    emit(Deaf())
    return False


def recover(emit: Emit) -> Talk:
    """After an answer that never came: find out whether the modem still hears us.

    The pause lets the late answer of the command that was given up pass by.
    """
    yield Pause(PROBE_S)
    yield from probe(emit)


def poll_network(emit: Emit) -> Talk:
    """Ask for registration, signal and the network's name."""
    registration = yield Command("AT+CREG?", prefixes=("+CREG:",))
    signal = yield Command("AT+CSQ", prefixes=("+CSQ:",))
    operator = yield Command("AT+COPS?", prefixes=("+COPS:",), timeout=30)
    emit(NetworkStatus(_registered(registration), _bars(signal), _operator(operator)))


def poll_calls(emit: Emit) -> Talk:
    """Ask which calls there are: +CLCC is the truth, RING and NO CARRIER are hints."""
    response = yield Command(CALLS, prefixes=("+CLCC:",), timeout=5)
    if response.ok:
        states = (urc.parse_call_state(line.removeprefix("+CLCC:").strip()) for line in response.lines)
        emit(CallList(tuple(state for state in states if state is not None)))


def hang_up(emit: Emit) -> Talk:
    """Drop the ringing call: +CHUP (27.007 section 6.5), ATH where the modem does not know it."""
    response = yield Command("AT+CHUP", timeout=30)
    if isinstance(response.final, Error | CmeError):
        response = yield Command("ATH", timeout=30)
    emit(HungUp(response.ok))


def send(emit: Emit, ticket: Ticket) -> Talk:
    """Hand one PDU to the network (27.005 section 4.3), and say without doubt what is known of it."""
    response = yield Command(
        f"AT+CMGS={ticket.pdu.length}", prefixes=("+CMGS:",), body=ticket.pdu.hex, timeout=SUBMIT_S
    )
    taken = response.first("+CMGS:")
    if taken is not None or response.ok:
        reference = urc.integer(urc.fields(taken)[0]) if taken else None
        emit(Accepted(ticket, reference))
        return
    match response.final:
        case Gone.NO_PROMPT | Gone.WITHDRAWN:
            emit(NotStarted(ticket))
        case Gone.SILENCE | Ok():
            emit(Doubtful(ticket))
        case CmsError() | CmeError() | Error() as final:
            match advice(final):
                case Advice.AS_SENT:
                    emit(Accepted(ticket, None))
                case Advice.UNKNOWN_OUTCOME:
                    emit(Doubtful(ticket))
                case _:
                    emit(Refused(ticket, final))


def read(emit: Emit, store: Store, place: Place) -> Talk:
    """Read one stored message. It stays where it is until it is deleted."""
    yield from _select(store, place.storage)
    found: tuple[str, str] | None = None
    for _ in range(READ_TRIES):
        response = yield Command(f"AT+CMGR={place.index}", prefixes=("+CMGR:",), pdus=True, timeout=20)
        found = next(_listed(response, "+CMGR:"), None)
        if found is None or _is_whole(*found):
            break
    if found is not None:
        emit(Message(pdu.decode(found[1]), place, found[1]))


def drain(emit: Emit, store: Store) -> Talk:
    """Read every stored message: whatever +CMTI told of, and whatever came while nobody listened."""
    response = yield Command("AT+CMGL=4", prefixes=("+CMGL:",), pdus=True, timeout=60)
    for header, line in _listed(response, "+CMGL:"):
        match urc.fields(header):
            # <stat> 2 and 3 are our own stored messages, not received ones.
            case [index, "0" | "1", *_] if (number := urc.integer(index)) is not None:
                place = Place(store.selected, number)
                if _is_whole(header, line):
                    emit(Message(pdu.decode(line), place, line))
                else:
                    yield from read(emit, store, place)
            case _:
                pass


def _listed(response: Response, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each listed message: what follows the prefix on its first line, and its second line, the PDU."""
    header: str | None = None
    for line in response.lines:
        if line.startswith(prefix):
            header = line.removeprefix(prefix).strip()
        elif header is not None:
            yield header, line
            header = None


def _is_whole(header: str, line: str) -> bool:
    """Tell whether a PDU has the length its header gives: the TPDU's octets (27.005 section 3.1 <length>).

    A line that lost its tail on a bad wire would read as a shorter text.
    """
    length = urc.integer(urc.fields(header)[-1])
    if length is None:
        return True  # a modem that does not tell
    return len(line) // 2 - 1 - int(line[:2], 16) == length


def delete(store: Store, place: Place) -> Talk:
    """Delete one stored message: it is safe elsewhere now."""
    yield from _select(store, place.storage)
    yield Command(f"AT+CMGD={place.index}", timeout=20)


def _select(store: Store, storage: str | None) -> Talk:
    """Turn to `storage`, None for the one in use. One that is refused is most likely in use already."""
    if storage not in (None, store.selected):
        response = yield Command(f'AT+CPMS="{storage}"', prefixes=("+CPMS:",), timeout=20)
        if response.ok:
            store.selected = storage


def _wait_for_sim(emit: Emit) -> Talk:
    """Return once the SIM can be used, or the network is there without the modem knowing +CPIN."""
    while True:
        response = yield Command("AT+CPIN?", prefixes=("+CPIN:",), timeout=20)
        sim = _sim(response)
        if sim is Sim.READY:
            emit(SimStatus(sim))
            return
        if isinstance(response.final, Error):
            registration = yield Command("AT+CREG?", prefixes=("+CREG:",))
            if _registered(registration) in (Network.HOME, Network.ROAMING, Network.TEXTS_ONLY):
                emit(SimStatus(Sim.READY))
                return
        if response.final is Gone.SILENCE and not (yield from probe(emit)):
            return
        emit(SimStatus(sim))
        yield Pause(SIM_POLL_S)


def _insist(command: Command) -> _Part:
    """Say an essential command until it is taken; a SIM that starts refuses for some seconds."""
    for attempt in range(STEP_TRIES):
        if attempt:
            yield Pause(STEP_RETRY_S)
        response = yield command
        if response.ok:
            return True
    return False


class _Route(StrEnum):
    """+CNMI settings (27.005 section 3.4.1), best first.

    Store the text and tell (mt=1). Qualcomm, Huawei, ZTE, SIMCom and Quectel advertise mode 2 and some
    fail it, so mode 1 follows; then the short forms for firmware that takes no more.
    """

    REPORTS_STORED = "2,1,0,2,0"
    REPORTS_STORED_1 = "1,1,0,2,0"
    REPORTS_DIRECT = "1,1,0,1,0"
    PLAIN = "2,1,0,0,0"
    PLAIN_1 = "1,1,0,0,0"
    SHORT = "2,1"
    SHORT_1 = "1,1"


def _route_messages(*, reports: bool) -> Talk:
    for route in _Route:
        if route.name.startswith("REPORTS") and not reports:
            continue
        response = yield Command(f"AT+CNMI={route}")
        if response.ok:
            return


def _sim(response: Response) -> Sim:
    code = response.first("+CPIN:")
    match response.final:
        case Ok() if code is None or code == "READY":
            return Sim.READY
        case Ok() if code is not None:
            return sim_of(code)
        case CmeError(code=int(number)) | CmsError(code=int(number)):
            return _SIM_OF_CME.get(number, Sim.FAILED)
        case _:
            return Sim.ABSENT


def sim_of(code: str) -> Sim:
    """Return what a +CPIN code says (27.007 section 8.3)."""
    match code.strip('"'):
        case "READY":
            return Sim.READY
        case "SIM PIN" | "SIM PIN2" | "PH-SIM PIN":
            return Sim.LOCKED
        case "SIM PUK" | "SIM PUK2":
            return Sim.BLOCKED
        case "NOT INSERTED" | "NOT READY":
            return Sim.ABSENT
        case _:
            return Sim.FAILED


def _registered(response: Response) -> Network:
    """+CREG: <n>,<stat>[,...] ; a line with <stat> alone is a URC that came in between."""
    for line in response.lines:
        match urc.fields(line.removeprefix("+CREG:").strip()):
            case [mode, status, *_] if urc.integer(mode) is not None:
                found = urc.integer(status)
                if found is not None:
                    return network_of(found)
            case _:
                pass
    return Network.UNKNOWN


def network_of(status: int) -> Network:
    """Return what <stat> of +CREG says (27.007 section 7.2)."""
    return _STATUS_OF_CREG.get(status, Network.UNKNOWN)


def _bars(response: Response) -> int | None:
    """+CSQ: <rssi>,<ber> ; <rssi> 0-31 is -113 to -51 dBm, 99 is not known (27.007 section 8.5)."""
    values = urc.fields(response.first("+CSQ:") or "")
    rssi = urc.integer(values[0])
    if rssi is None or not 0 <= rssi <= 31:
        return None
    return sum(rssi >= step for step in (2, 6, 10, 15, 20))


def _operator(response: Response) -> str | None:
    """+COPS: 0,0,"EE" ; <format> 2 is digits, which no owner can read (27.007 section 7.3)."""
    match urc.fields(response.first("+COPS:") or ""):
        case [_, "0" | "1", str(name), *_] if name:
            return name[:40]
        case _:
            return None


def _identity(response: Response) -> str | None:
    for line in response.lines:
        name = line.removeprefix("+CGMI:").removeprefix("+CGMM:").strip().strip('"')
        if name:
            return name[:60]
    return None


def _own_number(response: Response) -> str | None:
    """+CNUM: "","07700900100",129 ; many SIMs do not hold it."""
    for line in response.lines:
        match urc.fields(line.removeprefix("+CNUM:").strip()):
            case [_, number, *_] if number:
                return number[:40]
            case _:
                pass
    return None
