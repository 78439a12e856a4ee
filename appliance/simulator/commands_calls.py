"""Calls and the lists of them: V.250 section 6.3, 27.007 sections 6, 7 and 8.11."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from appliance.simulator.answers import Answer, BadParameter, CmeRefused, Later, Outcome
from appliance.simulator.at_parser import Form, Request
from appliance.simulator.personality import Stat

if TYPE_CHECKING:
    from appliance.simulator.device import Device

PHONEBOOKS = ("SM", "MC", "RC", "LD", "ON")
PLACES = 20
AFTER_OK_S = 0.01
NO_CARRIER = Answer((), "NO CARRIER")


def dial(device: Device, request: Request) -> Outcome:
    """Do ATD: a voice call when it ends in ; (27.007 section 6.2). Data calls find no carrier."""
    number = "".join(c for c in request.string(0) if c in "0123456789*#+")
    voice = request.string(0).endswith(";")
    if not number or not voice or not device.network.attached or device.calls.dial(number) is None:
        return NO_CARRIER
    return Answer()


def answer(device: Device, _request: Request) -> Answer:
    """Do ATA."""
    return Answer() if device.calls.answer() else NO_CARRIER


def hang_up(device: Device, request: Request) -> Outcome:
    """Do ATH or AT+CHUP. ATH leaves a call alone while AT+CVHU is 1 (27.007 section 6.20)."""
    if request.form is Form.TEST or (request.name == "H" and device.settings.get("+CVHU") == 1):
        return Answer()
    lines = device.calls.hang_up()
    if device.personality.rejected_before_ok:
        for line in lines:
            device.tell_line(line)
    else:
        for line in lines:
            device.schedule.after(AFTER_OK_S, partial(device.tell_line, line))
    return Answer()


def hold(device: Device, request: Request) -> Answer:
    """Do AT+CHLD: 0 refuses the waiting call, 1 leaves the active one for it, 2 holds the active one."""
    if request.form is Form.TEST:
        return Answer(("+CHLD: (0,1,2)",))
    match request.choice(0, (0, 1, 2)):
        case 0:
            device.calls.hang_up(frozenset((Stat.WAITING, Stat.HELD)))
        case 1:
            device.calls.hang_up(frozenset((Stat.ACTIVE,)))
            device.calls.answer()
        case _:
            if not device.calls.answer():
                raise CmeRefused(3)
    return Answer()


def current_calls(device: Device, request: Request) -> Answer:
    """Answer AT+CLCC, or turn on its unsolicited form where the family has one."""
    offers_codes = device.personality.clcc_urc
    match request.form:
        case Form.EXECUTE:
            return Answer(device.calls.listed())
        case Form.TEST:
            return Answer(("+CLCC: (0,1)",) if offers_codes else ())
        case _ if not offers_codes:
            raise CmeRefused(4)
        case Form.READ:
            return Answer((f"+CLCC: {int(device.calls.reports_states)}",))
        case _:
            device.calls.reports_states = bool(request.choice(0, (0, 1)))
            return Answer()


def call_waiting(device: Device, request: Request) -> Outcome:
    """Do AT+CCWA: show waiting calls, and ask or change the network's service."""
    calls = device.calls
    match request.form:
        case Form.TEST:
            return Answer(("+CCWA: (0,1)",))
        case Form.READ:
            return Answer((f"+CCWA: {int(calls.shows_waiting)}",))
        case _:
            calls.shows_waiting = bool(request.choice(0, (0, 1), int(calls.shows_waiting)))
            if len(request.values) < 2:
                return Answer()
    device.need_network()
    mode = request.choice(1, (0, 1, 2))
    if mode == 2:
        return Later(device.outgoing.delay, lambda: Answer((f"+CCWA: {int(calls.waiting_enabled)},1",)))
    calls.waiting_enabled = bool(mode)
    return Later(device.outgoing.delay, Answer)


def divert(device: Device, request: Request) -> Outcome:
    """Do AT+CCFC: where the network sends calls that find nobody (27.007 section 7.11)."""
    if request.form is Form.TEST:
        return Answer(("+CCFC: (0-5)",))
    reason, mode = request.choice(0, range(6)), request.choice(1, range(5))
    device.need_network()
    number = device.diverts.get(reason)
    match mode:
        case 2:
            status = "+CCFC: 0,1" if number is None else f'+CCFC: 1,1,"{number}",{_type_of(number)}'
            return Later(device.outgoing.delay, lambda: Answer((status,)))
        case 1 | 3:
            device.diverts[reason] = request.string(2) if mode == 3 else number or request.string(2)
        case _:
            device.diverts.pop(reason, None)
    return Later(device.outgoing.delay, Answer)


def phonebook_storage(device: Device, request: Request) -> Answer:
    """Do AT+CPBS."""
    device.need_sim()
    match request.form:
        case Form.TEST:
            return Answer(("+CPBS: (" + ",".join(f'"{name}"' for name in PHONEBOOKS) + ")",))
        case Form.READ:
            used = sum(entry is not None for entry in _entries(device))
            return Answer((f'+CPBS: "{device.phonebook}",{used},{PLACES}',))
        case _:
            if request.string(0) not in PHONEBOOKS:
                raise BadParameter
            device.phonebook = request.string(0)
            return Answer()


def phonebook(device: Device, request: Request) -> Answer:
    """Do AT+CPBR: newest first in the lists of calls."""
    device.need_sim()
    if request.form is Form.TEST:
        return Answer((f"+CPBR: (1-{PLACES}),20,14",))
    first = request.choice(0, range(1, PLACES + 1))
    last = request.choice(1, range(1, PLACES + 1), first)
    entries = enumerate(_entries(device)[:PLACES], 1)
    listed = [(place, number) for place, number in entries if number is not None and first <= place <= last]
    return Answer(tuple(f'+CPBR: {place},"{number}",{_type_of(number)},""' for place, number in listed))


def phonebook_write(device: Device, request: Request) -> Answer:
    """Do AT+CPBW=place, which erases an entry of a list of calls; the others keep their places."""
    device.need_sim()
    if request.form is Form.TEST:
        return Answer((f"+CPBW: (1-{PLACES}),20,(129,145,161),14",))
    place = request.choice(0, range(1, PLACES + 1))
    if len(request.values) > 1 or device.phonebook not in _lists(device):
        raise CmeRefused(3)
    calls = _lists(device)[device.phonebook][::-1]
    if place > len(calls):
        raise CmeRefused(22)
    device.calls.erased.add(calls[place - 1])
    return Answer()


def _lists(device: Device) -> dict[str, list[tuple[str, datetime]]]:
    """Return the lists of calls, oldest first."""
    return {"MC": device.calls.missed, "RC": device.calls.received, "LD": device.calls.dialled}


def _entries(device: Device) -> list[str | None]:
    """Return what stands in each place of the phonebook in use, None where it was erased."""
    if device.phonebook == "ON":
        return [device.sim.own_number] if device.sim.own_number else []
    calls = reversed(_lists(device).get(device.phonebook, []))
    return [None if call in device.calls.erased else call[0] for call in calls]


def _type_of(number: str) -> int:
    return 145 if number.startswith("+") else 129


COMMANDS: Mapping[str, Callable[[Device, Request], Outcome]] = {
    "A": answer,
    "D": dial,
    "H": hang_up,
    "+CHUP": hang_up,
    "+CHLD": hold,
    "+CLCC": current_calls,
    "+CCWA": call_waiting,
    "+CCFC": divert,
    "+CPBS": phonebook_storage,
    "+CPBR": phonebook,
    "+CPBW": phonebook_write,
}
