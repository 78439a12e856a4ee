"""Somebody rings while the line is in use: they wait, give up, and get their text, with every family."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.core.calls import Outcome
from appliance.core.outbox import TextKind
from appliance.core.policy import TEXT, Reason
from appliance.simulator import PERSONALITIES, Script
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.families.wired_modem import WiredModem

FAMILIES = [name for name, row in PERSONALITIES.items() if row.takes_calls and row.call_waiting]
TALKED = Script(ANN, rings=9, interval=3.0, answered_after=4.0, talk=60.0)
WAITS = Script(BOB, rings=4, interval=3.0)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_second_caller_who_waits_in_vain_is_texted_and_the_first_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    rig = DaemonRig(tmp_path, monkeypatch)
    modem = WiredModem(rig.clock, PERSONALITIES[family])
    rig.modem = modem

    def rings(script: Script) -> None:
        modem.engine.tick(rig.clock.monotonic())
        assert modem.engine.call(script) is not None

    rig.at(10, lambda: rings(TALKED)).at(25, lambda: rings(WAITS)).run(150)
    outcomes = sorted((call.number, call.outcome, call.verdict) for call in rig.calls)
    assert outcomes == [(ANN, Outcome.ANSWERED, Reason.ANSWERED), (BOB, Outcome.MISSED, TEXT)]
    assert [text.to for text in rig.texts if text.kind is TextKind.MISSED_CALL] == ["+44" + BOB[1:]]
    assert b"+CCWA: " in b"".join(piece.data for piece in modem.passed if not piece.ours)
