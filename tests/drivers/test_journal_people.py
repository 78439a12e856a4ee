"""Conversations in the journal: who is on top, what was said, what is unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.drivers.journal import Call, Incoming, Journal, Text
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, wrote

if TYPE_CHECKING:
    from collections.abc import Callable


def names(journal: Journal) -> list[str]:
    return [person.person for person in journal.people(10)]


def test_whoever_did_something_last_is_on_top(journal: Journal) -> None:
    missed_call(journal, ANN)
    missed_call(journal, BOB)
    assert names(journal) == [BOB, ANN]
    wrote(journal, ANN)
    assert names(journal) == [ANN, BOB]
    queued(journal, BOB, kind=TextKind.REPLY)
    assert names(journal) == [BOB, ANN]


def test_the_order_is_that_of_events_whatever_the_clock_said(journal: Journal) -> None:
    missed_call(journal, ANN, after(days=3650))
    missed_call(journal, BOB, MONDAY)
    assert names(journal) == [BOB, ANN]


def test_a_conversation_shows_its_last_item(journal: Journal) -> None:
    call_id = missed_call(journal, ANN)
    (person,) = journal.people(10)
    assert isinstance(person.last, Call)
    text_id = queued(journal, ANN, call_id=call_id)
    (person,) = journal.people(10)
    assert isinstance(person.last, Text)
    assert person.last.id == text_id
    wrote(journal, ANN, "Boiler is leaking", after(minutes=4))
    (person,) = journal.people(10)
    assert isinstance(person.last, Incoming)
    assert (person.last.body, person.last_at) == ("Boiler is leaking", after(minutes=4))


def test_unread_texts_are_counted_until_the_owner_looks(journal: Journal) -> None:
    wrote(journal, ANN, "One")
    wrote(journal, ANN, "Two")
    wrote(journal, BOB, "Three")
    assert {person.person: person.unread for person in journal.people(10)} == {ANN: 2, BOB: 1}
    journal.mark_read("07700 900123")
    assert {person.person: person.unread for person in journal.people(10)} == {ANN: 0, BOB: 1}
    wrote(journal, ANN, "Four")
    assert {person.person: person.unread for person in journal.people(10)} == {ANN: 1, BOB: 1}


def test_calls_and_our_own_texts_are_not_unread(journal: Journal) -> None:
    queued(journal, ANN, call_id=missed_call(journal, ANN))
    (person,) = journal.people(10)
    assert person.unread == 0


def test_people_come_page_by_page(journal: Journal) -> None:
    numbers = [f"+4477009001{last:02d}" for last in range(5)]
    for number in numbers:
        missed_call(journal, number)
    first = journal.people(2)
    second = journal.people(2, before=first[-1].rank)
    third = journal.people(2, before=second[-1].rank)
    assert [person.person for person in first + second + third] == numbers[::-1]


def test_what_is_sent_to_the_owner_is_no_conversation(journal: Journal) -> None:
    for kind in (TextKind.FORWARD, TextKind.NOTICE, TextKind.TEST):
        queued(journal, BOB, kind=kind)
    assert names(journal) == []
    assert journal.person(BOB, 10) == []


def test_a_withheld_caller_has_no_conversation(journal: Journal) -> None:
    missed_call(journal, None)
    assert names(journal) == []


def test_a_name_has_a_conversation_of_its_own(journal: Journal) -> None:
    wrote(journal, "MyBank", "Your code is 1234")
    assert names(journal) == ["MyBank"]
    (item,) = journal.person("MyBank", 10)
    assert isinstance(item, Incoming)


def test_a_conversation_is_one_however_the_number_is_written(journal: Journal) -> None:
    missed_call(journal, ANN)
    queued(journal, "07700 900123")
    wrote(journal, ANN)
    assert names(journal) == [ANN]
    assert len(journal.person("+44 7700 900123", 10)) == 3
    assert len(journal.person(ANN, 10)) == 3


def test_a_conversation_stands_in_the_order_of_time(journal: Journal) -> None:
    call_id = missed_call(journal, ANN, MONDAY)
    queued(journal, ANN, MONDAY, call_id=call_id)
    wrote(journal, ANN, "Boiler", after(minutes=2))
    queued(journal, ANN, after(minutes=3), kind=TextKind.REPLY)
    wrote(journal, ANN, "Thanks", after(minutes=4))
    kinds = [type(item) for item in journal.person(ANN, 10)]
    assert kinds == [Call, Text, Incoming, Text, Incoming]


def test_of_a_long_conversation_the_newest_are_shown(journal: Journal) -> None:
    for minute in range(6):
        wrote(journal, ANN, f"Text {minute}", after(minutes=minute))
    bodies = [item.body for item in journal.person(ANN, 3) if isinstance(item, Incoming)]
    assert bodies == ["Text 3", "Text 4", "Text 5"]


def test_other_people_s_items_stay_out(journal: Journal) -> None:
    wrote(journal, BOB)
    missed_call(journal, BOB)
    assert journal.person(ANN, 10) == []


def test_one_persons_line_is_the_one_in_the_list(journal: Journal) -> None:
    missed_call(journal, ANN)
    missed_call(journal, BOB)
    assert journal.person_view("07700 900123") == journal.people(2)[1]
    assert journal.person_view("+447700900789") is None


def waiting(journal: Journal) -> list[str]:
    return [person.person for person in journal.todo(10)]


def test_whoever_was_missed_or_wrote_waits_for_the_owner(journal: Journal) -> None:
    missed_call(journal, ANN)
    wrote(journal, BOB)
    assert waiting(journal) == [BOB, ANN]
    assert journal.todo_count() == 2


def test_the_box_s_own_text_does_not_see_to_anybody(journal: Journal) -> None:
    queued(journal, ANN, call_id=missed_call(journal, ANN))
    queued(journal, ANN, kind=TextKind.ACKNOWLEDGEMENT)
    assert waiting(journal) == [ANN]


def test_the_owner_s_reply_sees_to_them(journal: Journal) -> None:
    missed_call(journal, ANN)
    queued(journal, ANN, kind=TextKind.REPLY)
    assert (waiting(journal), journal.todo_count()) == ([], 0)
    assert [person.done for person in journal.people(10)] == [True]


def test_a_person_that_was_spoken_to_is_seen_to(journal: Journal) -> None:
    missed_call(journal, ANN)
    call_id = journal.call_started(after(hours=1))
    journal.call_identified(call_id, ANN, ANN, Presentation.ALLOWED)
    journal.call_over(call_id, ended_at=after(hours=1), rings=1, outcome=Outcome.ANSWERED, verdict="ANSWERED")
    assert waiting(journal) == []


@pytest.mark.parametrize("comes_back", [missed_call, wrote])
def test_what_is_done_is_open_again_when_they_call_or_write(
    journal: Journal, comes_back: Callable[[Journal, str], int]
) -> None:
    missed_call(journal, ANN)
    journal.mark_done("07700 900123")
    assert waiting(journal) == []
    comes_back(journal, ANN)
    assert waiting(journal) == [ANN]


def test_what_is_done_stays_done_when_the_box_writes_to_them(journal: Journal) -> None:
    call_id = missed_call(journal, ANN)
    journal.mark_done(ANN)
    queued(journal, ANN, call_id=call_id)
    assert waiting(journal) == []


def test_what_was_done_by_mistake_can_be_opened(journal: Journal) -> None:
    missed_call(journal, ANN)
    journal.mark_done(ANN)
    journal.mark_open(ANN)
    assert waiting(journal) == [ANN]


def test_who_waits_comes_page_by_page(journal: Journal) -> None:
    numbers = [f"+4477009001{last:02d}" for last in range(6)]
    for number in numbers:
        missed_call(journal, number)
    journal.mark_done(numbers[3])
    first = journal.todo(2)
    rest = journal.todo(10, before=first[-1].rank)
    assert [person.person for person in first + rest] == [
        number for number in numbers[::-1] if number != numbers[3]
    ]


def test_an_acknowledgement_is_part_of_the_conversation(journal: Journal) -> None:
    wrote(journal, ANN, "STOP")
    queued(journal, ANN, after(seconds=1), kind=TextKind.ACKNOWLEDGEMENT)
    assert [type(item) for item in journal.person(ANN, 10)] == [Incoming, Text]
