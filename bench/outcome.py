"""What came of a scenario: texts lost, doubled, late and unwanted, and how long the others took."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.contestants import OWNER
from bench.wire import Rung, Text, plain

LATE_S = 60.0  # about when a caller who has heard nothing rings the next name on the list


@dataclass(slots=True)
class Outcome:
    """One contestant's scenario. `asked`, `accepted`: seconds from each call's end, to AT+CMGS and to +CMGS.

    `cut_off`: callers who were hung up on while it rang. `note`: in words, what the counts do not say.
    """

    contestant: str
    scenario: str
    calls: int = 0
    expected: int = 0
    lost: int = 0
    doubled: int = 0
    late: int = 0
    unwanted: int = 0
    cut_off: int = 0
    asked: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def flawless(self) -> bool:
        """Whether everybody who should have a text has one, and everybody was left to ring."""
        return not (self.lost or self.doubled or self.late or self.unwanted or self.cut_off)


class Witness(Protocol):
    """What is asked of a `Wire` once all is over."""

    rung: list[Rung]

    def texts(self) -> list[Text]:
        """Return every text the network took."""
        ...

    def end_of(self, call: Rung) -> float:
        """Return when the call was over."""
        ...

    def cut_off(self, call: Rung) -> float | None:
        """Return when the caller was hung up on, None when never."""
        ...


def judge(outcome: Outcome, wire: Witness, expecting: Iterable[Rung], queued: Sequence[str] = ()) -> Outcome:
    """Count what became of the calls that deserve a text each, and of texts that were `queued`."""
    # Textback tells its owner of some things by text.
    texts = [text for text in wire.texts() if text.number != OWNER]
    to = Counter(text.number for text in texts)
    wanted: dict[str, Rung | None] = {plain(call.number): call for call in expecting}
    wanted |= dict.fromkeys(queued)
    outcome.calls = len(wire.rung)
    outcome.expected = len(wanted)
    outcome.cut_off = sum(wire.cut_off(call) is not None for call in wire.rung)
    outcome.lost = sum(not to[number] for number in wanted)
    outcome.doubled = sum(count - 1 for number, count in to.items() if number in wanted)
    outcome.unwanted = sum(count for number, count in to.items() if number not in wanted)
    for number, call in wanted.items():
        first = _first(texts, number)
        if call is not None and first is not None:
            end = wire.end_of(call)
            outcome.asked.append(first.asked - end)
            outcome.accepted.append(first.accepted - end)
    outcome.late = sum(seconds > LATE_S for seconds in outcome.accepted)
    return outcome


def _first(texts: Sequence[Text], number: str) -> Text | None:
    return next((text for text in texts if text.number == number), None)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all does not exceed; NaN for none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
