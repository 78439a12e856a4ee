"""Bytes from the port become lines and prompts.

V.250 section 5.4: a response is <CR><LF>text<CR><LF>. Real modems double a <CR>, leave one out, or
print a byte of noise, so any run of CR and LF ends a line and an empty line is nothing.
27.005 section 4.3: the prompt of AT+CMGS is <CR><LF><greater_than><space>, with no line end after it.
"""

from __future__ import annotations

from dataclasses import dataclass

# The longest honest line is one +CMGL or +CMT TPDU: 176 octets and an SMSC, in hex, is under 400.
# Text-mode listings and +COPS=? are longer. Beyond this it is noise, and is thrown away to the line's end.
MAX_LINE = 4096
NOISE = "\ufffd \t"


@dataclass(frozen=True, slots=True)
class Line:
    """One line from the modem, without its line end. Bytes outside ASCII read as U+FFFD."""

    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The modem waits for the text of a message (27.005 section 4.3)."""


Frame = Line | Prompt


class Framer:
    """Cut a stream of bytes into frames. The same bytes give the same frames however they are sliced."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._too_long = False
        self._after_prompt = False
        self.dropped = 0  # bytes thrown away so far, in over-long lines

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames completed by `data`. Never raises; keeps at most MAX_LINE bytes."""
        frames: list[Frame] = []
        for byte in data:
            self._step(byte, frames)
        return frames

    def reset(self) -> None:
        """Forget a half-read line: the port was opened anew."""
        self._line.clear()
        self._too_long = self._after_prompt = False

    def _step(self, byte: int, frames: list[Frame]) -> None:
        after_prompt, self._after_prompt = self._after_prompt, False
        match byte:
            case 0x0D | 0x0A:
                self._end_line(frames)
            case 0x00:
                pass  # a UART sends NULs while a modem powers up
            case 0x20 if after_prompt:
                pass
            case 0x3E if not self._line and not self._too_long:
                # Some firmware leaves out the space, so ">" alone at the start of a line is the prompt.
                self._after_prompt = True
                frames.append(Prompt())
            case _ if self._too_long:
                self.dropped += 1
            case _ if len(self._line) >= MAX_LINE:
                self.dropped += len(self._line) + 1
                self._line.clear()
                self._too_long = True
            case _:
                self._line.append(byte)

    def _end_line(self, frames: list[Frame]) -> None:
        if self._line:
            # A UART that wakes up puts noise in front of the first honest line.
            text = self._line.decode("ascii", errors="replace").lstrip(NOISE).rstrip()
            if text:
                frames.append(Line(text))
            self._line.clear()
        self._too_long = False
