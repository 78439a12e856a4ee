"""How messages are handled: memories, routing, parameters, acknowledgement (27.005 sections 3.2 to 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from appliance.simulator.answers import Answer, BadParameter, Outcome
from appliance.simulator.at_parser import Form, Request
from appliance.simulator.commands_general import accepted
from appliance.simulator.incoming import Routing
from appliance.simulator.settings import ranges

if TYPE_CHECKING:
    from appliance.simulator.device import Device


def service(device: Device, request: Request) -> Answer:
    """Do AT+CSMS: 1 makes the terminal responsible for every text that is passed straight on."""
    match request.form:
        case Form.TEST:
            return Answer(("+CSMS: (0,1)",))
        case Form.READ:
            return Answer((f"+CSMS: {int(device.incoming.phase_2_plus)},1,1,1",))
        case _:
            device.incoming.phase_2_plus = bool(request.choice(0, (0, 1)))
            return Answer(("+CSMS: 1,1,1",))


def memories(device: Device, request: Request) -> Answer:
    """Do AT+CPMS: which memory is read, written, and received into."""
    device.need_sim(for_message=True)
    incoming = device.incoming
    if request.form is Form.TEST:
        names = ",".join(f'"{name}"' for name in device.personality.storages)
        every = ",".join(f'"{name}"' for name in incoming.stores)
        return Answer((f"+CPMS: ({every}),({names}),({names})",))
    if request.form is Form.SET:
        wanted = [request.string(i, incoming.chosen[i]).upper() for i in range(3)]
        last_two_known = all(name in device.personality.storages for name in wanted[1:])
        if wanted[0] not in incoming.stores or not last_two_known or len(request.values) > 3:
            raise BadParameter
        incoming.chosen = wanted
        incoming.made_room()
    fill = [(store.name, len(store), store.capacity) for store in map(incoming.store_of, range(3))]
    if request.form is Form.READ:
        return Answer(("+CPMS: " + ",".join(f'"{name}",{used},{size}' for name, used, size in fill),))
    return Answer(("+CPMS: " + ",".join(f"{used},{size}" for _, used, size in fill),))


def service_centre(device: Device, request: Request) -> Answer:
    """Do AT+CSCA."""
    device.need_sim(for_message=True)
    match request.form:
        case Form.READ:
            number = device.service_centre
            return Answer((f'+CSCA: "{number}",{145 if number.startswith("+") else 129}',))
        case Form.SET:
            number = request.string(0)
            kind = request.number(1, 145 if number.startswith("+") else 129)
            plus = "+" if kind == 145 and number and not number.startswith("+") else ""
            device.service_centre = plus + number
        case _:
            pass
    return Answer()


def text_parameters(device: Device, request: Request) -> Answer:
    """Do AT+CSMP: first octet, validity, protocol and coding of texts sent in text mode."""
    mode = device.text_mode
    match request.form:
        case Form.READ:
            return Answer((f"+CSMP: {mode.first_octet},{mode.validity},{mode.protocol},{mode.data_coding}",))
        case Form.SET:
            octet = range(256)
            first = request.choice(0, octet, mode.first_octet)
            if first & 0x03 != 0x01 or first & 0x18 not in (0x00, 0x10):
                raise BadParameter
            mode.validity = request.choice(1, octet, mode.validity)
            mode.protocol = request.choice(2, octet, mode.protocol)
            mode.data_coding = request.choice(3, octet, mode.data_coding)
            mode.first_octet = first
        case _:
            pass
    return Answer()


def new_message_indications(device: Device, request: Request) -> Answer:
    """Do AT+CNMI: where texts and reports go when they arrive."""
    now = device.incoming.routing
    values = (now.mode, now.mt, now.bm, now.ds, now.bfr)
    allowed = device.personality.cnmi
    match request.form:
        case Form.TEST:
            return Answer((f"+CNMI: {ranges(allowed)}",))
        case Form.READ:
            return Answer(("+CNMI: " + ",".join(map(str, values)),))
        case Form.EXECUTE:
            device.incoming.route(Routing())
        case Form.SET:
            if len(request.values) > 5:
                raise BadParameter
            chosen = [request.choice(i, allowed[i], values[i]) for i in range(5)]
            device.incoming.route(Routing(*chosen))
    return Answer()


def acknowledge(device: Device, request: Request) -> Answer:
    """Do AT+CNMA: 0 or 1 took the text well, 2 did not."""
    if request.form is Form.TEST:
        return Answer(("+CNMA: (0-2)",))
    device.incoming.acknowledge(well=request.choice(0, (0, 1, 2), 0) != 2)
    return Answer()


COMMANDS: Mapping[str, Callable[[Device, Request], Outcome]] = {
    "+CSMS": service,
    "+CPMS": memories,
    "+CSCA": service_centre,
    "+CSMP": text_parameters,
    "+CNMI": new_message_indications,
    "+CNMA": acknowledge,
    "+CSCB": accepted,
    "+CSAS": accepted,
    "+CRES": accepted,
}
