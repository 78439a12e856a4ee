"""Whether the time on the wall can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.clock import SystemClock, kernel_synchronised

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def clock(
    tmp_path: Path, *, board: bool = True, timesync: bool = False, kernel: bool = False, now: datetime = NOW
) -> SystemClock:
    for name, there in {"model": board, "synchronized": timesync}.items():
        if there:
            (tmp_path / name).touch()
    return SystemClock(
        board=tmp_path / "model",
        timesync=tmp_path / "synchronized",
        synchronised=lambda: kernel,
        wall=lambda: now,
    )


def test_a_board_without_a_clock_is_unsure_until_the_network_has_set_it(tmp_path: Path) -> None:
    unset = clock(tmp_path)
    assert not unset.sure()
    (tmp_path / "synchronized").touch()
    assert unset.sure()


def test_a_board_is_sure_when_the_kernel_says_that_its_clock_is_kept_right(tmp_path: Path) -> None:
    assert clock(tmp_path, kernel=True).sure()


def test_a_computer_with_a_clock_of_its_own_is_sure(tmp_path: Path) -> None:
    assert clock(tmp_path, board=False).sure()


@pytest.mark.parametrize("year", [1970, 2000, 2024, 2060, 2106])
@pytest.mark.parametrize("board", [True, False])
def test_a_year_that_cannot_be_is_never_believed(tmp_path: Path, year: int, board: bool) -> None:
    assert not clock(tmp_path, board=board, timesync=True, kernel=True, now=NOW.replace(year=year)).sure()


def test_the_time_on_the_wall_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_monotonic_clock_does_not_run_back() -> None:
    read = SystemClock().monotonic
    readings = [read() for _ in range(1000)]
    assert readings == sorted(readings)


def test_the_kernel_can_be_asked_and_is_not_told_anything() -> None:
    assert kernel_synchronised() in {True, False}
    assert kernel_synchronised() == kernel_synchronised()
