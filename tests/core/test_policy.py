from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from appliance.core.calls import Presentation
from appliance.core.policy import _RULES, REASON_WORDS, TEXT, Facts, Reason, verdict, why_not

MISSED = Facts(
    set_up=True,
    answered=False,
    number="07700 900123",
    presentation=Presentation.ALLOWED,
    own_number="+447700900001",
    owner_mobile="+447700900002",
    per_caller_30_days=3,
    per_10_minutes=10,
    per_day=60,
    useful_life=timedelta(hours=2),
)

# What makes each rule hold when nothing else does, in the order of the rules.
HOLDS: dict[Reason, dict[str, Any]] = {
    Reason.NOT_SET_UP: {"set_up": False},
    Reason.ANSWERED: {"answered": True},
    Reason.WITHHELD: {"presentation": Presentation.WITHHELD},
    Reason.NOT_A_UK_MOBILE: {"number": "01632 960123"},
    Reason.OWN_NUMBER: {"own_number": "07700 900123"},
    Reason.OWNER: {"owner_mobile": "07700 900123"},
    Reason.PAUSED: {"paused": True},
    Reason.CLOSED: {"open_now": False, "closed_text_empty": True},
    Reason.TEXTED_RECENTLY: {"texts_to_caller_lately": 1},
    Reason.LIMIT: {"texts_today": 60},
    Reason.TOO_LATE: {"age": timedelta(hours=2, seconds=1)},
}
# A landline can be nobody's own mobile, so these two never hold together.
APART = {(Reason.NOT_A_UK_MOBILE, Reason.OWN_NUMBER), (Reason.NOT_A_UK_MOBILE, Reason.OWNER)}


def with_facts(*changes: Mapping[str, Any]) -> Facts:
    facts = MISSED
    for change in changes:
        facts = replace(facts, **change)
    return facts


def test_a_missed_call_gets_a_text() -> None:
    assert why_not(MISSED) is None
    assert verdict(MISSED) == TEXT == "TEXT"


@pytest.mark.parametrize("reason", HOLDS)
def test_each_rule_alone_keeps_the_box_silent(reason: Reason) -> None:
    facts = with_facts(HOLDS[reason])
    assert why_not(facts) is reason
    assert verdict(facts) == reason.name


@pytest.mark.parametrize(("first", "second"), [pair for pair in combinations(HOLDS, 2) if pair not in APART])
def test_of_two_reasons_the_first_is_told(first: Reason, second: Reason) -> None:
    assert why_not(with_facts(HOLDS[second], HOLDS[first])) is first


def test_every_rule_is_in_this_table_in_its_order() -> None:
    assert [reason for reason, _ in _RULES] == list(HOLDS)


def test_the_rules_stand_in_the_order_of_the_reasons() -> None:
    order = list(Reason)
    assert [reason for reason, _ in _RULES] == sorted((reason for reason, _ in _RULES), key=order.index)


@pytest.mark.parametrize("number", [None, "", " "])
@pytest.mark.parametrize("presentation", Presentation)
def test_a_call_without_a_number_is_withheld_whatever_the_network_says(
    number: str | None, presentation: Presentation
) -> None:
    assert why_not(replace(MISSED, number=number, presentation=presentation)) is Reason.WITHHELD


@pytest.mark.parametrize("presentation", [Presentation.UNAVAILABLE, Presentation.PAYPHONE])
def test_a_number_that_came_all_the_same_is_used(presentation: Presentation) -> None:
    assert why_not(replace(MISSED, presentation=presentation)) is None


@pytest.mark.parametrize("number", ["07700900123", "+447700900123", "447700900123", "00447700900123"])
def test_a_person_is_the_same_in_every_spelling(number: str) -> None:
    assert why_not(replace(MISSED, number=number)) is None
    assert why_not(replace(MISSED, number=number, owner_mobile="07700 900123")) is Reason.OWNER
    assert why_not(replace(MISSED, number=number, own_number="+447700900123")) is Reason.OWN_NUMBER


