"""Waiting for what another thread or process does, without sleeping longer than it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def wait_for(
    sight: Callable[[], T], within: float = 20.0, what: str | Callable[[], str] = "it", every: float = 0.02
) -> T:
    """Return what `sight` shows once it is true, looked at `every` so many seconds; fail after `within`."""
    deadline = time.monotonic() + within
    while True:
        seen = sight()
        if seen:
            return seen
        assert time.monotonic() < deadline, (
            f"waited {within:g} s for {what if isinstance(what, str) else what()}"
        )
        time.sleep(every)
