"""What a modem's answers say: one small function a command, under an example of its answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from appliance.modem import urc
from appliance.modem.channel import Response
from appliance.modem.events import Network, Sim
from appliance.modem.families import Pins
from appliance.modem.result_codes import CmeError, CmsError, Ok

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


def sim(response: Response) -> Sim:
    """+CPIN: READY ; or a +CME ERROR that says what is wrong with the SIM."""
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


def registered(response: Response) -> Network:
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


def bars(response: Response) -> int | None:
    """+CSQ: <rssi>,<ber> ; <rssi> 0-31 is -113 to -51 dBm, 99 is not known (27.007 section 8.5)."""
    values = urc.fields(response.first("+CSQ:") or "")
    rssi = urc.integer(values[0])
    if rssi is None or not 0 <= rssi <= 31:
        return None
    return sum(rssi >= step for step in (2, 6, 10, 15, 20))


def operator(response: Response) -> str | None:
    """+COPS: 0,0,"EE" ; <format> 2 is digits, which no owner can read (27.007 section 7.3)."""
    match urc.fields(response.first("+COPS:") or ""):
        case [_, "0" | "1", str(name), *_] if name:
            return name[:40]
        case _:
            return None


def identity(response: Response) -> str | None:
    """Quectel ; some say +CGMM: "EC25", an A7670E +CGMR: A011B07A7670M7_F. None when nothing was said."""
    for line in response.lines:
        name = line.removeprefix("+CGMI:").removeprefix("+CGMM:").removeprefix("+CGMR:").strip().strip('"')
        if name:
            return name[:60]
    return None


def own_number(response: Response) -> str | None:
    """+CNUM: "","07700900100",129 ; many SIMs do not hold it."""
    for line in response.lines:
        match urc.fields(line.removeprefix("+CNUM:").strip()):
            case [_, number, *_] if number:
                return number[:40]
            case _:
                pass
    return None


def pin_tries(response: Response, pins: Pins) -> int | None:
    """Return how many tries the SIM's PIN has left, None when the modem does not tell.

    +CPINR: SIM PIN,3,3   (27.007 section 8.65)      +SPIC: 3,10,3,10      +QPINC: "SC",3,10
    """
    values = urc.fields(response.first(pins.prefix) or "")
    return urc.integer(values[pins.place]) if len(values) > pins.place else None


def takes_calls(response: Response) -> bool | None:
    """^CVOICE: 0,8000,16,20 ; Huawei: 0 it can take calls, 1 it cannot. None when it does not say."""
    match urc.fields(response.first("^CVOICE:") or ""):
        case ["0", *_]:
            return True
        case ["1", *_]:
            return False
        case _:
            return None


def volte(response: Response) -> bool | None:
    """+QCFG: "ims",1,1 ; Quectel: the last is 1 when voice over LTE is ready now. None when not told."""
    match urc.fields(response.first("+QCFG:") or ""):
        case ["ims", _, "1" | "0" as state, *_]:
            return state == "1"
        case _:
            return None


# Modems that were never told the time say 1970, 1980, 2004 or 2014.
_YEARS = range(2025, 2060)
_FARTHEST_ZONE = 14 * 4  # quarter hours; the Line Islands


def network_time(response: Response) -> datetime | None:
    """Return the network's time in UTC, None when the modem has not been told it.

    +CCLK: "26/11/23,17:02:11+00" ; local time and its zone in quarter hours (27.007 section 8.15)
    +QLTS: "2026/11/23,17:02:11+04,1" ; after AT+QLTS=1 the time is GMT whatever the zone says
    """
    local = _moment(response.first("+CCLK:"))
    if local is not None:
        return local.astimezone(UTC)
    gmt = _moment(response.first("+QLTS:"))
    return None if gmt is None else gmt.replace(tzinfo=UTC)


def _moment(text: str | None) -> datetime | None:
    digits = _TIME.fullmatch((text or "").strip().strip('"'))
    if digits is None:
        return None
    year, month, day, hour, minute, second = (int(digits[place]) for place in range(1, 7))
    quarters = int(digits[7] or 0)
    year += 2000 if year < 100 else 0
    if year not in _YEARS or abs(quarters) > _FARTHEST_ZONE:
        return None
    zone = timezone(timedelta(minutes=15 * quarters))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


_TIME = re.compile(
    r"([0-9]{2}|[0-9]{4})/([0-9]{2})/([0-9]{2}),([0-9]{2}):([0-9]{2}):([0-9]{2})([+-][0-9]{2})?(?:,[01])?"
)


def used_places(response: Response) -> int | None:
    """+CPBS: "MC",2,20 ; how many entries the phone book in use holds, None when it is not told."""
    values = urc.fields(response.first("+CPBS:") or "")
    return urc.integer(values[1]) if len(values) > 1 else None


def phone_book(response: Response) -> tuple[str, ...]:
    """+CPBR: 1,"07700900123",129,"" ; the numbers of a phone book, a "+" before those of type 145."""
    found = []
    for line in response.lines:
        match urc.fields(line.removeprefix("+CPBR:").strip()):
            case [_, str(number), kind, *_] if number:
                plus = "+" if kind == "145" and not number.startswith("+") else ""
                found.append((plus + number)[:40])
            case _:
                pass
    return tuple(found)


def serial_number(response: Response) -> str | None:
    """490154203237518 ; the modem's own number (27.007 section 5.4 <sn>), alone or after +CGSN:."""
    for line in response.lines:
        number = line.removeprefix("+CGSN:").strip().strip('"')
        if _IMEI.fullmatch(number):
            return number
    return None


_IMEI = re.compile(r"[0-9]{14,17}")


def sim_id(response: Response) -> str | None:
    """Return the SIM's serial number (ICCID) as given, None when it is not told.

    +CCID: 8944...  +ICCID: 8944...  +QCCID: 8944...  or the number alone
    """
    for line in response.lines:
        number = line.rpartition(":")[2].strip().strip('"').rstrip("Ff")
        if _ICCID.fullmatch(number):
            return number
    return None


_ICCID = re.compile(r"[0-9]{18,22}")


def imsi(response: Response) -> str | None:
    """234100000000000 ; the subscriber's number in the SIM (27.007 section 5.4), alone or after +CIMI:."""
    for line in response.lines:
        number = line.removeprefix("+CIMI:").strip().strip('"')
        if _IMSI.fullmatch(number):
            return number
    return None


_IMSI = re.compile(r"[0-9]{14,15}")
