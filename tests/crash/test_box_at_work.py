"""Kill -9 at every named point of the daemon and at random moments: nothing lost, nothing sent twice.

TEXTBACK_CRASH chooses the size: unset for seconds, "ci" for minutes, "all" for more than a thousand kills.
A life that goes wrong tells its story, and TEXTBACK_CRASH_LIFE=its-name lives it again alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import campaign
from tests.crash.campaign import SIZE, Seeds, Told
from tests.crash.points import AT_WORK, IN_THE_STORE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.nursery import Nursery

pytestmark = pytest.mark.timeout(900)


def nothing_is_wrong(told: list[Told]) -> None:
    wrong = [wrong for life in told for wrong in life.wrong]
    assert not wrong, "\n\n".join(wrong)


def test_a_box_killed_at_every_named_point_loses_nothing_and_sends_nothing_twice(
    nursery: Nursery, tmp_path: Path, seeds: Seeds
) -> None:
    told = campaign.at_named_points(nursery, tmp_path, seeds, SIZE.times_at_each_point)
    nothing_is_wrong(told)
    reached = frozenset[str]().union(*(life.reached for life in told))
    assert campaign.ONLY or reached == {point.name for point in (*AT_WORK, *IN_THE_STORE)}


@pytest.mark.parametrize("seed", range(SIZE.random_seeds))
def test_a_box_killed_at_random_loses_nothing_and_sends_nothing_twice(
    nursery: Nursery, tmp_path: Path, seeds: Seeds, seed: int
) -> None:
    told = campaign.at_random(nursery, tmp_path, seeds, seed, SIZE.lives, SIZE.deaths)
    nothing_is_wrong(told)
    assert campaign.ONLY or sum(life.deaths for life in told) >= SIZE.lives * SIZE.deaths


@pytest.mark.parametrize("seed", range(SIZE.window_seeds))
def test_security_check_31_no_kill_amid_a_send_texts_twice_or_leaves_a_doubt_untold(
    nursery: Nursery, tmp_path: Path, seeds: Seeds, seed: int
) -> None:
    told = campaign.in_the_send_window(nursery, tmp_path, seeds, seed, SIZE.lives, SIZE.deaths, ledger=False)
    nothing_is_wrong(told)
    assert campaign.ONLY or sum(life.deaths for life in told) >= SIZE.lives * SIZE.deaths


@pytest.mark.parametrize("seed", range(SIZE.window_seeds))
def test_with_a_modem_that_marks_what_it_sent_no_kill_in_the_send_window_leaves_any_doubt(
    nursery: Nursery, tmp_path: Path, seeds: Seeds, seed: int
) -> None:
    told = campaign.in_the_send_window(nursery, tmp_path, seeds, seed, SIZE.lives, SIZE.deaths, ledger=True)
    nothing_is_wrong(told)
    assert campaign.ONLY or sum(life.deaths for life in told) >= SIZE.lives * SIZE.deaths
