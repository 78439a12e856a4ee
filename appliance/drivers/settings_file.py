"""The owner's settings on the storage: DATA/settings.json, written by the page and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydb.table import Document

from appliance.core import settings as core
from appliance.core.settings import SettingError, Settings
from appliance.drivers import atomic_storage
from appliance.drivers.people_file import PeopleFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tinydb import TinyDB

    from appliance.drivers.atomic_storage import Stamp

_TABLE = "settings"
_ONLY = 1  # the table holds one document
_UNREADABLE = "The settings cannot be read. Restore a backup, or set the box up again."
_UNWRITABLE = "The settings could not be saved. The box's storage is full or failing."


class SettingsUnreadable(Exception):
    """The settings and the copy before them are damaged; str() is a sentence for the owner."""


class SettingsUnwritable(Exception):
    """The storage did not take the settings; those before stand. str() is a sentence for the owner."""


class SettingsFile:
    """The settings file of a data folder. A box nobody has set up has no file, and the defaults.

    `people` are the number lists and contacts beside them; `changed` tells of those too.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "settings.json"
        self.people = PeopleFile(data)
        self._seen: Stamp | None = None
        self._loaded = False

    def load(self) -> Settings:
        """Return the settings as they are now. Raises SettingsUnreadable."""
        self._seen, self._loaded = atomic_storage.stamp(self._path), True
        return _read(atomic_storage.documents(self._path))

    def changed(self) -> bool:
        """Tell whether the file is another than the one last loaded, or none was loaded yet."""
        return not self._loaded or atomic_storage.stamp(self._path) != self._seen

    def update(self, change: Callable[[Settings], Settings]) -> Settings:
        """Replace the settings by what `change` makes of them, letting no other writer in between.

        Raises SettingsUnreadable, SettingsUnwritable, and what `change` raises: then nothing is changed.
        """
        try:
            with atomic_storage.changing(self._path) as documents:
                settings = change(_read(documents))
                _write(documents, settings)
        except atomic_storage.DocumentsUnreadable as error:
            raise SettingsUnreadable(_UNREADABLE) from error
        except atomic_storage.DocumentsUnwritable as error:
            raise SettingsUnwritable(_UNWRITABLE) from error
        return settings

    def save(self, settings: Settings) -> None:
        """Replace the settings whatever they were; damaged files are moved aside. SettingsUnwritable."""
        try:
            atomic_storage.set_aside_damaged(self._path)
            with atomic_storage.changing(self._path) as documents:
                _write(documents, settings)
        except (OSError, atomic_storage.DocumentsUnreadable, atomic_storage.DocumentsUnwritable) as error:
            raise SettingsUnwritable(_UNWRITABLE) from error


def _read(documents: TinyDB) -> Settings:
    try:
        stored = documents.table(_TABLE).get(doc_id=_ONLY)
    except atomic_storage.DocumentsUnreadable as error:
        raise SettingsUnreadable(_UNREADABLE) from error
    if not isinstance(stored, dict):
        return Settings()
    try:
        return core.from_tree(dict(stored))
    except SettingError as error:
        sentence = f"The settings file holds something wrong. {error}"
        raise SettingsUnreadable(sentence) from error


def _write(documents: TinyDB, settings: Settings) -> None:
    table = documents.table(_TABLE)
    table.truncate()
    table.insert(Document(core.to_tree(settings), doc_id=_ONLY))
