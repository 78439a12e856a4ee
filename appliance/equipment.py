"""What the daemon is made of: everything that touches the world, handed to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appliance.connection import Port, Remedy
from appliance.core.ladder import Rung
from appliance.doorman import Doorman
from appliance.drivers.access_file import AccessFile
from appliance.drivers.clock import Clock
from appliance.drivers.journal import Journal
from appliance.drivers.lights import LightsDriver
from appliance.drivers.service import Service
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.status_file import StatusFile


@dataclass(frozen=True, slots=True)
class Equipment:
    """Everything the daemon works with. `open_port` raises PortLost.

    `port_worked` is told of each port that led to a modem; `more_ports` tells whether there are likely ones
    that were not tried yet. `remedies`: the harsher rungs of the ladder that this box has.
    `doorman` None: nothing is done about who gets in.
    """

    open_port: Callable[[], Port]
    journal: Journal
    settings: SettingsFile
    access: AccessFile
    status: StatusFile
    lights: LightsDriver
    service: Service
    clock: Clock
    port_worked: Callable[[], None] = lambda: None
    more_ports: Callable[[], bool] = lambda: False
    remedies: Mapping[Rung, Remedy] = field(default_factory=dict)
    doorman: Doorman | None = None
