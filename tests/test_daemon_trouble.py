"""The box when things break: the storage, the port, the modem, the settings, the power."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest

from appliance.connection import REOPEN_S, RESET
from appliance.core.calls import Outcome, Presentation
from appliance.core.health import State
from appliance.core.ladder import Rung
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.fakes import MONDAY
from tests.modem import tpdu_builder as build
from tests.scripted_modem import AFTER_CTRL_Z, SEND

CTRL_Z = b"\x1a"
ESC = b"\x1b"


class MakeRig(Protocol):
    """Puts a box on the desk, with these settings beside its owner's."""

    def __call__(self, **settings: object) -> DaemonRig: ...


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRig:
    return lambda **settings: DaemonRig(tmp_path, monkeypatch, **settings)


@pytest.fixture
def rig(make: MakeRig) -> DaemonRig:
    return make()


def incoming(words: str) -> str:
    return build.deliver(build.gsm7_user_data(build.septets(words)))


def verdicts(rig: DaemonRig) -> list[str | None]:
    return [call.verdict for call in rig.calls]


def states(rig: DaemonRig) -> list[TextState]:
    return [text.state for text in rig.texts]


def gaps(moments: list[float]) -> list[float]:
    return [round(later - one, 3) for one, later in pairwise(moments)]


# The storage


def test_a_text_that_cannot_be_committed_is_taken_back_at_the_prompt_and_sent_once_later(
    rig: DaemonRig,
) -> None:
    written: list[bytes] = []
    rig.on_write = written.append
    rig.modem.delay(SEND, 1)
    rig.ring(10)
    rig.at(22.5, lambda: setattr(rig.journal.storage, "writes", False))
    rig.at(30, lambda: setattr(rig.journal.storage, "writes", True))
    rig.at(29, lambda: written.append(b"storage works"))
    rig.run(90)
    refused = written[: written.index(b"storage works")]
    assert ESC in refused
    assert not [data for data in refused if CTRL_Z in data]
    assert rig.modem.cancelled == 1
    assert len(rig.modem.submitted) == 1
    assert states(rig) == [TextState.SENT]


def test_a_storage_that_takes_nothing_is_shown_and_no_call_is_lost(rig: DaemonRig) -> None:
    rig.at(5, lambda: setattr(rig.journal.storage, "writes", False))
    rig.ring(10).ring(40, BOB)
    rig.at(100, lambda: setattr(rig.journal.storage, "writes", True))
    rig.run(150)
    assert State.STORAGE in rig.states
    assert rig.states[-1] is not State.STORAGE
    assert "storage_back" in rig.event_names
    assert [(call.number, call.started_at, call.verdict) for call in rig.calls] == [
        (ANN, MONDAY + timedelta(seconds=10), TEXT),
        (BOB, MONDAY + timedelta(seconds=40), TEXT),
    ]


def test_a_result_that_cannot_be_written_is_written_later_and_the_text_not_sent_again(rig: DaemonRig) -> None:
    rig.modem.delay(AFTER_CTRL_Z, 5)
    rig.ring(10)
    rig.at(25, lambda: setattr(rig.journal.storage, "writes", False))
    rig.at(60, lambda: setattr(rig.journal.storage, "writes", True))
    rig.run(120)
    assert states(rig) == [TextState.SENT]
    assert len(rig.modem.submitted) == 1


def test_a_text_that_came_in_leaves_the_sim_only_when_it_is_kept(rig: DaemonRig) -> None:
    rig.set(forward_replies=False)
    kept: list[int] = []
    rig.at(5, lambda: setattr(rig.journal.storage, "writes", False))
    rig.at(10, lambda: rig.modem.say(rig.modem.store(3, incoming("Boiler shows F28"))))
    rig.at(200, lambda: kept.append(len(rig.modem.stores["SM"])))
    rig.at(250, lambda: setattr(rig.journal.storage, "writes", True))
    rig.run(400)
    assert kept == [1]
    assert rig.modem.stores["SM"] == {}
    assert [row["body"] for row in rig.journal.export() if row.get("direction") == "in"] == [
        "Boiler shows F28"
    ]


# The port


