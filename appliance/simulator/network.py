"""The mobile network as the modem sees it: coverage, registration, signal (27.007 sections 7.2, 8.5)."""

from __future__ import annotations

from collections.abc import Callable

from appliance.simulator.schedule import Deadline, Schedule
from appliance.simulator.settings import Settings
from appliance.simulator.sim import Sim

NOT_REGISTERED, HOME, SEARCHING, DENIED, ROAMING = 0, 1, 2, 3, 5
UNKNOWN_SIGNAL = 99
_CELL = '"00C1","0051A2B3"'
_TECHNOLOGY = 7  # E-UTRAN


class Network:
    """Registration follows coverage, the SIM and the radio switch, some seconds behind."""

    def __init__(
        self,
        schedule: Schedule,
        settings: Settings,
        sim: Sim,
        tell: Callable[[str], None],
        registers_after: float,
    ) -> None:
        self._schedule = schedule
        self._settings = settings
        self._sim = sim
        self._tell = tell
        self._registers_after = registers_after
        self._attempt: Deadline | None = None
        self._quality = 23
        self.coverage = HOME  # what the network would say to a modem that asks
        self.stat = HOME
        self.radio_on = True
        self.on_attached: Callable[[], None] = lambda: None
        self.long_name = "Test Network"
        self.short_name = "Test"
        self.digits = "00101"

    @property
    def attached(self) -> bool:
        """Return whether calls and texts can pass."""
        return self.stat in (HOME, ROAMING)

    @property
    def quality(self) -> int:
        """Return <rssi> of +CSQ: 0 to 31, or 99 when there is nothing to measure."""
        return self._quality if self.radio_on and self.coverage != SEARCHING else UNKNOWN_SIGNAL

    def set_signal(self, quality: int) -> None:
        """Give the modem a signal of 0 to 31, and its network back."""
        self._quality = quality
        self.set_coverage(HOME if self.coverage == SEARCHING else self.coverage)

    def set_coverage(self, stat: int) -> None:
        """Have the network answer with this registration state from now on; 2 is no signal at all."""
        self.coverage = stat
        self._become(stat if stat == SEARCHING and self.radio_on else self.stat)
        self.look()

    def drop(self) -> None:
        """Throw the modem off, and take it back only when `set_coverage` says so. The signal stays."""
        self.coverage = NOT_REGISTERED
        self._become(NOT_REGISTERED)
        self.look()

    def look(self) -> None:
        """Begin to register, or to leave; the result comes some seconds later."""
        if self._attempt is not None:
            self._attempt.call_off()
        if not self.radio_on:
            self._become(NOT_REGISTERED)
            return
        wanted = self.coverage if self._sim.usable else SEARCHING
        if wanted != self.stat:
            self._attempt = self._schedule.after(self._registers_after, self._settle)

    def power_off(self) -> None:
        """Be gone from the network without a word."""
        self.radio_on = False
        self.stat = NOT_REGISTERED

    def power_on(self) -> None:
        """Start unregistered, without a word, as after switching on."""
        self.radio_on = True
        self.stat = SEARCHING
        self.look()

    def set_radio(self, *, on: bool) -> None:
        """Switch the radio, as AT+CFUN does."""
        if on and not self.radio_on:
            self._become(SEARCHING)
        self.radio_on = on
        self.look()

    def status(self, command: str) -> str:
        """Return the answer to +CREG? and its sisters."""
        mode = self._settings.get(command)
        return f"{command}: {mode},{self.stat}" + self._location(command)

    def operator(self, name_format: int) -> str:
        """Return the operator's name, long, short or as digits."""
        return (self.long_name, self.short_name, self.digits)[name_format]

    def _settle(self) -> None:
        self._become(self.coverage if self._sim.usable else SEARCHING)

    def _become(self, stat: int) -> None:
        if stat == self.stat:
            return
        self.stat = stat
        for command in ("+CREG", "+CGREG", "+CEREG"):
            if self._settings.get(command):
                self._tell(f"{command}: {stat}" + self._location(command))
        if self.attached:
            self.on_attached()

    def _location(self, command: str) -> str:
        wanted = self._settings.get(command) == 2 and self.attached
        return f",{_CELL},{_TECHNOLOGY}" if wanted else ""
