"""Carrying out command lines, left to right, with prompts, waits and aborts (V.250 sections 5.4 to 5.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.simulator.answers import (
    OK,
    Answer,
    BadParameter,
    CmeRefused,
    Later,
    Outcome,
    Prompt,
    Refused,
    Style,
    final_of,
)
from appliance.simulator.at_parser import Request, requests_of
from appliance.simulator.commands import MESSAGE_COMMANDS, execute
from appliance.simulator.device import Device
from appliance.simulator.line_editor import CommandLine, LineEditor, Repeat, TooLong, Typed
from appliance.simulator.schedule import Deadline

CTRL_Z, ESCAPE = "\x1a", "\x1b"
AFTER_TERMINATION_S = 0.125  # V.250 section 5.6.1: what follows the terminator this soon aborts nothing
TEXT_CAPACITY = 2048

Hook = Callable[[str], Outcome | None]


@dataclass(frozen=True, slots=True)
class Lateness:
    """The answer to the next command that begins with `during` comes so many seconds late."""

    seconds: float
    during: str


@dataclass(frozen=True, slots=True)
class BreakIn:
    """A line that will come within the answer to a command, after so many of its lines."""

    line: str
    during: str
    after_lines: int


class Interpreter:
    """The modem's reader and writer of command lines. It holds what is being typed and what is being done."""

    def __init__(self, device: Device, write: Callable[[str], None]) -> None:
        self._device = device
        self._write = write
        self._editor = LineEditor(device.personality.line_capacity)
        self._last_line = ""
        self._line_ended = 0.0
        self._requests: Iterator[Request] | None = None  # the rest of the line that is being carried out
        self._request: Request | None = None
        self._waiting: tuple[Later, Deadline] | None = None
        self._prompt: Prompt | None = None
        self._prompt_shown = False
        self._text: list[str] = []
        self._kept_back: list[str] = []
        self.hook: Hook = lambda _typed: None
        self.break_ins: list[BreakIn] = []
        self.late: list[Lateness] = []
        self.prompt_delay = 0.02
        self.line_gap = 0.0

    @property
    def style(self) -> Style:
        """Return how lines are dressed just now."""
        get = self._device.settings.get
        return Style(get("V") == 1, get("Q") == 1, chr(get("S3")), chr(get("S4")))

    def reset(self) -> None:
        """Forget everything, as when the power goes."""
        self._editor.clear()
        self._requests = self._request = self._waiting = self._prompt = None
        self._prompt_shown = False
        self._text.clear()
        self._kept_back.clear()

    def unsolicited(self, line: str, data: str | None = None) -> None:
        """Say something nobody asked for; some families keep it back while a text is being typed."""
        if not self._device.urcs_here:
            return
        dressed = self.style.result(line)
        if data is not None and dressed:
            dressed += data + self.style.terminator + self.style.line_feed
        if self._prompt_shown and self._device.personality.holds_codes_at_prompt:
            self._kept_back.append(dressed)
        else:
            self._write(dressed)

    def character(self, character: str) -> None:
        """Take one character from the terminal."""
        if self._prompt is not None:
            self._text_character(self._prompt, character)
        elif self._requests is not None:
            self._interrupted_by(character)
        else:
            self._echo(character)
            stop, back = (chr(self._device.settings.get(name)) for name in ("S3", "S5"))
            typed = self._editor.feed(character, terminator=stop, backspace=back)
            if typed is not None:
                self._begin(typed)

    def _echo(self, character: str) -> None:
        if self._device.settings.get("E"):
            back = chr(self._device.settings.get("S5"))
            self._write(f"{back} {back}" if character == back else character)

    def _begin(self, typed: Typed) -> None:
        self._line_ended = self._device.schedule.now
        match typed:
            case TooLong():
                self._write(self.style.result("ERROR"))
                return
            case CommandLine(body):
                self._last_line = body
            case Repeat():
                pass
        self._requests = requests_of(self._last_line)
        self._continue()

    def _interrupted_by(self, character: str) -> None:
        """Abort what can be aborted (V.250 section 5.6.1); any other character is lost."""
        if self._waiting is None or self._waiting[0].if_aborted is None:
            return
        soon = self._device.schedule.now - self._line_ended < AFTER_TERMINATION_S
        if soon and character == chr(self._device.settings.get("S4")):
            return
        later, deadline = self._waiting
        deadline.call_off()
        self._waiting = None
        if later.if_aborted is not None and self._settle(later.if_aborted()):
            self._continue()

    # --- the text after a prompt ---

    def _text_character(self, prompt: Prompt, character: str) -> None:
        if character == ESCAPE:
            self._leave_prompt()
            self._end_line(OK)
        elif not self._prompt_shown:
            pass  # typed before it was asked for: lost
        elif character == CTRL_Z:
            body = "".join(self._text)
            self._leave_prompt()
            if self._settle(self._delayed(self._attempt(lambda: prompt.then(body)))):
                self._continue()
        elif character == chr(self._device.settings.get("S5")):
            self._text = self._text[:-1]
            self._echo(character)
        elif prompt.by_lines and character == chr(self._device.settings.get("S3")):
            self._collect("\n")
            self._echo(character)
            self._write("\r\n> ")
        elif character not in "\r\n":
            self._collect(character)
            self._echo(character)

    def _collect(self, character: str) -> None:
        if len(self._text) < TEXT_CAPACITY:
            self._text.append(character)

    def _show_prompt(self) -> None:
        self._prompt_shown = True
        if self._device.outgoing.lost_prompts:
            self._device.outgoing.lost_prompts -= 1
        else:
            self._write("\r\n> ")

    def _leave_prompt(self) -> None:
        self._prompt = None
        self._prompt_shown = False
        self._text.clear()
        kept, self._kept_back = self._kept_back, []
        for dressed in kept:
            self._write(dressed)

    # --- carrying out ---

    def _continue(self) -> None:
        """Carry out the rest of the line, until it is done or something takes time."""
        while self._requests is not None:
            try:
                request = next(self._requests, None)
            except Refused as refusal:
                self._end_line(self._final_of(refusal))
                return
            if request is None:
                self._end_line(OK)
                return
            self._request = request
            for line in self._breaking_in(0):
                self._write(self.style.result(line))
            if not self._settle(self._attempt(lambda: self._execute(request))):  # noqa: B023 - called at once
                return

    def _execute(self, request: Request) -> Outcome:
        hooked = self.hook(request.typed)
        outcome = execute(self._device, request) if hooked is None else hooked
        return outcome if isinstance(outcome, Prompt) else self._delayed(outcome)

    def _delayed(self, outcome: Outcome) -> Outcome:
        """Hold back the outcome of the request in hand, if that was arranged. A prompt is never late."""
        typed = self._request.typed.upper() if self._request else ""
        late = next((one for one in self.late if typed.startswith(one.during)), None)
        if late is None:
            return outcome
        self.late.remove(late)
        return Later(late.seconds, lambda: outcome)

    def _attempt(self, act: Callable[[], Outcome]) -> Outcome:
        try:
            return act()
        except Refused as refusal:
            return Answer((), self._final_of(refusal))

    def _settle(self, outcome: Outcome) -> bool:
        """Do what an outcome asks. True when it was a plain OK, and the line may go on."""
        match outcome:
            case Answer(info, final):
                pieces = self._pieces(info)
                if self.line_gap and pieces:
                    self._dribble(pieces, final)
                    return False
                for piece in pieces:
                    self._write(piece)
                if final != OK:
                    self._end_line(final)
                return final == OK
            case Later(delay, _, _):
                deadline = self._device.schedule.after(delay, self._time_is_up)
                self._waiting = (outcome, deadline)
            case Prompt():
                self._prompt = outcome
                self._device.schedule.after(self.prompt_delay, self._show_prompt_of(outcome))
        return False

    def _show_prompt_of(self, prompt: Prompt) -> Callable[[], None]:
        def show() -> None:
            if self._prompt is prompt:
                self._show_prompt()

        return show

    def _time_is_up(self) -> None:
        if self._waiting is not None:
            later, self._waiting = self._waiting[0], None
            if self._settle(self._attempt(later.then)):
                self._continue()

    def _dribble(self, pieces: list[str], final: str | None) -> None:
        self._write(pieces[0])

        def go_on() -> None:
            if len(pieces) > 1:
                self._dribble(pieces[1:], final)
            elif final == OK:
                self._continue()
            else:
                self._end_line(final)

        self._device.schedule.after(self.line_gap, go_on)

    def _pieces(self, info: tuple[str, ...]) -> list[str]:
        pieces = self.style.information(info)
        dressed: list[str] = []
        for count, piece in enumerate(pieces, 1):
            dressed.append(piece)
            dressed.extend(self.style.result(line) for line in self._breaking_in(count, last=len(pieces)))
        return dressed

    def _breaking_in(self, count: int, last: int | None = None) -> list[str]:
        """Return the lines that come after so many of the answer's; all that are left come after the last."""
        typed = self._request.typed.upper() if self._request else ""

        def comes_now(one: BreakIn) -> bool:
            due = one.after_lines == count or (count == last and one.after_lines > count)
            return due and typed.startswith(one.during)

        now = [one for one in self.break_ins if comes_now(one)]
        self.break_ins = [one for one in self.break_ins if one not in now]
        return [one.line for one in now]

    def _end_line(self, final: str | None) -> None:
        self._requests = self._request = None
        if final is not None:
            self._write(self.style.result(final))

    def _final_of(self, refusal: Refused) -> str:
        if type(refusal) is BadParameter:
            about_messages = self._request is not None and self._request.name in MESSAGE_COMMANDS
            refusal = self._device.bad_message_parameter() if about_messages else CmeRefused(50)
        return final_of(refusal, self._device.settings.get("+CMEE"))
