"""Every call is written down, judged once by what the journal knows, and given at most one text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.box_time import BoxTime
from appliance.callbook import Callbook
from appliance.circumstances import Circumstances
from appliance.core.calls import CallBegan, Caller, CallerKnown, CallFinished, Outcome, Presentation, Progress
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from appliance.core.settings import Settings, with_value
from appliance.core.tally import Tally
from appliance.counts import Counts
from appliance.drivers.journal import Call, JournalUnavailable, Text
from tests.fakes import MONDAY, FakeClock, FlakyJournal

ANN, BOB, LANDLINE = "07700900123", "07700900456", "01632960123"
SATURDAY = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
DAY = 86_400.0


class Desk:
    """A callbook at work: calls come in, and the journal shows what became of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.journal = FlakyJournal(path)
        self.number = 0
        self.book = self.new_book()

    def new_book(self) -> Callbook:
        """Return a callbook as after a restart, for a box that is set up."""
        self.now = Circumstances(claimed=True)
        for key, value in (
            ("business", "Dave Smith Plumbing"),
            ("name", "Dave"),
            ("owner_mobile", "07700900999"),
        ):
            self.set(key, value)
        self.tally = Tally()
        self.time = BoxTime(self.clock, self.journal, self.tally)
        self.time.begin()
        return Callbook(self.journal, self.now, self.time, Counts(self.journal, self.tally))

    def set(self, key: str, value: object) -> None:
        self.now.settings = with_value(self.now.settings, key, value)

    def steps(
        self,
        number: str | None = ANN,
        presentation: Presentation = Presentation.ALLOWED,
        outcome: Outcome = Outcome.MISSED,
    ) -> list[Progress]:
        """Let somebody ring for twelve seconds and return what the tracker says of it."""
        self.number += 1
        since, caller = self.clock.monotonic(), Caller(number, presentation)
        self.clock.advance(12)
        ended = self.clock.monotonic()
        return [
            CallBegan(self.number, Caller(), since),
            CallerKnown(self.number, caller),
            CallFinished(self.number, outcome, caller, 3, since, ended),
        ]

    def call(
        self,
        number: str | None = ANN,
        presentation: Presentation = Presentation.ALLOWED,
        outcome: Outcome = Outcome.MISSED,
    ) -> str | None:
        """Let somebody ring, and return the verdict."""
        self.book.write(self.steps(number, presentation, outcome), self.clock.monotonic())
        return self.calls[-1].verdict

    def catch_up(self) -> None:
        self.book.write([], self.clock.monotonic())

    @property
    def calls(self) -> list[Call]:
        return [view.call for view in reversed(self.journal.calls(limit=1000))]

    @property
    def texts(self) -> list[Text]:
        return [view.text for view in reversed(self.journal.calls(limit=1000)) if view.text]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal.sqlite3")
    yield made
    made.journal.close()


def finish(desk: Desk, state: TextState) -> None:
    """Let the newest text get to this state."""
    text, at = desk.texts[-1], desk.clock.now()
    if state is not TextState.QUEUED:
        desk.journal.part_submitting(text.id, 1, at)
    if state is TextState.SENT:
        desk.journal.part_sent(text.id, 1, 7, at)
    if state is TextState.UNKNOWN:
        desk.journal.part_unknown(text.id, 1, "NO_ANSWER", at)
    if state is TextState.FAILED:
        desk.journal.fail_text(text.id, "No credit.", at)
        desk.tally.forget(text.id)
    assert desk.texts[-1].state is state


def test_a_missed_call_is_written_down_as_it_goes_and_given_its_text_at_the_end(desk: Desk) -> None:
    began, known, finished = desk.steps()
    desk.book.write([began], desk.clock.monotonic())
    (call,) = desk.calls
    assert (call.outcome, call.number, call.verdict, call.started_at) == (Outcome.RINGING, None, None, MONDAY)
    desk.book.write([known], desk.clock.monotonic())
    assert (desk.calls[0].number, desk.calls[0].key) == (ANN, "+447700900123")
    desk.book.write([finished], desk.clock.monotonic())
    (call,) = desk.calls
    assert (call.outcome, call.verdict, call.rings) == (Outcome.MISSED, TEXT, 3)
    assert call.ended_at == MONDAY + timedelta(seconds=12)
    (text,) = desk.texts
    assert (text.to, text.kind, text.parts, text.call_id) == (
        "+447700900123",
        TextKind.MISSED_CALL,
        1,
        call.id,
    )
    assert text.body.startswith(
        "Hi, sorry I missed your call, I'm on a job. It's Dave from Dave Smith Plumbing."
    )
    assert "by 12:30pm" in text.body
    assert text.expires_at == MONDAY + timedelta(seconds=12, hours=2)


