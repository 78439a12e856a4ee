"""Lines in the middle of answers, refusals, rubbish and silence: nothing is lost, nothing is said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.foreign_modem import BARE, Clcc, Habits
from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.blackbox.box import Box, Row
    from tests.foreign_modem import ForeignModem

CALLER, OTHER, OWNER = "+447700900123", "+447700900456", "+447700900999"


def received(box: Box) -> list[Row]:
    return [row for row in box.journal() if row["kind"] == "text" and row["direction"] == "in"]


@pytest.mark.parametrize("place", ["+CMGS", "+CMGS done"])
def test_a_second_caller_between_a_text_and_its_prompt_or_its_answer_is_not_lost(
    box: Box, modem: ForeignModem, place: str
) -> None:
    modem.interrupt(place, "RING", '+CLIP: "07700900456",129,,,,0', "NO CARRIER")
    modem.ring("07700900123")
    box.wait_for_texts(2)
    assert [call["verdict"] for call in box.calls()] == ["TEXT", "TEXT"]
    assert [one.number for one in modem.sent] == [CALLER, OTHER]


def test_calls_during_bring_up_are_not_lost(claimed: Box, modem: ForeignModem) -> None:
    for _ in range(4):
        modem.interrupt("*", "RING")
    claimed.start()
    (call,) = claimed.wait_for_calls(1)
    assert (call["outcome"], call["verdict"]) == ("missed", "WITHHELD")


def test_a_text_told_in_the_middle_of_an_answer_is_kept_and_forwarded(box: Box, modem: ForeignModem) -> None:
    modem.store_quietly(OTHER, "Is Tuesday any good?")
    modem.interrupt("+CMGS", '+CMTI: "SM",1')
    modem.ring("07700900123")
    (row,) = wait_for(lambda: received(box), 30, "the text")
    assert (row["from"], row["body"]) == (OTHER, "Is Tuesday any good?")
    wait_for(lambda: any(one.number == OWNER for one in modem.sent), 30, "the owner's copy")
    (copy,) = [one.text for one in modem.sent if one.number == OWNER]
    assert "Is Tuesday any good?" in copy
    assert "07700 900456" in copy
    assert [one.number for one in modem.sent].count(CALLER) == 1


def test_a_text_that_came_while_the_box_was_off_is_read_at_the_start_and_deleted_from_the_sim(
    claimed: Box, modem: ForeignModem
) -> None:
    modem.store_quietly(CALLER, "Thanks, see you then")
    claimed.start()
    (row,) = wait_for(lambda: received(claimed), 30, "the text")
    assert (row["from"], row["body"]) == (CALLER, "Thanks, see you then")
    wait_for(lambda: not modem.store, what="an empty SIM")


def test_an_incoming_text_never_brings_its_sender_one(box: Box, modem: ForeignModem) -> None:
    modem.text(CALLER, "Hello, are you there")
    wait_for(lambda: received(box), 30, "the text")
    wait_for(lambda: any(one.number == OWNER for one in modem.sent), 30, "the owner's copy")
    assert CALLER not in [one.number for one in modem.sent]


@pytest.mark.parametrize("unknown", ["ERROR", "OK"])
def test_bring_up_goes_on_past_every_optional_command(
    claimed: Box, modem: ForeignModem, unknown: str
) -> None:
    modem.habits = Habits(knows=BARE, unknown=unknown, clcc=Clcc.UNKNOWN)
    claimed.start()
    assert claimed.running
    assert modem.overlaps == 0


def test_a_temporary_refusal_is_tried_again_and_sent_once(box: Box, modem: ForeignModem) -> None:
    modem.cms_errors.append(314)  # SIM busy: 2-5 s
    modem.ring("07700900123")
    box.wait_for_texts(1, within=60)
    assert [one.refused for one in modem.submits] == [314, None]


def test_a_lasting_refusal_fails_at_once_and_does_not_hold_up_the_next_caller(
    box: Box, modem: ForeignModem
) -> None:
    modem.cms_errors.append(28)  # unidentified subscriber
    modem.ring("07700900123", times=1)
    wait_for(lambda: [row["state"] for row in box.texts()][:1] == ["FAILED"], 30, "the failure")
    assert box.texts()[0]["reason"]
    modem.ring("07700900456", times=1)
    box.wait_for_texts(1)
    assert [one.number for one in modem.sent] == [OTHER]


def test_rubbish_on_the_wire_changes_nothing(box: Box, modem: ForeignModem) -> None:
    modem.say(b'\x00\xff\xfe RI\r\n\r\n\r\n+CLIP: "\r\n+CMTI:\r\n+CLCC: ,,,\r\n' + b"\x80" * 3000 + b"\r\n")
    modem.say(b'+CMT: "x\r\n> \r\n+CMGS: 7\r\nOK\r\nERROR\r\n')
    modem.ring("07700900123")
    box.wait_for_texts(1)
    assert [one.number for one in modem.sent] == [CALLER]
    assert [(call["number"], call["rings"]) for call in box.calls()] == [("07700900123", 3)]


@pytest.mark.timeout(200)
def test_a_modem_that_stops_answering_is_noticed_and_used_again_when_it_wakes(
    box: Box, modem: ForeignModem
) -> None:
    modem.ring("07700900123", times=1)
    box.wait_for_texts(1)
    modem.deaf = True
    modem.ring("07700900456", times=1)  # it can still speak
    box.wait_for_calls(2)
    modem.deaf = False
    box.wait_for_texts(2, within=100)
    assert [one.number for one in modem.sent] == [CALLER, OTHER]
