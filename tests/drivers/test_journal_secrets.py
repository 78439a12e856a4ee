"""Secrets in texts: a code that is sent, a PIN that comes in. Used once, they are in no file any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.core.outbox import TextKind, TextState
from appliance.drivers.journal import Journal
from tests.drivers.raw_bytes import files_with
from tests.drivers.stories import ANN, MONDAY, after, queued, text, wrote

CODE = "483 920 117"
ORDER = "PAUSE 27182"


def code(journal: Journal) -> int:
    text_id = journal.queue_text(to=ANN, body=f"Your code: {CODE}", parts=1, kind=TextKind.CODE, at=MONDAY)
    journal.part_submitting(text_id, 1, MONDAY)
    return text_id


def test_a_code_is_kept_until_it_has_gone(journal: Journal, path: Path) -> None:
    text_id = code(journal)
    assert CODE in text(journal, text_id).body
    journal.part_sent(text_id, 1, 7, after(seconds=2))
    assert (text(journal, text_id).state, text(journal, text_id).body) == (TextState.SENT, "")
    assert files_with(path.parent, CODE) == []


@pytest.mark.parametrize("state", [TextState.FAILED, TextState.UNKNOWN])
def test_a_code_that_did_not_go_for_sure_is_not_kept_and_not_sent_again(
    journal: Journal, path: Path, state: TextState
) -> None:
    text_id = code(journal)
    if state is TextState.FAILED:
        journal.fail_text(text_id, "no", MONDAY)
    else:
        journal.part_unknown(text_id, 1, "NO_ANSWER", MONDAY)
    assert (text(journal, text_id).state, text(journal, text_id).body) == (state, "")
    assert files_with(path.parent, CODE) == []
    assert not journal.send_again(text_id, after(hours=1))


def test_a_code_whose_sending_a_crash_interrupted_is_forgotten_at_the_start(path: Path) -> None:
    with Journal(path) as journal:
        text_id = code(journal)
    with Journal(path) as again:
        again.settle_interrupted(MONDAY)
        assert text(again, text_id).body == ""
        assert files_with(path.parent, CODE) == []


def test_the_words_of_other_texts_stay(journal: Journal) -> None:
    text_id = queued(journal)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 7, MONDAY)
    assert text(journal, text_id).body == "Sorry I missed you"


def test_an_order_is_kept_without_its_pin(journal: Journal, path: Path) -> None:
    message_id = wrote(journal, ANN, ORDER)
    journal.set_meaning(message_id, "ORDER")
    journal.redact(message_id, "PAUSE")
    message = journal.message(message_id)
    assert message is not None
    assert (message.body, message.meaning) == ("PAUSE", "ORDER")
    assert files_with(path.parent, "27182") == []


def test_an_order_in_parts_leaves_its_pin_nowhere_either(journal: Journal, path: Path) -> None:
    for sequence, words in ((1, "PAUSE 27182 "), (2, "until Monday 27182")):
        message_id = journal.incoming_part(
            sender=ANN,
            key=ANN,
            reference=9,
            total=2,
            sequence=sequence,
            text=words,
            sent_at=MONDAY,
            at=MONDAY,
        )
    assert message_id is not None
    journal.redact(message_id, "PAUSE until Monday")
    assert files_with(path.parent, "27182") == []


def test_an_order_read_from_the_sim_again_is_still_known(journal: Journal, path: Path) -> None:
    message_id = wrote(journal, ANN, ORDER)
    journal.redact(message_id, "PAUSE")
    assert wrote(journal, ANN, ORDER) == message_id
    assert wrote(journal, ANN, ORDER, after(seconds=5)) != message_id


def test_a_secret_goes_once_a_reader_that_was_in_the_way_has_finished(journal: Journal, path: Path) -> None:
    message_id = wrote(journal, ANN, ORDER)
    with Journal(path, read_only=True) as page, page._file.reading() as db:
        db.execute("SELECT count(*) FROM incoming").fetchone()
        journal.redact(message_id, "PAUSE")
        assert files_with(path.parent, "27182") != []
        assert not journal.scrub()
    assert journal.scrub()
    assert files_with(path.parent, "27182") == []


def test_what_is_owed_is_still_owed_after_a_restart(path: Path) -> None:
    with Journal(path) as page:
        with Journal(path) as journal, page._file.reading() as db:
            db.execute("SELECT count(*) FROM incoming").fetchone()
            message_id = wrote(journal, ANN, ORDER)
            journal.redact(message_id, "PAUSE")
        with Journal(path) as again:
            assert again.scrub()
            assert files_with(path.parent, "27182") == []


def test_inside_a_transaction_the_secret_goes_with_its_end(journal: Journal, path: Path) -> None:
    with journal.transaction():
        journal.redact(wrote(journal, ANN, ORDER), "PAUSE")
    assert files_with(path.parent, "27182") == []
