"""What the box remembers of its own texts when the clock on the wall is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.tally import Tally, reckoned

CALLER, OTHER = "+447700900123", "+447700900456"
DAY = 24 * 3600.0
NOW = datetime(2026, 11, 23, 13, 10, tzinfo=UTC)


def test_texts_are_counted_by_how_long_ago_they_were() -> None:
    tally = Tally()
    for text_id, (key, at) in enumerate([(CALLER, 0.0), (OTHER, 100.0), (CALLER, 600.0)]):
        tally.note(text_id, key, at)
    assert [tally.since(600, now) for now in (600, 699, 700, 1199, 1200)] == [2, 2, 1, 1, 0]
    assert (tally.to(CALLER, DAY, 600), tally.to(OTHER, DAY, 600), tally.to(CALLER, 600, 600)) == (2, 1, 1)


def test_a_text_that_failed_no_longer_counts() -> None:
    tally = Tally()
    tally.note(1, CALLER, 0)
    tally.forget(1)
    tally.forget(2)
    assert tally.to(CALLER, DAY, 1) == 0


def test_nothing_is_remembered_for_longer_than_any_limit_asks() -> None:
    tally = Tally()
    for text_id in range(1000):
        tally.note(text_id, CALLER, text_id * DAY)
    assert tally.since(10_000 * DAY, 1000 * DAY) == 31


@pytest.mark.parametrize(
    ("now", "sure", "newest", "reckons"),
    [
        (NOW, True, NOW - timedelta(days=1), NOW),
        (NOW, True, NOW + timedelta(days=3650), NOW),  # that clock was wrong: this one is believed
        (NOW.replace(year=1970), False, NOW, NOW),
        (NOW, False, NOW - timedelta(days=1), NOW),
        (NOW.replace(year=1970), False, None, NOW.replace(year=1970)),
    ],
)
def test_an_unsure_clock_is_never_before_the_newest_text(
    now: datetime, sure: bool, newest: datetime | None, reckons: datetime
) -> None:
    assert reckoned(now, sure=sure, newest=newest) == reckons
