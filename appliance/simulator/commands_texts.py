"""Sending, writing, reading and deleting messages (27.005 sections 3.5 and 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from appliance.simulator import message_lines, sms_pdu
from appliance.simulator.alphabet import from_wire, octets_of
from appliance.simulator.answers import Answer, BadParameter, CmsRefused, Later, Outcome, Prompt
from appliance.simulator.at_parser import Form, Request
from appliance.simulator.sms_pdu import Address, BadPdu, Submit
from appliance.simulator.sms_store import STATUS_WORDS, Status, Stored

if TYPE_CHECKING:
    from appliance.simulator.device import Device

INVALID_PDU, INVALID_TEXT, INVALID_INDEX, MEMORY_FULL, NO_SERVICE_CENTRE = 304, 305, 321, 322, 330
RELATIVE_VALIDITY = 0x10  # TP-VPF, one octet
_DELETED = {
    1: frozenset((Status.REC_READ,)),
    2: frozenset((Status.REC_READ, Status.STO_SENT)),
    3: frozenset((Status.REC_READ, Status.STO_SENT, Status.STO_UNSENT)),
    4: frozenset(Status),
}


def send(device: Device, request: Request) -> Outcome:
    """Do AT+CMGS: ask for the message, then hand it to the network."""
    if request.form is not Form.SET:
        return Answer()
    device.need_sim(for_message=True)

    def transmit(unit: sms_pdu.Deliver | Submit | sms_pdu.Report, smsc: bytes, tpdu: bytes) -> Outcome:
        if not isinstance(unit, Submit) or not unit.recipient.number:
            raise CmsRefused(INVALID_PDU)
        if smsc == b"\x00" and not device.service_centre:
            raise CmsRefused(NO_SERVICE_CENTRE)
        return _through_the_network(device, unit, tpdu, "+CMGS")

    return _ask(device, request, transmit)


def write(device: Device, request: Request) -> Outcome:
    """Do AT+CMGW: ask for the message, then keep it."""
    if request.form is Form.TEST:
        return Answer()
    device.need_sim(for_message=True)
    place = 2 if device.settings.get("+CMGF") else 1
    status = _status(device, request, place, Status.STO_UNSENT)

    def keep(_unit: object, smsc: bytes, tpdu: bytes) -> Outcome:
        index = device.incoming.store_of(1).add(Stored(status, smsc, tpdu))
        if index is None:
            raise CmsRefused(MEMORY_FULL)
        return Answer((f"+CMGW: {index}",))

    return _ask(device, request, keep)


def send_stored(device: Device, request: Request) -> Outcome:
    """Do AT+CMSS: send what AT+CMGW kept, to its recipient or another."""
    if request.form is not Form.SET:
        return Answer()
    device.need_sim(for_message=True)
    stored = _stored(device, request, 1)
    try:
        submit = sms_pdu.read_submit(stored.tpdu)
    except BadPdu as wrong:
        raise CmsRefused(INVALID_INDEX) from wrong
    tpdu = stored.tpdu
    if len(request.values) > 1:
        old = len(submit.recipient.octets())
        tpdu = tpdu[:2] + _address(device, request, 1).octets() + tpdu[2 + old :]
        submit = sms_pdu.read_submit(tpdu)
    return _through_the_network(device, submit, tpdu, "+CMSS", stored)


def read(device: Device, request: Request) -> Outcome:
    """Do AT+CMGR. Reading a text makes it read."""
    if request.form is Form.TEST:
        return Answer()
    device.need_sim(for_message=True)
    stored = _stored(device, request, 0)
    lines = message_lines.read(device, stored)
    _mark_read(stored)
    return Answer(lines)


def list_all(device: Device, request: Request) -> Outcome:
    """Do AT+CMGL. Listing texts makes them read."""
    text_mode = bool(device.settings.get("+CMGF"))
    if request.form is Form.TEST:
        words = ",".join(f'"{word}"' for word in (*STATUS_WORDS, "ALL"))
        return Answer((f"+CMGL: ({words})" if text_mode else "+CMGL: (0-4)",))
    device.need_sim(for_message=True)
    everything = bool(request.values) and (
        request.string(0) == "ALL" if text_mode else request.number(0, Status.REC_UNREAD) == 4
    )
    wanted = frozenset(Status) if everything else {_status(device, request, 0, Status.REC_UNREAD)}
    lines: list[str] = []
    for index, stored in device.incoming.store_of(0).items():
        if stored.status in wanted:
            lines.extend(message_lines.listed(device, index, stored))
            _mark_read(stored)
    return Answer(tuple(lines))


def delete(device: Device, request: Request) -> Outcome:
    """Do AT+CMGD: one message, or all of some kinds. Deleting an empty place is no error."""
    device.need_sim(for_message=True)
    store = device.incoming.store_of(0)
    if request.form is Form.TEST:
        return Answer(("+CMGD: (" + ",".join(str(index) for index, _ in store.items()) + "),(0-4)",))
    flag = request.choice(1, range(5), 0)
    if flag:
        store.delete_all(_DELETED[flag])
    else:
        if not store.has_place(request.number(0)):
            raise CmsRefused(INVALID_INDEX)
        store.delete(request.number(0))
    device.incoming.made_room()
    return Answer()


def _ask(
    device: Device,
    request: Request,
    then: Callable[[sms_pdu.Deliver | Submit | sms_pdu.Report, bytes, bytes], Outcome],
) -> Prompt:
    if device.settings.get("+CMGF"):
        address = _address(device, request, 0) if request.values else Address("", sms_pdu.UNKNOWN)

        def typed(body: str) -> Outcome:
            tpdu = _text_submit(device, address, body)
            return then(sms_pdu.read_submit(tpdu), b"\x00", tpdu)

        return Prompt(typed, by_lines=True)
    length = request.number(0)

    def given(body: str) -> Outcome:
        smsc, tpdu = _octets(body, length)
        try:
            return then(message_lines.unit_of(tpdu), smsc, tpdu)
        except BadPdu as wrong:
            raise CmsRefused(INVALID_PDU) from wrong

    return Prompt(given, by_lines=False)


def _octets(body: str, length: int) -> tuple[bytes, bytes]:
    """Part the service centre from the unit. CmsRefused when the unit is not as long as was announced."""
    try:
        octets = octets_of(body)
    except ValueError as wrong:
        raise CmsRefused(INVALID_PDU) from wrong
    start = octets[0] + 1 if octets else 0
    if not octets or len(octets) - start != length:
        raise CmsRefused(INVALID_PDU)
    return octets[:start], octets[start:]


def _text_submit(device: Device, address: Address, body: str) -> bytes:
    mode = device.text_mode
    try:
        text = from_wire(body, mode.character_set)
        validity = bytes((mode.validity,)) if mode.first_octet & 0x18 == RELATIVE_VALIDITY else b""
        return sms_pdu.build_submit(
            mode.first_octet, address, mode.protocol, mode.data_coding, validity, text
        )
    except ValueError as wrong:
        raise CmsRefused(INVALID_TEXT) from wrong


def _address(device: Device, request: Request, place: int) -> Address:
    wire = request.string(place)
    character_set = device.text_mode.character_set
    try:
        number = from_wire(wire, "UCS2") if character_set == "UCS2" and len(wire) % 4 == 0 else wire
    except ValueError:
        number = wire
    digits = number.removeprefix("+")
    if not digits or not digits.isdecimal():
        raise CmsRefused(INVALID_TEXT)
    usual = sms_pdu.INTERNATIONAL if number.startswith("+") else sms_pdu.UNKNOWN
    kind = request.choice(place + 1, range(128, 256), usual)
    return Address("+" + digits if kind == sms_pdu.INTERNATIONAL else digits, kind)


def _through_the_network(
    device: Device, submit: Submit, tpdu: bytes, code: str, stored: Stored | None = None
) -> Outcome:
    outgoing = device.outgoing

    def arrive() -> Outcome:
        if outgoing.silences:
            if outgoing.silences.popleft():
                outgoing.attempt(submit, tpdu)
            return Answer((), None)
        reference = outgoing.attempt(submit, tpdu)
        if stored is not None:
            stored.status = Status.STO_SENT
        return Answer((f"{code}: {reference}",))

    return Later(outgoing.delay, arrive)


def _stored(device: Device, request: Request, place: int) -> Stored:
    store = device.incoming.store_of(place)
    stored = store.get(request.number(0))
    if stored is None:
        raise CmsRefused(INVALID_INDEX)
    return stored


def _mark_read(stored: Stored) -> None:
    if stored.status is Status.REC_UNREAD:
        stored.status = Status.REC_READ


def _status(device: Device, request: Request, place: int, default: Status) -> Status:
    if device.settings.get("+CMGF"):
        word = request.string(place, default.words)
        if word not in STATUS_WORDS:
            raise BadParameter
        return STATUS_WORDS[word]
    return Status(request.choice(place, range(4), default.value))


COMMANDS: Mapping[str, Callable[[Device, Request], Outcome]] = {
    "+CMGS": send,
    "+CMGW": write,
    "+CMSS": send_stored,
    "+CMGR": read,
    "+CMGL": list_all,
    "+CMGD": delete,
}
