"""Outgoing texts in the journal: queued once, due in order, retried, given up, sent again when told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.outbox import TextKind, TextState
from appliance.drivers.journal import Journal, JournalUnavailable, PartNotQueued
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, text, wrote

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_queued_text_is_due_at_once(journal: Journal) -> None:
    text_id = queued(journal)
    due = journal.next_text(MONDAY)
    assert due is not None
    assert (due.id, due.to, due.state, due.tries) == (text_id, ANN, TextState.QUEUED, 0)
    assert journal.next_try_at() == MONDAY
    assert journal.queued_count() == 1


def test_a_call_gets_one_text_however_often_it_is_queued(journal: Journal) -> None:
    call_id = missed_call(journal)
    first = queued(journal, call_id=call_id)
    assert queued(journal, call_id=call_id) == first
    assert queued(journal, call_id=call_id, kind=TextKind.NOTICE) != first
    assert journal.texts_since(MONDAY) == 1


def test_an_incoming_text_is_forwarded_once(journal: Journal) -> None:
    message_id = wrote(journal)

    def forward() -> int:
        return journal.queue_text(
            to=BOB,
            body="07700 900123: Boiler",
            parts=1,
            kind=TextKind.FORWARD,
            at=MONDAY,
            incoming_id=message_id,
        )

    assert forward() == forward()


def test_texts_without_a_call_are_each_their_own(journal: Journal) -> None:
    assert queued(journal, kind=TextKind.REPLY) != queued(journal, kind=TextKind.REPLY)


def test_a_verdict_and_its_text_are_kept_together_or_not_at_all(journal: Journal) -> None:
    def crash_between_the_two() -> None:
        with journal.transaction():
            queued(journal, call_id=missed_call(journal))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash_between_the_two()
    assert journal.calls(limit=1) == []
    assert journal.next_text(MONDAY) is None
    missed_call(journal)
    assert len(journal.calls(limit=2)) == 1


def test_a_text_of_a_call_that_is_not_there_is_refused(journal: Journal) -> None:
    with pytest.raises(JournalUnavailable):
        queued(journal, call_id=99)


def test_one_that_waits_does_not_hold_up_the_others(journal: Journal) -> None:
    stuck, next_one = queued(journal, ANN), queued(journal, BOB, after(seconds=1))
    journal.retry_text(stuck, after(minutes=5), "no network")
    due = journal.next_text(after(seconds=1))
    assert due is not None
    assert due.id == next_one
    assert journal.next_try_at() == after(seconds=1)


def test_a_retried_text_is_due_again_later_with_its_reason_and_its_tries(journal: Journal) -> None:
    text_id = queued(journal)
    journal.retry_text(text_id, after(minutes=5), "no network")
    assert journal.next_text(after(minutes=4)) is None
    due = journal.next_text(after(minutes=5))
    assert due is not None
    assert (due.id, due.reason, due.tries) == (text_id, "no network", 1)


def test_a_text_given_up_is_not_due_and_does_not_count(journal: Journal) -> None:
    text_id = queued(journal)
    journal.fail_text(text_id, "TOO_LATE", after(hours=2))
    assert (text(journal, text_id).state, text(journal, text_id).reason) == (TextState.FAILED, "TOO_LATE")
    assert journal.next_text(after(hours=3)) is None
    assert journal.next_try_at() is None
    assert (journal.texts_to(ANN, MONDAY), journal.texts_since(MONDAY)) == (0, 0)
    assert journal.last_text_at(ANN) is None


def test_a_text_that_was_sent_is_not_given_up_any_more(journal: Journal) -> None:
    text_id = sent(journal)
    journal.fail_text(text_id, "TOO_LATE", after(hours=2))
    assert text(journal, text_id).state is TextState.SENT


def test_the_policy_counts_missed_call_texts_to_one_person_and_to_all(journal: Journal) -> None:
    sent(journal, ANN, after(hours=-2))
    sent(journal, ANN, after(hours=-1))
    sent(journal, BOB, MONDAY)
    queued(journal, ANN, kind=TextKind.REPLY)
    assert journal.texts_to(ANN, after(hours=-3)) == 2
    assert journal.texts_to("07700 900123", after(hours=-1)) == 1
    assert journal.texts_since(after(hours=-1)) == 2
    assert journal.last_text_at(ANN) == after(hours=-1)
    assert journal.last_text_at(ANN, TextKind.REPLY) == MONDAY
    assert journal.last_text_at("+447700900999") is None


def test_the_owner_may_have_a_failed_text_sent_again(journal: Journal) -> None:
    text_id = queued(journal)
    journal.fail_text(text_id, "NO_CREDIT", MONDAY)
    assert journal.send_again(text_id, after(hours=1), expires_at=after(hours=3))
    again = text(journal, text_id)
    assert (again.state, again.reason, again.tries) == (TextState.QUEUED, None, 0)
    assert again.expires_at == after(hours=3)
    due = journal.next_text(after(hours=1))
    assert due is not None
    assert due.id == text_id


@pytest.mark.parametrize("make", [queued, sent])
def test_a_text_that_waits_or_went_cannot_be_sent_again(
    journal: Journal, make: Callable[[Journal], int]
) -> None:
    text_id = make(journal)
    before = text(journal, text_id)
    assert not journal.send_again(text_id, after(hours=1))
    assert text(journal, text_id) == before


def test_only_the_parts_that_may_be_missing_are_sent_again(journal: Journal) -> None:
    text_id = queued(journal, parts=3)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 7, MONDAY)
    journal.part_submitting(text_id, 2, MONDAY)
    journal.part_unknown(text_id, 2, "NO_ANSWER", MONDAY)
    assert journal.send_again(text_id, after(hours=1))
    states = [part.state for part in journal.parts_of(text_id)]
    assert states == [TextState.SENT, TextState.QUEUED, TextState.QUEUED]
    with pytest.raises(PartNotQueued):
        journal.part_submitting(text_id, 1, after(hours=1))


def test_an_id_names_one_text_whichever_way_it_went(journal: Journal) -> None:
    ids = [
        queued(journal, BOB, kind=TextKind.REPLY),
        wrote(journal),
        queued(journal),
        wrote(journal, body="Hello"),
    ]
    assert len(set(ids)) == 4
    assert ids == sorted(ids)


def test_a_text_nobody_knows_is_none(journal: Journal) -> None:
    assert journal.text(1) is None
    assert journal.parts_of(1) == ()


def test_texts_are_counted_by_kind_and_up_to_a_moment(journal: Journal) -> None:
    queued(journal, ANN, MONDAY)
    queued(journal, ANN, after(hours=1))
    queued(journal, ANN, after(hours=2), kind=TextKind.ACKNOWLEDGEMENT)
    queued(journal, BOB, after(hours=2), kind=TextKind.ACKNOWLEDGEMENT)
    assert journal.texts_to(ANN, MONDAY, until=after(hours=1)) == 1
    assert journal.texts_to(ANN, MONDAY, kind=TextKind.ACKNOWLEDGEMENT) == 1
    assert journal.texts_since(MONDAY, until=after(hours=1)) == 1
    assert journal.texts_since(MONDAY, kind=TextKind.ACKNOWLEDGEMENT) == 2
    assert journal.texts_since(MONDAY, until=after(hours=2), kind=TextKind.ACKNOWLEDGEMENT) == 0


def test_it_is_known_when_the_owner_last_wrote_to_somebody(journal: Journal) -> None:
    queued(journal, ANN, after(hours=3))
    assert journal.owner_wrote_at(ANN) is None
    queued(journal, ANN, MONDAY, kind=TextKind.REPLY)
    queued(journal, ANN, after(hours=1), kind=TextKind.REPLY)
    journal.fail_text(queued(journal, ANN, after(hours=2), kind=TextKind.REPLY), "no", after(hours=2))
    assert journal.owner_wrote_at("07700 900123") == after(hours=1)
    assert journal.owner_wrote_at(BOB) is None


def test_the_texts_that_may_not_have_gone_come_newest_first(journal: Journal) -> None:
    doubtful = []
    for number in (ANN, BOB):
        sent(journal, number)
        text_id = queued(journal, number)
        journal.part_submitting(text_id, 1, MONDAY)
        journal.part_unknown(text_id, 1, "NO_ANSWER", MONDAY)
        doubtful.append(text_id)
    assert [text.id for text in journal.uncertain_texts(10)] == doubtful[::-1]
    assert [text.id for text in journal.uncertain_texts(1)] == doubtful[1:]


def test_a_copy_for_the_owner_that_may_not_have_gone_hides_no_caller_s_text(journal: Journal) -> None:
    doubtful = []
    for kind in (TextKind.MISSED_CALL, TextKind.FORWARD):
        text_id = queued(journal, ANN, kind=kind)
        journal.part_submitting(text_id, 1, MONDAY)
        journal.part_unknown(text_id, 1, "NO_ANSWER", MONDAY)
        doubtful.append(text_id)
    assert [text.id for text in journal.uncertain_texts(1)] == doubtful[:1]
