"""A box that is broken on purpose is found out: the campaign's silence about the real one means something."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.crash.life import Life
from tests.crash.modem import Skills
from tests.crash.points import AT_WORK, IN_THE_STORE, Point, When
from tests.crash.sabotage import SABOTAGES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.campaign import Seeds
    from tests.crash.nursery import Nursery

_POINTS = {
    (point.stage, point.target.rpartition(".")[2], point.when): point for point in (*IN_THE_STORE, *AT_WORK)
}
_PLAIN = Skills()
_SENT = _POINTS["submit", "write", When.AFTER]


@dataclass(frozen=True, slots=True)
class Broken:
    """Which sabotage, what the modem can, where the box dies with it
    (None: it does not hear the phone), and what must be said of it then."""

    sabotage: str
    point: Point | None
    said: str
    skills: Skills = _PLAIN


_BROKEN = (
    Broken("sends_again", _SENT, "sent 2 times"),
    Broken("writes_late", _SENT, "was not written down"),
    Broken("deletes_early", _POINTS["delete", "write", When.AFTER], "kept 0 times"),
    Broken("keeps_twice", _POINTS["receive", "receive", When.AFTER], "kept 2 times"),
    Broken("forgets_who_rang", _POINTS["call", "call_identified", When.AFTER], "is not over"),
    Broken("loses_a_call", None, "lost: the call", Skills(lists=True)),
    Broken("tells_nobody", _SENT, "was not told"),
    Broken(
        "asks_no_store",
        _POINTS["send from the store", "write", When.AFTER],
        "though the modem can tell",
        Skills(ledger=True),
    ),
)


def test_every_kind_of_broken_box_is_found_out(nursery: Nursery, tmp_path: Path, seeds: Seeds) -> None:
    def found(broken: Broken) -> list[str]:
        folder, dice = tmp_path / broken.sabotage, random.Random(broken.sabotage)
        with Life(nursery, folder, seeds.plain, broken.skills, False, dice, broken.sabotage) as life:
            if broken.skills.lists:
                life.begin()
            if broken.point is None:
                life.ring_while_dead()
            else:
                life.die_at(broken.point)
            return life.settle(patience_s=2.0)

    with ThreadPoolExecutor(len(_BROKEN)) as pool:
        wrongs = dict(zip(_BROKEN, pool.map(found, _BROKEN), strict=True))
    unseen = {
        broken.sabotage: wrong
        for broken, wrong in wrongs.items()
        if not any(broken.said in one for one in wrong)
    }
    assert unseen == {}
    assert {broken.sabotage for broken in _BROKEN} == set(SABOTAGES)
