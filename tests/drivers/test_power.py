"""What a Raspberry Pi says of its power, and what is made of a computer that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.drivers import power
from appliance.drivers.power import Power

if TYPE_CHECKING:
    from pathlib import Path


class Pi:
    """A board with a vcgencmd that says what the test wants, and the kernel's own alarm."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hwmon = root / "hwmon"
        self.hwmon.mkdir()
        self._bin = root / "bin"
        self._bin.mkdir()
        monkeypatch.setenv("PATH", str(self._bin))

    def vcgencmd(self, script: str) -> None:
        path = self._bin / "vcgencmd"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def sensor(self, name: str, alarm: str | None) -> None:
        folder = self.hwmon / f"hwmon{len(list(self.hwmon.iterdir()))}"
        folder.mkdir()
        (folder / "name").write_text(f"{name}\n")
        if alarm is not None:
            (folder / "in0_lcrit_alarm").write_text(f"{alarm}\n")

    def power(self) -> Power | None:
        return power.read(self.hwmon)


@pytest.fixture
def pi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pi:
    return Pi(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("0x0", Power.GOOD),
        ("0x50005", Power.WEAK),
        ("0x1", Power.WEAK),
        ("0x50000", Power.WAS_WEAK),
        ("0x10000", Power.WAS_WEAK),
        ("0xE000E", Power.GOOD),  # hot and slowed down, and fed well
    ],
)
def test_the_bits_for_voltage_count_and_no_others(pi: Pi, said: str, meant: Power) -> None:
    pi.vcgencmd(f"echo throttled={said}")
    assert pi.power() is meant


@pytest.mark.parametrize(
    "script",
    ["echo VCHI initialization failed >&2; exit 255", "echo 'error=1'", r"printf 'throttled=0x\377'"],
)
def test_a_vcgencmd_that_may_not_ask_leaves_it_to_the_kernels_alarm(pi: Pi, script: str) -> None:
    pi.vcgencmd(script)
    assert pi.power() is None
    pi.sensor("rpi_volt", "1")
    assert pi.power() is Power.WEAK


def test_the_kernels_alarm_is_enough_where_there_is_no_vcgencmd(pi: Pi) -> None:
    pi.sensor("cpu_thermal", "1")
    pi.sensor("rpi_volt", "0")
    assert pi.power() is Power.GOOD


def test_a_sensor_without_an_alarm_says_nothing(pi: Pi) -> None:
    pi.sensor("rpi_volt", None)
    assert pi.power() is None


def test_a_computer_that_is_no_pi_says_nothing(tmp_path: Path, pi: Pi) -> None:
    assert pi.power() is None
    assert power.read(tmp_path / "no such folder") is None