def test_a_call_that_the_box_itself_ended_gets_its_text_too(desk: Desk) -> None:
    assert desk.call(outcome=Outcome.REJECTED) == TEXT
    assert desk.calls[0].outcome is Outcome.REJECTED


def test_a_long_text_is_queued_in_all_its_parts(desk: Desk) -> None:
    desk.set("text.open", "[name] \u2014 " + "word " * 28)
    desk.call()
    assert desk.texts[0].parts == len(desk.journal.parts_of(desk.texts[0].id)) == 3


def test_outside_hours_the_closed_text_is_sent(desk: Desk) -> None:
    desk.clock.set_wall(SATURDAY)
    desk.call()
    assert "we're closed now" in desk.texts[0].body
    assert "on Monday" in desk.texts[0].body


def test_while_the_time_is_not_known_no_time_is_promised(desk: Desk) -> None:
    desk.clock.set_wall(datetime(1970, 1, 1, 3, tzinfo=UTC))
    desk.now.clock_sure = False
    assert desk.call() == TEXT
    assert "I'll call you back soon." in desk.texts[0].body


# Verdicts, each reached through real rows


def unclaimed(desk: Desk) -> str | None:
    desk.now.claimed = False
    return desk.call()


def nameless(desk: Desk) -> str | None:
    desk.now.settings = Settings()
    return desk.call()


def own(desk: Desk) -> str | None:
    desk.now.own_number = "+447700900123"
    return desk.call("07700900123")


def paused(desk: Desk) -> str | None:
    desk.set("paused_until", (MONDAY + timedelta(hours=1)).isoformat())
    return desk.call()


def closed(desk: Desk) -> str | None:
    desk.set("text.closed", "")
    desk.clock.set_wall(SATURDAY)
    return desk.call()


def one_ring(desk: Desk) -> str | None:
    desk.set("min_ring_seconds", 15)
    return desk.call()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (one_ring, Reason.TOO_SHORT),
        (lambda desk: desk.call("07797700000"), Reason.COUNTRY_OFF),
        (unclaimed, Reason.NOT_SET_UP),
        (nameless, Reason.NOT_SET_UP),
        (lambda desk: desk.call(outcome=Outcome.ANSWERED), Reason.ANSWERED),
        (lambda desk: desk.call(None, Presentation.WITHHELD), Reason.WITHHELD),
        (lambda desk: desk.call(None, Presentation.UNAVAILABLE), Reason.WITHHELD),
        (lambda desk: desk.call(LANDLINE), Reason.NOT_A_UK_MOBILE),
        (lambda desk: desk.call("80012"), Reason.NOT_A_UK_MOBILE),
        (lambda desk: desk.call("EE"), Reason.NOT_A_UK_MOBILE),
        (own, Reason.OWN_NUMBER),
        (lambda desk: desk.call("447700900999"), Reason.OWNER),
        (paused, Reason.PAUSED),
        (closed, Reason.CLOSED),
    ],
)
def test_a_call_without_a_text_is_told_why(
    desk: Desk, happens: Callable[[Desk], str | None], reason: Reason
) -> None:
    assert happens(desk) == reason
    assert desk.texts == []
    assert desk.journal.queued_count() == 0


def test_a_country_the_owner_ticked_is_no_reason(desk: Desk) -> None:
    desk.set("countries", ["JE"])
    assert desk.call("07797700000") == TEXT


def test_a_call_of_at_least_that_length_is_no_short_one(desk: Desk) -> None:
    desk.set("min_ring_seconds", 12)
    assert desk.call() == TEXT


