"""A box at work for long: calls, texts, a modem that comes and goes, and no more of anything for it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.blackbox.box import Box
    from tests.foreign_modem import ForeignModem

WARM = 1  # rounds until it has loaded all it needs
ROUNDS, LONG = 2, 60  # and then, in the everyday run and in the long one
GROWTH = 1.05
FIRST = 100


def one_round(box: Box, modem: ForeignModem, numbers: Iterator[int]) -> None:
    """Let somebody ring and get a text, and answer it; then pull the modem out and put it in again."""
    number = next(numbers)
    caller = f"07700900{number:03d}"
    modem.ring(caller, times=1)
    box.wait_for_texts(number - FIRST + 1)
    modem.text("+44" + caller[1:], "Boiler shows F28")
    modem.unplug()
    box.wait_for_status(3)
    modem.plug()
    box.wait_until_ready()


@pytest.mark.timeout(900)
def test_memory_threads_and_descriptors_stay_as_they_are(
    request: pytest.FixtureRequest, claimed: Box, modem: ForeignModem
) -> None:
    claimed.set("limits.per_10_minutes", "100")
    claimed.set("limits.per_day", "1000")
    claimed.set("forward_replies", "false")
    claimed.start()
    numbers = count(FIRST)
    for _ in range(WARM):
        one_round(claimed, modem, numbers)
    warm = claimed.size()
    rounds = LONG if request.config.getoption("--slow") else ROUNDS
    for _ in range(rounds):
        one_round(claimed, modem, numbers)
    now = claimed.size()
    print(f"\nafter {WARM} rounds {warm}, after {rounds} more {now}")
    assert now.memory <= warm.memory * GROWTH
    assert now.threads <= warm.threads
    assert now.descriptors <= warm.descriptors
