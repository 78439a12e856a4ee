"""The journal's file: private, proved sound, replaced when damaged, and honest when it cannot serve."""

from __future__ import annotations

import inspect
import resource
import sqlite3
import stat
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from appliance.core.calls import Outcome, Presentation, Source
from appliance.core.outbox import TextKind
from appliance.drivers import migrations
from appliance.drivers.journal import Journal, JournalTooNew, JournalUnavailable
from appliance.modem.events import Place
from appliance.modem.pdu import Settled
from tests.drivers.processes import outcome_of
from tests.drivers.stories import ANN, BOB, MONDAY, missed_call, queued, wrote

if TYPE_CHECKING:
    from collections.abc import Callable


def connection(journal: Journal) -> sqlite3.Connection:
    found = journal._file._connection
    assert found is not None
    return found


def pragma(journal: Journal, name: str) -> object:
    (value,) = connection(journal).execute(f"PRAGMA {name}").fetchone()
    return cast("object", value)


def repeat(write: Callable[[], object]) -> None:
    for _ in range(3000):
        write()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_journal_lasts_through_power_cuts_and_leaves_nothing_behind(journal: Journal) -> None:
    assert pragma(journal, "journal_mode") == "wal"
    assert pragma(journal, "synchronous") == 2  # FULL
    assert pragma(journal, "secure_delete") == 1
    assert pragma(journal, "foreign_keys") == 1
    assert pragma(journal, "busy_timeout") == 5000
    assert pragma(journal, "user_version") == migrations.SCHEMA.version


def test_nobody_else_may_read_the_journal_and_what_belongs_to_it(journal: Journal, path: Path) -> None:
    missed_call(journal)
    assert mode(path.parent) == 0o700
    assert {file.name: mode(file) for file in path.parent.iterdir()} == {
        "journal.sqlite3": 0o600,
        "journal.sqlite3-shm": 0o600,
        "journal.sqlite3-wal": 0o600,
        "journal.lock": 0o600,
    }


def test_a_journal_left_open_to_others_is_closed_to_them(path: Path) -> None:
    Journal(path).close()
    path.chmod(0o644)
    Journal(path).close()
    assert mode(path) == 0o600


def test_what_was_erased_is_gone_from_the_file(path: Path) -> None:
    with Journal(path) as journal:
        wrote(journal, body="a very particular leak")
    with Journal(path) as journal:
        connection(journal).execute("DELETE FROM incoming")
    assert b"a very particular leak" not in path.read_bytes()


def test_an_open_journal_that_nobody_uses_is_not_written_to(journal: Journal, path: Path) -> None:
    missed_call(journal)
    before = {
        file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")
    }
    journal.calls(limit=10)
    journal.next_text(MONDAY)
    journal.mark_read(ANN)
    journal.settle_interrupted(MONDAY)
    journal.data_version()
    assert before == {
        file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")
    }


def test_the_data_version_changes_when_another_process_writes(journal: Journal, path: Path) -> None:
    before = journal.data_version()
    missed_call(journal)
    assert journal.data_version() == before
    with Journal(path) as other:
        missed_call(other)
    assert journal.data_version() != before


def test_a_sound_journal_is_not_set_aside(path: Path) -> None:
    with Journal(path) as journal:
        missed_call(journal)
    with Journal(path) as again:
        assert again.set_aside is None
        assert len(again.calls(limit=10)) == 1


def fill(path: Path) -> None:
    with Journal(path) as journal, journal.transaction():
        for _ in range(200):
            queued(journal, call_id=missed_call(journal))


def not_a_database(path: Path) -> None:
    path.write_bytes(b"\0" * 100 + b"this is no database" * 1000)


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def scribbled_over(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 8192)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [not_a_database, shortened, scribbled_over])
def test_a_damaged_journal_is_kept_aside_and_a_new_one_made(
    path: Path, damage: Callable[[Path], None]
) -> None:
    fill(path)
    damage(path)
    damaged = path.read_bytes()
    with Journal(path) as journal:
        aside = journal.set_aside
        assert journal.calls(limit=10) == []
        missed_call(journal)
    assert aside is not None
    assert aside.name.startswith("journal.damaged-")
    assert aside.name.endswith("Z.sqlite3")
    assert (aside.parent, aside.read_bytes(), mode(aside)) == (path.parent, damaged, 0o600)
    with Journal(path) as again:
        assert again.set_aside is None
        assert len(again.calls(limit=10)) == 1


