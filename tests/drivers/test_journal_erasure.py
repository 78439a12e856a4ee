"""What the journal forgets is in no file of it: one person, and what is too old to keep."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from appliance.core.outbox import TextKind, TextState
from appliance.drivers.journal import Journal
from tests.drivers.raw_bytes import files_with, files_with_number
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, text, wrote

OWNER = "+447700900999"


def busy_life(journal: Journal, number: str = ANN) -> None:
    """Let the number get into every table there is."""
    spelt = f"0{number.removeprefix('+44')}"
    journal.queue_text(
        to=number,
        body="Sorry",
        parts=2,
        kind=TextKind.MISSED_CALL,
        at=MONDAY,
        call_id=missed_call(journal, number),
    )
    wrote_id = wrote(journal, number, f"Ring me on {spelt[:5]} {spelt[5:]}")
    journal.queue_text(
        to=OWNER,
        body=f"{spelt}: Ring me",
        parts=1,
        kind=TextKind.FORWARD,
        at=MONDAY,
        incoming_id=wrote_id,
    )
    sent(journal, number, after(minutes=5))
    queued(journal, spelt, kind=TextKind.REPLY)
    journal.incoming_part(
        sender=number, key=number, reference=1, total=2, sequence=1, text="half", sent_at=MONDAY, at=MONDAY
    )
    journal.incoming_part(
        sender=spelt, key=number, reference=2, total=2, sequence=1, text="half", sent_at=MONDAY, at=MONDAY
    )
    journal.queue_text(
        to=OWNER,
        body=f"Ring back 0044 (0){spelt[1:5]}-{spelt[5:]}",
        parts=1,
        kind=TextKind.NOTICE,
        at=MONDAY,
    )
    wrote(journal, BOB, f"My wife is {number}")
    journal.event("doubtful", MONDAY, f"to {spelt}")
    journal.set_mark("board", f'{{"told": "{number}"}}')
    journal.set_mark(f"guard {number}", "1")


def test_security_check_39_the_number_of_an_erased_person_is_in_no_file(path: Path) -> None:
    with Journal(path) as journal, Journal(path) as page:
        busy_life(journal)
        busy_life(journal, BOB)
        journal.suppress(ANN, MONDAY)
        page.calls(limit=10)
        assert files_with_number(path.parent, ANN) != []
        page.erase("07700 900123")
        assert files_with_number(path.parent, ANN) == []
        assert files_with_number(path.parent, BOB) != []
        assert journal.person(ANN, 100) == []
        assert [person.person for person in journal.people(10)] == [BOB]
        assert journal.is_suppressed(ANN)
    assert files_with_number(path.parent, ANN) == []


def test_what_others_wrote_stays_without_the_number(journal: Journal) -> None:
    wrote(journal, BOB, "My wife is 07700 900123, ring her")
    journal.erase(ANN)
    (view,) = journal.people(10)
    message = journal.message(1)
    assert message is not None
    assert (view.person, message.body) == (BOB, "My wife is [erased], ring her")


def test_a_text_that_was_about_to_go_to_an_erased_person_does_not_go(journal: Journal) -> None:
    queued(journal, ANN)
    journal.erase(ANN)
    assert journal.next_text(after(days=1)) is None


def test_a_name_is_erased_like_a_number(journal: Journal, path: Path) -> None:
    wrote(journal, "MyBank", "Your code is 1234")
    wrote(journal, ANN, "Hello")
    journal.erase("MyBank")
    assert files_with(path.parent, "MyBank", "Your code") == []
    assert [person.person for person in journal.people(10)] == [ANN]


def test_an_erasure_while_somebody_reads_is_finished_later(path: Path) -> None:
    with Journal(path) as journal, Journal(path, read_only=True) as page:
        busy_life(journal)
        with page._file.reading() as db:
            db.execute("SELECT count(*) FROM calls").fetchone()
            journal.erase(ANN, patience=0.05)
            assert journal.person(ANN, 10) == []
        assert journal.scrub()
        assert files_with_number(path.parent, ANN) == []


def test_security_check_39_after_91_days_the_number_is_in_no_file_and_the_stop_is_kept(path: Path) -> None:
    with Journal(path) as journal:
        busy_life(journal)
        journal.suppress(ANN, MONDAY)
        for _ in range(20):  # whatever waits is sent or given up by then
            waiting = journal.next_text(after(hours=1))
            if waiting is not None:
                journal.fail_text(waiting.id, "TOO_LATE", after(hours=1))
        missed_call(journal, BOB, after(days=80))
        journal.set_mark("board", None)
        journal.set_mark(f"guard {ANN}", None)
        assert journal.purge(after(days=91) - timedelta(days=90)) > 10
        assert files_with_number(path.parent, ANN) == []
        assert [person.person for person in journal.people(10)] == [BOB]
        assert journal.is_suppressed(ANN)


def test_what_is_younger_stays(journal: Journal) -> None:
    missed_call(journal, ANN, MONDAY)
    kept = missed_call(journal, ANN, after(hours=1))
    wrote(journal, ANN, "Old", MONDAY)
    answer = wrote(journal, ANN, "New", after(hours=1))
    journal.event("started", MONDAY)
    assert journal.purge(after(minutes=30)) == 3
    assert [view.call.id for view in journal.calls(limit=10)] == [kept]
    assert [getattr(item, "id", None) for item in journal.person(ANN, 10)] == [kept, answer]
    assert [person.person for person in journal.people(10)] == [ANN]


def test_nothing_to_forget_writes_nothing(journal: Journal, path: Path) -> None:
    missed_call(journal)
    log = path.with_name(f"{path.name}-wal")
    before = log.read_bytes()
    assert journal.purge(after(days=-1)) == 0
    assert log.read_bytes() == before


def test_what_waits_to_be_sent_stays_with_its_cause_until_it_went(journal: Journal) -> None:
    call_id = missed_call(journal, ANN)
    text_id = queued(journal, ANN, call_id=call_id)
    message_id = wrote(journal, BOB)
    copy_id = journal.queue_text(
        to=OWNER, body="Copy", parts=1, kind=TextKind.FORWARD, at=MONDAY, incoming_id=message_id
    )
    ringing = journal.call_started(MONDAY)
    assert journal.purge(after(days=365)) == 0
    for waiting in (text_id, copy_id):
        journal.part_submitting(waiting, 1, MONDAY)
        journal.part_sent(waiting, 1, 7, MONDAY)
    assert journal.purge(after(days=365)) > 0
    assert [call.id for call in journal.ringing_calls()] == [ringing]
    assert (journal.call(call_id), journal.text(text_id), journal.message(message_id)) == (None, None, None)


def test_a_text_that_may_have_gone_is_forgotten_in_its_time_too(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.settle_interrupted(MONDAY)
    assert text(journal, text_id).state is TextState.UNKNOWN
    assert journal.purge(after(days=1)) == 2  # and the conversation
    assert journal.parts_of(text_id) == ()


def test_many_rows_are_forgotten_in_many_small_steps(journal: Journal, path: Path) -> None:
    with journal.transaction():
        for minute in range(1200):
            missed_call(journal, BOB, after(minutes=minute))
    assert journal.purge(after(days=10)) == 1200 + 1  # and Bob himself
    assert files_with_number(path.parent, BOB) == []


def test_security_check_39_no_copy_is_left_where_a_row_lay_before_its_page_was_rearranged(
    path: Path,
) -> None:
    chance = random.Random(1)
    numbers = [f"+4477009{last:05d}" for last in range(1500)]  # many: one row in a hundred leaves a copy
    with Journal(path) as journal:
        with journal.transaction():
            for minute in range(6000):
                number, at = chance.choice(numbers), after(minutes=minute)
                call_id = missed_call(journal, number, at)
                queued(journal, number, at, parts=chance.choice((1, 3)), call_id=call_id)
                if chance.random() < 0.5:
                    wrote(journal, number, "Boiler " * chance.randrange(1, 60), at)
        with journal._file.transaction() as db:
            db.executemany("DELETE FROM texts WHERE person = ?", [(number,) for number in numbers[1:300]])
            db.executemany("DELETE FROM calls WHERE person = ?", [(number,) for number in numbers[1:300]])
            db.executemany("DELETE FROM incoming WHERE person = ?", [(number,) for number in numbers[1:300]])
            db.executemany("DELETE FROM people WHERE person = ?", [(number,) for number in numbers[1:300]])
        journal.erase(numbers[0])
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert [number for number in numbers[:300] if number[3:].encode() in content] == []
        assert numbers[300][3:].encode() in content
