"""The doctor before emulated modems: what it asks, what it must not do, and modems that fail it half-way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import serial

from appliance.doctor import Doctor, Patience
from appliance.drivers.find_modem import Finder
from appliance.drivers.serial_port import SerialPort, open_port
from appliance.drivers.waiter import Waiter
from appliance.findings import Check, Finding
from appliance.simulator import EmulatedModem
from appliance.simulator.answers import Answer, Later
from tests.doctor_rig import HASTE, SIM7080, Patients, emulated
from tests.foreign_modem import ForeignModem, Habits

ALL = [
    *(Check.PORT, Check.MODEM, Check.FIRMWARE, Check.SIM, Check.NETWORK, Check.VOICE),
    *(Check.SIGNAL, Check.SMS_CENTRE, Check.SIM_STORE),
]


class Surgery(Patients):
    """A doctor, and the ports it opened."""

    opened: list[str]

    def doctor(self, patience: Patience = HASTE, finder: Finder | None = None) -> Doctor:
        self.opened = []

        def opening(path: Path) -> SerialPort:
            self.opened.append(path.name)
            return open_port(str(path), 115200)

        return Doctor(finder or self.finder(), opening, 115200, self.clock, Waiter(), patience)

    def examine(self, patience: Patience = HASTE) -> list[Finding]:
        return list(self.doctor(patience).examine())


@pytest.fixture
def surgery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surgery:
    return Surgery(tmp_path, monkeypatch)


def heard(modem: EmulatedModem) -> str:
    """Return every byte that either side said."""
    return repr(modem.log)


def closed(modem: EmulatedModem) -> bool:
    """Tell whether the port is free again."""
    with serial.Serial(modem.path, exclusive=True):
        return True


def test_all_is_asked_of_a_modem_that_is_well(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        found = surgery.examine()
        assert closed(modem)
    assert [finding.check for finding in found] == ALL
    assert all(finding.ok for finding in found)


def test_a_modem_that_shares_no_line_with_ours_is_well_too(surgery: Surgery) -> None:
    with ForeignModem(surgery.machine.dev / "textback-modem"):
        found = surgery.examine()
    assert [finding.check for finding in found] == ALL
    assert {finding.check: finding.words for finding in found}[Check.SMS_CENTRE] == "+447700900000"
    assert all(finding.ok for finding in found)


def test_a_modem_that_knows_little_is_told_of_as_far_as_it_goes(surgery: Surgery) -> None:
    knows = frozenset({"", "E", "+CPIN", "+CREG", "+CLIP", "+CMGF", "+CMGS"})
    with ForeignModem(surgery.machine.dev / "textback-modem", Habits(knows=knows)):
        found = surgery.examine()
    oks = {finding.check: finding.ok for finding in found}
    assert oks[Check.FIRMWARE] is None
    assert oks[Check.VOICE] is True
    assert Check.SIGNAL not in oks
    assert False not in oks.values()


def test_a_modem_that_will_not_tell_who_rings_is_no_use(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.modem.bring_up.STEP_RETRY_S", 0.0)
    with emulated() as modem:
        surgery.plug(modem)
        modem.command_hook = lambda typed: Answer((), "ERROR") if typed.startswith("+CLIP=") else None
        found = surgery.examine()
    assert found[-1].check is Check.MODEM
    assert found[-1].words == "It refuses what the box needs of it."
    assert found[-1].advice.startswith("Buy a ")


@pytest.mark.parametrize("tries", [3, 1])
def test_the_lock_code_is_never_given(surgery: Surgery, tries: int) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        modem.insert_sim("1234")
        modem.do(lambda inside: setattr(inside.device.sim, "pin_tries", tries))
        found = surgery.examine()
        assert "CPIN=" not in heard(modem)
    assert found[-1].check is Check.SIM


def test_nothing_is_sent_and_nothing_is_deleted(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        modem.text("07700900123", "Boiler shows F28")
        found = surgery.examine()
        said = heard(modem)
        assert modem.sent == []
    assert "CMGS=" not in said
    assert "CMGD" not in said
    assert "1 of 20 places for texts used." in [finding.words for finding in found]


def test_each_finding_is_told_as_soon_as_it_is_known(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        modem.remove_sim()
        found = surgery.doctor(Patience(wait_s=20.0, second_thoughts_s=20.0)).examine()
        assert [next(found).check for _ in range(3)] == [Check.PORT, Check.MODEM, Check.FIRMWARE]
        found.close()
        assert closed(modem)


def test_a_sim_that_is_read_late_is_waited_for(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.modem.bring_up.FIRST_SIM_POLL_S", 0.1)
    with emulated() as modem:
        surgery.plug(modem)
        modem.remove_sim()
        found = surgery.doctor(Patience(wait_s=20.0, second_thoughts_s=20.0)).examine()
        early = [next(found) for _ in range(3)]
        modem.insert_sim()
        found_all = early + list(found)
    assert {finding.check: finding.ok for finding in found_all}[Check.SIM] is True


def test_a_network_that_says_no_at_first_is_asked_again(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        answers = iter(["+CREG: 1,3"])
        modem.command_hook = lambda typed: (
            Answer((line,)) if typed == "+CREG?" and (line := next(answers, "")) else None
        )
        found = surgery.examine(Patience(wait_s=20.0, second_thoughts_s=20.0))
    assert [finding.check for finding in found] == ALL
    assert all(finding.ok for finding in found)


def test_a_silent_port_leads_on_to_the_next(surgery: Surgery) -> None:
    with emulated() as silent, emulated() as modem:
        surgery.plug(silent)
        surgery.plug(modem, "ttyUSB7")
        silent.hang()
        found = surgery.examine()
        assert closed(silent)
    assert surgery.opened == ["textback-modem", "ttyUSB7"]
    assert found[0] == Finding(Check.PORT, True, str(surgery.machine.dev / "ttyUSB7"))
    assert [finding.check for finding in found] == ALL


def test_a_modem_without_calls_leads_on_to_one_with(surgery: Surgery) -> None:
    with emulated(SIM7080) as useless, emulated() as modem:
        surgery.plug(useless)
        surgery.plug(modem, "ttyUSB7")
        found = surgery.examine()
        assert closed(useless)
    assert found[0].words.endswith("/ttyUSB7")
    assert all(finding.ok for finding in found)


def test_of_several_reasons_the_one_that_helps_most_is_told(surgery: Surgery) -> None:
    with emulated() as silent, emulated() as taken:
        surgery.plug(silent)
        surgery.plug(taken, "ttyUSB7")
        silent.hang()
        with serial.Serial(taken.path, exclusive=True):
            (found,) = surgery.examine()
        assert found.words == f"Another program uses {surgery.machine.dev / 'ttyUSB7'}."
        surgery.machine.plug("12d1:14db")
        with serial.Serial(taken.path, exclusive=True):
            (found,) = surgery.examine()
        assert "network card" in found.words


def test_a_modem_that_falls_silent_half_way_is_told_of(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        modem.command_hook = lambda typed: Later(60.0, Answer) if typed.startswith("+CPIN") else None
        found = surgery.examine(Patience(wait_s=2.0))
    assert found[-1].check is Check.MODEM
    assert found[-1].words.startswith("Nothing answers at ")


def test_a_modem_that_is_pulled_out_half_way_is_told_of(surgery: Surgery) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        found = surgery.doctor().examine()
        early = [next(found) for _ in range(3)]
        modem.unplug()
        late = list(found)
    assert [finding.ok for finding in early] == [True] * 3
    assert [(finding.check, finding.ok) for finding in late] == [(Check.PORT, False)]


@pytest.mark.parametrize("act", [EmulatedModem.no_signal, EmulatedModem.remove_sim])
def test_waiting_comes_to_an_end(surgery: Surgery, act: Callable[[EmulatedModem], None]) -> None:
    with emulated() as modem:
        surgery.plug(modem)
        act(modem)
        found = surgery.examine(Patience(wait_s=1.0, second_thoughts_s=600.0))
    assert False in {finding.ok for finding in found}


def test_the_networks_time_is_taken_when_the_box_does_not_know_it(surgery: Surgery) -> None:
    surgery.clock.believed = False
    with emulated() as modem:
        surgery.plug(modem)
        surgery.examine()
    assert surgery.clock.sure()
