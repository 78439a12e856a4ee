"""Incoming texts in the journal: every word is kept, and kept once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.drivers.journal import Incoming, Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, wrote

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def part(
    journal: Journal,
    sequence: int,
    words: str,
    *,
    total: int = 2,
    reference: int = 9,
    sender: str = ANN,
    sent_at: datetime | None = MONDAY,
    at: datetime = MONDAY,
) -> int | None:
    return journal.incoming_part(
        sender=sender,
        key=sender if sender.startswith("+") else None,
        reference=reference,
        total=total,
        sequence=sequence,
        text=words,
        sent_at=sent_at,
        at=at,
    )


def message(journal: Journal, message_id: int | None) -> Incoming:
    assert message_id is not None
    found = journal.message(message_id)
    assert found is not None
    return found


def test_a_text_is_kept_as_it_came(journal: Journal) -> None:
    kept = message(journal, wrote(journal, body="Boiler is leaking \N{WORRIED FACE}\nCan you come?"))
    assert kept.body == "Boiler is leaking \N{WORRIED FACE}\nCan you come?"
    assert (kept.sender, kept.key, kept.sent_at, kept.received_at, kept.parts) == (
        ANN,
        ANN,
        MONDAY,
        MONDAY,
        1,
    )


def test_a_text_from_a_name_has_no_key(journal: Journal) -> None:
    assert message(journal, wrote(journal, "MyBank")).key is None


def test_a_text_read_from_the_sim_twice_is_one(journal: Journal) -> None:
    assert wrote(journal, at=MONDAY) == wrote(journal, at=MONDAY)
    assert len(journal.person(ANN, 10)) == 1


def test_the_same_words_a_minute_later_are_another_text(journal: Journal) -> None:
    assert wrote(journal, body="Yes") != wrote(journal, body="Yes", at=after(minutes=1))


def test_a_text_without_a_time_stamp_is_never_taken_for_another(journal: Journal) -> None:
    first = journal.incoming(sender=ANN, key=ANN, body="Yes", sent_at=None, at=MONDAY)
    assert journal.incoming(sender=ANN, key=ANN, body="Yes", sent_at=None, at=MONDAY) != first
    assert message(journal, first).sent_at is None


def test_half_an_emoji_in_a_text_of_one_part_does_not_stop_it(journal: Journal) -> None:
    assert message(journal, wrote(journal, body="Hi \ud83d")).body == "Hi \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_parts_make_a_text_in_any_order(journal: Journal, order: tuple[int, ...]) -> None:
    words = {1: "The boiler ", 2: "is showing ", 3: "F28"}
    ids = [part(journal, sequence, words[sequence], total=3) for sequence in order]
    assert ids[:2] == [None, None]
    kept = message(journal, ids[2])
    assert (kept.body, kept.parts) == ("The boiler is showing F28", 3)


def test_parts_wait_for_each_other_across_a_restart(path: Path) -> None:
    with Journal(path) as before:
        assert part(before, 2, "world") is None
    with Journal(path) as again:
        assert message(again, part(again, 1, "Hello ")).body == "Hello world"


def test_an_emoji_cut_between_two_parts_is_mended(journal: Journal) -> None:
    part(journal, 1, "Thanks \ud83d")
    assert message(journal, part(journal, 2, "\ude00 see you")).body == "Thanks \N{GRINNING FACE} see you"


def test_a_part_that_comes_twice_counts_once(journal: Journal) -> None:
    assert part(journal, 1, "Hello ") is None
    assert part(journal, 1, "Hello ") is None
    assert part(journal, 1, "Hello ", sent_at=after(seconds=5)) is None
    assert message(journal, part(journal, 2, "world")).body == "Hello world"


def test_parts_of_a_whole_text_read_from_the_sim_again_are_known(journal: Journal) -> None:
    part(journal, 1, "Hello ")
    part(journal, 2, "world")
    assert part(journal, 1, "Hello ") is None
    assert part(journal, 2, "world") is None
    assert len(journal.person(ANN, 10)) == 1


def test_a_reference_that_comes_round_again_makes_a_new_text(journal: Journal) -> None:
    part(journal, 1, "Hello ")
    first = part(journal, 2, "world")
    part(journal, 1, "Good ", sent_at=after(days=9), at=after(days=9))
    second = part(journal, 2, "night", sent_at=after(days=9), at=after(days=9))
    assert message(journal, second).body == "Good night"
    assert first != second


def test_without_time_stamps_a_reference_may_still_come_round(journal: Journal) -> None:
    for words in ("Hello ", "Good "):
        part(journal, 1, words, sent_at=None)
        kept = message(journal, part(journal, 2, "world", sent_at=None))
        assert kept.body == f"{words}world"


def test_two_senders_may_use_one_reference(journal: Journal) -> None:
    part(journal, 1, "Hello ", sender=ANN)
    assert part(journal, 2, "night", sender=BOB) is None
    assert message(journal, part(journal, 2, "world", sender=ANN)).body == "Hello world"


def test_other_words_in_a_part_s_place_end_the_wait_for_the_old_text(journal: Journal) -> None:
    part(journal, 1, "An old beginning")
    part(journal, 1, "Hello ", sent_at=after(days=1), at=after(days=1))
    new = part(journal, 2, "world", sent_at=after(days=1), at=after(days=1))
    assert message(journal, new).body == "Hello world"
    bodies = [item.body for item in journal.person(ANN, 10) if isinstance(item, Incoming)]
    assert bodies == ["An old beginning [part 2 of 2 did not arrive] ", "Hello world"]


def test_what_came_of_an_incomplete_text_is_kept_after_three_days(journal: Journal) -> None:
    part(journal, 2, "is showing F28", total=2)
    assert journal.settle_incomplete(after(days=2)) == []
    (kept,) = journal.settle_incomplete(after(days=4))
    assert message(journal, kept).body == " [part 1 of 2 did not arrive] is showing F28"
    assert journal.settle_incomplete(after(days=5)) == []


@pytest.mark.parametrize(("sequence", "total"), [(0, 2), (3, 2), (1, 0), (1, 256)])
def test_a_part_that_counts_wrong_is_a_text_of_its_own(journal: Journal, sequence: int, total: int) -> None:
    assert message(journal, part(journal, sequence, "Hello", total=total)).body == "Hello"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 80), min_size=1, max_size=4),
    chosen=st.data(),
)
def test_however_a_text_is_cut_shuffled_and_repeated_its_words_come_back(
    path: Path, words: str, cuts: list[int], chosen: st.DataObject
) -> None:
    units = words.encode("utf-16-le", "surrogatepass")
    edges = sorted({0, len(units), *(2 * min(cut, len(units) // 2) for cut in cuts)})
    pieces = [units[start:end].decode("utf-16-le", "surrogatepass") for start, end in pairwise(edges)]
    numbered = list(enumerate(pieces, start=1))
    arriving = chosen.draw(st.permutations(numbered + numbered))
    path.unlink(missing_ok=True)
    with Journal(path) as journal:
        ids = [part(journal, sequence, piece, total=len(pieces)) for sequence, piece in arriving]
        (complete,) = [message_id for message_id in ids if message_id is not None]
        assert message(journal, complete).body == words
