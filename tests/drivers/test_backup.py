"""Backup, restore and factory reset: whole or not at all, whatever the file, and whenever the power fails."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import stat
import time
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.core.lists import NumberList
from appliance.core.outbox import TextState
from appliance.core.settings import from_tree
from appliance.drivers import backup, files, restoration, sealing
from appliance.drivers.access_file import AccessFile
from appliance.drivers.backup import BackupRefused, factory_reset, restore, write_backup
from appliance.drivers.journal import Journal
from appliance.drivers.migrations import SCHEMA
from appliance.drivers.people_file import PeopleFile
from appliance.drivers.settings_file import SettingsFile
from tests.drivers.processes import started
from tests.drivers.raw_bytes import files_with_number
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, wrote

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

PASSWORD = "correct horse battery staple"
CAROL = "+447700900789"


def business(data: Path, name: str) -> None:
    SettingsFile(data).update(lambda _: from_tree({"business": name, "owner_mobile": "07700900999"}))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A box with a past."""
    data = tmp_path / "data"
    with Journal(data / "journal.sqlite3") as journal:
        sent(journal, ANN)
        missed_call(journal, ANN)
        wrote(journal, ANN, "Boiler shows F28")
        journal.suppress(BOB, MONDAY)
        journal.set_mark("board", "told")
    business(data, "Smith Plumbing")
    PeopleFile(data).add_name(ANN, "Mrs Patel")
    PeopleFile(data).set_list(BOB, NumberList.NEVER)
    return data


@pytest.fixture
def saved(data: Path) -> bytes:
    """Its backup, made before anything else happens to it."""
    return backup_of(data)


def backup_of(data: Path, password: str = PASSWORD) -> bytes:
    to = io.BytesIO()
    write_backup(data, password, to, after(hours=1))
    return to.getvalue()


def live_on(data: Path) -> None:
    """Let things happen that the backup knows nothing of."""
    with Journal(data / "journal.sqlite3") as journal:
        missed_call(journal, CAROL, after(days=1))
        journal.suppress(CAROL, after(days=1))
    business(data, "Jones Roofing")


def callers(data: Path) -> set[str]:
    with Journal(data / "journal.sqlite3") as journal:
        return {person.person for person in journal.people(10)}


def contents(data: Path) -> dict[str, bytes]:
    return {
        file.relative_to(data).as_posix(): file.read_bytes()
        for file in data.rglob("*")
        if file.is_file() and not file.name.endswith("-shm")
    }


