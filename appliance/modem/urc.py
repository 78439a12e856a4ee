"""Unsolicited result codes: one line from the modem becomes one event, or None.

Every function stands under an example of the line it reads. A line may come at any time, also in the
middle of the answer to a command, so each is recognised by itself and nothing here remembers anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class CliValidity(IntEnum):
    """CLI validity of +CLIP (27.007 section 7.6)."""

    VALID = 0
    WITHHELD = 1
    INTERWORKING = 2
    PAYPHONE = 3
    UNAVAILABLE = 4


class CallStatus(IntEnum):
    """<stat> of +CLCC (27.007 section 7.18); RELEASED is SIMCom's and Quectel's own."""

    ACTIVE = 0
    HELD = 1
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    WAITING = 5
    RELEASED = 6


@dataclass(frozen=True, slots=True)
class Ring:
    """RING or +CRING: VOICE: a voice call is ringing."""


@dataclass(frozen=True, slots=True)
class Clip:
    """+CLIP: who is ringing. Number as the modem gave it, or None when none was presented."""

    number: str | None
    type_of_address: int | None  # 24.008 section 10.5.4.7: 145 has a leading "+", 129 does not
    validity: CliValidity = CliValidity.VALID


@dataclass(frozen=True, slots=True)
class CallWaiting:
    """+CCWA: a second caller while the line is in use. Fields as in Clip."""

    number: str | None
    type_of_address: int | None
    validity: CliValidity = CliValidity.VALID


@dataclass(frozen=True, slots=True)
class CallState:
    """One voice call as +CLCC or a vendor's own line describes it. Number None when it is not told."""

    index: int
    incoming: bool  # <dir>: mobile terminated
    status: CallStatus
    number: str | None = None
    type_of_address: int | None = None


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The modem says that a call is over, by the standard's marker or its vendor's."""

    marker: str
    number: str | None = None  # only MISSED_CALL tells it


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The modem says that somebody picked up."""

    marker: str


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """+CMTI: a text has been put in the modem's store (27.005 section 3.4.1)."""

    storage: str
    index: int


@dataclass(frozen=True, slots=True)
class StoredReport:
    """+CDSI: a status report has been put in the modem's store."""

    storage: str
    index: int


@dataclass(frozen=True, slots=True)
class DirectPdu:
    """+CMT or +CDS with the PDU of its second line. The channel joins the two lines."""

    header: str
    pdu: str


@dataclass(frozen=True, slots=True)
class Registration:
    """+CREG: <stat> (27.007 section 7.2): 1 home, 5 roaming, 0 and 2 none, 3 denied, 6 and 7 texts only."""

    status: int


@dataclass(frozen=True, slots=True)
class SimReport:
    """+CPIN: the SIM's state, as a URC or an answer (27.007 section 8.3)."""

    code: str


@dataclass(frozen=True, slots=True)
class Booted:
    """The modem has (re)started: everything it was told is forgotten."""

    marker: str


@dataclass(frozen=True, slots=True)
class MessagesReady:
    """The message store can be used now: SMS Ready, +QIND: SMS DONE and the like."""


@dataclass(frozen=True, slots=True)
class StoreFull:
    """The message store is full: the network keeps further texts until there is room."""


@dataclass(frozen=True, slots=True)
class PowerWarning:
    """The modem's supply is too low or too high."""

    marker: str


CallUrc = Ring | Clip | CallWaiting | CallState | CallEnded | CallAnswered
Urc = (
    CallUrc
    | StoredMessage
    | StoredReport
    | DirectPdu
    | Registration
    | SimReport
    | Booted
    | MessagesReady
    | StoreFull
    | PowerWarning
)

# A number is at most 20 digits (24.008 section 10.5.4.7); twice that is a text somebody made up.
_MAX_NUMBER = 40
# information text = value *("," value); value = <"> *CHAR <"> / *CHAR        (27.007 section 3.1)
_FIELD = re.compile(r'\s*(?:"([^"]*)"|([^,]*))\s*(?:,|$)')
_INTEGER = re.compile(r"-?[0-9]{1,9}")


def fields(text: str) -> list[str]:
    """Split the values of an information line at commas outside quotes. An absent value is ""."""
    found: list[str] = []
    position = 0
    while position <= len(text):
        match = _FIELD.match(text, position)
        if match is None:  # a stray quote: what is left is one value
            found.append(text[position:])
            break
        found.append(match[1] if match[1] is not None else match[2].strip())
        if match.end() == len(text) and not text.endswith(","):
            break
        position = match.end()
        if position == len(text):
            found.append("")
            break
    return found