def test_a_port_that_is_not_there_is_looked_for_ever_less_often(rig: DaemonRig) -> None:
    rig.plugged = False
    rig.run(30)
    waits = gaps(rig.tried)
    assert waits[: len(REOPEN_S)] == list(REOPEN_S)
    assert set(waits[len(REOPEN_S) :]) == {REOPEN_S[-1]}
    assert rig.states == [State.STARTING, State.NO_MODEM]
    assert rig.event_names == ["started", "modem_lost", "stopped"]


def test_a_modem_that_comes_late_is_found(rig: DaemonRig) -> None:
    rig.plugged = False
    rig.at(60, rig.replug).ring(70).run(120)
    assert rig.states[-1] is State.READY
    assert rig.event_names == ["started", "modem_lost", "ready", "stopped"]


def test_a_modem_that_comes_back_is_looked_for_quickly_the_next_time(rig: DaemonRig) -> None:
    rig.at(10, rig.unplug).at(40, rig.replug).at(60, rig.unplug).run(70)
    after = [moment for moment in rig.tried if moment >= 1060]
    assert gaps(after)[:2] == list(REOPEN_S[1:3])
    assert after[0] - 1060 < 1.6


def unplugged_at(rig: DaemonRig, seconds: float) -> DaemonRig:
    return rig.at(seconds, rig.unplug).at(seconds + 20, rig.replug)


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.31, 5.0])
def test_a_port_lost_while_the_modem_starts_is_opened_again(rig: DaemonRig, seconds: float) -> None:
    unplugged_at(rig, seconds).ring(60).run(120)
    assert len(rig.ports) == 2
    assert rig.ports[0].closed
    assert verdicts(rig) == [TEXT]
    assert states(rig) == [TextState.SENT]


@pytest.mark.parametrize("seconds", [10.0, 12.0, 16.0])
def test_a_call_that_rings_when_the_port_is_lost_is_a_missed_call(rig: DaemonRig, seconds: float) -> None:
    rig.ring(10, rings=2)
    unplugged_at(rig, seconds + 0.1).run(120)
    (call,) = rig.calls
    assert (call.number, call.outcome, call.verdict) == (ANN, Outcome.MISSED, TEXT)
    assert states(rig) == [TextState.SENT]


def test_a_text_that_waits_for_its_prompt_when_the_port_is_lost_goes_afterwards(rig: DaemonRig) -> None:
    rig.modem.script(SEND, None)
    rig.ring(10)
    unplugged_at(rig, 23).run(120)
    assert states(rig) == [TextState.SENT]
    assert len(rig.modem.submitted) == 1


def test_a_text_that_is_with_the_network_when_the_port_is_lost_is_not_sent_again(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, None)
    rig.ring(10)
    unplugged_at(rig, 23).run(4000)
    assert states(rig) == [TextState.UNKNOWN]
    assert rig.sent_to(ANN) == []
    assert rig.told == [
        "The text to 07700 900123 may not have gone. Ring them, or send it again on the page."
    ]


@pytest.mark.parametrize("how", ["read", "write"])
def test_a_port_that_dies_of_any_use_is_opened_again(rig: DaemonRig, how: str) -> None:
    rig.at(10, lambda: setattr(rig.port, "dies", how)).ring(50).run(120)
    assert rig.ports[0].closed
    assert len(rig.ports) >= 2
    assert verdicts(rig) == [TEXT]


def test_a_port_that_dies_as_the_pdu_is_written_leaves_a_doubt(rig: DaemonRig) -> None:
    def die(data: bytes) -> None:
        if CTRL_Z in data:
            rig.port.dies = "read"
            rig.modem.mute = True

    rig.on_write = die
    rig.ring(10).run(400)
    assert states(rig) == [TextState.UNKNOWN]


def test_a_modem_that_hangs_is_opened_anew_then_reset_and_heard_again(rig: DaemonRig) -> None:
    written: list[bytes] = []
    rig.on_write = written.append
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).at(150, rig.replug).ring(230).run(290)
    assert State.NO_MODEM in rig.states
    assert [name for name in rig.event_names if name in set(Rung)][:3] == [
        Rung.REOPEN,
        Rung.REOPEN,
        Rung.RESET,
    ]
    assert RESET in written
    assert verdicts(rig) == [TEXT]
    assert states(rig) == [TextState.SENT]


