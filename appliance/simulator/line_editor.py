"""From characters to command lines (V.250 sections 5.2 and 5.3): the prefix, editing, termination, and A/."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What stood between AT and the termination character."""

    body: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that did not fit the buffer; it is answered with ERROR."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A/ : do the last line again. It needs no termination character."""


Typed = CommandLine | TooLong | Repeat


class _State(Enum):
    HUNTING = 0  # nothing means anything until an A
    PREFIX = 1
    BODY = 2


class LineEditor:
    """Collects one command line. `capacity` counts the characters after AT."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._state = _State.HUNTING
        self._body: list[str] = []
        self._overflowed = False

    def feed(self, character: str, *, terminator: str, backspace: str) -> Typed | None:
        """Take one character; return what it completed, or None. The other two are those of S3 and S5."""
        match self._state:
            case _State.HUNTING:
                if character in "aA":
                    self._state = _State.PREFIX
            case _State.PREFIX:
                return self._prefix(character, backspace)
            case _State.BODY:
                return self._collect(character, terminator, backspace)
        return None

    def clear(self) -> None:
        """Forget what was typed so far."""
        self._state = _State.HUNTING
        self._body.clear()
        self._overflowed = False

    def _prefix(self, character: str, backspace: str) -> Typed | None:
        if character == "/":
            self.clear()
            return Repeat()
        if character in "tT":
            self._state = _State.BODY
        elif character == backspace or character not in "aA":
            self.clear()
        return None

    def _collect(self, character: str, terminator: str, backspace: str) -> Typed | None:
        if character == terminator:
            body, overflowed = "".join(self._body), self._overflowed
            self.clear()
            return TooLong() if overflowed else CommandLine(body)
        if character == backspace:
            if self._body:
                self._body.pop()
        elif character >= " ":  # 5.2.2: other control characters are ignored
            if len(self._body) < self._capacity:
                self._body.append(character)
            else:
                self._overflowed = True
        return None
