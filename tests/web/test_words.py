"""The page's words for what the journal holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.policy import REASON_WORDS, TEXT, Reason
from appliance.drivers.journal import Call
from web.words import why_not

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def call(verdict: str | None, record: Mapping[str, object] | None = None) -> Call:
    return Call(
        id=1,
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=15),
        number="01632 960044",
        key="+441632960044",
        presentation=Presentation.ALLOWED,
        rings=3,
        outcome=Outcome.MISSED,
        verdict=verdict,
        record=record,
    )


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_without_facts_is_said_as_the_policy_says_it(app: Flask, reason: Reason) -> None:
    with app.app_context():
        assert why_not(call(reason.value)) == REASON_WORDS[reason]


def test_the_facts_kept_with_a_call_say_it_better(app: Flask) -> None:
    with app.app_context():
        said = why_not(call("NOT_A_UK_MOBILE", {"kind": "UK_LANDLINE"}))
    assert said == "No text: this is a landline. Ring them back."


@pytest.mark.parametrize("verdict", [TEXT, None, "", "A_REASON_OF_A_LATER_VERSION"])
def test_anything_else_is_no_reason(app: Flask, verdict: str | None) -> None:
    with app.app_context():
        assert why_not(call(verdict)) == ""
