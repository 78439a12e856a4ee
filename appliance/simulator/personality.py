"""What sets one modem family apart from another, one row of facts each. What all share is code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from appliance.simulator.settings import BITS, Allowed


@dataclass(frozen=True, slots=True)
class Personality:
    """One family of modems. Lines may hold {number}, {type}, {validity}, {time} (11:53AM), {seconds}."""

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

    # calls
    ring_period: float = 3.0
    cring_line: str = "+CRING: VOICE"
    clip_line: str = '+CLIP: "{number}",{type},,,,{validity}'
    clcc_line: str = '+CLCC: {id},{dir},{stat},0,0,"{number}",{type}'
    clcc_urc: bool = False  # AT+CLCC=1 turns on the line above for every change of a call
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
    holds_codes_at_prompt: bool = False

    # the rest
    settings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unset_clock: str = "80/01/06,00:00:00+00"
    line_capacity: int = 512
    character_sets: tuple[str, ...] = ("GSM", "IRA", "UCS2", "HEX")
    # a command as typed, in capitals: the lines before OK
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


GENERIC = Personality(
    name="generic",
    manufacturer="Textback",
    model="Emulated modem",
    revision="1.0",
    boot_lines=((0.3, "RDY"), (0.4, "+CFUN: 1"), (0.5, "+CPIN: READY")),
    missed_lines=("MISSED_CALL: {time} {number}",),
)

PERSONALITIES: Mapping[str, Personality] = MappingProxyType({row.name: row for row in (GENERIC,)})
