"""A box whose modem has its troubles: it comes through each by itself, and the next call gets its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Outcome
from appliance.core.policy import TEXT
from appliance.simulator import PERSONALITIES
from tests.families.box import FamilyBox
from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY = 0.2


@pytest.fixture
def box(tmp_path: Path) -> Iterator[FamilyBox]:
    with FamilyBox(tmp_path, PERSONALITIES["ec25"], ring_seconds=0) as box:
        yield box


def gets_a_text(box: FamilyBox, number: str) -> None:
    """Ring, give up, and see that the text goes."""
    known = [call.id for call in box.calls()]
    wait_for(lambda: box.modem.call(number, rings=2, interval=EVERY) is not None, what="the network")
    call = box.next_call(known)
    assert (call.number, call.outcome, call.verdict) == (number, Outcome.MISSED, TEXT)
    # Half a minute of it may be the rest after a prompt that was spoilt as well.
    wait_for(lambda: box.sent_to("+44" + number[1:]) == 1, 60, "the text")


@pytest.mark.parametrize("family", ["ec25", "simcom-7600"])
def test_calls_that_are_told_on_another_port_are_turned_to_ours(tmp_path: Path, family: str) -> None:
    with FamilyBox(tmp_path, PERSONALITIES[family], elsewhere=True, ring_seconds=0) as box:
        gets_a_text(box, "07700900123")


def test_a_restart_in_the_middle_of_a_call_costs_neither_the_call_nor_the_next(box: FamilyBox) -> None:
    box.modem.call("07700900123", rings=30, interval=EVERY)
    wait_for(box.calls, what="the call")
    box.modem.reboot()
    box.wait_until_ready(times=2)
    call = box.next_call([])
    assert (call.number, call.outcome, call.verdict) == ("07700900123", Outcome.MISSED, TEXT)
    wait_for(lambda: box.sent_to("+447700900123") == 1, what="the text")
    gets_a_text(box, "07700900124")


def test_a_full_store_is_emptied_and_lets_in_what_was_held(box: FamilyBox) -> None:
    box.modem.hang()  # as on a box that was busy while the texts came
    count = box.modem.fill_store("+447700900123", "Old words")
    box.modem.text("+447700900456", "The one that was held")
    assert box.modem.held == 1
    box.modem.unhang()
    box.modem.reboot()
    wait_for(lambda: box.written_by("+447700900456") == ["The one that was held"], what="the held text")
    wait_for(lambda: len(box.written_by("+447700900123")) == count, what="the old ones")
    wait_for(lambda: box.stored() == 0, what="the store to be empty")


def test_spoilt_bytes_cost_no_call(box: FamilyBox) -> None:
    box.modem.garble(30)  # the first RING and half of the number
    gets_a_text(box, "07700900123")


def test_thrown_off_the_network_and_taken_back(box: FamilyBox) -> None:
    box.modem.deregister()
    assert box.modem.call("07700900123") is None
    box.modem.registration(1)
    gets_a_text(box, "07700900123")
    assert box.times_ready() == 1


def test_back_under_another_name(box: FamilyBox) -> None:
    box.modem.unplug()
    box.modem.replug("ttyUSB5")
    box.wait_until_ready(times=2)
    gets_a_text(box, "07700900123")


def test_an_answer_that_is_late_holds_up_no_call(box: FamilyBox) -> None:
    box.modem.late(0.8, "+CLCC")
    gets_a_text(box, "07700900123")
