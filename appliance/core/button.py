"""What the box's one button means: how long it was held decides, and it acts when it is let go.

While it is held the lights fill up, one at 3 s, two at 10 s, three at 20 s, so nobody has to count. Held past
25 s it does nothing and the lights show the state again: a jammed button neither acts nor blinds the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

POLL_S: Final = 0.05
_AGREE: Final = 2  # readings in a row that must agree before the button counts as moved: contacts bounce
_DARK_S: Final = 0.5  # held for longer, the lights go dark: more than a tap is being counted


class Action(StrEnum):
    """What letting the button go does."""

    SHOW = "show"  # the true state, at full brightness, for 10 s
    PAUSE = "pause"  # for 2 h, or resume
    WIFI = "wifi"  # the box's own, for 15 min
    CLEAR_PASSWORD = "clear-password"  # the page's, and nothing else  # noqa: S105 - the name of an act


# Held for at least so many seconds, the longest first.
_HOLDS: Final[tuple[tuple[float, Action | None, int | None], ...]] = (
    (25.0, None, None),
    (20.0, Action.CLEAR_PASSWORD, 3),
    (10.0, Action.WIFI, 2),
    (3.0, Action.PAUSE, 1),
    (_DARK_S, Action.SHOW, 0),
    (0.0, Action.SHOW, None),
)


@dataclass(frozen=True, slots=True)
class Button:
    """The button as it was last read. `since`: monotonic seconds when it went down, None while it is up."""

    since: float | None = None
    seen_up: bool = (
        False  # one that is down from the start, jammed or pressed at power-on, counts once let go
    )
    differs: int = 0  # readings in a row that say otherwise


def action(held: float) -> Action | None:
    """Return what letting go does after so many seconds; None past 25 s."""
    return _row(held)[1]


def lights_filled(held: float) -> int | None:
    """Return how many lights are lit while the button is held; None when they show the state."""
    return _row(held)[2]


def step(button: Button, down: bool, now: float) -> tuple[Button, Action | None]:
    """Take one reading, to be made every POLL_S. Returns the action when the button has just been let go."""
    if not button.seen_up:
        count = 0 if down else button.differs + 1
        return Button(seen_up=count >= _AGREE, differs=count % _AGREE), None
    if down == (button.since is not None):
        return Button(button.since, seen_up=True), None
    if button.differs + 1 < _AGREE:
        return Button(button.since, seen_up=True, differs=button.differs + 1), None
    if button.since is None:
        return Button(now, seen_up=True), None
    return Button(seen_up=True), action(now - button.since)


def _row(held: float) -> tuple[float, Action | None, int | None]:
    return next(row for row in _HOLDS if held >= row[0] or row[0] == 0)
