"""The doctor: opens the modem's port as the daemon would, and says step by step what it finds.

It has the daemon's own conversations with the modem, never gives the SIM its PIN, deletes nothing and sends
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance import findings
from appliance.connection import Port
from appliance.drivers.clock import Clock
from appliance.drivers.find_modem import Finder, ModemUnsuitable
from appliance.drivers.serial_port import PortBusy, PortLost
from appliance.findings import Check, Finding
from appliance.interview import FellSilent, Interview, Sleeper, TimeUp
from appliance.modem import answers, urc
from appliance.modem.bring_up import bring_up
from appliance.modem.channel import Command
from appliance.modem.conversations import Device, Emit, Pause, Talk, poll_network, probe
from appliance.modem.events import Deaf, Network, NetworkStatus, NetworkTime, Sim, SimStatus
from appliance.modem.families import BUY, recognise

WAIT_S = 40.0  # for all of it
# A SIM says that it is not there while it is being read, and a network may say no before it says yes.
SECOND_THOUGHTS_S = 10.0
LOOK_AGAIN_S = 2.0
LAST_WORDS_S = 5.0  # for two questions more, when the network has taken all the time
_CONNECTED = (Network.HOME, Network.ROAMING, Network.TEXTS_ONLY)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds: for all of it, and for a no that may become a yes."""

    wait_s: float = WAIT_S
    second_thoughts_s: float = SECOND_THOUGHTS_S


@dataclass(slots=True)
class _Modem:
    """A modem that answered, and what it calls itself; None is what it did not say."""

    interview: Interview
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None

    @property
    def instead(self) -> str | None:
        """What to buy instead; None for a modem that may do."""
        return recognise(self.manufacturer, self.model).instead


