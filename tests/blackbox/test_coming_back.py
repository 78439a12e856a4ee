"""Stopped, killed or unplugged: the box comes back, has forgotten nobody and texts nobody twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.foreign_modem import Habits
from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.blackbox.box import Box
    from tests.foreign_modem import ForeignModem

CALLER = "+447700900123"
STOP_S = 5.0  # the house says 2 s; the rest is for a busy test machine


def test_sigterm_stops_the_idle_box_at_once_and_cleanly(box: Box) -> None:
    code, seconds = box.stop()
    assert code == 0
    assert seconds < STOP_S


@pytest.mark.parametrize("habits", [Habits(send_delay=20)])
def test_sigterm_does_not_wait_for_a_text_that_is_under_way(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=1)
    wait_for(lambda: modem.sent, 30, "the text")
    code, seconds = box.stop()
    assert code == 0
    assert seconds < STOP_S
    (text,) = box.texts()
    assert text["state"] in {"SUBMITTING", "UNKNOWN"}


def test_sigterm_stops_a_box_that_has_no_modem(box: Box, modem: ForeignModem) -> None:
    modem.unplug()
    box.wait_for_status(3)
    code, seconds = box.stop()
    assert code == 0
    assert seconds < STOP_S


def test_an_idle_box_hardly_uses_its_processor(box: Box) -> None:
    began = box.cpu_seconds()
    time.sleep(3)
    assert box.cpu_seconds() - began < 0.5


def test_a_box_that_was_stopped_goes_on_with_what_it_knew(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=1)
    box.wait_for_texts(1)
    box.stop()
    box.start()
    modem.ring("07700900123", times=1)
    assert [call["verdict"] for call in box.wait_for_calls(2)] == ["TEXT", "TEXTED_RECENTLY"]
    assert [one.number for one in modem.sent] == [CALLER]


def test_a_call_that_was_ringing_when_the_power_went_is_a_missed_call(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=100, interval=0.3)
    wait_for(lambda: [r for r in box.journal() if r.get("number") and r["kind"] == "call"], 30, "the caller")
    box.kill()
    modem.hang_up(then=None)
    box.start()
    (call,) = box.wait_for_calls(1)
    assert (call["number"], call["outcome"], call["verdict"]) == ("07700900123", "missed", "TEXT")
    box.wait_for_texts(1)
    assert [one.number for one in modem.sent] == [CALLER]


@pytest.mark.parametrize("habits", [Habits(send_delay=30)])
def test_a_text_cut_off_between_ctrl_z_and_its_answer_is_unknown_and_not_sent_again(
    box: Box, modem: ForeignModem
) -> None:
    modem.ring("07700900123", times=1)
    wait_for(lambda: modem.sent, 30, "the text")
    box.kill()
    modem.unplug()
    modem.habits = Habits()
    modem.plug()
    box.start()
    wait_for(lambda: [text["state"] for text in box.texts()] == ["UNKNOWN"], 30, "UNKNOWN")
    modem.ring("07700900456", times=1)
    wait_for(lambda: [one for one in modem.sent if one.number == "+447700900456"], 30, "the next text")
    assert [one.number for one in modem.sent].count(CALLER) == 1


@pytest.mark.timeout(200)
def test_an_unplugged_modem_is_told_and_used_again_when_it_is_back(box: Box, modem: ForeignModem) -> None:
    for _ in range(2):
        modem.unplug()
        status = box.wait_for_status(3)
        assert status["state"] == "NO_MODEM"
        assert status["headline"] == "Can't find the phone part."
        assert box.running
        modem.plug()
        box.wait_until_ready()
    modem.ring("07700900123")
    box.wait_for_texts(1)
    assert [one.number for one in modem.sent] == [CALLER]


def test_a_call_that_rang_when_the_modem_was_pulled_is_a_missed_call(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=100, interval=0.3)
    wait_for(lambda: [r for r in box.journal() if r.get("number") and r["kind"] == "call"], 30, "the caller")
    modem.unplug()
    box.wait_for_status(3)
    modem.plug()
    box.wait_for_texts(1)
    assert [call["verdict"] for call in box.calls()] == ["TEXT"]
    assert [one.number for one in modem.sent] == [CALLER]


def wait_for_the_moment(modem: ForeignModem, moment: str, dice: random.Random) -> None:
    """Wait, from the first ring on, for the moment in which the power goes."""
    commands, submits = len(modem.commands), len(modem.submits)
    match moment:
        case "ringing":
            time.sleep(dice.uniform(0, 0.5))
        case "asking for the prompt":
            wait_for(lambda: "+CMGS" in "".join(modem.commands[commands:]), 40, moment)
        case "giving the text":
            wait_for(lambda: len(modem.submits) > submits, 40, moment)
        case _:
            time.sleep(dice.uniform(0.3, 1.5))
    time.sleep(dice.choice([0, 0.001, 0.01, 0.1]))


def cut_the_power_at_random(box: Box, modem: ForeignModem, times: int, seed: int) -> None:
    """Kill -9 the box `times` times, each in some moment of a call and its text; then hold it to account."""
    dice = random.Random(seed)
    box.set("limits.per_10_minutes", "100")
    box.set("limits.per_day", "500")
    box.start()
    for caller in range(times):
        moment = dice.choice(["ringing", "asking for the prompt", "giving the text", "some other"])
        modem.ring(f"07700900{200 + caller}", times=2, interval=0.2)
        wait_for_the_moment(modem, moment, dice)
        box.kill()
        wait_for(lambda: modem.idle, what="the caller to give up")
        box.start()
    busy = {"QUEUED", "SUBMITTING"}
    wait_for(lambda: not any(text["state"] in busy for text in box.texts()), 60, "every text to settle")
    hold_to_account(box, modem)


def hold_to_account(box: Box, modem: ForeignModem) -> None:
    went = Counter(one.number for one in modem.sent if one.number != "+447700900999")
    assert [number for number, times in went.items() if times > 1] == []
    texts = [text for text in box.texts() if text["text_kind"] == "missed_call"]
    assert Counter(text["call_id"] for text in texts).most_common(1)[0][1] == 1
    assert {text["state"] for text in texts} <= {"SENT", "UNKNOWN"}
    assert {text["to"] for text in texts if text["state"] == "SENT"} <= set(went)
    assert set(went) <= {text["to"] for text in texts}
    told = {call["id"]: call["text_id"] for call in box.calls() if call["verdict"] == "TEXT"}
    assert told == {text["call_id"]: text["id"] for text in texts}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("habits", [Habits(send_delay=0.2)])
def test_power_cuts_at_random_moments_lose_no_journal_and_send_nothing_twice(
    claimed: Box, modem: ForeignModem
) -> None:
    cut_the_power_at_random(claimed, modem, times=5, seed=1)  # tests/crash does it by the thousand


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("habits", [Habits(send_delay=0.2)])
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_long_campaign_of_power_cuts_sends_nothing_twice(
    claimed: Box, modem: ForeignModem, seed: int
) -> None:
    cut_the_power_at_random(claimed, modem, times=100, seed=seed)
