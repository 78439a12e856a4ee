"""Calls, and the conversation with one person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.lists import NumberList
from appliance.core.outbox import TextKind
from appliance.drivers.people_file import PeopleFile
from appliance.modem.pdu import Settled
from tests.web.fakes import BODY, tags_of, words_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, FakeClock, Visitor


def hrefs(page: TestResponse) -> list[str]:
    return [str(tag["href"]) for name, tag in tags_of(page) if name == "a"]


def test_every_person_has_one_line_with_the_last_thing_that_happened(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123", ago=timedelta(hours=2))
    box.missed_call("+447700900123", ago=timedelta(hours=1), verdict="TEXTED_RECENTLY")
    words = words_of(owner.get("/calls"))
    assert words.count("07700 900123") == 1
    assert "Missed call. No text: they had one from us not long ago." in words


def test_wrote_back_shows_only_who_did(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111")
    box.texted_call("07700900222")
    box.incoming("07700900222", "Boiler")
    answered = box.texted_call("07700900333")
    box.incoming("07700900333", "Tap")
    owner.submit(f"/calls/c{answered}", text="Tomorrow at 9")
    words = words_of(owner.get("/calls?show=wrote-back"))
    assert "07700 900222" in words
    assert "07700 900333" in words
    assert "You: Tomorrow at 9" in words
    assert "07700 900111" not in words


def test_nobody_wrote_back_is_said_in_words(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111")
    assert "Nobody has written back yet." in words_of(owner.get("/calls?show=wrote-back"))


def test_older_pages_show_everybody_once(owner: Visitor, box: Box) -> None:
    expected = set()
    with box.journal.transaction():
        for number in range(45):
            ago = timedelta(minutes=500 - number)
            if number % 5 == 0:
                box.missed_call(None, ago=ago, verdict="WITHHELD")
            else:
                box.missed_call(f"07700 900{number:03}", ago=ago, verdict="PAUSED")
                expected.add(f"07700 900{number:03}")
    seen: list[str] = []
    nameless, path = 0, "/calls"
    for _ in range(10):
        page = owner.get(path)
        words = words_of(page)
        seen += [number for number in expected if number in words]
        nameless += words.count("No number")
        older = [href for href in hrefs(page) if "rank=" in href or "call=" in href]
        if not older:
            break
        path = older[0]
    assert sorted(seen) == sorted(expected)
    assert nameless == 9


@pytest.mark.parametrize("query", ["rank=x", "rank=-1", "call=99999999999999999999", "show=nobody", "rank="])
def test_a_made_up_page_is_no_fault(owner: Visitor, box: Box, query: str) -> None:
    box.texted_call("07700900111")
    assert owner.get(f"/calls?{query}").status_code == 200


def test_a_conversation_tells_the_story_in_order(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123", ago=timedelta(minutes=90))
    box.incoming("07700900123", "Boiler showing F28", ago=timedelta(minutes=80))
    box.missed_call("07700900123", ago=timedelta(minutes=5), verdict="TEXTED_RECENTLY")
    page = owner.get(f"/calls/c{call}")
    words = words_of(page)
    for said in (
        "07700 900123",
        "Call back",
        "Missed call, rang 15 seconds 12:42pm",
        BODY,
        "Sent 12:42pm, 4 seconds after the call",
        "Boiler showing F28 12:52pm",
        "Missed call, rang 15 seconds 2:07pm . No text: they had one from us not long ago.",
    ):
        assert said in words
        words = words[words.index(said) :]
    assert {"tel:+447700900123", "sms:+447700900123"} <= set(hrefs(page))


def test_every_item_of_a_conversation_leads_to_it(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    message = box.incoming("07700900123", "Boiler")
    text = next(item["text_id"] for item in box.journal.export() if item["kind"] == "call")
    for item in (f"c{call}", f"t{message}", f"t{text}"):
        assert "Boiler" in words_of(owner.get(f"/calls/{item}"))


def test_no_address_of_the_page_holds_a_phone_number(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    box.incoming("07700900222", "Tap")
    for path in ("/", "/calls", "/calls?show=wrote-back", "/calls/c1"):
        inside = [href for href in hrefs(owner.get(path)) if not href.startswith(("tel:", "sms:"))]
        assert inside
        assert not [href for href in inside if "77009" in href]


@pytest.mark.parametrize(
    "item", ["c999", "t999", "x1", "c", "1", "c1x", "c-1", "c1/../..", "c\u0661", "c1%0A", "c" + "9" * 40]
)
def test_an_item_that_is_not_there_is_a_page_not_found(owner: Visitor, box: Box, item: str) -> None:
    box.texted_call("07700900123")
    assert owner.get(f"/calls/{item}").status_code == 404


def test_a_call_without_a_number_has_no_conversation(owner: Visitor, box: Box) -> None:
    call = box.missed_call(None, verdict="WITHHELD")
    assert owner.get(f"/calls/c{call}").status_code == 404
    assert not [href for href in hrefs(owner.get("/calls")) if href.startswith("/calls/")]


def test_the_owners_own_forwarded_texts_are_no_conversation(owner: Visitor, box: Box) -> None:
    text = box.journal.queue_text(
        to="07700900100", body="07700 900123: Boiler", parts=1, kind=TextKind.FORWARD, at=box.clock.now()
    )
    assert owner.get(f"/calls/t{text}").status_code == 404


def test_a_reply_queues_exactly_one_text(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    answer = owner.submit(f"/calls/c{call}", text="  On my way.\r\nBack gate open?  ")
    assert (answer.status_code, answer.location) == (303, f"/calls/c{call}?done=sending")
    assert box.outbox() == ["On my way.\nBack gate open?"]
    queued = box.journal.next_text(box.clock.now())
    assert queued is not None
    assert (queued.to, queued.kind, queued.parts) == ("+447700900123", TextKind.REPLY, 1)
    page = words_of(owner.get(answer.location))
    assert "Your text is on its way." in page
    assert "Sending" in page


def test_a_muddy_thumb_that_taps_twice_sends_one_text(owner: Visitor, box: Box, clock: FakeClock) -> None:
    call = box.texted_call("07700900123")
    for _ in range(3):
        assert owner.submit(f"/calls/c{call}", text="On my way").status_code == 303
    assert box.outbox() == ["On my way"]
    owner.submit(f"/calls/c{call}", text="Traffic, 10 minutes")
    clock.pass_time(61)
    owner.submit(f"/calls/c{call}", text="On my way")
    assert box.outbox() == ["On my way", "Traffic, 10 minutes", "On my way"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write your text first."),
        (" \r\n ", "Write your text first."),
        ("x" * 613, "This is too long. Make it short enough for 4 texts."),
        ("x" * 3000, "This is too long. Make it short enough for 4 texts."),
        ("ring me \x1a now", "A hidden character in this text cannot be sent. Write it again here."),
    ],
)
def test_a_reply_that_cannot_be_sent_says_why_and_is_kept(
    owner: Visitor, box: Box, text: str, sentence: str
) -> None:
    call = box.texted_call("07700900123")
    answer = owner.submit(f"/calls/c{call}", text=text)
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) >= 2  # on top, and beside the field
    assert "There is a problem" in words_of(answer)
    assert text.strip()[:600] in answer.text
    assert box.outbox() == []


def test_a_reply_of_four_parts_is_the_longest(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    owner.submit(f"/calls/c{call}", text="x" * 612)
    queued = box.journal.next_text(box.clock.now())
    assert queued is not None
    assert queued.parts == 4


def test_a_reply_may_hold_brackets_and_braces(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    owner.submit(f"/calls/c{call}", text="[name] {0} %s")
    assert box.outbox() == ["[name] {0} %s"]


@pytest.mark.parametrize("sender", ["Giffgaff", "60006", "01632 960044", "+33612345678"])
def test_only_uk_mobiles_can_be_texted_from_the_page(owner: Visitor, box: Box, sender: str) -> None:
    message = box.incoming(sender, "Your goodybag renews")
    page = owner.get(f"/calls/t{message}")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert owner.submit(f"/calls/t{message}", text="Hello").status_code == 404
    assert box.outbox() == []


def test_what_was_read_is_new_no_more(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    message = box.incoming("07700900123", "Boiler")
    assert " New Boiler" in words_of(owner.get("/calls"))
    assert "Mark as read" in words_of(owner.get(f"/calls/t{message}"))
    assert owner.submit(f"/calls/t{message}/read").status_code == 303
    assert " New Boiler" not in words_of(owner.get("/calls"))
    assert "Mark as read" not in words_of(owner.get(f"/calls/t{message}"))


@pytest.mark.parametrize(
    ("settle", "said"),
    [
        ("fail", "Not sent. The SIM has no credit left."),
        ("unknown", "This may not have gone. Ring them to be sure."),
        ("deliver", "Delivered 2:07pm, 4 seconds after the call"),
    ],
)
def test_each_state_of_a_text_is_said_in_words(owner: Visitor, box: Box, settle: str, said: str) -> None:
    call = box.texted_call("07700900123", sent=settle == "deliver")
    text = next(item["text_id"] for item in box.journal.export() if item["kind"] == "call")
    assert isinstance(text, int)
    match settle:
        case "fail":
            box.journal.fail_text(text, "The SIM has no credit left.", box.clock.now())
        case "unknown":
            box.journal.part_submitting(text, 1, box.clock.now())
            box.journal.part_unknown(text, 1, "power cut", box.clock.now())
        case _:
            box.journal.delivery(7, "+447700900123", Settled.DELIVERED, box.clock.now())
    assert said in words_of(owner.get(f"/calls/c{call}"))


@pytest.mark.parametrize(
    ("outcome", "verdict", "said"),
    [
        (Outcome.ANSWERED, "ANSWERED", "Call answered"),
        (Outcome.REJECTED, "PAUSED", "Missed call, the box hung up after 15 seconds"),
        (Outcome.MISSED, "LIMIT", "No text: the limit of texts was used up."),
    ],
)
def test_each_end_of_a_call_is_said_in_words(
    owner: Visitor, box: Box, outcome: Outcome, verdict: str, said: str
) -> None:
    call = box.missed_call("07700900123", outcome=outcome, verdict=verdict)
    assert said in words_of(owner.get(f"/calls/c{call}"))


def test_yesterday_and_before_have_their_day(owner: Visitor, box: Box) -> None:
    box.missed_call("07700900111", ago=timedelta(days=1), verdict="PAUSED")
    box.missed_call("07700900222", ago=timedelta(days=4), verdict="PAUSED")
    box.missed_call("07700900333", ago=timedelta(days=400), verdict="PAUSED")
    words = words_of(owner.get("/calls"))
    assert "07700 900111 yesterday" in words
    assert "07700 900222 Sun 22 Nov" in words
    assert "07700 900333 Wed 22 Oct 2025" in words


def test_a_call_that_got_no_text_says_why_from_the_facts_kept_with_it(owner: Visitor, box: Box) -> None:
    start = box.clock.now() - timedelta(minutes=20)
    call = box.journal.call_started(start)
    box.journal.call_identified(call, "07700900123", "+447700900123", Presentation.ALLOWED)
    box.journal.call_over(
        call,
        ended_at=start + timedelta(seconds=15),
        rings=3,
        outcome=Outcome.MISSED,
        verdict="TEXTED_RECENTLY",
        record={"last_text_at": (start - timedelta(hours=20)).isoformat()},
    )
    assert "No text: we texted them yesterday at 5:52pm." in words_of(owner.get(f"/calls/c{call}"))


def test_to_do_shows_only_who_still_waits(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111")
    seen = box.texted_call("07700900222")
    owner.submit(f"/calls/c{seen}/done")
    words = words_of(owner.get("/calls?show=to-do"))
    assert "07700 900111" in words
    assert "07700 900222" not in words
    owner.submit(f"/calls/c{seen}/open")
    assert "07700 900222" in words_of(owner.get("/calls?show=to-do"))


def test_nobody_to_do_and_nothing_found_are_said_in_words(owner: Visitor, box: Box) -> None:
    assert "Nobody is waiting for you." in words_of(owner.get("/calls?show=to-do"))
    assert "Nothing found. Try part of a number" in words_of(owner.get("/calls?find=kettle"))


def test_a_search_shows_what_was_looked_for_and_what_it_found(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900111")
    box.incoming("07700900222", "Boiler showing F28")
    words = words_of(owner.get("/calls?find=%20boiler%20%20showing"))
    assert "Found for boiler showing" in words
    assert "07700 900222" in words
    assert "07700 900111" not in words


@pytest.mark.parametrize("sought", ["%", "_", "'; DROP TABLE people;--", "\x00", "x" * 5000, "<b>", "\u202e"])
def test_whatever_is_looked_for_is_no_fault(owner: Visitor, box: Box, sought: str) -> None:
    box.texted_call("07700900111")
    page = owner.get(f"/calls?find={quote(sought)}")
    assert page.status_code == 200
    assert "<b>" not in page.text.replace("<b data-user>", "")


@pytest.mark.parametrize("state", ["FAILED", "UNKNOWN"])
def test_a_text_that_did_not_surely_go_is_sent_again_when_the_owner_says_so(
    owner: Visitor, box: Box, state: str
) -> None:
    call = box.texted_call("07700900123", sent=False)
    text = box.text_of(call)
    if state == "FAILED":
        box.journal.fail_text(text, "The SIM has no credit left.", box.clock.now())
    else:
        box.journal.part_submitting(text, 1, box.clock.now())
        box.journal.part_unknown(text, 1, "power cut", box.clock.now())
    assert box.outbox() == []
    label = {"FAILED": "Try again", "UNKNOWN": "Send again"}[state]
    assert label in words_of(owner.get(f"/calls/c{call}"))
    answer = owner.submit(f"/calls/c{call}/again", text=str(text))
    assert answer.location == f"/calls/c{call}?done=sending"
    assert box.outbox() == [BODY]
    assert label not in words_of(owner.get(f"/calls/c{call}"))
    assert owner.submit(f"/calls/c{call}/again", text=str(text)).location == f"/calls/c{call}"
    assert box.outbox() == [BODY]


def test_only_this_persons_texts_are_sent_again(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    other = box.texted_call("07700900456", sent=False)
    text = box.text_of(other)
    box.journal.fail_text(text, "No.", box.clock.now())
    for made_up in (str(text), "999", "", "x", "-1"):
        assert owner.submit(f"/calls/c{call}/again", text=made_up).status_code == 404
    assert box.outbox() == []


def test_a_text_that_went_offers_nothing_to_send_again(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    words = words_of(owner.get(f"/calls/c{call}"))
    assert "Send again" not in words
    assert "Try again" not in words


def test_a_name_stands_in_place_of_the_number_everywhere(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    answer = owner.submit(f"/calls/c{call}/name", name="  Mrs   Patel ")
    assert answer.location == f"/calls/c{call}?done=saved"
    for path in ("/", "/calls", f"/calls/c{call}"):
        assert "Mrs Patel" in words_of(owner.get(path))
    assert "07700 900123" not in words_of(owner.get("/calls"))
    assert "07700 900123" in words_of(owner.get(f"/calls/c{call}"))


def test_a_name_of_nothing_is_refused_beside_its_field(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    answer = owner.submit(f"/calls/c{call}/name", name="  ")
    assert answer.status_code == 422
    assert words_of(answer).count("Enter a name.") == 2
    assert ("details", {"class": "card", "open": None}) in tags_of(answer)


def test_never_always_and_neither_are_a_tap_each(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    for asked, listed, said in (
        ("never", NumberList.NEVER, "You chose never to text this number."),
        ("always", NumberList.ALWAYS, "This number always gets a text, even when you are closed."),
        ("neither", None, "This number is treated like any other."),
    ):
        answer = owner.submit(f"/calls/c{call}/list", list=asked)
        assert PeopleFile(box.data).lists().of("+447700900123") == listed
        assert said in words_of(owner.get(answer.location))
    assert owner.submit(f"/calls/c{call}/list", list="sometimes").status_code == 404


def test_who_texted_stop_is_marked_in_their_conversation(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    box.journal.suppress("+447700900123", box.clock.now())
    assert "They texted STOP. The box will not text them by itself." in words_of(owner.get(f"/calls/c{call}"))


@pytest.mark.parametrize("action", ["name", "list"])
def test_a_sender_that_is_no_number_can_be_neither_named_nor_listed(
    owner: Visitor, box: Box, action: str
) -> None:
    message = box.incoming("Giffgaff", "Your goodybag renews")
    assert owner.submit(f"/calls/t{message}/{action}", name="X", list="never").status_code == 404


def test_what_is_held_of_a_person_can_be_taken_away_as_a_file(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler showing F28")
    box.incoming("07700900456", "Something else")
    answer = owner.get(f"/calls/c{call}/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="textback-person.json"'
    assert "Boiler showing F28" in answer.text
    assert BODY in answer.text
    assert "Something else" not in answer.text
    assert isinstance(answer.json, list)


def test_erasing_asks_once_more_and_then_leaves_nothing(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler showing F28")
    box.texted_call("07700900456")
    owner.submit(f"/calls/c{call}/name", name="Mrs Patel")
    asked = owner.get(f"/calls/c{call}/erase")
    assert "It can't be undone." in words_of(asked)
    assert "Mrs Patel" in words_of(asked)
    assert owner.submit(f"/calls/c{call}/erase").location == "/calls?done=erased"
    page = words_of(owner.get("/calls?done=erased"))
    assert "Erased. Nothing is left of them here." in page
    assert "07700 900456" in page
    assert owner.get(f"/calls/c{call}").status_code == 404
    assert box.journal.person("07700900123", 10) == []
    assert PeopleFile(box.data).name_of("+447700900123") is None


def test_marking_as_done_leads_back_to_the_others(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    assert "Mark as done" in words_of(owner.get(f"/calls/c{call}"))
    assert owner.submit(f"/calls/c{call}/done").location == "/?done=seen-to"
    assert "Put back on my list" in words_of(owner.get(f"/calls/c{call}"))


def test_a_reply_is_the_owners_answer_and_nobody_waits_any_more(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    owner.submit(f"/calls/c{call}", text="On my way")
    assert "Nobody is waiting for you." in words_of(owner.get("/"))


def test_a_long_conversation_shows_its_end_and_all_of_it_in_one_tap(owner: Visitor, box: Box) -> None:
    with box.journal.transaction():
        for minute in range(60, 0, -1):
            message = box.incoming("07700900123", f"Text number {minute}.", ago=timedelta(minutes=minute))
    page = owner.get(f"/calls/t{message}")
    assert "Text number 1." in words_of(page)
    assert "Text number 41." not in words_of(page)
    assert f"/calls/t{message}?all=1" in hrefs(page)
    whole = owner.get(f"/calls/t{message}?all=1")
    assert "Text number 60." in words_of(whole)
    assert f"/calls/t{message}?all=1" not in hrefs(whole)


def test_somebody_who_was_last_told_of_their_stop_can_be_looked_up(owner: Visitor, box: Box) -> None:
    box.incoming("07700900123", "STOP")
    box.journal.queue_text(
        to="+447700900123", body="OK, no more.", kind=TextKind.ACKNOWLEDGEMENT, at=box.clock.now()
    )
    (link,) = [href for href in hrefs(owner.get("/calls")) if href.startswith("/calls/t")]
    assert "OK, no more." in words_of(owner.get(link))


def test_an_acknowledgement_that_failed_has_no_button_to_send_it_again(owner: Visitor, box: Box) -> None:
    call = box.missed_call("07700900123", verdict="STOPPED")
    told = box.journal.queue_text(
        to="+447700900123", body="OK, no more.", kind=TextKind.ACKNOWLEDGEMENT, at=box.clock.now()
    )
    box.journal.fail_text(told, "The network said no.", box.clock.now())
    words = words_of(owner.get(f"/calls/c{call}"))
    assert "OK, no more." in words
    assert "Try again" not in words
