"""Texts sent from the modem's own store: the box falls over at every step, and each goes once, undoubted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from appliance.core.outbox import TextKind, TextState
from appliance.drivers.journal import Text
from appliance.modem import pdu
from appliance.modem.events import Place
from appliance.simulator import PERSONALITIES
from appliance.simulator.sms_store import Status, Stored
from tests.daemon_rig import ANN, DaemonRig
from tests.families.wired_modem import WiredModem

RINGS_AT_S, STORY_S, AGAIN_S = 10.0, 40.0, 60.0
E164 = "+44" + ANN[1:]


class Crash(BaseException):
    """The power goes: nothing after this is done."""


class Doomed(WiredModem):
    """A modem whose box falls over after so many writings and readings; the modem itself goes on."""

    until_crash = -1  # never
    steps = 0

    def read(self) -> bytes:
        data = super().read()
        self._step()
        return data

    def write(self, data: bytes) -> None:
        super().write(data)
        if data:
            self._step()

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.until_crash:
            raise Crash


def desk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, family: str = "ledger", **settings: object
) -> tuple[DaemonRig, Doomed]:
    """Put a box on a desk that somebody rings twice."""
    rig = DaemonRig(folder, monkeypatch, forward_replies=False, **settings)
    modem = Doomed(rig.clock, PERSONALITIES[family])
    rig.modem = modem
    rig.at(RINGS_AT_S, lambda: modem.ring(ANN, rings=2, interval=3.0))
    return rig, modem


def crash_and_come_back(rig: DaemonRig, modem: Doomed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run until the crash, which leaves everything as it stands, and then a new daemon for a minute."""
    monkeypatch.setattr(rig.daemon, "_end", lambda: None)
    with pytest.raises(Crash):
        rig.run(STORY_S)
    rig.again()
    rig.run(AGAIN_S)


def to_ann(rig: DaemonRig) -> Text:
    (text,) = [text for text in rig.texts if text.kind is TextKind.MISSED_CALL]
    return text


def went(modem: WiredModem) -> int:
    return sum(one.number == E164 and one.complete for one in modem.engine.sent)


def left(modem: WiredModem) -> list[Status]:
    return [stored.status for _, stored in modem.engine.device.incoming.stores["SM"].items()]


