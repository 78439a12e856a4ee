"""Kill -9 at every step of whatever changes the box's files: it is as before or as after, and goes on.

A step is an SQL statement, a change of a file or a name, or a wait for the storage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.campaign import SIZE, Seeds
from tests.crash.errands import ERRANDS, Errand
from tests.crash.repetition import Repetition

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.nursery import Nursery

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("errand", ERRANDS, ids=lambda errand: errand.stage)
def test_a_box_killed_amid_a_change_of_its_files_is_as_before_or_as_after(
    nursery: Nursery, tmp_path: Path, seeds: Seeds, errand: Errand
) -> None:
    repetition = Repetition(nursery, tmp_path, seeds.plain, errand)
    at_points = repetition.kill_at([*errand.points])
    apart = 1 if SIZE.steps is None else max(1, repetition.steps // SIZE.steps)
    at_steps = repetition.kill_at([*range(apart // 2, repetition.steps, apart)])
    wrong = [one for killed in (*at_points, *at_steps) for one in killed.wrong]
    assert not wrong, "\n\n".join(wrong)
    assert [killed.where for killed in at_points if not killed.died] == []
    assert sum(killed.died for killed in at_steps) >= len(at_steps) * 0.9
