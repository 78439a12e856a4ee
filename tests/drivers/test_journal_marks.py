"""Marks: small values that last."""

from __future__ import annotations

from pathlib import Path

from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, MONDAY, after, missed_call, queued, wrote


def test_a_mark_lasts(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.mark("board") is None
        journal.set_mark("board", "seen")
        journal.set_mark("board", "told")
    with Journal(path) as again:
        assert again.mark("board") == "told"
        again.set_mark("board", None)
        assert again.mark("board") is None


def test_setting_a_mark_to_what_it_is_writes_nothing(journal: Journal, path: Path) -> None:
    journal.set_mark("board", "told")
    log = path.with_name(f"{path.name}-wal")
    before = log.read_bytes()
    journal.set_mark("board", "told")
    journal.set_mark("guard", None)
    assert log.read_bytes() == before


def test_an_empty_journal_has_no_newest_time(journal: Journal) -> None:
    assert journal.newest_at() is None


def test_the_newest_time_is_that_of_whatever_came_last(journal: Journal) -> None:
    missed_call(journal, ANN, MONDAY)
    assert journal.newest_at() == MONDAY
    queued(journal, at=after(hours=1))
    assert journal.newest_at() == after(hours=1)
    wrote(journal, at=after(hours=2))
    assert journal.newest_at() == after(hours=2)
    journal.event("started", after(hours=3))
    missed_call(journal, ANN, after(hours=-5))
    assert journal.newest_at() == after(hours=3)
