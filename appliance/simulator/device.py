"""The insides of the emulated modem: SIM, radio, calls, messages, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from appliance.simulator import message_lines
from appliance.simulator.answers import CmeRefused, CmsRefused
from appliance.simulator.calls import Calls
from appliance.simulator.incoming import Incoming, Unit
from appliance.simulator.network import Network
from appliance.simulator.outgoing import Outgoing
from appliance.simulator.personality import Personality
from appliance.simulator.schedule import Schedule
from appliance.simulator.settings import Settings
from appliance.simulator.sim import Sim

UK = ZoneInfo("Europe/London")
Tell = Callable[[str, str | None], None]  # an unsolicited line, and the line of data that belongs to it


@dataclass(slots=True)
class TextMode:
    """What text mode adds to a message: AT+CSMP (27.005 section 3.1.2), and the alphabet of AT+CSCS."""

    first_octet: int = 17
    validity: int = 167
    protocol: int = 0
    data_coding: int = 0
    character_set: str = "GSM"


class Device:
    """Everything but the wire. `wall_start` is the aware wall time at monotonic time `now`."""

    def __init__(
        self, personality: Personality, now: float, wall_start: datetime, network_delay: float, tell: Tell
    ) -> None:
        self.personality: Personality = personality
        self.schedule = Schedule(now)
        self._wall_start, self._started = wall_start, now
        self.settings = Settings(personality.settings)
        self.sim = Sim()
        self.functionality = 1
        self.clock_known = True
        self._clock_shift = timedelta()
        self._clock_zone: tzinfo = UK
        self.name_format = 0  # AT+COPS=3,n
        self.operator_mode = 0
        self.phonebook = "SM"
        self.diverts: dict[int, str] = {}  # reason of AT+CCFC: number
        self.service_centre = "+447700900999"
        self.text_mode = TextMode()
        self.ussd_answer = "Your balance is 10.00 GBP"
        self.urcs_here = True  # False: unsolicited lines come on another port
        self.noisy = True
        self.restart: Callable[[], None] = lambda: None
        self.tell = tell
        self.network = Network(
            self.schedule, self.settings, self.sim, self.tell_line, personality.registers_after
        )
        self.calls = Calls(personality, self.schedule, self.settings, self.tell_line, self.wall)
        self.outgoing = Outgoing(self.schedule, self.network, self.wall, network_delay)
        self.incoming = Incoming(personality, self.schedule, tell, self._describe)
        self.incoming.reachable = lambda: self.network.attached and self.sim.usable
        self.network.on_attached = self.incoming.pump
        self.outgoing.on_report = lambda tpdu: self.incoming.arrive(Unit(tpdu, is_report=True))

    def tell_line(self, line: str) -> None:
        """Send one unsolicited line."""
        self.tell(line, None)

    def wall(self) -> datetime:
        """Return the network's local time."""
        return (self._wall_start + timedelta(seconds=self.schedule.now - self._started)).astimezone(UK)

    def clock(self) -> datetime:
        """Return what the modem's own clock shows, while it knows the time."""
        return (self.wall().astimezone(UTC) + self._clock_shift).astimezone(self._clock_zone)

    def set_clock(self, at: datetime) -> None:
        """Set the modem's own clock by hand; it keeps the zone it was given."""
        self._clock_shift = at - self.wall()
        self._clock_zone = at.tzinfo or UK
        self.clock_known = True

    def power_on(self) -> None:
        """Come up as after switching on or AT+CFUN=1,1: settings as kept, SIM not yet read, no network."""
        self.power_off()
        self.calls.power_on()
        self.noisy = True
        port = self.personality.urc_port
        self.urcs_here = self.urcs_here or port is None or not port.kept
        self.settings.reset()
        self.incoming.restart()
        self.text_mode = TextMode()
        self.functionality = 1
        self.sim.power_on()
        self.sim.busy = True
        self.network.power_on()
        self.schedule.after(self.personality.sim_ready_after, self._sim_read)
        for delay, line in self.personality.boot_lines:
            self.schedule.after(delay, partial(self._boot_line, line))
        self.make_noise()

    def make_noise(self) -> None:
        """Begin to say what the family says all the time."""
        for period, line in self.personality.noise:
            self.schedule.after(period, partial(self._noise, period, line))

    def switch(self, typed: str) -> bool:
        """Take a command, as typed in capitals, that says what is told and where. False when it is none."""
        port = self.personality.urc_port
        if port is not None and typed.startswith(port.command):
            self.urcs_here = typed.removeprefix(port.command) in port.here
            return True
        if self.personality.noise_off and typed == self.personality.noise_off:
            self.noisy = False
            return True
        return self.calls.switch(typed)

    def filled(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Return the lines of an answer with what this device knows put in."""
        words = {
            "iccid": self.sim.iccid,
            "pin_tries": self.sim.pin_tries,
            "puk_tries": self.sim.puk_tries,
            "gmt": f"{self.wall().astimezone(UTC):%Y/%m/%d,%H:%M:%S}+00",
        }
        return tuple(line.format(**words) for line in lines)

    def power_off(self) -> None:
        """Lose everything that is not kept without power. The network goes on by itself."""
        self.schedule.clear()
        self.calls.drop_all()
        self.network.power_off()

    def set_functionality(self, level: int) -> None:
        """Do as AT+CFUN: 1 is everything, 0 and 4 switch the radio off."""
        self.functionality = level
        if level != 1:
            self.calls.drop_all()
        self.network.set_radio(on=level == 1)

    def need_sim(self, *, for_message: bool = False) -> None:
        """Refuse what needs a SIM while there is none to use. CmeRefused or CmsRefused."""
        if not self.sim.usable:
            raise self.sim.refusal(for_message=for_message)

    def need_network(self) -> None:
        """Refuse what needs the network while there is none. CmeRefused."""
        if not self.network.attached:
            raise CmeRefused(30)

    def bad_message_parameter(self) -> CmsRefused:
        """Return the refusal of a message command's bad value, by the mode in force."""
        return CmsRefused(305 if self.settings.get("+CMGF") else 304)

    def sim_changed(self) -> None:
        """Look for the network again after the SIM was put in, taken out or unlocked."""
        self.network.look()

    def _sim_read(self) -> None:
        self.sim.busy = False
        self.network.look()

    def _boot_line(self, line: str) -> None:
        if line == "+CPIN: READY":
            line = f"+CPIN: {self.sim.state}" if self.sim.present else "+CPIN: NOT INSERTED"
        self.tell(line, None)

    def _noise(self, period: float, line: str) -> None:
        if self.noisy:
            self.tell(line, None)
        self.schedule.after(period, partial(self._noise, period, line))

    def _describe(self, code: str, unit: Unit) -> tuple[str, str | None]:
        return message_lines.direct(self, code, unit)
