"""The status: put together from what everything else knows, with the state's own beginning."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance import __version__
from appliance.bulletin import TEXT_SENT_SHOWN_S, Bulletin
from appliance.circumstances import Circumstances
from appliance.core.calls import CallTracker, Outcome, Presentation
from appliance.core.health import Pattern, State
from appliance.core.outbox import TextKind
from appliance.core.settings import Settings, with_value
from appliance.core.tally import Tally
from appliance.counts import Counts
from appliance.drivers.status_file import Status, StatusModem
from appliance.knowledge import Knowledge
from appliance.modem.events import Network, NetworkStatus, Ready, Sim, SimStatus
from appliance.modem.urc import Clip, Ring
from appliance.postroom import Postroom
from tests.fakes import MONDAY, FlakyJournal

ANN = "+447700900123"


class Board:
    """Everything a bulletin is put together from: a box that is ready and has done nothing yet."""

    def __init__(self, path: Path) -> None:
        self.journal = FlakyJournal(path)
        self.knowledge = Knowledge()
        self.tracker = CallTracker()
        settings = with_value(Settings(), "business", "Dave Smith Plumbing")
        self.now = Circumstances(settings, claimed=True)
        self.postroom = Postroom(self.journal, self.now, Tally())
        self.bulletin = self.new_bulletin()
        for event in (
            SimStatus(Sim.READY),
            Ready("simcom-4g", "SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "B04", None),
            NetworkStatus(Network.HOME, 4, "EE"),
        ):
            self.knowledge.note(event, MONDAY, 0.0)

    def new_bulletin(self) -> Bulletin:
        """Return a bulletin as after a restart."""
        counts = Counts(self.journal, Tally())
        return Bulletin(self.knowledge, self.now, self.tracker, self.postroom, counts, self.journal)

    def set(self, key: str, value: object) -> None:
        self.now.settings = with_value(self.now.settings, key, value)

    def status(self, at: datetime = MONDAY, now: float = 0.0, port: str | None = "/dev/fake") -> Status:
        return self.bulletin.status(at, now, port, at)

    def call(self, at: datetime = MONDAY) -> int:
        call_id = self.journal.call_started(at)
        self.journal.call_identified(call_id, "07700900123", ANN, Presentation.ALLOWED)
        self.journal.call_over(call_id, ended_at=at, rings=3, outcome=Outcome.MISSED, verdict="TEXT")
        return call_id

    def text(self, at: datetime = MONDAY, call_id: int | None = None) -> int:
        return self.journal.queue_text(
            to=ANN, body="Hello", parts=1, kind=TextKind.MISSED_CALL, at=at, call_id=call_id
        )


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "journal.sqlite3")
    yield made
    made.journal.close()


def test_a_box_at_rest_is_ready_and_says_all_it_knows(board: Board) -> None:
    status = board.status()
    assert status.state is State.READY
    assert (status.headline, status.detail) == ("Ready. Missed calls get a text.", "EE, good signal.")
    assert status.lights.box is status.lights.signal is status.lights.texts is Pattern.STEADY
    assert (status.operator, status.signal_bars, status.voice) == ("EE", 4, True)
    assert status.modem == StatusModem(family="simcom-4g", model="SIMCOM_SIM7600G-H", port="/dev/fake")
    assert (status.texts_today, status.queued, status.last_call, status.last_text) == (0, 0, None, None)
    assert (status.pid, status.version, status.at, status.since) == (os.getpid(), __version__, MONDAY, MONDAY)


def test_without_a_port_there_is_no_modem_to_name(board: Board) -> None:
    board.knowledge.port_lost()
    status = board.status(port=None)
    assert (status.state, status.modem) == (State.NO_MODEM, None)


def test_since_is_when_the_state_began_and_not_when_it_was_last_told(board: Board) -> None:
    later = [MONDAY + timedelta(minutes=minute) for minute in range(4)]
    assert board.status(later[0]).since == later[0]
    assert board.status(later[1]).since == later[0]
    board.knowledge.storage_ok = False
    assert board.status(later[2]).since == later[2]
    board.knowledge.storage_ok = True
    assert board.status(later[3]).since == later[3]


def test_todays_texts_are_counted_from_the_owners_midnight(board: Board) -> None:
    summer = datetime.fromisoformat("2026-06-15T22:30:00+00:00")  # 11:30pm in London
    board.text(summer)
    assert board.status(summer).texts_today == 1
    assert board.status(summer + timedelta(minutes=31)).texts_today == 0
    assert board.status(summer).queued == 1


def test_the_last_call_is_the_newest(board: Board) -> None:
    for hour in range(3):
        board.call(MONDAY + timedelta(hours=hour))
    assert board.status().last_call == MONDAY + timedelta(hours=2)


def test_while_it_rings_the_status_says_who(board: Board) -> None:
    board.tracker.feed(Ring(), 0.0)
    assert board.status().headline == "Phone ringing."
    board.tracker.feed(Clip("07700900123", 129), 0.0)
    status = board.status()
    assert (status.state, status.headline) == (State.RINGING, "Phone ringing: 07700 900123")
    assert status.lights.texts is Pattern.FLICKER


def test_while_it_texts_the_status_says_whom(board: Board) -> None:
    board.bulletin.sending_to = ANN
    status = board.status()
    assert (status.state, status.headline) == (State.TEXTING, "Texting 07700 900123.")


def test_a_text_that_has_gone_is_shown_for_some_seconds_with_how_long_it_took(board: Board) -> None:
    text_id = board.text(call_id=board.call())
    board.bulletin.text_sent(text_id, MONDAY + timedelta(seconds=4), 10.0)
    assert board.status(now=10.0).headline == "Text sent, 4 seconds."
    assert board.status(now=10.0 + TEXT_SENT_SHOWN_S - 0.1).state is State.TEXTING
    assert board.status(now=10.0 + TEXT_SENT_SHOWN_S).state is State.READY
    assert board.status().last_text == MONDAY + timedelta(seconds=4)


@pytest.mark.parametrize(("took", "words"), [(0.04, "1 second."), (1.0, "1 second."), (1.2, "2 seconds.")])
def test_how_long_it_took_is_never_made_shorter(board: Board, took: float, words: str) -> None:
    text_id = board.text(call_id=board.call())
    board.bulletin.text_sent(text_id, MONDAY + timedelta(seconds=took), 0.0)
    assert board.status().headline == f"Text sent, {words}"


def test_a_text_that_no_call_caused_took_no_time_to_speak_of(board: Board) -> None:
    board.bulletin.text_sent(board.text(), MONDAY, 0.0)
    assert board.status().state is State.READY
    assert board.status().last_text == MONDAY


def test_three_failed_sends_are_told(board: Board) -> None:
    board.postroom.failures = 3
    assert board.status().state is State.SENDS_FAILING


def test_the_days_limit_is_told_when_it_is_used_up(board: Board) -> None:
    board.set("limits.per_day", 2)
    board.text()
    assert board.status().state is State.READY
    board.text()
    assert board.status().state is State.LIMIT


def test_a_pause_is_told_in_the_owners_time(board: Board) -> None:
    summer = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
    board.set("paused_until", "2026-06-15T13:40:00+00:00")
    status = board.status(summer)
    assert (status.state, status.headline) == (State.PAUSED, "Paused until 2:40pm.")


def test_closing_time_is_told_where_it_means_no_texts(board: Board) -> None:
    saturday = MONDAY + timedelta(days=5)
    assert board.status(saturday).state is State.READY
    board.set("text.closed", "")
    assert board.status(saturday).state is State.CLOSED


def test_a_box_that_nobody_has_set_up_says_so(board: Board) -> None:
    board.now.claimed = False
    assert board.status().state is State.NOT_SET_UP
    board.now.claimed = True
    board.now.settings = Settings()
    assert board.status().state is State.NOT_SET_UP


def test_an_unknown_time_is_told(board: Board) -> None:
    board.now.clock_sure = False
    assert board.status().state is State.CLOCK_UNSURE


def test_a_storage_that_failed_is_told(board: Board) -> None:
    board.knowledge.storage_ok = False
    assert board.status().state is State.STORAGE
