"""From a modem in any state to one that tells of calls and takes texts."""

from __future__ import annotations

from collections.abc import Generator

from appliance.modem import answers, families
from appliance.modem.channel import Command, Gone, Response
from appliance.modem.conversations import (
    NO_ECHO,
    Device,
    Emit,
    Part,
    Pause,
    Talk,
    drain,
    missed_calls,
    poll_calls,
    poll_network,
    probe,
)
from appliance.modem.events import Deaf, Network, PinTried, Ready, Sim, SimStatus, Unsuitable
from appliance.modem.result_codes import Error

SIM_POLL_S = 3.0
# A SIM that is being read is there within seconds, and so is one that has just been pushed in.
FIRST_SIM_POLL_S, FIRST_SIM_POLLS = 1.0, 60
STEP_TRIES = 5  # an essential step that is refused while the SIM starts is tried again
STEP_RETRY_S = 2.0
FEWEST_TRIES = 2  # the last try at a PIN is the owner's, never ours: a wrong one blocks the SIM


def bring_up(emit: Emit, device: Device, *, reports: bool) -> Talk:
    """Make the modem ready: it answers, has its SIM, reports calls and takes PDUs.

    Only AT, the SIM, +CLIP and +CMGF are essential; whatever else is refused is done without.
    `reports`: whether status reports are wanted.
    """
    if not (yield from probe(emit)):
        return
    for text in (NO_ECHO, "ATV1", "AT+CMEE=1"):
        yield Command(text)
    manufacturer = answers.identity((yield Command("AT+CGMI", prefixes=("+CGMI:",), bare=True)))
    model = answers.identity((yield Command("AT+CGMM", prefixes=("+CGMM:",), bare=True)))
    firmware = answers.identity((yield Command("AT+CGMR", prefixes=("+CGMR:",), bare=True)))
    device.family = families.recognise(manufacturer, model)
    if device.family.instead is not None:
        emit(Unsuitable(device.family.instead))
        return
    if not (yield from _wait_for_sim(emit, device)):
        return
    if not (yield from _listen(device)) or not (yield from _take_texts(device, reports=reports)):
        emit(Deaf())
        return
    own = answers.own_number((yield Command("AT+CNUM", prefixes=("+CNUM:",))))
    sim = yield from _sim_id(device)
    family = device.family
    emit(Ready(family.name, manufacturer, model, firmware, own, sim, family.store_settles_s))
    yield from poll_network(emit, device, time=True)
    yield from poll_calls(emit)
    yield from drain(emit, device)
    yield from missed_calls(emit, device)


def _sim_id(device: Device) -> Generator[Command | Pause, Response, str | None]:
    """Return what the SIM is known by: its serial number, its subscriber's number where that is not told.

    None when neither is, or the SIM is busy: known by the other number it would look like another SIM.
    """
    asked = yield Command(device.family.iccid, bare=True)
    found = answers.sim_id(asked)
    if found is None and (asked.ok or asked.refused_for_good):
        found = answers.imsi((yield Command("AT+CIMI", bare=True)))
    return found


def _listen(device: Device) -> Part:
    """Have calls told of, with who rings, on our port. False when +CLIP is refused for good."""
    # CVHU=0 first: without it SIMCom's ATH answers OK and drops nothing. CCWA=1 without <mode> shows a second
    # caller who waits, and leaves the network's call waiting and diverts as they are (27.007 section 7.12).
    for text in ("AT+CREG=1", "AT+CVHU=0", "AT+CRC=1", "AT+CCWA=1", *device.family.calls):
        yield Command(text.format(baud=device.baud, urcport=device.urcport))
    for text in device.family.keeps_time:
        yield Command(text)
    return (yield from _insist(Command("AT+CLIP=1", timeout=20)))


def _take_texts(device: Device, *, reports: bool) -> Part:
    """Have texts kept on the SIM, told of and taken as PDUs. False when PDU mode is refused for good."""
    if not (yield from _insist(Command("AT+CMGF=0"))):
        return False
    # CSCS: a SIM7600 hung on a long UCS-2 PDU while its character set was IRA.
    yield Command('AT+CSCS="GSM"')
    # The SIM, not the modem's own memory: a SIM7600's was slow and gave errors.
    chosen = yield Command('AT+CPMS="SM","SM","SM"', prefixes=("+CPMS:",), timeout=20)
    device.storage = device.main = "SM" if chosen.ok else None
    for route in device.family.routes(reports=reports):
        if (yield Command(f"AT+CNMI={route}")).ok:
            break
    return True


def _insist(command: Command) -> Part:
    """Say an essential command until it is taken; a SIM that starts refuses for some seconds."""
    for attempt in range(STEP_TRIES):
        if attempt:
            yield Pause(STEP_RETRY_S)
        response = yield command
        if response.ok:
            return True
    return False


def _wait_for_sim(emit: Emit, device: Device) -> Part:
    """Return True once the SIM can be used, or the network is there though the modem does not know +CPIN.

    False when the modem has fallen silent.
    """
    polls = 0
    while True:
        response = yield Command("AT+CPIN?", prefixes=("+CPIN:",), timeout=20)
        sim = answers.sim(response)
        if isinstance(response.final, Error):
            registration = answers.registered((yield Command("AT+CREG?", prefixes=("+CREG:",))))
            if registration in (Network.HOME, Network.ROAMING, Network.TEXTS_ONLY):
                sim = Sim.READY
        if response.final is Gone.SILENCE and not (yield from probe(emit)):
            return False
        tries = None
        if sim is Sim.LOCKED:
            asked = yield Command(device.family.pins.command, prefixes=(device.family.pins.prefix,))
            tries = answers.pin_tries(asked, device.family.pins)
        emit(SimStatus(sim, tries))
        if sim is Sim.READY:
            return True
        if sim is Sim.LOCKED and device.pin is not None and (tries is None or tries >= FEWEST_TRIES):
            pin, device.pin = device.pin, None
            emit(PinTried((yield Command(f'AT+CPIN="{pin}"', timeout=30)).ok))
        polls += 1
        yield Pause(FIRST_SIM_POLL_S if polls <= FIRST_SIM_POLLS else SIM_POLL_S)
