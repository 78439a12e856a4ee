"""The kinds of value a setting can hold, each checked as people, forms and the command line write it.

Every check takes the value itself or the text that spells it, and raises ValueError with one sentence for the
owner. Digits are ASCII digits; `int()` alone would take Arabic ones too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, NoReturn

from pydantic import BeforeValidator, PlainSerializer

from appliance.core import numbers
from appliance.core.characters import cannot_be_sent, plain

_TAKEN_PINS = frozenset((14, 15, 16))  # a HAT's serial port, and the button on the box
_BAUD = (9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)


def whole(least: int, most: int) -> BeforeValidator:
    """Take a whole number from `least` to `most`."""
    return BeforeValidator(lambda value: _whole(value, least, most))


def one_line(most: int, what: str) -> BeforeValidator:
    """Take a line of at most `most` letters, or None. `what` is what its owner calls it."""
    return BeforeValidator(lambda value: _one_line(value, most, what))


def _refuse(sentence: str) -> NoReturn:
    raise ValueError(sentence)


def _whole(value: object, least: int, most: int) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip(" ")):
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        _refuse(f"Enter a whole number from {least} to {most}.")
    return value


def _one_line(value: object, most: int, what: str) -> str | None:
    if value is None:
        return None
    line = " ".join(value.split()) if isinstance(value, str) else ""
    if cannot_be_sent(line):
        _refuse(f"Use only letters, numbers and signs for {what}.")
    line = " ".join(plain(line).split())  # one curly apostrophe in a name would make every text dearer
    if not line:
        _refuse(f"Enter {what}.")
    if len(line) > most:
        _refuse(f"Use {most} letters or fewer for {what}.")
    return line


def _yes_or_no(value: object) -> bool:
    match value.strip(" ").lower() if isinstance(value, str) else value:
        case True | "true" | "yes" | "on":
            return True
        case False | "false" | "no" | "off":
            return False
        case _:
            _refuse("Enter true or false.")


def _template(value: object) -> str:
    if not isinstance(value, str):
        _refuse("Write the text your callers get.")
    return value.replace("\r\n", "\n").strip()  # a form sends both; a text carries "\n"


def _owner_mobile(value: object) -> str | None:
    number = _value_or_none(value)
    if number is None:
        return None
    if not isinstance(number, str) or not numbers.can_be_texted(number):
        _refuse("Enter your mobile number, like 07700 900123.")
    return numbers.key(number)


def _lock_code(value: object) -> str | None:
    code = _value_or_none(value)
    if code is None:
        return None
    if not isinstance(code, str) or not re.fullmatch(r"[0-9]{4,8}", code):
        _refuse("Enter the 4 to 8 digits of the lock code.")
    return code


def _pence(value: object) -> float | None:
    price = _value_or_none(value)
    if isinstance(price, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", price.strip(" ")):
        price = float(price)
    if price is None:
        return None
    if type(price) not in {int, float} or not isinstance(price, int | float) or not 0 <= price <= 100:
        _refuse("Enter a price in pence from 0 to 100, like 4 or 4.5.")
    return price


def _moment(value: object) -> datetime | None:
    moment = _value_or_none(value)
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment.strip(" "))
        except ValueError:
            moment = False
    if moment is None:
        return None
    # The year is bounded so that no zone can carry it past what a datetime holds.
    if not isinstance(moment, datetime) or moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        _refuse("Enter a date and time with its zone, like 2026-11-23T14:40:00Z.")
    return moment.astimezone(UTC)


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        _refuse("Enter a date, like 2026-12-24.")
    return value


def _port(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and (value == "auto" or value.startswith("/")):
        return value
    _refuse("Enter auto, or the path of the port, like /dev/ttyUSB0.")


def _baud(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4,6}", value.strip(" ")):
        value = int(value)
    if type(value) is not int or value not in _BAUD:
        _refuse(f"Enter one of {', '.join(map(str, _BAUD))}.")
    return value


def _countries(value: object) -> tuple[str, ...]:
    codes = read_list(value)
    if not all(isinstance(code, str) and numbers.is_country(code) for code in codes):
        _refuse('Enter two-letter country codes, like ["IE", "JE"].')
    return tuple(sorted({str(code) for code in codes} - {"GB"}))  # GB is always on


def _pins(value: object) -> tuple[int, ...]:
    pins = read_list(value)
    bcm = [pin for pin in pins if type(pin) is int and 2 <= pin <= 27]
    if not len(set(bcm)) == len(pins) == 3:
        _refuse("Enter three different BCM pins from 2 to 27, like [12, 21, 25].")
    return tuple(bcm)


def _power_pin(value: object) -> int | None:
    pin = _value_or_none(value)
    if isinstance(pin, str) and re.fullmatch(r"[0-9]{1,2}", pin.strip(" ")):
        pin = int(pin)
    if pin is None:
        return None
    if type(pin) is not int or not 2 <= pin <= 27 or pin in _TAKEN_PINS:
        _refuse("Enter a BCM pin from 2 to 27, like 6, but not 14, 15 or 16. Enter none for no power key.")
    return pin


def read_list(value: object) -> list[object]:
    """Take a list, or one written as JSON, as the command line gives it."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list | tuple):
        _refuse('Write a list in square brackets, like ["IE"].')
    return list(value)


def _value_or_none(value: object) -> object:
    """Take an empty field of the page, or the command line's "none", for no value."""
    return None if isinstance(value, str) and value.strip(" ").lower() in {"", "none"} else value


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _checked(check: Callable[[object], object]) -> BeforeValidator:
    return BeforeValidator(check)


YesOrNo = Annotated[bool, _checked(_yes_or_no)]
Template = Annotated[str, _checked(_template)]
OwnerMobile = Annotated[str | None, _checked(_owner_mobile)]
LockCode = Annotated[str | None, _checked(_lock_code)]
Pence = Annotated[float | None, _checked(_pence)]
Moment = Annotated[datetime | None, _checked(_moment), PlainSerializer(_iso, when_used="json")]
Day = Annotated[date, _checked(_day)]
Port = Annotated[str, _checked(_port)]
Baud = Annotated[int, _checked(_baud)]
Countries = Annotated[tuple[str, ...], _checked(_countries)]
Pins = Annotated[tuple[int, int, int], _checked(_pins)]
PowerPin = Annotated[int | None, _checked(_power_pin)]
