from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from appliance.core.calls import Presentation
from appliance.core.policy import (
    _RULES,
    REASON_WORDS,
    TEXT,
    Decision,
    Facts,
    Reason,
    Record,
    decide,
    verdict,
    why_not,
)
from appliance.core.settings import Settings, Who

NOW = datetime(2026, 11, 23, 13, 10, tzinfo=UTC)
DEFAULTS = Settings()

MISSED = Facts(
    set_up=True,
    answered=False,
    number="07700 900123",
    presentation=Presentation.ALLOWED,
    own_number="+447700900001",
    owner_mobile="+447700900002",
    now=NOW,
    per_caller_30_days=DEFAULTS.limits.per_caller_30_days,
    per_10_minutes=DEFAULTS.limits.per_10_minutes,
    per_day=DEFAULTS.limits.per_day,
    useful_life=timedelta(minutes=DEFAULTS.useful_life_minutes),
    min_ring=timedelta(seconds=DEFAULTS.min_ring_seconds),
    who=DEFAULTS.who,
    countries=DEFAULTS.countries,
)

# What makes each rule hold when nothing else does, in the order of the rules.
HOLDS: dict[Reason, dict[str, Any]] = {
    Reason.NOT_SET_UP: {"set_up": False},
    Reason.ANSWERED: {"answered": True},
    Reason.WITHHELD: {"presentation": Presentation.WITHHELD},
    Reason.NOT_A_UK_MOBILE: {"number": "01632 960123"},
    Reason.COUNTRY_OFF: {"number": "07797 700000"},
    Reason.OWN_NUMBER: {"own_number": "07700 900123"},
    Reason.OWNER: {"owner_mobile": "07700 900123"},
    Reason.STOPPED: {"stopped": True},
    Reason.NEVER_TEXT: {"on_never_list": True},
    Reason.PAUSED: {"paused": True, "paused_until": NOW + timedelta(hours=1)},
    Reason.CLOSED: {"open_now": False, "closed_text_empty": True},
    Reason.TOO_SHORT: {"rang": timedelta(seconds=2), "min_ring": timedelta(seconds=5)},
    Reason.TEXTED_RECENTLY: {"texts_to_caller_lately": 1, "last_text_at": NOW - timedelta(hours=21)},
    Reason.IN_CONVERSATION: {"owner_wrote_at": NOW - timedelta(minutes=70)},
    Reason.LIMIT: {"texts_today": 60},
    Reason.TOO_LATE: {"age": timedelta(hours=2, seconds=1)},
}
# One number cannot be both: a landline abroad is no mobile, and neither is anybody's own mobile.
APART = {
    (Reason.NOT_A_UK_MOBILE, Reason.COUNTRY_OFF),
    *(
        (elsewhere, own)
        for elsewhere in (Reason.NOT_A_UK_MOBILE, Reason.COUNTRY_OFF)
        for own in (Reason.OWN_NUMBER, Reason.OWNER)
    ),
}


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
    "number", ["Screwfix", "60123", "+33 1 99 00 12 34", "0909 879 0123", "07911 212345", "07700900123\n"]
)
def test_nothing_but_a_mobile_is_texted(number: str) -> None:
    assert why_not(replace(MISSED, number=number)) is Reason.NOT_A_UK_MOBILE
    assert why_not(replace(MISSED, number=number, countries=["FR", "IM"])) is Reason.NOT_A_UK_MOBILE


@pytest.mark.parametrize(
    ("number", "country"),
    [("07797 700000", "JE"), ("07781 100000", "GG"), ("07624 300000", "IM"), ("+353 85 012 3456", "IE")],
)
def test_a_mobile_of_another_country_is_texted_once_the_owner_has_ticked_it(
    number: str, country: str
) -> None:
    abroad = replace(MISSED, number=number)
    assert decide(abroad) == Decision("COUNTRY_OFF", {"country": country})
    assert why_not(replace(abroad, countries=["FR"])) is Reason.COUNTRY_OFF
    assert why_not(replace(abroad, countries=[country])) is None


def test_a_mobile_of_a_ticked_country_can_be_the_owners_own() -> None:
    jersey = replace(MISSED, number="07797 700000", countries=["JE"])
    assert why_not(replace(jersey, owner_mobile="+447797700000")) is Reason.OWNER
    assert why_not(replace(jersey, own_number="+447797700000")) is Reason.OWN_NUMBER


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


@pytest.mark.parametrize(
    ("who", "contact", "known", "reason"),
    [
        (Who.EVERYONE, True, True, None),
        (Who.NOT_CONTACTS, True, False, Reason.NEVER_TEXT),
        (Who.NOT_CONTACTS, False, True, None),
        (Who.STRANGERS, True, False, Reason.NEVER_TEXT),
        (Who.STRANGERS, False, True, Reason.NEVER_TEXT),
        (Who.STRANGERS, False, False, None),
    ],
)
def test_the_owner_chooses_who_gets_a_text(
    who: Who, contact: bool, known: bool, reason: Reason | None
) -> None:
    assert why_not(replace(MISSED, who=who, is_contact=contact, known_before=known)) is reason


