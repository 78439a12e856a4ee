"""Your details: the owner's names and number, and the codes that bring calls to the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.fakes import tags_of, words_of
from tests.web.test_settings import field

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor

GOOD = {
    "business": "Smith & Sons",
    "name": "Sam",
    "owner_mobile": "07700 900101",
    "forward_replies": "true",
    "use": "sim",
    "box_number": "",
}
DIVERTED = {**GOOD, "use": "divert", "box_number": "07700 900111"}


def test_the_details_are_shown_as_they_are(owner: Visitor, box: Box) -> None:
    page = owner.get("/settings/details")
    assert field(page, "business")["value"] == "Dave Smith Plumbing"
    assert field(page, "owner_mobile")["value"] == "07700 900100"
    assert "checked" in field(page, "forward_replies")
    assert "checked" in field(page, "use-sim")
    assert "Turn voicemail off" in words_of(page)


def test_saved_details_are_the_boxs(owner: Visitor, box: Box) -> None:
    without_copies = {key: value for key, value in GOOD.items() if key != "forward_replies"}
    answer = owner.submit("/settings/details", **without_copies)
    assert (answer.status_code, answer.location) == (303, "/settings/details?done=saved")
    settings = box.settings()
    assert (settings.business, settings.name, settings.owner_mobile, settings.forward_replies) == (
        "Smith & Sons",
        "Sam",
        "+447700900101",
        False,
    )


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("business", "", "Enter the name of your business."),
        ("business", "   ", "Enter the name of your business."),
        ("name", "", "Enter your name."),
        ("owner_mobile", "", "Enter your mobile number, like 07700 900123."),
        ("owner_mobile", "01632 960000", "Enter your mobile number, like 07700 900123."),
        ("box_number", "hello", "Enter your mobile number, like 07700 900123."),
        ("use", "both", "Choose sim or divert."),
    ],
)
def test_a_wrong_detail_is_told_at_its_field_and_nothing_is_saved(
    owner: Visitor, box: Box, key: str, value: str, sentence: str
) -> None:
    before = box.settings()
    answer = owner.submit("/settings/details", **{**GOOD, key: value})
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) == 2
    assert ("a", {"href": f"#{key}"}) in tags_of(answer)
    assert box.settings() == before


def test_a_business_name_that_makes_the_text_too_long_is_told_at_the_name(owner: Visitor, box: Box) -> None:
    owner.submit("/message/open", text="[business] " * 30, do="save")
    answer = owner.submit("/settings/details", **{**GOOD, "business": "Smith " * 9})
    assert answer.status_code == 422
    assert ("a", {"href": "#business"}) in tags_of(answer)


def codes(owner: Visitor, path: str = "/settings/details") -> dict[str, str]:
    """The codes that are shown, by the address that dials them."""
    found = tags_of(owner.get(path))
    return {
        str(tag["href"]): "" for name, tag in found if name == "a" and str(tag["href"]).startswith("tel:")
    }


def test_the_codes_that_divert_calls_are_ready_to_tap(owner: Visitor, box: Box) -> None:
    assert codes(owner) == {}
    owner.submit("/settings/details", **DIVERTED)
    assert list(codes(owner)) == [
        "tel:%2A%2A61%2A07700900111%2A11%2A15%23",
        "tel:%2A%2A67%2A07700900111%23",
        "tel:%2A%2A62%2A07700900111%23",
        "tel:%23%23002%23",
    ]
    words = words_of(owner.get("/settings/details"))
    for code in ("**61*07700900111*11*15#", "**67*07700900111#", "**62*07700900111#", "##002#"):
        assert code in words


@pytest.mark.parametrize(
    ("asked", "shown"), [("5", 5), ("30", 30), ("31", 15), ("0", 15), ("x", 15), ("7", 15)]
)
def test_the_seconds_before_a_divert_are_those_a_network_takes(
    owner: Visitor, box: Box, asked: str, shown: int
) -> None:
    owner.submit("/settings/details", **DIVERTED)
    first = next(iter(codes(owner, f"/settings/details?seconds={asked}")))
    assert first.endswith(f"%2A{shown}%23")


def test_without_the_number_of_the_box_there_is_no_code_yet(owner: Visitor, box: Box) -> None:
    owner.submit("/settings/details", **{**DIVERTED, "box_number": ""})
    assert codes(owner) == {}
    assert "Enter the number of the SIM in the box above" in words_of(owner.get("/settings/details"))
