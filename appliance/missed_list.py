"""The modem's own list of missed calls: who rang while the box was off, or while its lines were lost.

The list tells no times, so nobody on it is ever texted: they go to the owner. Nor does it say what is new.
That is found by comparing it with what it held when it was read last.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.core import numbers
from appliance.core.calls import Presentation, Source
from appliance.core.policy import Reason
from appliance.drivers.journal import Journal
from appliance.modem.events import MissedCalls

log = logging.getLogger(__name__)

MARK = "modem_missed_calls"


class MissedList:
    """Compares the modem's list with the journal. Nothing is kept in memory: a crash forgets nothing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def take(self, listed: MissedCalls, at: datetime) -> int:
        """Write down who is on the list and was not heard; return how many. Raises JournalUnavailable.

        The first list of a modem is only remembered: who is on it may have rung years ago, and not here. Not
        to be given a list while a call is under way, which the modem counts when it is over.
        """
        before = _Seen.read(self._journal.mark(MARK))
        now = _Seen.of(listed, at, before.salt if before else secrets.token_hex(16))
        if before is not None and (before.modem, before.calls) == (now.modem, now.calls):
            return 0  # nothing to write: this is asked every few minutes
        new = 0
        with self._journal.transaction():
            if before is not None and before.modem == now.modem:
                since = abs(at - before.at)
                new = sum(self._list(number, at, since) for number in before.lacks(listed.numbers))
            self._journal.set_mark(MARK, now.written())
        if new:
            log.info("%d missed calls from the modem's own list", new)
        return new

    def _list(self, number: str, at: datetime, since: timedelta) -> bool:
        """Write one call down unless it was heard; tell whether it was news."""
        found = self._journal.call_listed(
            started_at=at,
            number=number,
            key=numbers.key(number),
            presentation=Presentation.ALLOWED,
            source=Source.MODEM_LIST,
            verdict=Reason.TOO_LATE,
            within=since,
        )
        return found is not None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a list held when it was read: how often each number, none of which can be read from this."""

    at: datetime
    salt: str
    modem: str
    calls: dict[str, int]

    @classmethod
    def of(cls, listed: MissedCalls, at: datetime, salt: str) -> _Seen:
        calls = Counter(_hash(salt, number) for number in listed.numbers)
        return cls(at, salt, _hash(salt, listed.modem or ""), dict(calls))

    @classmethod
    def read(cls, written: str | None) -> _Seen | None:
        """Return what `written` gave; None for nothing, or for what cannot be read."""
        try:
            tree = json.loads(written or "")
            calls = {str(name): int(count) for name, count in tree["calls"].items()}
            at = datetime.fromisoformat(tree["at"]).astimezone(UTC)
            return cls(at, bytes.fromhex(tree["salt"]).hex(), str(tree["modem"]), calls)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def written(self) -> str:
        """Return it as the journal keeps it."""
        tree = {"at": self.at.isoformat(), "salt": self.salt, "modem": self.modem, "calls": self.calls}
        return json.dumps(tree)

    def lacks(self, now: tuple[str, ...]) -> list[str]:
        """Return each number that stands on a list more often now, once."""
        counts = Counter(_hash(self.salt, number) for number in now)
        unique = {_hash(self.salt, number): number for number in now}
        return [number for name, number in unique.items() if counts[name] > self.calls.get(name, 0)]


def _hash(salt: str, number: str) -> str:
    """Return what a number is remembered by: the same for every way to write it."""
    key = numbers.key(number) or number
    return hashlib.blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()
