"""The wizard: five screens, five fields, and a try of both ways at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Presentation
from appliance.core.health import State
from appliance.core.outbox import TextKind
from appliance.core.settings import from_tree
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import tags_of, words_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, FakeClock, Visitor

SCREENS = ("/setup/name", "/setup/text", "/setup/mobile", "/setup/try")


@pytest.fixture
def fresh(owner: Visitor, box: Box) -> Visitor:
    """An owner who has set a password and no more."""
    SettingsFile(box.data).update(lambda _: from_tree({}))
    return owner


def test_home_leads_back_to_the_wizard_till_the_owner_has_said_who_they_are(fresh: Visitor, box: Box) -> None:
    assert fresh.get("/").location == "/setup/name"
    fresh.submit("/setup/name", business="Dave Smith Plumbing", name="Dave")
    assert fresh.get("/").status_code == 200


def test_from_the_names_to_the_try(fresh: Visitor, box: Box) -> None:
    assert fresh.submit("/setup/name", business="Smith & Sons", name="Sam").location == "/setup/text"
    assert "It's Sam from Smith & Sons" in words_of(fresh.get("/setup/text")).replace("it's", "It's")
    assert fresh.submit("/setup/mobile", owner_mobile="07700 900101").location == "/setup/try"
    assert "We send the text to 07700 900101." in words_of(fresh.get("/setup/try"))
    settings = box.settings()
    assert (settings.business, settings.name, settings.owner_mobile) == (
        "Smith & Sons",
        "Sam",
        "+447700900101",
    )


def test_it_has_five_screens_and_five_fields_and_no_tabs(fresh: Visitor, box: Box) -> None:
    fields = 2  # the code and the password of the first screen
    for number, path in enumerate(SCREENS, start=2):
        page = fresh.get(path)
        assert f"Step {number} of 5" in words_of(page)
        assert "<nav" not in page.text
        fields += sum(name == "input" and tag["type"] != "hidden" for name, tag in tags_of(page))
        if path == "/setup/name":
            fresh.submit(path, business="Smith & Sons", name="Sam")
    assert fields == 5


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/setup/name", {"business": "", "name": "Sam"}, "Enter the name of your business."),
        ("/setup/name", {"business": "Smith", "name": " "}, "Enter your name."),
        ("/setup/mobile", {"owner_mobile": ""}, "Enter your mobile number, like 07700 900123."),
        ("/setup/mobile", {"owner_mobile": "01632 960000"}, "Enter your mobile number, like 07700 900123."),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    fresh: Visitor, box: Box, path: str, fields: dict[str, str], sentence: str
) -> None:
    before = box.settings()
    answer = fresh.submit(path, **fields)
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) == 2
    assert box.settings() == before


def test_the_text_shown_is_the_one_for_opening_hours_where_none_is_sent_now(owner: Visitor, box: Box) -> None:
    closed = {
        "business": "Smith",
        "name": "Sam",
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "closed"),
        "text": {"closed": ""},
    }
    SettingsFile(box.data).update(lambda _: from_tree(closed))
    assert "I'm on a job" in words_of(owner.get("/setup/text"))


def test_the_test_text_goes_to_the_owner_and_its_state_is_shown(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    answer = owner.submit("/setup/try")
    assert answer.location.startswith("/setup/try?sent=")
    text = box.journal.text(int(answer.location.rpartition("=")[2]))
    assert text is not None
    assert (text.to, text.kind, text.parts) == ("+447700900100", TextKind.TEST, 1)
    assert "Dave Smith Plumbing" in text.body
    assert "Sending" in words_of(owner.get(answer.location))
    box.journal.part_submitting(text.id, 1, clock.now())
    box.journal.part_sent(text.id, 1, 7, clock.now())
    assert "Sent 2:12pm" in words_of(owner.get(answer.location))


def test_two_taps_cost_one_text(owner: Visitor, box: Box, clock: FakeClock) -> None:
    first = owner.submit("/setup/try").location.rpartition("=")[2]
    assert owner.submit("/setup/try", sent=first).location.endswith(f"={first}")
    assert len(box.outbox()) == 1
    clock.pass_time(60)
    assert not owner.submit("/setup/try", sent=first).location.endswith(f"={first}")
    assert len(box.outbox()) == 2


def test_without_a_mobile_there_is_nobody_to_text(fresh: Visitor, box: Box) -> None:
    assert fresh.submit("/setup/try").location == "/setup/mobile"
    assert box.outbox() == []


@pytest.mark.parametrize("sent", ["0", "999", "x", "-1", "9" * 30])
def test_an_address_that_names_no_test_text_shows_none(owner: Visitor, box: Box, sent: str) -> None:
    reply = box.journal.queue_text(
        to="+447700900123", body="On my way", parts=1, kind=TextKind.REPLY, at=box.clock.now()
    )
    for named in (sent, str(reply)):
        page = owner.get(f"/setup/try?sent={named}")
        assert page.status_code == 200
        assert "We send the text to" in words_of(page)


def test_a_ring_that_got_through_is_shown_while_it_still_rings(owner: Visitor, box: Box) -> None:
    assert "Ring the number of the SIM in the box." in words_of(owner.get("/setup/try"))
    call = box.journal.call_started(box.clock.now())
    box.journal.call_identified(call, "07700900100", "+447700900100", Presentation.ALLOWED)
    assert "The box heard it ring at 2:12pm." in words_of(owner.get("/setup/try"))


def test_a_ring_of_yesterday_proves_nothing(owner: Visitor, box: Box) -> None:
    box.missed_call("07700900123", ago=timedelta(days=1))
    assert "The box heard it" not in words_of(owner.get("/setup/try"))


def test_a_box_that_cannot_work_yet_says_so_and_what_to_do(owner: Visitor, box: Box) -> None:
    box.status(State.SIM_LOCKED, "The SIM is locked.", "Type its lock code. We only ever try it once.")
    page = owner.get("/setup/try")
    assert "The SIM is locked." in words_of(page)
    assert ("a", {"class": "button", "href": "/settings/sim-lock"}) in tags_of(page)
    box.status()
    assert "Ready." not in words_of(owner.get("/setup/try"))


def test_the_last_screen_renews_itself(owner: Visitor, box: Box) -> None:
    page = owner.get("/setup/try")
    assert 'data-mark="' in page.text
    live = {tag["id"] for _, tag in tags_of(page) if "data-live" in tag}
    assert live == {"how", "sent", "rang"}
