"""A machine with an emulated modem for the doctor to look at: nothing in it waits longer than it must."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.doctor import Patience
from appliance.drivers.find_modem import Finder
from appliance.simulator import EmulatedModem
from appliance.simulator.personality import Personality
from tests.drivers.usb_machine import UsbMachine

if TYPE_CHECKING:
    import pytest

SIM7600 = Personality(
    name="sim7600",
    manufacturer="SIMCOM INCORPORATED",
    model="SIMCOM_SIM7600G-H",
    revision="LE20B04SIM7600G22",
    commands={"+SPIC": ("+SPIC: 3,10,3,10",)},
)
SIM7080 = Personality(name="sim7080", manufacturer="SIMCOM_Ltd", model="SIMCOM_SIM7080G", revision="1951B16")
HASTE = Patience(wait_s=15.0, second_thoughts_s=0.0)


@dataclass
class StillClock:
    """The wall shows ten in the morning for ever; the seconds go on."""

    believed: bool = True
    told: list[datetime] = field(default_factory=list)

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def sure(self) -> bool:
        return self.believed or bool(self.told)

    def network_said(self, at: datetime) -> None:
        self.told.append(at)


class Patients:
    """Where emulated modems are plugged in."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine = UsbMachine(root / "machine")
        self.clock = StillClock()
        self.data, self.run = root / "data", root / "run"
        self.data.mkdir()
        monkeypatch.setattr("appliance.modem.conversations.PROBE_S", 0.05)  # for a modem that never answers
        monkeypatch.setattr("appliance.doctor.LOOK_AGAIN_S", 0.1)

    def finder(self, port: str = "auto") -> Finder:
        return Finder(port, sys=self.machine.sys, dev=self.machine.dev)

    def plug(self, modem: EmulatedModem, name: str = "textback-modem") -> None:
        """Give an emulated modem's port a name below /dev."""
        (self.machine.dev / name).symlink_to(modem.path)


def emulated(personality: Personality = SIM7600) -> EmulatedModem:
    """Return a modem on a network with a name."""
    modem = EmulatedModem(personality, network_delay=0.01)
    modem._modem.device.network.long_name = "EE"
    return modem
