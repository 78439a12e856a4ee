"""What incoming texts mean, which are answered, and what copy of them the owner gets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import inbox, numbers
from appliance.core.alerts import AlertedCall
from appliance.core.auto_replies import is_auto_reply
from appliance.core.inbox import (
    Acknowledged,
    AutoReply,
    CallAlert,
    Echo,
    FromMachine,
    FromOwner,
    Meaning,
    Reply,
    Start,
    Stop,
    acknowledgement,
    meaning_of,
)
from appliance.core.settings import Settings, from_tree, with_value
from appliance.core.wording import missed_call_text
from appliance.modem import gsm7

OWNER = with_value(Settings(), "owner_mobile", "07700900999")
RECEIVED = datetime(2026, 11, 23, 13, 30, tzinfo=ZoneInfo("Europe/London"))
NOW = RECEIVED.astimezone(UTC)


def test_a_reply_is_copied_to_the_owner() -> None:
    assert inbox.copy_to(OWNER, "+447700900123", None) == "+447700900999"


def test_a_text_from_a_name_is_copied_too() -> None:
    assert inbox.copy_to(OWNER, "EE", None) == "+447700900999"


def test_nothing_is_copied_when_the_owner_does_not_want_it_or_has_no_mobile() -> None:
    assert inbox.copy_to(with_value(OWNER, "forward_replies", False), "+447700900123", None) is None
    assert inbox.copy_to(Settings(), "+447700900123", None) is None


@pytest.mark.parametrize("sender", ["07700900999", "+447700900999", "447700900999"])
def test_the_owners_own_words_are_not_sent_back(sender: str) -> None:
    assert inbox.copy_to(OWNER, sender, None) is None


def test_what_the_box_wrote_to_itself_is_not_sent_on() -> None:
    assert inbox.copy_to(OWNER, "+447700900100", "07700900100") is None


def test_a_flood_of_texts_is_no_flood_of_copies() -> None:
    assert inbox.copy_to(OWNER, "+447700900123", None, in_10_minutes=19, today=149) is not None
    assert inbox.copy_to(OWNER, "+447700900123", None, in_10_minutes=20, today=20) is None
    assert inbox.copy_to(OWNER, "+447700900123", None, in_10_minutes=0, today=150) is None


def test_the_copy_says_who_and_what() -> None:
    assert inbox.copy("+447700900123", "Boiler shows F28") == "07700 900123: Boiler shows F28"


def test_a_long_text_is_cut_and_says_where_the_rest_is() -> None:
    copy = inbox.copy("+447700900123", "word " * 300)
    assert copy.startswith("07700 900123: word word")
    assert copy.endswith("(more on the page)")
    assert len(gsm7.split(copy).texts) == inbox.MOST_PARTS


@given(st.text(max_size=800))
def test_a_copy_never_costs_more_than_its_parts(words: str) -> None:
    assert len(gsm7.split(inbox.copy("+447700900123", words)).texts) <= inbox.MOST_PARTS


def test_the_copy_names_a_contact() -> None:
    assert inbox.copy("07700900123", "Thanks", "Mrs Patel") == "Mrs Patel 07700 900123: Thanks"


def meaning(sender: str, words: str, key: str | None = "") -> Meaning:
    key = numbers.key(sender) if key == "" else key
    return meaning_of(OWNER, sender, key, words, RECEIVED, "+447700900001")


@pytest.mark.parametrize(
    ("sender", "words", "means"),
    [
        ("07700900123", "Boiler shows F28", Reply()),
        ("07700900123", "Stop by at 4", Reply()),
        ("01632960123", "Is that the plumber?", Reply()),
        ("07700900123", "stop pls", Stop()),
        ("01632960123", "STOP", Stop()),
        ("07700900123", "Start", Start()),
        ("07700900123", "I'm driving right now - I'll get back to you later", AutoReply()),
        ("07700900123", "You have a missed call from 07700900456", Reply()),  # a person, or somebody's trick
        ("60123", "STOP", FromMachine()),
        ("Screwfix", "Your order is ready", FromMachine()),
        ("", "?", FromMachine()),
        ("EE", "You have a missed call from 07700900456", CallAlert((AlertedCall("07700900456", None),))),
        ("60123", "Missed call from 07700900456", CallAlert((AlertedCall("07700900456", None),))),
        ("07700900999", "STOP", FromOwner()),
        ("+447700900999", "1234 STATUS", FromOwner()),
        ("07700900001", "STOP", Echo()),
    ],
)
def test_a_text_means_what_its_sender_and_its_words_say(sender: str, words: str, means: Meaning) -> None:
    assert meaning(sender, words) == means


def test_a_name_made_of_digits_is_no_number() -> None:
    assert meaning("07700900123", "STOP", key=None) == FromMachine()


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get there.",
        "I\u2019m driving right now.",
        "I am driving",
        "I am currently driving and will reply later",
        '(I\'m not receiving notifications. If this is urgent, reply "urgent".)',
        "Auto-reply: I'm away until Monday",
        "Automatic reply: on leave",
        "[AutoReply] back soon",
        "This is an automated message",
        "This is an automatic response from Bodgit Ltd",
        "Hi, I'm out of the office until 3 Jan",
        "I am on annual leave",
        "This number is not monitored",
        "This inbox is unmonitored. Please ring us.",
        "Do not reply to this message",
        "Thank you for your message. We will get back to you as soon as we can.",
        "Hi, thanks for contacting Acme. Someone will be in touch.",
        "Sorry, I can't talk right now.",
        "Hi, sorry I missed your call - I was on a job. I will call you back by 3pm.",
    ],
)
def test_what_a_phone_or_an_office_sends_by_itself_is_known(words: str) -> None:
    assert is_auto_reply(words)


@pytest.mark.parametrize("which", ["2026-11-23 10:00", "2026-11-23 20:00", "2026-11-24 10:00"])
def test_the_texts_of_another_box_are_known(which: str) -> None:
    box = from_tree(
        {
            "name": "Dave",
            "business": "Dave Smith Plumbing",
            "holidays": [{"from": "2026-11-24", "to": "2026-11-24"}],
        }
    )
    assert is_auto_reply(missed_call_text(box, datetime.fromisoformat(which).replace(tzinfo=RECEIVED.tzinfo)))


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving past your yard at 4",
        "Thanks for your text. It's the kitchen tap.",
        "Thanks for your message, can you come on Monday?",
        "Sorry I missed your call earlier",
        "I'm in the office all day",
        "Please reply to this number",
        "My phone is not working",
        "",
    ],
)
def test_what_a_person_writes_is_not_taken_for_a_machines(words: str) -> None:
    assert not is_auto_reply(words)


@given(st.text(max_size=700))
def test_any_text_has_a_meaning(words: str) -> None:
    assert isinstance(meaning("07700900123", words), Reply | Stop | Start | AutoReply)
    assert isinstance(meaning("EE", words), FromMachine | CallAlert)


FIRST = Acknowledged(news=True, to_them_at=None, in_10_minutes=0, today=0)
CALLER = "+447700900123"


def test_a_stop_is_acknowledged_with_the_way_back() -> None:
    box = with_value(OWNER, "business", "Dave Smith Plumbing")
    assert acknowledgement(box, Stop(), CALLER, FIRST, NOW) == (
        "OK, no more automatic texts from Dave Smith Plumbing. Text START if you want them again."
    )
    assert acknowledgement(box, Start(), CALLER, FIRST, NOW) == (
        "OK, Dave Smith Plumbing will text you again after a missed call. Text STOP to end that."
    )


@pytest.mark.parametrize("wish", [Stop(), Start()])
def test_an_acknowledgement_is_one_part_for_the_longest_name_of_a_business(wish: Meaning) -> None:
    answer = acknowledgement(with_value(OWNER, "business", "x" * 60), wish, CALLER, FIRST, NOW)
    assert answer is not None
    assert len(gsm7.split(answer).texts) == 1


@pytest.mark.parametrize(
    "means", [Reply(), AutoReply(), FromMachine(), FromOwner(), Echo(), CallAlert((AlertedCall(None, None),))]
)
def test_nothing_else_is_ever_answered(means: Meaning) -> None:
    assert acknowledgement(OWNER, means, CALLER, FIRST, NOW) is None


@pytest.mark.parametrize(
    ("before", "answered"),
    [
        (Acknowledged(news=True, to_them_at=NOW - timedelta(hours=23), in_10_minutes=0, today=1), False),
        (Acknowledged(news=True, to_them_at=NOW - timedelta(hours=24), in_10_minutes=0, today=0), True),
        (Acknowledged(news=True, to_them_at=NOW + timedelta(hours=1), in_10_minutes=0, today=1), False),
        (Acknowledged(news=True, to_them_at=None, in_10_minutes=9, today=59), True),
        (Acknowledged(news=True, to_them_at=None, in_10_minutes=10, today=10), False),
        (Acknowledged(news=True, to_them_at=None, in_10_minutes=0, today=60), False),
    ],
)
def test_one_acknowledgement_a_day_and_no_more_than_the_limits_to_all(
    before: Acknowledged, answered: bool
) -> None:
    assert (acknowledgement(OWNER, Stop(), CALLER, before, NOW) is not None) is answered


@pytest.mark.parametrize("wish", [Stop(), Start()])
def test_who_has_said_it_before_is_not_told_again(wish: Meaning) -> None:
    before = Acknowledged(news=False, to_them_at=None, in_10_minutes=0, today=0)
    assert acknowledgement(OWNER, wish, CALLER, before, NOW) is None


@pytest.mark.parametrize("key", ["+441632960123", "+447797700000", "+33612345678", "+449098790123"])
def test_only_numbers_the_box_may_text_are_answered(key: str) -> None:
    assert acknowledgement(OWNER, Stop(), key, FIRST, NOW) is None
    ticked = with_value(OWNER, "countries", ["JE"])
    assert (acknowledgement(ticked, Stop(), key, FIRST, NOW) is not None) is (key == "+447797700000")


def test_every_meaning_has_a_name_of_its_own_to_be_stored_under() -> None:
    meanings: list[Meaning] = [
        *(FromOwner(), Echo(), CallAlert(()), FromMachine(), AutoReply(), Stop(), Start(), Reply()),
    ]
    assert [inbox.name_of(meaning).value for meaning in meanings] == [
        *("from_owner", "echo", "call_alert", "machine", "auto_reply", "stop", "start", "reply"),
    ]
    assert {inbox.name_of(meaning) for meaning in meanings} == set(inbox.MeaningName)