def test_a_damaged_journal_that_another_process_has_open_is_moved_with_all_that_belongs_to_it(
    path: Path,
) -> None:
    fill(path)
    with Journal(path) as daemon:
        missed_call(daemon)
        log = path.with_name("journal.sqlite3-wal").read_bytes()
        scribbled_over(path)
        with Journal(path) as page:
            aside = page.set_aside
            assert aside is not None
            assert aside.with_name(f"{aside.name}-wal").read_bytes() == log
            missed_call(page, ANN)
            missed_call(daemon, BOB)
            missed_call(page, ANN)
            assert [view.call.number for view in page.calls(limit=10)] == [ANN, BOB, ANN]
    with Journal(path) as again:
        assert (again.set_aside, len(again.calls(limit=10))) == (None, 3)


def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Journal(path) as journal:
        assert journal.set_aside is None
        missed_call(journal)


def test_a_journal_replaced_by_another_process_is_opened_anew(path: Path) -> None:
    with Journal(path) as daemon:
        missed_call(daemon, ANN)
        before = daemon.data_version()
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).rename(path.with_name(f"kept.sqlite3{suffix}"))
        with Journal(path) as page:
            missed_call(page, BOB)
            assert daemon.data_version() != before
            missed_call(daemon, ANN)
            assert [view.call.number for view in page.calls(limit=10)] == [ANN, BOB]
    with Journal(path) as again:
        assert len(again.calls(limit=10)) == 2


def test_damage_found_while_running_is_set_aside_at_the_next_use(path: Path) -> None:
    fill(path)
    with Journal(path) as journal:
        with path.open("r+b") as file:  # in place: the same file, as a dying card would have it
            file.seek(8192)
            file.write(b"\xa5" * (path.stat().st_size - 8192))
        connection(journal).execute("PRAGMA shrink_memory")  # so that it looks at the file again
        with pytest.raises(JournalUnavailable, match=r"^The journal is damaged"):
            journal.calls(limit=200)
        missed_call(journal)
        assert journal.set_aside is not None
        assert len(journal.calls(limit=10)) == 1


def test_a_journal_of_a_later_version_is_refused_and_left_alone(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path) as later:
        later.execute(f"PRAGMA user_version = {migrations.SCHEMA.version + 1}")
        later.execute("UPDATE compatibility SET oldest_reader = ?", (migrations.SCHEMA.version + 1,))
    later.close()
    for read_only in (False, True):
        with pytest.raises(JournalTooNew, match=r"^The journal is from a newer version of Textback"):
            Journal(path, read_only=read_only)
    assert sorted(file.name for file in path.parent.iterdir()) == ["journal.lock", "journal.sqlite3"]


def test_a_journal_of_a_later_version_that_says_it_may_be_used_is_used(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path) as later:
        later.execute(f"PRAGMA user_version = {migrations.SCHEMA.version + 1}")
        later.execute("ALTER TABLE calls ADD COLUMN mood TEXT")
    later.close()
    with Journal(path) as journal:
        missed_call(journal)
        assert len(journal.calls(limit=1000)) == 201
    with Journal(path, read_only=True) as look:
        assert len(look.calls(limit=1000)) == 201
    assert sorted(file.name for file in path.parent.iterdir()) == ["journal.lock", "journal.sqlite3"]


def test_a_look_from_the_command_line_makes_no_file(path: Path) -> None:
    with pytest.raises(JournalUnavailable, match=r"^The journal cannot be opened"):
        Journal(path, read_only=True)
    assert not path.parent.exists()


def test_a_look_from_the_command_line_reads_and_cannot_write(path: Path) -> None:
    with Journal(path) as journal:
        missed_call(journal)
        with Journal(path, read_only=True) as look:
            assert len(look.calls(limit=10)) == 1
            with pytest.raises(JournalUnavailable, match="cannot be written"):
                missed_call(look)


def test_a_look_at_a_damaged_journal_leaves_it_where_it_is(path: Path) -> None:
    fill(path)
    not_a_database(path)
    with pytest.raises(JournalUnavailable, match=r"^The journal is damaged"):
        Journal(path, read_only=True)
    assert path.exists()


