"""How times and other people's words look on the page."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.view import clean, moment, one_line, plural, short_moment

if TYPE_CHECKING:
    from flask import Flask


@given(st.text())
def test_nothing_that_is_shown_can_turn_or_hide_other_words(text: str) -> None:
    shown = clean(text)
    assert not [c for c in shown if unicodedata.category(c)[0] == "C" and c not in "\n\u200d"]
    assert clean(shown) == shown
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, ""),
        ("Boiler F28", "Boiler F28"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e"),
        ("pay \u202ednuoper\u202c now", "pay dnuoper now"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\ud83d half", " half"),
        ("\U0001f468\u200d\U0001f527", "\U0001f468\u200d\U0001f527"),
        ("Łódź, 東京, مرحبا", "Łódź, 東京, مرحبا"),
    ],
)
def test_words_keep_what_they_say(text: str | None, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("when", "short", "full"),
    [
        (datetime(2026, 11, 26, 14, 40, tzinfo=UTC), "2:40pm", "2:40pm"),
        (datetime(2026, 11, 26, 0, 5, tzinfo=UTC), "12:05am", "12:05am"),
        (datetime(2026, 11, 25, 9, 0, tzinfo=UTC), "yesterday", "yesterday 9am"),
        (datetime(2026, 11, 3, 14, 40, tzinfo=UTC), "Tue 3 Nov", "Tue 3 Nov 2:40pm"),
        (datetime(2026, 7, 1, 14, 40, tzinfo=UTC), "Wed 1 Jul", "Wed 1 Jul 3:40pm"),  # summer time
        (datetime(2025, 11, 3, 14, 40, tzinfo=UTC), "Mon 3 Nov 2025", "Mon 3 Nov 2025 2:40pm"),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), "Fri 27 Nov", "Fri 27 Nov 9am"),  # a clock set back since
    ],
)
def test_times_are_the_owners(app: Flask, when: datetime, short: str, full: str) -> None:
    with app.test_request_context():
        assert (short_moment(when), moment(when)) == (short, full)


def test_counts_agree_with_their_noun() -> None:
    assert [plural(0, "text"), plural(1, "text"), plural(1200, "text")] == [
        "0 texts",
        "1 text",
        "1,200 texts",
    ]
