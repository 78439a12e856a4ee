"""What an owner's text orders, and what it is not taken for."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import orders
from appliance.core.orders import (
    Away,
    MarkDone,
    NeverText,
    Order,
    Pause,
    ReplyToLast,
    Resume,
    ShowLast,
    ShowStatus,
    Unclear,
    read,
)
from appliance.core.settings import Settings, from_tree
from appliance.modem import gsm7

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 13, 10, tzinfo=LONDON)  # a Monday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("STATUS", ShowStatus()),
        ("status", ShowStatus()),
        (" Status. ", ShowStatus()),
        ("PAUSE 2", Pause(at("2026-11-23 15:10"))),
        ("pause 1h", Pause(at("2026-11-23 14:10"))),
        ("Pause 24 hours", Pause(at("2026-11-24 13:10"))),
        ("PAUSE", Pause(at("2026-11-23 15:10"))),
        ("ON", Resume()),
        ("LAST", ShowLast()),
        ("DONE", MarkDone()),
        ("REPLY See you at 4", ReplyToLast("See you at 4")),
        ("reply  It\u2019s fine\nDave", ReplyToLast("It's fine\nDave")),
        ("STOP 07700 900456", NeverText("+447700900456")),
        ("stop +447700900456", NeverText("+447700900456")),
        ("STOP 01632 960456", NeverText("+441632960456")),
    ],
)
def test_each_order_is_read_as_it_is_written(words: str, order: Order) -> None:
    assert read(words, Settings(), NOW) == order


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("AWAY TILL 3PM", "2026-11-23 15:00"),
        ("away until 3 pm", "2026-11-23 15:00"),
        ("AWAY TILL 3:30PM", "2026-11-23 15:30"),
        ("AWAY TIL 3.30pm.", "2026-11-23 15:30"),
        ("AWAY TILL 15:30", "2026-11-23 15:30"),
        ("AWAY TILL 3", "2026-11-23 15:00"),
        ("AWAY TILL 9", "2026-11-24 09:00"),
        ("AWAY TILL 12", "2026-11-24 12:00"),
        ("AWAY TILL 12AM", "2026-11-24 00:00"),
        ("AWAY TILL NOON", "2026-11-24 12:00"),
        ("AWAY TILL MIDNIGHT", "2026-11-24 00:00"),
        ("AWAY TILL 1PM", "2026-11-24 13:00"),
        ("AWAY TILL 9AM TOMORROW", "2026-11-24 09:00"),
        ("AWAY TILL 9AM ON FRIDAY", "2026-11-27 09:00"),
        ("AWAY TILL 9AM MON", "2026-11-30 09:00"),
        ("AWAY TILL TOMORROW", "2026-11-24 08:00"),
        ("AWAY TILL thurs", "2026-11-26 08:00"),
        ("AWAY TILL SATURDAY", "2026-11-28 08:00"),
    ],
)
def test_away_is_read_as_people_say_it(words: str, until: str) -> None:
    assert read(words, Settings(), NOW) == Away(at(until))


def test_a_day_without_a_time_is_that_days_opening() -> None:
    late = from_tree({"hours": {"fri": "10:30-16:00"}})
    assert read("AWAY TILL FRIDAY", late, NOW) == Away(at("2026-11-27 10:30"))


def test_hours_of_a_pause_are_hours_when_the_clocks_change() -> None:
    assert read("PAUSE 2", Settings(), at("2026-10-25 00:30")) == Pause(
        at("2026-10-25 01:30").replace(fold=1)
    )


@pytest.mark.parametrize(
    "words",
    [
        "",
        "HELP",
        "OFF",
        "STATUS now",
        "PAUSE 0",
        "PAUSE 73",
        "PAUSE 2.5",
        "PAUSE two",
        "PAUSE \u0662",
        "PAUSE -1",
        "ON please",
        "AWAY",
        "AWAY TILL",
        "AWAY 3PM",
        "AWAY TILL 25",
        "AWAY TILL 13PM",
        "AWAY TILL 3:60",
        "AWAY TILL CHRISTMAS",
        "REPLY",
        "REPLY \x00",
        "STOP",
        "STOP it",
        "STOP 60123",
        "DONE 2",
        "Hello",
        "PAUSE2",
    ],
)
def test_what_is_not_wholly_understood_is_not_done(words: str) -> None:
    assert read(words, Settings(), NOW) == Unclear(orders.HELP)


def test_a_reply_of_more_than_four_parts_is_not_sent() -> None:
    assert read("REPLY " + "x" * 612, Settings(), NOW) == ReplyToLast("x" * 612)
    assert read("REPLY " + "x" * 613, Settings(), NOW) == Unclear(orders.TOO_LONG)


def test_the_help_is_one_part_and_names_every_order() -> None:
    assert len(gsm7.split(orders.HELP).texts) == 1
    for verb in ("STATUS", "PAUSE 2", "ON", "AWAY TILL 3PM", "LAST", "REPLY words", "STOP number", "DONE"):
        assert verb in orders.HELP


def test_what_callers_wrote_and_who_they_are_stays_out_of_a_log() -> None:
    assert "secret" not in repr(ReplyToLast("secret"))
    assert "900456" not in repr(NeverText("+447700900456"))


verbs = st.sampled_from(["", "STATUS ", "PAUSE ", "AWAY TILL ", "REPLY ", "STOP ", "ON"])


@given(
    verbs,
    st.text(max_size=60),
    st.datetimes(at("2026-01-01").replace(tzinfo=None), timezones=st.just(LONDON)),
)
def test_any_words_are_an_order_or_unclear(verb: str, words: str, now: datetime) -> None:
    if now.year > 9000:
        return
    match read(verb + words, Settings(), now):
        case Pause(until) | Away(until):
            assert until.timestamp() > now.timestamp() - 3600
        case Unclear(answer):
            assert answer in {orders.HELP, orders.TOO_LONG}
        case order:
            assert isinstance(order, Order)
