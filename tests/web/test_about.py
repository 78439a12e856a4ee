"""About: what the law wants told, to anybody, and the rest to the owner. Check 16, without a network."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance import __version__
from tests.web.fakes import Visitor, words_of
from web import about

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.fakes import Box

SECURITY = Path(__file__).parents[2] / "SECURITY.md"


def test_security_check_16_it_tells_anybody_how_long_it_is_looked_after_and_whom_to_tell(
    stranger: Visitor, box: Box
) -> None:
    page = stranger.get("/about")
    words = words_of(page)
    assert about.MODEL in words
    assert f'datetime="{about.SUPPORT_ENDS.isoformat()}"' in page.text
    assert "the address on the card that came with the box" in words
    assert "within 3 working days" in words
    assert "every 14 days" in words
    assert "Privacy notice" in words


def test_security_check_16_it_is_looked_after_for_a_year_at_least() -> None:
    assert datetime.now(UTC).date() + timedelta(days=365) <= about.SUPPORT_ENDS


def test_security_check_16_the_page_and_the_policy_say_the_same() -> None:
    policy = SECURITY.read_text(encoding="utf-8")
    ends = about.SUPPORT_ENDS
    assert f"until **{ends.day} {ends:%B %Y}**" in policy
    assert f"within {about.ANSWER_DAYS} working days" in policy
    assert f"every {about.NEWS_DAYS} days" in policy


def test_security_check_16_a_stranger_learns_neither_the_version_nor_whose_box_it_is(
    stranger: Visitor, box: Box
) -> None:
    box.status()
    for path in ("/about", "/login", "/forgot", "/", "/api/state", "/nothing-here"):
        text = stranger.get(path).text
        assert not re.search(r"Dave|Plumbing|900100|SIM7600|IME?I|ICCID", text), path
        assert __version__ not in text


def test_the_owner_reads_the_version_and_a_notice_in_their_own_name(owner: Visitor, box: Box) -> None:
    box.set("keep_days", "30")
    words = words_of(owner.get("/about"))
    assert f"Textback {__version__}" in words
    assert "Ask Dave at Dave Smith Plumbing ." in words
    assert "After 30 days they are wiped." in words


def test_before_the_claim_it_is_there_as_well(unclaimed: Flask) -> None:
    assert "Privacy notice" in words_of(Visitor(unclaimed).get("/about"))


def test_who_sells_the_box_names_an_address(
    stranger: Visitor, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTBACK_SECURITY_CONTACT", "security@example.org <b>")
    page = stranger.get("/about")
    assert "Tell us at security@example.org <b> ." in words_of(page)
    assert "&lt;b&gt;" in page.text
