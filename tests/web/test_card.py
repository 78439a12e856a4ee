"""The lights card: where the page is, what the lights say, and the setup code for who has it already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import segno

from appliance.core.states import Pattern
from appliance.drivers.access_file import AccessFile
from appliance.drivers.setup_code import SetupCode
from tests.web.fakes import PASSWORD, FakeClock, Visitor, tags_of, words_of
from web.card import _LIGHTS, qr_code

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.web.fakes import Box


@pytest.fixture
def code(unclaimed: Flask, tmp_path: Path, clock: FakeClock) -> str:
    setup = SetupCode(tmp_path / "data", tmp_path / "run", clock.monotonic)
    setup.open()
    return setup.code()


def test_the_owner_s_card_has_the_address_and_the_lights_and_no_setup_code(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    code = SetupCode(box.data, box.run, clock.monotonic).code()
    page = owner.get("/card")
    words = words_of(page)
    assert "Textback for Dave Smith Plumbing" in words
    assert "http://192.168.1.7/" in words
    assert ".local/" in words
    assert "Two short blinks It needs you." in words
    assert "Hold 3 seconds" in words
    assert code not in page.text


def test_the_card_names_the_model_and_how_long_it_is_looked_after(
    owner: Visitor, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = words_of(owner.get("/card"))
    assert "Textback box, model TB1. Security fixes until 31 December 2031." in words
    assert "break in" not in words
    monkeypatch.setenv("TEXTBACK_SECURITY_CONTACT", "security@example.org")
    assert "Tell security@example.org." in words_of(owner.get("/card"))


def test_every_way_a_light_can_be_lit_is_on_the_card() -> None:
    assert {pattern for pattern, _, _ in _LIGHTS} == set(Pattern) - {Pattern.OFF}


@pytest.mark.parametrize("words", ["http://192.168.1.7/", "http://textback.local/", "http://[fe80::1]:8080/"])
def test_a_code_is_drawn_as_the_library_has_it(words: str) -> None:
    drawn = qr_code(words)
    dark = set()
    for x, y, run in re.findall(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z", drawn.path):
        dark |= {(int(x) + step, int(y)) for step in range(int(run))}
    made = segno.make(words, error="m", micro=False)
    expected = {
        (x, y) for y, row in enumerate(made.matrix_iter(border=4)) for x, module in enumerate(row) if module
    }
    assert dark == expected
    assert drawn.size == made.symbol_size(border=4)[0]


def test_the_codes_have_names_for_who_cannot_see_them(owner: Visitor, box: Box) -> None:
    drawn = [tag for name, tag in tags_of(owner.get("/card")) if name == "svg" and tag.get("class") == "qr"]
    assert len(drawn) == 2
    assert all(str(tag["aria-label"]).startswith("QR code of http://") for tag in drawn)


def test_a_stranger_gets_no_card(stranger: Visitor, box: Box) -> None:
    assert stranger.get("/card").status_code == 401


def test_before_the_claim_the_card_with_the_code_is_for_who_types_the_code(
    unclaimed: Flask, code: str
) -> None:
    visitor = Visitor(unclaimed)
    assert code not in visitor.get("/setup/card").text
    page = visitor.submit("/setup/card", code=code.lower())
    assert page.status_code == 200
    assert f"Setup code {code}" in words_of(page)


def test_a_wrong_code_for_the_card_counts_as_a_try(unclaimed: Flask, code: str) -> None:
    visitor = Visitor(unclaimed)
    token = visitor.token()
    answers = [visitor.post("/setup/card", {"csrf": token, "code": "WRONG"}).status_code for _ in range(21)]
    assert answers == [403] * 20 + [410]
    assert visitor.post("/setup", {"csrf": token, "code": code, "password": PASSWORD}).status_code == 410


def test_after_the_claim_nobody_gets_a_card_with_the_code(
    unclaimed: Flask, code: str, tmp_path: Path
) -> None:
    visitor = Visitor(unclaimed)
    token = visitor.token()
    AccessFile(tmp_path / "data").claim(PASSWORD)
    answer = visitor.post("/setup/card", {"csrf": token, "code": code})
    assert answer.status_code == 409
    assert code not in answer.text