def test_a_box_comes_back_from_its_backup(data: Path, saved: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    restored = restore(other, PASSWORD, io.BytesIO(saved))
    assert (restored.at, restored.calls) == (after(hours=1), 1)
    assert callers(other) == {ANN}
    with Journal(other / "journal.sqlite3") as journal:
        assert [getattr(item, "body", None) for item in journal.person(ANN, 10)] == [
            None,
            "Sorry I missed you",
            "Boiler shows F28",
        ]
        assert journal.mark("board") == "told"
        assert journal.is_suppressed(BOB)
    assert SettingsFile(other).load().business == "Smith Plumbing"
    assert PeopleFile(other).name_of(ANN) == "Mrs Patel"
    assert PeopleFile(other).lists().of(BOB) is NumberList.NEVER


def test_what_happened_since_is_gone_but_for_the_wishes(data: Path, saved: bytes) -> None:
    live_on(data)
    restore(data, PASSWORD, io.BytesIO(saved))
    assert callers(data) == {ANN}
    assert SettingsFile(data).load().business == "Smith Plumbing"
    assert files_with_number(data, CAROL) == []


def test_security_check_30_who_wants_no_texts_still_wants_none_after_a_restore_and_a_reset(
    data: Path, saved: bytes
) -> None:
    live_on(data)
    for change in (lambda: restore(data, PASSWORD, io.BytesIO(saved)), lambda: factory_reset(data)):
        change()
        with Journal(data / "journal.sqlite3") as journal:
            assert journal.is_suppressed(BOB)
            assert journal.is_suppressed(CAROL)
            assert not journal.is_suppressed(ANN)
    with Journal(data / "journal.sqlite3") as journal:
        assert journal.unsuppress(CAROL)
        assert journal.suppress(CAROL, MONDAY)
        assert journal.unsuppress(CAROL)
        assert not journal.is_suppressed(CAROL)


def test_daemon_and_page_go_on_with_the_restored_journal(data: Path, saved: bytes) -> None:
    live_on(data)
    path = data / "journal.sqlite3"
    with Journal(path) as daemon, Journal(path) as page, Journal(path, read_only=True) as look:
        before = daemon.data_version()
        restore(data, PASSWORD, io.BytesIO(saved))
        assert daemon.data_version() != before
        missed_call(daemon, CAROL)
        for each in (page, look):
            assert {person.person for person in each.people(10)} == {ANN, CAROL}
        look.close()
        page.close()
        missed_call(daemon, BOB)
    assert callers(data) == {ANN, BOB, CAROL}


def test_a_text_that_goes_during_a_restore_is_taken_for_no_other(data: Path, saved: bytes) -> None:
    with Journal(data / "journal.sqlite3") as daemon:
        under_way = queued(daemon, CAROL)
        daemon.part_submitting(under_way, 1, MONDAY)
        restore(data, PASSWORD, io.BytesIO(saved))
        daemon.part_sent(under_way, 1, 7, MONDAY)
        assert daemon.text(under_way) is None
        assert queued(daemon, CAROL) > under_way


def test_what_was_still_to_be_sent_is_not_sent_after_a_restore(data: Path) -> None:
    with Journal(data / "journal.sqlite3") as journal:
        waiting = queued(journal, CAROL)
        ringing = journal.call_started(MONDAY)
    saved = backup_of(data)
    restore(data, PASSWORD, io.BytesIO(saved))
    with Journal(data / "journal.sqlite3") as journal:
        assert journal.next_text(after(days=9)) is None
        text, call = journal.text(waiting), journal.call(ringing)
        assert text is not None
        assert call is not None
        assert (text.state, call.verdict) == (TextState.UNKNOWN, "TOO_LATE")
        assert journal.ringing_calls() == []


def test_a_backup_of_an_earlier_version_is_brought_up(data: Path, tmp_path: Path) -> None:
    recorded = Path(__file__).parent / "recorded" / "journal_v1.sql"
    older = tmp_path / "older.sqlite3"
    with closing(sqlite3.connect(older)) as made:
        made.executescript(recorded.read_text("utf-8"))
    assert restore(data, PASSWORD, io.BytesIO(packed(journal=older.read_bytes()))).calls == 5
    assert len(callers(data)) == 5


def test_who_may_sign_in_is_in_no_backup(data: Path) -> None:
    AccessFile(data).claim(PASSWORD)
    saved = backup_of(data)
    AccessFile(data).set_password("another horse entirely")
    restore(data, PASSWORD, io.BytesIO(saved))
    assert AccessFile(data).check("another horse entirely")


def test_a_backup_can_be_read_by_nobody_without_the_password(saved: bytes) -> None:
    assert not any(words in saved for words in (b"7700900123", b"Patel", b"Smith Plumbing", b"SQLite"))


def test_making_a_backup_leaves_nothing_behind(data: Path) -> None:
    before = sorted(file.name for file in data.iterdir())
    backup_of(data)
    assert sorted(file.name for file in data.iterdir()) == before


# Hostile files


def unpacked(saved: bytes) -> dict[str, bytes]:
    plain = io.BytesIO()
    sealing.unseal(io.BytesIO(saved), PASSWORD, plain, at_most=1 << 30)
    with zipfile.ZipFile(plain) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(
    add: Callable[[zipfile.ZipFile], None] = lambda _: None,
    *,
    journal: bytes = b"",
    settings: bytes = b"{}",
    manifest: object = None,
) -> bytes:
    """Seal what an attacker who knows the password would."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {"format": 1, "at": MONDAY.isoformat()} if manifest is None else manifest
        archive.writestr("backup.json", json.dumps(told))
        archive.writestr("journal.sqlite3", journal)
        archive.writestr("settings.json", settings)
        add(archive)
    to = io.BytesIO()
    with sealing.Sealer(to, PASSWORD) as sealer:
        sealer.write(plain.getvalue())
    return to.getvalue()


def a_link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("settings.json.link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def database(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        for statement in statements:
            made.execute(statement)
        return made.serialize()


def ours(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.executescript(SCHEMA.sql)
        made.execute(f"PRAGMA user_version = {SCHEMA.version}")
        for statement in statements:
            made.execute(statement)
        return made.serialize()


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no backup": lambda _: b"PK\3\4" + bytes(2000),
    "truncated": lambda saved: saved[: len(saved) // 2],
    "altered": lambda saved: saved[:-100] + bytes([saved[-100] ^ 1]) + saved[-99:],
    "with more after it": lambda saved: saved + b"more",
    "../": lambda _: packed(lambda archive: archive.writestr("../outside", "x"), journal=ours()),
    "absolute": lambda _: packed(lambda archive: archive.writestr("/tmp/outside", "x"), journal=ours()),
    "another name": lambda _: packed(lambda archive: archive.writestr("access.json", "{}"), journal=ours()),
    "symlink": lambda _: packed(a_link, journal=ours()),
    "folder": lambda _: packed(lambda archive: archive.writestr("journal.sqlite3/", ""), journal=ours()),
    "200 MB bomb": lambda _: packed(journal=bytes(200 << 20)),
    "no time": lambda _: packed(journal=ours(), manifest={"format": 1}),
    "time without zone": lambda _: packed(journal=ours(), manifest={"format": 1, "at": "2026-11-23T10:00"}),
    "another format": lambda _: packed(journal=ours(), manifest={"format": 2, "at": MONDAY.isoformat()}),
    "manifest of another shape": lambda _: packed(journal=ours(), manifest=[1]),
    "settings that are none": lambda _: packed(journal=ours(), settings=b"[1, 2"),
    "settings out of range": lambda _: packed(
        journal=ours(), settings=json.dumps({"settings": {"1": {"keep_days": 100000}}}).encode()
    ),
    "empty journal": lambda _: packed(),
    "journal that is no database": lambda _: packed(journal=b"this is no database" * 1000),
    "database without tables": lambda _: packed(journal=database("PRAGMA user_version = 2")),
    "wrong schema": lambda _: packed(
        journal=database("CREATE TABLE calls (a, b)", f"PRAGMA user_version = {SCHEMA.version}")
    ),
    "later schema": lambda _: packed(
        journal=ours("PRAGMA user_version = 99", "UPDATE compatibility SET oldest_reader = 99")
    ),
    "trigger": lambda _: packed(
        journal=ours("CREATE TRIGGER t AFTER INSERT ON calls BEGIN DELETE FROM texts; END")
    ),
    "view": lambda _: packed(journal=ours("CREATE VIEW v AS SELECT 1")),
    "virtual table": lambda _: packed(journal=ours("CREATE VIRTUAL TABLE v USING fts5(words)")),
    "row that must not be": lambda _: packed(
        journal=ours(
            "PRAGMA ignore_check_constraints = ON", "INSERT INTO calls (started_at, rings) VALUES (1, -5)"
        )
    ),
    "row of nobody": lambda _: packed(
        journal=ours("INSERT INTO parts (text_id, sequence, person) VALUES (7, 1, 'x')")
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_security_check_21_a_hostile_file_is_refused_and_changes_nothing(
    data: Path, saved: bytes, tmp_path: Path, what: str
) -> None:
    hostile = HOSTILE[what](saved)
    outside = {file.name for file in tmp_path.iterdir()}
    before = contents(data)
    with pytest.raises(BackupRefused, match=r"\.$"):
        restore(data, PASSWORD, io.BytesIO(hostile))
    assert contents(data) == before
    assert {file.name for file in tmp_path.iterdir()} == outside
    assert not Path("/tmp/outside").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_security_check_21_the_same_name_twice_is_refused(data: Path) -> None:
    hostile = packed(lambda archive: archive.writestr("settings.json", "{}"), journal=ours())
    before = contents(data)
    with pytest.raises(BackupRefused):
        restore(data, PASSWORD, io.BytesIO(hostile))
    assert contents(data) == before


def test_security_check_21_another_password_is_refused_and_told(data: Path, saved: bytes) -> None:
    before = contents(data)
    with pytest.raises(BackupRefused, match="not the password this backup was made with"):
        restore(data, "guessed", io.BytesIO(saved))
    assert contents(data) == before


def test_an_archive_of_ours_by_other_hands_is_taken(data: Path) -> None:
    assert restore(data, PASSWORD, io.BytesIO(packed(journal=ours()))).calls == 0


def test_a_file_larger_than_it_says_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(backup._MOST, "journal.sqlite3", 50_000)
    with pytest.raises(BackupRefused):
        restore(data, PASSWORD, io.BytesIO(packed(journal=ours())))


def test_no_room_to_unpack_is_told_and_changes_nothing(
    data: Path, saved: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(data)
    monkeypatch.setattr(backup, "_unpack", full)
    with pytest.raises(BackupRefused, match="storage is full or failing"):
        restore(data, PASSWORD, io.BytesIO(saved))
    assert contents(data) == before


# Power cuts


class PowerCut(BaseException):
    """Nothing after it happens."""


@pytest.mark.parametrize("step", range(24))
def test_a_power_cut_between_any_two_steps_leaves_the_old_box_or_the_new_one(
    data: Path, saved: bytes, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    live_on(data)
    count = 0

    def cut(work: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count > step:
                raise PowerCut
            return work(*args, **named)

        return counted

    monkeypatch.setattr(files, "sync_folder", cut(files.sync_folder))
    monkeypatch.setattr(files, "replace_file", cut(files.replace_file))
    monkeypatch.setattr(restoration, "_swap", cut(restoration._swap))
    monkeypatch.setattr(Path, "rename", cut(Path.rename))
    monkeypatch.setattr(Path, "unlink", cut(Path.unlink))
    with suppress(PowerCut):
        restore(data, PASSWORD, io.BytesIO(saved))
    monkeypatch.undo()
    found = callers(data)
    trade = SettingsFile(data).load().business
    assert (found, trade) in [({ANN}, "Smith Plumbing"), ({ANN, CAROL}, "Jones Roofing")]
    with Journal(data / "journal.sqlite3") as journal:
        assert journal.set_aside is None
        assert journal.is_suppressed(CAROL)
        missed_call(journal, BOB)
    assert not (data / "restored").exists()


def restore_over_and_over(sending: Connection, data: str, saved: bytes) -> None:
    sending.send("ready")
    while True:
        restore(Path(data), PASSWORD, io.BytesIO(saved))
        live_on(Path(data))


def test_a_restore_killed_at_any_moment_leaves_the_old_box_or_the_new_one(data: Path, saved: bytes) -> None:
    chance = random.Random(2026)
    live_on(data)
    for _ in range(8):
        process, hearing = started(restore_over_and_over, str(data), saved)
        assert hearing.recv() == "ready"
        time.sleep(chance.uniform(0.0, 0.5))
        process.kill()
        process.join()
        hearing.close()
        with Journal(data / "journal.sqlite3") as journal:
            assert journal.set_aside is None
            assert journal.is_suppressed(CAROL)
        assert callers(data) in ({ANN}, {ANN, CAROL})
        assert SettingsFile(data).load().business in ("Smith Plumbing", "Jones Roofing")
    restore(data, PASSWORD, io.BytesIO(saved))
    assert list(data.glob(".work-*")) == []


# The box as it left the factory


def test_security_check_39_a_factory_reset_leaves_no_personal_file(data: Path) -> None:
    AccessFile(data).claim(PASSWORD)
    (data / "journal.damaged-20260101T000000Z.sqlite3").write_bytes(b"07700900123")
    (data / "journal.v1.sqlite3").write_bytes(b"07700900123")
    (data / "daemon.lock").touch()
    with Journal(data / "journal.sqlite3") as daemon:
        missed_call(daemon, ANN)
        factory_reset(data)
        assert daemon.people(10) == []
        for number in (ANN, BOB, CAROL, "+447700900999"):
            assert files_with_number(data, number) == []
    assert sorted(file.name for file in data.iterdir() if file.suffix != ".lock") == ["journal.sqlite3"]
    assert not AccessFile(data).claimed()
    assert SettingsFile(data).load().business is None


def test_a_reset_of_a_damaged_box_works(data: Path) -> None:
    (data / "journal.sqlite3").write_bytes(b"this is no database" * 1000)
    (data / "settings.json").write_bytes(b"{")
    factory_reset(data)
    assert callers(data) == set()
    assert SettingsFile(data).load().business is None