def test_a_look_at_a_file_without_tables_says_that_it_is_not_ready(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(JournalUnavailable, match=r"^The journal is not ready yet"):
        Journal(path, read_only=True)


def test_a_folder_that_cannot_be_made_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(JournalUnavailable, match=r"^The journal's folder cannot be used"):
        Journal(tmp_path / "data" / "journal.sqlite3")


EVERY_METHOD: dict[str, Callable[[Journal], object]] = {
    "bare_calls": lambda j: j.bare_calls(limit=1),
    "call": lambda j: j.call(1),
    "call_identified": lambda j: j.call_identified(1, ANN, ANN, Presentation.ALLOWED),
    "call_listed": lambda j: j.call_listed(
        started_at=MONDAY,
        number=ANN,
        key=ANN,
        presentation=Presentation.ALLOWED,
        source=Source.ALERT,
        verdict="TOO_LATE",
        within=timedelta(0),
    ),
    "call_over": lambda j: j.call_over(1, ended_at=MONDAY, rings=1, outcome=Outcome.MISSED, verdict="TEXT"),
    "call_started": lambda j: j.call_started(MONDAY),
    "calls": lambda j: j.calls(limit=1),
    "counts_by_hour": lambda j: j.counts_by_hour(MONDAY),
    "calls_csv": lambda j: list(j.calls_csv()),
    "counts_by_day": lambda j: j.counts_by_day([MONDAY, MONDAY]),
    "counts_today": lambda j: j.counts_today(MONDAY),
    "data_version": lambda j: j.data_version(),
    "delivery": lambda j: j.delivery(1, ANN, Settled.DELIVERED, MONDAY),
    "erase": lambda j: j.erase(ANN),
    "event": lambda j: j.event("started", MONDAY, "x" * 500),
    "events": lambda j: j.events(limit=1),
    "export": lambda j: list(j.export()),
    "export_person": lambda j: list(j.export_person(ANN)),
    "fail_text": lambda j: j.fail_text(1, "TOO_LATE", MONDAY),
    "incoming": lambda j: j.incoming(sender=ANN, key=ANN, body="Hi", sent_at=None, at=MONDAY),
    "incoming_part": lambda j: j.incoming_part(
        sender=ANN, key=ANN, reference=1, total=1, sequence=1, text="Hi", sent_at=None, at=MONDAY
    ),
    "is_suppressed": lambda j: j.is_suppressed(ANN),
    "known_before": lambda j: j.known_before(ANN),
    "last_event": lambda j: j.last_event("started"),
    "last_sent_at": lambda j: j.last_sent_at(),
    "last_text_at": lambda j: j.last_text_at(ANN),
    "mark": lambda j: j.mark("board"),
    "mark_done": lambda j: j.mark_done(ANN),
    "mark_open": lambda j: j.mark_open(ANN),
    "mark_read": lambda j: j.mark_read(ANN),
    "message": lambda j: j.message(1),
    "newest_at": lambda j: j.newest_at(),
    "next_text": lambda j: j.next_text(MONDAY),
    "next_try_at": lambda j: j.next_try_at(),
    "owner_wrote_at": lambda j: j.owner_wrote_at(ANN),
    "part_never_went": lambda j: j.part_never_went(1, 1, MONDAY),
    "part_refused": lambda j: j.part_refused(1, 1, MONDAY),
    "part_sent": lambda j: j.part_sent(1, 1, 1, MONDAY),
    "part_stored": lambda j: j.part_stored(1, 1, Place("SM", 3)),
    "part_submitting": lambda j: j.part_submitting(1, 1, MONDAY),
    "part_taken_out": lambda j: j.part_taken_out(1, 1),
    "part_unknown": lambda j: j.part_unknown(1, 1, "NO_ANSWER", MONDAY),
    "parts_of": lambda j: j.parts_of(1),
    "people": lambda j: j.people(1),
    "person": lambda j: j.person(ANN, 1),
    "person_view": lambda j: j.person_view(ANN),
    "prove": lambda j: j.prove(),
    "purge": lambda j: j.purge(MONDAY),
    "queue_text": lambda j: j.queue_text(to=ANN, body="Hi", parts=1, kind=TextKind.REPLY, at=MONDAY),
    "queued_count": lambda j: j.queued_count(),
    "redact": lambda j: j.redact(1, "PAUSE"),
    "redate": lambda j: j.redate([1], timedelta(hours=1)),
    "retry_text": lambda j: j.retry_text(1, MONDAY, "no network"),
    "ringing_calls": lambda j: j.ringing_calls(),
    "scrub": lambda j: j.scrub(),
    "search": lambda j: j.search("leak", 1),
    "send_again": lambda j: j.send_again(1, MONDAY),
    "seconds_to_text": lambda j: j.seconds_to_text(MONDAY),
    "set_mark": lambda j: j.set_mark("board", "x" * 500),
    "set_meaning": lambda j: j.set_meaning(1, "STOP"),
    "settle_incomplete": lambda j: j.settle_incomplete(MONDAY),
    "settle_interrupted": lambda j: j.settle_interrupted(MONDAY),
    "share_who_wrote_back": lambda j: j.share_who_wrote_back(MONDAY),
    "stored_parts": lambda j: j.stored_parts(),
    "suppress": lambda j: j.suppress(ANN, MONDAY),
    "text": lambda j: j.text(1),
    "texts_since": lambda j: j.texts_since(MONDAY),
    "texts_to": lambda j: j.texts_to(ANN, MONDAY),
    "todo": lambda j: j.todo(1),
    "todo_count": lambda j: j.todo_count(),
    "transaction": lambda j: j.transaction().__enter__(),
    "uncertain_texts": lambda j: j.uncertain_texts(1),
    "unsuppress": lambda j: j.unsuppress(ANN),
}
WRITES = frozenset({"call_started", "event", "incoming", "incoming_part", "queue_text"})


def test_no_method_is_left_out_of_the_next_tests() -> None:
    public = {name for name, _ in inspect.getmembers(Journal, inspect.isfunction) if not name.startswith("_")}
    assert set(EVERY_METHOD) == public - {"close"}


@pytest.mark.parametrize("name", EVERY_METHOD)
def test_every_method_says_so_when_the_journal_is_closed(journal: Journal, path: Path, name: str) -> None:
    journal.close()
    path.unlink()
    with pytest.raises(JournalUnavailable):
        EVERY_METHOD[name](journal)


@pytest.mark.parametrize("name", sorted(set(EVERY_METHOD) - {"export"}))
def test_every_method_says_so_when_the_folder_has_gone(journal: Journal, path: Path, name: str) -> None:
    path.rename(path.with_name("moved"))
    path.mkdir()
    with pytest.raises(JournalUnavailable):
        EVERY_METHOD[name](journal)


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_write_to_full_storage_says_so_and_keeps_what_was_there(journal: Journal, name: str) -> None:
    missed_call(journal)
    full = pragma(journal, "page_count")
    connection(journal).execute(f"PRAGMA max_page_count = {full}")
    with pytest.raises(JournalUnavailable, match=r"^The box's storage is full") as told:
        repeat(lambda: EVERY_METHOD[name](journal))
    assert isinstance(told.value.__cause__, sqlite3.OperationalError)
    assert len(journal.calls(limit=10_000)) >= 1
    connection(journal).execute("PRAGMA max_page_count = 1000000")
    EVERY_METHOD[name](journal)


def write_until_the_file_may_not_grow(path: str) -> str:
    """Run in a process of its own: the limit is its own as well."""
    with Journal(Path(path)) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        written = 0
        try:
            while written < 5000:
                journal.call_started(MONDAY)
                written += 1
        except JournalUnavailable as told:
            return f"{len(journal.calls(limit=5000)) == written > 10} {told}"
    return "never refused"


def test_storage_that_takes_no_more_loses_nothing_it_has_taken(path: Path) -> None:
    assert outcome_of(write_until_the_file_may_not_grow, str(path)).startswith("True The box's storage is ")
    with Journal(path) as again:
        assert again.set_aside is None
        assert len(again.ringing_calls()) > 10


def test_threads_share_a_journal_and_lose_nothing(journal: Journal) -> None:
    def work() -> None:
        for _ in range(25):
            with journal.transaction():
                queued(journal, call_id=missed_call(journal))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.calls(limit=1000)) == 100
    assert journal.texts_since(MONDAY) == 100


def test_sqlite_is_new_enough_for_the_schema() -> None:
    assert sqlite3.sqlite_version_info >= (3, 37), sys.version  # STRICT tables
