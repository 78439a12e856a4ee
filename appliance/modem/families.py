"""What is particular to each family of modems: one row of facts a family, and nothing elsewhere.

Sources: the makers' AT manuals and the port rules of ModemManager. Every command here may be refused by a
firmware that does not know it; the bring-up then goes on without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class HangUp(StrEnum):
    """How a ringing call is dropped."""

    CHUP = "AT+CHUP"  # 27.007 section 6.5
    ATH = "ATH"  # V.250 section 6.3.6


@dataclass(frozen=True, slots=True)
class Pins:
    """How to ask how many tries the SIM's PIN has left; `place` is that value's in the answer."""

    command: str = "AT+CPINR"  # 27.007 section 8.65
    prefix: str = "+CPINR:"
    place: int = 1


class Clock(StrEnum):
    """How the network's time is asked for."""

    CCLK = "AT+CCLK?"
    QLTS = "AT+QLTS=1"  # Quectel: +CCLK may run on GMT and still show the zone, so ask for GMT outright


class VoiceCheck(StrEnum):
    """How a modem tells whether it can take calls at all, beside +CREG."""

    NONE = ""
    CVOICE = "AT^CVOICE?"  # Huawei: ^CVOICE: 0,... it can; 1 it cannot
    QCFG_IMS = 'AT+QCFG="ims"'  # Quectel: "ims",<setting>,1 is voice over LTE ready now


# +CNMI settings (27.005 section 3.4.1), best first: store the text and tell of it (mt=1), and the status
# reports likewise (ds=2) or at once (ds=1). Some firmware takes only the short forms.
_WITH_REPORTS = ("2,1,0,2,0", "1,1,0,2,0", "1,1,0,1,0")
_PLAIN = ("2,1,0,0,0", "1,1,0,0,0", "2,1", "1,1")


@dataclass(frozen=True, slots=True)
class Family:
    """One family. `makers` and `models` are fullmatched, without case, against +CGMI and +CGMM.

    `calls`: commands that make it tell of calls on the port that we hold: {baud} is its speed, {urcport}
    Quectel's name for it. `buffers`: whether +CNMI mode 2 works; False for those that say they know it and
    fail it. `keeps_time`: commands that make it keep the network's time; `clock` asks for it. `iccid` asks
    for the SIM's serial number; where it is refused, the subscriber's number does. `instead`: for a modem
    that can never take a call, the sentence that says so and what to buy; None for those that can.
    `store_settles_s`: for a modem that is proven to mark what it sends from its store (+CMGW, +CMSS), the
    seconds after which the mark is final; None for all others, and so far for every real one.
    """

    name: str
    makers: str
    models: str
    calls: tuple[str, ...] = ()
    hang_up: tuple[HangUp, ...] = (HangUp.CHUP, HangUp.ATH)
    voice: VoiceCheck = VoiceCheck.NONE
    buffers: bool = True
    keeps_time: tuple[str, ...] = ("AT+CTZU=1", "AT+CTZR=1")
    clock: Clock = Clock.CCLK
    pins: Pins = Pins()
    iccid: str = "AT+CCID"
    store_settles_s: float | None = None
    instead: str | None = None

    def routes(self, *, reports: bool) -> tuple[str, ...]:
        """Return the +CNMI settings to try, best first; with or without status reports."""
        routes = (*_WITH_REPORTS, *_PLAIN) if reports else _PLAIN
        return routes if self.buffers else tuple(sorted(routes, key=lambda route: route.startswith("2")))


BUY = "Buy a SIM7600G-H, an EC25-E or an A7670E-FASE instead."

# Order matters: the first row that fits is the one. The last fits all.
FAMILIES = (
    # The SIM70x0 has no call functions in any driver; of the 7670G a maintainer of its board says the same.
    Family(
        name="simcom-data-only",
        makers=r"simcom.*",
        models=r".*(SIM70[789]0|SIM7670).*",
        instead=f"This modem cannot take calls. {BUY}",
    ),
    Family(
        name="simcom-4g",
        makers=r"simcom.*|incorporated",  # the A7670E leaves the SIMCOM out
        models=r".*(SIM7[15]\d\d|SIM76\d\d|A76\d\d).*",
        # +CATR=0: tell of calls on every port. It is not saved.
        # +CLCC=1: tell of calls by +CLCC as they change. +CSCLK=0: sleep was seen to cause I/O errors.
        calls=("AT+CATR=0", "AT+CLCC=1", "AT+CSCLK=0"),
        pins=Pins("AT+SPIC", "+SPIC:", 0),
        iccid="AT+CICCID",
    ),
    Family(
        name="sim800",
        makers=r"sim(com|_).*",
        models=r".*SIM(8|9)\d\d.*",
        calls=("AT+IPR={baud}",),  # ends the guessing of the speed, which eats the first bytes
        hang_up=(HangUp.ATH, HangUp.CHUP),
        keeps_time=("AT+CLTS=1",),
        pins=Pins("AT+SPIC", "+SPIC:", 0),
    ),
    Family(
        name="quectel",
        makers=r"quectel.*",
        models=r".*(EC2\d|EG\d\d|EM05|UC20|UG9\d|BG9\d).*",
        # Unsolicited lines go to one port only: the one we hold.
        calls=(
            'AT+QURCCFG="urcport","{urcport}"',
            "AT^DSCI=1",
            'AT+QINDCFG="ccinfo",1,0',
            'AT+QINDCFG="smsfull",1,0',
        ),
        voice=VoiceCheck.QCFG_IMS,
        keeps_time=("AT+CTZU=1",),
        clock=Clock.QLTS,
        pins=Pins('AT+QPINC="SC"', "+QPINC:", 1),
        iccid="AT+QCCID",
    ),
    Family(
        name="huawei",
        makers=r"huawei.*",
        models=r".*",
        calls=("AT^CURC=1",),
        voice=VoiceCheck.CVOICE,
        buffers=False,
        keeps_time=(),
        iccid="AT^ICCID?",
    ),
    Family(
        name="zte",
        makers=r"zte.*",
        models=r".*",
        buffers=False,
        keeps_time=(),
    ),
    Family(
        name="u-blox-data-only",
        makers=r"u-?blox.*",
        models=r".*SARA-[RN]4.*",
        instead=f"This modem cannot take calls. {BUY}",
    ),
    Family(name="u-blox", makers=r"u-?blox.*", models=r".*", calls=("AT+UCALLSTAT=1",)),
    Family(name="telit", makers=r"telit.*", models=r".*", calls=("AT#ECAM=1",), iccid="AT#CCID"),
    Family(name="emulated-ledger", makers=r"textback", models=r".*ledger.*", store_settles_s=5.0),
    Family(name="generic", makers=r".*", models=r".*"),
)
GENERIC = FAMILIES[-1]


def recognise(manufacturer: str | None, model: str | None) -> Family:
    """Return the family of a modem by its answers to +CGMI and +CGMM; None where it gave none."""
    maker, kind = manufacturer or "", model or ""
    for family in FAMILIES:
        if _fits(family.makers, maker) and _fits(family.models, kind):
            return family
    return GENERIC


def _fits(pattern: str, name: str) -> bool:
    return re.fullmatch(pattern, name, re.IGNORECASE | re.ASCII) is not None
