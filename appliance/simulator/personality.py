"""What sets one modem family apart from another, one row of facts each. What all share is code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from appliance.simulator.settings import BITS, Allowed


class Stat(IntEnum):
    """<stat> of +CLCC, and SIMCom's 6 for a call that has ended."""

    ACTIVE = 0
    HELD = 1
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    WAITING = 5
    ENDED = 6


class End(StrEnum):
    """How the modem shows that a caller has gone. VENDOR: only by the family's own lines."""

    NO_CARRIER = "no-carrier"
    SILENT = "silent"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class CallCode:
    """A family's own line for each change of a call, beside RING and +CLCC.

    `line` may hold {id}, {dir}, {number}, {type} and {state}, which `states` names as the family does; a
    state it does not name is not told. `on` switches it on, as typed in capitals; None: it always comes.
    """

    line: str
    states: Mapping[Stat, str]
    on: str | None = None
    off: str = ""


@dataclass(frozen=True, slots=True)
class UrcPort:
    """The command that says on which port unsolicited lines come, and its values that mean ours.

    `command` with its equals sign and each value as typed in capitals. `kept`: over a restart.
    """

    command: str
    here: tuple[str, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Personality:
    """One family of modems.

    Lines about a call may hold {number}, {type}, {validity}, {time} (11:53AM) and {seconds}; answers in
    `commands` may hold {iccid}, {pin_tries}, {puk_tries} and {gmt} (2026/11/23,17:02:11+00).
    """

    name: str
    manufacturer: str
    model: str
    revision: str
    imei: str = "490154203237518"
    capabilities: str = "+CGSM,+FCLASS"

    # switching on: seconds until it listens, until the SIM is ready, until it has found its network
    listens_after: float = 0.3
    sim_ready_after: float = 0.5
    registers_after: float = 0.8
    boot_lines: tuple[tuple[float, str], ...] = ()
    noise: tuple[tuple[float, str], ...] = ()  # what it says every so many seconds
    noise_off: str = ""  # the command that stops that, as typed in capitals
    urc_port: UrcPort | None = None

    # calls
    takes_calls: bool = True  # False: the caller hears the engaged tone, and the modem says nothing
    ring_period: float = 3.0
    cring_line: str = "+CRING: VOICE"
    clip_line: str = '+CLIP: "{number}",{type},,,,{validity}'
    clcc_line: str = '+CLCC: {id},{dir},{stat},0,0,"{number}",{type}'
    clcc_urc: bool = False  # AT+CLCC=1 turns on the line above for every change of a call
    clcc_always: tuple[str, ...] = ()  # listed by AT+CLCC whether there is a call or not
    call_codes: tuple[CallCode, ...] = ()
    end: End = End.VENDOR  # of calls that are not scripted otherwise
    end_told_last: bool = False  # its end marker comes before +CLCC and the call codes say so too
    missed_lines: tuple[str, ...] = ()
    answered_lines: tuple[str, ...] = ()
    ended_lines: tuple[str, ...] = ()
    rejected_lines: tuple[str, ...] = ()
    rejected_before_ok: bool = False
    call_waiting: bool = True

    # messages
    storages: Mapping[str, int] = field(default_factory=lambda: {"SM": 20, "ME": 50})
    default_storage: str = "SM"
    first_index: int = 1
    full_lines: tuple[str, ...] = ()  # {memory}
    cnmi: tuple[Allowed, ...] = (range(4), range(4), (0, 2), range(3), BITS)
    cnmi_strict: bool = False  # mt 3 or ds 1 only with mode 1, mt 2 only with mode 1 or 2
    cnmi_fails: tuple[int, ...] = ()  # modes that AT+CNMI=? offers and AT+CNMI= refuses
    holds_codes_at_prompt: bool = False

    # the rest
    settings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unset_clock: str = "80/01/06,00:00:00+00"
    line_capacity: int = 512
    character_sets: tuple[str, ...] = ("GSM", "IRA", "UCS2", "HEX")
    # a command as typed, in capitals: the lines before OK
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()  # names of commands that others know and this one does not
