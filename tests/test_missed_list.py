"""The modem's list of missed calls against the journal: who was not heard is listed once, never texted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.core.calls import Outcome, Presentation, Source
from appliance.core.policy import Reason
from appliance.drivers.journal import Call, Journal, JournalUnavailable
from appliance.missed_list import MARK, MissedList
from appliance.modem.events import MissedCalls
from tests.fakes import MONDAY, FlakyJournal

ANN, BOB, CAT = "07700900123", "07700900456", "07700900789"
IMEI = "490154203237518"
WEEK = timedelta(days=7)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[FlakyJournal]:
    with FlakyJournal(tmp_path / "journal.sqlite3") as journal:
        yield journal


def calls(journal: Journal) -> list[Call]:
    return [view.call for view in journal.calls(limit=100)]


def read(journal: Journal, *numbers: str, at: datetime = MONDAY, modem: str | None = IMEI) -> int:
    """Take the list with a new object, as after a restart."""
    return MissedList(journal).take(MissedCalls(modem, numbers), at)


def heard(journal: Journal, number: str, at: datetime) -> None:
    row = journal.call_started(at)
    journal.call_identified(row, number, f"+44{number[1:]}", Presentation.ALLOWED)
    journal.call_over(row, ended_at=at, rings=3, outcome=Outcome.MISSED, verdict="TEXT")


def test_the_first_list_of_a_modem_is_only_remembered(journal: FlakyJournal) -> None:
    assert read(journal, ANN, BOB) == 0
    assert calls(journal) == []


def test_who_rang_while_nobody_listened_is_listed_without_a_text(journal: FlakyJournal) -> None:
    read(journal, ANN)
    assert read(journal, BOB, ANN, at=MONDAY + WEEK) == 1
    (call,) = calls(journal)
    assert (call.number, call.key, call.presentation) == (BOB, "+447700900456", Presentation.ALLOWED)
    assert (call.outcome, call.verdict) == (Outcome.MISSED, Reason.TOO_LATE)
    assert (call.source, call.started_at) == (Source.MODEM_LIST, MONDAY + WEEK)
    assert journal.next_text(MONDAY + WEEK) is None


def test_nobody_is_listed_twice_however_often_the_list_is_read(journal: FlakyJournal) -> None:
    read(journal)
    for days in range(1, 5):
        read(journal, ANN, ANN, BOB, at=MONDAY + timedelta(days=days))
    assert sorted(call.number or "" for call in calls(journal)) == [ANN, BOB]


def test_a_caller_who_was_heard_is_not_listed_again(journal: FlakyJournal) -> None:
    read(journal)
    heard(journal, ANN, MONDAY + timedelta(hours=3))
    assert read(journal, "+44" + ANN[1:], at=MONDAY + timedelta(hours=4)) == 0
    assert len(calls(journal)) == 1


def test_a_caller_who_was_heard_and_rang_again_the_next_week_is_listed(journal: FlakyJournal) -> None:
    read(journal)
    heard(journal, ANN, MONDAY + timedelta(hours=1))
    read(journal, ANN, at=MONDAY + timedelta(hours=1, minutes=1))
    assert read(journal, ANN, ANN, at=MONDAY + WEEK) == 1
    assert [call.source for call in calls(journal)] == [Source.MODEM_LIST, Source.RING]


def test_the_same_list_writes_nothing(journal: FlakyJournal) -> None:
    read(journal, ANN)
    version = journal.data_version()
    journal.storage.writes = False
    assert read(journal, ANN, at=MONDAY + WEEK) == 0
    assert journal.data_version() == version


def test_a_short_list_that_forgot_its_oldest_is_no_news(journal: FlakyJournal) -> None:
    read(journal, ANN, BOB, CAT)
    assert read(journal, ANN, at=MONDAY + WEEK) == 0
    assert read(journal, at=MONDAY + 2 * WEEK) == 0
    assert calls(journal) == []


def test_another_modems_list_is_not_taken_for_new_calls(journal: FlakyJournal) -> None:
    read(journal, ANN)
    assert read(journal, BOB, CAT, at=MONDAY + WEEK, modem="490154203237519") == 0
    assert calls(journal) == []
    assert read(journal, ANN, BOB, CAT, at=MONDAY + 2 * WEEK, modem="490154203237519") == 1


def test_no_number_is_kept_in_what_is_remembered(journal: FlakyJournal) -> None:
    read(journal, ANN, BOB)
    kept = journal.mark(MARK) or ""
    assert kept
    for number in (ANN, BOB, IMEI):
        assert number[-9:] not in kept


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", "7", '{"at": 3}', '{"at": "x", "salt": "zz", "calls": {}}']
)
def test_a_memory_that_was_spoilt_begins_anew(journal: FlakyJournal, spoilt: str) -> None:
    journal.set_mark(MARK, spoilt)
    assert read(journal, ANN) == 0
    assert len(json.loads(journal.mark(MARK) or "")["calls"]) == 1
    assert read(journal, ANN, BOB, at=MONDAY + WEEK) == 1


def test_a_journal_that_refuses_forgets_nobody(journal: FlakyJournal) -> None:
    read(journal)
    journal.storage.writes = False
    with pytest.raises(JournalUnavailable):
        read(journal, ANN, at=MONDAY + WEEK)
    journal.storage.writes = True
    assert read(journal, ANN, at=MONDAY + WEEK) == 1


def test_a_short_code_that_rang_is_listed_as_it_is(journal: FlakyJournal) -> None:
    read(journal)
    assert read(journal, "150", at=MONDAY + WEEK) == 1
    (call,) = calls(journal)
    assert (call.number, call.key) == ("150", None)