def integer(text: str) -> int | None:
    """Return `text` as a number, or None: ASCII digits only, at most nine of them."""
    return int(text) if _INTEGER.fullmatch(text) else None


def needs_pdu(line: str) -> bool:
    """Tell whether `line` heads a URC whose PDU is the next line (27.005 section 3.4.1)."""
    return line.startswith(("+CMT:", "+CDS:"))


def parse(line: str) -> Urc | None:
    """Return the event that `line` is, or None when it is none we know. Never raises."""
    whole = _WHOLE_LINES.get(line)
    if whole is not None:
        return whole
    for prefix, read in _READERS:
        if line.startswith(prefix):
            return read(line[len(prefix) :].strip())
    return None


def parse_call_state(values: str) -> CallState | None:
    """Read one call of the answer to AT+CLCC; None for calls that carry no voice and for bad lines.

    +CLCC: 1,1,4,0,0,"07700900123",129
    On LTE Quectel lists a data call as 1,0,0,1,0,"",128: <mode> other than 0 is not ours.
    """
    match fields(values):
        case [index, direction, status, "0", _, *rest]:
            return _call_state(index, direction, status, rest)
        case [index, direction, status]:  # SIM7600 may leave the rest out when a call is released
            return _call_state(index, direction, status, [])
        case _:
            return None


def _call_state(index: str, direction: str, status: str, rest: list[str]) -> CallState | None:
    number_of_call, stat = integer(index), integer(status)
    if number_of_call is None or stat is None or stat not in set(CallStatus):
        return None
    number = _number(rest[0]) if rest else None
    kind = integer(rest[1]) if len(rest) > 1 else None
    return CallState(number_of_call, direction == "1", CallStatus(stat), number, kind)


def _number(text: str) -> str | None:
    """Return a number as given, or None: nothing in it can be dialled."""
    text = text.strip()
    return text if any("0" <= c <= "9" for c in text) and len(text) <= _MAX_NUMBER else None


def _presented(values: str, validity_at: int) -> tuple[str | None, int | None, CliValidity]:
    """Return number, type of address and validity of +CLIP or +CCWA.

    "",128,,,,1   "",128,"",,"",0 : an empty number is a withheld one whatever the validity says.
    """
    parts = fields(values)
    number = _number(parts[0])
    kind = integer(parts[1]) if len(parts) > 1 else None
    told = integer(parts[validity_at]) if len(parts) > validity_at else None
    validity = CliValidity(told) if told is not None and told in set(CliValidity) else CliValidity.VALID
    if validity is CliValidity.WITHHELD:
        number = None  # some networks show the number to those who may override; we are not one of them
    elif number is None and validity is CliValidity.VALID:
        validity = CliValidity.WITHHELD
    return number, kind, validity


def _clip(values: str) -> Clip | None:
    """+CLIP: "07700900123",129,"",0,"",0 ; number and type are always there, so less is a cut line."""
    return Clip(*_presented(values, validity_at=5)) if len(fields(values)) > 1 else None


def _call_waiting(values: str) -> CallWaiting | None:
    """+CCWA: "07700900123",129,1,"",0 ; <class> 1 is voice (27.007 section 7.12)."""
    parts = fields(values)
    if len(parts) < 2 or (len(parts) > 2 and parts[2] not in ("", "1")):
        return None
    return CallWaiting(*_presented(values, validity_at=4))


def _cring(values: str) -> Ring | None:
    """+CRING: VOICE ; DATA and FAX calls are not ours (27.007 section 6.11)."""
    return Ring() if values.partition(",")[0].strip() == "VOICE" else None


def _dsci(values: str) -> CallState | None:
    """^DSCI: 1,1,4,0,07700900123,129,0 ; Quectel: 3 connected, 4 incoming, 6 released."""
    match fields(values):
        case [index, direction, "3", "0", *rest]:
            return _call_state(index, direction, "0", rest)
        case [index, direction, "4" | "6" as status, "0", *rest]:
            return _call_state(index, direction, status, rest)
        case _:
            return None


