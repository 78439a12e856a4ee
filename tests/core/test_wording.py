from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.settings import Settings, from_tree
from appliance.core.wording import (
    check,
    cost_line,
    fill,
    fill_now,
    fix,
    longest_values,
    missed_call_text,
    template_now,
    unknown_words,
    values_now,
)
from appliance.modem import gsm7

LONDON = ZoneInfo("Europe/London")
# The page's script counts the same cases, so that it and the box never differ.
CASES = json.loads((Path(__file__).parent / "data" / "wording_cases.json").read_text("ascii"))

DAVE = from_tree({"name": "Dave", "business": "Dave Smith Plumbing"})
# A much copied example for tradespeople. Its long dash is not in the short alphabet.
EXAMPLE = (
    "Hi, sorry I missed your call \u2014 I was on a job. I am [Name] from [Business]. I will call you back "
    "by [time]. Or if you would like to leave me a message here, happy to help. Thanks"
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_is_counted_as_the_network_counts_it(case: dict[str, str | int]) -> None:
    counted = check(str(case["text"]), {})
    assert (counted.alphabet, counted.units, counted.parts) == (
        case["alphabet"],
        case["units"],
        case["parts"],
    )


def test_there_are_cases_enough_for_both_alphabets() -> None:
    assert len({case["text"] for case in CASES}) >= 60
    assert {case["alphabet"] for case in CASES} == set(gsm7.Alphabet)
    assert {case["parts"] for case in CASES} == {1, 2, 3, 4, 5}


def test_a_long_dash_turns_two_texts_into_three_and_the_fix_brings_them_back() -> None:
    before = check(EXAMPLE, longest_values(DAVE))
    assert (before.parts, before.alphabet) == (3, gsm7.Alphabet.UCS2)
    assert [(odd.character, odd.name, odd.replacement) for odd in before.odd] == [
        ("\u2014", "long dash", "-")
    ]
    after = check(fix(EXAMPLE), longest_values(DAVE))
    assert (after.parts, after.alphabet, after.odd) == (2, gsm7.Alphabet.GSM7, ())


@pytest.mark.parametrize("which", ["open", "closed", "holiday"])
def test_our_own_texts_are_one_part_without_a_hint(which: str) -> None:
    counted = check(getattr(Settings().text, which), longest_values(DAVE))
    assert counted.parts == 1
    assert counted.words < 50
    assert (counted.odd, counted.hints, counted.stops) == ((), (), ())


def test_words_and_parts_are_counted_with_the_longest_values() -> None:
    counted = check("[name] [business] [time]", longest_values(DAVE))
    assert counted.words == len(["Dave", "Dave", "Smith", "Plumbing", "8am", "on", "Wednesday"])
    assert counted.units == len("Dave Dave Smith Plumbing 8am on Wednesday")


def test_an_odd_character_in_a_value_is_named_too() -> None:
    values = longest_values(from_tree({"name": "Si\u00e2n", "business": "Cwm Plumbing"}))
    counted = check(Settings().text.open, values)
    assert [odd.name for odd in counted.odd] == ["letter \u00e2"]
    assert counted.parts == 3


def test_an_emoji_is_named_and_never_removed() -> None:
    assert [odd.name for odd in check("Thanks \U0001f600", {}).odd] == ["emoji \U0001f600"]
    assert fix("Thanks \U0001f600") == "Thanks \U0001f600"


def test_fixing_keeps_our_words() -> None:
    assert fix("It\u2019s [name]\u2026 \u201c[business]\u201d") == 'It\'s [name]... "[business]"'


GOOD = "It's [name]. I'll call you back by [time]."


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        (GOOD + " x" * 50, "It is 58 words. Callers read up to 50."),
        (GOOD + "x" * 160, "Sends as 2 texts, so it costs 2 times as much."),
        (GOOD + "!", "Leave out the exclamation mark. It reads like an advert."),
        ("I'll call you back by [time].", "Say who you are. Add your name or business."),
        ("It's [name].", "Say what happens next. Add a call back time."),
        *(
            (
                f"{GOOD} {link}",
                "Leave out the link. Callers do not trust links from a number they just rang.",
            )
            for link in ("https://x.test", "www.dave.test", "See davesmith.co.uk", "DAVE.COM")
        ),
        *(
            (
                f"{GOOD} {selling}",
                "Leave out anything that sells. By law a text like that needs their consent.",
            )
            for selling in ("10% off", "20 % off", "Special offers", "DISCOUNT", "Book now", "Leave a review")
        ),
    ],
)
def test_a_hint_says_what_would_be_better_and_blocks_nothing(template: str, hint: str) -> None:
    counted = check(template, {"name": "Dave", "time": "3:30pm"})
    assert counted.hints == (hint,)
    assert counted.stops == ()


