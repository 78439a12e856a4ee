"""A box without an owner: one page, and nothing behind it. Check 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.drivers.access_file import AccessFile
from tests.web.fakes import PASSWORD, Visitor, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

NOT_YET = "This box is not set up yet"


def test_every_page_leads_to_the_one_that_says_how_to_set_the_box_up(unclaimed: Flask) -> None:
    visitor = Visitor(unclaimed)
    for rule in unclaimed.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint in {"assets.asset", "setup.setup"}:
            continue
        answer = visitor.get(rule.rule.replace("<item>", "c1").replace("<which>", "open"))
        if rule.rule == "/api/state":
            assert (answer.status_code, answer.json) == (401, {"state": "NOT_SET_UP"})
        else:
            assert (answer.status_code, answer.location) == (303, "/setup"), rule.rule
    assert visitor.get("/no-such-page").location == "/setup"
    page = visitor.get("/setup")
    assert page.status_code == 200
    assert NOT_YET in words_of(page)
    assert "textback setup" in words_of(page)


def test_the_page_before_the_claim_has_no_tabs_and_no_form(unclaimed: Flask) -> None:
    page = Visitor(unclaimed).get("/setup").text
    assert "<nav" not in page
    assert "<form" not in page


@pytest.mark.parametrize(
    "password",
    [
        "",
        "admin",
        "password",
        "raspberry",
        "textback",
        "1234",
        "root",
        "pi",
        "12345678",
        "letmein",
        "0000",
        "guest",
    ],
)
def test_no_common_login_works_on_a_fresh_box(unclaimed: Flask, password: str) -> None:
    answer = Visitor(unclaimed).post("/login", {"password": password, "user": "admin"})
    assert answer.status_code == 401
    assert NOT_YET in words_of(answer)


def test_nothing_is_made_on_the_disk_before_the_claim(unclaimed: Flask, tmp_path: Path) -> None:
    Visitor(unclaimed).get("/")
    assert not (tmp_path / "data").exists()


def test_after_the_claim_the_setup_page_is_gone(unclaimed: Flask, tmp_path: Path) -> None:
    visitor = Visitor(unclaimed)
    assert visitor.get("/").location == "/setup"
    AccessFile(tmp_path / "data").claim(PASSWORD)
    assert visitor.get("/setup").location == "/"
    assert visitor.get("/").status_code == 401
    assert visitor.sign_in().status_code == 303
