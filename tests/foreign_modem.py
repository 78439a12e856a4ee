"""A second emulated modem, written from V.250, 27.007 and 27.005 alone.

The product ships an emulated modem of its own. One author's two halves agree on one author's mistakes, so the
black-box tests talk to this one: it shares no line with the product, and decodes what it is sent with a
library the product does not use. Nothing here imports `appliance` or `web`.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from tests.foreign_codec import Submit, decode_submit, deliver_pdu, split_commands
from tests.pty_wire import PtyWire

if TYPE_CHECKING:
    from pathlib import Path

CTRL_Z, ESC, BACKSPACE = 0x1A, 0x1B, 0x08

# What a modem cannot lack if a box is to see calls and send texts in PDU mode. All else is optional.
BARE = frozenset({"", "E", "+CPIN", "+CREG", "+CLIP", "+CMGF", "+CMGS"})


class Clcc(StrEnum):
    """What AT+CLCC does (27.007 section 7.18)."""

    LISTS = "lists"  # the call, with its state
    EMPTY = "empty"  # only OK, whatever rings
    UNKNOWN = "unknown"  # ERROR


class Refused(Exception):
    """A command whose final result is not OK; `str()` is that result."""


@dataclass(frozen=True)
class Habits:
    """In what this modem differs from the next one. Times in seconds."""

    knows: frozenset[str] | None = None  # None: every command written below
    unknown: str = "ERROR"  # final result of any command it does not know
    clcc: Clcc = Clcc.LISTS
    first_clip: int = 1  # the ring from which +CLIP is sent
    clip_before_ring: bool = False
    line_end: str = "\r\n"
    answer_delay: float = 0.0
    send_delay: float = 0.05  # between Ctrl-Z and +CMGS


@dataclass
class Call:
    """A call the network offers. `number` None: the modem never says who rings."""

    number: str | None
    kind: int
    validity: int
    times: int
    interval: float
    then: str | None
    rung: int = 0
    state: int = 4  # 27.007 section 7.18: 0 active, 4 incoming


class ForeignModem:
    """A modem on a pty; `link` is the path to open, the same after an unplug and a plug."""

    def __init__(self, link: Path, habits: Habits | None = None) -> None:
        self.link = link
        self.habits = habits or Habits()
        self.received = bytearray()  # every byte it was ever sent
        self.commands: list[str] = []  # every command line, without AT
        self.submits: list[Submit] = []
        self.store: dict[int, tuple[int, str]] = {}  # index -> (0 unread | 1 read, PDU in hex)
        self.overlaps = 0  # commands that came while another was being answered
        self.deaf = False  # takes bytes and never answers
        self.registration = 1  # 27.007 section 7.2
        self.cms_errors: deque[int] = deque()  # the next sends are refused with these
        self.interruptions: deque[tuple[str, tuple[str, ...]]] = deque()  # (command, lines amid its answer)
        self._reference = 0
        self._reset()
        self._wire = PtyWire(link, self._hear)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    # --- what a test does to it ---

    def ring(
        self,
        number: str | None = "07700900123",
        *,
        kind: int = 129,
        validity: int = 0,
        times: int = 3,
        interval: float = 0.25,
        then: str | None = "NO CARRIER",
    ) -> None:
        """Offer a call that rings `times` times; `then` is what is said at its end, None for silence."""
        self._coming += 1
        self._wire.later(0, lambda: self._offer(Call(number, kind, validity, times, interval, then)))

    def ring_withheld(self, *, times: int = 3) -> None:
        """Offer a call whose number is withheld (27.007 section 7.6, CLI validity 1)."""
        self.ring("", kind=128, validity=1, times=times)

    def answer(self) -> None:
        """Pick the ringing call up, as somebody with a second handset would."""
        self._wire.later(0, self._answered)

    def hang_up(self, then: str | None = "NO CARRIER") -> None:
        """End the call now."""
        self._wire.later(0, lambda: self._over(then))

    def text(self, sender: str, words: str) -> None:
        """Let a text arrive: stored, and told by +CMTI when the modem was asked to."""
        self._wire.later(0, lambda: self._arrive(deliver_pdu(sender, words)))

    def store_quietly(self, sender: str, words: str) -> int:
        """Let a text lie on the SIM that nothing was said about; return its index."""
        return self._keep(deliver_pdu(sender, words))

    def say(self, raw: bytes) -> None:
        """Put these very bytes on the wire."""
        self._wire.later(0, lambda: self._wire.write(raw))

    def interrupt(self, command: str, *lines: str) -> None:
        """Send `lines` in the middle of the next answer to `command`.

        `command` is a name: +CMGS (before its prompt), "+CMGS done" (after Ctrl-Z), "*" for any.
        """
        self.interruptions.append((command, lines))

    def unplug(self) -> None:
        """Pull the plug: the port dies under whoever holds it, and its path is gone."""
        self._wire.unplug()

    def plug(self) -> None:
        """Power up on a new pty under the same path, with nothing remembered but the SIM's texts."""
        self._reset()
        self._wire.plug()

    @property
    def sent(self) -> list[Submit]:
        """The SMS-SUBMITs the network took."""
        return [one for one in self.submits if one.refused is None]

    @property
    def idle(self) -> bool:
        """True when no call is being offered."""
        return self._call is None and not self._coming

    def _reset(self) -> None:
        self._echo, self._cmee, self._clip, self._crc = True, 0, 0, 0
        self._text_mode, self._cnmi = 1, "0,0"
        self._line, self._pdu = bytearray(), bytearray()
        self._expect: int | None = None  # octets of the PDU asked for; None outside the prompt
        self._busy = False
        self._coming = 0  # calls offered that have not rung yet
        self._call: Call | None = None

    def _say(self, line: str) -> None:
        end = self.habits.line_end
        self._wire.write(f"{end}{line}{end}".encode("ascii"))

    # --- V.250: characters into command lines, command lines into answers ---

    def _hear(self, heard: bytes) -> None:
        self.received += heard
        if self.deaf:
            return
        for byte in heard:
            if self._echo and byte != CTRL_Z:
                self._wire.write(bytes([byte]))
            if self._expect is not None:
                self._take_pdu(byte)
            elif byte == 0x0D:
                line, self._line = bytes(self._line), bytearray()
                self._take_line(line.decode("latin-1").strip())
            elif byte == BACKSPACE:
                del self._line[-1:]
            elif byte not in {0x0A, ESC}:
                self._line.append(byte)

    def _take_line(self, line: str) -> None:
        if line[:2].upper() != "AT":  # V.250 section 5.2.1: anything else is no command
            return
        self.overlaps += self._busy
        self.commands.append(line[2:])
        self._busy = True
        self._wire.later(self.habits.answer_delay, lambda: self._answer_line(line[2:]))

    def _answer_line(self, body: str) -> None:
        self._busy = False
        try:
            for name, rest in split_commands(body):
                if name == "+CMGS" and self._knows(name):
                    self._interrupted(name)
                    self._expect = int(rest.removeprefix("="))
                    self._wire.write(self.habits.line_end.encode() + b"> ")
                    return
                answer = self._answer(name, rest) if self._knows(name) else self._shrug()
                for line in answer:
                    self._say(line)
                self._interrupted(name)
        except (Refused, ValueError) as refused:
            self._say(str(refused) if isinstance(refused, Refused) else "ERROR")
        else:
            self._say("OK")

    def _interrupted(self, name: str) -> None:
        if self.interruptions and self.interruptions[0][0] in {name, "*"}:
            for line in self.interruptions.popleft()[1]:
                self._say(line)

    def _knows(self, name: str) -> bool:
        return self.habits.knows is None or name in self.habits.knows

    def _shrug(self) -> list[str]:
        if self.habits.unknown != "OK":
            raise Refused(self.habits.unknown)
        return []

    def _answer(self, name: str, rest: str) -> list[str]:
        match name, rest:
            case "E", _:
                self._echo = rest != "0"
            case (("" | "Z" | "&F" | "X" | "Q"), _):
                pass
            case "V", "" | "0":
                raise Refused("ERROR")  # it speaks in words only
            case "+CMEE" | "+CLIP" | "+CRC" | "+CMGF" as flag, _ if rest.startswith("=") and rest != "=?":
                self._set(flag, int(rest[1:]))
            case "+CPIN", "?":
                return ["+CPIN: READY"]
            case "+CREG", "?":
                return [f"+CREG: 0,{self.registration}"]
            case "+CSQ", "":
                return ["+CSQ: 18,99"]
            case "+COPS", "?":
                return ['+COPS: 0,0,"Another Network"']
            case "+CLCC", "" if self.habits.clcc is not Clcc.UNKNOWN:
                return self._listed()
            case (("H" | "+CHUP"), _):
                self._over(None)
            case "+CGMI" | "+CGMM" | "+CGMR", "":
                return [{"+CGMI": "Foreign Works", "+CGMM": "FW-1", "+CGMR": "1.0"}[name]]
            case "V" | "+CREG" | "+COPS" | "+CSCS" | "+CFUN" | "+CSMS", _ if "?" not in rest:
                pass
            case _:
                return self._answer_sms(name, rest)
        return []

    def _set(self, flag: str, value: int) -> None:
        match flag:
            case "+CMEE":
                self._cmee = value
            case "+CLIP":
                self._clip = value
            case "+CRC":
                self._crc = value
            case _:
                self._text_mode = value

    # --- 27.005: texts ---

    def _answer_sms(self, name: str, rest: str) -> list[str]:
        match name, rest:
            case "+CNMI", _ if rest.startswith("=") and rest != "=?":
                self._cnmi = rest[1:]
            case "+CSCA", "?":
                return ['+CSCA: "+447700900000",145']
            case "+CPMS", _ if rest != "=?":
                used = f"{len(self.store)},30"
                return [f"+CPMS: {used},{used},{used}"] if rest != "?" else [f'+CPMS: "SM",{used}']
            case "+CMGL", _ if rest.startswith("=") and not self._text_mode:
                wanted = {"0": {0}, "1": {1}, "4": {0, 1}}.get(rest[1:], set())
                return [
                    row
                    for i in sorted(self.store)
                    if self.store[i][0] in wanted
                    for row in self._read(i, f"{i},")
                ]
            case "+CMGR", _ if int(rest[1:]) in self.store:
                return ["+CMGR: " + row if n == 0 else row for n, row in enumerate(self._read(int(rest[1:])))]
            case "+CMGR", _:
                raise Refused("+CMS ERROR: 321")
            case "+CMGD", _ if rest.startswith("=") and rest != "=?":
                self.store.pop(int(rest[1:].split(",", maxsplit=1)[0]), None)
            case _:
                return self._shrug()
        return []

    def _read(self, index: int, prefix: str | None = None) -> list[str]:
        status, pdu = self.store[index]
        self.store[index] = (1, pdu)
        head = f"{status},,{len(pdu) // 2 - 1}"
        return [f"+CMGL: {prefix}{head}" if prefix else head, pdu]

    def _keep(self, pdu: str) -> int:
        index = next(i for i in itertools.count(1) if i not in self.store)
        self.store[index] = (0, pdu)
        return index

    def _arrive(self, pdu: str) -> None:
        index = self._keep(pdu)
        if self._cnmi[:1] in "12" and self._cnmi[2:3] == "1":
            self._say(f'+CMTI: "SM",{index}')

    def _take_pdu(self, byte: int) -> None:
        if byte == ESC:
            self._expect, self._pdu = None, bytearray()
            self._say("OK")  # 27.005 section 3.5.1
        elif byte == CTRL_Z:
            pdu, self._pdu = self._pdu.decode("latin-1").strip(), bytearray()
            octets, self._expect = self._expect, None
            self._busy = True
            self._submit(pdu, octets or 0)
        else:
            self._pdu.append(byte)

    def _submit(self, pdu: str, octets: int) -> None:
        self._reference = (self._reference + 1) % 256
        code = self.cms_errors[0] if self.cms_errors else None
        one = decode_submit(pdu, octets, self._reference, code)
        if one is None:
            self._wire.later(self.habits.send_delay, lambda: self._sent("+CMS ERROR: 304", None))
            return
        if self.cms_errors:
            self.cms_errors.popleft()
        self.submits.append(one)
        final = None if code is None else f"+CMS ERROR: {code}"
        self._wire.later(self.habits.send_delay, lambda: self._sent(final, one.reference))

    def _sent(self, refused: str | None, reference: int | None) -> None:
        self._busy = False
        self._interrupted("+CMGS done")
        if refused is None:
            self._say(f"+CMGS: {reference}")
        self._say(refused or "OK")

    # --- 27.007: calls ---

    def _offer(self, call: Call) -> None:
        self._call, self._coming = call, self._coming - 1
        self._ring(call)

    def _ring(self, call: Call) -> None:
        if self._call is not call or call.state != 4:
            return
        call.rung += 1
        lines = ["+CRING: VOICE" if self._crc else "RING"]
        if self._clip and call.number is not None and call.rung >= self.habits.first_clip:
            lines.append(f'+CLIP: "{call.number}",{call.kind},,,,{call.validity}')
        for line in reversed(lines) if self.habits.clip_before_ring else lines:
            self._say(line)
        self._wire.later(
            call.interval, lambda: self._ring(call) if call.rung < call.times else self._ended(call)
        )

    def _ended(self, call: Call) -> None:
        if self._call is call and call.state == 4:
            self._over(call.then)

    def _answered(self) -> None:
        if self._call:
            self._call.state = 0

    def _over(self, then: str | None) -> None:
        if self._call is None:
            return
        self._call = None
        if then is not None:
            self._say(then)

    def _listed(self) -> list[str]:
        if self._call is None or self.habits.clcc is Clcc.EMPTY:
            return []
        call = self._call
        who = f',"{call.number}",{call.kind}' if call.number else ""
        return [f"+CLCC: 1,1,{call.state},0,0{who}"]
