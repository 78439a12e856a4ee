"""The call tracker: what the modem says about a call becomes one missed or answered call."""

from __future__ import annotations

from enum import StrEnum


class Presentation(StrEnum):
    """Whether the network showed who rang (27.007 section 7.6, CLI validity)."""

    ALLOWED = "allowed"
    WITHHELD = "withheld"
    UNAVAILABLE = "unavailable"
    PAYPHONE = "payphone"


class Outcome(StrEnum):
    """How a call ended. RINGING is a call that has not ended yet."""

    RINGING = "ringing"
    MISSED = "missed"
    ANSWERED = "answered"
    REJECTED = "rejected"  # the box hung up after the owner's ring time
