"""How each part of the box is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.health import State
from appliance.drivers.request_file import RequestFile
from appliance.drivers.status_file import StatusFile
from tests.web.fakes import words_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor


def test_every_part_is_named_and_says_how_it_is(owner: Visitor, box: Box) -> None:
    box.status()
    words = words_of(owner.get("/settings/box"))
    for part in (
        "Phone part SIM7600E-H",
        "SIM card Ready",
        "Network EE",
        "Phone signal Good, 4 of 5 bars",
        "Calls Calls can get in",
        "Texts 3 today",
        "Last call 2:12pm",
        "Last text None yet",
        "Textback 0.1.0",
    ):
        assert part in words


def test_a_restart_is_asked_of_the_daemon(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings/box/restart")
    assert (answer.status_code, answer.location) == (303, "/settings/box?done=restarting")
    assert "Starting again." in words_of(owner.get(answer.location))
    assert RequestFile(box.run).take_restart()


def test_a_locked_sim_leads_to_where_its_lock_code_is_typed(owner: Visitor, box: Box) -> None:
    box.status(State.SIM_LOCKED, "The SIM is locked.", "Type its lock code. We only ever try it once.")
    assert 'class="button" href="/settings/sim-lock"' in owner.get("/settings/box").text


def test_without_the_daemon_the_page_says_so_and_shows_no_parts(owner: Visitor, box: Box) -> None:
    words = words_of(owner.get("/settings/box"))
    assert "Can't reach the phone part." in words
    assert "Network" not in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"modem": None}, "Phone part Not found"),
        ({"operator": None}, "Network None"),
        ({"operator": None}, "SIM card Not known yet"),
        ({"state": State.NO_SIM}, "SIM card Not found"),
        ({"state": State.SIM_LOCKED, "operator": None}, "SIM card Locked"),
        ({"state": State.SIM_BLOCKED}, "SIM card Shut. It needs its PUK code"),
        ({"signal_bars": None}, "Phone signal Not known yet"),
        ({"signal_bars": 0}, "Phone signal Very weak, 0 of 5 bars"),
        ({"voice": None}, "Calls Not known yet"),
        ({"voice": False}, "Calls Calls can't get in"),
        ({"queued": 2}, "Texts 3 today, 2 waiting"),
    ],
)
def test_what_is_missing_or_unknown_is_said(
    owner: Visitor, box: Box, change: dict[str, object], said: str
) -> None:
    box.status()
    status = StatusFile(box.run).read(box.clock.now())
    assert status is not None
    StatusFile(box.run).write(status.model_copy(update=change))
    assert said in words_of(owner.get("/settings/box"))
