"""TinyDB documents that survive power cuts and two writing processes."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.drivers import files
from appliance.drivers.atomic_storage import (
    AtomicStorage,
    DocumentsUnreadable,
    DocumentsUnwritable,
    backup_of,
    changing,
    documents,
)
from tests.drivers.processes import started

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

EACH = 150
KILLS = 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "documents.json"


def add(path: Path, value: int) -> None:
    with changing(path) as held:
        held.table("numbers").insert({"value": value})


def values(path: Path) -> list[int]:
    return [document["value"] for document in documents(path).table("numbers")]


def test_what_was_written_is_read(path: Path) -> None:
    add(path, 1)
    add(path, 2)
    assert values(path) == [1, 2]
    assert json.loads(path.read_bytes())["numbers"]["2"] == {"value": 2}


def test_where_nothing_was_written_there_are_no_documents(path: Path) -> None:
    assert AtomicStorage(path).read() is None
    assert values(path) == []
    assert not path.parent.exists()


def test_a_block_of_changes_is_one_replacement(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[Path] = []
    replace = files.replace_file

    def noted(path: Path, content: bytes) -> None:
        replaced.append(path)
        replace(path, content)

    monkeypatch.setattr(files, "replace_file", noted)
    with changing(path) as held:
        table = held.table("numbers")
        table.insert({"value": 1})
        table.truncate()
        table.insert_multiple([{"value": 2}, {"value": 3}])
        assert len(table) == 2
    assert replaced == [path]
    assert values(path) == [2, 3]


def test_a_block_that_changes_nothing_writes_nothing(path: Path) -> None:
    with changing(path) as held:
        assert list(held.table("numbers")) == []
    assert not path.exists()


def test_a_block_that_fails_changes_nothing(path: Path) -> None:
    add(path, 1)

    def fail_in_the_middle() -> None:
        with changing(path) as held:
            held.table("numbers").truncate()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert values(path) == [1]
    add(path, 2)  # and the lock is free again
    assert values(path) == [1, 2]


def test_the_copy_before_the_present_one_is_kept(path: Path) -> None:
    add(path, 1)
    assert not backup_of(path).exists()
    add(path, 2)
    add(path, 3)
    assert json.loads(backup_of(path).read_bytes())["numbers"] == {"1": {"value": 1}, "2": {"value": 2}}
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "documents.json",
        "documents.json.bak",
        "documents.lock",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("damage", [b"", b'{"numbers": {"1": {"val', b"[]", b'{"numbers": 1}', b"\xff\xfe"])
def test_of_a_damaged_file_the_copy_before_it_is_used(path: Path, damage: bytes) -> None:
    add(path, 1)
    add(path, 2)
    path.write_bytes(damage)
    assert values(path) == [1]
    add(path, 3)
    assert values(path) == [1, 3]
    path.write_bytes(damage)
    assert values(path) == [1]  # the damaged file did not take the copy's place


def test_a_file_that_is_missing_beside_its_copy_is_read_from_the_copy(path: Path) -> None:
    add(path, 1)
    add(path, 2)
    path.unlink()
    assert values(path) == [1]


def test_when_both_are_damaged_it_is_said_and_nothing_is_written(path: Path) -> None:
    add(path, 1)
    add(path, 2)
    path.write_bytes(b"{")
    backup_of(path).write_bytes(b"")
    with pytest.raises(DocumentsUnreadable):
        values(path)
    with pytest.raises(DocumentsUnreadable):
        add(path, 3)
    assert path.read_bytes() == b"{"


def test_storage_that_takes_no_more_is_told_and_keeps_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(path, 1)
    add(path, 2)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DocumentsUnwritable):
        add(path, 3)
    assert values(path) == [1, 2]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(DocumentsUnwritable):
        add(tmp_path / "data" / "documents.json", 1)


def test_words_in_any_alphabet_come_back(path: Path) -> None:
    with changing(path) as held:
        held.table("names").insert({"name": "Zoë \N{WRENCH} Łukasz"})
    assert documents(path).table("names").all() == [{"name": "Zoë \N{WRENCH} Łukasz"}]


def add_many(sending: Connection, path: str, first: int) -> None:
    for value in range(first, first + EACH):
        add(Path(path), value)
    sending.send("done")


def test_two_processes_change_the_documents_at_once_and_both_keep_all(path: Path) -> None:
    working = [started(add_many, str(path), first) for first in (0, 1000)]
    for process, hearing in working:
        assert hearing.recv() == "done"
        process.join()
        hearing.close()
    assert sorted(values(path)) == [*range(EACH), *range(1000, 1000 + EACH)]


def add_until_killed(sending: Connection, path: str) -> None:
    value = max(values(Path(path)), default=0)
    while True:
        value += 1
        add(Path(path), value)
        sending.send(value)


def test_a_process_killed_at_any_moment_leaves_whole_documents_and_a_free_lock(path: Path) -> None:
    for kill in range(KILLS):
        process, hearing = started(add_until_killed, str(path))
        for _ in range(1 + kill % 4):
            said = hearing.recv()
        process.kill()
        process.join()
        while hearing.poll():
            try:
                said = hearing.recv()
            except EOFError:
                break
        hearing.close()
        kept = values(path)
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) >= said
