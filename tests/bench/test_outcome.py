"""How what came of a scenario is counted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest

from bench.outcome import Outcome, judge, quantile
from bench.wire import Rung, Text, plain


@dataclass
class Heard:
    """A wire after the event."""

    rung: list[Rung]
    sent: list[Text]
    cut: list[str] = field(default_factory=list)

    def texts(self) -> list[Text]:
        return self.sent

    def end_of(self, call: Rung) -> float:
        return call.leaves

    def cut_off(self, call: Rung) -> float | None:
        return call.placed if call.number in self.cut else None


ANN = Rung("07700900101", 0.0, 5.0, 3)
BOB = Rung("+447700900102", 10.0, 15.0, 3)


def judged(*sent: Text, cut: tuple[str, ...] = (), queued: tuple[str, ...] = ()) -> Outcome:
    return judge(Outcome("ours", "calls"), Heard([ANN, BOB], list(sent), list(cut)), [ANN, BOB], queued)


def test_a_text_to_everybody_is_flawless_and_timed_from_the_end_of_each_call() -> None:
    found = judged(Text("07700900101", 5.5, 6.0), Text("07700900102", 15.25, 16.0))
    assert (found.lost, found.doubled, found.late, found.unwanted, found.cut_off) == (0, 0, 0, 0, 0)
    assert found.asked == [0.5, 0.25]
    assert found.accepted == [1.0, 1.0]


def test_lost_doubled_late_and_wrong_ones_are_counted_apart() -> None:
    ann = Text("07700900101", 80.0, 81.0)
    found = judged(ann, ann, Text("+07700900102", 16.0, 17.0), cut=("07700900101",))
    assert (found.lost, found.doubled, found.late, found.unwanted, found.cut_off) == (1, 1, 1, 1, 1)


def test_what_the_owner_is_told_is_no_text_too_many() -> None:
    both = (Text("07700900101", 5.5, 6.0), Text("07700900102", 15.25, 16.0))
    assert judged(*both, Text("07700900999", 20.0, 21.0)).unwanted == 0


def test_queued_texts_are_awaited_as_well() -> None:
    both = (Text("07700900101", 5.5, 6.0), Text("07700900102", 15.25, 16.0))
    found = judged(*both, Text("07700900103", 20.0, 21.0), queued=("07700900103", "07700900104"))
    assert (found.expected, found.lost, found.unwanted) == (4, 1, 0)


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (0.5, 2.0), (0.51, 3.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0)]
)
def test_a_quantile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert quantile([4.0, 1.0, 3.0, 2.0], share) == value


def test_nothing_seen_has_no_quantile() -> None:
    assert math.isnan(quantile([], 0.5))


@pytest.mark.parametrize("number", ["07700900101", "+447700900101"])
def test_two_spellings_of_a_number_are_one(number: str) -> None:
    assert plain(number) == "07700900101"
