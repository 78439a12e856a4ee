"""The sentence under a call that got no text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import explain
from appliance.core.numbers import NumberKind
from appliance.core.policy import REASON_WORDS, Reason, decide
from tests.core.test_policy import HOLDS, MISSED, with_facts

NOW = datetime(2026, 11, 23, 13, 30, tzinfo=ZoneInfo("Europe/London"))

SENTENCES = {
    Reason.NOT_A_UK_MOBILE: "No text: this is a landline. Ring them back.",
    Reason.COUNTRY_OFF: "No text: texts to Jersey are turned off.",
    Reason.NEVER_TEXT: "No text: they are on your never-text list.",
    Reason.PAUSED: "No text: the box was paused until 2:10pm.",
    Reason.TOO_SHORT: "No text: the phone rang for only 2 seconds.",
    Reason.TEXTED_RECENTLY: "No text: we texted them yesterday at 4:10pm.",
    Reason.IN_CONVERSATION: "No text: you wrote to them at 12pm.",
    Reason.LIMIT: "No text: 60 texts had gone that day.",
    Reason.TOO_LATE: "No text: the call was 2 hours old when we knew of it. Ring them back.",
}


@pytest.mark.parametrize("reason", HOLDS)
def test_each_decision_is_told_from_the_facts_it_kept(reason: Reason) -> None:
    made = decide(with_facts(HOLDS[reason]))
    assert explain.sentence(made.verdict, made.record, NOW) == SENTENCES.get(reason, REASON_WORDS[reason])


@pytest.mark.parametrize(
    ("reason", "record", "words"),
    [
        ("NOT_A_UK_MOBILE", {"kind": "SHORT_CODE"}, "this is a short number, not a person."),
        ("NOT_A_UK_MOBILE", {"kind": "PREMIUM"}, "this number costs too much."),
        ("NOT_A_UK_MOBILE", {"kind": "PAGER"}, "not a UK mobile number."),
        ("COUNTRY_OFF", {"country": "KM"}, "texts to this country are turned off."),
        ("NEVER_TEXT", {"because": "contact"}, "they are in your contacts."),
        ("NEVER_TEXT", {"because": "known"}, "you have been in touch before."),
        ("PAUSED", {"until": "2026-11-22T14:00:00+00:00"}, "the box was paused."),
        ("CLOSED", {"holiday": True}, "you were on holiday."),
        ("TOO_SHORT", {"seconds": 1}, "the phone rang for only 1 second."),
        ("TEXTED_RECENTLY", {"last_text_at": "2026-11-23T10:40:00+00:00"}, "we texted them at 10:40am."),
        (
            "TEXTED_RECENTLY",
            {"last_text_at": "2026-07-01T10:40:00+00:00"},
            "we texted them on Wed 1 Jul at 11:40am.",
        ),
        ("TEXTED_RECENTLY", {"texts": 3}, "they had 3 texts from us in 30 days."),
        ("TEXTED_RECENTLY", {"texts": 1}, "they had 1 text from us in 30 days."),
        (
            "IN_CONVERSATION",
            {"owner_wrote_at": "2026-11-21T10:00:00+00:00"},
            "you wrote to them on Saturday at 10am.",
        ),
        ("LIMIT", {"texts": 10, "per": "10 minutes"}, "10 texts had gone in 10 minutes."),
        ("TOO_LATE", {"seconds": 6 * 60}, "the call was 6 minutes old when we knew of it. Ring them back."),
        ("TOO_LATE", {"alert": True}, "we only heard of this call by text. Ring them back."),
    ],
)
def test_the_sentence_says_what_the_record_holds(reason: str, record: dict[str, object], words: str) -> None:
    assert explain.sentence(reason, record, NOW) == f"No text: {words}"


@pytest.mark.parametrize("verdict", [None, "TEXT", "", "NO_SUCH_REASON"])
def test_there_is_nothing_to_explain_where_a_text_went(verdict: str | None) -> None:
    assert explain.sentence(verdict, {}, NOW) == ""


@pytest.mark.parametrize("reason", Reason)
def test_a_call_of_an_older_version_is_told_in_the_plain_words_of_its_reason(reason: Reason) -> None:
    assert explain.sentence(reason.value, {}, NOW) == REASON_WORDS[reason]


names = st.sampled_from(
    [
        "kind",
        "country",
        "because",
        "until",
        "seconds",
        "last_text_at",
        "texts",
        "owner_wrote_at",
        "per",
        "alert",
    ]
)
values = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["2026-11-22", "day"])
)


@given(st.sampled_from(Reason), st.dictionaries(names, values))
def test_whatever_a_record_holds_it_comes_to_a_sentence(reason: Reason, record: dict[str, object]) -> None:
    words = explain.sentence(reason.value, record, NOW)
    assert words.startswith("No text: ")
    assert words.endswith(".")


@given(
    st.sampled_from(list(HOLDS)),
    st.datetimes(datetime(2026, 11, 23), datetime(2027, 11, 23), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_sentence_stays_short_however_late_it_is_read(reason: Reason, read_at: datetime) -> None:
    made = decide(with_facts(HOLDS[reason]))
    words = explain.sentence(made.verdict, made.record, read_at.astimezone(NOW.tzinfo))
    assert all(len(sentence.split()) <= 16 for sentence in words.split(". "))


@pytest.mark.parametrize("kind", NumberKind)
def test_every_kind_of_number_has_words(kind: NumberKind) -> None:
    assert explain.sentence("NOT_A_UK_MOBILE", {"kind": kind.value}, NOW).startswith("No text: ")


def test_the_facts_of_a_call_that_was_texted_hold_nothing_to_explain() -> None:
    made = decide(MISSED)
    assert explain.sentence(made.verdict, made.record, NOW + timedelta(days=1)) == ""
