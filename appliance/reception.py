"""Texts that came in: kept, understood, and acted on once, in one transaction."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from appliance.box_time import BoxTime
from appliance.circumstances import Circumstances
from appliance.core import commands, inbox, numbers
from appliance.core.alerts import SAME_CALL, AlertedCall
from appliance.core.calls import Presentation, Source
from appliance.core.hours import LONDON
from appliance.core.inbox import Acknowledged, CallAlert, FromOwner, Start, Stop
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import Reason
from appliance.counts import TEN_MINUTES, Counts, today
from appliance.drivers.journal import Incoming, Journal, Text
from appliance.modem import pdu
from appliance.modem.events import Message
from appliance.steward import Steward

log = logging.getLogger(__name__)

STOPPED = "They texted STOP before it went."
_ACKNOWLEDGED_WITHIN = timedelta(days=1)
_UNDATED = timedelta(hours=1)  # an alert that names no time is of a call in the hour before it
_ITEMS = 50  # of a conversation, among which a text that waits must be


class Reception:
    """Takes in what the modem hands over. Every method may raise JournalUnavailable.

    `at` is the box's time, UTC. A text that is read from the SIM again is acted on no second time.
    """

    def __init__(
        self, journal: Journal, circumstances: Circumstances, time: BoxTime, counts: Counts, steward: Steward
    ) -> None:
        self._journal = journal
        self._now = circumstances
        self._time = time
        self._counts = counts
        self._steward = steward

    def receive(self, message: Message, at: datetime) -> None:
        """Keep what came in. Once this returns it is safe here and may leave the modem."""
        match message.pdu:
            case pdu.Deliver() as deliver:
                self._deliver(deliver, at)
            case pdu.StatusReport(reference, recipient, _, _, status):
                self._delivered(reference, numbers.key(recipient.number), pdu.settled(status), at)
            case pdu.BadPdu(reason):
                self._journal.event("unreadable_text", at, reason)

    def tidy(self, at: datetime) -> None:
        """Keep the texts whose missing parts are past hope as far as they came."""
        with self._journal.transaction():
            for message_id in self._journal.settle_incomplete(at):
                self._understand(message_id, at, whole=False)

    def _delivered(self, reference: int, key: str | None, settled: pdu.Settled, at: datetime) -> None:
        text_id = None if key is None else self._journal.delivery(reference, key, settled, at)
        if text_id is not None and settled is pdu.Settled.GIVEN_UP:
            self._counts.tally.forget(text_id)
        log.info("status report for text %s", text_id)

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
                    sender=sender,
                    key=key,
                    body=self._as_kept(key, deliver.text),
                    sent_at=deliver.sent_at,
                    at=at,
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
                self._understand(kept, at, said=deliver.text if deliver.concat is None else None)
            self._time.keep(at)
        log.info("text from %s kept", numbers.mask(sender))

    def _as_kept(self, key: str | None, words: str) -> str:
        """Return the words as they may be written down: the owner's without the lock code of an order."""
        settings = self._now.settings
        if key is None or key != settings.owner_mobile:
            return words
        return commands.redacted(words, settings.commands.pin)

    def _understand(
        self, message_id: int, at: datetime, *, said: str | None = None, whole: bool = True
    ) -> None:
        """Act on a text. `said` is what it said, None where that is what was kept of it."""
        message, settings = self._journal.message(message_id), self._now.settings
        if message is None or message.meaning is not None:
            return
        words = message.body if said is None else said
        local = at.astimezone(LONDON)
        own = self._now.own_number
        meaning = inbox.meaning_of(settings, message.sender, message.key, words, local, own)
        self._journal.set_meaning(message_id, inbox.name_of(meaning))
        match meaning:
            case FromOwner():
                if message.body != self._as_kept(message.key, message.body):
                    self._journal.redact(message_id, self._as_kept(message.key, message.body))
                if whole:
                    self._steward.hear(words, at)
            case CallAlert(calls):
                for call in calls:
                    self._list(call, at)
            case Stop() | Start():
                self._obey(meaning, message, at)
            case _:
                pass
        self._copy_to_owner(message, at)

    def _list(self, call: AlertedCall, at: datetime) -> None:
        """Put a call that the network tells of on the list. It is never texted: anybody can write that."""
        self._journal.call_listed(
            started_at=call.at or at,
            number=call.number,
            key=numbers.key(call.number),
            presentation=Presentation.ALLOWED if call.number else Presentation.WITHHELD,
            source=Source.ALERT,
            verdict=Reason.TOO_LATE,
            within=SAME_CALL if call.at else _UNDATED,
            record={"alert": True},
        )

    def _obey(self, wish: Stop | Start, message: Incoming, at: datetime) -> None:
        """Text them no more, or again, and say so once."""
        key = message.key
        if key is None:
            raise AssertionError("a name or a short code wishes nothing")
        if isinstance(wish, Stop):
            news = self._journal.suppress(key, at)
            self._withdraw(key, at)
        else:
            news = self._journal.unsuppress(key)
        before = Acknowledged(
            news=news,
            to_them_at=self._journal.last_text_at(key, TextKind.ACKNOWLEDGEMENT),
            in_10_minutes=self._counts.of(TextKind.ACKNOWLEDGEMENT, TEN_MINUTES, at),
            today=self._counts.of(TextKind.ACKNOWLEDGEMENT, today(at), at),
        )
        words = inbox.acknowledgement(self._now.settings, wish, key, before, at)
        if words is not None and self._now.set_up:
            self._journal.queue_text(
                to=key,
                body=words,
                kind=TextKind.ACKNOWLEDGEMENT,
                at=at,
                expires_at=at + _ACKNOWLEDGED_WITHIN,
            )

    def _withdraw(self, key: str, at: datetime) -> None:
        """Give up the missed-call texts to them that still wait."""
        for said in self._journal.person(key, _ITEMS):
            waits = isinstance(said, Text) and said.state is TextState.QUEUED
            if isinstance(said, Text) and waits and said.kind is TextKind.MISSED_CALL:
                self._journal.fail_text(said.id, STOPPED, at)
                self._counts.tally.forget(said.id)

    def _copy_to_owner(self, message: Incoming, at: datetime) -> None:
        """Queue the owner's copy of a text; the journal lets each be copied once."""
        owner = inbox.copy_to(
            self._now.settings,
            message.sender,
            self._now.own_number,
            in_10_minutes=self._counts.of(TextKind.FORWARD, TEN_MINUTES, at),
            today=self._counts.of(TextKind.FORWARD, today(at), at),
        )
        if owner is None:
            return
        self._journal.queue_text(
            to=owner,
            body=inbox.copy(message.sender, message.body, self._now.contacts.name_of(message.key)),
            kind=TextKind.FORWARD,
            at=at,
            incoming_id=message.id,
        )
