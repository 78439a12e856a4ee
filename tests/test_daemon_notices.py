"""What the owner is told by text: each thing once, and nothing of what the page alone can show."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.announcer import BOARD, SECRET, SIM
from appliance.core.outbox import TextKind, TextState
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.fakes import MONDAY
from tests.scripted_modem import AFTER_CTRL_Z, ScriptedModem
from tests.texts_in import comes

OWNER_MOBILE, LANDLINE = "07700900999", "01632960123"
HOUR = 3600.0
ICCID = "8944110068000000001"


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    return DaemonRig(tmp_path, monkeypatch)


# Whom to ring back


def test_a_withheld_caller_and_a_landline_are_told_of_once(rig: DaemonRig) -> None:
    rig.settings.people.add_name(LANDLINE, "Mrs Patel")
    rig.ring(10, None).ring(60, LANDLINE).ring(120, None).ring(180, LANDLINE).run(240)
    assert rig.told == [
        "Somebody rang at 10am and hid their number, so they got no text.",
        "Mrs Patel rang at 10:01am. It is a landline, so it got no text. Ring them back.",
    ]
    assert rig.sent_to(OWNER_MOBILE) == rig.told


def test_what_was_told_is_not_told_again_after_a_restart(rig: DaemonRig) -> None:
    rig.ring(10, LANDLINE).run(60)
    rig.again()
    rig.ring(10, LANDLINE).ring(60, "01632960456").run(120)
    assert [words.split(" rang")[0] for words in rig.told] == ["01632 960123", "01632 960456"]


def test_the_board_names_nobody_and_an_idle_box_writes_it_once_at_most(rig: DaemonRig) -> None:
    rig.ring(10, LANDLINE).run(60)
    board = rig.journal.mark(BOARD) or ""
    assert json.loads(board)["told"]
    assert "960123" not in board
    rig.again()
    rig.run(600)
    assert rig.journal.mark(BOARD) == board


def test_a_box_nobody_has_set_up_tells_nothing(rig: DaemonRig) -> None:
    rig.access.owned = False
    rig.ring(10, None).run(60)
    rig.again()
    rig.access.owned = True
    rig.run(60)
    assert rig.told == []


def test_calls_of_a_strangers_dozen_landlines_are_told_of_a_few_times_a_day(rig: DaemonRig) -> None:
    for call in range(12):
        rig.ring(10 + call * 40, f"01632 960{call:03}", rings=1)
    rig.run(600)
    assert len(rig.told) == 6


# Texts that do not go


def test_a_text_that_may_not_have_gone_is_told_of_until_it_is_settled(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, None, ("+CMGS: 9", "OK"))
    rig.ring(10).run(900)
    told = ["The text to 07700 900123 may not have gone. Ring them, or send it again on the page."]
    assert [text.state for text in rig.texts] == [TextState.UNKNOWN]
    assert rig.told == told
    rig.again()
    rig.run(120)
    assert rig.told == told


def test_that_sends_failed_is_told_once_they_go_again(rig: DaemonRig) -> None:
    refused = ("+CMS ERROR: 28",)  # for good
    rig.modem.script(AFTER_CTRL_Z, refused, refused, refused, refused, ("+CMGS: 9", "OK"))
    for call, number in enumerate((ANN, BOB, "07700900777", "07700900888")):
        rig.ring(10 + call * 60, number, rings=1)
    rig.ring(600, "07700900555", rings=1).run(700)
    assert rig.told == ["From 10am no texts went out. They do again now. Who got none is on the page."]
    assert [text.state for text in rig.of(TextKind.MISSED_CALL)] == [TextState.FAILED] * 4 + [TextState.SENT]


def test_nothing_is_told_while_the_network_does_not_let_the_box_in(rig: DaemonRig) -> None:
    rig.modem.script("AT+CREG?", ("+CREG: 1,3", "OK"))
    rig.ring(10, None).run(120)
    assert rig.told == []
    rig.again()
    rig.modem.script("AT+CREG?", ("+CREG: 1,1", "OK"))
    rig.ring(10, None).run(120)
    assert len(rig.told) == 1


def test_what_could_not_be_written_down_is_told_later(rig: DaemonRig) -> None:
    def fail() -> None:
        rig.journal.storage.writes = False

    def mend() -> None:
        rig.journal.storage.writes = True

    rig.at(30, fail).ring(20, None, rings=2).at(90, mend).run(150)
    assert len(rig.told) == 1


# Off and on


def test_a_box_that_was_stopped_for_long_says_since_when(rig: DaemonRig) -> None:
    rig.run(60)
    rig.clock.advance(2 * HOUR)
    rig.again()
    rig.run(60)
    assert rig.told == ["The box was off since 10:01am. It is back on. See the page for calls it missed."]


@pytest.mark.parametrize("minutes", [1, 9])
def test_a_short_stop_is_not_worth_a_text(rig: DaemonRig, minutes: int) -> None:
    rig.run(60)
    rig.clock.advance(minutes * 60)
    rig.again()
    rig.run(60)
    assert rig.told == []


def pull_the_plug(rig: DaemonRig, hours: float) -> None:
    """Let the daemon write nothing of its end, and the machine start anew so many hours later."""
    rig.at(60, lambda: setattr(rig.journal.storage, "writes", False)).run(61)
    rig.journal.storage.writes = True
    rig.clock.reboot(hours * HOUR)
    rig.again()


def test_after_a_power_cut_only_what_is_known_is_claimed(rig: DaemonRig) -> None:
    pull_the_plug(rig, 2)
    rig.run(60)
    assert rig.told == [
        "The box lost its power some time after 10am. It is back on. See the page for calls it missed."
    ]


def test_a_machine_without_a_clock_knows_when_it_was_switched_off(rig: DaemonRig) -> None:
    pull_the_plug(rig, 2)
    true = rig.clock.now()
    rig.clock.believed = False
    rig.clock.set_wall(MONDAY + timedelta(minutes=30))  # what its system kept

    def told() -> None:
        rig.clock.believed = True
        rig.clock.set_wall(true)

    rig.at(20, told).run(60)
    assert rig.told == ["The box was off since 10:29am. It is back on. See the page for calls it missed."]


def test_a_daemon_that_was_killed_on_a_machine_that_stayed_on_tells_nothing(rig: DaemonRig) -> None:
    rig.at(60, lambda: setattr(rig.journal.storage, "writes", False)).run(61)
    rig.journal.storage.writes = True
    rig.clock.advance(3 * HOUR)  # idle: nothing was written
    rig.again()
    rig.run(60)
    assert rig.told == []


# The SIM


def with_sim(rig: DaemonRig, iccid: str) -> None:
    rig.replug(ScriptedModem(rig.clock))
    rig.modem.script("AT+CICCID", (f"+ICCID: {iccid}", "OK"))


def test_another_sim_is_told_of_and_the_first_is_not(rig: DaemonRig) -> None:
    with_sim(rig, ICCID)
    rig.run(60)
    assert rig.told == []
    rig.again()
    with_sim(rig, ICCID[:-1] + "9")
    rig.run(60)
    rig.again()
    rig.run(60)
    assert rig.told == [
        "There is another SIM in the box. Texts now come from its number. If that was not you, check the box."
    ]
    assert rig.event_names.count("sim_changed") == 1
    assert ICCID not in (rig.journal.mark(SIM) or "")
    assert rig.journal.mark(SECRET)


def test_a_sim_that_does_not_say_its_number_is_no_other_sim(rig: DaemonRig) -> None:
    with_sim(rig, ICCID)
    rig.run(60)
    rig.again()
    rig.replug(ScriptedModem(rig.clock))
    rig.modem.refuse("AT+CICCID", "AT+CCID")
    rig.run(60)
    assert rig.told == []
    assert rig.journal.mark(SIM)


def test_replies_go_on_being_copied_beside_the_notices(rig: DaemonRig) -> None:
    comes(rig, 10, "Boiler shows F28")
    rig.ring(30, None).run(90)
    assert len(rig.told) == len(rig.of(TextKind.FORWARD)) == 1
