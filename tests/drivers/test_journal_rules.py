"""What was dated by a clock that was wrong gets its true time; what went last is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, text

if TYPE_CHECKING:
    from appliance.drivers.journal import Journal

HOURS = timedelta(hours=5)


def test_texts_that_are_dated_anew_take_their_calls_with_them(journal: Journal) -> None:
    call_id = missed_call(journal)
    waiting = queued(journal, call_id=call_id)
    gone = sent(journal, BOB)
    other = queued(journal, BOB)
    journal.redate([waiting, gone], HOURS)
    assert (text(journal, waiting).queued_at, text(journal, waiting).next_try_at) == (after(hours=5),) * 2
    assert (text(journal, gone).submitted_at, text(journal, gone).sent_at) == (after(hours=5),) * 2
    assert journal.parts_of(gone)[0].sent_at == after(hours=5)
    assert text(journal, other).queued_at == MONDAY
    call = journal.call(call_id)
    assert call is not None
    assert (call.started_at, call.ended_at) == (after(hours=5), after(hours=5, seconds=18))


def test_times_that_are_not_known_stay_so(journal: Journal) -> None:
    waiting = queued(journal)
    journal.redate([waiting], -HOURS)
    found = text(journal, waiting)
    assert (found.submitted_at, found.sent_at, found.expires_at) == (None, None, None)
    assert found.queued_at == after(hours=-5)


def test_a_text_that_is_gone_is_no_matter(journal: Journal) -> None:
    journal.redate([99], HOURS)
    assert journal.newest_at() is None


def test_when_the_last_text_went_is_known(journal: Journal) -> None:
    assert journal.last_sent_at() is None
    sent(journal, ANN, after(minutes=1))
    sent(journal, BOB, after(minutes=2))
    queued(journal, ANN, after(minutes=3))
    assert journal.last_sent_at() == after(minutes=2)
