"""What the doctor says of each fact, and what it says to do."""

from __future__ import annotations

import errno

import pytest

from appliance import findings
from appliance.core.states import State
from appliance.drivers.power import Power
from appliance.drivers.room import Room
from appliance.findings import Check, Finding
from appliance.modem.events import Network, NetworkStatus, Sim, SimStatus
from tests.commands.test_doctor import status
from tests.fakes import MONDAY

GB = 1_000_000_000


def checks(found: list[Finding]) -> dict[Check, bool | None]:
    return {finding.check: finding.ok for finding in found}


def test_the_first_sentence_is_what_is_wrong_and_the_rest_what_to_do() -> None:
    assert findings.told(Check.PORT, "It is gone. Look for it. Twice.") == Finding(
        Check.PORT, False, "It is gone.", "Look for it. Twice."
    )
    assert findings.told(Check.PORT, "It is gone.") == Finding(Check.PORT, False, "It is gone.")


@pytest.mark.parametrize(
    ("maker", "model", "words"),
    [
        ("Quectel", "EC25", "Quectel EC25"),
        (None, "EC25", "EC25"),
        (None, None, "It answers, and gives no name."),
        ("\x1b[31mred", None, "[31mred"),
    ],
)
def test_a_modem_is_called_what_it_calls_itself(maker: str | None, model: str | None, words: str) -> None:
    assert findings.modem(maker, model) == Finding(Check.MODEM, True, words)


def test_firmware_is_shown_without_the_name_of_its_command() -> None:
    assert findings.firmware("+CGMR: EC25EFAR06A06M4G").words == "EC25EFAR06A06M4G"
    assert findings.firmware(None) == Finding(Check.FIRMWARE, None, "The modem does not say.")


@pytest.mark.parametrize("sim", Sim)
def test_every_sim_but_a_ready_one_is_a_fault_with_something_to_do(sim: Sim) -> None:
    found = findings.sim(SimStatus(sim))
    assert found.ok is (sim is Sim.READY)
    assert bool(found.advice) is (sim is not Sim.READY)


def test_the_tries_that_the_lock_code_has_left_are_told_when_they_are_known() -> None:
    assert findings.sim(SimStatus(Sim.LOCKED, 2)).advice.endswith("in Settings. Tries left: 2.")
    assert findings.sim(SimStatus(Sim.LOCKED)).advice.endswith("in Settings.")


@pytest.mark.parametrize("network", Network)
def test_every_answer_about_the_network_is_told(network: Network) -> None:
    connected = network in (Network.HOME, Network.ROAMING, Network.TEXTS_ONLY)
    found = list(findings.network(NetworkStatus(network, bars=3)))
    assert found[0].check is Check.NETWORK
    assert found[0].ok is connected
    assert (Check.VOICE in checks(found)) is connected
    assert checks(found)[Check.SIGNAL] is True


def test_a_guest_on_another_network_is_connected() -> None:
    found = next(findings.network(NetworkStatus(Network.ROAMING, operator="EE")))
    assert (found.ok, found.words) == (True, "EE, as a guest")


def test_signal_without_a_network_is_another_fault_than_none() -> None:
    signal, none = (next(findings.network(NetworkStatus(Network.SEARCHING, bars))) for bars in (3, None))
    assert signal.words == "Signal, but no network yet."
    assert none.words == "No phone signal here."


def test_a_stick_that_says_it_has_no_voice_is_believed() -> None:
    found = list(findings.network(NetworkStatus(Network.HOME, takes_calls=False)))
    assert checks(found) == {Check.NETWORK: True, Check.VOICE: False}
    assert found[1].advice.startswith("Buy a ")


def test_without_calls_over_4g_calls_may_still_get_in() -> None:
    found = list(findings.network(NetworkStatus(Network.HOME, volte=False)))
    assert (found[1].ok, found[1].words) == (True, "Calls can get in, but not over 4G.")
    assert "4G calling" in found[1].advice


def test_one_bar_is_weak_and_two_are_enough() -> None:
    assert [findings.signal(bars).ok for bars in range(6)] == [False, False, True, True, True, True]


def test_a_sim_without_a_text_centre_sends_nothing() -> None:
    assert findings.sms_centre("").ok is False
    assert findings.sms_centre("+447700900999").ok is True


def test_a_sim_memory_is_full_before_it_is_full() -> None:
    assert [findings.sim_store(used, 20).ok for used in (0, 15, 16, 20)] == [True, True, False, False]


def test_the_time_is_the_owners() -> None:
    summer = MONDAY.replace(month=7, hour=13, minute=40)
    assert findings.time(summer, sure=True).words == "It is 2:40pm."
    assert findings.time(summer, sure=False).ok is False


@pytest.mark.parametrize(
    ("room", "words", "advice"),
    [
        (Room(5 * GB), "5.0 GB free.", ""),
        (Room(99_000_000), "The storage is full.", "Put in a bigger memory card."),
        (Room(0, OSError(errno.ENOSPC, "")), "The storage is full.", "Put in a bigger memory card."),
        (Room(GB, OSError(errno.EACCES, "")), "This user may not write there.", "Run this with sudo."),
        (Room(GB, OSError(errno.EROFS, "")), "The storage is failing.", "Replace the memory card."),
        (Room(GB, OSError("no number")), "The storage is failing.", "Replace the memory card."),
    ],
)
def test_each_trouble_with_the_storage_has_its_own_words(room: Room, words: str, advice: str) -> None:
    assert findings.storage(room) == Finding(Check.STORAGE, not advice, words, advice)


def test_power_that_nobody_measures_is_no_fault() -> None:
    measured = [findings.power(found).ok for found in (None, Power.GOOD, Power.WAS_WEAK, Power.WEAK)]
    assert measured == [None, True, False, False]


@pytest.mark.parametrize("state", State)
def test_a_running_box_has_one_fault_when_it_needs_its_owner_and_none_when_it_does_not(state: State) -> None:
    modem = None if state is State.NO_MODEM else status().modem
    voice = None if state is State.NO_VOICE else True
    found = list(findings.running(status(state, modem=modem, voice=voice)))
    assert sum(finding.ok is False for finding in found) == state.needs_owner
    assert len(checks(found)) == len(found)


def test_what_needs_the_broken_link_is_not_told_of_a_running_box() -> None:
    found = list(findings.running(status(State.SIM_LOCKED, signal_bars=None)))
    assert checks(found) == {Check.BOX: True, Check.PORT: True, Check.MODEM: True, Check.SIM: False}
    assert found[-1].words == status().headline


def test_who_rings_is_not_told() -> None:
    ringing = status(State.RINGING, headline="Phone ringing: 07700 900123")
    said = " ".join(f"{finding.words} {finding.advice}" for finding in findings.running(ringing))
    assert "Running. A call or a text is under way." in said
    assert "07700" not in said


def test_a_box_that_starts_is_waited_for() -> None:
    found = list(findings.running(status(State.STARTING, modem=None)))
    assert checks(found) == {Check.BOX: True, Check.MODEM: None}
