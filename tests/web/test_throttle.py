"""How fast passwords may be tried."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.throttle import MOST_WRONG, WINDOW_S, Throttle, client_of, whole_seconds


def test_every_wrong_try_doubles_the_wait_up_to_a_minute() -> None:
    throttle, now, waits = Throttle(), 0.0, []
    for _ in range(MOST_WRONG):
        assert throttle.try_now("192.168.1.66", now) == 0
        wait = throttle.try_now("192.168.1.66", now)
        waits.append(wait)
        now += wait
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 300 - 243]


def test_a_try_that_came_too_early_does_not_make_the_wait_longer() -> None:
    throttle = Throttle()
    throttle.try_now("192.168.1.66", 0.0)
    assert [throttle.try_now("192.168.1.66", 0.5) for _ in range(5)] == [0.5] * 5
    assert throttle.try_now("192.168.1.66", 1.0) == 0


def test_one_client_does_not_slow_another_down() -> None:
    throttle = Throttle()
    throttle.try_now("192.168.1.66", 0.0)
    assert throttle.try_now("192.168.1.20", 0.0) == 0


def test_the_right_password_clears_the_slate() -> None:
    throttle = Throttle()
    throttle.try_now("192.168.1.20", 0.0)
    throttle.was_right("192.168.1.20")
    assert throttle.try_now("192.168.1.20", 0.0) == 0


def test_wrong_tries_are_forgotten_after_five_minutes() -> None:
    throttle = Throttle()
    for now in (0.0, 1.0, 3.0):
        throttle.try_now("192.168.1.66", now)
    later = 3.0 + WINDOW_S
    throttle.try_now("192.168.1.66", later)
    assert throttle.try_now("192.168.1.66", later) == 1.0


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=200))
def test_no_pace_gets_more_than_ten_tries_into_five_minutes(pauses: list[float]) -> None:
    throttle, now, taken = Throttle(), 0.0, []
    for pause in pauses:
        now += pause
        if throttle.try_now("192.168.1.66", now) == 0:
            taken.append(now)
    for start in taken:
        assert sum(start <= moment < start + WINDOW_S for moment in taken) <= MOST_WRONG


def test_a_flood_of_addresses_takes_no_more_memory() -> None:
    throttle = Throttle()
    for number in range(3000):
        throttle.try_now(f"10.0.{number // 256}.{number % 256}", 0.0)
    assert len(throttle._clients) == 1000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.168.1.5", "192.168.1.6", False),
        ("192.168.1.5", "::ffff:192.168.1.5", True),
        ("fe80::1%wlan0", "fe80::2%wlan0", True),
        ("fd12::1", "fd12::ffff:2", True),
        ("fd12::1", "fd12:0:0:1::1", False),
        ("", "", True),
    ],
)
def test_an_ipv6_client_is_its_whole_network(one: str, other: str, *, same: bool) -> None:
    assert (client_of(one) == client_of(other)) is same


def test_retry_after_is_never_nought() -> None:
    assert [whole_seconds(wait) for wait in (0.001, 1.0, 1.2)] == [1, 1, 2]
