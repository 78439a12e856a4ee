"""Calls in the journal: from the first ring to the verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Outcome, Presentation, Source
from appliance.core.outbox import TextKind, TextState
from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, wrote

if TYPE_CHECKING:
    from datetime import datetime
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


def test_the_facts_behind_a_verdict_stay_with_the_call(journal: Journal) -> None:
    call_id = journal.call_started(MONDAY)
    facts = {"lately": 1, "last_text_at": "2026-11-22T16:10:00Z", "names": ["Caf\u00e9"], "open": None}
    journal.call_over(
        call_id,
        ended_at=after(seconds=9),
        rings=2,
        outcome=Outcome.MISSED,
        verdict="TEXTED_RECENTLY",
        record=facts,
    )
    call = journal.call(call_id)
    assert call is not None
    assert (call.record, call.source) == (facts, Source.RING)
    assert hash(call) == hash(journal.call(call_id))


def listed(
    journal: Journal, number: str | None, at: datetime, source: Source = Source.MODEM_LIST
) -> int | None:
    return journal.call_listed(
        started_at=at,
        number=number,
        key=number,
        presentation=Presentation.WITHHELD if number is None else Presentation.ALLOWED,
        source=source,
        verdict="TOO_LATE",
        record={"age_minutes": 300},
        within=timedelta(minutes=2),
    )


def test_a_call_learnt_of_from_a_list_is_a_missed_call_like_others(journal: Journal) -> None:
    call_id = listed(journal, ANN, MONDAY)
    assert call_id is not None
    call = journal.call(call_id)
    assert call is not None
    assert (call.started_at, call.ended_at, call.rings) == (MONDAY, MONDAY, 0)
    assert (call.outcome, call.verdict, call.source) == (Outcome.MISSED, "TOO_LATE", Source.MODEM_LIST)
    assert call.record == {"age_minutes": 300}
    assert [person.person for person in journal.todo(10)] == [ANN]


@pytest.mark.parametrize("minutes", [-2, -1, 0, 1, 2])
def test_a_listed_call_that_is_known_already_is_not_listed_again(journal: Journal, minutes: int) -> None:
    missed_call(journal, ANN, MONDAY)
    assert listed(journal, ANN, after(minutes=minutes)) is None
    assert listed(journal, ANN, after(minutes=minutes), Source.ALERT) is None
    assert len(journal.calls(limit=10)) == 1


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_listed_call_at_another_time_is_another_call(journal: Journal, minutes: int) -> None:
    missed_call(journal, ANN, MONDAY)
    assert listed(journal, ANN, after(minutes=minutes)) is not None


def test_somebody_else_s_call_at_that_time_does_not_hide_a_listed_one(journal: Journal) -> None:
    missed_call(journal, BOB, MONDAY)
    assert listed(journal, ANN, MONDAY) is not None


def test_a_withheld_call_is_compared_with_withheld_calls_alone(journal: Journal) -> None:
    missed_call(journal, ANN, MONDAY)
    assert listed(journal, None, MONDAY) is not None
    assert listed(journal, None, MONDAY) is None
    assert [person.person for person in journal.people(10)] == [ANN]


def test_a_stranger_is_nobody_who_called_once_and_was_missed(journal: Journal) -> None:
    call_id = missed_call(journal, ANN)
    queued(journal, ANN, call_id=call_id)
    assert not journal.known_before(ANN, call_id)


@pytest.mark.parametrize("how", ["wrote", "texted", "replied", "spoke"])
def test_known_is_who_wrote_or_had_a_text_or_was_spoken_to(journal: Journal, how: str) -> None:
    match how:
        case "wrote":
            wrote(journal, ANN)
        case "texted":
            queued(journal, ANN, call_id=missed_call(journal, ANN))
        case "replied":
            queued(journal, ANN, kind=TextKind.REPLY)
        case _:
            spoken = journal.call_started(MONDAY)
            journal.call_identified(spoken, ANN, ANN, Presentation.ALLOWED)
            journal.call_over(
                spoken, ended_at=after(minutes=1), rings=1, outcome=Outcome.ANSWERED, verdict="ANSWERED"
            )
    call_id = missed_call(journal, ANN, after(hours=1))
    assert journal.known_before("07700 900123", call_id)
    assert journal.known_before(ANN)
    assert not journal.known_before(BOB, call_id)


def test_a_text_that_failed_makes_nobody_known(journal: Journal) -> None:
    journal.fail_text(queued(journal, ANN), "no", MONDAY)
    assert not journal.known_before(ANN)


def test_what_came_of_a_later_call_makes_nobody_known_before(journal: Journal) -> None:
    first = missed_call(journal, ANN)
    queued(journal, ANN, call_id=missed_call(journal, ANN, after(hours=1)))
    assert not journal.known_before(ANN, first)
    assert journal.known_before(ANN)


def test_bare_calls_are_the_same_calls_page_by_page(journal: Journal) -> None:
    for minute in range(5):
        missed_call(journal, ANN if minute % 2 else None, after(minutes=minute))
    whole = [view.call for view in journal.calls(limit=10)]
    first = journal.bare_calls(limit=3)
    assert first + journal.bare_calls(limit=3, before=first[-1].id) == whole
