"""What the box does for its own files, in quiet moments and when its clock may be believed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.core.retention import Believed, to_mark
from appliance.core.settings import Settings
from appliance.drivers.journal import Journal
from appliance.housekeeping import AGAIN_S, FIRST_S, Housekeeping
from tests.drivers.stories import ANN, BOB, MONDAY, missed_call

DAY_S = 86400.0
CALLS_BACK = timedelta(days=100)


class House:
    """A box that works on and on: both its clocks go, and the house is looked after."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.wall = MONDAY
        self.now = 1000.0
        self.sure = True
        self.keeping = Housekeeping(journal)

    def work(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.keeping.look(self.wall, self.now, Settings(), clock_sure=self.sure)
            step = min(AGAIN_S, end - self.now)
            self.now += step
            self.wall += timedelta(seconds=step)
        self.keeping.look(self.wall, self.now, Settings(), clock_sure=self.sure)

    def restart(self) -> None:
        self.keeping = Housekeeping(self.journal)
        self.now = 5.0

    def calls(self) -> int:
        return len(self.journal.calls(limit=1000))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Journal(tmp_path / "data" / "journal.sqlite3") as journal:
        journal.set_mark("believed_time", to_mark(Believed(MONDAY)))
        yield House(journal)


def test_what_is_older_than_the_owner_wants_it_kept_is_forgotten_every_day(house: House) -> None:
    for day in (0, 1, 2):
        missed_call(house.journal, ANN, MONDAY - timedelta(days=90) + timedelta(days=day, hours=-1))
    house.restart()
    house.work(FIRST_S + AGAIN_S)
    assert house.calls() == 2
    house.work(2 * DAY_S)
    assert house.calls() == 0


def test_callers_who_waited_come_before_the_house(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY - CALLS_BACK)
    house.restart()
    house.work(FIRST_S - 1)
    assert house.calls() == 1


def test_nothing_is_done_while_the_phone_rings(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY - CALLS_BACK)
    ringing = house.journal.call_started(house.wall)
    house.restart()
    house.work(3 * AGAIN_S)
    assert house.calls() == 2
    missed_call(house.journal, BOB, house.wall)
    with house.journal._file.transaction() as db:
        db.execute("UPDATE calls SET outcome = 'missed', ended_at = started_at WHERE id = ?", (ringing,))
    house.work(2 * AGAIN_S)
    assert house.calls() == 2


def test_security_check_36_an_unsure_clock_forgets_nothing(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY)
    house.sure = False
    house.wall = MONDAY + timedelta(days=3652)
    house.work(5 * DAY_S)
    assert house.calls() == 1


def test_security_check_36_a_sure_clock_ten_years_ahead_forgets_nothing(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY)
    house.wall = MONDAY + timedelta(days=3652)
    house.work(DAY_S)
    house.restart()
    house.work(0.9 * DAY_S)
    house.wall = MONDAY + timedelta(days=3)
    house.work(DAY_S)
    assert house.calls() == 1


def test_a_box_that_lay_in_a_drawer_forgets_after_two_days_of_work(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY)
    house.wall = MONDAY + timedelta(days=200)
    house.restart()
    house.work(1.9 * DAY_S)
    assert house.calls() == 1
    house.work(0.5 * DAY_S)
    assert house.calls() == 0


@pytest.mark.parametrize("year", [1970, 2016])
def test_security_check_36_a_clock_in_the_past_forgets_nothing(house: House, year: int) -> None:
    missed_call(house.journal, ANN, MONDAY)
    house.wall = datetime(year, 1, 1, tzinfo=UTC)
    house.restart()
    house.work(2 * DAY_S)
    assert house.calls() == 1


def test_an_idle_box_writes_nothing_in_a_day(house: House) -> None:
    missed_call(house.journal, ANN, MONDAY)
    house.work(DAY_S)
    files = [house.journal.folder / name for name in ("journal.sqlite3", "journal.sqlite3-wal")]
    before = [file.read_bytes() for file in files]
    house.work(DAY_S)
    assert [file.read_bytes() for file in files] == before


def test_damaged_and_older_files_are_kept_for_a_week(house: House) -> None:
    names = ("journal.damaged-20261123T100000Z.sqlite3", "journal.v1.sqlite3", "settings.json.damaged")
    for name in names:
        file = house.journal.folder / name
        file.touch()
        os.utime(file, times=(MONDAY.timestamp(), MONDAY.timestamp()))
    house.work(6 * DAY_S)
    assert {file.name for file in house.journal.folder.iterdir()} >= set(names)
    house.work(2 * DAY_S)
    assert not {file.name for file in house.journal.folder.iterdir()} & set(names)


def test_what_is_owed_after_an_erasure_is_done(house: House) -> None:
    missed_call(house.journal, ANN)
    path = house.journal.folder / "journal.sqlite3"
    with Journal(path, read_only=True) as page, page._file.reading() as db:
        db.execute("SELECT count(*) FROM calls").fetchone()
        house.journal.erase(ANN, patience=0.01)
        assert house.journal.mark("scrubbing_owed") is not None
    house.work(2 * AGAIN_S)
    assert house.journal.mark("scrubbing_owed") is None


def test_a_journal_that_is_set_aside_at_work_is_noted_once_in_the_new_one(house: House) -> None:
    missed_call(house.journal, ANN)
    path = house.journal.folder / "journal.sqlite3"
    house.journal._file._current().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"\xa5" * path.stat().st_size)
    house.journal._file._suspect = True
    house.work(3 * AGAIN_S)
    assert [event.name for event in house.journal.events(limit=10)] == ["journal_set_aside"]
    assert missed_call(house.journal, ANN) == 1_000_001


def test_calls_that_were_dated_before_anybody_set_the_clock_are_not_forgotten_when_it_is_set(
    tmp_path: Path,
) -> None:
    with Journal(tmp_path / "new" / "journal.sqlite3") as journal:
        house = House(journal)
        house.sure, house.wall = False, datetime(2025, 2, 1, tzinfo=UTC)
        missed_call(journal, ANN, house.wall)
        house.work(3600)
        house.sure, house.wall = True, MONDAY
        house.work(1.5 * DAY_S)
        assert house.calls() == 1
