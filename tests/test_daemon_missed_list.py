"""A box that was off while the phone rang: the modem remembers, the owner sees it, nobody is texted late."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.core.calls import Source
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from appliance.simulator import PERSONALITIES
from tests.daemon_rig import ANN, BOB, OWNER, DaemonRig
from tests.families.wired_modem import WiredModem

DAY_S = 86400.0


class Desk:
    """A box at an emulated modem that stays powered while the box is off."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, family: str) -> None:
        self.rig = DaemonRig(folder, monkeypatch)
        self.modem = WiredModem(self.rig.clock, PERSONALITIES[family])
        self.rig.modem = self.modem

    def is_off(self, seconds: float, *callers: str) -> None:
        """Let the box be off for so long; each caller rings twice and gives up."""
        for caller in callers:
            self.modem.ring(caller, rings=2, interval=3.0)
            self._pass(30)
        self._pass(seconds - 30 * len(callers))
        self.rig.again()

    def _pass(self, seconds: float) -> None:
        self.rig.clock.advance(seconds)
        self.modem.engine.tick(self.rig.clock.monotonic())

    def texted(self) -> list[str]:
        """The callers who were texted; what the owner is told is left out."""
        owner = "+44" + OWNER["owner_mobile"][1:]
        return [one.number for one in self.modem.engine.sent if one.number != owner]

    def calls(self) -> list[tuple[str | None, Source, str | None]]:
        return [(call.number, call.source, call.verdict) for call in self.rig.calls]


@pytest.fixture(params=["simcom-7600", "huawei"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch, request.param)


def test_who_rang_while_the_box_was_off_is_listed_and_not_texted(desk: Desk) -> None:
    desk.rig.run(20)
    desk.is_off(600, ANN, BOB)
    desk.rig.run(20)
    listed = [(ANN, Source.MODEM_LIST, Reason.TOO_LATE), (BOB, Source.MODEM_LIST, Reason.TOO_LATE)]
    assert sorted(desk.calls()) == sorted(listed)
    assert desk.texted() == []
    desk.is_off(600)
    desk.rig.run(20)
    assert len(desk.calls()) == 2, "and only once"


def test_who_was_heard_is_in_no_need_of_the_list(desk: Desk) -> None:
    desk.rig.at(10, lambda: desk.modem.ring(ANN, rings=2, interval=3.0))
    desk.rig.run(900)
    assert desk.calls() == [(ANN, Source.RING, TEXT)]
    desk.is_off(3600)
    desk.rig.run(900)
    assert desk.calls() == [(ANN, Source.RING, TEXT)]
    texts = [text.state for text in desk.rig.texts if text.kind is TextKind.MISSED_CALL]
    assert texts == [TextState.SENT]


def test_a_call_that_was_cut_off_by_a_stop_is_not_listed_beside_itself(desk: Desk) -> None:
    desk.rig.at(18, lambda: desk.modem.ring(ANN, rings=4, interval=3.0))
    desk.rig.run(22)
    desk.is_off(30)
    desk.rig.run(30)
    assert desk.calls() == [(ANN, Source.RING, TEXT)]


def test_a_list_that_is_read_while_it_rings_waits_for_the_end_of_the_call(desk: Desk) -> None:
    desk.rig.run(20)
    desk.is_off(60, BOB)
    desk.modem.ring(ANN, rings=8, interval=3.0)
    desk.rig.run(900)
    assert sorted(desk.calls()) == [
        (ANN, Source.RING, TEXT),
        (BOB, Source.MODEM_LIST, Reason.TOO_LATE),
    ]


def test_who_was_heard_and_rang_again_while_the_box_was_off_is_listed_again(desk: Desk) -> None:
    desk.rig.at(10, lambda: desk.modem.ring(ANN, rings=2, interval=3.0))
    desk.rig.run(400)
    desk.is_off(3600, ANN)
    desk.rig.run(20)
    assert desk.calls() == [(ANN, Source.RING, TEXT), (ANN, Source.MODEM_LIST, Reason.TOO_LATE)]
    assert desk.texted() == ["+44" + ANN[1:]]


def test_after_a_week_off_there_is_a_list_and_no_burst(desk: Desk) -> None:
    desk.rig.run(20)
    desk.is_off(7 * DAY_S, *(f"07700900{number}" for number in range(200, 215)))
    desk.rig.run(60)
    assert len(desk.calls()) == 15
    assert {verdict for _, _, verdict in desk.calls()} == {Reason.TOO_LATE}
    assert desk.texted() == []
    assert TextKind.MISSED_CALL not in {text.kind for text in desk.rig.texts}


def test_the_modems_list_is_left_as_it_was(desk: Desk) -> None:
    desk.rig.run(20)
    desk.is_off(60, ANN)
    desk.rig.run(20)
    assert [number for number, _ in desk.modem.engine.device.calls.missed] == [ANN]
    assert desk.modem.engine.device.calls.erased == set()