def test_a_call_whose_length_was_lost_in_a_crash_is_no_short_one(desk: Desk) -> None:
    desk.book.write(desk.steps()[:2], desk.clock.monotonic())
    desk.book = desk.new_book()
    desk.set("min_ring_seconds", 15)
    desk.book.close_interrupted(desk.clock.monotonic())
    assert [call.verdict for call in desk.calls] == [TEXT]


def test_a_pause_that_is_over_stops_nothing(desk: Desk) -> None:
    desk.set("paused_until", MONDAY.isoformat())
    assert desk.call() == TEXT


def test_hours_are_not_held_against_a_caller_while_the_time_is_not_known(desk: Desk) -> None:
    desk.now.clock_sure = False
    assert closed(desk) == TEXT


@pytest.mark.parametrize("state", [TextState.QUEUED, TextState.SUBMITTING, TextState.SENT, TextState.UNKNOWN])
def test_a_second_call_gets_no_second_text_whatever_became_of_the_first(desk: Desk, state: TextState) -> None:
    desk.call()
    finish(desk, state)
    desk.clock.advance(3600)
    assert desk.call() == Reason.TEXTED_RECENTLY
    assert len(desk.texts) == 1


def test_a_text_that_failed_is_no_text(desk: Desk) -> None:
    desk.call()
    finish(desk, TextState.FAILED)
    assert desk.call() == TEXT


def test_the_same_person_in_another_spelling_is_the_same_person(desk: Desk) -> None:
    assert desk.call("07700900123") == TEXT
    assert desk.call("+447700900123") == desk.call("447700900123") == Reason.TEXTED_RECENTLY
    assert desk.call(BOB) == TEXT


def test_after_a_day_a_caller_gets_a_text_again_and_three_in_thirty_days(desk: Desk) -> None:
    verdicts = []
    for _ in range(5):
        verdicts.append(desk.call())
        desk.clock.advance(DAY)
    assert verdicts == [TEXT, TEXT, TEXT, Reason.TEXTED_RECENTLY, Reason.TEXTED_RECENTLY]
    desk.clock.advance(26 * DAY)
    assert desk.call() == TEXT


def test_the_owner_may_choose_how_often(desk: Desk) -> None:
    desk.set("repeat_hours", 1)
    assert desk.call() == TEXT
    desk.clock.advance(3600)
    assert desk.call() == TEXT


def callers() -> Iterator[str]:
    return (f"07700900{number:03}" for number in range(200, 900))


def test_no_more_than_ten_texts_are_queued_in_ten_minutes(desk: Desk) -> None:
    who = callers()
    assert [desk.call(next(who)) for _ in range(12)] == [TEXT] * 10 + [Reason.LIMIT] * 2
    desk.clock.advance(600)
    assert desk.call(next(who)) == TEXT


def test_no_more_than_a_days_texts_are_queued_in_a_day_and_it_ends_at_the_owners_midnight(desk: Desk) -> None:
    desk.set("limits.per_day", 5)
    desk.clock.set_wall(datetime(2026, 6, 15, 21, 30, tzinfo=UTC))
    who = callers()
    assert [desk.call(next(who)) for _ in range(7)] == [TEXT] * 5 + [Reason.LIMIT] * 2
    desk.clock.set_wall(datetime(2026, 6, 15, 22, 58, tzinfo=UTC))  # 11:58pm in London
    assert desk.call(next(who)) == Reason.LIMIT
    desk.clock.set_wall(datetime(2026, 6, 15, 23, 1, tzinfo=UTC))
    assert desk.call(next(who)) == TEXT


def test_a_call_that_the_journal_learns_of_too_late_is_the_owners_to_ring_back(desk: Desk) -> None:
    steps = desk.steps()
    desk.journal.storage.writes = False
    with pytest.raises(JournalUnavailable):
        desk.book.write(steps, desk.clock.monotonic())
    desk.clock.advance(2 * 3600 + 1)
    desk.journal.storage.writes = True
    desk.catch_up()
    (call,) = desk.calls
    assert (call.verdict, call.ended_at) == (Reason.TOO_LATE, MONDAY + timedelta(seconds=12))
    assert desk.texts == []


# After a crash


