"""What the daemon has learned of the box so far, and the state it amounts to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from appliance.core.health import Known, Registration, Sim
from appliance.modem import events as modem
from appliance.modem.events import Accepted, ModemEvent, NetworkStatus, Ready, SimStatus
from appliance.modem.urc import Clip, PowerWarning, Ring

LOW_POWER_SHOWN_S = 600.0  # a warning that is not repeated for so long is over

_SIMS = {
    modem.Sim.READY: Sim.READY,
    modem.Sim.ABSENT: Sim.MISSING,
    modem.Sim.FAILED: Sim.MISSING,
    modem.Sim.LOCKED: Sim.LOCKED,
    modem.Sim.BLOCKED: Sim.BLOCKED,
    modem.Sim.BUSY: Sim.UNKNOWN,
}
_REGISTRATIONS = {
    modem.Network.HOME: Registration.HOME,
    modem.Network.ROAMING: Registration.ROAMING,
    modem.Network.SEARCHING: Registration.SEARCHING,
    modem.Network.NONE: Registration.SEARCHING,
    modem.Network.DENIED: Registration.DENIED,
    modem.Network.TEXTS_ONLY: Registration.SMS_ONLY,
    modem.Network.UNKNOWN: Registration.UNKNOWN,
}
_VOICE = {
    modem.Network.HOME: True,
    modem.Network.ROAMING: True,
    modem.Network.TEXTS_ONLY: False,
}
_LETS_IN = frozenset({modem.Network.HOME, modem.Network.ROAMING, modem.Network.TEXTS_ONLY})


@dataclass(slots=True)
class Knowledge:
    """Facts of the modem and its network, as they were last heard. `low_power_until` is monotonic."""

    modem_present: bool | None = None
    started: bool = False
    sim: Sim = Sim.UNKNOWN
    network: modem.Network = modem.Network.UNKNOWN
    bars: int | None = None
    operator: str | None = None
    family: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    takes_calls: bool | None = None
    advice: str | None = None  # what to buy instead of this modem
    own_number: str | None = None
    voice_proved_at: datetime | None = None
    text_proved_at: datetime | None = None
    storage_ok: bool = True
    low_power_until: float = field(default=0.0)

    def port_opened(self) -> None:
        """Begin anew: a port is there, and whether a modem is behind it is not known yet."""
        self.started = False

    def port_lost(self) -> None:
        """Forget what the modem said: it is gone."""
        self.modem_present = self.started = False
        self.sim, self.network = Sim.UNKNOWN, modem.Network.UNKNOWN
        self.bars = self.operator = self.takes_calls = None

    def note(self, event: ModemEvent, at: datetime, now: float) -> None:
        """Learn from one event. `at` is UTC, `now` monotonic seconds."""
        match event:
            case SimStatus(sim):
                self.modem_present = True
                self.sim = _SIMS[sim]
                self.started = self.started and sim is modem.Sim.READY
            case Ready(family, manufacturer, model, firmware, own_number):
                self.modem_present = True
                self.family, self.manufacturer, self.model = family, manufacturer, model
                self.firmware, self.own_number = firmware, own_number
                self.advice = None
            case modem.Unsuitable(advice):
                self.modem_present = True
                self.advice = advice
            case NetworkStatus(network, bars, operator, takes_calls):
                self.network, self.bars, self.operator = network, bars, operator
                self.takes_calls = takes_calls
                self.started = True  # not before: without the network's answer it would look like no signal
                if self.voice:
                    self.voice_proved_at = self.text_proved_at = at
            case Ring() | Clip():
                self.voice_proved_at = at
            case Accepted() | modem.Message():
                self.text_proved_at = at
            case modem.Restarted():
                self.started = False
            case PowerWarning():
                self.low_power_until = now + LOW_POWER_SHOWN_S
            case _:
                pass

    @property
    def registration(self) -> Registration:
        """Where the box stands with the network."""
        return _REGISTRATIONS[self.network]

    @property
    def in_network(self) -> bool:
        """Whether the network lets the box in, so that texts can go out."""
        return self.started and self.network in _LETS_IN

    @property
    def voice(self) -> bool | None:
        """Whether calls can come in; None when that is not known."""
        if self.takes_calls is False or self.advice is not None:
            return False
        return _VOICE.get(self.network)

    def known(self, local: datetime, now: float) -> Known:
        """Return it for the state table. `local` is the owner's time, `now` monotonic seconds."""
        unsuitable = self.advice is not None  # it stands like one whose network gives it texts and no calls
        return Known(
            now=local,
            modem_present=unsuitable or self.modem_present,
            advice=self.advice,
            started=unsuitable or self.started,
            sim=Sim.READY if unsuitable else self.sim,
            registration=Registration.SMS_ONLY if unsuitable else self.registration,
            voice=self.voice,
            signal_bars=self.bars,
            operator=self.operator,
            voice_proved_at=self.voice_proved_at,
            text_proved_at=self.text_proved_at,
            storage_ok=self.storage_ok,
            low_power=now < self.low_power_until,
        )
