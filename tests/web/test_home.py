"""Home: how the box is, pause, who has been in touch, this week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.health import State
from tests.web.fakes import tags_of, words_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, FakeClock, Visitor


def test_home_says_how_the_box_is(owner: Visitor, box: Box) -> None:
    box.status(headline="Ready. Missed calls get a text.", detail="EE, good signal. 3 texts today.")
    page = owner.get("/")
    assert "Dave Smith Plumbing" in words_of(page)
    assert "Ready. Missed calls get a text. EE, good signal. 3 texts today." in words_of(page)
    assert "state good" in page.text


def test_home_answers_while_the_daemon_is_not_running(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    page = owner.get("/")
    assert page.status_code == 200
    assert "Can't reach the phone part." in words_of(page)
    assert "state bad" in page.text
    assert "07700 900123" in words_of(page)


def test_a_status_half_a_minute_old_is_a_daemon_that_is_not_running(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    box.status()
    clock.pass_time(31)
    assert "Can't reach the phone part." in words_of(owner.get("/"))


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_shown(owner: Visitor, box: Box, state: State) -> None:
    box.status(state, headline="What it says.", detail="What to do.")
    page = owner.get("/")
    assert page.status_code == 200
    if state is not State.PAUSED:  # whether it is paused, the settings know first
        assert "What it says. What to do." in words_of(page)


def test_a_tap_pauses_for_two_hours_and_another_ends_it(owner: Visitor, box: Box) -> None:
    box.status()
    assert owner.submit("/pause").location == "/"
    assert box.settings().paused_until == datetime(2026, 11, 26, 16, 12, tzinfo=UTC)
    page = owner.get("/")
    assert "Paused until 4:12pm." in words_of(page)
    assert "Send texts again" in words_of(page)
    assert "state wait" in page.text
    assert owner.submit("/resume").location == "/"
    assert box.settings().paused_until is None
    assert "Pause for 2 hours" in words_of(owner.get("/"))


def test_a_pause_that_is_over_is_shown_no_more(owner: Visitor, box: Box, clock: FakeClock) -> None:
    owner.submit("/pause")
    clock.pass_time(2 * 3600 + 1)
    box.status()
    assert "Pause for 2 hours" in words_of(owner.get("/"))


def test_a_fault_is_not_hidden_by_a_pause(owner: Visitor, box: Box) -> None:
    owner.submit("/pause")
    box.status(State.NO_SIM, headline="No SIM card found.")
    assert "No SIM card found." in words_of(owner.get("/"))


def test_who_waits_for_the_owner_stands_on_home_with_what_became_of_them(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111", ago=timedelta(minutes=30))
    box.texted_call("07700900222", ago=timedelta(minutes=20), sent=False)
    box.texted_call("07700900333", ago=timedelta(minutes=9))
    box.incoming("07700900333", "Boiler showing F28")
    words = words_of(owner.get("/"))
    for said in (
        "Needs you 3",
        "07700 900333 2:11pm New Boiler showing F28",
        "07700 900222 1:52pm Missed call, sending a text",
        "07700 900111 1:42pm Missed call, texted",
    ):
        assert said in words
        words = words[words.index(said) :]


def test_who_has_been_seen_to_waits_no_more_until_they_ring_again(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123", ago=timedelta(minutes=30))
    assert owner.submit(f"/calls/c{call}/done").location == "/?done=seen-to"
    page = words_of(owner.get("/?done=seen-to"))
    assert "Marked as done." in page
    assert "Nobody is waiting for you." in page
    box.missed_call("07700900123", verdict="TEXTED_RECENTLY")
    assert "07700 900123" in words_of(owner.get("/"))


def test_a_text_that_may_not_have_gone_stands_first_and_its_caller_once(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123", ago=timedelta(minutes=30), sent=False)
    text = box.text_of(call)
    box.journal.part_submitting(text, 1, box.clock.now())
    box.journal.part_unknown(text, 1, "power cut", box.clock.now())
    box.texted_call("07700900456", ago=timedelta(minutes=5))
    words = words_of(owner.get("/"))
    assert "Needs you 2 07700 900123 1:42pm Your text may not have gone. Send it again, or ring." in words
    assert words.count("07700 900123") == 1


def test_a_text_that_may_not_have_gone_is_forgotten_after_three_days(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123", ago=timedelta(days=3, minutes=1), sent=False)
    text = box.text_of(call)
    box.journal.part_submitting(text, 1, box.clock.now())
    box.journal.part_unknown(text, 1, "power cut", box.clock.now())
    assert "Send it again, or ring." not in words_of(owner.get("/"))


def test_more_people_than_fit_are_counted_and_one_tap_away(owner: Visitor, box: Box) -> None:
    for last in range(8):
        box.texted_call(f"0770090000{last}", ago=timedelta(minutes=60 - last))
    page = owner.get("/")
    assert "Needs you 8" in words_of(page)
    assert "See all 8" in words_of(page)
    assert ("a", {"class": "button plain", "href": "/calls?show=to-do"}) in tags_of(page)


def test_who_hid_their_number_today_is_counted(owner: Visitor, box: Box) -> None:
    box.missed_call(None, ago=timedelta(days=1), verdict="WITHHELD")
    assert "hid their number" not in words_of(owner.get("/"))
    box.missed_call(None, ago=timedelta(minutes=10), verdict="WITHHELD")
    assert "1 caller today hid their number." in words_of(owner.get("/"))
    box.missed_call(None, verdict="WITHHELD")
    assert "2 callers today hid their number." in words_of(owner.get("/"))


def test_a_box_nobody_has_rung_says_how_to_try_it(owner: Visitor, box: Box) -> None:
    assert "No calls yet. Ring the box from another phone to try it." in words_of(owner.get("/"))


def test_this_week_is_counted_from_monday(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111", ago=timedelta(days=3))  # Monday
    box.incoming("07700900111", "Yes", ago=timedelta(days=2))
    box.texted_call("07700900222", ago=timedelta(days=1))
    box.missed_call(None, verdict="WITHHELD")
    box.texted_call("07700900333", ago=timedelta(days=5))  # last Saturday
    page = owner.get("/")
    assert "missed 3 texted 2 wrote back 1" in words_of(page)
    drawing = next(tag for name, tag in tags_of(page) if name == "svg" and "aria-label" in tag)
    assert drawing["aria-label"] == ("Missed calls each day: Mon 1, Tue 0, Wed 1, Thu 1, Fri 0, Sat 0, Sun 0")
