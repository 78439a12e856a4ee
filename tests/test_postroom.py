"""Each part of a text goes once at most, whatever breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.core import outbox
from appliance.core.outbox import TextState
from appliance.drivers.journal import JournalUnavailable, Part, Text
from appliance.modem import pdu
from appliance.modem.events import Accepted, Doubtful, NotStarted, Refused, Ticket
from appliance.modem.result_codes import CmsError, Error, Final
from appliance.postroom import NO_ANSWER, NO_PROMPT, SendResult
from tests.desk import ANN, BOB, Desk, accepted
from tests.fakes import MONDAY

LONG = "Two parts: " + "word " * 40
HALF_AN_HOUR = timedelta(minutes=30)


def refused(final: Final) -> Callable[[Ticket], Refused]:
    return lambda ticket: Refused(ticket, final)


def cms(code: int) -> CmsError:
    return CmsError(code, str(code))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal.sqlite3")
    yield made
    made.journal.close()


# Out


def test_without_a_text_there_is_nothing_to_send(desk: Desk) -> None:
    assert desk.room.next_ticket(desk.at) is None
    assert desk.room.next_due(desk.at) is None


def test_a_text_is_handed_out_committed_and_noted_as_sent(desk: Desk) -> None:
    text_id = desk.queue()
    ticket = desk.ticket()
    assert (ticket.text_id, ticket.sequence) == (text_id, 1)
    assert desk.text(text_id).state is TextState.QUEUED
    assert desk.room.commit(ticket, desk.at)
    assert desk.text(text_id).state is TextState.SUBMITTING
    assert desk.sent == []
    desk.room.record(Accepted(ticket, 7), desk.at)
    assert desk.text(text_id).state is TextState.SENT
    assert desk.parts(text_id)[0].reference == 7
    assert desk.sent == [text_id]


def test_what_is_handed_out_is_the_text_for_its_recipient(desk: Desk) -> None:
    text_id = desk.queue(BOB, "Back by 3:30pm")
    (encoded,) = pdu.encode_submit(
        BOB, "Back by 3:30pm", concat_reference=text_id % 256, validity=timedelta(days=1)
    )
    assert desk.ticket().pdu == encoded


def test_a_status_report_is_asked_for_when_the_owner_wants_it(desk: Desk) -> None:
    desk.queue()
    without = desk.ticket().pdu.hex
    desk.set("delivery_reports", True)
    assert int(desk.ticket().pdu.hex[2:4], 16) == int(without[2:4], 16) | 0x20  # TP-SRR


def test_texts_go_in_the_order_they_were_queued(desk: Desk) -> None:
    ids = [desk.queue(who) for who in (ANN, BOB, ANN)]
    assert [desk.send(accepted).text_id for _ in ids] == ids


def test_the_parts_of_a_text_go_one_after_the_other_under_one_reference(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    assert [desk.send(accepted).sequence for _ in range(2)] == [1, 2]
    assert desk.sent == [text_id]
    assert desk.text(text_id).state is TextState.SENT
    assert [one.reference for one in desk.parts(text_id)] == [41, 42]


def test_a_part_is_never_committed_twice(desk: Desk) -> None:
    desk.queue()
    ticket = desk.ticket()
    assert desk.room.commit(ticket, desk.at)
    assert not desk.room.commit(ticket, desk.at)
    desk.room.record(accepted(ticket), desk.at)
    assert not desk.room.commit(ticket, desk.at)
    assert desk.room.next_ticket(desk.at) is None


def test_a_text_that_was_erased_meanwhile_is_not_committed(desk: Desk) -> None:
    text_id = desk.queue()
    ticket = desk.ticket()
    with desk.journal.storage.transaction() as connection:
        connection.execute("DELETE FROM texts WHERE id = ?", (text_id,))
    assert not desk.room.commit(ticket, desk.at)
    desk.room.record(NotStarted(ticket), desk.at)
    assert desk.journal.text(text_id) is None


def test_a_text_dated_years_ahead_by_a_wrong_clock_goes_now(desk: Desk) -> None:
    right, desk.at = desk.at, desk.at + timedelta(days=3650)
    text_id = desk.queue()
    desk.at = right
    assert desk.room.next_due(desk.at) == desk.at
    assert desk.ticket().text_id == text_id


# A crash between parts


def test_a_text_interrupted_between_its_parts_goes_on_with_the_next(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    first = desk.send(accepted)
    desk.restart()
    second = desk.send(accepted)
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.pdu.hex[2:10] == second.pdu.hex[2:10]
    assert desk.text(text_id).state is TextState.SENT


def test_the_parts_before_and_after_a_crash_belong_together(desk: Desk) -> None:
    desk.queue(body="not the first text")
    text_id = desk.queue(body=LONG)
    desk.send(accepted)
    first = desk.send(accepted).pdu
    desk.restart()
    second = desk.send(accepted).pdu
    whole = pdu.encode_submit(ANN, LONG, concat_reference=text_id % 256, validity=timedelta(days=1))
    assert (first, second) == whole


def test_a_part_that_was_on_its_way_at_the_crash_is_unknown_and_never_sent_again(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    desk.send(accepted)
    assert desk.room.commit(desk.ticket(), desk.at)
    desk.restart()
    assert desk.states(text_id) == [TextState.SENT, TextState.UNKNOWN]
    for _ in range(5):
        desk.at += timedelta(days=1)
        desk.restart()
        assert desk.room.next_ticket(desk.at) is None
    assert desk.text(text_id).state is TextState.UNKNOWN


def test_a_doubtful_part_stops_the_rest_until_the_owner_says_otherwise(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    desk.send(Doubtful)
    assert desk.states(text_id) == [TextState.UNKNOWN, TextState.QUEUED]
    assert desk.text(text_id).reason == NO_ANSWER
    desk.at += timedelta(hours=1)
    assert desk.room.next_ticket(desk.at) is None
    assert desk.journal.send_again(text_id, desk.at)
    assert [desk.send(accepted).sequence for _ in range(2)] == [1, 2]


def test_a_doubtful_text_does_not_hold_up_the_next(desk: Desk) -> None:
    desk.queue(ANN)
    other = desk.queue(BOB)
    desk.send(Doubtful)
    assert desk.send(accepted).text_id == other


# Refusals


def waits(desk: Desk, text_id: int, result: Callable[[Ticket], SendResult], times: int) -> list[float]:
    """Let the text be refused so often, each time as soon as it is due, and return the waits in seconds."""
    found = []
    for _ in range(times):
        desk.send(result)
        text = desk.text(text_id)
        if text.state is not TextState.QUEUED:
            break
        found.append((text.next_try_at - desk.at).total_seconds())
        assert desk.room.next_ticket(text.next_try_at - timedelta(milliseconds=1)) is None
        desk.at = text.next_try_at
    return found


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (refused(cms(38)), [30, 60, 120, 240, 480, 600, 600]),
        (refused(cms(500)), [30, 60, 120, 240, 480, 600, 600]),
        (refused(cms(331)), [30, 60, 120, 240, 480, 600, 600]),
        (refused(cms(310)), [30, 60, 120, 240, 480, 600, 600]),
        (refused(Error()), [30, 60, 120, 240, 480, 600, 600]),
        (refused(cms(314)), [3, 3, 3, 3, 3, 600, 600]),
        (refused(cms(21)), [60]),
        (refused(cms(28)), []),
        (NotStarted, [5, 5, 5, 5, 5, 5, 5]),
    ],
)
def test_a_refused_text_waits_as_long_as_the_refusal_calls_for(
    desk: Desk, result: Callable[[Ticket], SendResult], expected: list[float]
) -> None:
    assert waits(desk, desk.queue(), result, 7) == expected


def test_a_text_that_can_only_fail_again_fails_at_once_in_plain_words(desk: Desk) -> None:
    text_id = desk.queue()
    desk.send(refused(cms(28)))
    text = desk.text(text_id)
    assert (text.state, text.reason) == (
        TextState.FAILED,
        "The phone company does not know this number.",
    )
    assert desk.room.next_ticket(desk.at + timedelta(days=1)) is None


def test_a_text_that_waits_says_why(desk: Desk) -> None:
    text_id = desk.queue()
    desk.send(NotStarted)
    assert desk.text(text_id).reason == NO_PROMPT


@pytest.mark.parametrize("result", [refused(cms(38)), NotStarted])
def test_a_text_is_given_up_when_its_useful_life_is_over(
    desk: Desk, result: Callable[[Ticket], SendResult]
) -> None:
    text_id = desk.queue(expires_at=desk.at + HALF_AN_HOUR)
    while desk.text(text_id).state is TextState.QUEUED and (due := desk.room.next_due(desk.at)) is not None:
        desk.at = max(desk.at, due)
        if desk.room.next_ticket(desk.at) is not None:
            desk.send(result)
    text = desk.text(text_id)
    assert (text.state, text.reason) == (TextState.FAILED, outbox.TOO_OLD)
    assert HALF_AN_HOUR <= desk.at - MONDAY <= HALF_AN_HOUR + timedelta(minutes=10)


def test_a_text_that_grew_too_old_while_the_box_was_off_is_not_sent_late(desk: Desk) -> None:
    text_id = desk.queue(expires_at=desk.at + HALF_AN_HOUR)
    young = desk.queue(BOB)
    desk.at += HALF_AN_HOUR
    assert desk.ticket().text_id == young
    assert desk.text(text_id).state is TextState.FAILED


@pytest.mark.parametrize("recipient", ["80012", "EE", "07700900123", "", "+44770090012345678"])
def test_a_recipient_that_cannot_be_texted_blocks_nobody(desk: Desk, recipient: str) -> None:
    bad = desk.queue(recipient)
    good = desk.queue(BOB)
    assert desk.send(accepted).text_id == good
    assert desk.text(bad).state is TextState.FAILED
    assert (desk.text(bad).reason or "").endswith(".")


@pytest.mark.parametrize("result", [refused(cms(38)), refused(cms(28)), refused(cms(21)), NotStarted])
def test_a_refused_text_holds_up_nobody(desk: Desk, result: Callable[[Ticket], SendResult]) -> None:
    desk.queue(ANN)
    other = desk.queue(BOB)
    desk.send(result)
    assert desk.send(accepted).text_id == other


def test_a_part_that_was_refused_is_tried_again_and_no_other(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    desk.send(accepted)
    waits(desk, text_id, refused(cms(38)), 2)
    assert desk.send(accepted).sequence == 2
    assert desk.states(text_id) == [TextState.SENT, TextState.SENT]


def test_failures_are_counted_until_a_text_goes(desk: Desk) -> None:
    counted = []
    for result in (refused(cms(28)), NotStarted, Doubtful, accepted):
        desk.queue()
        desk.send(result)
        counted.append(desk.room.failures)
        desk.at += timedelta(minutes=1)
    assert counted == [1, 2, 3, 0]


# While the journal refuses


def test_a_result_that_cannot_be_written_is_kept_and_nothing_is_sent_until_it_is(desk: Desk) -> None:
    text_id = desk.queue(body=LONG)
    ticket = desk.ticket()
    desk.room.commit(ticket, desk.at)
    desk.journal.storage.writes = False
    with pytest.raises(JournalUnavailable):
        desk.room.record(accepted(ticket), desk.at)
    assert desk.room.backlog == 1
    desk.journal.storage.writes = True
    assert desk.room.next_ticket(desk.at) is None
    desk.at += timedelta(hours=1)
    desk.room.record(None, desk.at)
    assert desk.room.backlog == 0
    assert desk.states(text_id) == [TextState.SENT, TextState.QUEUED]
    assert desk.parts(text_id)[0].sent_at == MONDAY
    assert desk.ticket().sequence == 2


def test_a_part_that_cannot_be_committed_is_not_sent(desk: Desk) -> None:
    text_id = desk.queue()
    ticket = desk.ticket()
    desk.journal.storage.writes = False
    with pytest.raises(JournalUnavailable):
        desk.room.commit(ticket, desk.at)
    desk.journal.storage.writes = True
    assert desk.text(text_id).state is TextState.QUEUED


@pytest.mark.parametrize(
    "result", [accepted, Doubtful, NotStarted, refused(cms(38)), refused(cms(21)), refused(cms(28))]
)
def test_whichever_write_fails_the_end_is_the_same(
    tmp_path: Path, result: Callable[[Ticket], SendResult]
) -> None:
    def story(fails_at: int | None) -> tuple[Text, tuple[Part, ...], int, int]:
        desk = Desk(tmp_path / f"{fails_at}.sqlite3")
        text_id = desk.queue(body=LONG)
        ticket = desk.ticket()
        desk.room.commit(ticket, desk.at)
        desk.journal.storage.tried = 0
        desk.journal.storage.fails_at = fails_at
        try:
            desk.room.record(result(ticket), desk.at)
        except JournalUnavailable:
            desk.room.record(None, desk.at + timedelta(seconds=1))
        end = desk.text(text_id), desk.parts(text_id), desk.room.failures, desk.journal.storage.tried
        desk.journal.close()
        return end

    undisturbed = story(None)
    for place in range(undisturbed[3]):
        assert story(place)[:3] == undisturbed[:3], place
