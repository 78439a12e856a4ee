"""What we say to a modem, one conversation a function.

A conversation is a generator: it yields a command and is given the response; it yields a Pause and is
given time. It knows no port and no clock. What it learns it hands to `emit`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

from appliance.modem import answers, pdu, urc
from appliance.modem.channel import PROMPT_S, SUBMIT_S, Command, Gone, Response
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
    NetworkStatus,
    NetworkTime,
    NotStarted,
    OwnMessage,
    OwnMessages,
    Place,
    Refused,
    Ticket,
)
from appliance.modem.families import GENERIC, Family, VoiceCheck
from appliance.modem.result_codes import Advice, CmeError, CmsError, Error, Ok, advice

PROBE = "AT"
NO_ECHO = "ATE0"
CALLS = "AT+CLCC"
STORE = "AT+CMGW"
PROBES = 5  # AT is tried so often before a modem counts as deaf
PROBE_S = 1.0
SETTLE_S = 0.3  # for what still answers to an earlier run, to ESC, or to an earlier AT
# Of the modem's list of missed calls. Twenty is what most keep.
FEWEST_PLACES, MOST_PLACES = 20, 100
STORED_UNSENT, STORED_SENT = "2", "3"  # <stat>, 27.005 section 3.1
READ_TRIES = 2  # a PDU shorter than its header says lost bytes on the wire; the second reading counts


@dataclass(frozen=True, slots=True)
class Pause:
    """Let `seconds` pass before going on."""

    seconds: float


@dataclass(slots=True)
class Device:
    """What is known of the modem at the far end, for the conversations that follow the bring-up.

    `storage`: the message store it has turned to (+CPMS <mem1>), None when it did not let us choose. `main`:
    the one that texts come into and are sent from; a status report may have us turn to another for a while.
    `pin`: the SIM's lock code, to be tried once; None for none. `go`: whether what
    lies in the store may be sent. `lists_missed_calls`: False once it has said
    that it keeps no such list. `serial`: the modem's own number, None before it was asked for. `urcport`,
    `baud`: the port we hold.
    """

    family: Family = GENERIC
    storage: str | None = None
    main: str | None = None
    pin: str | None = field(default=None, repr=False)
    go: bool = False
    lists_missed_calls: bool = True
    serial: str | None = field(default=None, repr=False)
    urcport: str = "usbat"
    baud: int = 115200


Emit = Callable[[ModemEvent], None]
Talk = Generator[Command | Pause, Response, None]
Part = Generator[Command | Pause, Response, bool]


def probe(emit: Emit) -> Part:
    """Say AT until the modem answers. Emits Deaf, and returns False, when it does not."""
    answered = yield from _answers()
    if not answered:
        emit(Deaf())
    return answered


def recover(emit: Emit, speaks: Callable[[], bool]) -> Talk:
    """After an answer that never came: find out whether the modem still hears us.

    The pause lets the late answer of the command that was given up pass by. One that `speaks` of a call
    meanwhile is slow, and is asked for as long as it does.
    """
    yield Pause(PROBE_S)
    while not (yield from _answers()):
        if not speaks():
            emit(Deaf())
            return


def _answers() -> Part:
    for earlier in range(PROBES):
        response = yield Command(PROBE, timeout=PROBE_S)
        if response.ok:
            # An OK too many would be taken for the answer to the next command, and that one's for the next.
            yield Pause(PROBE_S if earlier else SETTLE_S)
            return True
    return False


def poll_network(emit: Emit, device: Device, *, time: bool = False) -> Talk:
    """Ask for registration, signal and the network's name, and with `time` for its time."""
    registration = yield Command("AT+CREG?", prefixes=("+CREG:",))
    signal = yield Command("AT+CSQ", prefixes=("+CSQ:",))
    operator = yield Command("AT+COPS?", prefixes=("+COPS:",), timeout=30)
    takes_calls = volte = None
    match device.family.voice:
        case VoiceCheck.CVOICE:
            takes_calls = answers.takes_calls((yield Command(VoiceCheck.CVOICE, prefixes=("^CVOICE:",))))
        case VoiceCheck.QCFG_IMS:
            volte = answers.volte((yield Command(VoiceCheck.QCFG_IMS, prefixes=("+QCFG:",))))
        case VoiceCheck.NONE:
            pass
    emit(
        NetworkStatus(
            answers.registered(registration),
            answers.bars(signal),
            answers.operator(operator),
            takes_calls,
            volte,
        )
    )
    if time:
        told = answers.network_time((yield Command(device.family.clock, prefixes=("+CCLK:", "+QLTS:"))))
        if told is not None:
            emit(NetworkTime(told))


