"""A whole daemon on a desk: real journal, settings and status files; everything else moved by hand.

Time passes only while the daemon waits, so an hour takes as long as what happens in it.
"""

from __future__ import annotations

import heapq
import itertools
import weakref
from typing import TYPE_CHECKING

import appliance.daemon
from appliance.core import numbers
from appliance.core.outbox import TextKind
from appliance.core.settings import Settings, with_value
from appliance.daemon import Daemon, Equipment
from appliance.doorman import Doorman
from appliance.drivers.access_file import AccessFile
from appliance.drivers.request_file import RequestFile
from appliance.drivers.serial_port import PortLost
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.setup_code import SetupCode
from tests.fakes import FakeAccess, FakeClock, FakeLights, FakePort, FakeService, FlakyJournal, WatchedStatus
from tests.foreign_codec import decode_submit
from tests.scripted_modem import ScriptedModem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from appliance.connection import Remedy
    from appliance.core.health import State
    from appliance.core.ladder import Rung
    from appliance.drivers.journal import Call, Event, Text

ANN, BOB = "07700900123", "07700900456"
OWNER = {"business": "Dave Smith Plumbing", "name": "Dave", "owner_mobile": "07700900999"}
# More waits in a row than any daemon needs in which no time passes: it does not sleep.
RESTLESS = 200


class FakeWaiter:
    """Lets time pass: until the modem speaks, something arranged happens, or the wait is over."""

    def __init__(self, rig: DaemonRig) -> None:
        self._rig = rig
        self._still = 0
        self._woken = False
        self.closed = False

    def wait(self, port: int | None, timeout: float) -> bool:
        rig, before = self._rig, self._rig.clock.monotonic()
        rig.waits += 1
        if not self._woken and not (port is not None and rig.something_to_read()):
            rig.pass_time(before + max(0.0, timeout))
        self._woken = False
        self._still = self._still + 1 if rig.clock.monotonic() == before else 0
        assert self._still < RESTLESS, "the daemon does not sleep"
        return port is not None and rig.something_to_read()

    def wake(self) -> None:
        self._woken = True

    def close(self) -> None:
        self.closed = True


