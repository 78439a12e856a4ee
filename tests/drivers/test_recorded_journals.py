"""Journals of earlier versions, as they were found on the storage, opened by this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.core.calls import Outcome, Source
from appliance.core.outbox import TextKind, TextState
from appliance.drivers import migrations
from appliance.drivers.journal import Journal, JournalUnavailable
from tests.drivers.stories import ANN, BOB, after, queued, wrote

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture
def version_1(path: Path) -> Path:
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as made:
        made.executescript((RECORDED / "journal_v1.sql").read_text("utf-8"))
    return path


def test_every_call_and_text_is_still_there(version_1: Path) -> None:
    with Journal(version_1) as journal:
        assert journal.set_aside is None
        calls = [view.call for view in journal.calls(limit=10)]
        assert [(call.number, call.outcome) for call in calls] == [
            ("07700900789", Outcome.RINGING),
            ("01632960001", Outcome.ANSWERED),
            (BOB, Outcome.MISSED),
            (None, Outcome.MISSED),
            (ANN, Outcome.MISSED),
        ]
        assert {call.source for call in calls} == {Source.RING}
        assert {call.record for call in calls} == {None}
        texts = [journal.text(text_id) for text_id in (1, 3, 4, 5)]
        assert [text and (text.kind, text.state) for text in texts] == [
            (TextKind.MISSED_CALL, TextState.DELIVERED),
            (TextKind.FORWARD, TextState.QUEUED),
            (TextKind.REPLY, TextState.SENT),
            (TextKind.MISSED_CALL, TextState.SUBMITTING),
        ]
        assert [part.state for part in journal.parts_of(5)] == [TextState.SENT, TextState.SUBMITTING]
        message = journal.message(2)
        assert message is not None
        assert message.body == "Boiler shows F28 \N{FIRE}"


def test_what_was_under_way_goes_on(version_1: Path) -> None:
    with Journal(version_1) as journal:
        assert journal.settle_interrupted(after(days=1)) == [5]
        assert [call.number for call in journal.ringing_calls()] == ["07700900789"]
        second = journal.incoming_part(
            sender=BOB,
            key=BOB,
            reference=5,
            total=2,
            sequence=2,
            text="and the second",
            sent_at=after(hours=3),
            at=after(hours=6),
        )
        assert second is not None
        message = journal.message(second)
        assert message is not None
        assert message.body == "The first half and the second"
        assert queued(journal, kind=TextKind.ACKNOWLEDGEMENT) > 6


def test_whoever_the_owner_had_answered_is_done_and_the_others_are_not(version_1: Path) -> None:
    with Journal(version_1) as journal:
        assert {person.person: person.done for person in journal.people(10)} == {
            "MyBank": False,
            "+441632960001": False,
            BOB: False,
            ANN: True,
        }
        wrote(journal, ANN, "Thanks")
        assert ANN in {person.person for person in journal.todo(10)}


def test_the_file_as_it_was_is_kept_beside_the_new_one(version_1: Path) -> None:
    Journal(version_1).close()
    with closing(sqlite3.connect(version_1.with_name("journal.v1.sqlite3"))) as kept:
        assert migrations.version(kept) == 1
        assert kept.execute("SELECT count(*) FROM calls").fetchone() == (5,)
    assert version_1.with_name("journal.v1.sqlite3").stat().st_mode & 0o777 == 0o600
    Journal(version_1).close()
    assert sorted(file.name for file in version_1.parent.iterdir()) == [
        "journal.lock",
        "journal.sqlite3",
        "journal.v1.sqlite3",
    ]


def test_only_one_copy_is_kept(version_1: Path) -> None:
    older = version_1.with_name("journal.v0.sqlite3")
    older.touch()
    Journal(version_1).close()
    assert not older.exists()


def test_a_step_that_finds_no_room_leaves_the_file_as_it_was(
    version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("appliance.drivers.files.replace_by", no_room)
    with pytest.raises(JournalUnavailable, match="No space left on device"):
        Journal(version_1)
    with closing(sqlite3.connect(version_1)) as found:
        assert migrations.version(found) == 1
    monkeypatch.undo()
    with Journal(version_1) as journal:
        assert len(journal.calls(limit=10)) == 5


def test_a_look_from_the_command_line_does_not_bring_the_file_up(version_1: Path) -> None:
    with pytest.raises(JournalUnavailable, match=r"^The journal is not ready yet"):
        Journal(version_1, read_only=True)
