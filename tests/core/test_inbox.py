"""Which incoming texts the owner gets a copy of, and what the copy says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import inbox
from appliance.core.settings import Settings, with_value
from appliance.modem import gsm7

OWNER = with_value(Settings(), "owner_mobile", "07700900999")


def test_a_reply_is_copied_to_the_owner() -> None:
    assert inbox.copy_to(OWNER, "+447700900123", None) == "+447700900999"


def test_a_text_from_a_name_is_copied_too() -> None:
    assert inbox.copy_to(OWNER, "EE", None) == "+447700900999"


def test_nothing_is_copied_when_the_owner_does_not_want_it_or_has_no_mobile() -> None:
    assert inbox.copy_to(with_value(OWNER, "forward_replies", False), "+447700900123", None) is None
    assert inbox.copy_to(Settings(), "+447700900123", None) is None


@pytest.mark.parametrize("sender", ["07700900999", "+447700900999", "447700900999"])
def test_the_owners_own_words_are_not_sent_back(sender: str) -> None:
    assert inbox.copy_to(OWNER, sender, None) is None


def test_what_the_box_wrote_to_itself_is_not_sent_on() -> None:
    assert inbox.copy_to(OWNER, "+447700900100", "07700900100") is None


def test_the_copy_says_who_and_what() -> None:
    assert inbox.copy("+447700900123", "Boiler shows F28") == "07700 900123: Boiler shows F28"


def test_a_long_text_is_cut_and_says_where_the_rest_is() -> None:
    copy = inbox.copy("+447700900123", "word " * 300)
    assert copy.startswith("07700 900123: word word")
    assert copy.endswith("(more on the page)")
    assert len(gsm7.split(copy).texts) == inbox.MOST_PARTS


@given(st.text(max_size=800))
def test_a_copy_never_costs_more_than_its_parts(words: str) -> None:
    assert len(gsm7.split(inbox.copy("+447700900123", words)).texts) <= inbox.MOST_PARTS