def _qind(values: str) -> CallState | MessagesReady | StoreFull | None:
    """+QIND: "ccinfo",1,1,4,0,0,"07700900123",129 ; Quectel: state -1 is released."""
    match fields(values):
        case ["ccinfo", index, direction, status, "0", _, *rest]:
            return _call_state(index, direction, "6" if status == "-1" else status, rest)
        case ["SMS DONE"]:
            return MessagesReady()
        case ["smsfull", *_]:
            return StoreFull()
        case _:
            return None


def _ucallstat(values: str) -> CallState | None:
    """+UCALLSTAT: 1,4 ; u-blox: 4 incoming, 0 active, 6 disconnected. The direction is not told."""
    match fields(values):
        case [index, "0" | "4" | "6" as status, *_]:
            return _call_state(index, "1", status, [])
        case _:
            return None


def _ecam(values: str) -> CallState | None:
    """#ECAM: 0,6,1,,,"07700900123",129 ; Telit: 6 ringing, 3 active, 0 idle again."""
    meaning = {"0": "6", "3": "0", "6": "4"}
    match fields(values):
        case [index, status, "1" | "", _, _, *rest] if status in meaning:
            return _call_state(index, "1", meaning[status], rest)
        case [index, status, *_] if status in meaning:
            return _call_state(index, "1", meaning[status], [])
        case _:
            return None


def _missed_call(values: str) -> CallEnded:
    """MISSED_CALL: 11:53AM 07700900123 ."""
    return CallEnded("MISSED_CALL", _number(values.rsplit(" ", 1)[-1]) if " " in values else None)


def _stored(
    kind: type[StoredMessage] | type[StoredReport], values: str
) -> StoredMessage | StoredReport | None:
    """+CMTI: "SM",3 ."""
    match fields(values):
        case [storage, index, *_] if (place := integer(index)) is not None and place >= 0:
            return kind(storage, place)
        case _:
            return None


def _registration(values: str) -> Registration | None:
    """+CREG: 1 and +CREG: 1,"1A2B","00C3D4",7 ; the answer to AT+CREG? has one more number in front."""
    match fields(values):
        case [status] if (stat := integer(status)) is not None:
            return Registration(stat)
        case [status, area, *_] if (stat := integer(status)) is not None and integer(area) is None:
            return Registration(stat)
        case _:
            return None


_ENDS = ("NO CARRIER", "NO ANSWER", "BUSY", "VOICE CALL: END")
_WHOLE_LINES: dict[str, Urc] = {
    "RING": Ring(),
    **{marker: CallEnded(marker) for marker in _ENDS},
    "VOICE CALL: BEGIN": CallAnswered("VOICE CALL: BEGIN"),
    **{marker: Booted(marker) for marker in ("RDY", "^SYSSTART", "MODEM:STARTUP", "+CFUN: 1", "*ATREADY: 1")},
    **{marker: MessagesReady() for marker in ("SMS Ready", "SMS DONE")},
    "^SMMEMFULL": StoreFull(),
}
_READERS: tuple[tuple[str, Callable[[str], Urc | None]], ...] = (
    ("+CRING:", _cring),
    ("+CLIP:", _clip),
    ("+CCWA:", _call_waiting),
    ("+CLCC:", parse_call_state),
    ("+CMTI:", lambda values: _stored(StoredMessage, values)),
    ("+CDSI:", lambda values: _stored(StoredReport, values)),
    ("+CREG:", _registration),
    ("+CPIN:", SimReport),
    ("^DSCI:", _dsci),
    ("+QIND:", _qind),
    ("+UCALLSTAT:", _ucallstat),
    ("#ECAM:", _ecam),
    ("MISSED_CALL:", _missed_call),
    ("VOICE CALL: END:", lambda _: CallEnded("VOICE CALL: END")),  # with the call's length: hhmmss
    ("^CEND:", lambda _: CallEnded("^CEND")),  # Huawei: <id>,<seconds>,<status>[,<cause>]
    ("+ZCEND:", lambda _: CallEnded("+ZCEND")),
    ("+ZEND:", lambda _: CallEnded("+ZEND")),
    ("^CONN:", lambda _: CallAnswered("^CONN")),
    ("^SMMEMFULL:", lambda _: StoreFull()),
    ("UNDER-VOLTAGE", lambda _: PowerWarning("UNDER-VOLTAGE")),
    ("OVER-VOLTAGE", lambda _: PowerWarning("OVER-VOLTAGE")),
)
