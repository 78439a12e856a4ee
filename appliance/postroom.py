"""Texts on their way from the journal to the modem, part by part, and what became of each."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from appliance.circumstances import Circumstances
from appliance.core import numbers, outbox
from appliance.core.health import SENDS_FAIL_AT
from appliance.core.outbox import GiveUp, TextState, TryAgain
from appliance.core.tally import Tally
from appliance.drivers.journal import Journal, PartNotQueued, Text
from appliance.modem import pdu
from appliance.modem.events import Accepted, Doubtful, NotStarted, Place, Refused, Ticket
from appliance.modem.result_codes import Advice, advice, meaning
from appliance.modem_store import ModemStore

log = logging.getLogger(__name__)

NO_ANSWER = "NO_ANSWER"  # a part that was handed over and never answered for: it may have gone
NO_PROMPT = "The modem was not ready for the text."
# A text that promises a time is no use a day later, so no network need try for longer.
VALIDITY = timedelta(days=1)
# No text waits for longer between two tries. One dated further ahead was dated by a clock that was wrong.
_LONGEST_WAIT = timedelta(seconds=2 * outbox.LONGEST_WAIT_S)

SendResult = Accepted | Refused | NotStarted | Doubtful


class Postroom:
    """Hands out one part at a time and writes down what became of it.

    Every method may raise JournalUnavailable; `record` keeps what it could not write. `on_sent` is told
    of each text whose last part the network took. A text that failed no longer counts in `tally`.
    """

    def __init__(self, journal: Journal, circumstances: Circumstances, tally: Tally) -> None:
        self._journal = journal
        self._now = circumstances
        self._tally = tally
        self._unwritten: deque[tuple[SendResult, datetime]] = deque()
        # How often each part that is not done with was refused, for each thing a refusal may call for.
        self._refusals: Counter[tuple[int, int, Advice]] = Counter()
        self.modem_store = ModemStore(journal, self._encode_part, self._went)
        self.failures = 0  # sends in a row that did not go
        self.failing_since: datetime | None = None  # the first of them
        self.on_sent: Callable[[int, datetime], None] = lambda _text_id, _at: None

    @property
    def failing(self) -> bool:
        """Whether texts do not go out."""
        return self.failures >= SENDS_FAIL_AT

    @property
    def backlog(self) -> int:
        """How many results wait for the journal to take them again."""
        return len(self._unwritten)

    def next_due(self, at: datetime) -> datetime | None:
        """Return when the next text is due, None when none waits."""
        due = self._journal.next_try_at()
        return at if due is not None and due > at + _LONGEST_WAIT else due

    def next_ticket(self, at: datetime) -> Ticket | None:
        """Return the next part to send, None when none is due. Texts grown too old are given up."""
        if self._unwritten or self.modem_store.unread:
            return None  # what is known of earlier parts comes first
        while (text := self._next_text(at)) is not None:
            if text.expires_at is not None and at >= text.expires_at:
                self._fail(text.id, outbox.TOO_OLD, at)
                continue
            ticket = self._ticket(text)
            if ticket is not None:
                return ticket
            self._fail(text.id, "It cannot be sent to this number.", at)
        return None

    def _next_text(self, at: datetime) -> Text | None:
        text, due = self._journal.next_text(at), self._journal.next_try_at()
        if text is None and due is not None and due > at + _LONGEST_WAIT:
            return self._journal.next_text(due)
        return text

    def _ticket(self, text: Text) -> Ticket | None:
        waiting = [part for part in self._journal.parts_of(text.id) if part.state is TextState.QUEUED]
        encoded = self._encode(text)
        if not waiting or waiting[0].sequence > len(encoded):
            return None
        part = waiting[0]
        unit = encoded[part.sequence - 1]
        return Ticket(text.id, part.sequence, unit, self.modem_store.place_of(part, unit))

    def _encode(self, text: Text) -> Sequence[pdu.SubmitPdu]:
        """Return every part of a text, none where it cannot be sent to its number."""
        try:
            # The same reference at every try: a part sent after a crash still joins those sent before.
            return pdu.encode_submit(
                text.to,
                text.body,
                concat_reference=text.id % 256,
                status_report=self._now.settings.delivery_reports,
                validity=VALIDITY,
            )
        except ValueError:
            return ()

    def _encode_part(self, text_id: int, sequence: int) -> pdu.SubmitPdu | None:
        text = self._journal.text(text_id)
        encoded = () if text is None else self._encode(text)
        return encoded[sequence - 1] if sequence <= len(encoded) else None

    def commit(self, ticket: Ticket, at: datetime, place: Place | None = None) -> bool:
        """Write down that the part is about to go; False when it must not, having been erased or sent.

        `place`: where it lies in the modem's store, None when it does not.
        """
        try:
            if place is not None:
                self.modem_store.commit(ticket.text_id, ticket.sequence, place, at)
            else:
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
                self._went(ticket.text_id, ticket.sequence, at)
            case Doubtful():
                self._journal.part_unknown(ticket.text_id, ticket.sequence, NO_ANSWER, at)
                self._did_not_go(at)
                log.warning("text %d part %d: no answer, it may have gone", ticket.text_id, ticket.sequence)
            case NotStarted():
                self._again(ticket, TryAgain(outbox.NO_PROMPT_S), NO_PROMPT, at)
            case Refused(_, final):
                refusal = ticket.text_id, ticket.sequence, advice(final)
                step = outbox.after_refusal(final, self._refusals[refusal] + 1)
                self._again(ticket, step, meaning(final), at)
                self._refusals[refusal] += 1
                log.warning("text %d part %d refused: %s", ticket.text_id, ticket.sequence, final)

    def _went(self, text_id: int, sequence: int, at: datetime) -> None:
        self.failures, self.failing_since = 0, None
        self._forget(text_id, sequence)
        text = self._journal.text(text_id)
        if text is not None and text.state is TextState.SENT:
            self.on_sent(text.id, at)
            log.info("text %d to %s sent in %d parts", text.id, numbers.mask(text.to), text.parts)

    def _again(self, ticket: Ticket, step: TryAgain | GiveUp, reason: str, at: datetime) -> None:
        self._journal.part_refused(ticket.text_id, ticket.sequence, at)
        match step:
            case TryAgain(after):
                self._journal.retry_text(ticket.text_id, at + timedelta(seconds=after), reason)
            case GiveUp(why):
                self._fail(ticket.text_id, why, at)
        self._did_not_go(at)

    def _fail(self, text_id: int, why: str, at: datetime) -> None:
        self._journal.fail_text(text_id, why, at)
        self._tally.forget(text_id)
        self._forget(text_id)

    def _forget(self, text_id: int, sequence: int | None = None) -> None:
        for known in [known for known in self._refusals if known[0] == text_id]:
            if sequence in {None, known[1]}:
                del self._refusals[known]

    def _did_not_go(self, at: datetime) -> None:
        self.failures += 1
        self.failing_since = self.failing_since or at
