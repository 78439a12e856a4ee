"""A text's life, from the decision to send it to what the network said of it."""

from __future__ import annotations

from enum import StrEnum


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
