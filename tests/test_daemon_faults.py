"""Faults that the daemon once had, each in the moment that showed it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.health import State
from appliance.core.outbox import TextState
from appliance.core.policy import TEXT
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.fakes import MONDAY
from tests.scripted_modem import AFTER_CTRL_Z, PROMPT, SEND


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    return DaemonRig(tmp_path, monkeypatch)


def states(rig: DaemonRig) -> list[TextState]:
    return [text.state for text in rig.texts]


def fails(rig: DaemonRig, what: str, start: float, end: float) -> DaemonRig:
    rig.at(start, lambda: setattr(rig.journal.storage, what, False))
    return rig.at(end, lambda: setattr(rig.journal.storage, what, True))


def test_texts_of_calls_that_waited_for_the_storage_go_as_soon_as_it_is_back(rig: DaemonRig) -> None:
    fails(rig, "writes", 5, 100).ring(10).ring(40, BOB).run(110)
    assert [call.verdict for call in rig.calls] == [TEXT, TEXT]
    assert states(rig) == [TextState.SENT, TextState.SENT]
    assert rig.states[-1] is not State.STORAGE


def test_a_text_whose_refusal_could_not_be_written_is_tried_again_when_it_can(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",), ("+CMGS: 7", "OK"))
    rig.modem.delay(AFTER_CTRL_Z, 5)
    rig.ring(10)
    fails(rig, "writes", 25, 40).run(200)
    assert states(rig) == [TextState.SENT]


def test_the_next_part_goes_when_the_result_of_the_one_before_could_be_written(rig: DaemonRig) -> None:
    rig.set(text__open="[name] " + "word " * 45)
    rig.modem.delay(AFTER_CTRL_Z, 5)
    rig.ring(10)
    fails(rig, "writes", 25, 40).run(200)
    assert states(rig) == [TextState.SENT]
    assert len(rig.modem.submitted) == 2


def test_a_storage_that_cannot_be_read_is_shown_and_nothing_is_lost(rig: DaemonRig) -> None:
    fails(rig, "reads", 5, 100)
    fails(rig, "writes", 5, 100).ring(10).run(160)
    assert State.STORAGE in rig.states
    told = [status.at for status in rig.status.written]
    assert max(later - one for one, later in pairwise(told)) <= timedelta(seconds=10)
    assert states(rig) == [TextState.SENT]


def test_a_storage_that_cannot_be_read_lets_the_box_sleep(rig: DaemonRig) -> None:
    fails(rig, "reads", 5, 1000).ring(10).run(600)
    assert rig.waits < 600 * 2.5


def test_a_storage_that_failed_at_the_start_is_asked_again_for_what_a_crash_left(rig: DaemonRig) -> None:
    row = rig.journal.call_started(MONDAY - timedelta(minutes=5))
    rig.journal.call_identified(row, ANN, "+447700900123", Presentation.ALLOWED)
    rig.journal.storage.writes = False
    rig.at(20, lambda: setattr(rig.journal.storage, "writes", True)).run(60)
    assert [(call.outcome, call.verdict) for call in rig.calls] == [(Outcome.MISSED, TEXT)]
    assert states(rig) == [TextState.SENT]


def test_delivery_reports_switched_on_without_a_modem_do_not_keep_it_from_being_found(rig: DaemonRig) -> None:
    rig.at(10, rig.unplug).at(30, lambda: rig.set(delivery_reports=True)).at(60, rig.replug).run(90)
    assert rig.states[-1] is State.READY
    petted = rig.service.times("WATCHDOG=1")
    assert max(later - one for one, later in pairwise(petted)) < 2


def test_another_setting_that_wants_the_modem_anew_is_no_loss_of_the_modem(rig: DaemonRig) -> None:
    rig.at(20, lambda: rig.set(delivery_reports=True)).run(60)
    assert "modem_lost" not in rig.event_names
    assert State.NO_MODEM not in rig.states


def test_a_port_whose_descriptor_is_gone_is_opened_again(rig: DaemonRig) -> None:
    rig.at(10, lambda: setattr(rig.port, "dies", "fileno")).ring(30).run(90)
    assert len(rig.ports) >= 2
    assert states(rig) == [TextState.SENT]


@pytest.mark.parametrize("line", ["RDY", "+CPIN: NOT READY", "+CMS ERROR: 38"])
def test_a_prompt_that_is_gone_before_it_is_answered_sends_nothing_and_stops_nothing(
    rig: DaemonRig, line: str
) -> None:
    rig.modem.script(SEND, (PROMPT, line), (PROMPT,))

    def boots(data: bytes) -> None:
        if data.startswith(b"AT+CMGS"):
            rig.at(0.03, lambda: setattr(rig.modem, "at_prompt", False))

    if line == "RDY":
        rig.on_write = boots
    rig.ring(10).run(400)
    assert len(rig.modem.submitted) <= 1
    assert states(rig) in ([TextState.SENT], [TextState.UNKNOWN])


def test_a_box_that_starts_does_not_say_that_it_has_no_signal_before_it_has_asked(rig: DaemonRig) -> None:
    rig.modem.delay("AT+COPS?", 3)
    rig.run(20)
    assert rig.states == [State.STARTING, State.READY]
