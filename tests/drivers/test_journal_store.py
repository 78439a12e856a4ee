"""Parts that lie in the modem's own store: where, and what the store says of them after a crash."""

from __future__ import annotations

import pytest

from appliance.core.outbox import TextState
from appliance.drivers.journal import Journal, PartNotQueued
from appliance.modem.events import Place
from tests.drivers.stories import MONDAY, after, queued, text

PLACE = Place("ME", 12)


def stored(journal: Journal) -> int:
    text_id = queued(journal)
    journal.part_stored(text_id, 1, PLACE)
    return text_id


def test_a_part_lies_in_the_store_until_it_is_taken_out(journal: Journal) -> None:
    text_id = stored(journal)
    (part,) = journal.stored_parts()
    assert (part.text_id, part.sequence, part.place, part.state) == (text_id, 1, PLACE, TextState.QUEUED)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 7, MONDAY)
    assert [part.place for part in journal.stored_parts()] == [PLACE]
    journal.part_taken_out(text_id, 1)
    assert journal.stored_parts() == []
    assert [part.place for part in journal.parts_of(text_id)] == [None]


def test_the_store_in_use_has_no_name(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_stored(text_id, 1, Place(None, 3))
    assert [part.place for part in journal.parts_of(text_id)] == [Place(None, 3)]


def test_a_part_under_way_or_erased_is_not_stored(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    for other in (text_id, text_id + 1):
        with pytest.raises(PartNotQueued):
            journal.part_stored(other, 1, PLACE)


def test_after_a_crash_the_store_may_be_asked_first(journal: Journal) -> None:
    in_store, plain = stored(journal), queued(journal)
    for text_id in (in_store, plain):
        journal.part_submitting(text_id, 1, MONDAY)
    assert journal.settle_interrupted(after(minutes=1), stored_too=False) == [plain]
    assert text(journal, in_store).state is TextState.SUBMITTING
    assert journal.settle_interrupted(after(minutes=2)) == [in_store]
    assert text(journal, in_store).state is TextState.UNKNOWN


@pytest.mark.parametrize("unknown", [False, True])
def test_stored_unsent_means_that_it_waits_again(journal: Journal, unknown: bool) -> None:
    text_id = stored(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    if unknown:
        journal.settle_interrupted(MONDAY)
    journal.part_never_went(text_id, 1, after(minutes=1))
    found = text(journal, text_id)
    assert (found.state, found.reason, found.next_try_at) == (TextState.QUEUED, None, after(minutes=1))
    assert [part.submitted_at for part in journal.parts_of(text_id)] == [None]


def test_stored_sent_means_that_it_went(journal: Journal) -> None:
    text_id = stored(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(MONDAY)
    journal.part_sent(text_id, 1, None, after(minutes=1))
    assert text(journal, text_id).state is TextState.SENT


def test_only_the_store_can_say_that_a_doubtful_part_never_went(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(MONDAY)
    journal.part_never_went(text_id, 1, MONDAY)
    assert text(journal, text_id).state is TextState.UNKNOWN