class DaemonRig:
    """Everything a daemon works with, and a timetable of what happens to it.

    `ports` has every port that was opened. `plugged` False: there is none to open.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
        self.clock = FakeClock()
        self.modem = ScriptedModem(self.clock)
        self.data = folder / "data"
        self.journal = FlakyJournal(self.data / "journal.sqlite3")
        weakref.finalize(self, self.journal.close)
        self.settings = SettingsFile(self.data)
        self.access = FakeAccess(self.data)
        self.doorman = Doorman(
            AccessFile(self.data),
            SetupCode(self.data, folder / "run", self.clock.monotonic),
            RequestFile(folder / "run"),
        )
        self.status = WatchedStatus(folder / "run")
        self.lights = FakeLights(self.clock)
        self.service = FakeService(self.clock)
        self.plugged = True
        self.port_name = "/dev/fake"
        self.remedies: dict[Rung, Remedy] = {}  # the rungs of the ladder beyond the modem's own reset
        self.ports: list[FakePort] = []
        self.tried: list[float] = []  # when a port was asked for
        self.waits = 0
        self.on_write: Callable[[bytes], None] = lambda _data: None
        self._arranged: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self.set(**{**OWNER, **settings})
        monkeypatch.setattr(appliance.daemon, "Waiter", lambda: FakeWaiter(self))
        self.daemon = self._new_daemon()

    def _new_daemon(self) -> Daemon:
        return Daemon(
            Equipment(
                open_port=self._open_port,
                journal=self.journal,
                settings=SettingsFile(self.data),
                access=self.access,
                status=self.status,
                lights=self.lights,
                service=self.service,
                clock=self.clock,
                remedies=self.remedies,
                doorman=self.doorman,
            )
        )

    # What is arranged

    def set(self, **settings: object) -> None:
        """Change settings, as the page does. Dots in a key are written as two underscores."""

        def change(found: Settings) -> Settings:
            for key, value in settings.items():
                found = with_value(found, key.replace("__", "."), value)
            return found

        self.settings.update(change)

    def at(self, seconds: float, action: Callable[[], object]) -> DaemonRig:
        """Let something happen so many seconds after now."""
        moment = self.clock.monotonic() + seconds
        heapq.heappush(self._arranged, (moment, next(self._order), action))
        return self

    def ring(
        self,
        at: float,
        number: str | None = ANN,
        *,
        rings: int = 3,
        every: float = 5.0,
        end: str | None = "NO CARRIER",
    ) -> DaemonRig:
        """Let somebody ring; `end` None: the line just falls silent."""
        clip = f'+CLIP: "{number}",129,"",0,"",0' if number else '+CLIP: "",128,"",0,"",1'
        state = f'+CLCC: 1,1,4,0,0,"{number or ""}",129'
        began = self.clock.monotonic() + at
        for ring in range(rings):
            self.at(at + ring * every, lambda: self._rings(began, state, clip))
        return self.at(at + (rings - 1) * every + 2.0, lambda: self._gives_up(began, end))

    def _rings(self, began: float, state: str, clip: str) -> None:
        if not self._dropped(began):
            self.modem.calls = (state,)
            self.modem.say("RING", clip)

    def _gives_up(self, began: float, end: str | None) -> None:
        self.modem.calls = ()
        if end and not self._dropped(began):
            self.modem.say(end)

    def _dropped(self, since: float) -> bool:
        """Tell whether the box has hung up since then."""
        return any(at >= since and command == "AT+CHUP" for at, command in self.modem.commands)

    def unplug(self) -> None:
        self.plugged = False
        self.port.dead = True

    def replug(self, modem: ScriptedModem | None = None) -> None:
        self.modem = modem or ScriptedModem(self.clock)
        self.plugged = True

    # What happens

    @property
    def port(self) -> FakePort:
        return self.ports[-1]

    def _open_port(self) -> FakePort:
        self.tried.append(self.clock.monotonic())
        if not self.plugged:
            raise PortLost("There is no modem.")
        self.modem.hush()
        self.ports.append(FakePort(self.modem, self.port_name))
        self.port.on_write = self._written
        return self.port

    def _written(self, data: bytes) -> None:
        self.on_write(data)

    def something_to_read(self) -> bool:
        due = self.modem.next_at
        return self.port.dead or (due is not None and due <= self.clock.monotonic())

    def pass_time(self, end: float) -> None:
        """Go on to `end`, or to the first thing that happens before it."""
        listening = self.ports and not self.port.dead and not self.port.closed
        speaks = self.modem.next_at if listening else None
        soonest = end if speaks is None else min(end, speaks)
        if self._arranged and self._arranged[0][0] <= soonest:
            moment, _, action = heapq.heappop(self._arranged)
            self.clock.advance_to(moment)
            action()
            return
        self.clock.advance_to(soonest)

    def run(self, seconds: float) -> DaemonRig:
        """Let the daemon work for so long, from its start to its stop."""
        self.at(seconds, self.daemon.stop)
        self.daemon.run()
        return self

    def again(self) -> None:
        """Take a new daemon on the same files, as after a restart; the modem stays as it is."""
        self.ports.clear()
        self._arranged.clear()
        self.daemon = self._new_daemon()

    # What came of it

    @property
    def calls(self) -> list[Call]:
        return [view.call for view in reversed(self.journal.calls(limit=1000))]

    def of(self, *kinds: TextKind) -> list[Text]:
        """Return every outgoing text of these kinds."""
        ids = [int(str(row["id"])) for row in self.journal.export() if row.get("direction") == "out"]
        texts = [text for text_id in ids if (text := self.journal.text(text_id)) is not None]
        return [text for text in texts if text.kind in kinds]

    @property
    def texts(self) -> list[Text]:
        """Every outgoing text but what the owner is told by the box itself."""
        return self.of(*(kind for kind in TextKind if kind is not TextKind.NOTICE))

    @property
    def told(self) -> list[str]:
        """What the owner was told."""
        return [text.body for text in self.of(TextKind.NOTICE)]

    def sent_to(self, number: str) -> list[str]:
        """Return the words of every text the modem was given for this number."""
        return [words for to, words in self.sent if to == numbers.key(number)]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Number and words of every PDU the modem was given, as an independent decoder reads them."""
        found = [decode_submit(raw, len(raw) // 2 - 1, 0, None) for raw in self.modem.submitted]
        return [(one.number, one.text) if one else ("", "no SMS-SUBMIT") for one in found]

    @property
    def events(self) -> list[Event]:
        return list(reversed(self.journal.events(limit=1000)))

    @property
    def event_names(self) -> list[str]:
        return [event.name for event in self.events]

    @property
    def states(self) -> list[State]:
        """Every state that was shown, each once for as long as it lasted."""
        return [state for state, _ in itertools.groupby(status.state for status in self.status.written)]
