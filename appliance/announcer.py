"""What the owner is told by text: gathers what there is to tell, and queues each thing once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Literal

from appliance.box_time import Off
from appliance.callbook import CallOver
from appliance.circumstances import Circumstances
from appliance.core import notices, numbers
from appliance.core.calls import Outcome
from appliance.core.hours import LONDON
from appliance.core.notices import Board, Concern
from appliance.core.numbers import NumberKind
from appliance.core.outbox import TextKind
from appliance.core.policy import Decision, Reason
from appliance.drivers.journal import Journal, Text

BOARD, SIM, SECRET = "notice_board", "sim", "box_secret"  # marks
SIM_CHANGED = "sim_changed"
LOOK_AGAIN_S = 60.0  # without a sign that something changed
_TOLD_WITHIN = timedelta(days=1)
_MOST_UNCERTAIN = 500  # sixty texts a day, for seven days: beyond these one would be told twice
_UNCERTAIN_FOR = timedelta(days=7)


class Announcer:
    """Keeps the board of what the owner was told. `at` is the box's time, UTC.

    `sim_seen` and `look` may raise JournalUnavailable; what there was to tell is then still there to tell.
    """

    def __init__(self, journal: Journal, circumstances: Circumstances) -> None:
        self._journal = journal
        self._now = circumstances
        self._board: Board | None = None  # not read yet
        self._stored: str | None = None
        self._said: list[Concern] = []  # since the last look; these have an end of their own
        self._uncertain: list[Concern] = []
        self._next_look = 0.0
        self._off: Off | None = None
        self._calls: list[tuple[CallOver, Decision]] = []

    def stir(self) -> None:
        """Look at the journal again soon: something in it has changed."""
        self._next_look = 0.0

    def was_off(self, off: Off | None) -> None:
        """Note since when the box was off, None when it was not. It is told once the clock is sure."""
        self._off = off

    def judged(self, over: CallOver, decision: Decision) -> None:
        """Note a call that may have to be told of."""
        if over.outcome is not Outcome.ANSWERED and decision.verdict in _TELLING:
            self._calls.append((over, decision))

    def sim_seen(self, sim_id: str, at: datetime) -> None:
        """Note which SIM is in the box; only a keyed hash of its number is kept."""
        seen, known = self._fingerprint(sim_id), self._journal.mark(SIM)
        if seen == known:
            return
        with self._journal.transaction():
            self._journal.set_mark(SIM, seen)
            if known is not None:
                self._journal.event(SIM_CHANGED, at)
        if known is not None:
            self._said.append(notices.sim_changed(seen, at.astimezone(LONDON)))

    def look(self, at: datetime, now: float, *, can_send: bool, failing_since: datetime | None) -> bool:
        """Tell what there is to tell; True when something was queued. `now` is monotonic seconds.

        `failing_since` None: texts go out. Without an owner's mobile nothing is told, and nothing noted.
        """
        owner = self._now.settings.owner_mobile
        if owner is None or not self._now.set_up:
            self._calls.clear()
            return False
        self._gather(at, now)
        before = self._read_board()
        held = [*self._said, *self._uncertain]
        if failing_since is not None:
            held.append(notices.sends_failing(failing_since.astimezone(LONDON)))
        board, told = notices.tell(before, held, at.astimezone(LONDON), can_send=can_send)
        record = json.dumps(notices.to_record(board))
        if told or record != self._stored:
            with self._journal.transaction():
                for notice in told:
                    self._journal.queue_text(
                        to=owner, body=notice.words, kind=TextKind.NOTICE, at=at, expires_at=at + _TOLD_WITHIN
                    )
                self._journal.set_mark(BOARD, record)
        self._board, self._stored = board, record
        self._said.clear()
        return bool(told)

    def _gather(self, at: datetime, now: float) -> None:
        while self._calls:
            self._said += self._of_a_call(*self._calls[0], at)
            self._calls.pop(0)
        if self._off is not None and self._now.clock_sure:
            back = notices.back(self._off.since, at.astimezone(LONDON), surely=self._off.surely)
            self._said += [back] if back else []
            self._off = None
        if now >= self._next_look:
            found = self._journal.uncertain_texts(_MOST_UNCERTAIN)
            recent = [text for text in found if abs(at - text.queued_at) < _UNCERTAIN_FOR]
            self._uncertain = [self._of_a_text(text) for text in recent]
            self._next_look = now + LOOK_AGAIN_S

    def _of_a_call(self, over: CallOver, decision: Decision, at: datetime) -> list[Concern]:
        ended, number = over.ended.astimezone(LONDON), over.caller.number
        match Reason(decision.verdict):
            case Reason.WITHHELD:
                return [notices.withheld(ended)]
            case Reason.NOT_A_UK_MOBILE if numbers.kind(number) is NumberKind.UK_LANDLINE:
                key = numbers.key(number) or ""
                return [notices.landline(self._fingerprint(key), self._who(key), ended)]
            case Reason.LIMIT:
                texts, per = decision.record.get("texts"), decision.record.get("per")
                span: Literal["day", "10 minutes"] = "day" if per == "day" else "10 minutes"
                return [notices.limit(texts if isinstance(texts, int) else 0, span, at.astimezone(LONDON))]
            case _:
                return []

    def _of_a_text(self, text: Text) -> Concern:
        return notices.uncertain(text.id, self._who(text.key), text.queued_at.astimezone(LONDON))

    def _who(self, key: str) -> str:
        return self._now.contacts.name_of(key) or numbers.display(key)

    def _read_board(self) -> Board:
        """Return the board, the first time as the run before left it."""
        if self._board is None:
            stored = self._journal.mark(BOARD)
            try:
                record = json.loads(stored or "{}")
            except ValueError:
                record = {}
            self._stored = stored or json.dumps(notices.to_record(Board()))
            self._board = notices.from_record(record if isinstance(record, dict) else {})
        return self._board

    def _fingerprint(self, number: str) -> str:
        """Return what tells numbers apart without being one, the same for as long as the journal lives."""
        secret = self._journal.mark(SECRET)
        if secret is None:
            secret = secrets.token_hex(16)
            self._journal.set_mark(SECRET, secret)
        return hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]


_TELLING = frozenset({Reason.WITHHELD, Reason.NOT_A_UK_MOBILE, Reason.LIMIT})
