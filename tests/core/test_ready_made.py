"""The messages an owner can pick instead of writing one."""

from __future__ import annotations

import re

import pytest

from appliance.core.ready_made import MESSAGES
from appliance.core.settings import from_tree, longest_values
from appliance.core.template import WORDS, used_words
from appliance.core.wording import check
from appliance.modem.gsm7 import Alphabet

TEXTS = [(message.trade, text) for message in MESSAGES for text in (message.open, message.closed)]
# A name, a business and a promise that are longer than most.
LONG = longest_values(
    from_tree(
        {
            "name": "Christopher",
            "business": "Smith & Sons Heating Ltd",
            "holidays": [{"from": "2026-12-24", "to": "2027-01-01"}],
        }
    )
)


def test_there_are_ten_trades_each_once() -> None:
    assert len({message.trade for message in MESSAGES}) == len(MESSAGES) == 10
    assert len({text for _, text in TEXTS}) == 20


@pytest.mark.parametrize(("trade", "text"), TEXTS)
def test_each_message_is_one_part_of_plain_words_with_nothing_to_mend(trade: str, text: str) -> None:
    counted = check(text, LONG)
    assert (counted.parts, counted.alphabet) == (1, Alphabet.GSM7)
    assert counted.words < 50
    assert (counted.odd, counted.hints, counted.stops) == ((), (), ())
    assert used_words(text) == set(WORDS)


@pytest.mark.parametrize(("trade", "text"), TEXTS)
def test_each_message_keeps_to_the_words_of_the_page(trade: str, text: str) -> None:
    assert not re.search(r"!|\bSMS\b|\bplease\b|\boops\b", text, re.IGNORECASE)
    assert all(len(sentence.split()) <= 16 for sentence in re.split(r"[.?] ", text))
    assert "[time]" in text
    assert re.search(r"\bby \[time\]", text)  # so that it reads "soon" while the time is not known