@pytest.mark.parametrize(
    "number", ["Screwfix", "60123", "+33612345678", "07797 700000", "0909 879 0123", "07700900123\n"]
)
def test_nothing_but_a_uk_mobile_is_texted(number: str) -> None:
    assert why_not(replace(MISSED, number=number)) is Reason.NOT_A_UK_MOBILE


def test_two_unknown_numbers_are_not_the_same_person() -> None:
    assert why_not(replace(MISSED, own_number=None, owner_mobile=None)) is None
    assert why_not(replace(MISSED, own_number="", owner_mobile="Dave")) is None


def test_a_closed_business_with_a_text_for_it_sends_that() -> None:
    assert why_not(replace(MISSED, open_now=False)) is None


def test_an_unknown_time_never_stops_a_text() -> None:
    assert why_not(replace(MISSED, open_now=False, closed_text_empty=True, clock_sure=False)) is None


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"texts_to_caller_30_days": 2}, None),
        ({"texts_to_caller_30_days": 3}, Reason.TEXTED_RECENTLY),
        ({"texts_10_minutes": 9, "texts_today": 59}, None),
        ({"texts_10_minutes": 10}, Reason.LIMIT),
        ({"texts_today": 60}, Reason.LIMIT),
        ({"texts_today": 61}, Reason.LIMIT),
        ({"texts_today": 5, "per_day": 5}, Reason.LIMIT),
        ({"age": timedelta(hours=2)}, None),
        ({"age": timedelta(seconds=-5)}, None),
        ({"age": timedelta(minutes=6), "useful_life": timedelta(minutes=5)}, Reason.TOO_LATE),
    ],
)
def test_each_limit_counts_up_to_its_number(counts: dict[str, Any], reason: Reason | None) -> None:
    assert why_not(replace(MISSED, **counts)) is reason


def test_every_reason_is_told_in_one_plain_sentence() -> None:
    assert set(REASON_WORDS) == set(Reason)
    assert len(set(REASON_WORDS.values())) == len(Reason)
    for words in REASON_WORDS.values():
        assert words.startswith("No text: ")
        assert words.endswith(".")
        assert len(words.split()) <= 16


def test_what_is_stored_is_the_name_and_stays_so() -> None:
    assert [reason.value for reason in Reason] == [
        "NOT_SET_UP",
        "ANSWERED",
        "WITHHELD",
        "NOT_A_UK_MOBILE",
        "COUNTRY_OFF",
        "OWN_NUMBER",
        "OWNER",
        "STOPPED",
        "NEVER_TEXT",
        "PAUSED",
        "CLOSED",
        "TOO_SHORT",
        "TEXTED_RECENTLY",
        "IN_CONVERSATION",
        "LIMIT",
        "TOO_LATE",
    ]


def test_fifty_calls_of_one_person_in_an_hour_get_one_text() -> None:
    sent: list[timedelta] = []
    for minute in range(50):
        at = timedelta(minutes=minute)
        lately = sum(at - sent_at < timedelta(hours=24) for sent_at in sent)
        if why_not(replace(MISSED, texts_to_caller_lately=lately, texts_to_caller_30_days=len(sent))) is None:
            sent.append(at)
    assert sent == [timedelta(0)]


def test_five_hundred_callers_in_an_hour_get_sixty_texts_and_ten_in_ten_minutes() -> None:
    sent: list[timedelta] = []
    for caller in range(500):
        at = timedelta(seconds=7.2 * caller)
        lately = sum(at - sent_at < timedelta(minutes=10) for sent_at in sent)
        facts = replace(
            MISSED, number=f"07700 900{caller + 3:03}", texts_10_minutes=lately, texts_today=len(sent)
        )
        if why_not(facts) is None:
            sent.append(at)
        else:
            assert why_not(facts) is Reason.LIMIT
    assert len(sent) == 60
    assert max(sum(timedelta(0) <= at - one < timedelta(minutes=10) for at in sent) for one in sent) == 10
