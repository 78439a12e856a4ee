"""How is it doing: four weeks in pictures, in a table, and as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.web.fakes import tags_of, words_of
from web.bars import Bar, Counted, draw
from web.statistics import speed_words

if TYPE_CHECKING:
    from tests.web.fakes import Box, FakeClock, Visitor


def test_an_empty_box_has_nothing_to_show_yet(owner: Visitor, box: Box) -> None:
    page = owner.get("/doing")
    assert "Nothing to show yet. It fills up as people ring." in words_of(page)
    assert not [tag for name, tag in tags_of(page) if name == "rect"]


def test_the_weeks_are_told_in_numbers_in_pictures_and_in_a_table(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111", ago=timedelta(days=3))
    box.incoming("07700900111", "Yes", ago=timedelta(days=2))
    box.texted_call("07700900222", ago=timedelta(days=1, hours=3))
    box.missed_call(None, verdict="WITHHELD")
    box.texted_call("07700900333", ago=timedelta(days=40))
    page = owner.get("/doing")
    words = words_of(page)
    assert "missed 3 texted 2 wrote back 1" in words
    assert "1 of 2 callers who got a text wrote back. That is 50 in 100." in words
    assert "Half the texts went within 4 seconds of the call, 19 of 20 within 4 seconds." in words
    assert "Thu 26 Nov 1 0 0 Wed 25 Nov 1 1 0 Mon 23 Nov 1 1 1" in words
    assert "11am 1 1 0 2pm 2 1 1" in words
    drawn = [tag["class"] for name, tag in tags_of(page) if name == "rect" and tag["height"] != "14"]
    assert (drawn.count("missed"), drawn.count("texted"), drawn.count("wrote-back")) == (5, 4, 2)


def test_days_are_the_owners_and_not_greenwichs(owner: Visitor, box: Box, clock: FakeClock) -> None:
    clock.pass_time(-150 * 86_400)  # in June London is an hour ahead
    late = clock.now().replace(hour=23, minute=30) - timedelta(days=2)
    box.texted_call("07700900111", ago=clock.now() - late)
    opened = owner.app.extensions["textback"]
    owner.bring_cookie(opened.access.new_session(opened.now()))
    words = words_of(owner.get("/doing"))
    assert "Sun 28 Jun 1 1 0" in words
    assert "12am 1 1 0" in words


def test_the_weeks_can_be_taken_away_as_a_table(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111", ago=timedelta(days=3))
    answer = owner.get("/doing.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["day", "missed", "texted", "wrote back"]
    assert len(rows) == 29
    assert (rows[1][0], rows[28][0]) == ("2026-10-30", "2026-11-26")
    assert [row for row in rows[1:] if row[1] != "0"] == [["2026-11-23", "1", "1", "0"]]


def test_all_calls_can_be_taken_away_with_the_names_the_owner_gave(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    box.missed_call(None, verdict="WITHHELD")
    owner.submit(f"/calls/c{call}/name", name="Mrs Patel")
    answer = owner.get("/calls.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="textback-calls.csv"'
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) == 3
    assert "Mrs Patel" in answer.text


@pytest.mark.parametrize("path", ["/doing", "/doing.csv", "/calls.csv"])
def test_strangers_see_none_of_it(stranger: Visitor, box: Box, path: str) -> None:
    box.texted_call("07700900123")
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "900123" not in answer.text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ([], ""),
        ([0.2], "Half the texts went within 1 second of the call, 19 of 20 within 1 second."),
        ([3.0, 4.0], "Half the texts went within 3 seconds of the call, 19 of 20 within 4 seconds."),
        (
            [*[4.0] * 19, 600.0],
            "Half the texts went within 4 seconds of the call, 19 of 20 within 4 seconds.",
        ),
        (
            [*[4.0] * 18, 600.0, 700.0],
            "Half the texts went within 4 seconds of the call, 19 of 20 within 10 minutes.",
        ),
    ],
)
def test_how_soon_the_texts_went_is_said_in_plain_words(seconds: list[float], said: str) -> None:
    assert speed_words(seconds) == said


def test_a_column_is_three_bars_one_in_the_other_on_one_floor() -> None:
    drawing = draw([Counted(8, 4, 2), Counted()], ["Mon", "Tue"], width=200)
    tall = drawing.floor
    assert drawing.columns[0].bars == (
        Bar("missed", 10, 0, 80, tall),
        Bar("texted", 10, tall / 2, 80, tall / 2),
        Bar("wrote-back", 32.5, tall * 3 / 4, 35, tall / 4),
    )
    assert (drawing.columns[1].label, drawing.columns[1].middle, drawing.columns[1].bars) == ("Tue", 150, ())


def test_one_call_does_not_look_like_a_rush() -> None:
    (column,) = draw([Counted(1, 0, 0)], [""]).columns
    assert column.bars[0].height == draw([Counted(1)], [""]).floor / 4
