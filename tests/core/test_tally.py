"""What the box remembers of its own texts when the clock on the wall is moved."""

from __future__ import annotations

from appliance.core.tally import Tally

CALLER, OTHER = "+447700900123", "+447700900456"
DAY = 24 * 3600.0


def test_texts_are_counted_by_how_long_ago_they_were() -> None:
    tally = Tally()
    for text_id, (key, at) in enumerate([(CALLER, 0.0), (OTHER, 100.0), (CALLER, 600.0)]):
        tally.note(text_id, key, at)
    assert [tally.since(600, now) for now in (600, 699, 700, 1199, 1200)] == [2, 2, 1, 1, 0]
    assert (tally.to(CALLER, DAY, 600), tally.to(OTHER, DAY, 600), tally.to(CALLER, 600, 600)) == (2, 1, 1)


def test_a_text_that_failed_no_longer_counts() -> None:
    tally = Tally()
    tally.note(1, CALLER, 0)
    assert tally.ids() == (1,)
    tally.forget(1)
    tally.forget(2)
    assert tally.to(CALLER, DAY, 1) == 0
    assert tally.ids() == ()


def test_nothing_is_remembered_for_longer_than_any_limit_asks() -> None:
    tally = Tally()
    for text_id in range(1000):
        tally.note(text_id, CALLER, text_id * DAY)
    assert tally.since(10_000 * DAY, 1000 * DAY) == 31
