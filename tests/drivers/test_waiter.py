"""The one place to sleep: until the port speaks, the time is up, or somebody calls."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.drivers.waiter import Waiter

FOR_EVER = 60.0
SOON = 30.0  # far less than for ever, far more than any of this takes


@pytest.fixture
def waiter() -> Iterator[Waiter]:
    made = Waiter()
    yield made
    made.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)
    os.close(write)


def test_a_port_that_has_spoken_is_told_at_once(waiter: Waiter, pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, b"RING")
    assert waiter.wait(read, FOR_EVER) is True


def test_a_port_that_is_silent_is_waited_for_no_longer_than_asked(
    waiter: Waiter, pipe: tuple[int, int]
) -> None:
    began = time.monotonic()
    assert waiter.wait(pipe[0], 0.05) is False
    assert 0.04 < time.monotonic() - began < SOON


@pytest.mark.parametrize("timeout", [0.0, -5.0])
def test_a_moment_that_is_past_is_not_waited_for(waiter: Waiter, timeout: float) -> None:
    assert waiter.wait(None, timeout) is False


def test_without_a_port_only_time_passes(waiter: Waiter) -> None:
    assert waiter.wait(None, 0.01) is False


def test_a_call_before_the_wait_ends_it_and_only_it(waiter: Waiter, pipe: tuple[int, int]) -> None:
    waiter.wake()
    began = time.monotonic()
    assert waiter.wait(pipe[0], FOR_EVER) is False
    assert time.monotonic() - began < SOON
    assert waiter.wait(pipe[0], 0.01) is False


def test_many_calls_are_one(waiter: Waiter) -> None:
    for _ in range(100_000):
        waiter.wake()
    assert waiter.wait(None, FOR_EVER) is False


def test_a_call_does_not_hide_a_port_that_has_spoken(waiter: Waiter, pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"RING")
    waiter.wake()
    assert waiter.wait(pipe[0], FOR_EVER) is True


def test_a_call_from_another_thread_ends_the_wait(waiter: Waiter) -> None:
    caller = threading.Timer(0.05, waiter.wake)
    caller.start()
    began = time.monotonic()
    assert waiter.wait(None, FOR_EVER) is False
    assert time.monotonic() - began < SOON
    caller.join()


def test_a_signal_ends_the_wait_through_its_handler(waiter: Waiter) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: waiter.wake())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        began = time.monotonic()
        assert waiter.wait(None, FOR_EVER) is False
        assert time.monotonic() - began < SOON
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_port_whose_other_end_is_gone_can_be_read(waiter: Waiter) -> None:
    read, write = os.pipe()
    os.close(write)
    try:
        assert waiter.wait(read, FOR_EVER) is True
    finally:
        os.close(read)


def test_what_is_closed_gives_its_descriptors_back() -> None:
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir()))
    for _ in range(10):
        Waiter().close()
    assert len(list(descriptors.iterdir())) == before


def test_a_wake_that_comes_after_the_end_touches_nothing() -> None:
    waiter = Waiter()
    waiter.close()
    read, write = os.pipe()  # these take the numbers that were given back
    try:
        waiter.wake()
        waiter.close()
        os.write(write, b"ours")
        assert os.read(read, 16) == b"ours"
    finally:
        os.close(read)
        os.close(write)
