"""When the whole file is looked through, and what a short look at an opening finds already."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.drivers import journal_proof
from appliance.drivers.journal import Journal, JournalUnavailable
from tests.drivers.stories import ANN, missed_call, queued


@pytest.fixture
def boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that names this run of the machine; write another name into it to restart the machine."""
    file = tmp_path / "boot_id"
    file.write_text("first\n")
    monkeypatch.setattr(journal_proof, "_BOOT", file)
    return file


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that the whole file was looked through."""
    found: list[int] = []
    prove = journal_proof.prove

    def counted(connection: sqlite3.Connection) -> None:
        found.append(1)
        prove(connection)

    monkeypatch.setattr(journal_proof, "prove", counted)
    return found


def fill(path: Path) -> None:
    with Journal(path) as journal, journal.transaction():
        for _ in range(1500):
            queued(journal, call_id=missed_call(journal))


def cut_power(path: Path, boot: Path) -> None:
    """Leave the files as they are while somebody works on them, and start the machine anew."""
    kept = path.parent / "kept"
    with Journal(path) as journal:
        missed_call(journal)
        kept.mkdir()
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, kept)
    for file in kept.iterdir():
        shutil.copy(file, path.parent)
    shutil.rmtree(kept)
    boot.write_text("second\n")


def scribble_in_the_middle(path: Path) -> None:
    """Spoil rows that no short look comes by."""
    content = path.read_bytes()
    middle = len(content) // 3 // 4096 * 4096
    path.write_bytes(content[:middle] + b"\xa5" * 4096 + content[middle + 4096 :])


def test_a_new_file_is_proved_once(path: Path, boot: Path, proofs: list[int]) -> None:
    Journal(path).close()
    Journal(path).close()
    assert len(proofs) == 1


def test_the_whole_file_is_looked_through_after_a_power_cut(
    path: Path, boot: Path, proofs: list[int]
) -> None:
    fill(path)
    cut_power(path, boot)
    proofs.clear()
    Journal(path).close()
    assert len(proofs) == 1
    Journal(path).close()
    assert len(proofs) == 1


def test_it_is_not_after_a_stop_in_good_order(path: Path, boot: Path, proofs: list[int]) -> None:
    fill(path)
    boot.write_text("second\n")
    proofs.clear()
    Journal(path).close()
    assert proofs == []


def test_it_is_not_while_another_process_works_or_was_killed(
    path: Path, boot: Path, proofs: list[int]
) -> None:
    with Journal(path) as daemon:
        missed_call(daemon)
        proofs.clear()
        Journal(path).close()
    cut_power(path, boot)
    boot.write_text("first\n")
    Journal(path).close()
    assert proofs == []


def test_it_is_where_the_machine_has_no_name_for_its_runs(path: Path, boot: Path, proofs: list[int]) -> None:
    fill(path)
    cut_power(path, boot)
    boot.unlink()
    proofs.clear()
    Journal(path).close()
    assert len(proofs) == 1


@pytest.mark.parametrize("days", [8, -8])
def test_it_is_once_a_week_whichever_way_the_clock_went(
    path: Path, boot: Path, proofs: list[int], days: int
) -> None:
    then = datetime.now(UTC) - timedelta(days=days)
    with Journal(path) as journal:
        journal.set_mark("proved", f"first {then.isoformat()}")
        proofs.clear()
        assert journal.prove()
        assert not journal.prove()
        journal.set_mark("proved", f"first {then.isoformat()}")
    Journal(path).close()
    assert len(proofs) == 2


@pytest.mark.parametrize("mark", ["", "first", "first yesterday", "first 2026-11-23"])
def test_a_mark_that_says_nothing_of_use_proves_nothing(
    path: Path, boot: Path, proofs: list[int], mark: str
) -> None:
    with Journal(path) as journal:
        journal.set_mark("proved", mark)
    proofs.clear()
    Journal(path).close()
    assert len(proofs) == 1


def test_a_large_file_waits_for_a_quiet_moment(
    path: Path, boot: Path, proofs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_proof, "AT_ONCE_BYTES", 1000)
    fill(path)
    cut_power(path, boot)
    proofs.clear()
    with Journal(path) as journal:
        assert proofs == []
        assert len(journal.calls(limit=2000)) == 1501
        with journal.transaction():
            assert not journal.prove()
        assert journal.prove()
        assert not journal.prove()
    assert len(proofs) == 1


def test_damage_in_a_large_file_is_found_in_that_moment(
    path: Path, boot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_proof, "AT_ONCE_BYTES", 1000)
    fill(path)
    with Journal(path) as journal:
        journal.set_mark("proved", None)
    scribble_in_the_middle(path)
    with Journal(path) as journal:
        assert journal.set_aside is None
        with pytest.raises(JournalUnavailable, match=r"^The journal is damaged"):
            journal.prove()
        missed_call(journal, ANN)
        assert [view.call.number for view in journal.calls(limit=10)] == [ANN]
    assert len(list(path.parent.glob("journal.damaged-*.sqlite3"))) == 1


def test_damage_by_a_power_cut_is_found_at_the_opening(path: Path, boot: Path) -> None:
    fill(path)
    cut_power(path, boot)
    scribble_in_the_middle(path)
    with Journal(path) as journal:
        assert journal.set_aside is not None


def test_a_file_that_is_shorter_than_it_says_is_found_by_the_short_look(
    path: Path, boot: Path, proofs: list[int]
) -> None:
    fill(path)
    proofs.clear()
    path.write_bytes(path.read_bytes()[:-4096])
    with Journal(path) as journal:
        assert journal.set_aside is not None


def test_a_file_that_cannot_be_opened_yet_is_tried_at_every_use(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with Journal(path, patient=True) as journal:
        with pytest.raises(JournalUnavailable, match=r"^The journal's folder cannot be used"):
            missed_call(journal)
        path.parent.unlink()
        missed_call(journal)
        assert len(journal.calls(limit=10)) == 1
