"""However a modem shows a call and its end, one call is one call, with its own verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.foreign_modem import BARE, Clcc, Habits
from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.blackbox.box import Box, Row
    from tests.foreign_modem import ForeignModem

CALLER = "+447700900123"
WITHOUT_CLCC = Habits(clcc=Clcc.UNKNOWN)


def the_one_call_was_texted(box: Box, modem: ForeignModem) -> Row:
    (call,) = box.wait_for_calls(1)
    assert (call["number"], call["outcome"], call["verdict"]) == ("07700900123", "missed", "TEXT")
    box.wait_for_texts(1)
    assert [one.number for one in modem.sent] == [CALLER]
    assert len(box.calls()) == 1
    return call


def test_a_call_that_just_falls_silent_has_ended(box: Box, modem: ForeignModem) -> None:
    modem.ring(then=None)
    the_one_call_was_texted(box, modem)


@pytest.mark.parametrize("habits", [WITHOUT_CLCC])
def test_silence_ends_a_call_on_a_modem_that_cannot_list_calls(box: Box, modem: ForeignModem) -> None:
    modem.ring(then=None)
    the_one_call_was_texted(box, modem)


@pytest.mark.parametrize("habits", [WITHOUT_CLCC])
def test_no_carrier_ends_a_call_on_a_modem_that_cannot_list_calls(box: Box, modem: ForeignModem) -> None:
    modem.ring()
    assert the_one_call_was_texted(box, modem)["rings"] == 3


@pytest.mark.parametrize("habits", [Habits(clcc=Clcc.EMPTY)])
def test_a_modem_that_never_lists_a_call_does_not_end_it_early(box: Box, modem: ForeignModem) -> None:
    modem.ring(times=4, interval=1.5)
    assert the_one_call_was_texted(box, modem)["rings"] == 4


@pytest.mark.parametrize("habits", [WITHOUT_CLCC])
@pytest.mark.parametrize(
    "marker",
    [
        "MISSED_CALL: 11:01AM 07700900123",  # SIM7600
        "VOICE CALL: END",  # SIM7600, unanswered
        "^CEND:1,0,104",  # Huawei
        "^DSCI: 1,1,6,0,07700900123,129,0",  # Quectel
        "+CLCC: 1,1,6,0,0,07700900123,129",  # SIM800, unasked
    ],
)
def test_a_vendors_own_line_ends_a_call(box: Box, modem: ForeignModem, marker: str) -> None:
    modem.ring(then=marker)
    wait_for(lambda: modem.idle)
    the_one_call_was_texted(box, modem)


@pytest.mark.parametrize("habits", [WITHOUT_CLCC])
def test_all_the_ends_a_sim7600_gives_one_call_are_one_end(box: Box, modem: ForeignModem) -> None:
    modem.ring(then="VOICE CALL: END")
    wait_for(lambda: modem.idle)
    modem.say(b"\r\nMISSED_CALL: 11:01AM 07700900123\r\n\r\nNO CARRIER\r\n")
    the_one_call_was_texted(box, modem)


def test_a_call_that_shows_no_number_at_all_is_listed_and_not_texted(box: Box, modem: ForeignModem) -> None:
    modem.ring(None)
    (call,) = box.wait_for_calls(1)
    assert (call["number"], call["outcome"], call["verdict"]) == (None, "missed", "WITHHELD")
    assert [one.number for one in modem.sent if one.number == CALLER] == []


@pytest.mark.parametrize(
    "habits",
    [
        pytest.param(Habits(first_clip=2), id="the number from the second ring on"),
        pytest.param(Habits(clip_before_ring=True), id="the number before the ring"),
        pytest.param(Habits(line_end="\r"), id="lines that end with CR alone"),
        pytest.param(Habits(answer_delay=0.3), id="slow answers"),
        pytest.param(Habits(knows=BARE), id="ERROR to all that is optional"),
        pytest.param(Habits(knows=BARE, unknown="OK"), id="OK to all it does not know"),
        pytest.param(Habits(knows=BARE, unknown="+CME ERROR: 4"), id="+CME ERROR to all that is optional"),
    ],
)
def test_every_kind_of_modem_gets_one_caller_one_text(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=3, interval=0.5)
    assert the_one_call_was_texted(box, modem)["rings"] == 3
    assert modem.overlaps == 0
