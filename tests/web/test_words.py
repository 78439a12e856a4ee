"""The page's words for what the journal holds."""

from __future__ import annotations

import pytest

from appliance.core.policy import REASON_WORDS, TEXT, Reason
from web.words import why_not


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_as_the_policy_says_it(reason: Reason) -> None:
    assert why_not(reason.value) == REASON_WORDS[reason]


@pytest.mark.parametrize("verdict", [TEXT, None, "", "A_REASON_OF_A_LATER_VERSION"])
def test_anything_else_is_no_reason(verdict: str | None) -> None:
    assert why_not(verdict) == ""