def poll_calls(emit: Emit) -> Talk:
    """Ask which calls there are: +CLCC is the truth, RING and NO CARRIER are hints."""
    response = yield Command(CALLS, prefixes=("+CLCC:",), timeout=5)
    if response.ok:
        states = (urc.parse_call_state(line.removeprefix("+CLCC:").strip()) for line in response.lines)
        emit(CallList(tuple(state for state in states if state is not None)))


def missed_calls(emit: Emit, device: Device) -> Talk:
    """Read the modem's own list of missed calls, where it keeps one: it rang also while nobody listened."""
    if not device.lists_missed_calls:
        return
    chosen = yield Command('AT+CPBS="MC"', timeout=20)
    if not chosen.ok:
        device.lists_missed_calls = not chosen.refused_for_good
        return
    used = answers.used_places((yield Command("AT+CPBS?", prefixes=("+CPBS:",), timeout=20)))
    if used is None:
        return
    found: tuple[str, ...] = ()
    if used:
        # The places need not be the first ones; where there is none of that number, it says ERROR.
        last = min(max(used, FEWEST_PLACES), MOST_PLACES)
        listed = yield Command(f"AT+CPBR=1,{last}", prefixes=("+CPBR:",), timeout=20)
        if not listed.ok:
            listed = yield Command(f"AT+CPBR=1,{min(used, MOST_PLACES)}", prefixes=("+CPBR:",), timeout=20)
        if not listed.ok:
            return
        found = answers.phone_book(listed)
    if device.serial is None:
        device.serial = answers.serial_number((yield Command("AT+CGSN", prefixes=("+CGSN:",), bare=True)))
    emit(MissedCalls(device.serial, found))


def hang_up(emit: Emit, device: Device) -> Talk:
    """Drop the ringing call, the way the family does it and then the other."""
    for way in device.family.hang_up:
        response = yield Command(way, timeout=30)
        if not isinstance(response.final, Error | CmeError):
            break
    emit(HungUp(response.ok))


def send(emit: Emit, ticket: Ticket) -> Talk:
    """Hand one PDU to the network (27.005 section 4.3), and say without doubt what is known of it."""
    response = yield Command(
        f"AT+CMGS={ticket.pdu.length}", prefixes=("+CMGS:",), body=ticket.pdu.hex, timeout=SUBMIT_S
    )
    _outcome(emit, ticket, response, None)


def send_from_store(emit: Emit, device: Device, ticket: Ticket) -> Talk:
    """Put one PDU into the modem's store (27.005 section 4.4), and send it from there (section 4.5).

    The store then says whether it went, also to whoever asks after a crash.
    """
    place = ticket.place
    if place is None or not (yield from _holds(device, place, ticket)):
        written = yield Command(
            f"{STORE}={ticket.pdu.length},{STORED_UNSENT}",
            prefixes=("+CMGW:",),
            body=ticket.pdu.hex,
            timeout=20,
        )
        index = urc.integer(written.first("+CMGW:") or "")
        if index is None:
            if isinstance(written.final, Gone):
                emit(NotStarted(ticket))
            else:  # the store is full, or there is none: as every other modem does it
                yield from send(emit, ticket)
            return
        place = Place(device.main, index)
    device.go = False
    emit(AtPrompt(ticket, place))
    yield Pause(PROMPT_S)  # ended by the word
    if not device.go:
        if place != ticket.place:
            yield from delete(device, place)
        emit(NotStarted(ticket))
        return
    response = yield Command(f"AT+CMSS={place.index}", prefixes=("+CMSS:",), timeout=SUBMIT_S)
    _outcome(emit, ticket, response, place)


