"""Short ways to say what happened to a box, for the tests of its journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind

if TYPE_CHECKING:
    from appliance.drivers.journal import Journal, Text

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANN = "+447700900123"
BOB = "+447700900456"


def after(**span: float) -> datetime:
    """Return so long after Monday at ten."""
    return MONDAY + timedelta(**span)


def missed_call(
    journal: Journal, number: str | None = ANN, at: datetime = MONDAY, verdict: str = "TEXT"
) -> int:
    call_id = journal.call_started(at)
    presentation = Presentation.WITHHELD if number is None else Presentation.ALLOWED
    journal.call_identified(call_id, number, number, presentation)
    journal.call_over(
        call_id, ended_at=at + timedelta(seconds=18), rings=3, outcome=Outcome.MISSED, verdict=verdict
    )
    return call_id


def queued(
    journal: Journal,
    to: str = ANN,
    at: datetime = MONDAY,
    parts: int = 1,
    kind: TextKind = TextKind.MISSED_CALL,
    call_id: int | None = None,
) -> int:
    return journal.queue_text(
        to=to, body="Sorry I missed you", parts=parts, kind=kind, at=at, call_id=call_id
    )


def sent(journal: Journal, to: str = ANN, at: datetime = MONDAY, reference: int = 7, parts: int = 1) -> int:
    text_id = queued(journal, to, at, parts)
    for sequence in range(1, parts + 1):
        journal.part_submitting(text_id, sequence, at)
        journal.part_sent(text_id, sequence, reference + sequence - 1, at)
    return text_id


def wrote(journal: Journal, sender: str = ANN, body: str = "Boiler is leaking", at: datetime = MONDAY) -> int:
    key = sender if sender.startswith("+") else None
    return journal.incoming(sender=sender, key=key, body=body, sent_at=at, at=at)


def text(journal: Journal, text_id: int) -> Text:
    found = journal.text(text_id)
    assert found is not None
    return found
