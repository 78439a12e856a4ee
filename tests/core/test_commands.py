"""Who can order the box about by text, and what they are told. Check 29."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import answers, commands, orders
from appliance.core.commands import MOST_WRONG, Guard, Heard, from_record, hear, redacted, to_record
from appliance.core.orders import ReplyToLast, ShowStatus
from appliance.core.settings import Settings, from_tree
from appliance.modem import gsm7

NOW = datetime(2026, 11, 23, 13, 10, tzinfo=ZoneInfo("Europe/London"))
PIN = "4821"
BOX = from_tree({"owner_mobile": "07700900999", "commands": {"enabled": True, "pin": PIN}})


def after(*texts: str, now: datetime = NOW, settings: Settings = BOX) -> Heard:
    """Hear these texts one after the other."""
    heard = Heard(Guard())
    for words in texts:
        heard = hear(heard.guard, settings, words, now)
    return heard


def test_the_right_lock_code_gives_an_order() -> None:
    assert after("4821 STATUS").order == ShowStatus()
    assert after(" 4821: reply On my way").order == ReplyToLast("On my way")
    assert after("4821, status").answer is None


def test_an_order_that_is_not_understood_is_answered_with_help() -> None:
    assert after("4821 make tea") == Heard(Guard(), answer=orders.HELP)
    assert after("4821") == Heard(Guard(), answer=orders.HELP)


@pytest.mark.parametrize(
    "words",
    [
        "STATUS",
        "PAUSE 2",
        "STOP",
        "",
        "Thanks",
        "07700900123 STATUS",
        "123 STATUS",
        "\u0664\u0668\u0662\u0661 STATUS",
    ],
)
def test_security_check_29_a_text_without_a_lock_code_is_as_if_nobody_had_written(words: str) -> None:
    assert after("1111 ON", words).guard == Guard(wrong=1)
    assert (after(words).order, after(words).answer) == (None, None)


@pytest.mark.parametrize(
    "tree",
    [
        {"owner_mobile": "07700900999"},
        {"owner_mobile": "07700900999", "commands": {"pin": PIN}},
        {"commands": {"enabled": True, "pin": PIN}},
    ],
)
def test_orders_are_off_until_the_owner_turns_them_on(tree: dict[str, object]) -> None:
    assert after(f"{PIN} STATUS", settings=from_tree(tree)) == Heard(Guard())
    assert not Settings().commands.enabled


def test_a_wrong_lock_code_is_told_with_the_tries_left() -> None:
    assert after("1111 STATUS").answer == (
        "That lock code is wrong. 4 more tries, then orders by text go off."
    )
    assert "1 more try," in (after(*["1111 STATUS"] * 4).answer or "")


def test_security_check_29_five_wrong_lock_codes_turn_orders_off_for_a_day_and_that_is_told() -> None:
    heard = after(*["1111 STATUS"] * MOST_WRONG)
    assert heard.order is None
    assert heard.answer == (
        "5 wrong lock codes came from your number. Orders by text are off till 1:10pm tomorrow."
    )
    assert hear(heard.guard, BOX, "4821 STATUS", NOW + timedelta(hours=23, minutes=59)) == Heard(heard.guard)
    assert hear(heard.guard, BOX, "4821 STATUS", NOW + timedelta(hours=24)).order == ShowStatus()


def test_while_orders_are_off_nothing_is_answered_and_no_try_counts() -> None:
    off = after(*["1111 STATUS"] * MOST_WRONG).guard
    for attempt in range(100):
        assert hear(off, BOX, f"{attempt:04} STATUS", NOW + timedelta(minutes=attempt)) == Heard(off)


def test_a_right_lock_code_forgives_the_wrong_ones_before_it() -> None:
    assert after("1111 ON", "1111 ON", "4821 ON").guard == Guard()


def test_the_day_off_ends_only_when_the_clock_says_so() -> None:
    off = after(*["1111 STATUS"] * MOST_WRONG).guard
    assert hear(off, BOX, "4821 STATUS", NOW.replace(year=1970)).order is None


def test_security_check_29_a_guesser_gets_five_tries_a_day() -> None:
    guard, tried = Guard(), 0
    for minute in range(0, 7 * 24 * 60, 5):
        before = guard
        heard = hear(guard, BOX, "1111 STATUS", NOW + timedelta(minutes=minute))
        guard = heard.guard
        tried += heard.answer is not None or guard != before
    assert tried <= 5 * 7


def test_the_guard_survives_a_restart() -> None:
    for guard in (Guard(), Guard(wrong=3), after(*["1111 STATUS"] * MOST_WRONG).guard):
        assert from_record(json.loads(json.dumps(to_record(guard)))) == guard


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"wrong": -1},
        {"wrong": True},
        {"wrong": "0"},
        {"wrong": 0, "off_until": "soon"},
        {"wrong": 0, "off_until": "2026-11-23T13:10:00"},
    ],
)
def test_a_guard_that_cannot_be_read_is_a_strict_one(record: dict[str, object]) -> None:
    assert from_record(record) == Guard(wrong=4)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("4821 STATUS", "**** STATUS"),
        (" 4821: PAUSE 2", " ****: PAUSE 2"),
        ("1111 STATUS", "**** STATUS"),
        ("12345678 STATUS", "**** STATUS"),
        ("PAUSE 2 4821", "PAUSE 2 ****"),
        ("4821 REPLY ring 07700948210, code 4821", "**** REPLY ring 07700948210, code ****"),
        ("07700900123 is a pest", "07700900123 is a pest"),
        ("Thanks", "Thanks"),
    ],
)
def test_the_lock_code_is_not_kept_with_the_words(words: str, kept: str) -> None:
    assert redacted(words, PIN) == kept


def test_without_a_lock_code_set_what_could_be_one_is_hidden_all_the_same() -> None:
    assert redacted("4821 STATUS", None) == "**** STATUS"
    assert redacted("PAUSE 2 4821", None) == "PAUSE 2 4821"


@given(st.text(max_size=40), st.booleans())
def test_security_check_29_no_answer_and_nothing_kept_holds_the_lock_code(words: str, first: bool) -> None:
    text = f"{PIN} {words}" if first else f"{words} {PIN}"
    heard = hear(Guard(), BOX, text, NOW)
    assert PIN not in (heard.answer or "")
    assert PIN not in repr(heard)
    assert PIN not in redacted(text, PIN) or PIN in words


@given(st.lists(st.sampled_from(["1111 ON", "4821 ON", "ON", "4821 ?"]), max_size=30))
def test_no_more_than_four_wrong_codes_ever_stand_against_the_box(texts: list[str]) -> None:
    assert after(*texts).guard.wrong < MOST_WRONG


ANSWERS = (
    answers.status("Ready. Missed calls get a text.", "EE, good signal. 3 texts today.", 4, 2),
    answers.paused(NOW + timedelta(hours=2), NOW),
    answers.away(NOW + timedelta(hours=2), NOW, "10:30am on Wed 23 Sep"),
    answers.RESUMED,
    answers.NOBODY,
    answers.STOPPED,
    answers.last("07700900123", "Mrs Patel", NOW - timedelta(hours=3), "Boiler shows F28 " * 30, NOW),
    answers.sending("07700900123", "x" * 60),
    answers.never_texted("+447700900456"),
    answers.done(None, None),
    after("1111 ON").answer,
    after(*["1111 ON"] * 5).answer,
)


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_is_one_part_and_plain(answer: str | None) -> None:
    assert answer is not None
    assert len(gsm7.split(answer).texts) == 1
    assert "!" not in answer


def test_the_answers_say_what_was_done() -> None:
    assert ANSWERS[0] == (
        "Ready. Missed calls get a text. EE, good signal. 3 texts today. 4 missed calls today, 2 wrote back."
    )
    assert ANSWERS[1] == "Paused till 3:10pm. Missed calls are listed but get no text. ON ends it."
    assert answers.away(NOW + timedelta(hours=2), NOW, "5:30pm") == (
        "Away till 3:10pm. Callers are told you ring back by 5:30pm. ON ends it."
    )
    assert answers.last("07700900123", None, NOW - timedelta(hours=3), "Boiler shows F28", NOW) == (
        "07700 900123 at 10:10am: Boiler shows F28"
    )
    assert answers.sending("07700900123", "Mrs Patel") == "Sending it to Mrs Patel 07700 900123."
    assert answers.done("07700900123", None) == "07700 900123 is marked as done."
    assert commands.HIDDEN not in "".join(filter(None, ANSWERS))
