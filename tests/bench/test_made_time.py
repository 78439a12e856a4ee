"""What is measured in made time, in the smallest sizes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.drivers.journal import Journal
from bench import history, made_time
from bench.made_time import cost_per_call, lines_per_second, memory_over, written_in_an_idle_hour
from tests.fakes import MONDAY


def test_a_call_costs_something_whatever_lies_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_time, "GROUP", 2)
    found = cost_per_call(tmp_path, (0, 5), rounds=1)
    assert list(found) == [0, 5]
    assert all(0 < cost < 1 for cost in found.values())


def test_memory_is_looked_at_early_and_late(tmp_path: Path) -> None:
    early, late = memory_over(tmp_path, calls=4, early=2)
    assert 0 < early <= late * 1.5


def test_an_idle_hour_writes_nothing(tmp_path: Path) -> None:
    assert written_in_an_idle_hour(tmp_path) == 0


def test_lines_are_read_whole_and_by_the_byte() -> None:
    assert lines_per_second(at_once=True, repeats=3) > 0
    assert lines_per_second(at_once=False, repeats=3) > 0


def test_a_history_has_all_its_calls_and_a_text_for_each_within_what_is_kept(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite3") as journal:
        history.fill(journal, 5, MONDAY)
        calls = journal.calls(limit=10)
        assert len(calls) == 5
        assert all(view.text is not None and view.text.state == "SENT" for view in calls)
        assert all(
            MONDAY - history.KEPT - timedelta(days=1) <= view.call.started_at < MONDAY for view in calls
        )
