"""The whole box in one file that the owner's password opens, and back again; the box as it left the factory.

    with open("box.textback", "xb") as file:
        write_backup(data, password, file, datetime.now(UTC))

In it are the journal, the settings and the contacts, and not who may sign in: a backup never carries a
password from box to box. What a backup holds is believed of nobody: it is read into new files, row by row,
and those take the place of the box's own at once or not at all.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from appliance import __version__
from appliance.drivers import atomic_storage, left_behind, restoration, sealing
from appliance.drivers.backup_journal import BadJournal, copy_rows
from appliance.drivers.journal import Journal
from appliance.drivers.journal_file import JournalFile
from appliance.drivers.people_file import PeopleFile, PeopleUnreadable
from appliance.drivers.restoration import JOURNAL, RESET, SETTINGS
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANIFEST = "backup.json"
_FORMAT = 1
# Twice what 100,000 calls take. Whoever sends more wants to fill the storage.
_MOST = {JOURNAL: 150 << 20, SETTINGS: 4 << 20, _MANIFEST: 4 << 10}
_MOST_SEALED = 160 << 20
_CHUNK = 1 << 16
_NO_BACKUP = "This is no backup of a Textback box. Choose the file that the box gave you."
_ALTERED = "This backup is damaged or was changed. Choose another one."
_WRONG_PASSWORD = "That is not the password this backup was made with."  # noqa: S105 - a sentence about one
_NO_ROOM = "The backup could not be unpacked. The box's storage is full or failing."
_NO_CIPHER = "This machine cannot make or open backups: OpenSSL is missing. Install openssl."


class BackupRefused(Exception):
    """Nothing was changed; str() is a sentence for the owner that says what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What the box holds now: a backup made at that time, with so many calls."""

    at: datetime
    calls: int


def write_backup(data: Path, password: str, to: BinaryIO, at: datetime) -> None:
    """Write the whole box to a file. Raises JournalUnavailable, OSError, and BackupRefused: no OpenSSL."""
    manifest = {"format": _FORMAT, "at": at.astimezone(UTC).isoformat(), "version": __version__}
    with _work(data) as work:
        with closing(JournalFile(data / JOURNAL)) as journal:
            journal.copy_to(work / JOURNAL)
        try:
            with (
                sealing.Sealer(to, password) as sealed,
                zipfile.ZipFile(cast("IO[bytes]", sealed), "w", zipfile.ZIP_DEFLATED) as packed,
            ):
                packed.writestr(_MANIFEST, json.dumps(manifest))
                packed.write(work / JOURNAL, JOURNAL)
                if (data / SETTINGS).exists():
                    packed.write(data / SETTINGS, SETTINGS)
        except sealing.SealingUnavailable as error:
            raise BackupRefused(_NO_CIPHER) from error


def restore(data: Path, password: str, source: BinaryIO) -> Restored:
    """Let the box be what a backup holds. Who wants no texts now still wants none.

    What was still to be sent when it was made is not sent: it may have gone since. Raises BackupRefused,
    and then the box is as it was, and JournalUnavailable when only the last step is still to come.
    """
    Journal(data / JOURNAL, patient=True).close()  # carries out what an earlier restoration left to do
    with _refusing(), _work(data) as work:
        made = work / "box"
        made.mkdir(mode=0o700)
        with (work / "packed").open("w+b") as packed:
            sealing.unseal(source, password, packed, at_most=_MOST_SEALED)
            at = _unpack(packed, work)
        _check_settings(work)
        calls = copy_rows(work / JOURNAL, made / JOURNAL)
        if (work / SETTINGS).exists():
            (work / SETTINGS).rename(made / SETTINGS)
        restoration.publish(made, data)
    Journal(data / JOURNAL).close()
    return Restored(at, calls)


def factory_reset(data: Path) -> None:
    """Leave nothing of the owner's and the callers', but that some want no texts. Nobody owns the box then.

    Raises BackupRefused, and then the box is as it was, and JournalUnavailable when only the last step is
    still to come.
    """
    Journal(data / JOURNAL, patient=True).close()
    with _refusing(), _work(data) as work:
        made = work / "box"
        made.mkdir(mode=0o700)
        with Journal(work / JOURNAL):
            pass
        (work / JOURNAL).rename(made / JOURNAL)
        (made / RESET).touch()
        restoration.publish(made, data)
    Journal(data / JOURNAL).close()


@contextmanager
def _work(data: Path) -> Iterator[Path]:
    """Give a folder to work in, beside the box's own files; nothing of it stays."""
    for left in data.glob(f"{left_behind.WORK}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=left_behind.WORK, dir=data, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _refusing() -> Iterator[None]:
    """Tell what is wrong with a backup in a sentence."""
    try:
        yield
    except (sealing.NotSealed, zipfile.BadZipFile, BadJournal, ValueError) as error:
        raise BackupRefused(_NO_BACKUP) from error
    except sealing.WrongPassword as error:
        raise BackupRefused(_WRONG_PASSWORD) from error
    except sealing.Altered as error:
        raise BackupRefused(_ALTERED) from error
    except sealing.SealingUnavailable as error:
        raise BackupRefused(_NO_CIPHER) from error
    except OSError as error:
        raise BackupRefused(_NO_ROOM) from error


def _unpack(packed: BinaryIO, work: Path) -> datetime:
    """Unpack the files we know, and nothing else; return when the backup was made.

    Raises ValueError and zipfile.BadZipFile for anything that is not just as we make it.
    """
    with zipfile.ZipFile(packed) as archive:
        found = archive.infolist()
        names = [info.filename for info in found]
        if len(set(names)) != len(names) or not {JOURNAL, _MANIFEST} <= set(names) <= set(_MOST):
            raise ValueError("other files than a backup has")
        for info in found:
            if info.is_dir() or (info.external_attr >> 28) not in (0, 0o10) or info.flag_bits & 1:
                raise ValueError("not a plain file")
            _unpack_file(archive, info, work / info.filename)
    manifest = json.loads((work / _MANIFEST).read_text("utf-8"))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise ValueError("another format")
    at = datetime.fromisoformat(str(manifest.get("at")))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _unpack_file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path) -> None:
    """Unpack one file, and no more of it than it may have, whatever the archive says of its size."""
    most = _MOST[info.filename]
    if info.file_size > most or info.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        raise ValueError("too large")
    written = 0
    try:
        with archive.open(info) as source, to.open("xb") as file:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > most:
                    raise ValueError("larger than it says")
                file.write(chunk)
    except (zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError("not what was packed") from error


def _check_settings(work: Path) -> None:
    """See that the settings are settings. Raises ValueError."""
    if not (work / SETTINGS).exists():
        return
    try:
        SettingsFile(work).load()
        PeopleFile(work).lists()
    except (SettingsUnreadable, PeopleUnreadable, atomic_storage.DocumentsUnreadable) as error:
        raise ValueError("no settings") from error