def test_a_modem_that_restarts_is_brought_up_again(rig: DaemonRig) -> None:
    rig.at(10, lambda: rig.modem.boot("RDY")).ring(30).run(90)
    assert len(rig.ports) == 1
    assert rig.event_names.count("ready") == 2
    assert states(rig) == [TextState.SENT]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (("+CME ERROR: 10",), State.NO_SIM),
        (("+CPIN: SIM PIN", "OK"), State.SIM_LOCKED),
        (("+CPIN: SIM PUK", "OK"), State.SIM_BLOCKED),
    ],
)
def test_what_the_sim_lacks_is_shown_until_it_is_there(
    rig: DaemonRig, answer: tuple[str, ...], state: State
) -> None:
    rig.modem.script("AT+CPIN?", answer, answer, ("+CPIN: READY", "OK"))
    rig.ring(20).run(60)
    assert rig.states[:2] == [State.STARTING, state]
    assert verdicts(rig) == [TEXT]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("+CREG: 1,3", State.REFUSED), ("+CREG: 1,2", State.NO_SIGNAL), ("+CREG: 1,6", State.NO_VOICE)],
)
def test_a_network_that_takes_no_calls_is_shown(rig: DaemonRig, answer: str, state: State) -> None:
    rig.modem.script("AT+CREG?", (answer, "OK"))
    rig.run(20)
    assert rig.states[-1] is state


# Settings


def test_a_setting_is_followed_while_the_box_runs(rig: DaemonRig) -> None:
    rig.ring(10).ring(60, BOB)
    rig.at(40, lambda: rig.set(text__open="[name] will ring you"))
    rig.run(120)
    assert rig.texts[0].body != rig.texts[1].body == "Dave will ring you"


def test_a_call_is_judged_by_the_settings_of_the_moment_it_ends(rig: DaemonRig) -> None:
    later = (MONDAY + timedelta(hours=2)).isoformat()
    rig.ring(10).at(21.99, lambda: rig.set(paused_until=later)).run(60)
    assert verdicts(rig) == [Reason.PAUSED]


@pytest.mark.parametrize("owned", [False, True])
def test_whether_the_box_has_an_owner_is_noticed(rig: DaemonRig, owned: bool) -> None:
    rig.access.owned = not owned
    rig.at(10, lambda: setattr(rig.access, "owned", owned)).ring(20).run(60)
    assert verdicts(rig) == [TEXT if owned else Reason.NOT_SET_UP]


def spoil(rig: DaemonRig) -> None:
    for name in ("settings.json", "settings.json.bak"):
        (rig.data / name).write_text("{ not settings")


def test_settings_that_cannot_be_read_leave_the_last_good_ones(rig: DaemonRig) -> None:
    rig.at(5, lambda: spoil(rig)).ring(10).run(60)
    assert rig.event_names.count("settings_unreadable") == 1
    assert verdicts(rig) == [TEXT]
    assert "Dave Smith Plumbing" in rig.texts[0].body


def test_settings_that_can_be_read_again_are_followed_again(rig: DaemonRig) -> None:
    good = (rig.data / "settings.json").read_bytes()
    rig.at(5, lambda: spoil(rig)).at(8, lambda: (rig.data / "settings.json").write_bytes(good))
    rig.at(9, lambda: rig.set(text__open="Back soon, [name]")).ring(20).run(60)
    assert rig.texts[0].body == "Back soon, Dave"


def test_settings_that_were_never_readable_send_nothing(make: MakeRig) -> None:
    rig = make()
    spoil(rig)
    rig.ring(10).run(60)
    assert verdicts(rig) == [Reason.NOT_SET_UP]


def test_a_modem_is_brought_up_anew_for_delivery_reports_but_not_under_a_call_or_a_text(
    rig: DaemonRig,
) -> None:
    rig.modem.delay(AFTER_CTRL_Z, 20)
    rig.ring(10.3).at(12, lambda: rig.set(delivery_reports=True)).run(90)
    assert len(rig.tried) == 2
    assert rig.tried[1] > 1022.3 + 20
    assert states(rig) == [TextState.SENT]
    assert rig.event_names.count("ready") == 2
    assert "AT+CNMI=2,1,0,2,0" in [command for _, command in rig.modem.commands]