ALWAYS = replace(MISSED, always_text=True)


@pytest.mark.parametrize("reason", HOLDS)
def test_a_number_that_always_gets_a_text_skips_three_rules_and_no_other(reason: Reason) -> None:
    skipped = {Reason.PAUSED, Reason.CLOSED, Reason.TEXTED_RECENTLY}
    assert why_not(replace(ALWAYS, **HOLDS[reason])) is (None if reason in skipped else reason)


def test_a_number_that_always_gets_a_text_gets_more_than_three_in_a_month() -> None:
    assert why_not(replace(ALWAYS, texts_to_caller_lately=1, texts_to_caller_30_days=30)) is None


@pytest.mark.parametrize(
    ("rang", "limit", "reason"),
    [
        (None, 5, None),
        (4.9, 5, Reason.TOO_SHORT),
        (5, 5, None),
        (0, 0, None),
    ],
)
def test_a_call_that_rang_too_briefly_is_no_call_if_the_owner_says_so(
    rang: float | None, limit: int, reason: Reason | None
) -> None:
    lasted = None if rang is None else timedelta(seconds=rang)
    assert why_not(replace(MISSED, rang=lasted, min_ring=timedelta(seconds=limit))) is reason


@pytest.mark.parametrize(
    ("ago", "reason"),
    [
        (timedelta(0), Reason.IN_CONVERSATION),
        (timedelta(hours=2) - timedelta(seconds=1), Reason.IN_CONVERSATION),
        (timedelta(hours=2), None),
        (timedelta(minutes=-30), Reason.IN_CONVERSATION),  # the clock was set back meanwhile
        (timedelta(days=-400), None),
    ],
)
def test_the_box_keeps_quiet_for_two_hours_after_the_owner_wrote(
    ago: timedelta, reason: Reason | None
) -> None:
    assert why_not(replace(MISSED, owner_wrote_at=NOW - ago)) is reason


def test_the_defaults_are_those_the_owner_was_promised() -> None:
    assert MISSED.per_caller_30_days == 3
    assert (MISSED.per_10_minutes, MISSED.per_day) == (10, 60)
    assert MISSED.useful_life == timedelta(hours=2)
    assert (MISSED.min_ring, MISSED.who, MISSED.countries) == (timedelta(0), Who.EVERYONE, ())
    assert DEFAULTS.repeat_hours == 24


# What is stored beside the verdict: the facts the rule used, and no other.
RECORDS: dict[Reason, Record] = {
    Reason.WITHHELD: {"presentation": "withheld"},
    Reason.NOT_A_UK_MOBILE: {"kind": "UK_LANDLINE"},
    Reason.COUNTRY_OFF: {"country": "JE"},
    Reason.NEVER_TEXT: {"because": "list"},
    Reason.PAUSED: {"until": "2026-11-23T14:10:00+00:00"},
    Reason.CLOSED: {"holiday": False, "until": None},
    Reason.TOO_SHORT: {"seconds": 2, "limit": 5},
    Reason.TEXTED_RECENTLY: {"last_text_at": "2026-11-22T16:10:00+00:00"},
    Reason.IN_CONVERSATION: {"owner_wrote_at": "2026-11-23T12:00:00+00:00"},
    Reason.LIMIT: {"texts": 60, "limit": 60, "per": "day"},
    Reason.TOO_LATE: {"seconds": 7201, "limit": 7200},
}


@pytest.mark.parametrize("reason", HOLDS)
def test_each_decision_keeps_the_facts_it_was_made_from(reason: Reason) -> None:
    made = decide(with_facts(HOLDS[reason]))
    assert made == Decision(reason.name, RECORDS.get(reason, {}))
    assert json.loads(json.dumps(made.record)) == made.record
    assert "900123" not in json.dumps(made.record)


@pytest.mark.parametrize(
    ("facts", "record"),
    [
        ({"who": Who.NOT_CONTACTS, "is_contact": True}, {"because": "contact"}),
        ({"who": Who.STRANGERS, "known_before": True}, {"because": "known"}),
        (
            {"open_now": False, "closed_text_empty": True, "on_holiday": True, "opens_at": NOW},
            {"holiday": True, "until": "2026-11-23T13:10:00+00:00"},
        ),
        ({"texts_to_caller_30_days": 3}, {"texts": 3, "limit": 3, "per": "30 days"}),
        ({"texts_10_minutes": 10}, {"texts": 10, "limit": 10, "per": "10 minutes"}),
    ],
)
def test_a_rule_with_two_sides_keeps_the_one_that_held(
    facts: dict[str, Any], record: dict[str, object]
) -> None:
    assert decide(replace(MISSED, **facts)).record == record


def test_a_text_needs_no_reason() -> None:
    assert decide(MISSED) == Decision("TEXT", {})


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
