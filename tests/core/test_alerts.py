"""The networks' texts about calls the box never saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import numbers
from appliance.core.alerts import NOT_TOLD, TOLD, AlertedCall, Wording, alerted_calls, is_known

RECEIVED = datetime(2026, 11, 23, 13, 30, tzinfo=ZoneInfo("Europe/London"))
CALLER = "+447700900123"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("wording", TOLD, ids=lambda wording: wording.example)
def test_each_way_of_saying_it_says_so_in_its_example(wording: Wording) -> None:
    assert wording.says.search(wording.example)
    (call,) = alerted_calls(wording.example, RECEIVED) or ()
    assert numbers.key(call.number) == CALLER
    assert call.at == (utc("2026-11-23 10:42") if "10:42" in wording.example else None)


@pytest.mark.parametrize("wording", NOT_TOLD, ids=lambda wording: wording.example)
def test_a_ring_back_service_tells_of_no_missed_call(wording: Wording) -> None:
    assert wording.says.search(wording.example)
    assert alerted_calls(wording.example, RECEIVED) is None


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (
            "You have 1 missed call from 07700900123. Missed call was at 07:53 PM on 11-Sep-2026.",
            "2026-09-11 18:53",
        ),
        ("you have missed a call from +447700900123, at 10:42 on 23 November.", "2026-11-23 10:42"),
        ("Missed call from 07700 900123 at 23:10", "2026-11-22 23:10"),
        ("Missed call from 07700-900-123 at 9am", "2026-11-23 09:00"),
        ("Missed call 07700900123 12:05am 23/11", "2026-11-23 00:05"),
        ("22/11/26 16.05: missed call from 07700900123", "2026-11-22 16:05"),
        ("Missed call from 07700900123 (3 times at 2026-11-14 12:04:18)", "2026-11-14 12:04"),
        ("Missed call from 07700900123 on Nov 3rd 10:00", "2026-11-03 10:00"),
        ("Missed call from 07700900123 at 10:00 on 24 Dec", "2025-12-24 10:00"),
        ("Missed call from 07700900123 at 10:00 on 1 July 2026", "2026-07-01 09:00"),
        ("Missed call from 07700900123 at 13:32", "2026-11-23 13:32"),
        ("Missed call from 07700900123 at 10:00 on 24/11/2026", None),
        ("Missed call from 07700900123 at 10:00 on 30/02/2026", None),
        ("Missed call from 07700900123", None),
    ],
)
def test_the_time_is_read_wherever_it_stands(words: str, at: str | None) -> None:
    (call,) = alerted_calls(words, RECEIVED) or ()
    assert numbers.key(call.number) == CALLER
    assert call.at == (utc(at) if at else None)


def test_several_callers_in_one_text_are_several_calls() -> None:
    words = "Missed calls: +447700900123 x2 (last 09:15 22/11), 01632960456 (10:00 23/11), 07700900789"
    assert alerted_calls(words, RECEIVED) == (
        AlertedCall("+447700900123", utc("2026-11-22 09:15")),
        AlertedCall("01632960456", utc("2026-11-23 10:00")),
        AlertedCall("07700900789", None),
    )


def test_a_caller_who_hid_their_number_is_a_call_too() -> None:
    assert alerted_calls("You have a missed call from a withheld number at 10:42", RECEIVED) == (
        AlertedCall(None, utc("2026-11-23 10:42")),
    )


@pytest.mark.parametrize(
    "words",
    [
        "",
        "EE: You have used 80% of your data",
        "You have 2 missed calls",
        "Your code is 07700900123",
        "Your parcel from 07700900123 comes 10:42 on 23/11",
        "The person you called can now be reached on 07700900123",
        "Missed call from 60123",
    ],
)
def test_a_text_that_names_no_missed_caller_is_no_alert(words: str) -> None:
    assert alerted_calls(words, RECEIVED) is None


def test_a_date_is_never_read_as_a_number() -> None:
    (call,) = alerted_calls("Missed call 23-11-2026 10:42:17 from 07700900123", RECEIVED) or ()
    assert call == AlertedCall("07700900123", utc("2026-11-23 10:42"))


def test_a_text_can_tell_of_twenty_calls_at_most() -> None:
    words = "Missed calls: " + " ".join(f"0770090{count:04}," for count in range(60))
    assert len(alerted_calls(words, RECEIVED) or ()) == 20


@given(st.text(max_size=900))
def test_no_words_can_hurt(words: str) -> None:
    calls = alerted_calls(f"Missed call {words}", RECEIVED) or ()
    latest = RECEIVED.astimezone(UTC) + timedelta(minutes=5)
    assert all(call.at is None or call.at <= latest for call in calls)


AT = utc("2026-11-23 10:42")


@pytest.mark.parametrize(
    ("at", "calls_at", "known"),
    [
        (AT, [AT], True),
        (AT, [AT + timedelta(minutes=4)], True),
        (AT, [AT - timedelta(minutes=4)], True),
        (AT, [AT - timedelta(minutes=6), AT + timedelta(minutes=6)], False),
        (AT, [], False),
        (None, [RECEIVED - timedelta(minutes=50)], True),
        (None, [RECEIVED - timedelta(minutes=70)], False),
        (None, [RECEIVED + timedelta(minutes=1)], False),
    ],
)
def test_a_call_the_box_saw_itself_is_not_listed_twice(
    at: datetime | None, calls_at: list[datetime], known: bool
) -> None:
    assert is_known(AlertedCall("07700900123", at), calls_at, RECEIVED) is known
