"""Things that will happen: a list of deadlines without a clock. Times are monotonic seconds."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Deadline:
    """One thing that will happen, unless it is called off."""

    def __init__(self, due: float, action: Callable[[], None], *, survives: bool) -> None:
        self.due = due
        self.action = action
        self.survives = survives  # a loss of power: the network's own doings
        self.called_off = False

    def call_off(self) -> None:
        """Let it not happen. Calling off twice, or too late, does nothing."""
        self.called_off = True


class Schedule:
    """Deadlines in order; two at the same moment keep the order they were made in."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._heap: list[tuple[float, int, Deadline]] = []
        self._count = itertools.count()

    def after(self, delay: float, action: Callable[[], None], *, survives: bool = False) -> Deadline:
        """Have something happen so many seconds from now, even without power if it `survives`."""
        deadline = Deadline(self.now + delay, action, survives=survives)
        heapq.heappush(self._heap, (deadline.due, next(self._count), deadline))
        return deadline

    def next_due(self) -> float | None:
        """Return when the next thing happens, or None when nothing is planned."""
        while self._heap and self._heap[0][2].called_off:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run(self, now: float) -> None:
        """Let everything happen that is due, each at its own moment."""
        due = self.next_due()
        while due is not None and due <= now:
            deadline = heapq.heappop(self._heap)[2]
            self.now = max(self.now, due)
            deadline.action()
            due = self.next_due()
        self.now = max(self.now, now)

    def clear(self) -> None:
        """Call off what needs power."""
        for _, _, deadline in self._heap:
            if not deadline.survives:
                deadline.call_off()
