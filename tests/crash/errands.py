"""The commands and chores that are killed at every step, and how the box may be after that.

A box is first what `prepare` makes of a data folder that is set up. `words` is the command, or a chore.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from appliance.core.outbox import TextKind
from appliance.core.settings import with_value
from appliance.drivers.backup import write_backup
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from tests.crash.chores import FORGET_BEFORE
from tests.crash.hurry import quick_scrypt
from tests.crash.points import Point, around
from tests.crash.witness import Witness
from tests.drivers.raw_bytes import files_with_number
from tests.drivers.stories import ANN, BOB, MONDAY, missed_call, queued, sent, wrote

if TYPE_CHECKING:
    from collections.abc import Callable

CARL = "+447700900321"  # wants no texts
PASSWORD = "correct horse battery staple"
SAVED = "box.textback"
_RECORDED = Path(__file__).parents[1] / "drivers" / "recorded" / "journal_v1.sql"
_TABLES = ("calls", "texts", "parts", "incoming", "incoming_parts", "people", "events")
World = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Errand:
    """`whole`: after a kill the box is as before or as after, and nothing between. `once`: not done again.

    `wrong` looks at the folder of the box when the command was killed, and `finished` when it came through.
    """

    stage: str
    words: tuple[str, ...]
    points: tuple[Point, ...]
    prepare: Callable[[Path], None]
    wrong: Callable[[Path], list[str]] = lambda _folder: []
    finished: Callable[[Path], list[str]] = lambda _folder: []
    whole: bool = True
    once: bool = False


def world(data: Path) -> World:
    """Return all that the box knows and is asked for."""
    witness = Witness(data / "journal.sqlite3")
    known: World = {table: witness.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in _TABLES}
    known["check"] = witness.rows("PRAGMA integrity_check")
    settings = data / "settings.json"
    known["settings"] = json.loads(settings.read_text("utf-8")) if settings.exists() else None
    known["claimed"] = (data / "access.json").exists()
    with Journal(data / "journal.sqlite3") as journal:
        known["stopped"] = journal.is_suppressed(CARL)
    return known


def _fill(folder: Path) -> None:
    """Let the box have lived for a while."""
    with Journal(folder / "data" / "journal.sqlite3") as journal:
        for days in range(1, 4):
            old = FORGET_BEFORE - timedelta(days=100 + days)
            missed_call(journal, BOB, old)
            sent(journal, BOB, old, reference=days)
            wrote(journal, BOB, f"Old words {days}", old)
        missed_call(journal, ANN)
        sent(journal, ANN)
        wrote(journal, ANN, "Call me on 07700 900123")
        wrote(journal, BOB, "Boiler is leaking")
        queued(journal, BOB, MONDAY, parts=2, kind=TextKind.REPLY)
        journal.suppress(CARL, MONDAY)
        journal.event("started", MONDAY)


def _fill_and_save(folder: Path) -> None:
    """Back the box up, and let it live on."""
    _fill(folder)
    data = folder / "data"
    with (folder / SAVED).open("wb") as file, patch.object(hashlib, "scrypt", quick_scrypt):
        write_backup(data, PASSWORD, file, datetime.now(UTC))
    with Journal(data / "journal.sqlite3") as journal:
        missed_call(journal, BOB, MONDAY + timedelta(hours=1))
    SettingsFile(data).update(lambda settings: with_value(settings, "business", "Jones & Son"))


def _nothing(folder: Path) -> None:
    """Leave the data folder empty."""
    shutil.rmtree(folder / "data")
    (folder / "data").mkdir(mode=0o700)


def _older(folder: Path) -> None:
    """Let the journal be of an earlier version."""
    path = folder / "data" / "journal.sqlite3"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.executescript(_RECORDED.read_text("utf-8"))


def _young_rows_gone(folder: Path) -> list[str]:
    witness = Witness(folder / "data" / "journal.sqlite3")
    before = FORGET_BEFORE.timestamp() * 1000
    wanted = {
        "SELECT count(*) AS n FROM calls WHERE started_at >= ?": 1,
        "SELECT count(*) AS n FROM texts WHERE queued_at >= ?": 2,
        "SELECT count(*) AS n FROM incoming WHERE received_at >= ?": 2,
    }
    found = {question: witness.rows(question, before)[0]["n"] for question in wanted}
    return [
        f"{question}: {found[question]}" for question, number in wanted.items() if found[question] != number
    ]


def _others_gone(folder: Path) -> list[str]:
    witness = Witness(folder / "data" / "journal.sqlite3")
    (texts,) = witness.rows("SELECT count(*) AS n FROM texts WHERE person = ?", BOB)
    (written,) = witness.rows("SELECT count(*) AS n FROM incoming WHERE person = ?", BOB)
    return [] if (texts["n"], written["n"]) == (4, 4) else [f"of another one is left: {texts}, {written}"]


def _bytes_of_ann(folder: Path) -> list[str]:
    return [f"the number is still in {file}" for file in files_with_number(folder / "data", ANN)]


def _claimed_without_a_name(folder: Path) -> list[str]:
    known = world(folder / "data")
    return ["claimed, and nobody knows for whom"] if known["claimed"] and known["settings"] is None else []


def _no_older_copy(folder: Path) -> list[str]:
    copy = folder / "data" / "journal.v1.sqlite3"
    calls = Witness(copy).rows("SELECT * FROM calls")
    return [] if len(calls) == 5 else [f"the older journal was not kept: {calls}"]


def _left_to_work_with(folder: Path) -> list[str]:
    return [f"left behind: {left.name}" for left in (folder / "data").glob(".work-*")]


_ATOMIC, _FILES = "appliance.drivers.atomic_storage:", "appliance.drivers.files:"
_FILE, _OPENING = "appliance.drivers.journal_file:JournalFile.", "appliance.drivers.journal_opening:"
_RESTORATION, _SCRUB = "appliance.drivers.restoration:", "appliance.drivers.journal_scrub:"
_JOURNAL = "appliance.drivers.journal:Journal."
_SETUP = ("--business", "Smith Plumbing", "--name", "Dave", "--owner-mobile", "+447700900999")

_SAVING = (f"{_FILES}replace_file", f"{_ATOMIC}AtomicStorage.keep_a_copy")
_PUBLISHING = (f"{_RESTORATION}publish", f"{_RESTORATION}finish", f"{_RESTORATION}_swap")

ERRANDS = (
    Errand(
        "set up",
        ("setup", *_SETUP, "--password-stdin"),
        around("set up", "appliance.drivers.access_file:AccessFile.claim", _SAVING[0]),
        _nothing,
        wrong=_claimed_without_a_name,
        whole=False,
        once=True,
    ),
    Errand(
        "settings save",
        ("settings", "set", "business", "Jones & Son"),
        around("settings save", *_SAVING, f"{_ATOMIC}_Held.commit"),
        _fill,
    ),
    Errand("list save", ("numbers", "never", BOB), around("list save", *_SAVING), _fill),
    Errand(
        "migration",
        ("@open",),
        around(
            "migration",
            f"{_OPENING}_keep_copy",
            "appliance.drivers.migrations:bring_up",
            "appliance.drivers.migrations:_refuse_orphans",
        ),
        _older,
        finished=_no_older_copy,
    ),
    Errand(
        "purge",
        ("@purge",),
        around("purge", f"{_JOURNAL}_forget", f"{_SCRUB}scrubbed", f"{_SCRUB}_write_anew"),
        _fill,
        wrong=_young_rows_gone,
        whole=False,
    ),
    Errand(
        "erase",
        ("erase", ANN, "--yes"),
        around(
            "erase",
            "appliance.drivers.journal_erasure:_blot_out",
            f"{_FILE}scrub",
            f"{_SCRUB}_write_anew",
            "appliance.drivers.left_behind:remove",
        ),
        _fill,
        wrong=_others_gone,
        finished=_bytes_of_ann,
        whole=False,
    ),
    Errand(
        "backup",
        ("backup", SAVED, "--password-stdin"),
        around("backup", f"{_FILE}copy_to", "appliance.commands.backup:write_backup"),
        _fill,
        finished=_left_to_work_with,
    ),
    Errand(
        "restore",
        ("restore", SAVED, "--password-stdin", "--yes"),
        around("restore", "appliance.drivers.backup:copy_rows", *_PUBLISHING, f"{_RESTORATION}_settings"),
        _fill_and_save,
        finished=_left_to_work_with,
    ),
    Errand(
        "reset",
        ("reset", "--yes"),
        around("reset", *_PUBLISHING, f"{_RESTORATION}_clear"),
        _fill,
        finished=_left_to_work_with,
    ),
)
