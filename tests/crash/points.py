"""The named points at which the box is killed: right before and right after each step that matters.

A point is a function of the product, wrapped from outside: the product has no hook for this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Happens(StrEnum):
    """What the world must do for a step to be reached."""

    CALL = "a call"
    TEXT = "a text comes in"
    LONG_TEXT = "a text of two parts comes in"
    REPORT = "a call, and the report on its text"
    START = "a start after a stop without notice"
    DOUBT = "a start with a text in doubt"
    STORE = "a call, with a modem that keeps what it sends"
    STORE_DONE = "a start after a text went from the store"
    STORE_WENT = "a start with a text in doubt, which went from the store"
    STORE_NEVER = "a start with a text in doubt, which never went"


class When(StrEnum):
    """On which side of the step."""

    BEFORE = "before"
    AMID = "amid"  # half of the bytes are on the wire
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """One place to die. `target` is module:attribute; `needle` picks the call that has it in an argument."""

    stage: str
    target: str
    when: When
    happens: Happens = Happens.CALL
    needle: str = ""

    @property
    def comes_twice(self) -> bool:
        """Whether it is there for each part of a text of two parts."""
        return self.stage in {"prompt", "submit", "answer"} or self.happens is Happens.LONG_TEXT

    @property
    def name(self) -> str:
        """How a report calls it."""
        what = f" ({self.needle!r})" if self.needle else ""
        return f"{self.stage}: {self.when} {self.target.partition(':')[2]}{what}"


_JOURNAL = "appliance.drivers.journal:Journal"
_SESSION = "appliance.modem.session:Session"
_ROOM = "appliance.postroom:Postroom"
_STORE = "appliance.modem_store:ModemStore"
_WRITE = "appliance.drivers.serial_port:SerialPort.write"


def around(stage: str, *targets: str, happens: Happens = Happens.CALL, needle: str = "") -> tuple[Point, ...]:
    """Return the points before and after each of these steps."""
    sides = (When.BEFORE, When.AFTER)
    return tuple(Point(stage, target, side, happens, needle) for target in targets for side in sides)


# Of the box at work.
AT_WORK = (
    *around("call", f"{_JOURNAL}.call_started", f"{_JOURNAL}.call_identified"),
    *around("decide", "appliance.core.policy:decide", f"{_JOURNAL}.call_over"),
    *around("queue", f"{_JOURNAL}.queue_text", "appliance.callbook:Callbook._judge"),
    *around("prompt", f"{_SESSION}.send_text", f"{_ROOM}.commit", f"{_JOURNAL}.part_submitting"),
    *around("submit", f"{_SESSION}.submit"),
    *around("submit", _WRITE, needle="\x1a"),
    Point("submit", _WRITE, When.AMID, needle="\x1a"),
    *around("answer", f"{_ROOM}.record", f"{_JOURNAL}.part_sent"),
    *around(
        "status report",
        "appliance.reception:Reception.receive",
        f"{_JOURNAL}.delivery",
        happens=Happens.REPORT,
    ),
    *around("receive", "appliance.reception:Reception.receive", happens=Happens.TEXT),
    *around("receive", f"{_JOURNAL}.incoming", f"{_JOURNAL}.set_meaning", happens=Happens.TEXT),
    *around("receive", f"{_JOURNAL}.queue_text", happens=Happens.TEXT),
    *around("receive", f"{_JOURNAL}.incoming_part", happens=Happens.LONG_TEXT),
    *around("delete", f"{_SESSION}.delete", happens=Happens.TEXT),
    *around("delete", _WRITE, happens=Happens.TEXT, needle="AT+CMGD"),
    *around("come back", f"{_JOURNAL}.settle_interrupted", happens=Happens.START),
    *around("come back", "appliance.callbook:Callbook.close_interrupted", happens=Happens.START),
    *around("tell", f"{_JOURNAL}.queue_text", happens=Happens.DOUBT, needle="may not have gone"),
    *around("tell", f"{_JOURNAL}.set_mark", happens=Happens.DOUBT, needle="notice_board"),
)

# Of a box whose modem says afterwards what it has sent from its store.
IN_THE_STORE = (
    *around("write to the store", _WRITE, happens=Happens.STORE, needle="AT+CMGW"),
    *around("write to the store", _WRITE, happens=Happens.STORE, needle="\x1a"),
    Point("write to the store", _WRITE, When.AMID, Happens.STORE, "\x1a"),
    *around("commit the place", f"{_STORE}.commit", happens=Happens.STORE),
    *around("commit the place", f"{_JOURNAL}.part_stored", happens=Happens.STORE),
    *around("send from the store", f"{_SESSION}.submit", happens=Happens.STORE),
    *around("send from the store", _WRITE, happens=Happens.STORE, needle="AT+CMSS"),
    *around("answer", f"{_ROOM}.record", f"{_JOURNAL}.part_sent", happens=Happens.STORE),
    *around("delete", _WRITE, happens=Happens.STORE, needle="AT+CMGD"),
    *around("ask the store", f"{_STORE}.settle", happens=Happens.STORE_WENT),
    *around("learn that it went", f"{_JOURNAL}.part_sent", happens=Happens.STORE_WENT),
    *around("learn that it never went", f"{_JOURNAL}.part_never_went", happens=Happens.STORE_NEVER),
    *around("take out", f"{_JOURNAL}.part_taken_out", happens=Happens.STORE_DONE),
)
