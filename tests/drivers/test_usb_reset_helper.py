"""Root's helper believes nothing: it resets the modem, or says why not and touches nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.drivers import usb_reset_helper
from appliance.drivers.usb_reset import LONGEST, UsbReset
from tests.drivers.usb_machine import UsbMachine


class Desk:
    """A modem on USB, a request for it, and what was written to its switch."""

    def __init__(self, root: Path) -> None:
        self.machine = UsbMachine(root)
        self.machine.plug("1e0e:9001", {2: "ttyUSB2"}, socket="1-1.2")
        self.switch = self.machine.sys / "devices/usb1/1-1.2/authorized"
        self.switch.write_text("1")
        self.request = root / "usb-reset"
        self.while_off: list[str] = []

    def run(self) -> int:
        return usb_reset_helper.main(
            str(self.request),
            sys=self.machine.sys,
            wait=lambda _s: self.while_off.append(self.switch.read_text()),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_the_daemon_asks_for_is_done(desk: Desk) -> None:
    UsbReset(desk.request.parent, sys=desk.machine.sys).ask(str(desk.machine.dev / "ttyUSB2"))
    assert desk.run() == 0
    assert desk.while_off == ["0"]
    assert desk.switch.read_text() == "1"


def test_a_modem_is_given_back_even_when_the_wait_is_broken_off(desk: Desk) -> None:
    desk.request.write_text("1-1.2")

    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        usb_reset_helper.main(str(desk.request), sys=desk.machine.sys, wait=stopped)
    assert desk.switch.read_text() == "1"


def test_a_modem_that_cannot_be_written_to_is_a_failure_in_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request.write_text("1-1.2")
    desk.switch.unlink()
    desk.switch.mkdir()
    assert desk.run() == 1
    assert caplog.messages == ["The modem could not be reset: Is a directory."]


@pytest.mark.parametrize(
    "said",
    [b"", b"usb1", b"1-1.2\n", b"../../../../etc", b"\xff\xfe1-1.2", b"1-1.2" + b" " * LONGEST, b"9-9"],
)
def test_a_hostile_request_is_refused_without_being_repeated(
    desk: Desk, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request.write_bytes(said)
    assert desk.run() == 1
    assert desk.while_off == []
    (sentence,) = caplog.messages
    assert sentence.startswith("Refused: ")
    assert "etc" not in sentence


def test_a_link_a_pipe_and_a_folder_are_no_requests(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("1-1.2")
    desk.request.symlink_to(tmp_path / "real")
    assert desk.run() == 1
    desk.request.unlink()
    os.mkfifo(desk.request)
    assert desk.run() == 1
    desk.request.unlink()
    desk.request.mkdir()
    assert desk.run() == 1
    desk.request.rmdir()
    assert desk.run() == 1
    assert desk.while_off == []
