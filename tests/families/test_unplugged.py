"""The modem is pulled out in the middle of a call, and of a send: after any byte that passes."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from appliance.core.calls import Outcome
from appliance.core.outbox import TextState
from appliance.core.policy import TEXT
from appliance.simulator import PERSONALITIES
from tests.daemon_rig import ANN, DaemonRig
from tests.families.wired_modem import Piece, WiredModem

POINTS = 24  # in each of the three families' stories
FAMILIES = ("simcom-7600", "ec25", "huawei")
RINGS_AT_S, PLUGGED_IN_AFTER_S, STORY_S = 10.0, 2.0, 60.0
READY_WITHIN = timedelta(seconds=5)
PROMPT = b"\r\n>"  # its blank may be lost


def desk(folder: Path, monkeypatch: pytest.MonkeyPatch, family: str) -> tuple[DaemonRig, WiredModem]:
    """Put a box with this family's modem on a desk; somebody rings it three times and gives up."""
    rig = DaemonRig(folder, monkeypatch)
    modem = WiredModem(rig.clock, PERSONALITIES[family])
    rig.modem = modem
    rig.at(RINGS_AT_S, lambda: modem.ring(ANN, rings=3, interval=4.0))
    return rig, modem


@cache
def pieces_of_the_story(family: str) -> tuple[Piece, ...]:
    """Return what passes from the first RING to the network's answer, when nobody pulls anything."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        rig, modem = desk(Path(folder), monkeypatch, family)
        rig.run(STORY_S)
        assert [text.state for text in rig.texts] == [TextState.SENT]
    pieces = modem.passed
    first = next(i for i, piece in enumerate(pieces) if b"RING" in piece.data)
    last = next(i for i, piece in enumerate(pieces) if not piece.ours and b"+CMGS: " in piece.data)
    return tuple(pieces[first : last + 1])


def cut_at(family: str, point: int) -> int:
    """Return after how many bytes to pull: half of the points are in the call, half in the send."""
    pieces = pieces_of_the_story(family)
    asked = next(i for i, piece in enumerate(pieces) if b"AT+CMGS=" in piece.data)
    part, spread = (pieces[:asked], 4) if point < POINTS // 2 else (pieces[asked:], 5)
    rung = pieces[0].start + pieces[0].data.index(b"\r", pieces[0].data.index(b"RING"))
    places = [at for piece in part for at in _within(piece, spread) if at > rung]
    return places[point % (POINTS // 2) * len(places) // (POINTS // 2)]


def _within(piece: Piece, spread: int) -> list[int]:
    """Return so many places in a piece at most, its end the last; every one of them is after a byte."""
    length = len(piece.data)
    return sorted({piece.start + max(1, length * part // spread) for part in range(1, spread + 1)})


@pytest.mark.parametrize("point", range(POINTS))
@pytest.mark.parametrize("family", FAMILIES)
def test_whatever_was_going_on_nothing_is_lost_and_nothing_goes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str, point: int
) -> None:
    rig, modem = desk(tmp_path, monkeypatch, family)
    modem.cut_after = cut_at(family, point)

    def cut() -> None:
        rig.plugged = False
        rig.port.dies = "read"
        rig.at(PLUGGED_IN_AFTER_S, plug_in)

    def plug_in() -> None:
        modem.plug_in()
        rig.replug(modem)
        rig.journal.event("plugged in", rig.clock.now())

    modem.on_cut = cut
    rig.run(STORY_S)

    plugged_in = next(event.at for event in rig.events if event.name == "plugged in")
    ready = next(event.at for event in rig.events if event.name == "ready" and event.at > plugged_in)
    assert ready - plugged_in <= READY_WITHIN
    (call,) = rig.calls
    assert call.outcome is Outcome.MISSED
    if call.number is None:  # pulled out between the RING and the number
        assert rig.texts == []
        return
    assert (call.number, call.verdict) == (ANN, TEXT)
    (text,) = rig.texts
    went = len(modem.engine.sent)
    match text.state:
        case TextState.SENT:
            assert went == 1
        case TextState.UNKNOWN:
            assert went <= 1
            assert any(PROMPT in piece.data for piece in modem.passed), "it may have gone"
        case state:
            raise AssertionError(f"the text is left {state}")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_points_are_spread_over_the_call_and_the_send(family: str) -> None:
    pieces = pieces_of_the_story(family)
    points = [cut_at(family, point) for point in range(POINTS)]
    asked = next(piece for piece in pieces if piece.ours and b"AT+CMGS=" in piece.data)
    assert len(set(points)) == POINTS
    assert sum(point <= asked.start for point in points) == POINTS // 2, "the call's"
    assert max(points) < pieces[-1].end, "the last is before the network's answer is in"