@cache
def steps_of_the_story(part: str) -> tuple[int, int]:
    """Return the step before the text is asked for, and the one after which all is done."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        rig, modem = desk(Path(folder), monkeypatch, text__open=part)
        first: list[int] = []

        def note(data: bytes) -> None:
            if b"CMGW" in data and not first:
                first.append(modem.steps)

        rig.on_write = note
        rig.run(STORY_S)
        assert to_ann(rig).state is TextState.SENT
        assert left(modem) == []
        return first[0], modem.steps


SHORT, LONG = "Sorry we missed you. [name]", "Sorry we missed you, we will ring you back. " * 8


def test_a_text_goes_by_way_of_the_store_and_leaves_it_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    rig.run(400)
    assert (went(modem), to_ann(rig).state, left(modem)) == (1, TextState.SENT, [])
    said = b"".join(piece.data for piece in modem.passed if piece.ours)
    assert (said.count(b"AT+CMGW="), said.count(b"AT+CMSS="), said.count(b"AT+CMGS=")) == (1, 1, 0)
    assert rig.journal.stored_parts() == []


@pytest.mark.parametrize("point", range(24))
@pytest.mark.parametrize("words", [SHORT, LONG], ids=["one part", "three parts"])
def test_wherever_the_box_falls_over_the_text_goes_once_and_nothing_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, point: int
) -> None:
    first, last = steps_of_the_story(words)
    rig, modem = desk(tmp_path, monkeypatch, text__open=words)
    modem.until_crash = first + 1 + point * (last - first - 1) // 24
    crash_and_come_back(rig, modem, monkeypatch)
    assert went(modem) == 1
    assert len(modem.engine.sent) == 1, "no part of it twice"
    assert to_ann(rig).state is TextState.SENT
    assert left(modem) == []


def test_a_text_that_the_network_takes_while_the_box_is_down_is_known_to_have_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig, modem = desk(tmp_path, monkeypatch)
    rig.on_write = crash_behind(modem, b"AT+CMSS=")
    crash_and_come_back(rig, modem, monkeypatch)
    assert (went(modem), to_ann(rig).state) == (1, TextState.SENT)
    assert "text 1 part 1 went after all" in caplog.messages


def test_a_text_that_never_left_the_store_goes_after_the_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig, modem = desk(tmp_path, monkeypatch)
    rig.on_write = crash_behind(modem, b"AT+CMSS=", power=True)
    crash_and_come_back(rig, modem, monkeypatch)
    assert (went(modem), to_ann(rig).state) == (1, TextState.SENT)
    assert left(modem) == []
    assert "text 1 part 1 never went: it is sent now" in caplog.messages


def crash_behind(modem: Doomed, command: bytes, *, power: bool = False) -> Callable[[bytes], None]:
    """Fall over once a command has been written; with `power` the modem loses its own, too."""

    def look(data: bytes) -> None:
        if command in data and modem.until_crash < 0:
            modem.until_crash = modem.steps + 1
            if power:
                modem.engine.reboot()

    return look


def test_a_store_that_was_emptied_leaves_a_doubt_and_nothing_goes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    rig.on_write = crash_behind(modem, b"AT+CMSS=")
    monkeypatch.setattr(rig.daemon, "_end", lambda: None)
    with pytest.raises(Crash):
        rig.run(STORY_S)
    modem.engine.device.incoming.stores["SM"].delete_all(frozenset(Status))
    rig.again()
    rig.run(AGAIN_S)
    assert went(modem) == 1
    assert to_ann(rig).state is TextState.UNKNOWN
    assert rig.journal.stored_parts() == []


def test_another_modem_behind_the_box_leaves_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    rig.on_write = crash_behind(modem, b"AT+CMSS=")
    monkeypatch.setattr(rig.daemon, "_end", lambda: None)
    with pytest.raises(Crash):
        rig.run(STORY_S)
    other = WiredModem(rig.clock, PERSONALITIES["simcom-7600"])
    rig.modem = other
    rig.again()
    rig.run(AGAIN_S)
    assert to_ann(rig).state is TextState.UNKNOWN
    assert went(other) == 0


def test_an_owners_draft_on_the_sim_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    rig.run(STORY_S)
    store = modem.engine.device.incoming.stores["SM"]
    rig.again()
    draft = bytes.fromhex(pdu.encode_submit("+447700900999", "Buy milk")[0].hex)
    store.add(Stored(Status.STO_UNSENT, draft[:1], draft[1:]))
    rig.run(400)
    assert left(modem) == [Status.STO_UNSENT]
    assert [one.text for one in modem.engine.sent if one.text == "Buy milk"] == []


def test_a_modem_whose_store_is_full_sends_as_any_other_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    draft = bytes.fromhex(pdu.encode_submit("+447700900999", "Buy milk")[0].hex)
    store = modem.engine.device.incoming.stores["SM"]
    while store.add(Stored(Status.STO_UNSENT, draft[:1], draft[1:])) is not None:
        pass
    rig.run(STORY_S)
    assert (went(modem), to_ann(rig).state) == (1, TextState.SENT)


def test_a_refusal_is_tried_again_from_the_same_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, modem = desk(tmp_path, monkeypatch)
    modem.engine.fail_next_send(42)
    rig.run(200)
    said = b"".join(piece.data for piece in modem.passed if piece.ours)
    assert (said.count(b"AT+CMGW="), said.count(b"AT+CMSS=")) == (1, 2)
    assert (went(modem), to_ann(rig).state, left(modem)) == (1, TextState.SENT, [])


def test_no_real_family_is_sent_from_its_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, modem = desk(tmp_path, monkeypatch, "ec25")
    rig.run(STORY_S)
    said = b"".join(piece.data for piece in modem.passed if piece.ours)
    assert b"AT+CMGW" not in said
    assert Place("SM", 1) not in [part.place for part in rig.journal.parts_of(to_ann(rig).id)]
