"""Calls in the journal: from the first ring to the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextState
from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, wrote

if TYPE_CHECKING:
    from pathlib import Path


def test_a_call_is_ringing_from_its_first_sign(journal: Journal) -> None:
    call_id = journal.call_started(MONDAY)
    call = journal.call(call_id)
    assert call is not None
    assert (call.outcome, call.ended_at, call.verdict, call.number) == (Outcome.RINGING, None, None, None)
    assert call.started_at == MONDAY
    assert call.presentation is Presentation.UNAVAILABLE


def test_the_number_stays_as_the_network_gave_it_beside_its_key(journal: Journal) -> None:
    call_id = journal.call_started(MONDAY)
    journal.call_identified(call_id, "07700 900123", ANN, Presentation.ALLOWED)
    call = journal.call(call_id)
    assert call is not None
    assert (call.number, call.key) == ("07700 900123", ANN)


def test_an_empty_number_is_none(journal: Journal) -> None:
    call_id = journal.call_started(MONDAY)
    journal.call_identified(call_id, "", None, Presentation.WITHHELD)
    call = journal.call(call_id)
    assert call is not None
    assert call.number is None


def test_a_call_that_is_over_keeps_its_first_verdict(journal: Journal) -> None:
    call_id = missed_call(journal, verdict="TEXT")
    journal.call_over(call_id, ended_at=after(hours=1), rings=9, outcome=Outcome.ANSWERED, verdict="ANSWERED")
    call = journal.call(call_id)
    assert call is not None
    assert (call.outcome, call.verdict, call.rings) == (Outcome.MISSED, "TEXT", 3)
    assert call.ended_at == after(seconds=18)


def test_a_call_that_a_crash_cut_short_is_found_ringing_at_the_next_start(path: Path) -> None:
    with Journal(path) as before:
        missed_call(before)
        left = before.call_started(after(minutes=1))
    with Journal(path) as again:
        assert [call.id for call in again.ringing_calls()] == [left]


def test_calls_come_newest_first_and_page_by_page(journal: Journal) -> None:
    ids = [missed_call(journal, at=after(minutes=minute)) for minute in range(5)]
    first = journal.calls(limit=2)
    second = journal.calls(limit=2, before=first[-1].call.id)
    last = journal.calls(limit=2, before=second[-1].call.id)
    assert [view.call.id for view in first + second + last] == ids[::-1]


def test_a_call_is_shown_with_its_text_and_what_the_caller_wrote_since(journal: Journal) -> None:
    wrote(journal, ANN, "An old message", after(hours=-1))
    call_id = missed_call(journal, ANN)
    text_id = queued(journal, ANN, call_id=call_id)
    wrote(journal, ANN, "First answer", after(minutes=1))
    wrote(journal, BOB, "Somebody else", after(minutes=2))
    newest = wrote(journal, ANN, "Second answer", after(minutes=3))
    (view,) = journal.calls(limit=10)
    assert view.text is not None
    assert view.reply is not None
    assert (view.text.id, view.text.state, view.reply.id) == (text_id, TextState.QUEUED, newest)


def test_a_withheld_call_has_neither_text_nor_answer(journal: Journal) -> None:
    sent(journal)
    wrote(journal)
    missed_call(journal, None, verdict="WITHHELD")
    (view,) = journal.calls(limit=10)
    assert (view.text, view.reply) == (None, None)


def test_a_call_nobody_knows_is_none(journal: Journal) -> None:
    assert journal.call(1) is None