def test_while_the_time_is_not_known_no_time_is_promised(rig: DaemonRig) -> None:
    rig.clock.believed = False
    rig.ring(10).run(60)
    assert "call you back soon" in rig.texts[0].body
    assert State.CLOCK_UNSURE in rig.states


def test_a_clock_that_is_set_while_it_rings_spoils_no_call(rig: DaemonRig) -> None:
    rig.clock.set_wall(datetime(2025, 2, 1, tzinfo=UTC))
    rig.ring(10).at(15, lambda: rig.clock.set_wall(MONDAY)).run(60)
    (call,) = rig.calls
    assert call.verdict == TEXT
    assert states(rig) == [TextState.SENT]


# Start and stop


def test_a_call_that_rang_at_the_crash_is_judged_at_the_start(rig: DaemonRig) -> None:
    row = rig.journal.call_started(MONDAY - timedelta(minutes=5))
    rig.journal.call_identified(row, ANN, "+447700900123", Presentation.ALLOWED)
    rig.run(30)
    assert verdicts(rig) == [TEXT]
    assert states(rig) == [TextState.SENT]


def test_a_text_that_was_under_way_at_the_crash_is_unknown_and_not_sent(rig: DaemonRig) -> None:
    text_id = rig.journal.queue_text(
        to="+447700900123", body="Hello", parts=1, kind=TextKind.MISSED_CALL, at=MONDAY
    )
    rig.journal.part_submitting(text_id, 1, MONDAY)
    rig.run(7200)
    assert states(rig) == [TextState.UNKNOWN]
    assert rig.sent_to(ANN) == []
    assert rig.told == [
        "The text to 07700 900123 may not have gone. Ring them, or send it again on the page."
    ]


def test_what_was_queued_before_a_stop_goes_after_the_start(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",), ("+CMGS: 7", "OK"))
    rig.ring(10).ring(25, BOB).run(28)
    assert states(rig)[0] is TextState.QUEUED
    rig.clock.advance(600)
    rig.again()
    rig.run(60)
    assert states(rig) == [TextState.SENT, TextState.SENT]


def test_what_grew_too_old_while_the_box_was_off_is_not_sent(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",), ("+CMGS: 7", "OK"))
    rig.ring(10).run(28)
    rig.clock.advance(3 * 3600)
    rig.again()
    rig.run(60)
    assert states(rig) == [TextState.FAILED]
    assert len(rig.sent_to(ANN)) == 1
    assert rig.told == ["The box was off since 10am. It is back on. See the page for calls it missed."]


def test_a_stop_tells_everybody_and_leaves_nothing_open(rig: DaemonRig) -> None:
    rig.run(20)
    assert rig.port.closed
    assert rig.lights.closed
    assert rig.status.read(rig.clock.now()) is None
    assert rig.service.told[-1][1] == "STOPPING=1"
    assert rig.service.times("READY=1") == [1000.0]
    assert rig.clock.monotonic() == 1020.0


def test_a_stop_while_it_rings_misses_the_call_and_its_text_goes_after_the_start(rig: DaemonRig) -> None:
    rig.ring(10).run(13)
    assert [(call.outcome, call.verdict) for call in rig.calls] == [(Outcome.MISSED, TEXT)]
    assert states(rig) == [TextState.QUEUED]
    rig.again()
    rig.run(20)
    assert states(rig) == [TextState.SENT]


@pytest.mark.parametrize(("answers_after", "state"), [(1.0, TextState.SENT), (30.0, TextState.UNKNOWN)])
def test_a_stop_waits_a_moment_for_the_networks_answer_and_no_longer(
    rig: DaemonRig, answers_after: float, state: TextState
) -> None:
    rig.modem.delay(AFTER_CTRL_Z, answers_after)
    rig.ring(10).run(22.5)
    assert rig.clock.monotonic() < 1022.5 + 2
    assert states(rig) == [state]


def test_a_stop_without_a_modem_is_at_once(rig: DaemonRig) -> None:
    rig.plugged = False
    rig.run(20)
    assert rig.clock.monotonic() == 1020.0