def _holds(device: Device, place: Place, ticket: Ticket) -> Part:
    """Tell whether the ticket's PDU lies in that place, and has not been sent."""
    yield from _select(device, place.storage)
    response = yield Command(f"AT+CMGR={place.index}", prefixes=("+CMGR:",), pdus=True, timeout=20)
    header, line = next(_listed(response, "+CMGR:"), ("", ""))
    return urc.fields(header)[0] == STORED_UNSENT and pdu.same_submit(line, ticket.pdu.hex)


def _outcome(emit: Emit, ticket: Ticket, response: Response, place: Place | None) -> None:
    """Say without doubt what is known of a part that was handed over."""
    taken = response.first("+CMGS:" if place is None else "+CMSS:")
    if taken is not None or response.ok:
        reference = urc.integer(urc.fields(taken)[0]) if taken else None
        emit(Accepted(ticket, reference, place))
        return
    match response.final:
        case Gone.NO_PROMPT | Gone.WITHDRAWN:
            emit(NotStarted(ticket))
        case Gone.SILENCE | Ok():
            emit(Doubtful(ticket))
        case CmsError() | CmeError() | Error() as final:
            match advice(final):
                case Advice.AS_SENT:
                    emit(Accepted(ticket, None, place))
                case Advice.UNKNOWN_OUTCOME:
                    emit(Doubtful(ticket))
                case _:
                    emit(Refused(ticket, final))


def read(emit: Emit, device: Device, place: Place) -> Talk:
    """Read one stored message. It stays where it is until it is deleted."""
    yield from _select(device, place.storage)
    found: tuple[str, str] | None = None
    for _ in range(READ_TRIES):
        response = yield Command(f"AT+CMGR={place.index}", prefixes=("+CMGR:",), pdus=True, timeout=20)
        found = next(_listed(response, "+CMGR:"), None)
        if found is None or _is_whole(*found):
            break
    if found is not None and found[1]:
        emit(Message(pdu.decode(found[1]), place, found[1]))


def drain(emit: Emit, device: Device) -> Talk:
    """Read every stored message: whatever +CMTI told of, and whatever came while nobody listened."""
    yield from _select(device, device.main)
    response = yield Command("AT+CMGL=4", prefixes=("+CMGL:",), pdus=True, timeout=60)
    own: list[OwnMessage] = []
    for header, line in _listed(response, "+CMGL:"):
        match urc.fields(header):
            case [index, "0" | "1", *_] if (number := urc.integer(index)) is not None:
                place = Place(device.storage, number)
                if _is_whole(header, line):
                    emit(Message(pdu.decode(line), place, line))
                else:
                    yield from read(emit, device, place)
            case [index, ("2" | "3") as kept, *_] if (number := urc.integer(index)) is not None:
                own.append(OwnMessage(Place(device.storage, number), kept == STORED_SENT, line))
            case _:
                pass
    if device.family.store_settles_s is not None:
        emit(OwnMessages(tuple(own) if response.ok else None, device.family.store_settles_s))


def _listed(response: Response, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each listed message: what follows the prefix on its first line, and its second line, the PDU.

    "" for a PDU that was too damaged to be known as one.
    """
    header: str | None = None
    for line in response.lines:
        if line.startswith(prefix):
            if header is not None:
                yield header, ""
            header = line.removeprefix(prefix).strip()
        elif header is not None:
            yield header, line
            header = None
    if header is not None:
        yield header, ""


def _is_whole(header: str, line: str) -> bool:
    """Tell whether a PDU has the length its header gives: the TPDU's octets (27.005 section 3.1 <length>).

    A line that lost its tail on a bad wire would read as a shorter text.
    """
    length = urc.integer(urc.fields(header)[-1])
    if not line:
        return False
    if length is None:
        return True  # a modem that does not tell
    return len(line) // 2 - 1 - int(line[:2], 16) == length


def delete(device: Device, place: Place) -> Talk:
    """Delete one stored message: it is safe elsewhere now."""
    yield from _select(device, place.storage)
    yield Command(f"AT+CMGD={place.index}", timeout=20)


def _select(device: Device, storage: str | None) -> Talk:
    """Turn to `storage`, None for the one in use. One that is refused is most likely in use already."""
    if storage not in (None, device.storage):
        response = yield Command(f'AT+CPMS="{storage}"', prefixes=("+CPMS:",), timeout=20)
        if response.ok:
            device.storage = storage
