"""Who the modem is, its SIM, its network, its clock: V.250 section 6 and 27.007 sections 5, 7 and 8."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from appliance.simulator.alphabet import to_wire
from appliance.simulator.answers import Answer, BadParameter, CmeRefused, Later, Outcome
from appliance.simulator.at_parser import Form, Request
from appliance.simulator.message_lines import clock
from appliance.simulator.personality import Stat

if TYPE_CHECKING:
    from appliance.simulator.device import Device

SCAN_S = 2.0
USSD_S = 1.0
RESTART_S = 0.1


def _says(read: Callable[[Device], str]) -> Callable[[Device, Request], Answer]:
    """Make the handler of a command that only tells one thing."""

    def handler(device: Device, request: Request) -> Answer:
        return Answer() if request.form is Form.TEST else Answer((read(device),))

    return handler


def accepted(_device: Device, _request: Request) -> Answer:
    """Accept a command that changes nothing here."""
    return Answer()


def identify(device: Device, _request: Request) -> Answer:
    """Answer ATI."""
    maker = device.personality
    return Answer((maker.manufacturer, maker.model, f"Revision: {maker.revision}", f"IMEI: {maker.imei}"))


def reset(device: Device, request: Request) -> Answer:
    """Do ATZ, AT&F or AT&W."""
    match request.name:
        case "Z":
            device.settings.reset()
        case "&F":
            device.settings.factory()
        case _:
            device.settings.keep()
    return Answer()


def _imsi(device: Device) -> str:
    device.need_sim()
    return device.sim.imsi


def _iccid(device: Device) -> str:
    device.need_sim()
    return f"+CCID: {device.sim.iccid}"


def own_number(device: Device, request: Request) -> Answer:
    """Answer AT+CNUM: nothing but OK when the SIM does not know its number."""
    device.need_sim()
    number = device.sim.own_number
    if request.form is Form.TEST or number is None:
        return Answer()
    return Answer((f'+CNUM: "","{number}",{145 if number.startswith("+") else 129}',))


def pin(device: Device, request: Request) -> Answer:
    """Answer AT+CPIN? or take a PIN, or a PUK and a new PIN."""
    match request.form:
        case Form.READ:
            if device.sim.state not in ("READY", "SIM PIN", "SIM PUK"):
                raise device.sim.refusal()
            return Answer((f"+CPIN: {device.sim.state}",))
        case Form.SET:
            new_pin = request.string(1) if len(request.values) > 1 else None
            device.sim.enter(request.string(0), new_pin)
            device.schedule.after(0.05, lambda: device.tell_line("+CPIN: READY"))
            device.sim_changed()
        case _:
            pass
    return Answer()


def functionality(device: Device, request: Request) -> Answer:
    """Do AT+CFUN: the radio on or off, or a restart."""
    match request.form:
        case Form.TEST:
            return Answer(("+CFUN: (0,1,4),(0,1)",))
        case Form.READ:
            return Answer((f"+CFUN: {device.functionality}",))
        case _:
            level = request.choice(0, (0, 1, 4), 1)
            if request.choice(1, (0, 1), 0):
                device.schedule.after(RESTART_S, device.restart)
            else:
                device.set_functionality(level)
            return Answer()


def activity(device: Device, request: Request) -> Answer:
    """Answer AT+CPAS: 0 ready, 3 ringing, 4 in a call."""
    if request.form is Form.TEST:
        return Answer(("+CPAS: (0,3,4)",))
    stats = {call.stat for call in device.calls.calls}
    ringing = stats & {Stat.INCOMING, Stat.WAITING}
    return Answer((f"+CPAS: {0 if not stats else 3 if ringing else 4}",))


def signal(device: Device, request: Request) -> Answer:
    """Answer AT+CSQ."""
    if request.form is Form.TEST:
        return Answer(("+CSQ: (0-31,99),(0-7,99)",))
    return Answer((f"+CSQ: {device.network.quality},99",))


def registration(device: Device, request: Request) -> Answer:
    """Do AT+CREG and its sisters."""
    match request.form:
        case Form.TEST:
            return Answer((f"{request.name}: (0-2)",))
        case Form.READ:
            return Answer((device.network.status(request.name),))
        case _:
            device.settings.set(request.name, [request.number(0, 0)])
            return Answer()


def operators(device: Device, request: Request) -> Outcome:
    """Do AT+COPS: who serves, who else is there, how to write the name."""
    network = device.network

    def alpha(name: str) -> str:
        return to_wire(name, device.text_mode.character_set)

    match request.form:
        case Form.READ:
            if not network.attached:
                return Answer((f"+COPS: {device.operator_mode}",))
            name, written = network.operator(device.name_format), device.name_format
            shown = name if written == 2 else alpha(name)
            return Answer((f'+COPS: {device.operator_mode},{written},"{shown}",7',))
        case Form.TEST:
            found = f'(2,"{alpha(network.long_name)}","{alpha(network.short_name)}","{network.digits}",7)'
            listed = f"+COPS: {found},,(0-4),(0-2)" if network.attached else "+COPS: ,,(0-4),(0-2)"
            return Later(SCAN_S, lambda: Answer((listed,)), lambda: Answer((), "ERROR"))
        case _:
            mode = request.choice(0, range(5), 0)
            device.name_format = request.choice(1, range(3), device.name_format)
            if mode != 3:
                device.operator_mode = mode
                network.set_radio(on=mode != 2)
            return Answer()


def attach(device: Device, request: Request) -> Answer:
    """Answer AT+CGATT."""
    if request.form is Form.READ:
        return Answer((f"+CGATT: {int(device.network.attached)}",))
    return Answer(("+CGATT: (0,1)",)) if request.form is Form.TEST else Answer()


def real_time_clock(device: Device, request: Request) -> Answer:
    """Do AT+CCLK: the network's time, what was set by hand, or the maker's date when it knows neither."""
    match request.form:
        case Form.READ:
            at = clock(device.clock()) if device.clock_known else device.personality.unset_clock
            return Answer((f'+CCLK: "{at}"',))
        case Form.SET:
            device.set_clock(_written_time(request.string(0)))
        case _:
            pass
    return Answer()


def _written_time(text: str) -> datetime:
    try:
        zone = timezone(timedelta(minutes=15 * int(text[17:] or "0")))
        naive = datetime.strptime(text[:17] + " +0000", "%y/%m/%d,%H:%M:%S %z")
    except ValueError as wrong:
        raise BadParameter from wrong
    return naive.replace(tzinfo=zone)


def character_set(device: Device, request: Request) -> Answer:
    """Do AT+CSCS."""
    sets = device.personality.character_sets
    match request.form:
        case Form.TEST:
            return Answer(("+CSCS: (" + ",".join(f'"{name}"' for name in sets) + ")",))
        case Form.READ:
            return Answer((f'+CSCS: "{device.text_mode.character_set}"',))
        case _:
            wanted = request.string(0, "GSM").upper()
            if wanted not in sets:
                raise BadParameter
            device.text_mode.character_set = wanted
            return Answer()


def facility_lock(device: Device, request: Request) -> Answer:
    """Answer AT+CLCK="SC",2: whether the SIM asks for a PIN. Locking is not offered."""
    if request.form is Form.TEST:
        return Answer(('+CLCK: ("SC")',))
    if request.string(0) != "SC" or request.number(1) != 2:
        raise CmeRefused(4)
    device.need_sim()
    return Answer((f"+CLCK: {int(device.sim.pin is not None)}",))


def ussd(device: Device, request: Request) -> Answer:
    """Do AT+CUSD: send a service code; the answer comes by itself."""
    match request.form:
        case Form.TEST:
            return Answer(("+CUSD: (0-2)",))
        case Form.READ:
            return Answer(("+CUSD: 1",))
        case _:
            request.choice(0, range(3), 0)
            if len(request.values) > 1:
                device.need_network()
                words = to_wire(device.ussd_answer, device.text_mode.character_set)
                device.schedule.after(USSD_S, lambda: device.tell_line(f'+CUSD: 0,"{words}",15'))
            return Answer()


COMMANDS: Mapping[str, Callable[[Device, Request], Outcome]] = {
    "I": identify,
    "Z": reset,
    "&F": reset,
    "&W": reset,
    "+CGMI": _says(lambda d: d.personality.manufacturer),
    "+GMI": _says(lambda d: d.personality.manufacturer),
    "+CGMM": _says(lambda d: d.personality.model),
    "+GMM": _says(lambda d: d.personality.model),
    "+CGMR": _says(lambda d: d.personality.revision),
    "+GMR": _says(lambda d: d.personality.revision),
    "+CGSN": _says(lambda d: d.personality.imei),
    "+GSN": _says(lambda d: d.personality.imei),
    "+GCAP": _says(lambda d: f"+GCAP: {d.personality.capabilities}"),
    "+CIMI": _says(_imsi),
    "+CCID": _says(_iccid),
    "+CNUM": own_number,
    "+CPIN": pin,
    "+CFUN": functionality,
    "+CPAS": activity,
    "+CSQ": signal,
    "+CREG": registration,
    "+CGREG": registration,
    "+CEREG": registration,
    "+COPS": operators,
    "+CGATT": attach,
    "+CCLK": real_time_clock,
    "+CSCS": character_set,
    "+CLCK": facility_lock,
    "+CUSD": ussd,
    "+CGDCONT": accepted,
}
