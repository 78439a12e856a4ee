"""The stop list: it outlives the number, and cannot be read off the file."""

from __future__ import annotations

from pathlib import Path

from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call


def test_who_wants_no_texts_is_known_in_every_spelling_of_the_number(journal: Journal) -> None:
    assert not journal.is_suppressed(ANN)
    assert journal.suppress(ANN, MONDAY)
    assert journal.is_suppressed("07700 900123")
    assert not journal.is_suppressed(BOB)


def test_a_second_stop_is_no_news(journal: Journal) -> None:
    journal.suppress(ANN, MONDAY)
    assert not journal.suppress("07700 900123", after(days=1))


def test_start_lifts_a_stop_and_is_news_once(journal: Journal) -> None:
    journal.suppress(ANN, MONDAY)
    journal.suppress(BOB, MONDAY)
    assert journal.unsuppress(ANN)
    assert not journal.unsuppress(ANN)
    assert (journal.is_suppressed(ANN), journal.is_suppressed(BOB)) == (False, True)


def test_the_list_holds_no_number(journal: Journal, path: Path) -> None:
    journal.suppress(ANN, MONDAY)
    journal.close()
    content = path.read_bytes()
    assert b"7700900123" not in content


def test_two_boxes_have_nothing_in_common_for_the_same_number(tmp_path: Path) -> None:
    hashes = []
    for name in ("one", "two"):
        with Journal(tmp_path / name / "journal.sqlite3") as journal:
            journal.suppress(ANN, MONDAY)
            with journal._file.reading() as db:
                hashes.append(bytes(db.execute("SELECT hash FROM stops").fetchone()[0]))
    assert hashes[0] != hashes[1]


def test_a_stop_is_read_out_of_a_damaged_file(path: Path) -> None:
    with Journal(path) as journal:
        journal.suppress(ANN, MONDAY)
        with journal.transaction():
            for _ in range(400):
                missed_call(journal, BOB)
    content = bytearray(path.read_bytes())
    content[-8192:] = b"\xa5" * 8192  # the newest calls
    path.write_bytes(content)
    with Journal(path) as mended:
        assert mended.set_aside is not None
        assert mended.calls(limit=1) == []
        assert mended.is_suppressed(ANN)
        assert mended.suppress(BOB, MONDAY)
        assert mended.is_suppressed(BOB)
        assert sorted(file.name for file in path.parent.iterdir() if file.is_dir()) == []


def test_a_stop_that_is_only_in_the_log_of_a_damaged_file_is_read_out_too(path: Path) -> None:
    with Journal(path) as journal:
        with journal.transaction():
            for _ in range(400):
                missed_call(journal, BOB)
        journal._file._current().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        journal.suppress(ANN, MONDAY)
        content = bytearray(path.read_bytes())
        content[-8192:] = b"\xa5" * 8192
        path.write_bytes(content)
        with Journal(path) as mended:
            assert mended.set_aside is not None
            assert mended.is_suppressed(ANN)


def test_a_file_that_is_no_database_at_all_leaves_an_empty_list(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 1000)
    with Journal(path) as mended:
        assert mended.set_aside is not None
        assert not mended.is_suppressed(ANN)
