"""A modem as a table of answers, with a real one's habits around it: echo, a prompt, a store of messages.

Every answer can be overridden, refused, delayed or left out, and other lines said between any two of its own.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes import FakeClock

CTRL_Z, ESC, CR, LF = 0x1A, 0x1B, 0x0D, 0x0A
PROMPT = "> "
SEND = "AT+CMGS"  # its answer is the prompt
AFTER_CTRL_Z = "after Ctrl-Z"  # what the network says of a text

Answer = tuple[str, ...] | None  # lines, or silence

_OK = ("OK",)
_PLAUSIBLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("AT", "ATE0", "ATV1", "AT+CMEE=1", "AT+CREG=1", "AT+CVHU=0", "AT+CRC=1"), _OK),
    **dict.fromkeys(("AT+CLIP=1", "AT+CMGF=0", 'AT+CSCS="GSM"', "AT+CNMI", "AT+CHUP", "ATH"), _OK),
    "AT+CGMI": ("SIMCOM INCORPORATED", "OK"),
    "AT+CGMM": ("SIMCOM_SIM7600G-H", "OK"),
    "AT+CPIN?": ("+CPIN: READY", "OK"),
    "AT+CNUM": ('+CNUM: "","07700900100",129', "OK"),
    "AT+CREG?": ("+CREG: 1,1", "OK"),
    "AT+CSQ": ("+CSQ: 21,99", "OK"),
    "AT+COPS?": ('+COPS: 0,0,"EE",7', "OK"),
    SEND: (PROMPT,),
}


@dataclass(frozen=True, slots=True)
class _Unit:
    """What the modem says in one piece: a line, a prompt, an echo."""

    due: float
    wire: bytes
    counts: bool  # an echo parts nothing
    prompt: bool = False


class ScriptedModem:
    """A modem as a table. `write` takes what the box says; `read` gives what is due by the clock.

    `commands` has every command with the moment it came, `submitted` every PDU that was ended by Ctrl-Z.
    `said` counts the lines and prompts so far: `inject` puts others before the one of that number.
    """

    def __init__(self, clock: FakeClock, *, echo: bool = True, latency: float = 0.02) -> None:
        self._clock = clock
        self._latency = latency
        self._scripts: dict[str, deque[Answer]] = {}
        self._delays: dict[str, float] = {}
        self._input = bytearray()
        self._units: deque[_Unit] = deque()
        self._injected: dict[int, Callable[[], tuple[str, ...]]] = {}
        self._references = itertools.count(1)
        self.echo = echo
        self.mute = False
        self.at_prompt = False
        self.memory = "SM"
        self.stores: dict[str, dict[int, str]] = {"SM": {}, "ME": {}}
        self.calls: tuple[str, ...] = ()  # the lines of AT+CLCC
        self.commands: list[tuple[float, str]] = []
        self.submitted: list[str] = []
        self.cancelled = 0
        self.said = 0

    # What a test arranges

    def script(self, command: str, *answers: Answer) -> None:
        """Answer `command` (or every command of that name) with these in turn; the last one stays."""
        self._scripts[command] = deque(answers)

    def refuse(self, *commands: str, final: str = "ERROR") -> None:
        for command in commands:
            self.script(command, (final,))

    def delay(self, command: str, seconds: float) -> None:
        self._delays[command] = seconds

    def inject(self, before: int, lines: Callable[[], tuple[str, ...]]) -> None:
        """Say these lines just before the line or prompt of that number."""
        self._injected[before] = lines

    def say(self, *lines: str) -> None:
        """Say something that nobody asked for, now."""
        for line in lines:
            self._queue(line, self._clock.monotonic())

    def store(self, index: int, pdu: str, memory: str = "SM") -> str:
        """Put a message in the store and return the line that tells of it."""
        self.stores[memory][index] = pdu
        return f'+CMTI: "{memory}",{index}'

    def hush(self) -> None:
        """Lose what was said and not read: nobody listened."""
        self._units.clear()

    def boot(self, *lines: str) -> None:
        """Start anew, as after a brown-out: all that was half said or heard is gone."""
        self._input.clear()
        self._units.clear()
        self.at_prompt, self.echo, self.memory = False, True, "SM"
        self.say(*lines)

    # The wire

    @property
    def next_at(self) -> float | None:
        """When there is something to read, None for never."""
        return self._units[0].due if self._units else None

    def read(self) -> bytes:
        """Give what is due."""
        data = b""
        while self._units and self._units[0].due <= self._clock.monotonic():
            if self._units[0].counts and self.said in self._injected:
                data += b"".join(_framed(line) for line in self._injected.pop(self.said)())
                continue  # what was about to be said may be gone: it booted
            unit = self._units.popleft()
            self.said += unit.counts
            self.at_prompt = self.at_prompt or unit.prompt
            data += unit.wire
        return data

    def write(self, data: bytes) -> None:
        """Take what the box says."""
        if self.mute:
            return
        for byte in data:
            if self.at_prompt:
                self._at_prompt(byte)
            elif byte == CR:
                line = self._input.decode("ascii")
                self._input.clear()
                if line:
                    self._command(line)
            elif byte not in (LF, ESC):
                self._input.append(byte)

    def _at_prompt(self, byte: int) -> None:
        if byte == ESC:
            self.at_prompt = False
            self.cancelled += 1
            self._input.clear()
            self._answer("ESC", _OK)
        elif byte == CTRL_Z:
            self.at_prompt = False
            pdu = self._input.decode("ascii")
            self._input.clear()
            self.submitted.append(pdu)
            self._echo(pdu + "\x1a")
            self._answer(AFTER_CTRL_Z, (f"+CMGS: {next(self._references)}", "OK"))
        else:
            self._input.append(byte)

    def _command(self, line: str) -> None:
        self.commands.append((self._clock.monotonic(), line))
        self._echo(line + "\r")
        name, _, value = line.partition("=")
        known = _PLAUSIBLE.get(line) or _PLAUSIBLE.get(name) or self._of_the_store(name, value)
        said = self._answer(line if line in self._scripts or line in self._delays else name, known)
        if line == "ATE0" and said == _OK:
            self.echo = False

    def _of_the_store(self, name: str, value: str) -> tuple[str, ...]:
        held = self.stores[self.memory]
        match name:
            case "AT+CLCC":
                return (*self.calls, "OK")
            case "AT+CPMS" if value[1:3] in self.stores:
                self.memory = value[1:3]
                return ("+CPMS: 0,50,0,50,0,50", "OK")
            case "AT+CMGL":
                listed = ((f"+CMGL: {i},1,,{tpdu_length(pdu)}", pdu) for i, pdu in sorted(held.items()))
                return (*itertools.chain.from_iterable(listed), "OK")
            case "AT+CMGR" if int(value) in held:
                pdu = held[int(value)]
                return (f"+CMGR: 0,,{tpdu_length(pdu)}", pdu, "OK")
            case "AT+CMGD" if held.pop(int(value), None) is not None:
                return _OK
            case "AT+CMGR" | "AT+CMGD":
                return ("+CMS ERROR: 321",)
            case _:
                return ("ERROR",)

    def _answer(self, command: str, usual: Answer) -> Answer:
        script = self._scripts.get(command)
        answer = usual
        if script:
            answer = script.popleft() if len(script) > 1 else script[0]
        due = self._clock.monotonic() + self._delays.get(command, self._latency)
        for line in answer or ():
            self._queue(line, due)
        return answer

    def _echo(self, text: str) -> None:
        if self.echo:
            self._units.append(_Unit(self._after(self._clock.monotonic()), text.encode(), counts=False))

    def _queue(self, line: str, due: float) -> None:
        if not self.mute:
            self._units.append(_Unit(self._after(due), _framed(line), counts=True, prompt=line == PROMPT))

    def _after(self, due: float) -> float:
        return max(due, self._units[-1].due) if self._units else due


def _framed(line: str) -> bytes:
    return b"\r\n> " if line == PROMPT else f"\r\n{line}\r\n".encode("latin-1")


def tpdu_length(pdu: str) -> int:
    """Return the octets of the TPDU, as a modem counts them: without the service centre."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)
