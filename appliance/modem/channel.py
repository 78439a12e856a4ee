"""The AT chat: one command in flight, its answer told apart from what the modem says by itself.

A command declares how the lines of its answer begin. Any other line is unsolicited, whenever it comes:
between the lines of an answer, between AT+CMGS and its prompt, while the network is asked. So nothing
that rings is ever swallowed by a command that happens to be in flight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from appliance.modem import urc
from appliance.modem.framing import Framer, Line, Prompt
from appliance.modem.result_codes import CmeError, CmsError, Error, Final, Ok, parse_final

# 27.005 gives no time for the prompt; SIMCom and Quectel answer in well under a second.
PROMPT_S = 10.0
# Quectel states 120 s for the network's answer to +CMGS; a SIM7600 was seen to take about as long.
SUBMIT_S = 130.0
# How long a cancelled prompt may take to say OK.
CANCEL_S = 5.0

CR = b"\r"
CTRL_Z = b"\x1a"
ESC = b"\x1b"
_ECHO_OF_CTRL_Z = "\x1a"

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")  # the shortest TPDU there is has more than eight octets
# What may stand in a command: printable ASCII. A line end, Ctrl-Z or ESC inside would start another.
_SAFE = re.compile(r"AT[ -~]*")


@dataclass(frozen=True, slots=True)
class Command:
    """One AT command and what its answer looks like.

    `prefixes`: how the lines of information begin, such as "+CSQ:". `bare`: any line that is no URC
    belongs to the answer (AT+CGMM). `pdus`: each line of information is followed by a line of hex.
    `body`: hex that is sent at the prompt, then Ctrl-Z. `timeout`: seconds to the final result,
    counted from Ctrl-Z when there is a body.
    """

    text: str
    prefixes: tuple[str, ...] = ()
    bare: bool = False
    pdus: bool = False
    body: str | None = field(default=None, repr=False)
    timeout: float = 10.0

    def __post_init__(self) -> None:
        """Refuse what could reach the modem as more than one command. ValueError."""
        if not _SAFE.fullmatch(self.text):
            raise ValueError("a command is one line of printable ASCII that begins with AT")
        if self.body is not None and not _HEX.fullmatch(self.body):
            raise ValueError("the body of a command is a PDU in hex")


class Gone(Enum):
    """Ends of a command that the modem did not give."""

    SILENCE = auto()  # no final result in time: what it did cannot be known
    NO_PROMPT = auto()  # the prompt never came, so nothing was submitted
    WITHDRAWN = auto()  # we cancelled at the prompt, so nothing was submitted


@dataclass(frozen=True, slots=True)
class Response:
    """How a command ended, and the lines of information that it gave (never None, often empty)."""

    command: Command
    final: Final | Gone
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the modem said OK."""
        return isinstance(self.final, Ok)

    @property
    def refused_for_good(self) -> bool:
        """Whether it is unknown, not allowed or not supported (27.007 section 9.2), and will stay so."""
        match self.final:
            case Error() | CmeError(code=None | 3 | 4 | 100):
                return True
            case _:
                return False

    def first(self, prefix: str) -> str | None:
        """Return what follows `prefix` on the first line that has it, or None."""
        return next((line[len(prefix) :].strip() for line in self.lines if line.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class PromptReached:
    """The modem waits for the body of `command`: answer with `submit` or `withdraw`."""

    command: Command


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line that is neither an answer nor a URC we know."""

    text: str


ChannelEvent = Response | PromptReached | urc.Urc | OtherLine


class _Phase(Enum):
    IDLE = auto()
    ANSWER = auto()  # waiting for a final result
    PROMPT = auto()  # waiting for "> "
    AT_PROMPT = auto()  # the modem waits for us
    SUBMITTED = auto()  # Ctrl-Z has been sent
    CANCELLED = auto()  # ESC has been sent


class Channel:
    """One chat with one modem. Bytes and clock readings go in; events and bytes come out."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._out = bytearray()
        self._phase = _Phase.IDLE
        self._command: Command | None = None
        self._deadline: float | None = None
        self._lines: list[str] = []
        self._pdu_of: str | None = None  # the URC header whose PDU has not come yet
        self._answer_pdu = False  # the next line of hex belongs to the answer
        self._why_cancelled = Gone.NO_PROMPT
        self.echoes = 0  # commands that the modem has said back so far
        self.last_heard: float | None = None  # monotonic seconds of the last byte, None before the first

    @property
    def busy(self) -> bool:
        """Whether a command is in flight."""
        return self._phase is not _Phase.IDLE

    @property
    def at_prompt(self) -> bool:
        """Whether the modem waits for `submit` or `withdraw`."""
        return self._phase is _Phase.AT_PROMPT

    @property
    def submitted(self) -> bool:
        """Whether a body has been handed over and the network's answer is awaited."""
        return self._phase is _Phase.SUBMITTED

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, in monotonic seconds; None for never."""
        return self._deadline

    def reset(self) -> None:
        """Forget everything: the port was opened anew."""
        self._framer.reset()
        self._out.clear()
        self._finish()
        self._pdu_of = None

    def data_to_send(self) -> bytes:
        """Return the bytes to write to the port, once."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def send(self, command: Command, now: float) -> None:
        """Put `command` in flight. RuntimeError while another one is."""
        if self.busy:
            raise RuntimeError("one command at a time")
        self._command = command
        self._phase = _Phase.ANSWER if command.body is None else _Phase.PROMPT
        self._deadline = now + (command.timeout if command.body is None else PROMPT_S)
        self._out += command.text.encode("ascii") + CR

    def submit(self, now: float) -> None:
        """Hand over the body at the prompt. RuntimeError when the modem is not at its prompt."""
        if self._phase is not _Phase.AT_PROMPT or self._command is None or self._command.body is None:
            raise RuntimeError("the modem is not at its prompt")
        self._out += self._command.body.encode("ascii") + CTRL_Z
        self._phase = _Phase.SUBMITTED
        self._deadline = now + self._command.timeout

    def withdraw(self, now: float) -> None:
        """Cancel at the prompt: nothing is submitted. RuntimeError when the modem is not at its prompt."""
        if self._phase is not _Phase.AT_PROMPT:
            raise RuntimeError("the modem is not at its prompt")
        self._cancel(Gone.WITHDRAWN, now)

    def receive(self, data: bytes, now: float) -> list[ChannelEvent]:
        """Take what the port gave and return what it means, in order. Never raises."""
        events: list[ChannelEvent] = []
        if data:
            self.last_heard = now
        for frame in self._framer.feed(data):
            match frame:
                case Prompt():
                    self._prompt(events, now)
                case Line(text):
                    self._line(text, events)
        return events

    def tick(self, now: float) -> list[ChannelEvent]:
        """Let time pass: end what has waited too long."""
        if self._deadline is None or now < self._deadline:
            return []
        events: list[ChannelEvent] = []
        match self._phase:
            case _Phase.PROMPT:
                self._cancel(Gone.NO_PROMPT, now)
            case _Phase.AT_PROMPT:
                self._cancel(Gone.WITHDRAWN, now)
            case _Phase.CANCELLED:
                self._end(self._why_cancelled, events)
            case _Phase.ANSWER | _Phase.SUBMITTED:
                self._end(Gone.SILENCE, events)
            case _Phase.IDLE:
                self._deadline = None
        return events

    def _prompt(self, events: list[ChannelEvent], now: float) -> None:
        match self._phase:
            case _Phase.PROMPT if self._command is not None:
                self._phase = _Phase.AT_PROMPT
                self._deadline = now + PROMPT_S  # a modem left at its prompt is deaf to commands
                events.append(PromptReached(self._command))
            case _Phase.AT_PROMPT | _Phase.SUBMITTED:
                pass
            case _:
                # A late prompt: our next command would be taken for the text of a message.
                self._out += ESC

    def _line(self, text: str, events: list[ChannelEvent]) -> None:
        text = text.strip(_ECHO_OF_CTRL_Z)
        if not text or self._is_echo(text):
            return
        if _HEX.fullmatch(text) and self._pdu(text, events):
            return
        if urc.needs_pdu(text):
            self._pdu_of, self._answer_pdu = text, False
            return
        if self._is_answer(text):
            self._lines.append(text)
            if self._command is not None and self._command.pdus:
                self._answer_pdu, self._pdu_of = True, None
            return
        final = parse_final(text)
        if final is not None:
            self._final(final, events)
            return
        event = urc.parse(text)
        if event is not None:
            events.append(event)
        elif self._command is not None and self._command.bare and self._phase is _Phase.ANSWER:
            self._lines.append(text)
        else:
            events.append(OtherLine(text))

    def _is_echo(self, text: str) -> bool:
        command = self._command
        if command is None:
            return False
        self.echoes += text == command.text
        return text == command.text or (text == command.body and not self._pdu_of)

    def _is_answer(self, text: str) -> bool:
        return (
            self._command is not None
            and bool(self._command.prefixes)
            and self._phase in (_Phase.ANSWER, _Phase.SUBMITTED)
            and text.startswith(self._command.prefixes)
        )

    def _pdu(self, text: str, events: list[ChannelEvent]) -> bool:
        if self._pdu_of is not None:
            events.append(urc.DirectPdu(self._pdu_of, text))
            self._pdu_of = None
            return True
        if self._answer_pdu:
            self._answer_pdu = False
            self._lines.append(text)
            return True
        return False

    def _final(self, final: Final, events: list[ChannelEvent]) -> None:
        match self._phase, final:
            case (_Phase.ANSWER, _) | (_Phase.SUBMITTED, _):
                self._end(final, events)
            case _Phase.PROMPT, Error() | CmeError() | CmsError():
                self._end(final, events)
            case _Phase.CANCELLED, _:
                self._end(self._why_cancelled, events)
            case _:
                pass  # a stray result: an OK before the prompt, or the late answer to a command given up

    def _cancel(self, why: Gone, now: float) -> None:
        self._out += ESC
        self._phase = _Phase.CANCELLED
        self._why_cancelled = why
        self._deadline = now + CANCEL_S

    def _end(self, final: Final | Gone, events: list[ChannelEvent]) -> None:
        if self._command is not None:
            events.append(Response(self._command, final, tuple(self._lines)))
        self._finish()

    def _finish(self) -> None:
        self._phase = _Phase.IDLE
        self._command = None
        self._deadline = None
        self._lines.clear()
        self._answer_pdu = False
