"""Finding a conversation by digits of its number or by words of its texts."""

from __future__ import annotations

import pytest

from appliance.core.outbox import TextKind
from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, wrote


def found(journal: Journal, words: str) -> list[str]:
    return [person.person for person in journal.search(words, 10)]


@pytest.mark.parametrize(
    "spelling",
    [
        "07700 900123",
        "+447700900123",
        "0044 7700 900 123",
        "900123",
        "(07700) 900-123",
        "+44 7700 9001",
        "0123",
    ],
)
def test_digits_of_a_number_find_it_in_any_spelling(journal: Journal, spelling: str) -> None:
    missed_call(journal, ANN)
    missed_call(journal, BOB)
    assert found(journal, spelling) == [ANN]


def test_words_find_texts_that_came_and_texts_that_went(journal: Journal) -> None:
    wrote(journal, ANN, "The Boiler shows F28")
    queued(journal, BOB, kind=TextKind.REPLY)
    assert found(journal, "boiler") == [ANN]
    assert found(journal, "  the   boiler ") == [ANN]
    assert found(journal, "F28") == [ANN]
    assert found(journal, "Sorry I missed") == [BOB]


def test_what_was_written_to_the_owner_is_not_searched(journal: Journal) -> None:
    missed_call(journal, BOB)
    queued(journal, BOB, kind=TextKind.NOTICE)
    assert found(journal, "Sorry") == []


@pytest.mark.parametrize("words", ["%", "_", "!", "100%", "b_iler"])
def test_no_character_stands_for_another(journal: Journal, words: str) -> None:
    wrote(journal, ANN, "The boiler is leaking")
    assert found(journal, words) == []
    wrote(journal, BOB, f"It says {words}")
    assert found(journal, words) == [BOB]


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_nothing_finds_nobody(journal: Journal, words: str) -> None:
    missed_call(journal, ANN)
    assert found(journal, words) == []


def test_two_digits_are_words_and_no_part_of_a_number(journal: Journal) -> None:
    missed_call(journal, ANN)
    wrote(journal, BOB, "At number 77 please")
    assert found(journal, "77 please") == [BOB]


def test_a_name_without_a_number_is_found(journal: Journal) -> None:
    wrote(journal, "MyBank", "Your code is 1234")
    assert found(journal, "mybank") == ["MyBank"]


def test_who_was_found_by_name_in_the_contacts_is_among_them(journal: Journal) -> None:
    missed_call(journal, ANN, MONDAY)
    missed_call(journal, BOB, after(minutes=1))
    assert [person.person for person in journal.search("Patel", 10, also=[ANN])] == [ANN]


def test_what_was_found_comes_page_by_page_newest_first(journal: Journal) -> None:
    numbers = [f"+4477009001{last:02d}" for last in range(5)]
    for number in numbers:
        missed_call(journal, number)
    first = journal.search("9001", 3)
    rest = journal.search("9001", 3, before=first[-1].rank)
    assert [person.person for person in first + rest] == numbers[::-1]
