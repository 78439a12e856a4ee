"""The light of a dead daemon, run as systemd runs it: with pins, with spoilt settings, until SIGTERM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_for

# Stands for the operating system's RPi.GPIO: writes down every output.
BOARD = """
import os, sys
sys.path.insert(0, {root!r})
from tests.drivers.fake_gpio import FakeGpio
class Board(FakeGpio):
    def set(self, pin, level):
        super().set(pin, level)
        with open(os.environ["PINS_LOG"], "a") as log:
            log.write(f"{{pin}} {{level:g}}\\n")
BCM, OUT, IN, PUD_UP = FakeGpio.BCM, FakeGpio.OUT, FakeGpio.IN, FakeGpio.PUD_UP
board = Board()
setmode, setup, output, cleanup, PWM = board.setmode, board.setup, board.output, board.cleanup, board.PWM
"""


@pytest.mark.parametrize("settings", [None, "{not json"])
def test_box_blinks_double_until_systemd_stops_it(tmp_path: Path, settings: str | None) -> None:
    root = Path(__file__).parents[2]
    package = tmp_path / "os" / "RPi"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "GPIO.py").write_text(BOARD.format(root=str(root)))
    if settings is not None:
        (tmp_path / "settings.json").write_text(settings)
    log = tmp_path / "pins.log"
    paths = {"PYTHONPATH": f"{tmp_path / 'os'}:{root}", "TEXTBACK_DATA": str(tmp_path), "PINS_LOG": str(log)}
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance.drivers.fault_light"], env=os.environ | paths
    )
    try:
        wait_for(lambda: log.exists() and len(log.read_text().splitlines()) >= 6, what="three blinks")
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=10)
    assert code == 0
    assert set(log.read_text().split("\n")) <= {"12 100", "12 0", ""}
    assert log.read_text().splitlines()[-1] == "12 0"
