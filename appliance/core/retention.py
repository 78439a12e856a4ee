"""When a clock may be believed that says that something is old enough to be forgotten.

To forget is final, and a clock can be wrong: a Pi has none of its own, and a time server or a phone network
can be years ahead. So a time more than a month after the one last believed must be borne out first, by a box
that has worked with it for two days; and so must the first time of all, for calls may have come before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

A_JUMP = timedelta(days=31)
BORNE_OUT = timedelta(hours=48)  # of work, which may be spread over many starts
NOTED_EVERY = timedelta(days=7)  # the time believed is written down no oftener: an idle box writes nothing
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Believed:
    """The time last believed. `doubted` is one far ahead, with which the box has `worked` for so long."""

    at: datetime
    doubted: datetime | None = None
    worked: timedelta = timedelta(0)


def next_belief(before: Believed | None, now: datetime, worked: timedelta) -> Believed:
    """Return what is believed once the clock, which is sure of itself, says `now`.

    `worked` is how long the box has run since it was last asked. `before` None: no time was ever sure.
    """
    if before is None:
        return Believed(now, doubted=now)
    first = before.doubted == before.at
    if not first and now - before.at <= A_JUMP:
        return Believed(now) if abs(now - before.at) >= NOTED_EVERY else Believed(before.at)
    since = before.doubted
    if since is None or not since - _SLACK <= now <= since + A_JUMP:
        return Believed(now if first else before.at, doubted=now)  # the first jump, or another one
    doubt = replace(before, worked=before.worked + worked)
    return Believed(now) if doubt.worked >= BORNE_OUT else doubt


def forget_before(belief: Believed, now: datetime, keep_days: int) -> datetime | None:
    """Return the moment before which everything is forgotten, None while the time is in doubt."""
    return None if belief.doubted is not None else now - timedelta(days=keep_days)


def to_mark(belief: Believed) -> str:
    """Return the belief as it is written down."""
    seconds = belief.worked.total_seconds()
    return f"{belief.at.isoformat()} {belief.doubted.isoformat() if belief.doubted else '-'} {seconds:.0f}"


def from_mark(mark: str | None) -> Believed | None:
    """Read what `to_mark` wrote, None where that cannot be."""
    try:
        at, doubted, seconds = (mark or "").split()
        belief = Believed(
            datetime.fromisoformat(at),
            None if doubted == "-" else datetime.fromisoformat(doubted),
            timedelta(seconds=int(seconds)),
        )
    except (ValueError, OverflowError):
        return None
    moments = [belief.at, *([belief.doubted] if belief.doubted else [])]
    return belief if all(moment.tzinfo is not None for moment in moments) else None
