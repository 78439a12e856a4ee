"""Whether a Raspberry Pi has enough power: a modem draws up to 2 A in bursts, and a weak plug sags."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

_HWMON = Path("/sys/class/hwmon")
_ASK = ("vcgencmd", "get_throttled")
_TIMEOUT_S = 5.0
_ANSWER = re.compile(r"throttled=0x([0-9a-fA-F]{1,8})")
_UNDER_VOLTAGE, _UNDER_VOLTAGE_SEEN = 1 << 0, 1 << 16


class Power(StrEnum):
    """How the power is, as the Pi's firmware measures it."""

    GOOD = "good"
    WEAK = "weak"  # below 4.63 V now
    WAS_WEAK = "was_weak"  # it was, since the start


def read(hwmon: Path = _HWMON) -> Power | None:
    """Return how the power is; None on a computer that does not tell, or not this user.

    vcgencmd wants a device that only the group video may open; the kernel's own alarm is for everybody,
    and knows less.
    """
    with suppress(OSError, subprocess.SubprocessError, UnicodeDecodeError):
        said = subprocess.run(_ASK, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True).stdout
        if (answer := _ANSWER.fullmatch(said.strip())) is not None:
            return _of(int(answer[1], 16))
    return _alarm(hwmon)


def _of(throttled: int) -> Power:
    """throttled=0x50005 ; bit 0 under-voltage now, bit 16 since the start. Others are heat and speed."""
    if throttled & _UNDER_VOLTAGE:
        return Power.WEAK
    return Power.WAS_WEAK if throttled & _UNDER_VOLTAGE_SEEN else Power.GOOD


def _alarm(hwmon: Path) -> Power | None:
    """Return what the kernel's sensor rpi_volt says; None where there is none."""
    for sensor in sorted(hwmon.glob("hwmon*")):
        with suppress(OSError, UnicodeDecodeError):
            if (sensor / "name").read_text(encoding="ascii").strip() == "rpi_volt":
                alarm = (sensor / "in0_lcrit_alarm").read_text(encoding="ascii").strip()
                return Power.GOOD if alarm == "0" else Power.WEAK
    return None
