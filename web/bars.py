"""Pictures of counts, drawn by the server as bars: calls missed, those texted, those who wrote back.

A column is a pale bar with a solid and a narrow one standing in it, so that it is read without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEIGHT = 84  # units of the drawing, as everything here
_LEAST = 4  # calls that fill the height, so that one call does not look like a rush
_LABELS = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of some calls: each number is a part of the one before it."""

    missed: int = 0
    texted: int = 0
    wrote_back: int = 0

    def __add__(self, other: Counted) -> Counted:
        """Return both together."""
        return Counted(
            self.missed + other.missed, self.texted + other.texted, self.wrote_back + other.wrote_back
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a column. `kind` names its look: "missed", "texted" or "wrote-back"."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its bars, and the label below it, "" for none."""

    label: str
    middle: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of so many units, with the names and numbers it stands for."""

    width: float
    height: float
    floor: float
    columns: tuple[Column, ...]


def draw(counts: Sequence[Counted], labels: Sequence[str], width: int = 288) -> Drawing:
    """Draw a column for each count. `labels` has as many entries."""
    step = width / len(counts)
    most = max(_LEAST, *(count.missed for count in counts))
    columns = tuple(
        Column(label, _round(step * (place + 0.5)), tuple(_bars(count, step * place, step, most)))
        for place, (count, label) in enumerate(zip(counts, labels, strict=True))
    )
    return Drawing(width, _HEIGHT + _LABELS, _HEIGHT, columns)


def _bars(count: Counted, left: float, step: float, most: int) -> list[Bar]:
    return [
        Bar(
            kind,
            x=_round(left + step * (1 - share) / 2),
            y=_round(_HEIGHT - number * _HEIGHT / most),
            width=_round(step * share),
            height=_round(number * _HEIGHT / most),
        )
        for kind, number, share in (
            ("missed", count.missed, 0.8),
            ("texted", count.texted, 0.8),
            ("wrote-back", count.wrote_back, 0.35),
        )
        if number
    ]


def _round(units: float) -> float:
    """Return a length without more decimals than can be seen."""
    rounded = round(units, 1)
    return int(rounded) if rounded == int(rounded) else rounded
