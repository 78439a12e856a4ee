"""The lists: everybody once, newest first, at the same cost however long the journal is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.drivers.journal import Journal
from tests.web.fakes import Box, FakeClock
from web.lines import Cursor, Line, Page, everybody, found, to_do, who_wrote_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask


def all_lines(journal: Journal, listed: Callable[[Journal, int, Cursor], Page], limit: int) -> list[Line]:
    found: list[Line] = []
    start: Cursor | None = Cursor()
    pages = 0
    while start is not None:
        page = listed(journal, limit, start)
        assert len(page.lines) <= limit
        found += page.lines
        start = page.older
        pages += 1
        assert pages < 200, "the pages never end"
    return found


HAPPENINGS = st.lists(st.tuples(st.sampled_from(["none", "call", "text"]), st.integers(0, 6)), max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, limit=st.integers(1, 7))
def test_whatever_happened_everybody_is_listed_once_and_newest_first(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, happenings: list[tuple[str, int]], limit: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with app.app_context(), Journal(folder / "journal.sqlite3") as journal:
        box = Box(folder, folder, journal, FakeClock())
        people, nameless = set(), 0
        with journal.transaction():
            for count, (what, who) in enumerate(happenings):
                ago = timedelta(minutes=len(happenings) - count)
                number = f"0770090000{who}"
                match what:
                    case "none":
                        box.missed_call(None, ago=ago, verdict="WITHHELD")
                        nameless += 1
                    case "call":
                        box.missed_call(number, ago=ago, verdict="PAUSED")
                        people.add(f"07700 90000{who}")
                    case _:
                        box.incoming(number, f"Text {count}", ago=ago)
                        people.add(f"07700 90000{who}")
        lines = all_lines(journal, everybody, limit)
        assert sorted(line.who for line in lines) == sorted([*people, *["No number"] * nameless])
        assert all(one.at >= other.at for one, other in pairwise(lines))
        wrote = all_lines(journal, who_wrote_back, limit)
        assert len({line.who for line in wrote}) == len(wrote)
        assert {line.who for line in wrote} == {
            f"07700 90000{who}" for what, who in happenings if what == "text"
        }


def test_a_thousand_calls_of_one_person_hide_no_withheld_one(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), Journal(tmp_path / "journal.sqlite3") as journal:
        box = Box(tmp_path, tmp_path, journal, FakeClock())
        with journal.transaction():
            box.missed_call(None, ago=timedelta(minutes=600), verdict="WITHHELD")
            for minute in range(500, 0, -1):
                box.missed_call("07700900123", ago=timedelta(minutes=minute), verdict="TEXTED_RECENTLY")
        lines = all_lines(journal, everybody, 20)
    assert [line.who for line in lines] == ["07700 900123", "No number"]


def test_a_call_that_still_rings_has_no_line_yet(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite3") as journal:
        journal.call_started(FakeClock().now())
        assert everybody(journal, 20, Cursor()) == Page((), None)


def test_who_is_looked_for_is_found_by_number_by_name_and_by_words(app: Flask, tmp_path: Path) -> None:
    opened = app.extensions["textback"]
    with app.app_context(), Journal(tmp_path / "journal.sqlite3") as journal:
        box = Box(tmp_path, tmp_path, journal, FakeClock())
        box.missed_call("07700900123", verdict="PAUSED")
        box.missed_call("07700900456", verdict="PAUSED")
        box.incoming("07700900789", "Boiler showing F28")
        opened.people.add_name("07700900456", "Mrs Patel")
        for sought, who in (
            ("07700 900123", "07700 900123"),
            ("+44 7700 900 123", "07700 900123"),
            ("900123", "07700 900123"),
            ("patel", "Mrs Patel"),
            ("PATEL", "Mrs Patel"),
            ("f28", "07700 900789"),
        ):
            page = found(journal, sought, 20, Cursor())
            assert [line.who for line in page.lines] == [who], sought
        assert found(journal, "nobody", 20, Cursor()) == Page((), None)


def test_a_search_and_the_list_of_those_who_wait_go_on_page_after_page(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), Journal(tmp_path / "journal.sqlite3") as journal:
        box = Box(tmp_path, tmp_path, journal, FakeClock())
        with journal.transaction():
            for last in range(30):
                box.incoming(f"077009000{last:02}", "Leaking tap", ago=timedelta(minutes=60 - last))
        for last in range(0, 30, 2):
            journal.mark_done(f"077009000{last:02}")
        taps = all_lines(journal, partial(_find, "tap"), 7)
        assert [line.who for line in taps] == [f"07700 9000{last:02}" for last in range(29, -1, -1)]
        waiting = all_lines(journal, to_do, 7)
        assert [line.who for line in waiting] == [f"07700 9000{last:02}" for last in range(29, -1, -2)]


def _find(sought: str, journal: Journal, limit: int, start: Cursor) -> Page:
    return found(journal, sought, limit, start)
