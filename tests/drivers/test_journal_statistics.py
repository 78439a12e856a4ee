"""How the box is doing: by the hour, by the caller, by the second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from appliance.core.outbox import TextKind
from appliance.drivers.journal import HourCounts, Share
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, wrote

if TYPE_CHECKING:
    from datetime import datetime

    from appliance.drivers.journal import Journal

RANG = timedelta(seconds=18)


def texted(journal: Journal, number: str, at: datetime, *, took: float = 4.0) -> int:
    """Note a missed call whose text had gone `took` seconds after its end."""
    call_id = missed_call(journal, number, at)
    text_id = queued(journal, number, at + RANG, call_id=call_id)
    gone = at + RANG + timedelta(seconds=took)
    journal.part_submitting(text_id, 1, gone)
    journal.part_sent(text_id, 1, 7, gone)
    return text_id


def test_calls_are_counted_by_the_hour_with_what_came_of_them(journal: Journal) -> None:
    texted(journal, ANN, after(minutes=5))
    missed_call(journal, None, after(minutes=50), "WITHHELD")
    texted(journal, BOB, after(hours=2))
    wrote(journal, ANN, at=after(minutes=30))
    assert journal.counts_by_hour(MONDAY) == [
        HourCounts(MONDAY, missed=2, texted=1, wrote_back=1),
        HourCounts(after(hours=2), missed=1, texted=1, wrote_back=0),
    ]


def test_an_older_call_is_not_counted(journal: Journal) -> None:
    texted(journal, ANN, after(hours=-1))
    assert journal.counts_by_hour(MONDAY) == []
    assert journal.share_who_wrote_back(MONDAY) == Share(texted=0, wrote_back=0)
    assert journal.seconds_to_text(MONDAY) == []


def test_who_writes_days_later_did_not_write_back_to_that_text(journal: Journal) -> None:
    texted(journal, ANN, MONDAY)
    wrote(journal, ANN, at=after(days=4))
    assert [hour.wrote_back for hour in journal.counts_by_hour(MONDAY)] == [0]


def test_who_wrote_before_the_text_did_not_answer_it(journal: Journal) -> None:
    wrote(journal, ANN, at=after(minutes=1))
    texted(journal, ANN, after(hours=1))
    assert journal.share_who_wrote_back(MONDAY) == Share(texted=1, wrote_back=0)


def test_a_caller_counts_once_however_often_they_ring_and_write(journal: Journal) -> None:
    for day in range(3):
        texted(journal, ANN, after(days=day))
        wrote(journal, ANN, f"Day {day}", after(days=day, hours=1))
        wrote(journal, ANN, f"And on day {day}", after(days=day, hours=2))
    texted(journal, BOB, MONDAY)
    assert journal.share_who_wrote_back(MONDAY) == Share(texted=2, wrote_back=1)


def test_the_seconds_to_each_text_come_shortest_first(journal: Journal) -> None:
    texted(journal, ANN, MONDAY, took=6.5)
    texted(journal, BOB, after(hours=1), took=3.0)
    assert journal.seconds_to_text(MONDAY) == [3.0, 6.5]


def test_a_text_that_waits_or_belongs_to_no_call_took_no_time(journal: Journal) -> None:
    queued(journal, ANN, call_id=missed_call(journal, ANN))
    reply = queued(journal, BOB, kind=TextKind.REPLY)
    journal.part_submitting(reply, 1, after(seconds=1))
    journal.part_sent(reply, 1, 8, after(seconds=2))
    assert journal.seconds_to_text(MONDAY) == []
    assert [hour.texted for hour in journal.counts_by_hour(MONDAY)] == [0]


def test_a_clock_that_was_set_back_makes_no_negative_time(journal: Journal) -> None:
    texted(journal, ANN, MONDAY, took=-3600)
    assert journal.seconds_to_text(MONDAY) == []