def test_a_call_that_rang_when_the_power_went_is_missed_and_gets_its_text(desk: Desk) -> None:
    desk.book.write(desk.steps()[:2], desk.clock.monotonic())
    desk.clock.advance(60)
    desk.book = desk.new_book()
    desk.book.close_interrupted(desk.clock.monotonic())
    (call,) = desk.calls
    assert (call.outcome, call.verdict, call.ended_at) == (Outcome.MISSED, TEXT, call.started_at)
    assert [text.to for text in desk.texts] == ["+447700900123"]
    desk.book.close_interrupted(desk.clock.monotonic())
    assert len(desk.texts) == 1


@pytest.mark.parametrize(
    ("number", "presentation", "away", "verdict"),
    [
        (ANN, Presentation.ALLOWED, 3 * 3600, Reason.TOO_LATE),
        (None, Presentation.WITHHELD, 60, Reason.WITHHELD),
        (LANDLINE, Presentation.ALLOWED, 60, Reason.NOT_A_UK_MOBILE),
    ],
)
def test_each_interrupted_call_is_judged_like_any_other(
    desk: Desk, number: str | None, presentation: Presentation, away: float, verdict: Reason
) -> None:
    desk.book.write(desk.steps(number, presentation)[:2], desk.clock.monotonic())
    desk.clock.advance(away)
    desk.book = desk.new_book()
    desk.book.close_interrupted(desk.clock.monotonic())
    assert [call.verdict for call in desk.calls] == [verdict]
    assert desk.texts == []


def test_two_interrupted_calls_of_one_person_get_one_text(desk: Desk) -> None:
    for _ in range(2):
        desk.book.write(desk.steps()[:2], desk.clock.monotonic())
    desk.book = desk.new_book()
    desk.book.close_interrupted(desk.clock.monotonic())
    assert [call.verdict for call in desk.calls] == [TEXT, Reason.TEXTED_RECENTLY]


# While the journal refuses


def test_what_the_journal_cannot_take_is_kept_in_order_and_nothing_is_lost(desk: Desk) -> None:
    desk.journal.storage.writes = False
    starts = []
    for who in (ANN, BOB, None):
        starts.append(desk.clock.now())
        presentation = Presentation.ALLOWED if who else Presentation.WITHHELD
        with pytest.raises(JournalUnavailable):
            desk.book.write(desk.steps(who, presentation), desk.clock.monotonic())
    assert desk.book.backlog == 9
    assert desk.calls == []
    desk.journal.storage.writes = True
    desk.catch_up()
    assert desk.book.backlog == 0
    assert [(call.number, call.verdict) for call in desk.calls] == [
        (ANN, TEXT),
        (BOB, TEXT),
        (None, Reason.WITHHELD),
    ]
    assert [call.started_at for call in desk.calls] == starts
    assert [text.to for text in desk.texts] == ["+447700900123", "+447700900456"]


def test_whichever_write_fails_each_call_has_one_row_one_verdict_and_at_most_one_text(tmp_path: Path) -> None:
    def story(fails_at: int | None) -> Desk:
        desk = Desk(tmp_path / f"{fails_at}.sqlite3")
        steps = [*desk.steps(ANN), *desk.steps(ANN), *desk.steps(LANDLINE), *desk.steps(BOB)]
        desk.journal.storage.tried = 0
        desk.journal.storage.fails_at = fails_at
        for step in steps:
            try:
                desk.book.write([step], desk.clock.monotonic())
            except JournalUnavailable:
                assert desk.book.backlog > 0
        desk.catch_up()
        return desk

    undisturbed = story(None)
    writes = undisturbed.journal.storage.tried
    assert writes > 12
    for place in range(writes):
        desk = story(place)
        assert desk.calls == undisturbed.calls, place
        assert [(text.to, text.call_id) for text in desk.texts] == [
            (text.to, text.call_id) for text in undisturbed.texts
        ], place
        assert desk.book.backlog == 0
        desk.journal.close()
    undisturbed.journal.close()


def test_a_log_of_calls_names_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.call()
        desk.call(LANDLINE)
    assert "TEXT" in caplog.text
    for secret in ("900123", "960123", "Dave", "Hi, sorry"):
        assert secret not in caplog.text