class Doctor:
    """Looks at the modem once. `open_port` raises PortLost."""

    def __init__(
        self,
        finder: Finder,
        open_port: Callable[[Path], Port],
        baud: int,
        clock: Clock,
        waiter: Sleeper,
        patience: Patience | None = None,
    ) -> None:
        self._finder = finder
        self._open_port = open_port
        self._baud = baud
        self._clock = clock
        self._waiter = waiter
        self._patience = patience or Patience()

    def examine(self) -> Generator[Finding, None, None]:
        """Yield each finding as it is known, up to the first fault that leaves nothing more to be asked.

        Closing it gives the port back.
        """
        found = self._find(self._clock.monotonic() + self._patience.wait_s)
        if isinstance(found, Finding):
            yield found
            return
        port = found.interview.port
        try:
            yield Finding(Check.PORT, True, port.name)
            if found.instead is not None:
                yield findings.told(Check.MODEM, found.instead)
                return
            yield findings.modem(found.manufacturer, found.model)
            yield findings.firmware(found.firmware)
            yield from self._sim_and_network(found.interview)
        except (FellSilent, TimeUp):
            yield _silent(port.name)
        except PortLost as lost:
            yield findings.told(Check.PORT, str(lost))
        finally:
            port.close()

    # The port

    def _find(self, until: float) -> _Modem | Finding:
        """Return the first modem that answers and can take calls, or the best reason why there is none."""
        tried: set[Path] = set()
        useless: _Modem | None = None
        reasons: list[Finding] = []
        while self._clock.monotonic() < until:
            try:
                path = self._finder.next()
                if path in tried:
                    break
                tried.add(path)
                found = self._meet(path, until)
            except ModemUnsuitable as lost:
                reasons.insert(0, findings.told(Check.MODEM, str(lost)))
                break
            except PortBusy as lost:
                reasons.insert(0, findings.told(Check.PORT, str(lost)))
            except PortLost as lost:
                reasons.append(findings.told(Check.PORT, str(lost)))
                if not tried:
                    break
            else:
                match found:
                    case Finding():
                        reasons.append(found)
                    case _Modem(instead=None):
                        return found
                    case _:
                        found.interview.port.close()
                        useless = useless or found
        return useless or next(iter(reasons), _silent("the port"))

    def _meet(self, path: Path, until: float) -> _Modem | Finding:
        """Open a port and ask who is there. Raises PortLost."""
        port = self._open_port(path)
        try:
            found = _Modem(Interview(port, self._clock, self._waiter, until))
            events = list(found.interview.hold(lambda emit: _introduce(emit, found)))
        except (FellSilent, TimeUp):
            port.close()
            return _silent(port.name)
        except PortLost:
            port.close()
            raise
        if Deaf() in events:
            port.close()
            return _silent(port.name)
        return found

    # The SIM and the network

    def _sim_and_network(self, interview: Interview) -> Iterator[Finding]:
        device = Device(baud=self._baud)
        sim: SimStatus | None = None
        status = NetworkStatus(Network.UNKNOWN)
        since = self._clock.monotonic()
        with suppress(TimeUp):
            for event in interview.hold(lambda emit: bring_up(emit, device, reports=False)):
                match event:
                    case SimStatus():
                        if sim is None or sim.sim is not event.sim:
                            since = self._clock.monotonic()
                        sim = event
                        if sim.sim is Sim.READY:
                            yield findings.sim(sim)
                        elif self._is_final(sim.sim, since):
                            break
                    case NetworkStatus():
                        status = event
                    case NetworkTime(at):
                        self._clock.network_said(at)
                    case Deaf() if sim is not None and sim.sim is Sim.READY:
                        yield Finding(Check.MODEM, False, "It refuses what the box needs of it.", BUY)
                        return
                    case Deaf():
                        raise FellSilent
                    case _:
                        pass
        if sim is None:
            raise FellSilent
        if sim.sim is not Sim.READY:
            yield findings.sim(sim)
            return
        yield from findings.network(self._settled(interview, device, status))
        yield from self._texts(interview)

    def _is_final(self, sim: Sim, since: float) -> bool:
        """Tell whether a SIM will not think better of it. `since`: when it first said so."""
        match sim:
            case Sim.READY | Sim.BUSY:
                return False
            case Sim.LOCKED | Sim.BLOCKED:
                return True
            case Sim.ABSENT | Sim.FAILED:
                return self._clock.monotonic() - since >= self._patience.second_thoughts_s

    def _settled(self, interview: Interview, device: Device, status: NetworkStatus) -> NetworkStatus:
        """Return how it stands with the network once that is settled, or the time is up."""
        since = self._clock.monotonic()
        with suppress(TimeUp):
            while status.network not in _CONNECTED:
                waited = self._clock.monotonic() - since
                if status.network is Network.DENIED and waited >= self._patience.second_thoughts_s:
                    break
                for event in interview.hold(lambda emit: _look_again(emit, device)):
                    if isinstance(event, NetworkStatus):
                        status = event
        return status

    def _texts(self, interview: Interview) -> Iterator[Finding]:
        """Yield the text centre (27.005 section 3.3.1) and the SIM's memory for texts (section 3.2.2)."""
        interview.until = max(interview.until, self._clock.monotonic() + LAST_WORDS_S)
        centre = interview.ask(Command("AT+CSCA?", prefixes=("+CSCA:",)))
        if centre.ok:
            yield findings.sms_centre(urc.fields(centre.first("+CSCA:") or "")[0])
        store = interview.ask(Command("AT+CPMS?", prefixes=("+CPMS:",)))
        match [urc.integer(value) for value in urc.fields(store.first("+CPMS:") or "")]:
            case [_, int(used), int(total), *_] if total:
                yield findings.sim_store(used, total)
            case _:
                pass


def _introduce(emit: Emit, found: _Modem) -> Talk:
    """Ask the modem who it is."""
    if (yield from probe(emit)):
        for text in ("ATE0", "ATV1", "AT+CMEE=1"):
            yield Command(text)
        found.manufacturer = answers.identity((yield Command("AT+CGMI", prefixes=("+CGMI:",), bare=True)))
        found.model = answers.identity((yield Command("AT+CGMM", prefixes=("+CGMM:",), bare=True)))
        found.firmware = answers.identity((yield Command("AT+CGMR", prefixes=("+CGMR:",), bare=True)))


def _look_again(emit: Emit, device: Device) -> Talk:
    """Ask for the network again, a little later."""
    yield Pause(LOOK_AGAIN_S)
    yield from poll_network(emit, device)


def _silent(port: str) -> Finding:
    words = f"Nothing answers at {port}."
    return Finding(Check.MODEM, False, words, "Unplug the modem for 10 seconds and plug it in again.")
