"""What the box can know of itself, gathered by the daemon for `health.assess`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Sim(StrEnum):
    """The SIM card, as far as the box has got with it."""

    UNKNOWN = "UNKNOWN"  # not asked yet
    READY = "READY"
    MISSING = "MISSING"
    LOCKED = "LOCKED"  # wants its PIN
    BLOCKED = "BLOCKED"  # wants its PUK


class Registration(StrEnum):
    """Where the box stands with the network (27.007 section 7.2, +CREG stat)."""

    UNKNOWN = "UNKNOWN"
    SEARCHING = "SEARCHING"
    HOME = "HOME"
    ROAMING = "ROAMING"
    DENIED = "DENIED"
    SMS_ONLY = "SMS_ONLY"  # texts pass, calls do not
    EMERGENCY_ONLY = "EMERGENCY_ONLY"


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the box knows of itself at one moment. Times are aware; `now` is in the owner's zone."""

    now: datetime
    set_up: bool = True  # claimed, and given a name
    modem_present: bool | None = None  # None: not looked for yet
    advice: str | None = None  # for a modem that can never take calls: what to buy instead
    started: bool = False  # the modem's bring-up is done
    sim: Sim = Sim.UNKNOWN
    registration: Registration = Registration.UNKNOWN
    voice: bool | None = None  # None: not known whether this SIM takes calls here
    signal_bars: int | None = None  # 0 to 5
    operator: str | None = None
    voice_proved_at: datetime | None = None  # last call in, or registration check that includes voice
    text_proved_at: datetime | None = None  # last text sent or received, or such a check
    sends_failing: int = 0  # how many sends in a row failed, up to now
    texts_today: int = 0
    limit_reached: bool = False
    paused_until: datetime | None = None
    open_now: bool = True
    closed_text_empty: bool = False
    opens_at: str | None = None  # in words, "8am tomorrow"; None when no day is open
    clock_sure: bool = True
    storage_ok: bool = True
    low_power: bool = False
    ringing: str | None = field(default=None, repr=False)  # who rings, "" without a number; None: nobody
    texting: str | None = field(default=None, repr=False)  # the number a text is being sent to
    text_took_s: int | None = None  # a text has just gone, so many seconds after its call ended
