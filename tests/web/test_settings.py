"""Settings: the list of them, and the pages that are one form, all of it saved or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import get, with_value
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import tags_of, words_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, Visitor

LIMITS = {
    "repeat_hours": "168",
    "limits.per_caller_30_days": "2",
    "limits.per_10_minutes": "5",
    "limits.per_day": "20",
    "min_ring_seconds": "3",
    "ring_seconds": "20",
    "price_pence": "4.5",
}
FORMS = ("limits", "orders", "keep", "sim-lock")


def field(page: TestResponse, key: str) -> dict[str, str | None]:
    return next(tag for _, tag in tags_of(page) if tag.get("id") == key)


def chosen(page: TestResponse) -> list[str | None]:
    return [tag["value"] for name, tag in tags_of(page) if name == "option" and "selected" in tag]


def test_the_list_leads_to_every_page_of_settings_and_says_how_each_is(owner: Visitor, box: Box) -> None:
    page = owner.get("/settings")
    links = {
        str(tag["href"]) for name, tag in tags_of(page) if name == "a" and "line" in str(tag.get("class"))
    }
    assert links == {
        "/settings/hours",
        "/settings/numbers",
        "/settings/details",
        "/settings/limits",
        "/settings/orders",
        "/settings/box",
    }
    words = words_of(page)
    for said in ("Open now", "Dave Smith Plumbing", "60 texts a day at most", "Off", "Can't reach the phone"):
        assert said in words
    for link in links:
        assert owner.get(link).status_code == 200


def test_the_list_says_when_the_business_opens_next(owner: Visitor, box: Box) -> None:
    box.set("hours.thu", "closed")
    assert "Closed. Opens 8am tomorrow" in words_of(owner.get("/settings"))


def test_the_limits_are_shown_as_they_are(owner: Visitor, box: Box) -> None:
    page = owner.get("/settings/limits")
    assert field(page, "limits.per_day")["value"] == "60"
    assert field(page, "price_pence")["value"] == ""
    assert chosen(page) == ["24", "0", "0"]


def test_saved_limits_are_the_boxs(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings/limits", **LIMITS)
    assert (answer.status_code, answer.location) == (303, "/settings/limits?done=saved")
    settings = box.settings()
    assert {key: f"{get(settings, key)}" for key in LIMITS} == LIMITS
    page = owner.get(answer.location)
    assert "Saved." in words_of(page)
    assert field(page, "price_pence")["value"] == "4.5"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("repeat_hours", "99999", "Enter a whole number from 0 to 720."),
        ("ring_seconds", "-1", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "\u0662", "Enter a whole number from 0 to 120."),
        ("limits.per_day", "", "Enter a whole number from 1 to 1000."),
        ("limits.per_10_minutes", "0", "Enter a whole number from 1 to 100."),
        ("price_pence", "dear", "Enter a price in pence from 0 to 100, like 4 or 4.5."),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_saved(
    owner: Visitor, box: Box, key: str, value: str, sentence: str
) -> None:
    before = box.settings()
    answer = owner.submit("/settings/limits", **{**LIMITS, key: value})
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) == 2
    assert "<title>Error: Limits" in answer.text
    assert ("a", {"href": f"#{key}"}) in tags_of(answer)
    assert f"{key}-wrong" in str(field(answer, key)["aria-describedby"])
    assert box.settings() == before


def test_every_wrong_field_is_told_at_once(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings/limits", **{**LIMITS, "limits.per_day": "x", "price_pence": "x"})
    words = words_of(answer)
    assert "Enter a whole number from 1 to 1000." in words
    assert "Enter a price in pence from 0 to 100, like 4 or 4.5." in words


def test_a_value_set_on_the_command_line_can_be_kept(owner: Visitor, box: Box) -> None:
    box.set("repeat_hours", "36")
    page = owner.get("/settings/limits")
    assert "36" in chosen(page)
    assert "36 hours" in words_of(page)
    assert owner.submit("/settings/limits", **{**LIMITS, "repeat_hours": "36"}).status_code == 303
    assert box.settings().repeat_hours == 36


def test_what_the_form_does_not_show_stays_as_it_was(owner: Visitor, box: Box) -> None:
    box.set("keep_days", "30")
    owner.submit("/settings/limits", **LIMITS, keep_days="365", port="/dev/null")
    assert box.settings().keep_days == 30
    assert box.settings().port == "auto"


def test_the_days_that_things_are_kept_can_be_chosen(owner: Visitor, box: Box) -> None:
    assert chosen(owner.get("/settings/keep")) == ["90"]
    assert owner.submit("/settings/keep", keep_days="30").status_code == 303
    assert box.settings().keep_days == 30
    assert owner.submit("/settings/keep", keep_days="3000").status_code == 422


def test_the_sim_s_lock_code_is_kept_and_never_shown(owner: Visitor, box: Box) -> None:
    assert owner.submit("/settings/sim-lock", sim_pin="4321").status_code == 303
    assert box.settings().sim_pin == "4321"
    assert "4321" not in owner.get("/settings/sim-lock").text
    wrong = owner.submit("/settings/sim-lock", sim_pin="87654321 ")
    assert wrong.status_code == 303


@pytest.mark.parametrize("code", ["", "12", "123456789", "12a4", "\u0661\u0662\u0663\u0664"])
def test_what_cannot_be_a_lock_code_is_refused_and_not_shown_again(
    owner: Visitor, box: Box, code: str
) -> None:
    answer = owner.submit("/settings/sim-lock", sim_pin=code)
    assert answer.status_code == 422
    assert "Enter the 4 to 8 digits of the lock code." in words_of(answer)
    assert box.settings().sim_pin is None


def test_orders_by_text_are_off_till_there_is_a_lock_code(owner: Visitor, box: Box) -> None:
    page = owner.get("/settings/orders")
    assert "checked" not in field(page, "commands.enabled")
    assert "1234 PAUSE 2" in words_of(page)
    without = owner.submit("/settings/orders", **{"commands.pin": "", "commands.enabled": "true"})
    assert without.status_code == 422
    assert "Set a lock code for commands first." in words_of(without)
    both = {"commands.pin": "2468", "commands.enabled": "true"}
    assert owner.submit("/settings/orders", **both).status_code == 303
    commands = box.settings().commands
    assert (commands.enabled, commands.pin) == (True, "2468")
    assert "2468" not in owner.get("/settings/orders").text


def test_an_empty_lock_code_keeps_the_one_there_is(owner: Visitor, box: Box) -> None:
    owner.submit("/settings/orders", **{"commands.pin": "2468", "commands.enabled": "true"})
    owner.submit("/settings/orders", **{"commands.pin": ""})
    commands = box.settings().commands
    assert (commands.enabled, commands.pin) == (False, "2468")


@pytest.mark.parametrize("name", FORMS)
def test_every_field_of_every_form_has_a_label_and_a_way_back(owner: Visitor, box: Box, name: str) -> None:
    page = owner.get(f"/settings/{name}")
    labelled = {tag["for"] for tag_name, tag in tags_of(page) if tag_name == "label"}
    typed = {
        tag["id"]
        for tag_name, tag in tags_of(page)
        if tag_name in {"input", "select", "textarea"} and tag.get("type") != "hidden"
    }
    assert typed
    assert typed <= labelled
    assert any(tag.get("aria-label") == "Back" for _, tag in tags_of(page))


def test_the_page_reads_what_the_command_line_has_changed(owner: Visitor, box: Box) -> None:
    assert "Dave Smith Plumbing" in words_of(owner.get("/settings"))
    SettingsFile(box.data).update(lambda settings: with_value(settings, "business", "Patel Electrical"))
    assert "Patel Electrical" in words_of(owner.get("/settings"))
