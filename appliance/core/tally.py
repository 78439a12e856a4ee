"""The missed-call texts of this run by the monotonic clock, so that a step of the wall clock frees no limit.

The journal dates texts by the wall clock, which may be set to any day while the box runs. Whoever counts
takes the larger of the two counts: the journal knows what earlier runs sent, this what the clock hides.
"""

from __future__ import annotations

_KEPT_S = 30 * 24 * 3600.0


class Tally:
    """Texts queued in this run. `now` is monotonic seconds, `key` the caller's number in E.164."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[float, str]] = {}

    def note(self, text_id: int, key: str, now: float) -> None:
        """Count a text that was queued."""
        self._texts[text_id] = (now, key)
        for old in [one for one, (at, _) in self._texts.items() if now - at > _KEPT_S]:
            del self._texts[old]

    def forget(self, text_id: int) -> None:
        """Count a text no longer: it failed, so its caller got nothing."""
        self._texts.pop(text_id, None)

    def ids(self) -> tuple[int, ...]:
        """Return the texts that are counted: where the clock steps, they are dated anew with it."""
        return tuple(self._texts)

    def since(self, seconds: float, now: float) -> int:
        """Return how many texts were queued in the last `seconds`."""
        return sum(now - at < seconds for at, _ in self._texts.values())

    def to(self, key: str, seconds: float, now: float) -> int:
        """Return how many of them were for this person."""
        return sum(now - at < seconds and to == key for at, to in self._texts.values())
