"""What the page says when it cannot do what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.fakes import words_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.fakes import Box, Visitor


def test_a_page_that_is_not_there_leads_home(owner: Visitor, box: Box) -> None:
    answer = owner.get("/nothing")
    assert answer.status_code == 404
    assert "There is no such page." in words_of(answer)
    assert 'href="/"' in answer.text


def test_a_form_left_open_too_long_says_what_to_do(owner: Visitor, box: Box) -> None:
    answer = owner.post("/pause", {"csrf": "stale"})
    assert answer.status_code == 403
    assert "Go back, load it again, and try once more." in words_of(answer)


def test_damaged_settings_are_told_in_one_sentence(owner: Visitor, box: Box) -> None:
    for name in ("settings.json", "settings.json.bak"):
        (box.data / name).write_text("{ not json")
    answer = owner.get("/")
    assert answer.status_code == 503
    assert "The settings cannot be read." in words_of(answer)


def test_a_damaged_sign_in_file_lets_nobody_in(owner: Visitor, box: Box) -> None:
    for name in ("access.json", "access.json.bak"):
        (box.data / name).write_text("{ not json")
    answer = owner.get("/")
    assert answer.status_code == 503
    assert "The sign-in file cannot be read." in words_of(answer)
    assert "Dave" not in answer.text


def test_a_journal_that_cannot_be_opened_is_told_in_one_sentence(app: Flask, owner: Visitor) -> None:
    journal = app.extensions["textback"]._journal_path
    journal.unlink()
    journal.mkdir()
    answer = owner.get("/")
    assert answer.status_code == 503
    assert "The box has a problem" in words_of(answer)
    assert owner.get("/settings").status_code == 200