@pytest.mark.parametrize(
    "template", [GOOD, "Dave here, [business]. Text me what you need.", "Feel free. [name], [time]"]
)
def test_a_plain_service_text_gets_no_hint(template: str) -> None:
    assert check(template, {"name": "Dave", "business": "Plumbing", "time": "3:30pm"}).hints == ()


@pytest.mark.parametrize("template", ["", " ", "[tme]", "x" * 613, "\x1a"])
def test_what_cannot_be_saved_has_a_reason(template: str) -> None:
    assert len(check(template, {}).stops) == 1


def test_several_reasons_are_all_given() -> None:
    assert len(check("[tme]\x1a" + "x" * 613, {}).stops) == 3


def test_a_huge_text_is_judged_like_any_other() -> None:
    assert (
        check("a-" * 500_000 + "[tme]", {}).stops[-1] == "This is too long. Make it short enough for 4 texts."
    )


OPEN_TEXT = (
    "Hi, sorry I missed your call, I'm on a job. It's Dave from Dave Smith Plumbing. "
    "I'll call you back by 3:30pm. Or text me here what you need. Thanks"
)
CLOSED_TEXT = (
    "Hi, it's Dave from Dave Smith Plumbing. Sorry I missed you, we're closed now. "
    "I'll call you back by 8am on Monday. Or text me here what you need. Thanks"
)


@pytest.mark.parametrize(
    ("now", "text"), [("2026-11-23 13:10", OPEN_TEXT), ("2026-11-27 19:00", CLOSED_TEXT)]
)
def test_a_caller_gets_the_text_for_the_hour(now: str, text: str) -> None:
    assert missed_call_text(DAVE, at(now)) == text


def test_a_caller_gets_no_text_when_closed_and_none_is_wanted() -> None:
    settings = from_tree({"business": "Plumbing", "text": {"closed": ""}})
    assert missed_call_text(settings, at("2026-11-28 12:00")) == ""
    assert missed_call_text(settings, at("2026-11-23 12:00")) != ""


AWAY_TEXT = (
    "Hi, it's Dave from Dave Smith Plumbing. Sorry I missed you, we're away now. "
    "I'll call you back by 8am on Mon 24 Aug. Or text me here what you need. Thanks"
)
AWAY = from_tree(
    {
        "name": "Dave",
        "business": "Dave Smith Plumbing",
        "holidays": [
            {"from": "2026-08-10", "to": "2026-08-21"},
            {"from": "2026-09-01", "to": "2026-09-01", "text": "At a wedding. Back [time]. [name]"},
            {"from": "2026-09-02", "to": "2026-09-02", "text": ""},
        ],
    }
)


@pytest.mark.parametrize(
    ("now", "which"),
    [
        ("2026-08-07 17:59", "open"),
        ("2026-08-07 18:00", "closed"),
        ("2026-08-10 10:00", "holiday"),
        ("2026-08-15 23:00", "holiday"),
        ("2026-09-02 10:00", "holiday"),
        ("2026-12-25 10:00", "closed"),  # a bank holiday: closed, but nobody said they are away
    ],
)
def test_the_text_is_that_of_the_day_and_the_hour(now: str, which: str) -> None:
    assert template_now(AWAY, at(now)) == getattr(AWAY.text, which)


