"""The way to the modem: one port, one session on it, and how it is got back when it is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from appliance.core.ladder import LONGEST_REST_S, Ladder, Rung
from appliance.core.settings import Settings
from appliance.drivers.modem_ports import urc_port
from appliance.drivers.serial_port import PortLost
from appliance.modem.events import ModemEvent
from appliance.modem.session import Session

REOPEN_S = (0.5, 1.0, 2.0, 3.0)  # waits before looking for a lost port again; the last one for ever
# ESC and CR end whatever the modem may be waiting for (27.007 section 8.2: full functionality, reset first).
RESET = b"\x1b\rAT+CFUN=1,1\r"
# A modem that resets itself is off USB for some 20 s; one that is gone for longer may be switched off.
MISSING_S = 60.0
MISSING_AGAIN_S = 60.0  # twice as long each time, LONGEST_REST_S at most

# What a rung beyond the modem's own reset does. It is given the port's name, None where none is open, and
# says whether it could do anything.
Remedy = Callable[[str | None], bool]


class Port(Protocol):
    """An open way to the modem. Every method may raise PortLost."""

    name: str

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        ...

    def read(self) -> bytes:
        """Return what is there, b"" when nothing is."""
        ...

    def write(self, data: bytes) -> None:
        """Write all of `data`."""
        ...

    def close(self) -> None:
        """Give the port back. Never raises."""
        ...


_ALWAYS = frozenset((Rung.REOPEN, Rung.RESET, Rung.TELL_OWNER))


class Connection:
    """Holds the port while there is one. `session` is always there, fresh for each opening.

    `remedies`: the harsher rungs that this box has, each with what takes it.
    """

    def __init__(self, open_port: Callable[[], Port], remedies: Mapping[Rung, Remedy]) -> None:
        self._open_port = open_port
        self._port: Port | None = None
        self._remedies = remedies
        self._ladder = Ladder(tuple(rung for rung in Rung if rung in remedies or rung in _ALWAYS))
        self._losses = 0  # since the modem was last ready
        self._next_key: float | None = None  # when the power key is pressed for a port that is not there
        self._keys = 0  # how often it was, since the modem was last ready
        self.session = Session()
        self.reopen_at = 0.0  # monotonic seconds

    @property
    def is_open(self) -> bool:
        """Whether a port is open."""
        return self._port is not None

    @property
    def name(self) -> str | None:
        """The open port's name, None without one."""
        return self._port.name if self._port else None

    @property
    def deadline(self) -> float | None:
        """When there is something to do, in monotonic seconds; None for never."""
        return self.session.deadline if self._port else self.reopen_at

    @property
    def first_loss(self) -> bool:
        """Whether the modem has not been lost since it was last ready: worth a word to the owner."""
        return self._losses == 0

    @property
    def failures(self) -> int:
        """How often the modem has not answered since it was last ready."""
        return self._ladder.failures

    def fileno(self) -> int | None:
        """Return the descriptor to wait on, None without a port. Raises PortLost."""
        return self._port.fileno() if self._port else None

    def open(self, now: float, settings: Settings, *, wants_time: bool) -> None:
        """Open the port and begin to bring the modem up. Raises PortLost."""
        self._port = self._open_port()
        self.session = Session(
            reports=settings.delivery_reports, baud=settings.baud, urcport=urc_port(self._port.name)
        )
        self.session.wants_time = wants_time
        self.session.opened(now)
        self.flush()

    def receive(self, now: float) -> list[ModemEvent]:
        """Read what is there and return what it means. Raises PortLost."""
        return self.session.receive(self._port.read(), now) if self._port else []

    def flush(self) -> None:
        """Write what the session has to say. Raises PortLost."""
        data = self.session.data_to_send()
        if data and self._port is not None:
            self._port.write(data)

    def close(self) -> list[ModemEvent]:
        """Close the port and return what that means for a text on its way."""
        events = self.session.closed()
        if self._port is not None:
            self._port.close()
            self._port = None
        return events

    def lost(self, now: float) -> Rung | None:
        """Look for the port again soon; less often the longer it is gone.

        Returns what was done about it, None for nothing: a HAT that is switched off shows no port at all.
        """
        self.reopen_at = now + REOPEN_S[min(self._losses, len(REOPEN_S) - 1)]
        self._losses += 1
        key = self._remedies.get(Rung.POWER_KEY)
        if key is None:
            return None
        if self._next_key is None:
            self._next_key = now + MISSING_S
        if now < self._next_key:
            return None
        self._next_key = now + min(MISSING_AGAIN_S * 2.0 ** min(self._keys, 10), LONGEST_REST_S)
        self._keys += 1
        return Rung.POWER_KEY if key(None) else None

    def climb(self, now: float, *, ringing: bool = False) -> Rung:
        """Do what comes next for a modem that does not answer, and return what that was. Close it then.

        One that still tells of a call, `ringing`, is slow and not dead: it is only opened anew.
        """
        step = self._ladder.reopen() if ringing else self._ladder.failed()
        name = self.name
        while step.rung in self._remedies and not self._remedies[step.rung](name):
            step = self._ladder.failed()
        if step.rung is Rung.RESET and self._port is not None:
            with suppress(PortLost):
                self._port.write(RESET)
        self._losses += 1
        self.reopen_at = now + step.rest
        return step.rung

    def restart(self, now: float) -> None:
        """Have a modem that works start anew. Close it then."""
        self.reopen_at = now
        if self._port is not None:
            with suppress(PortLost):
                self._port.write(RESET)
            self.reopen_at = now + self._ladder.reset().rest

    def worked(self) -> None:
        """Note that the modem is ready."""
        self._losses = self._keys = 0
        self._next_key = None
        self._ladder.worked()
