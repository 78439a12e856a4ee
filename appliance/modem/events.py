"""What a session tells: everything that the rest of the box learns from the modem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from appliance.modem.pdu import BadPdu, Deliver, StatusReport, SubmitPdu
from appliance.modem.result_codes import Final
from appliance.modem.urc import CallState, CallUrc, PowerWarning, StoreFull


class Sim(StrEnum):
    """What the SIM lets us do (+CPIN, 27.007 section 8.3)."""

    READY = "ready"
    ABSENT = "absent"
    LOCKED = "locked"  # wants its PIN
    BLOCKED = "blocked"  # wants its PUK
    FAILED = "failed"
    BUSY = "busy"  # just after power-on


class Network(StrEnum):
    """Registration for calls (+CREG, 27.007 section 7.2)."""

    HOME = "home"
    ROAMING = "roaming"
    SEARCHING = "searching"
    DENIED = "denied"
    TEXTS_ONLY = "texts_only"  # <stat> 6 and 7: no voice
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ready:
    """The bring-up is done: calls are reported and texts can be sent. None where the modem did not say.

    `sim_id` tells one SIM from another: its serial number, or its subscriber's. `store_settles_s`: texts
    are sent from the modem's store, which says for good after so many seconds whether one went; None: they
    are not.
    """

    family: str
    manufacturer: str | None
    model: str | None
    firmware: str | None
    own_number: str | None
    sim_id: str | None = field(default=None, repr=False)
    store_settles_s: float | None = None


@dataclass(frozen=True, slots=True)
class SimStatus:
    """The state of the SIM, and how often its PIN may still be tried; None when that is not told."""

    sim: Sim
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class PinTried:
    """The SIM's PIN was given once, and this is whether the SIM took it."""

    right: bool


@dataclass(frozen=True, slots=True)
class Unsuitable:
    """This modem can never do the job; `advice` is a sentence that says what to buy instead."""

    advice: str


@dataclass(frozen=True, slots=True)
class NetworkStatus:
    """Registration, signal and network name, as last asked. bars 0-5; None is not known.

    `takes_calls`: False for a modem that says it has no voice. `volte`: whether calls come over LTE now.
    """

    network: Network
    bars: int | None = None
    operator: str | None = None
    takes_calls: bool | None = None
    volte: bool | None = None


@dataclass(frozen=True, slots=True)
class NetworkTime:
    """The time in UTC as the network has told the modem."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallList:
    """The answer to AT+CLCC: every voice call that there is now."""

    calls: tuple[CallState, ...]


@dataclass(frozen=True, slots=True)
class MissedCalls:
    """The modem's own list of missed calls (27.007 section 8.11, "MC"), which tells no times.

    `modem` is the serial number of the modem that keeps it, None when it does not say. Withheld callers are
    left out.
    """

    modem: str | None = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HungUp:
    """We were asked to hang up, and this is whether the modem did."""

    done: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the modem a message lies. storage None is the store in use."""

    storage: str | None
    index: int


@dataclass(frozen=True, slots=True)
class Message:
    """A text or a status report that the modem holds, or handed over directly (place None).

    A stored one stays in the modem until `Session.delete` is told that it is safe.
    """

    pdu: Deliver | StatusReport | BadPdu
    place: Place | None
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A text of ours in the modem's store (27.005 section 3.1 <stat>): "stored sent" or "stored unsent"."""

    place: Place
    sent: bool
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnMessages:
    """Every text of ours in the store that texts are sent from. `settles_s` is as in Ready.

    `messages` None: the modem would not tell.
    """

    messages: tuple[OwnMessage, ...] | None
    settles_s: float


@dataclass(frozen=True, slots=True)
class Ticket:
    """One part of one text to be sent: its row in the outbox and its PDU.

    `place`: where in the modem's store it may lie already, None when it does not.
    """

    text_id: int
    sequence: int  # from 1
    pdu: SubmitPdu = field(repr=False)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class AtPrompt:
    """The modem waits for the ticket's PDU: commit, then call `Session.submit` or `Session.withdraw`.

    With a `place` the PDU lies in the modem's store, and the modem waits for the word to send it from there.
    """

    ticket: Ticket
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The network took it. The message reference (TP-MR, 0-255) is None when the modem did not tell.

    `place`: where it still lies in the modem's store, None when it never did.
    """

    ticket: Ticket
    reference: int | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The modem or the network said no: it did not go."""

    ticket: Ticket
    final: Final


@dataclass(frozen=True, slots=True)
class NotStarted:
    """It never reached the modem: no prompt came, or the port was lost before."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It was handed over and no clear answer came: it may have gone."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Restarted:
    """The modem booted by itself: it is being brought up again."""


@dataclass(frozen=True, slots=True)
class Deaf:
    """The modem does not answer AT: the port should be opened anew."""


SendEvent = AtPrompt | Accepted | Refused | NotStarted | Doubtful
ModemEvent = (
    CallUrc
    | CallList
    | MissedCalls
    | OwnMessages
    | HungUp
    | Ready
    | SimStatus
    | PinTried
    | Unsuitable
    | NetworkStatus
    | NetworkTime
    | Message
    | SendEvent
    | StoreFull
    | PowerWarning
    | Restarted
    | Deaf
)
