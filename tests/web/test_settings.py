"""Settings: a field each, all saved or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import with_value
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import tags_of, words_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, Visitor

GOOD = {
    "business": "Smith & Sons",
    "name": "Sam",
    "owner_mobile": "07700 900101",
    "promise": "4h",
    "repeat_hours": "168",
    "ring_seconds": "20",
}


def field(page: TestResponse, key: str) -> dict[str, str | None]:
    return next(tag for name, tag in tags_of(page) if tag.get("id") == key)


def test_the_settings_are_shown_as_they_are(owner: Visitor, box: Box) -> None:
    page = owner.get("/settings")
    assert field(page, "business")["value"] == "Dave Smith Plumbing"
    assert field(page, "owner_mobile")["value"] == "07700 900100"
    assert ("option", {"value": "2h", "selected": None}) in tags_of(page)
    assert ("option", {"value": "24", "selected": None}) in tags_of(page)
    assert ("option", {"value": "0", "selected": None}) in tags_of(page)


def test_saved_settings_are_the_boxs(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings", **GOOD)
    assert (answer.status_code, answer.location) == (303, "/settings?done=saved")
    settings = box.settings()
    assert (settings.business, settings.name, settings.owner_mobile) == (
        "Smith & Sons",
        "Sam",
        "+447700900101",
    )
    assert (settings.promise, settings.repeat_hours, settings.ring_seconds) == ("4h", 168, 20)
    assert "Saved." in words_of(owner.get(answer.location))


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("business", "", "Enter the name of your business."),
        ("business", "   ", "Enter the name of your business."),
        ("name", "", "Enter your name."),
        ("owner_mobile", "", "Enter your mobile number, like 07700 900123."),
        ("owner_mobile", "01632 960000", "Enter your mobile number, like 07700 900123."),
        ("owner_mobile", "hello", "Enter your mobile number, like 07700 900123."),
        ("repeat_hours", "99999", "Enter a whole number from 0 to 720."),
        ("ring_seconds", "-1", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "\u0662", "Enter a whole number from 0 to 120."),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_saved(
    owner: Visitor, box: Box, key: str, value: str, sentence: str
) -> None:
    before = box.settings()
    answer = owner.submit("/settings", **{**GOOD, key: value})
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) == 2
    assert "<title>Error: Settings" in answer.text
    assert ("a", {"href": f"#{key}"}) in tags_of(answer)
    assert f"{key}-wrong" in str(field(answer, key)["aria-describedby"])
    assert field(answer, "name")["value"] == ("" if key == "name" else "Sam")
    assert box.settings() == before


def test_every_wrong_field_is_told_at_once(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings", **{**GOOD, "name": "", "owner_mobile": "1"})
    words = words_of(answer)
    assert "Enter your name." in words
    assert "Enter your mobile number, like 07700 900123." in words


def test_a_choice_that_is_none_of_ours_is_refused(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings", **{**GOOD, "promise": "3 weeks"})
    assert answer.status_code == 422
    assert box.settings().promise == "2h"


def test_a_business_name_that_makes_the_text_too_long_is_told_at_the_name(owner: Visitor, box: Box) -> None:
    owner.submit("/message/open", text="[business] " * 30, do="save")
    answer = owner.submit("/settings", **{**GOOD, "business": "Smith " * 9})
    assert answer.status_code == 422
    assert ("a", {"href": "#business"}) in tags_of(answer)


def test_a_value_set_on_the_command_line_can_be_kept(owner: Visitor, box: Box) -> None:
    SettingsFile(box.data).update(lambda settings: with_value(settings, "repeat_hours", "36"))
    page = owner.get("/settings")
    assert ("option", {"value": "36", "selected": None}) in tags_of(page)
    assert "36 hours" in words_of(page)
    assert owner.submit("/settings", **{**GOOD, "repeat_hours": "36"}).status_code == 303
    assert box.settings().repeat_hours == 36


def test_what_the_page_does_not_show_stays_as_it_was(owner: Visitor, box: Box) -> None:
    SettingsFile(box.data).update(lambda settings: with_value(settings, "keep_days", 30))
    owner.submit("/settings", **GOOD, keep_days="365", port="/dev/null")
    assert box.settings().keep_days == 30
    assert box.settings().port == "auto"


def test_the_page_reads_what_the_command_line_has_changed(owner: Visitor, box: Box) -> None:
    assert "Dave Smith Plumbing" in words_of(owner.get("/"))
    SettingsFile(box.data).update(lambda settings: with_value(settings, "business", "Patel Electrical"))
    assert "Patel Electrical" in words_of(owner.get("/"))
