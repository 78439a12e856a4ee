"""A whole box at an emulated modem: a real daemon in a thread, a real pty, a real journal."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from appliance.core.settings import Settings, with_value
from appliance.daemon import Daemon, Equipment
from appliance.drivers.journal import Journal
from appliance.drivers.lights import NullLights
from appliance.drivers.serial_port import open_port
from appliance.drivers.service import Service
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.status_file import StatusFile
from appliance.simulator import EmulatedModem, Personality
from tests.fakes import FakeAccess
from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from appliance.drivers.journal import Call, Text

SPEED = 115200
FASTER = 20.0  # the boot of a modem, against the real one's
STARTED = ("RDY", "^SYSSTART", "*ATREADY: 1")  # a modem that has started anew says one of these, if any
OWNER = {
    "business": "Dave Smith Plumbing",
    "name": "Dave",
    "owner_mobile": "07700900999",
    "forward_replies": False,
    "delivery_reports": True,
    "ring_seconds": 1,
}


class DayClock:
    """The machine's own clock, but it was ten on a Monday morning when it was made, and it is sure of it."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 10, 0, tzinfo=UTC) + timedelta(seconds=self.monotonic() - self._start)

    def sure(self) -> bool:
        return True

    def network_said(self, at: datetime) -> None:
        """Know better."""


def quick(row: Personality) -> Personality:
    """Return the family as it is, but for the time it takes to start."""
    return replace(
        row,
        listens_after=row.listens_after / FASTER,
        sim_ready_after=0.0,  # else the box would wait 3 s before it asks again
        registers_after=row.registers_after / FASTER,
        boot_lines=tuple((after / FASTER, line) for after, line in row.boot_lines),
        noise=tuple((period / FASTER, line) for period, line in row.noise),
    )


def starts_aloud(row: Personality) -> bool:
    """Tell whether a modem of the family says that it has started anew."""
    return any(line in STARTED for _, line in row.boot_lines)


class FamilyBox:
    """A box with one family's modem, at work while the `with` block lasts."""

    def __init__(
        self, folder: Path, row: Personality, *, elsewhere: bool = False, **settings: object
    ) -> None:
        """`elsewhere`: what nobody asks for comes on another port, until the box turns it to its own."""
        self.family = row.name
        self.says_when_it_starts = starts_aloud(row)
        self.modem = EmulatedModem(quick(row), link=folder / "port", network_delay=0.02, prompt_delay=0.002)
        self._elsewhere = elsewhere
        self._folder = folder
        self._settings = {**OWNER, **settings}
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self.modem)
            if self._elsewhere:
                self.modem.tell_elsewhere()
            self.journal = undo.enter_context(Journal(self._folder / "journal.sqlite3"))
            settings = SettingsFile(self._folder)
            settings.update(self._changed)
            daemon = Daemon(
                Equipment(
                    open_port=lambda: open_port(self.modem.path, SPEED),
                    journal=self.journal,
                    settings=SettingsFile(self._folder),
                    access=FakeAccess(self._folder),
                    status=StatusFile(self._folder),
                    lights=NullLights(),
                    service=Service(""),
                    clock=DayClock(),
                )
            )
            thread = threading.Thread(target=daemon.run, name=f"box with {self.family}", daemon=True)
            thread.start()
            undo.callback(thread.join, 10)
            undo.callback(daemon.stop)
            self._undo = undo.pop_all()
        self.wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def _changed(self, settings: Settings) -> Settings:
        for key, value in self._settings.items():
            settings = with_value(settings, key, value)
        return settings

    # What came of it

    def recognised_as(self) -> object:
        """Return the name of the modem's family as the page shows it, None before it does."""
        modem = json.loads((self._folder / "status.json").read_text())["modem"]
        return modem and modem["family"]

    def times_ready(self) -> int:
        """Return how often the modem was brought up."""
        return sum(event.name == "ready" for event in self.journal.events(limit=1000))

    def wait_until_ready(self, times: int = 1) -> None:
        wait_for(lambda: self.times_ready() >= times, what=f"the {self.family} to be ready")

    def next_call(self, known: Iterable[int]) -> Call:
        """Return the next call that has ended and is none of those known."""
        before = set(known)

        def ended() -> Call | None:
            calls = [view.call for view in self.journal.calls(limit=50)]
            return next((c for c in calls if c.id not in before and c.verdict is not None), None)

        found = wait_for(ended, what=f"a call to the {self.family} to be over")
        assert found is not None
        return found

    def calls(self) -> list[Call]:
        return [view.call for view in self.journal.calls(limit=1000)]

    def texts_of(self, call: Call) -> list[Text]:
        rows = [row for row in self.journal.export() if row.get("direction") == "out"]
        ids = [int(str(row["id"])) for row in rows if row.get("call_id") == call.id]
        return [text for text_id in ids if (text := self.journal.text(text_id)) is not None]

    def sent_to(self, number: str) -> int:
        """Return how many texts the network has taken for this number."""
        return sum(sent.number == number for sent in self.modem.sent)

    def stored(self) -> int:
        """Return how many texts are left in the modem's memories."""
        left: list[int] = []
        self.modem.do(lambda modem: left.extend(map(len, modem.device.incoming.stores.values())))
        return sum(left)

    def written_by(self, number: str) -> list[str]:
        """Return the words of the texts that came from this number, oldest first."""
        rows = [row for row in self.journal.export() if row.get("direction") == "in"]
        return [str(row["body"]) for row in rows if row.get("from") == number]
