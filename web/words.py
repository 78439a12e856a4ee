"""The page's words for what the journal holds: what became of a call, how far a text has got."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from appliance.core import explain
from appliance.core.calls import Outcome
from appliance.core.outbox import TextState
from web.view import clean, moment, plural, today_is

if TYPE_CHECKING:
    from appliance.drivers.journal import Call, Text


class Tone(StrEnum):
    """How a line is marked. The mark only repeats what its words say."""

    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    NEWS = "news"  # their words, there to be read
    QUIET = "quiet"


NO_NUMBER = "No number"
_SOON_AFTER = timedelta(minutes=10)  # beyond that the seconds between call and text are no news


def why_not(call: Call) -> str:
    """Return why a call got no text, from the facts kept with it; "" when it got one or is not over."""
    return explain.sentence(call.verdict, call.record or {}, today_is())


def call_line(call: Call) -> tuple[str, Tone]:
    """Return a call without a text in a few words, for a list."""
    match call.outcome:
        case Outcome.RINGING:
            return "Ringing now", Tone.WAIT
        case Outcome.ANSWERED:
            return "Call answered", Tone.QUIET
        case Outcome.MISSED | Outcome.REJECTED:
            return f"Missed call. {why_not(call)}".rstrip(), Tone.QUIET
        case _:
            assert_never(call.outcome)


def text_line(text: Text) -> tuple[str, Tone]:
    """Return what became of a missed call's text in a few words, for a list."""
    match text.state:
        case TextState.QUEUED | TextState.SUBMITTING:
            return "Missed call, sending a text", Tone.WAIT
        case TextState.SENT | TextState.DELIVERED:
            return "Missed call, texted", Tone.GOOD
        case TextState.FAILED:
            return "Missed call, text not sent", Tone.BAD
        case TextState.UNKNOWN:
            return "Missed call, the text may not have gone", Tone.BAD
        case _:
            assert_never(text.state)


def uncertain_line() -> tuple[str, Tone]:
    """Return a text that may not have gone in a few words, for a list."""
    return "Your text may not have gone. Send it again, or ring.", Tone.BAD


def rang(call: Call) -> str:
    """Return a call in a conversation: "Missed call, rang 14 seconds"."""
    lasted = "" if call.ended_at is None else plural((call.ended_at - call.started_at).seconds, "second")
    match call.outcome:
        case Outcome.RINGING:
            return "Ringing now"
        case Outcome.ANSWERED:
            return "Call answered"
        case Outcome.MISSED:
            return f"Missed call, rang {lasted}"
        case Outcome.REJECTED:
            return f"Missed call, the box hung up after {lasted}"
        case _:
            assert_never(call.outcome)


def progress(text: Text, call: Call | None) -> tuple[str, Tone]:
    """Return how far a text of ours has got: "Sent 10:42am, 4 seconds after the call"."""
    match text.state:
        case TextState.QUEUED | TextState.SUBMITTING:
            return "Sending", Tone.WAIT
        case TextState.SENT:
            return f"Sent{_when(text)}{_after(text, call)}", Tone.GOOD
        case TextState.DELIVERED:
            return f"Delivered{_when(text)}{_after(text, call)}", Tone.GOOD
        case TextState.FAILED:
            return f"Not sent. {clean(text.reason)}".rstrip(), Tone.BAD
        case TextState.UNKNOWN:
            return "This may not have gone. Ring them to be sure.", Tone.BAD
        case _:
            assert_never(text.state)


def _when(text: Text) -> str:
    return f" {moment(text.sent_at)}" if text.sent_at else ""


def _after(text: Text, call: Call | None) -> str:
    """Return how soon after its call the text went, "" when that says nothing good."""
    if call is None or call.ended_at is None or text.sent_at is None:
        return ""
    took = text.sent_at - call.ended_at
    if not timedelta(0) <= took <= _SOON_AFTER:
        return ""
    return f", {plural(max(1, round(took.total_seconds())), 'second')} after the call"
