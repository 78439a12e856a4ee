"""What the box learns from its modem, and what it forgets when the modem is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.core.health import Known, Registration
from appliance.core.health import Sim as KnownSim
from appliance.knowledge import LOW_POWER_SHOWN_S, Knowledge
from appliance.modem import pdu
from appliance.modem.events import (
    Accepted,
    CallList,
    Deaf,
    Doubtful,
    HungUp,
    Message,
    ModemEvent,
    Network,
    NetworkStatus,
    NotStarted,
    Ready,
    Restarted,
    Sim,
    SimStatus,
    Ticket,
)
from appliance.modem.urc import CallEnded, Clip, PowerWarning, Ring, StoreFull
from tests.fakes import MONDAY

READY = Ready("simcom-4g", "SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "B04", "07700900100")
HOME = NetworkStatus(Network.HOME, 4, "EE")
TICKET = Ticket(1, 1, pdu.encode_submit("+447700900123", "Hello")[0])


def told(*events: ModemEvent, since: Knowledge | None = None, now: float = 0.0) -> Knowledge:
    knowledge = since or Knowledge()
    for event in events:
        knowledge.note(event, MONDAY, now)
    return knowledge


def known(knowledge: Knowledge, now: float = 0.0) -> Known:
    return knowledge.known(MONDAY, now)


def test_at_first_nothing_is_known() -> None:
    start = known(Knowledge())
    assert (start.modem_present, start.started, start.sim) == (None, False, KnownSim.UNKNOWN)
    assert (start.registration, start.voice, start.signal_bars) == (Registration.UNKNOWN, None, None)
    assert (start.voice_proved_at, start.text_proved_at, start.operator) == (None, None, None)
    assert start.storage_ok
    assert not start.low_power


def test_a_modem_that_is_ready_is_there_and_has_a_name() -> None:
    knowledge = told(SimStatus(Sim.READY), READY, HOME)
    assert (knowledge.manufacturer, knowledge.model, knowledge.own_number) == (
        "SIMCOM INCORPORATED",
        "SIMCOM_SIM7600G-H",
        "07700900100",
    )
    now_known = known(knowledge)
    assert (now_known.modem_present, now_known.started, now_known.sim) == (True, True, KnownSim.READY)


@pytest.mark.parametrize(
    ("sim", "shown"),
    [
        (Sim.READY, KnownSim.READY),
        (Sim.ABSENT, KnownSim.MISSING),
        (Sim.FAILED, KnownSim.MISSING),
        (Sim.LOCKED, KnownSim.LOCKED),
        (Sim.BLOCKED, KnownSim.BLOCKED),
        (Sim.BUSY, KnownSim.UNKNOWN),
    ],
)
def test_the_sim_is_what_the_modem_says_of_it(sim: Sim, shown: KnownSim) -> None:
    assert known(told(SimStatus(sim))).sim is shown
    assert known(told(SimStatus(sim))).modem_present is True


@pytest.mark.parametrize("sim", [sim for sim in Sim if sim is not Sim.READY])
def test_a_modem_whose_sim_is_gone_is_not_started_any_more(sim: Sim) -> None:
    assert not known(told(READY, HOME, SimStatus(sim))).started
    assert known(told(READY, HOME, SimStatus(Sim.READY))).started


@pytest.mark.parametrize(
    ("network", "registration", "voice"),
    [
        (Network.HOME, Registration.HOME, True),
        (Network.ROAMING, Registration.ROAMING, True),
        (Network.TEXTS_ONLY, Registration.SMS_ONLY, False),
        (Network.SEARCHING, Registration.SEARCHING, None),
        (Network.NONE, Registration.SEARCHING, None),
        (Network.DENIED, Registration.DENIED, None),
        (Network.UNKNOWN, Registration.UNKNOWN, None),
    ],
)
def test_the_network_is_what_was_last_asked(
    network: Network, registration: Registration, voice: bool | None
) -> None:
    knowledge = told(HOME, NetworkStatus(network, 2, "O2"))
    now_known = known(knowledge)
    assert (now_known.registration, now_known.voice) == (registration, voice)
    assert (now_known.signal_bars, now_known.operator) == (2, "O2")
    assert knowledge.voice is voice


@pytest.mark.parametrize("network", Network)
def test_only_a_registration_that_takes_calls_proves_calls_and_texts(network: Network) -> None:
    now_known = known(told(NetworkStatus(network)))
    proof = MONDAY if network in (Network.HOME, Network.ROAMING) else None
    assert (now_known.voice_proved_at, now_known.text_proved_at) == (proof, proof)


@pytest.mark.parametrize("event", [Ring(), Clip("07700900123", 129)])
def test_a_phone_that_rings_proves_calls(event: ModemEvent) -> None:
    now_known = known(told(event))
    assert (now_known.voice_proved_at, now_known.text_proved_at) == (MONDAY, None)


@pytest.mark.parametrize("event", [Accepted(TICKET, 7), Message(pdu.BadPdu("empty"), None, "")])
def test_a_text_that_went_or_came_proves_texts(event: ModemEvent) -> None:
    now_known = known(told(event))
    assert (now_known.voice_proved_at, now_known.text_proved_at) == (None, MONDAY)


def test_the_newest_proof_counts() -> None:
    knowledge = told(HOME)
    knowledge.note(Ring(), MONDAY + timedelta(hours=5), 0.0)
    assert known(knowledge).voice_proved_at == MONDAY + timedelta(hours=5)
    assert known(knowledge).text_proved_at == MONDAY


@pytest.mark.parametrize(
    "event",
    [
        CallEnded("NO CARRIER"),
        CallList(()),
        HungUp(done=True),
        StoreFull(),
        Deaf(),
        NotStarted(TICKET),
        Doubtful(TICKET),
    ],
)
def test_other_news_changes_nothing_here(event: ModemEvent) -> None:
    assert told(event) == Knowledge()


def test_a_modem_that_restarts_has_to_start_again() -> None:
    assert known(told(READY, HOME)).started
    assert not known(told(READY, HOME, Restarted())).started
    assert known(told(READY, HOME, Restarted())).modem_present is True


def test_a_warning_of_weak_power_is_shown_until_it_is_long_over() -> None:
    knowledge = told(PowerWarning("UNDER-VOLTAGE"), now=100.0)
    assert known(knowledge, 100.0).low_power
    assert known(knowledge, 99.0 + LOW_POWER_SHOWN_S).low_power
    assert not known(knowledge, 100.0 + LOW_POWER_SHOWN_S).low_power
    told(PowerWarning("UNDER-VOLTAGE"), since=knowledge, now=500.0)
    assert known(knowledge, 499.0 + LOW_POWER_SHOWN_S).low_power


def test_a_modem_that_is_gone_is_forgotten_but_not_what_it_proved() -> None:
    knowledge = told(SimStatus(Sim.READY), READY, HOME)
    knowledge.port_lost()
    now_known = known(knowledge)
    assert (now_known.modem_present, now_known.started) == (False, False)
    assert (now_known.sim, now_known.registration, now_known.voice) == (
        KnownSim.UNKNOWN,
        Registration.UNKNOWN,
        None,
    )
    assert (now_known.signal_bars, now_known.operator) == (None, None)
    assert (now_known.voice_proved_at, now_known.text_proved_at) == (MONDAY, MONDAY)


def test_a_port_that_opens_is_no_modem_yet() -> None:
    knowledge = told(READY)
    knowledge.port_lost()
    knowledge.port_opened()
    assert (knowledge.modem_present, knowledge.started) == (False, False)
    told(SimStatus(Sim.ABSENT), since=knowledge)
    assert knowledge.modem_present is True