def test_a_holiday_has_a_text_of_its_own_or_the_usual_one() -> None:
    assert missed_call_text(AWAY, at("2026-08-13 10:00")) == AWAY_TEXT
    assert missed_call_text(AWAY, at("2026-09-01 10:00")) == "At a wedding. Back 8am on Thursday. Dave"
    assert len(gsm7.split(AWAY_TEXT).texts) == 1


def test_while_the_time_is_not_known_holidays_are_not_either() -> None:
    assert template_now(AWAY, None) == AWAY.text.open


def test_where_no_text_is_wanted_a_number_that_always_gets_one_has_that_for_opening_hours() -> None:
    settings = from_tree({"name": "Dave", "business": "Plumbing", "text": {"closed": "", "holiday": ""}})
    night = at("2026-11-28 12:00")
    assert missed_call_text(settings, night) == ""
    assert missed_call_text(settings, night, always=True) == fill_now(settings.text.open, settings, night)
    assert "I'm on a job" in missed_call_text(settings, night, always=True)


def test_where_the_business_stays_shut_for_more_than_a_year_no_time_is_promised() -> None:
    settings = from_tree({"business": "B", "holidays": [{"from": "2026-01-01", "to": "2028-01-01"}]})
    assert "I'll call you back soon." in missed_call_text(settings, at("2026-06-01 10:00"))


@pytest.mark.parametrize(
    ("parts", "price", "line"),
    [
        (1, 4, "Costs about 4p each time."),
        (2, 4.5, "Costs about 9p each time."),
        (3, 1.15, "Costs about 3.45p each time."),
        (4, 50, "Costs about \u00a32.00 each time."),
        (1, None, ""),
        (2, 0, ""),
        (0, 4, ""),
    ],
)
def test_the_cost_is_said_when_the_owner_gave_a_price(parts: int, price: float | None, line: str) -> None:
    assert cost_line(parts, price) == line


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("I'll call you back by [time]. Thanks", "I'll call you back soon. Thanks"),
        ("I'll ring before [Time] or after", "I'll ring soon or after"),
        ("Back [time]", "Back soon"),
        ("Standby [time]", "Standby soon"),
        ("[name] by [name]", "the team by the team"),
    ],
)
def test_while_the_time_is_not_known_none_is_promised(template: str, text: str) -> None:
    settings = from_tree({"text": {"open": template, "closed": ""}})
    assert missed_call_text(settings, None) == text


def test_the_values_of_now() -> None:
    assert values_now(DAVE, at("2026-11-23 13:10")) == {
        "name": "Dave",
        "business": "Dave Smith Plumbing",
        "time": "3:30pm",
    }


times = st.datetimes(
    min_value=datetime.fromisoformat("2026-01-01"),
    max_value=datetime.fromisoformat("2028-01-01"),
    timezones=st.just(UTC),
)


@given(st.none() | times, st.text("[]name time business by x\u20ac\u2019\n", max_size=300))
def test_no_caller_costs_more_than_the_page_showed(moment: datetime | None, template: str) -> None:
    counted = check(template, longest_values(DAVE))
    if counted.stops:
        return
    settings = from_tree(
        {"name": "Dave", "business": "Dave Smith Plumbing", "text": {"open": template, "closed": template}}
    )
    sent = gsm7.split(missed_call_text(settings, moment.astimezone(LONDON) if moment else None))
    assert len(sent.texts) <= counted.parts
    assert "[name]" not in "".join(sent.texts)


def test_the_parser_is_reached_from_here_too() -> None:
    assert fill("[name]", {"name": "Dave"}) == "Dave"
    assert unknown_words("[tme]") == ["tme"]
