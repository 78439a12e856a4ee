"""The daemon and the page write at once; the power goes at any moment: nothing that was said is lost."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.core.outbox import TextState
from appliance.drivers.journal import Journal
from tests.drivers.processes import started
from tests.drivers.stories import ANN, BOB, MONDAY, missed_call, queued, wrote

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

KILLS = 30


def call_and_text(sending: Connection, path: str, number: str, times: int) -> None:
    with Journal(Path(path)) as journal:
        for _ in range(times):
            with journal.transaction():
                queued(journal, number, call_id=missed_call(journal, number))
    sending.send("done")


def test_two_processes_write_at_once_and_both_keep_all(path: Path) -> None:
    working = [started(call_and_text, str(path), number, 60) for number in (ANN, BOB)]
    for process, hearing in working:
        assert hearing.recv() == "done"
        process.join()
        hearing.close()
    with Journal(path) as journal:
        assert journal.set_aside is None
        assert (journal.texts_to(ANN, MONDAY), journal.texts_to(BOB, MONDAY)) == (60, 60)
        assert len(journal.calls(limit=1000)) == 120


def open_at_once(sending: Connection, path: str) -> None:
    with Journal(Path(path)) as journal:
        missed_call(journal)
        sending.send(str(journal.set_aside is not None))


def test_many_processes_may_open_a_journal_that_does_not_exist_yet(path: Path) -> None:
    working = [started(open_at_once, str(path)) for _ in range(6)]
    for process, hearing in working:
        assert hearing.recv() == "False"
        process.join()
        hearing.close()
    with Journal(path) as journal:
        assert len(journal.calls(limit=10)) == 6


def test_of_many_processes_that_find_a_journal_damaged_one_moves_it_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 1000)
    working = [started(open_at_once, str(path)) for _ in range(4)]
    moved = []
    for process, hearing in working:
        moved.append(hearing.recv())
        process.join()
        hearing.close()
    assert sorted(moved) == ["False", "False", "False", "True"]
    with Journal(path) as journal:
        assert len(journal.calls(limit=10)) == 4


def work_until_killed(sending: Connection, path: str, number: str) -> None:
    """Say what is about to be given to the modem before, and what is kept after each commit."""
    with Journal(Path(path)) as journal:
        journal.settle_interrupted(MONDAY)
        while True:
            with journal.transaction():
                text_id = queued(journal, number, parts=2, call_id=missed_call(journal, number))
            sending.send(("queued", text_id))
            for sequence in (1, 2):
                journal.part_submitting(text_id, sequence, MONDAY)
                sending.send(("submitting", text_id))
                journal.part_sent(text_id, sequence, sequence, MONDAY)
            sending.send(("sent", text_id))
            sending.send(("incoming", wrote(journal, number, f"Answer to {text_id}")))


def test_whatever_was_said_to_be_kept_is_kept_when_the_process_is_killed(path: Path) -> None:
    said: dict[str, set[int]] = {"queued": set(), "submitting": set(), "sent": set(), "incoming": set()}
    chance = random.Random(2026)
    for _ in range(KILLS):
        process, hearing = started(work_until_killed, str(path), ANN)
        for _ in range(chance.randrange(1, 25)):
            step, row = hearing.recv()
            said[step].add(row)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        while True:  # what it had said by then
            try:
                step, row = hearing.recv()
            except EOFError:
                break
            said[step].add(row)
        hearing.close()
        with Journal(path) as journal:
            assert journal.set_aside is None
            journal.settle_interrupted(MONDAY)
            for text_id in said["submitting"] - said["sent"]:
                assert TextState.SUBMITTING not in {part.state for part in journal.parts_of(text_id)}
    with Journal(path) as journal:
        assert len(said["sent"]) > KILLS
        for text_id in said["queued"]:
            assert len(journal.parts_of(text_id)) == 2
        for text_id in said["submitting"]:
            assert journal.parts_of(text_id)[0].state in (TextState.SENT, TextState.UNKNOWN)
        for text_id in said["sent"]:
            found = journal.text(text_id)
            assert found is not None
            assert found.state is TextState.SENT
        assert all(journal.message(message_id) is not None for message_id in said["incoming"])
