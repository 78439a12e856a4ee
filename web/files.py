"""The box's files as the page sees them, and what time it is: one set for each app, shared by its threads."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Final, TypeVar, cast

from flask import current_app, g

from appliance.core.hours import LONDON
from appliance.drivers import atomic_storage
from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.request_file import RequestFile
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.setup_code import SetupCode
from appliance.drivers.status_file import StatusFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from appliance.core.settings import Settings
    from appliance.drivers.clock import Clock
    from appliance.drivers.people_file import PeopleFile
    from appliance.drivers.status_file import Status

_NAME: Final = "textback"
_T = TypeVar("_T")


class Files:
    """Where the page and the daemon meet. The journal is opened when it is first asked for."""

    def __init__(self, data: Path, run: Path, clock: Clock) -> None:
        self.data = data
        self.settings = SettingsFile(data)
        self._read_settings: Settings | None = None
        self.access = AccessFile(data)
        self.setup_code = SetupCode(data, run, clock.monotonic)
        self.requests = RequestFile(run)
        self._status = StatusFile(run)
        self.clock = clock
        self._settings_path = data / "settings.json"
        self._journal_path = data / "journal.sqlite3"
        self._journal: Journal | None = None
        self._lock = threading.Lock()
        self._start = secrets.token_hex(8)
        self._writes = 0
        self._remembered: dict[str, tuple[object, object]] = {}

    @property
    def journal(self) -> Journal:
        """The journal: one connection, which its threads take in turns. Raises JournalUnavailable."""
        with self._lock:
            if self._journal is None:
                self._journal = Journal(self._journal_path)
            return self._journal

    @property
    def people(self) -> PeopleFile:
        """The owner's number lists and contacts."""
        return self.settings.people

    def status(self) -> Status | None:
        """Return what the daemon last said of itself; None when it is not running."""
        return self._status.read(self.clock.now())

    def wrote(self) -> None:
        """Note that the page itself has written to the journal: `data_version` tells only of others."""
        with self._lock:
            self._writes += 1

    def mark(self) -> tuple[object, ...]:
        """Return what is another after every change of the journal or the settings, and after a restart."""
        changed = atomic_storage.stamp(self._settings_path)
        return self._start, self._writes, self.journal.data_version(), changed

    def settings_now(self) -> Settings:
        """Return the settings, read again only when the file is another. Raises SettingsUnreadable."""
        with self._lock:
            if self._read_settings is None or self.settings.changed():
                self._read_settings = self.settings.load()
            return self._read_settings

    def remembered(self, name: str, asked: object, make: Callable[[], _T]) -> _T:
        """Return what `make` gives, made anew only when the files, or what is asked, are others than before.

        For what takes long to count. One thing is kept for each name.
        """
        key = (self.mark(), asked)
        with self._lock:
            kept = self._remembered.get(name)
        if kept is not None and kept[0] == key:
            return cast("_T", kept[1])
        made = make()
        with self._lock:
            self._remembered[name] = key, made
        return made

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self.clock.now()

    def local_now(self) -> datetime:
        """Return the time on the owner's wall."""
        return self.clock.now().astimezone(LONDON)

    def close(self) -> None:
        """Close the journal; the next one to ask opens it again."""
        with self._lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None


def files() -> Files:
    """Return the files of the app that answers this request."""
    return cast("Files", current_app.extensions[_NAME])


def settings_now() -> Settings:
    """Return the settings at the start of this request, so that a page agrees with itself."""
    if "settings" not in g:
        g.settings = files().settings_now()
    settings: Settings = g.settings
    return settings


def init_app(app: Flask, opened: Files) -> None:
    """Give these files to every page of this app."""
    app.extensions[_NAME] = opened
