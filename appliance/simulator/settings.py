"""The modem's own settings: what ATZ restores, AT&F resets and AT&W keeps. One row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.simulator.answers import Answer, BadParameter
from appliance.simulator.at_parser import Form, Request

if TYPE_CHECKING:
    from appliance.simulator.device import Device

Allowed = range | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One command whose values are numbers. `suffix` follows the values in the answer to `?`."""

    name: str
    defaults: tuple[int, ...]
    allowed: tuple[Allowed, ...]
    suffix: str = ""


BITS = range(2)

ROWS = (
    # V.250: S-parameters and the one-letter commands
    Row("E", (1,), (BITS,)),
    Row("V", (1,), (BITS,)),
    Row("Q", (0,), (BITS,)),
    Row("X", (4,), (range(5),)),
    Row("L", (0,), (range(4),)),
    Row("M", (0,), (range(4),)),
    Row("&C", (1,), (BITS,)),
    Row("&D", (0,), (range(3),)),
    Row("&K", (0,), ((0, 3),)),
    Row("&S", (0,), (BITS,)),
    Row("S0", (0,), (range(256),)),
    Row("S3", (13,), (range(128),)),
    Row("S4", (10,), (range(128),)),
    Row("S5", (8,), (range(128),)),
    Row("S6", (2,), (range(256),)),
    Row("S7", (60,), (range(256),)),
    Row("S8", (2,), (range(256),)),
    Row("S10", (15,), (range(256),)),
    Row("+IPR", (115200,), ((0, 9600, 19200, 38400, 57600, 115200, 230400, 460800),)),
    Row("+ICF", (3, 3), (range(7), range(4))),
    Row("+IFC", (0, 0), (range(3), range(3))),
    Row("+FCLASS", (0,), ((0,),)),
    # 27.007
    Row("+CMEE", (0,), (range(3),)),
    Row("+CREG", (0,), (range(3),)),
    Row("+CGREG", (0,), (range(3),)),
    Row("+CEREG", (0,), (range(3),)),
    Row("+CLIP", (0,), (BITS,), ",1"),
    Row("+CLIR", (0,), (range(3),), ",4"),
    Row("+COLP", (0,), (BITS,), ",0"),
    Row("+CRC", (0,), (BITS,)),
    Row("+CVHU", (0,), (range(3),)),
    Row("+CSSN", (0, 0), (BITS, BITS)),
    Row("+CTZU", (0,), (BITS,)),
    Row("+CTZR", (0,), (range(3),)),
    Row("+CSTA", (129,), ((129, 145),)),
    Row("+CMOD", (0,), ((0,),)),
    # 27.005
    Row("+CMGF", (0,), (BITS,)),
    Row("+CMMS", (0,), (range(3),)),
    Row("+CSDH", (0,), (BITS,)),
)

_UNSPOKEN = ("+CREG", "+CGREG", "+CEREG")  # their `?` says more than the setting


class Settings:
    """The values in force, and those that AT&W has kept."""

    def __init__(self, changed: Mapping[str, tuple[int, ...]]) -> None:
        self._rows = {row.name: row for row in ROWS}
        self._factory = {row.name: changed.get(row.name, row.defaults) for row in ROWS}
        self._kept = dict(self._factory)
        self._values = dict(self._kept)

    def get(self, name: str, place: int = 0) -> int:
        """Return one value of a setting."""
        return self._values[name][place]

    def set(self, name: str, values: Sequence[int | None]) -> None:
        """Change the values that are given. BadParameter when one is out of range or there are too many."""
        row, now = self._rows[name], self._values[name]
        if len(values) > len(now):
            raise BadParameter
        wanted = [old if new is None else new for new, old in zip(values, now, strict=False)]
        if any(value not in allowed for value, allowed in zip(wanted, row.allowed, strict=False)):
            raise BadParameter
        self._values[name] = (*wanted, *now[len(wanted) :])

    def reset(self) -> None:
        """Go back to what was kept, as ATZ and a restart do."""
        self._values = dict(self._kept)

    def factory(self) -> None:
        """Go back to the maker's values, as AT&F does."""
        self._values = dict(self._factory)

    def keep(self) -> None:
        """Keep the values in force over a restart, as AT&W does."""
        self._kept = dict(self._values)


def ranges(allowed: tuple[Allowed, ...]) -> str:
    """Return the value ranges as a test form prints them, such as (0-2),(0,1)."""
    return ",".join(_range(one) for one in allowed)


def _range(allowed: Allowed) -> str:
    if isinstance(allowed, range) and len(allowed) > 2:
        return f"({allowed[0]}-{allowed[-1]})"
    return "(" + ",".join(str(value) for value in allowed) + ")"


def handle(device: Device, request: Request) -> Answer:
    """Read, test or change one setting of the table."""
    row = next(row for row in ROWS if row.name == request.name)
    head = "" if not row.name.startswith("+") else f"{row.name}: "
    match request.form:
        case Form.TEST:
            return Answer((head + ranges(row.allowed),))
        case Form.READ:
            values = [device.settings.get(row.name, place) for place in range(len(row.defaults))]
            if row.name.startswith("S"):
                return Answer((f"{values[0]:03d}",))
            return Answer((head + ",".join(map(str, values)) + row.suffix,))
        case Form.EXECUTE if not request.values:
            device.settings.set(row.name, [0 if head == "" else row.defaults[0]])
        case _:
            values_given = [request.number(i, -1) for i in range(len(request.values))]
            device.settings.set(row.name, [None if value == -1 else value for value in values_given])
    return Answer()


COMMANDS = {row.name: handle for row in ROWS if row.name not in _UNSPOKEN}
