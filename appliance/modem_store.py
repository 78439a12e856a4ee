"""Texts that lie in the modem's own store while they are sent, and what the store says of them after a crash.

Only for modems that are proven to mark there what they have sent. A part that was told to go when the box
fell over is then no doubt for ever: the store says "stored sent" or "stored unsent".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.core.outbox import TextState
from appliance.drivers.journal import Journal, Part
from appliance.drivers.journal_ledger import INTERRUPTED
from appliance.modem import pdu
from appliance.modem.events import OwnMessage, OwnMessages, Place
from appliance.modem.pdu import SubmitPdu

log = logging.getLogger(__name__)

_DOUBTFUL = (TextState.SUBMITTING, TextState.UNKNOWN)
_DONE = (TextState.SENT, TextState.DELIVERED, TextState.FAILED)


@dataclass(slots=True)
class Settled:
    """What is left to do: messages to delete, and when to ask again, None for never."""

    delete: list[Place] = field(default_factory=list)
    again: datetime | None = None


class ModemStore:
    """Compares the modem's store with the journal. Every method may raise JournalUnavailable.

    `encode` makes the PDU of a part again; None for a part that is gone. `on_went` is told of each part that
    went after all.
    """

    def __init__(
        self,
        journal: Journal,
        encode: Callable[[int, int], SubmitPdu | None],
        on_went: Callable[[int, int, datetime], None],
    ) -> None:
        self._journal = journal
        self._encode = encode
        self._on_went = on_went
        self._strays: list[OwnMessage] = []  # of an earlier run: stored, and not yet written down
        self.unread = False  # whether the modem has one, and has not said yet what is in it

    def place_of(self, part: Part, encoded: SubmitPdu) -> Place | None:
        """Return where a part that waits lies in the store already, None where it does not."""
        if part.place is not None:
            return part.place
        stray = next((one for one in self._strays if pdu.same_submit(one.raw, encoded.hex)), None)
        return None if stray is None else stray.place

    def commit(self, text_id: int, sequence: int, place: Place, at: datetime) -> None:
        """Write down where the part lies, and that it is about to go. Raises PartNotQueued."""
        with self._journal.transaction():
            self._journal.part_stored(text_id, sequence, place)
            self._journal.part_submitting(text_id, sequence, at)
        self._strays = [one for one in self._strays if one.place != place]

    def forget(self, at: datetime) -> None:
        """Expect nothing of this modem's store: what may have gone from another one's is a doubt for ever."""
        self.unread = False
        stored = self._journal.stored_parts()
        if stored:
            with self._journal.transaction():
                self._journal.settle_interrupted(at)
                for part in stored:
                    self._journal.part_taken_out(part.text_id, part.sequence)
        self._strays.clear()

    def settle(self, own: OwnMessages, at: datetime) -> Settled:
        """Make known what was in doubt, as the store says it."""
        self.unread = False
        if own.messages is None:
            return Settled()
        listed = {message.place: message for message in own.messages}
        done = Settled()
        # First those that are not done with: the same words to the same person look the same in the store.
        for part in sorted(self._journal.stored_parts(), key=lambda part: part.state in _DONE):
            place = part.place
            message = listed.get(place) if place is not None else None
            encoded = self._encode(part.text_id, part.sequence)
            if message is None or encoded is None or not pdu.same_submit(message.raw, encoded.hex):
                self._gone(part, at)
                continue
            del listed[message.place]
            if message.sent:
                self._went(part, at)
            final = (part.submitted_at or at) + timedelta(seconds=own.settles_s)
            if message.sent or part.state in _DONE:
                done.delete.append(message.place)
            elif part.state in _DOUBTFUL and at < final:
                done.again = final if done.again is None else min(done.again, final)
            elif part.state in _DOUBTFUL:
                self._journal.part_never_went(part.text_id, part.sequence, at)
                log.info("text %d part %d never went: it is sent now", part.text_id, part.sequence)
        self._strays = [message for message in listed.values() if not message.sent]
        return done

    def _went(self, part: Part, at: datetime) -> None:
        if part.state is TextState.QUEUED:
            self._journal.part_submitting(part.text_id, part.sequence, at)
        if part.state in (*_DOUBTFUL, TextState.QUEUED):
            self._journal.part_sent(part.text_id, part.sequence, None, at)
            log.info("text %d part %d went after all", part.text_id, part.sequence)
            self._on_went(part.text_id, part.sequence, at)

    def _gone(self, part: Part, at: datetime) -> None:
        """Note that the store does not hold the part; of one that was to go, nothing is known then."""
        with self._journal.transaction():
            if part.state is TextState.SUBMITTING:
                self._journal.part_unknown(part.text_id, part.sequence, INTERRUPTED, at)
            self._journal.part_taken_out(part.text_id, part.sequence)
