"""From a command line to commands: basic, S-parameter, extended (V.250 sections 5.3 and 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from appliance.simulator.answers import BadParameter, Refused


class Form(Enum):
    """How a command was asked: plain, `?`, `=?` or with values."""

    EXECUTE = ""
    READ = "?"
    TEST = "=?"
    SET = "="


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a command. An omitted one is None in its place."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One command: name in capitals (`+CSQ`, `E`, `&F`, `S3`, `D`), form, values, and how it was typed."""

    name: str
    form: Form
    values: tuple[Value | None, ...] = ()
    typed: str = ""

    def number(self, place: int, default: int | None = None) -> int:
        """Return a numeric value, or the default when it was left out. BadParameter when neither is there."""
        value = self._value(place)
        if value is None:
            if default is None:
                raise BadParameter
            return default
        if value.quoted or not value.text.isdecimal():
            raise BadParameter
        return int(value.text)

    def choice(self, place: int, allowed: range | tuple[int, ...], default: int | None = None) -> int:
        """Return a numeric value that must be one of those allowed."""
        number = self.number(place, default)
        if number not in allowed:
            raise BadParameter
        return number

    def string(self, place: int, default: str | None = None) -> str:
        """Return a string value; quotes are forgiven when they are missing, as most modems do."""
        value = self._value(place)
        if value is None:
            if default is None:
                raise BadParameter
            return default
        return value.text

    def _value(self, place: int) -> Value | None:
        return self.values[place] if place < len(self.values) else None


EXTENDED = "+^*$#%!"  # what the name of an extended command begins with
_BASIC = re.compile(r"(&?[A-Z])([0-9]*)", re.IGNORECASE)
_S_PARAMETER = re.compile(r"S([0-9]+)(=[0-9]*|\?)?", re.IGNORECASE)
_NAME = re.compile(r"[+^*$#%!][A-Z0-9!%./:_-]+", re.IGNORECASE)
_VALUE = re.compile(r' *(?:"((?:[^"\\]|\\.)*)"|([^,"]*?)) *(,|$)')


def requests_of(body: str) -> Iterator[Request]:
    """Yield the commands of a line, left to right. Refused when the reader meets what is no command.

    What stands before the mistake has been carried out by then (V.250 section 5.4.3 leaves that so).
    """
    rest = _without_spaces(body)
    while rest:
        if rest[0] in EXTENDED:
            request, rest = _extended(rest)
        else:
            request, rest = _basic(rest)
        yield request


def _without_spaces(body: str) -> str:
    pieces = body.split('"')
    return '"'.join(p.replace(" ", "") if i % 2 == 0 else p for i, p in enumerate(pieces))


def _extended(text: str) -> tuple[Request, str]:
    name = _NAME.match(text)
    if name is None:
        raise Refused
    end = _end_of_command(text)
    command, rest = text[:end], text[end + 1 :]
    tail = command[name.end() :]
    upper = name[0].upper()
    if tail == "":
        return Request(upper, Form.EXECUTE, (), command), rest
    if tail == "?":
        return Request(upper, Form.READ, (), command), rest
    if tail == "=?":
        return Request(upper, Form.TEST, (), command), rest
    if tail[0] != "=":
        raise Refused
    return Request(upper, Form.SET, _values(tail[1:]), command), rest


def _end_of_command(text: str) -> int:
    quoted = False
    for i, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            return i
    return len(text)


def _values(text: str) -> tuple[Value | None, ...]:
    values: list[Value | None] = []
    at = 0
    while True:
        found = _VALUE.match(text, at)
        if found is None:
            raise BadParameter
        if found[1] is not None:
            values.append(Value(_unescape(found[1]), quoted=True))
        else:
            values.append(Value(found[2], quoted=False) if found[2] else None)
        if not found[3]:
            return tuple(values)
        at = found.end()


def _unescape(text: str) -> str:
    r"""Return a string constant's characters: \22 is the quotation mark (V.250 section 5.4.2.2)."""
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)


def _basic(text: str) -> tuple[Request, str]:
    if text[0] == ";":  # an extended command may follow a basic one with or without it
        return _next_after_separator(text)
    if text[0] in "dD":  # everything to the end of the line, or past the ; that makes it a voice call
        end = text.find(";") + 1 or len(text)
        return Request("D", Form.SET, (Value(text[1:end], quoted=False),), text[:end]), text[end:]
    s = _S_PARAMETER.match(text)
    if s is not None:
        name, tail = f"S{int(s[1])}", s[2] or ""
        if tail.startswith("="):
            value = (Value(tail[1:], quoted=False),) if tail[1:] else ()
            return Request(name, Form.SET, value, s[0]), text[s.end() :]
        return Request(name, Form.READ if tail else Form.EXECUTE, (), s[0]), text[s.end() :]
    basic = _BASIC.match(text)
    if basic is None:
        raise Refused
    values = (Value(basic[2], quoted=False),) if basic[2] else ()
    return Request(basic[1].upper(), Form.EXECUTE, values, basic[0]), text[basic.end() :]


def _next_after_separator(text: str) -> tuple[Request, str]:
    rest = text.lstrip(";")
    if not rest:
        raise Refused
    return _extended(rest) if rest[0] in EXTENDED else _basic(rest)
