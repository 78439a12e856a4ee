"""A text's life, from the decision to send it to what the network said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.modem.result_codes import Advice, Final, advice, meaning


class TextState(StrEnum):
    """Where an outgoing text, or one part of it, has got to. Stored, so the values never change."""

    QUEUED = "QUEUED"
    SUBMITTING = "SUBMITTING"  # the bytes may be on their way: committed before Ctrl-Z
    SENT = "SENT"  # the network took it
    DELIVERED = "DELIVERED"  # a status report said so
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"  # it cannot be known whether it went: never sent again by itself


class TextKind(StrEnum):
    """Why an outgoing text exists."""

    MISSED_CALL = "missed_call"
    REPLY = "reply"
    FORWARD = "forward"
    NOTICE = "notice"
    TEST = "test"
    ACKNOWLEDGEMENT = "acknowledgement"  # of a STOP or START
    ANSWER = "answer"  # to the owner's order
    CODE = "code"  # the recovery code; its words are not kept


# What stands in the conversation with a caller; the other kinds are for the owner. And of that, what is worth
# sending again, or telling the owner of when it may not have gone.
IN_CONVERSATIONS = (TextKind.MISSED_CALL, TextKind.REPLY, TextKind.ACKNOWLEDGEMENT)
OWED_TO_CALLERS = (TextKind.MISSED_CALL, TextKind.REPLY)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Send it again after so many seconds, unless its useful life ends first."""

    after: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not send it again. `reason` is a sentence for the owner."""

    reason: str


# The network's temporary refusals, 27.005 section 3.2.5 codes 41 to 47: half a minute, then double.
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 600.0
SOON_S = 3.0  # a SIM or a modem that is busy for a moment
ONCE_S = 60.0
SOON_TRIES = 5  # quick tries before the usual back-off
NO_PROMPT_S = 5.0
TOO_OLD = "It could not be sent in time, so it was not sent late."


def after_refusal(final: Final, tries: int) -> TryAgain | GiveUp:
    """Decide what becomes of a text that was refused for the `tries`th time (from 1)."""
    match advice(final):
        case Advice.NEVER:
            return GiveUp(meaning(final))
        case Advice.RETRY_ONCE:
            return TryAgain(ONCE_S) if tries <= 1 else GiveUp(meaning(final))
        case Advice.RETRY_SOON | Advice.CLEAN_STORE if tries <= SOON_TRIES:
            return TryAgain(SOON_S)
        case _:
            return TryAgain(back_off(tries))


def back_off(tries: int) -> float:
    """Return the seconds to wait after the `tries`th failure (from 1)."""
    return min(FIRST_WAIT_S * 2.0 ** min(tries - 1, 10), LONGEST_WAIT_S)
