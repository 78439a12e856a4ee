"""Hours and holidays: a week, its bank holidays, and days away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import with_value
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import tags_of, words_of
from tests.web.test_settings import chosen, field

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = {
    "mon": "open",
    "mon-from": "07:30",
    "mon-to": "16:00",
    **dict.fromkeys(("tue", "wed", "thu", "fri"), "same"),
    "sat": "open",
    "sat-from": "09:00",
    "sat-to": "12:00",
    "sun": "closed",
    "nation": "scotland",
    "promise": "4h",
}


def test_a_day_like_monday_says_so(owner: Visitor, box: Box) -> None:
    box.set("hours.wed", "10:00-16:30")
    page = owner.get("/settings/hours")
    assert chosen(page)[:7] == ["open", "same", "open", "same", "same", "closed", "closed"]
    assert (field(page, "wed-from")["value"], field(page, "wed-to")["value"]) == ("10:00", "16:30")


def test_where_monday_is_closed_so_is_every_day_that_is_closed(owner: Visitor, box: Box) -> None:
    box.set("hours.mon", "closed")
    assert chosen(owner.get("/settings/hours"))[:3] == ["closed", "open", "open"]


def test_a_saved_week_is_the_boxs(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings/hours", **WEEK)
    assert (answer.status_code, answer.location) == (303, "/settings/hours?done=saved")
    settings = box.settings()
    assert [getattr(settings.hours, day) for day in DAYS] == [
        *["07:30-16:00"] * 5,
        "09:00-12:00",
        "closed",
    ]
    assert (settings.nation, settings.promise) == ("scotland", "4h")


def test_the_same_as_a_closed_monday_is_closed(owner: Visitor, box: Box) -> None:
    owner.submit("/settings/hours", **{**WEEK, "mon": "closed"})
    assert [box.settings().hours.span(day) is None for day in range(7)] == [True] * 5 + [False, True]


def test_closing_at_midnight_ends_the_day(owner: Visitor, box: Box) -> None:
    owner.submit("/settings/hours", **{**WEEK, "mon-to": "00:00"})
    assert box.settings().hours.mon == "07:30-24:00"
    assert field(owner.get("/settings/hours"), "mon-to")["value"] == "00:00"


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        ("18:00", "08:00", "Closing time must be after opening time on Tuesday."),
        ("08:00", "08:00", "Closing time must be after opening time on Tuesday."),
        ("", "18:00", "Enter when you open and when you close on Tuesday."),
        ("08:00", "", "Enter when you open and when you close on Tuesday."),
        ("8", "18", "Write the hours of Tuesday like 08:00-18:00, or closed."),
        ("25:00", "26:00", "Write the hours of Tuesday like 08:00-18:00, or closed."),
    ],
)
def test_hours_that_make_no_sense_are_told_at_their_day_and_nothing_is_saved(
    owner: Visitor, box: Box, opens: str, closes: str, sentence: str
) -> None:
    before = box.settings()
    answer = owner.submit("/settings/hours", **{**WEEK, "tue": "open", "tue-from": opens, "tue-to": closes})
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) == 2
    assert ("a", {"href": "#hours.tue"}) in tags_of(answer)
    assert field(answer, "mon-from")["value"] == "07:30"
    assert box.settings() == before


def test_no_bank_holidays_can_be_chosen(owner: Visitor, box: Box) -> None:
    assert owner.submit("/settings/hours", **{**WEEK, "nation": "none"}).status_code == 303
    assert box.settings().nation == "none"
    assert owner.submit("/settings/hours", **{**WEEK, "nation": "wales"}).status_code == 422


def test_days_away_are_kept_with_their_own_text(owner: Visitor, box: Box) -> None:
    away = {"from": "2026-12-24", "to": "2026-12-28", "text": "Hi, [name] is away."}
    assert owner.submit("/settings/hours/away", **away).status_code == 303
    (holiday,) = box.settings().holidays
    assert (holiday.from_, holiday.to, holiday.text) == (
        date(2026, 12, 24),
        date(2026, 12, 28),
        "Hi, [name] is away.",
    )
    words = words_of(owner.get("/settings/hours"))
    assert "Thu 24 Dec to Mon 28 Dec" in words
    assert "Hi, [name] is away." in words


def test_days_away_without_a_text_get_the_usual_one(owner: Visitor, box: Box) -> None:
    owner.submit("/settings/hours/away", **{"from": "2026-12-24", "to": "2026-12-24", "text": ""})
    assert box.settings().holidays[0].text is None
    assert "Thu 24 Dec The usual holiday text" in words_of(owner.get("/settings/hours"))


@pytest.mark.parametrize(
    ("change", "at", "sentence"),
    [
        ({"from": ""}, "from", "Enter the first day away."),
        ({"to": ""}, "to", "Enter the last day away."),
        ({"from": "24/12/2026"}, "from", "Enter a date, like 2026-12-24."),
        ({"to": "2026-12-23"}, "to", "The last day of a holiday must not be before its first day."),
        ({"text": "[nme] is away"}, "text", "[nme] is not one of ours."),
    ],
)
def test_days_away_that_make_no_sense_are_told_at_their_field(
    owner: Visitor, box: Box, change: dict[str, str], at: str, sentence: str
) -> None:
    away = {"from": "2026-12-24", "to": "2026-12-28", "text": "Hi", **change}
    answer = owner.submit("/settings/hours/away", **away)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert ("a", {"href": f"#{at}"}) in tags_of(answer)
    assert box.settings().holidays == ()


def test_days_away_can_be_taken_back_one_by_one(owner: Visitor, box: Box) -> None:
    for day in ("2026-12-24", "2027-01-04"):
        owner.submit("/settings/hours/away", **{"from": day, "to": day, "text": ""})
    owner.submit("/settings/hours/away/remove", **{"from": "2026-12-24", "to": "2026-12-24"})
    assert [holiday.from_ for holiday in box.settings().holidays] == [date(2027, 1, 4)]
    assert owner.submit("/settings/hours/away/remove", **{"from": "x", "to": "y"}).status_code == 303
    assert len(box.settings().holidays) == 1


def test_days_that_are_over_are_neither_shown_nor_kept(owner: Visitor, box: Box) -> None:
    over = [{"from": "2026-11-01", "to": "2026-11-25", "text": None}]
    SettingsFile(box.data).update(lambda settings: with_value(settings, "holidays", over))
    assert "Days away" not in words_of(owner.get("/settings/hours"))
    owner.submit("/settings/hours/away", **{"from": "2026-11-26", "to": "2026-11-26", "text": ""})
    assert [holiday.from_ for holiday in box.settings().holidays] == [date(2026, 11, 26)]
