"""What comes in is kept, understood, acted on once, and copied to the owner once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.core.outbox import TextState
from appliance.drivers.journal import JournalUnavailable
from appliance.modem.events import Doubtful, NotStarted, Refused
from appliance.modem.result_codes import CmsError
from tests.desk import ANN, OWNER, Desk, accepted, deliver, part
from tests.modem import tpdu_builder as build


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal.sqlite3")
    yield made
    made.journal.close()


def test_a_text_is_kept_and_copied_to_the_owner(desk: Desk) -> None:
    desk.take_in(deliver("Boiler shows F28"))
    (message,) = desk.inbox
    assert (message.sender, message.key, message.body) == (ANN, ANN, "Boiler shows F28")
    assert desk.copies == [(OWNER, "07700 900123: Boiler shows F28")]


def test_the_same_text_read_again_is_kept_and_copied_once(desk: Desk) -> None:
    for _ in range(3):
        desk.take_in(deliver("Boiler shows F28"))
        desk.restart()
    assert len(desk.inbox) == len(desk.copies) == 1


def test_a_text_in_parts_is_copied_when_it_is_whole_and_once(desk: Desk) -> None:
    desk.take_in(part("and the boiler", 2))
    assert desk.copies == []
    desk.restart()
    desk.take_in(part("The tap leaks ", 1))
    desk.take_in(part("The tap leaks ", 1))
    assert desk.copies == [(OWNER, "07700 900123: The tap leaks and the boiler")]


@pytest.mark.parametrize("sender", [build.number("447700900999"), build.number("447700900100")])
def test_what_the_owner_or_the_box_wrote_is_kept_but_not_copied(desk: Desk, sender: bytes) -> None:
    desk.take_in(deliver("Hello", sender))
    assert len(desk.inbox) == 1
    assert desk.copies == []


def test_nothing_is_copied_when_the_owner_does_not_want_it(desk: Desk) -> None:
    desk.set("forward_replies", False)
    desk.take_in(deliver("Hello"))
    assert desk.copies == []


def test_a_text_from_a_name_is_kept_under_it_and_copied(desk: Desk) -> None:
    desk.take_in(deliver("Your bill is ready", build.name("EE")))
    (message,) = desk.inbox
    assert (message.sender, message.key) == ("EE", None)
    assert [body for _, body in desk.copies] == ["EE: Your bill is ready"]


def test_a_text_that_comes_in_is_never_answered(desk: Desk) -> None:
    desk.take_in(deliver("Hello"))
    assert [row["text_kind"] for row in desk.journal.export() if row.get("direction") == "out"] == ["forward"]


def test_what_is_addressed_to_an_application_is_noted_and_not_shown(desk: Desk) -> None:
    head = build.header([(0x05, bytes.fromhex("0B8423F0"))])
    desk.take_in(build.deliver(build.octet_user_data(b"\x01\x06", head), coding=0x04, with_header=True))
    assert desk.inbox == []
    assert [event.name for event in desk.journal.events(limit=5)] == ["application_message"]


def test_what_cannot_be_read_is_noted_and_may_leave_the_sim(desk: Desk) -> None:
    desk.take_in("00" + "FF" * 12)
    assert [event.name for event in desk.journal.events(limit=5)] == ["unreadable_text"]


def test_a_status_report_settles_its_text(desk: Desk) -> None:
    text_id = desk.queue()
    ticket = desk.send(accepted)
    desk.take_in(build.status_report(40 + ticket.sequence, 0))
    assert desk.text(text_id).state is TextState.DELIVERED


def test_a_status_report_lifts_a_doubt(desk: Desk) -> None:
    text_id = desk.queue()
    desk.send(Doubtful)
    desk.take_in(build.status_report(200, 0))
    assert desk.text(text_id).state is TextState.DELIVERED


@pytest.mark.parametrize("recipient", [build.number("447700900456"), build.name("EE"), build.number("")])
def test_a_status_report_about_somebody_else_changes_nothing(desk: Desk, recipient: bytes) -> None:
    text_id = desk.queue()
    desk.send(accepted)
    desk.take_in(build.status_report(41, 0, recipient=recipient))
    assert desk.text(text_id).state is TextState.SENT


def test_what_cannot_be_kept_stays_in_the_modem(desk: Desk) -> None:
    desk.journal.storage.writes = False
    with pytest.raises(JournalUnavailable):
        desk.take_in(deliver("Hello"))
    desk.journal.storage.writes = True
    assert desk.inbox == []
    desk.take_in(deliver("Hello"))
    assert len(desk.inbox) == len(desk.copies) == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_text_and_its_copy_are_kept_together_or_not_at_all(desk: Desk, place: int) -> None:
    desk.journal.storage.fails_at = place
    with pytest.raises(JournalUnavailable):
        desk.take_in(deliver("Hello"))
    assert (desk.inbox, desk.copies) == ([], [])
    desk.journal.storage.fails_at = None
    desk.take_in(deliver("Hello"))
    assert len(desk.inbox) == len(desk.copies) == 1


def test_a_log_of_texts_names_nobody_and_quotes_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for result in (accepted, Doubtful, lambda ticket: Refused(ticket, CmsError(38, "38")), NotStarted):
            desk.queue(body="The key is under the mat")
            desk.send(result)
        desk.take_in(deliver("The key is under the mat"))
        desk.take_in(build.status_report(41, 0))
    assert "sent" in caplog.text
    for secret in ("900123", "under the mat", "900999"):
        assert secret not in caplog.text
