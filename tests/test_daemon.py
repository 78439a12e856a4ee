"""The box at work, from the wire to the journal and back, and what it does every second."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest

from appliance.core.calls import Outcome
from appliance.core.health import Pattern, State
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from appliance.daemon import HEARD_S, STATUS_S
from appliance.drivers.journal import Journal
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.fakes import MONDAY
from tests.modem import tpdu_builder as build
from tests.scripted_modem import AFTER_CTRL_Z

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


# A missed call


def test_a_missed_call_gets_its_text(rig: DaemonRig) -> None:
    rig.ring(10).run(60)
    (call,), (text,) = rig.calls, rig.texts
    assert (call.number, call.outcome, call.rings, call.verdict) == (ANN, Outcome.MISSED, 3, TEXT)
    assert (call.started_at, call.ended_at) == (
        MONDAY + timedelta(seconds=10),
        MONDAY + timedelta(seconds=22),
    )
    assert (text.call_id, text.state, text.to) == (call.id, TextState.SENT, "+447700900123")
    assert text.sent_at is not None
    assert call.ended_at is not None
    assert text.sent_at - call.ended_at < timedelta(seconds=1)
    assert rig.sent == [("+447700900123", text.body)]


def test_the_state_follows_a_call_from_ring_to_text(rig: DaemonRig) -> None:
    rig.ring(10).run(60)
    assert rig.states[-4:] == [State.READY, State.RINGING, State.TEXTING, State.READY]
    headlines = [status.headline for status in rig.status.written]
    assert "Phone ringing: 07700 900123" in headlines
    assert "Texting 07700 900123." in headlines
    assert "Text sent, 1 second." in headlines


@pytest.mark.parametrize("end", ["NO CARRIER", "MISSED_CALL: 10:00AM 07700900123", "^CEND:1,0,104", None])
@pytest.mark.parametrize("lists", [True, False])
def test_however_a_call_ends_it_is_one_call_with_one_text(
    rig: DaemonRig, end: str | None, lists: bool
) -> None:
    if not lists:
        rig.modem.refuse("AT+CLCC")
    rig.ring(10, end=end).run(90)
    assert [(call.rings, call.verdict) for call in rig.calls] == [(3, TEXT)]
    assert len(rig.modem.submitted) == 1


def test_two_callers_one_after_the_other_each_get_a_text(rig: DaemonRig) -> None:
    rig.ring(10).ring(40, BOB).ring(70).run(120)
    assert verdicts(rig) == [TEXT, TEXT, Reason.TEXTED_RECENTLY]
    assert [text.to for text in rig.texts] == ["+447700900123", "+447700900456"]
    assert len(rig.modem.submitted) == 2


def test_a_withheld_caller_gets_none(rig: DaemonRig) -> None:
    rig.ring(10, None).run(60)
    assert verdicts(rig) == [Reason.WITHHELD]
    assert rig.texts == []
    assert [to for to, _ in rig.sent] == ["+447700900999"]  # the owner, who is told of it


def test_a_call_that_is_answered_gets_none(rig: DaemonRig) -> None:
    picked_up = f'+CLCC: 1,1,0,0,0,"{ANN}",129'
    rig.ring(10, rings=1, end=None)
    rig.at(11, lambda: setattr(rig.modem, "calls", (picked_up,)))
    rig.at(20, lambda: setattr(rig.modem, "calls", ()))
    rig.run(60)
    assert [(call.outcome, call.verdict) for call in rig.calls] == [(Outcome.ANSWERED, Reason.ANSWERED)]


def test_a_call_that_comes_while_a_text_is_with_the_network_is_heard(rig: DaemonRig) -> None:
    rig.modem.delay(AFTER_CTRL_Z, 60)
    rig.ring(10).ring(30, BOB).run(200)
    assert [(call.number, call.verdict) for call in rig.calls] == [(ANN, TEXT), (BOB, TEXT)]
    assert states(rig) == [TextState.SENT, TextState.SENT]


def test_the_text_is_committed_before_its_pdu_is_written(rig: DaemonRig) -> None:
    seen: list[tuple[TextState, bytes]] = []

    def look(data: bytes) -> None:
        with Journal(rig.data / "journal.sqlite3", read_only=True) as other:
            text = other.text(1)
        if text is not None:
            seen.append((text.state, data))

    rig.on_write = look
    rig.ring(10).run(60)
    sent = [(state, data) for state, data in seen if CTRL_Z in data]
    asked = [(state, data) for state, data in seen if data.startswith(b"AT+CMGS")]
    assert [state for state, _ in asked] == [TextState.QUEUED]
    assert [state for state, _ in sent] == [TextState.SUBMITTING]
    assert sent[0][1] == rig.modem.submitted[0].encode() + CTRL_Z


def test_the_first_sign_of_a_call_is_written_down_at_once(rig: DaemonRig) -> None:
    found: list[Outcome] = []
    rig.ring(10).at(10.1, lambda: found.extend(call.outcome for call in rig.calls)).run(60)
    assert found == [Outcome.RINGING]


# Hanging up


@pytest.mark.parametrize("seconds", [4, 7, 12])
def test_the_box_hangs_up_after_the_owners_ring_time_and_texts_all_the_same(
    make: MakeRig, seconds: int
) -> None:
    rig = make(ring_seconds=seconds)
    rig.ring(10, rings=8).run(90)
    hung_up = [at for at, command in rig.modem.commands if command == "AT+CHUP"]
    assert hung_up == [pytest.approx(1010 + seconds, abs=0.1)]
    assert [(call.outcome, call.verdict) for call in rig.calls] == [(Outcome.REJECTED, TEXT)]
    assert states(rig) == [TextState.SENT]


def test_a_caller_who_gives_up_before_that_is_not_hung_up_on(make: MakeRig) -> None:
    rig = make(ring_seconds=30)
    rig.ring(10).run(90)
    assert "AT+CHUP" not in [command for _, command in rig.modem.commands]
    assert rig.calls[0].outcome is Outcome.MISSED


def test_a_modem_that_cannot_hang_up_is_asked_once_a_call(make: MakeRig) -> None:
    rig = make(ring_seconds=5)
    rig.modem.refuse("AT+CHUP", "ATH")
    clip = f'+CLIP: "{ANN}",129'
    for ring in range(5):
        rig.at(10 + 5 * ring, lambda: rig.modem.say("RING", clip))
    rig.at(34, lambda: rig.modem.say("NO CARRIER")).run(90)
    commands = [command for _, command in rig.modem.commands]
    assert (commands.count("AT+CHUP"), commands.count("ATH")) == (1, 1)
    assert verdicts(rig) == [TEXT]
    assert states(rig) == [TextState.SENT]


# What comes in


def test_a_reply_is_kept_deleted_from_the_sim_and_copied_to_the_owner(rig: DaemonRig) -> None:
    rig.at(10, lambda: rig.modem.say(rig.modem.store(3, incoming("Boiler shows F28")))).run(30)
    assert rig.modem.stores["SM"] == {}
    (copy,) = rig.texts
    assert (copy.kind, copy.to, copy.state) == (TextKind.FORWARD, "+447700900999", TextState.SENT)
    assert rig.sent == [("+447700900999", "07700 900123: Boiler shows F28")]


def test_a_text_that_waited_in_the_sim_is_kept_once(rig: DaemonRig) -> None:
    rig.modem.store(1, incoming("Sent while the box was off"))
    rig.run(30)
    rig.again()
    rig.modem.store(1, incoming("Sent while the box was off"))
    rig.run(30)
    assert len([row for row in rig.journal.export() if row.get("direction") == "in"]) == 1
    assert len(rig.modem.submitted) == 1


def test_a_full_store_is_noted(rig: DaemonRig) -> None:
    rig.at(10, lambda: rig.modem.say('^SMMEMFULL: "SM"')).run(20)
    assert "store_full" in rig.event_names


def test_a_text_that_the_page_queues_goes_within_a_second_or_so(rig: DaemonRig) -> None:
    def reply() -> None:
        with Journal(rig.data / "journal.sqlite3") as page:
            page.queue_text(
                to="+447700900123", body="On my way", parts=1, kind=TextKind.REPLY, at=rig.clock.now()
            )

    rig.at(10.3, reply).run(20)
    (text,) = rig.texts
    assert text.state is TextState.SENT
    assert text.sent_at is not None
    assert text.sent_at - text.queued_at < timedelta(seconds=1.5)


def test_a_refused_text_is_tried_again_when_it_is_due(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",), ("+CMS ERROR: 38",), ("+CMGS: 7", "OK"))
    rig.ring(10).run(200)
    asked = [at for at, command in rig.modem.commands if command.startswith("AT+CMGS")]
    assert gaps(asked) == [pytest.approx(30, abs=0.2), pytest.approx(60, abs=0.2)]
    assert states(rig) == [TextState.SENT]


def test_three_texts_that_do_not_go_are_shown(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",))
    rig.ring(10).run(150)
    assert rig.states[-1] is State.SENDS_FAILING


# Every second


def test_an_idle_hour_wakes_the_box_about_once_a_second(rig: DaemonRig) -> None:
    rig.run(3600)
    assert rig.waits < 3600 * 1.5


def test_the_status_is_written_on_every_change_and_every_ten_seconds(rig: DaemonRig) -> None:
    rig.ring(25).run(120)
    moments = [status.at for status in rig.status.written]
    assert max(later - one for one, later in pairwise(moments)) <= timedelta(seconds=STATUS_S)
    ringing = next(status for status in rig.status.written if status.state is State.RINGING)
    assert ringing.at == MONDAY + timedelta(seconds=25)
    idle = [at for at in moments if at > MONDAY + timedelta(seconds=62)]
    assert len(idle) < 20


def test_lights_and_systemd_show_what_the_status_says(rig: DaemonRig) -> None:
    rig.ring(10).at(40, rig.unplug).run(60)
    assert [lights for _, lights in rig.lights.shown] == [status.lights for status in rig.status.written]
    told = [words.removeprefix("STATUS=") for _, words in rig.service.told if words.startswith("STATUS=")]
    assert told == [status.state for status in rig.status.written]
    assert not any("900123" in words for words in told), "systemd's line is no place for who rings"
    assert rig.lights.shown[-1][1].box is Pattern.DOUBLE


def test_the_watchdog_is_petted_each_second_with_a_modem_and_without(rig: DaemonRig) -> None:
    rig.at(20, rig.unplug).at(60, rig.replug).run(120)
    petted = rig.service.times("WATCHDOG=1")
    assert len(petted) > 115
    assert max(gaps(petted)) <= 1.0


def test_the_watchdog_is_not_petted_while_a_modem_is_there_and_says_nothing(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, None)
    rig.ring(10).run(300)
    petted = rig.service.times("WATCHDOG=1")
    heard = 1022.1
    silent = [at for at in petted if heard + HEARD_S < at < heard + 130]
    assert silent == []
    assert [at for at in petted if at > heard + 140]


def test_the_watchdog_is_petted_while_the_storage_fails(rig: DaemonRig) -> None:
    rig.at(10, lambda: setattr(rig.journal.storage, "writes", False)).run(60)
    assert max(gaps(rig.service.times("WATCHDOG=1"))) <= 1.0


def test_a_run_folder_that_cannot_be_written_stops_no_text(rig: DaemonRig, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    rig.ring(10).run(60)
    assert states(rig) == [TextState.SENT]
