"""The ledger: no part is ever sent twice, and what a status report says finds its part."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.core.outbox import TextState
from appliance.drivers.journal import INTERRUPTED, NOT_DELIVERED, Journal, PartNotQueued
from appliance.modem.pdu import Settled
from tests.drivers.stories import ANN, BOB, MONDAY, after, queued, sent, text

if TYPE_CHECKING:
    from pathlib import Path

QUEUED, SUBMITTING, SENT = TextState.QUEUED, TextState.SUBMITTING, TextState.SENT
DELIVERED, FAILED, UNKNOWN = TextState.DELIVERED, TextState.FAILED, TextState.UNKNOWN


def states(journal: Journal, text_id: int) -> list[TextState]:
    return [part.state for part in journal.parts_of(text_id)]


def test_a_text_of_one_part_goes_from_queued_to_sent(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, after(seconds=1))
    assert text(journal, text_id).state is SUBMITTING
    journal.part_sent(text_id, 1, 42, after(seconds=3))
    gone = text(journal, text_id)
    assert (gone.state, gone.submitted_at, gone.sent_at) == (SENT, after(seconds=1), after(seconds=3))
    (part,) = journal.parts_of(text_id)
    assert (part.state, part.reference) == (SENT, 42)


def test_a_text_is_sent_when_its_last_part_is(journal: Journal) -> None:
    text_id = queued(journal, parts=2)
    journal.part_submitting(text_id, 1, after(seconds=1))
    journal.part_sent(text_id, 1, 42, after(seconds=2))
    assert text(journal, text_id).state is QUEUED
    assert text(journal, text_id).sent_at is None
    journal.part_submitting(text_id, 2, after(seconds=3))
    journal.part_sent(text_id, 2, 43, after(seconds=4))
    gone = text(journal, text_id)
    assert (gone.state, gone.submitted_at, gone.sent_at) == (SENT, after(seconds=1), after(seconds=4))


def test_between_its_parts_a_text_is_next_again(journal: Journal) -> None:
    text_id = queued(journal, parts=2)
    queued(journal, BOB, after(seconds=1))
    journal.part_submitting(text_id, 1, after(seconds=1))
    assert journal.next_text(MONDAY) is None
    journal.part_sent(text_id, 1, 42, after(seconds=2))
    due = journal.next_text(after(seconds=2))
    assert due is not None
    assert due.id == text_id


def test_a_part_cannot_be_given_to_the_modem_twice(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    with pytest.raises(PartNotQueued):
        journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 42, MONDAY)
    with pytest.raises(PartNotQueued):
        journal.part_submitting(text_id, 1, MONDAY)
    assert states(journal, text_id) == [SENT]


def test_a_part_of_no_text_cannot_be_given_to_the_modem(journal: Journal) -> None:
    with pytest.raises(PartNotQueued):
        journal.part_submitting(99, 1, MONDAY)


def test_a_refused_part_has_not_gone_and_waits_again(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_refused(text_id, 1, after(seconds=2))
    assert (text(journal, text_id).state, text(journal, text_id).submitted_at) == (QUEUED, None)
    assert states(journal, text_id) == [QUEUED]
    assert journal.next_try_at() == after(seconds=2)


def test_a_part_without_an_answer_stops_the_whole_text(journal: Journal) -> None:
    text_id = queued(journal, parts=3)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 42, MONDAY)
    journal.part_submitting(text_id, 2, MONDAY)
    journal.part_unknown(text_id, 2, "NO_ANSWER", after(minutes=2))
    assert (text(journal, text_id).state, text(journal, text_id).reason) == (UNKNOWN, "NO_ANSWER")
    assert states(journal, text_id) == [SENT, UNKNOWN, QUEUED]
    assert journal.next_text(after(days=1)) is None


def test_a_crash_while_sending_makes_the_text_unknown_for_ever(path: Path) -> None:
    with Journal(path) as before:
        interrupted, waiting = queued(before, parts=2), queued(before, BOB)
        before.part_submitting(interrupted, 1, MONDAY)
    with Journal(path) as again:
        assert again.settle_interrupted(after(minutes=1)) == [interrupted]
        assert (text(again, interrupted).state, text(again, interrupted).reason) == (UNKNOWN, INTERRUPTED)
        due = again.next_text(after(minutes=1))
        assert due is not None
        assert due.id == waiting
        assert again.settle_interrupted(after(minutes=2)) == []


def test_a_crash_between_parts_goes_on_with_the_next(path: Path) -> None:
    with Journal(path) as before:
        text_id = queued(before, parts=2)
        before.part_submitting(text_id, 1, MONDAY)
        before.part_sent(text_id, 1, 42, MONDAY)
    with Journal(path) as again:
        assert again.settle_interrupted(after(minutes=1)) == []
        due = again.next_text(after(minutes=1))
        assert due is not None
        assert due.id == text_id
        assert states(again, text_id) == [SENT, QUEUED]


def test_an_answer_that_comes_late_settles_an_unknown_part(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_unknown(text_id, 1, "NO_ANSWER", after(minutes=2))
    journal.part_sent(text_id, 1, 42, after(minutes=3))
    assert (text(journal, text_id).state, text(journal, text_id).reason) == (SENT, None)


def test_an_answer_for_a_text_that_was_erased_changes_nothing(journal: Journal) -> None:
    journal.part_sent(99, 1, 42, MONDAY)
    journal.part_refused(99, 1, MONDAY)
    journal.part_unknown(99, 1, "NO_ANSWER", MONDAY)
    journal.fail_text(99, "TOO_LATE", MONDAY)
    assert journal.text(99) is None


@pytest.mark.parametrize(
    ("report", "state", "reason"),
    [
        (Settled.DELIVERED, DELIVERED, None),
        (Settled.PENDING, SENT, None),
        (Settled.GIVEN_UP, FAILED, NOT_DELIVERED),
    ],
)
def test_a_status_report_settles_the_text(
    journal: Journal, report: Settled, state: TextState, reason: str | None
) -> None:
    text_id = sent(journal, reference=42)
    assert journal.delivery(42, ANN, report, after(seconds=9)) == text_id
    settled = text(journal, text_id)
    assert (settled.state, settled.reason) == (state, reason)
    assert settled.delivered_at == (after(seconds=9) if state is DELIVERED else None)


def test_a_report_may_name_the_number_as_it_likes(journal: Journal) -> None:
    text_id = sent(journal, reference=42)
    assert journal.delivery(42, "07700900123", Settled.DELIVERED, after(seconds=9)) == text_id


def test_a_text_of_two_parts_is_delivered_when_both_are(journal: Journal) -> None:
    text_id = sent(journal, reference=42, parts=2)
    journal.delivery(42, ANN, Settled.DELIVERED, after(seconds=8))
    assert text(journal, text_id).state is SENT
    journal.delivery(43, ANN, Settled.DELIVERED, after(seconds=9))
    assert text(journal, text_id).state is DELIVERED
    assert text(journal, text_id).delivered_at == after(seconds=9)


def test_a_report_about_somebody_elses_text_is_about_none_of_ours(journal: Journal) -> None:
    text_id = sent(journal, ANN, reference=42)
    assert journal.delivery(42, BOB, Settled.DELIVERED, MONDAY) is None
    assert journal.delivery(43, ANN, Settled.DELIVERED, MONDAY) is None
    assert text(journal, text_id).state is SENT


def test_of_two_texts_with_one_reference_the_newer_is_meant(journal: Journal) -> None:
    older, newer = sent(journal, reference=42), sent(journal, at=after(days=1), reference=42)
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(days=1)) == newer
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(days=1)) is None
    assert text(journal, older).state is SENT


def test_a_reference_of_last_month_has_come_round_again(journal: Journal) -> None:
    sent(journal, reference=42)
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(days=30)) is None


def test_a_report_settles_the_text_whose_answer_was_lost(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(after(minutes=1))
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(minutes=2)) == text_id
    assert (text(journal, text_id).state, text(journal, text_id).reason) == (DELIVERED, None)


def test_of_two_texts_whose_answers_were_lost_a_report_settles_neither(journal: Journal) -> None:
    doubtful = [queued(journal), queued(journal)]
    for text_id in doubtful:
        journal.part_submitting(text_id, 1, MONDAY)
        journal.part_unknown(text_id, 1, INTERRUPTED, MONDAY)
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(seconds=9)) is None
    assert [text(journal, text_id).state for text_id in doubtful] == [TextState.UNKNOWN] * 2


def test_a_report_that_the_centre_still_tries_proves_that_a_lost_part_went(journal: Journal) -> None:
    text_id = queued(journal, parts=2)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(after(minutes=1))
    assert journal.delivery(42, ANN, Settled.PENDING, after(minutes=2)) == text_id
    assert states(journal, text_id) == [SENT, QUEUED]
    assert text(journal, text_id).state is QUEUED  # so that the rest follows


def test_an_old_unknown_text_is_not_what_a_new_report_is_about(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(after(minutes=1))
    assert journal.delivery(42, ANN, Settled.DELIVERED, after(days=30)) is None
    assert text(journal, text_id).state is UNKNOWN


def test_an_unknown_sibling_keeps_the_text_and_its_reason_unknown(journal: Journal) -> None:
    text_id = queued(journal, parts=2)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 42, MONDAY)
    journal.part_submitting(text_id, 2, MONDAY)
    journal.part_unknown(text_id, 2, "NO_ANSWER", MONDAY)
    journal.delivery(42, ANN, Settled.DELIVERED, after(seconds=9))
    assert (text(journal, text_id).state, text(journal, text_id).reason) == (UNKNOWN, "NO_ANSWER")


Step = Literal["submit", "sent", "unknown", "refused", "retry", "fail", "restart", "report", "again"]
STEPS = st.lists(st.tuples(st.sampled_from(get_args(Step)), st.integers(1, 3)), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_no_order_of_events_does_a_part_go_out_twice_unless_the_owner_says_so(
    journal: Journal, steps: list[tuple[Step, int]]
) -> None:
    text_id = queued(journal, parts=3)
    gone: set[int] = set()
    moment = MONDAY
    for step, sequence in steps:
        moment += timedelta(seconds=1)
        match step:
            case "submit":
                if journal.parts_of(text_id)[sequence - 1].state is not QUEUED:
                    with pytest.raises(PartNotQueued):
                        journal.part_submitting(text_id, sequence, moment)
                else:
                    assert sequence not in gone
                    journal.part_submitting(text_id, sequence, moment)
                    gone.add(sequence)
            case "sent":
                journal.part_sent(text_id, sequence, 40 + sequence, moment)
            case "unknown":
                journal.part_unknown(text_id, sequence, "NO_ANSWER", moment)
            case "refused":
                if journal.parts_of(text_id)[sequence - 1].state is SUBMITTING:
                    gone.discard(sequence)  # the modem itself says that it did not go
                journal.part_refused(text_id, sequence, moment)
            case "retry":
                journal.retry_text(text_id, moment, "no network")
            case "fail":
                journal.fail_text(text_id, "TOO_LATE", moment)
            case "restart":
                journal.settle_interrupted(moment)
            case "report":
                journal.delivery(40 + sequence, ANN, Settled.DELIVERED, moment)
            case "again":
                unsure = {
                    part.sequence for part in journal.parts_of(text_id) if part.state in (FAILED, UNKNOWN)
                }
                if journal.send_again(text_id, moment):
                    gone -= unsure
        due = journal.next_text(moment)
        if due is not None and due.id == text_id:
            assert QUEUED in states(journal, text_id)
            assert not {SUBMITTING, UNKNOWN, FAILED} & set(states(journal, text_id))
