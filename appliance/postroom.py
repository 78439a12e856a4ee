"""Texts between the journal and the modem: what goes out, part by part, and what comes in."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.core import inbox, numbers, outbox
from appliance.core.outbox import GiveUp, TextKind, TextState, TryAgain
from appliance.core.settings import Settings
from appliance.drivers.journal import Journal, PartNotQueued, Text
from appliance.modem import gsm7, pdu
from appliance.modem.events import Accepted, Doubtful, Message, NotStarted, Refused, Ticket
from appliance.modem.result_codes import meaning

log = logging.getLogger(__name__)

NO_ANSWER = "NO_ANSWER"  # a part that was handed over and never answered for: it may have gone
NO_PROMPT = "The modem was not ready for the text."
# A text that promises a time is no use a day later, so no network need try for longer.
VALIDITY = timedelta(days=1)


SendResult = Accepted | Refused | NotStarted | Doubtful


class Postroom:
    """Hands out one part at a time and writes down what became of it.

    Every method may raise JournalUnavailable; `record` keeps what it could not write. `on_sent` is told
    of each text whose last part the network took.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._unwritten: deque[tuple[SendResult, datetime]] = deque()
        self.settings = Settings()
        self.own_number: str | None = None
        self.failures = 0  # sends in a row that did not go
        self.on_sent: Callable[[int, datetime], None] = lambda _text_id, _at: None

    @property
    def backlog(self) -> int:
        """How many results wait for the journal to take them again."""
        return len(self._unwritten)

    def next_due(self) -> datetime | None:
        """Return when the next text is due, None when none waits."""
        return self._journal.next_try_at()

    def next_ticket(self, at: datetime) -> Ticket | None:
        """Return the next part to send, None when none is due. Texts grown too old are given up."""
        if self._unwritten:
            return None  # what is known of earlier parts comes first
        while (text := self._journal.next_text(at)) is not None:
            if text.expires_at is not None and at >= text.expires_at:
                self._journal.fail_text(text.id, outbox.TOO_OLD, at)
                continue
            ticket = self._ticket(text)
            if ticket is not None:
                return ticket
            self._journal.fail_text(text.id, "It cannot be sent to this number.", at)
        return None

    def _ticket(self, text: Text) -> Ticket | None:
        waiting = [p.sequence for p in self._journal.parts_of(text.id) if p.state is TextState.QUEUED]
        try:
            # The same reference at every try: a part sent after a crash still joins those sent before.
            encoded = pdu.encode_submit(
                text.to,
                text.body,
                concat_reference=text.id % 256,
                status_report=self.settings.delivery_reports,
                validity=VALIDITY,
            )
        except ValueError:
            return None
        if not waiting or waiting[0] > len(encoded):
            return None
        return Ticket(text.id, waiting[0], encoded[waiting[0] - 1])

    def commit(self, ticket: Ticket, at: datetime) -> bool:
        """Write down that the part is about to go; False when it must not, having been erased or sent."""
        try:
            self._journal.part_submitting(ticket.text_id, ticket.sequence, at)
        except PartNotQueued:
            return False
        return True

    def record(self, result: SendResult | None, at: datetime) -> None:
        """Write down what became of a part, and first what could not be written earlier."""
        if result is not None:
            self._unwritten.append((result, at))
        while self._unwritten:
            self._record(*self._unwritten[0])
            self._unwritten.popleft()

    def _record(self, result: SendResult, at: datetime) -> None:
        ticket = result.ticket
        match result:
            case Accepted(_, reference):
                self._journal.part_sent(ticket.text_id, ticket.sequence, reference, at)
                self.failures = 0
                text = self._journal.text(ticket.text_id)
                if text is not None and text.state is TextState.SENT:
                    self.on_sent(text.id, at)
                    log.info("text %d to %s sent in %d parts", text.id, numbers.mask(text.to), text.parts)
            case Doubtful():
                self._journal.part_unknown(ticket.text_id, ticket.sequence, NO_ANSWER, at)
                self.failures += 1
                log.warning("text %d part %d: no answer, it may have gone", ticket.text_id, ticket.sequence)
            case NotStarted():
                self._again(ticket, TryAgain(outbox.NO_PROMPT_S), NO_PROMPT, at)
            case Refused(_, final):
                text = self._journal.text(ticket.text_id)
                step = outbox.after_refusal(final, text.tries + 1 if text else 1)
                self._again(ticket, step, meaning(final), at)
                log.warning("text %d part %d refused: %s", ticket.text_id, ticket.sequence, final)

    def _again(self, ticket: Ticket, step: TryAgain | GiveUp, reason: str, at: datetime) -> None:
        self._journal.part_refused(ticket.text_id, ticket.sequence, at)
        match step:
            case TryAgain(after):
                self._journal.retry_text(ticket.text_id, at + timedelta(seconds=after), reason)
            case GiveUp(why):
                self._journal.fail_text(ticket.text_id, why, at)
        self.failures += 1

    def receive(self, message: Message, at: datetime) -> bool:
        """Keep what came in. True when it is safe here and may leave the modem."""
        match message.pdu:
            case pdu.Deliver() as deliver:
                self._deliver(deliver, at)
            case pdu.StatusReport(reference, recipient, _, _, status):
                key = numbers.key(recipient.number)
                text_id = self._journal.delivery(reference, key, pdu.settled(status), at) if key else None
                log.info("status report for text %s", text_id)
            case pdu.BadPdu(reason):
                self._journal.event("unreadable_text", at, reason)
        return True

    def _deliver(self, deliver: pdu.Deliver, at: datetime) -> None:
        sender = deliver.sender.number
        key = None if deliver.sender.alphanumeric else numbers.key(sender)
        if deliver.port is not None:
            # Addressed to an application, as the notice of a picture message is: no words for a person.
            self._journal.event("application_message", at, f"port {deliver.port}")
            return
        with self._journal.transaction():
            if deliver.concat is None:
                kept: int | None = self._journal.incoming(
                    sender=sender, key=key, body=deliver.text, sent_at=deliver.sent_at, at=at
                )
            else:
                kept = self._journal.incoming_part(
                    sender=sender,
                    key=key,
                    reference=deliver.concat.reference,
                    total=deliver.concat.total,
                    sequence=deliver.concat.sequence,
                    text=deliver.text,
                    sent_at=deliver.sent_at,
                    at=at,
                )
            if kept is not None:
                self._copy_to_owner(kept, at)
        log.info("text from %s kept", numbers.mask(sender))

    def _copy_to_owner(self, message_id: int, at: datetime) -> None:
        """Queue the owner's copy of a text; the journal lets each be copied once."""
        message = self._journal.message(message_id)
        if message is None:
            return
        owner = inbox.copy_to(self.settings, message.sender, self.own_number)
        if owner is None:
            return
        body = inbox.copy(message.sender, message.body)
        self._journal.queue_text(
            to=owner,
            body=body,
            parts=len(gsm7.split(body).texts),
            kind=TextKind.FORWARD,
            at=at,
            incoming_id=message_id,
        )
