"""Message: the texts that callers get, and the editor."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import escape

from appliance.core import ready_made, wording
from appliance.core.outbox import TextKind
from appliance.core.settings import Settings
from tests.web.fakes import tags_of, words_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor

DEFAULT = Settings().text.open
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "core/data/wording_cases.json").read_text(encoding="utf-8")
)


def test_each_text_is_shown_as_a_caller_would_get_it_now(owner: Visitor, box: Box) -> None:
    words = words_of(owner.get("/message"))
    assert "When you're open Hi, sorry I missed your call, I'm on a job. It's Dave from Dave Smith" in words
    assert "I'll call you back by 4:30pm." in words
    assert "When you're closed Hi, it's Dave from Dave Smith Plumbing." in words
    assert "[" not in words


def test_the_editor_shows_the_template_its_count_and_a_preview(owner: Visitor, box: Box) -> None:
    page = owner.get("/message/open")
    assert "It&#39;s [name] from [business]" in page.text
    assert "32 words. Sends as 1 text." in words_of(page)
    assert "they would get: Hi, sorry I missed your call, I'm on a job. It's Dave from Dave" in words_of(page)


def test_a_saved_text_is_the_one_that_goes(owner: Visitor, box: Box) -> None:
    text = "Sorry I missed you. [name] here.\r\nBack by [time]."
    answer = owner.submit("/message/open", text=text, do="save")
    assert (answer.status_code, answer.location) == (303, "/message?done=saved")
    assert box.settings().text.open == "Sorry I missed you. [name] here.\nBack by [time]."
    assert "Saved." in words_of(owner.get(answer.location))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Back by [tme]",
            "[tme] is not one of ours. Tap the buttons to add name, business or call back time.",
        ),
        ("", "Write the text your callers get."),
        ("x" * 700, "This is too long. Make it short enough for 4 texts."),
    ],
)
def test_a_text_that_cannot_be_used_is_kept_on_the_page_and_not_saved(
    owner: Visitor, box: Box, text: str, sentence: str
) -> None:
    answer = owner.submit("/message/open", text=text, do="save")
    assert answer.status_code == 422
    assert words_of(answer).count(sentence) >= 2
    assert "<title>Error: When you" in answer.text
    summary = next(tag for name, tag in tags_of(answer) if tag.get("role") == "alert")
    assert "autofocus" in summary
    assert ("a", {"href": "#text"}) in tags_of(answer)
    field = next(tag for name, tag in tags_of(answer) if name == "textarea")
    assert (field["id"], field["aria-invalid"], field["aria-describedby"]) == ("text", "true", "text-wrong")
    assert text in answer.text
    assert box.settings().text.open == DEFAULT


def test_an_empty_text_when_closed_means_none(owner: Visitor, box: Box) -> None:
    assert owner.submit("/message/closed", text="", do="save").status_code == 303
    assert box.settings().text.closed == ""
    assert "Empty. No text is sent." in words_of(owner.get("/message"))


def test_check_counts_without_saving(owner: Visitor, box: Box) -> None:
    page = owner.submit("/message/open", text="It\u2019s [name] \U0001f527", do="check")
    assert page.status_code == 200
    words = words_of(page)
    assert "What makes it cost more curly apostrophe emoji \U0001f527" in words
    assert box.settings().text.open == DEFAULT


def test_fix_it_for_me_swaps_what_costs_more_and_leaves_the_saving_to_the_owner(
    owner: Visitor, box: Box
) -> None:
    page = owner.submit("/message/open", text="It\u2019s [name] \u2014 sorry\u2026", do="fix")
    assert "It&#39;s [name] - sorry...</textarea>" in page.text
    assert "Done. Check it, then save." in words_of(page)
    assert box.settings().text.open == DEFAULT


def test_hints_do_not_stop_a_text(owner: Visitor, box: Box) -> None:
    text = "Hi! " + "very " * 60 + "sorry"
    assert "Leave out the exclamation mark." in words_of(owner.submit("/message/open", text=text, do="check"))
    assert owner.submit("/message/open", text=text, do="save").status_code == 303


@pytest.mark.parametrize("which", ["", "nothing", "OPEN", "__class__", "open/x"])
def test_there_are_only_our_three_texts(owner: Visitor, box: Box, which: str) -> None:
    assert owner.get(f"/message/{which}").status_code in {404, 308}
    if which:
        assert owner.submit(f"/message/{which}", text="x").status_code == 404


TEXTS = (
    DEFAULT,
    "",
    "Hi",
    "[name]",
    "x" * 160,
    "x" * 161,
    "\u20ac" * 80,
    "\u20ac" * 81,
    "\u2014" * 70,
    "\u2014" * 71,
    "\U0001f600" * 35,
    "\U0001f600" * 36,
    "a\r\nb",
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_script_is_given_the_same_count_as_the_page(owner: Visitor, box: Box, text: str) -> None:
    counted = owner.submit("/message/count", which="open", text=text).json
    page = words_of(owner.submit("/message/open", text=text, do="check"))
    check = wording.check(text.replace("\r\n", "\n"), wording.longest_values(box.settings()))
    assert counted is not None
    assert counted["parts"] == check.parts
    assert counted["line"] in page
    assert counted["hints"] == list(check.hints)
    assert counted["stops"] == list(check.stops)


def test_the_script_may_count_a_reply_as_well(owner: Visitor, box: Box) -> None:
    counted = owner.submit("/message/count", which="reply", text="[tme] \u2014 " + "x" * 100).json
    assert counted is not None
    assert counted["line"] == "3 words. Sends as 2 texts."
    assert counted["odd"] == ["long dash"]
    assert counted["stops"] == []


def test_the_script_is_given_the_count_of_every_shared_case(owner: Visitor, box: Box) -> None:
    cases = [case for case in CASES if case["text"] == case["text"].strip()]  # a form's ends are cut off
    assert len(cases) > 50
    for case in cases:
        counted = owner.submit("/message/count", which="reply", text=case["text"]).json
        assert counted is not None
        assert counted["parts"] == case["parts"], case["name"]


def test_the_script_cannot_count_for_nothing(owner: Visitor, box: Box) -> None:
    assert owner.submit("/message/count", which="nothing", text="x").status_code == 404


@pytest.mark.parametrize(
    "text", ["{x.__class__}", "{name:>9999999}", "{0}", "{{name}}", "%s", "${name}", "{% raw %}", "{{7*7}}"]
)
def test_no_other_templates_syntax_means_anything(owner: Visitor, box: Box, text: str) -> None:
    counted = owner.submit("/message/count", which="open", text=text).json
    assert counted is not None
    assert counted["preview"] == text
    assert owner.submit("/message/open", text=text, do="save").status_code == 303
    assert text in words_of(owner.get("/message"))


def test_a_name_with_a_word_of_ours_in_it_is_not_expanded_again(owner: Visitor, box: Box) -> None:
    box.set("business", "[name] and [time]")
    counted = owner.submit("/message/count", which="open", text="[business]").json
    assert counted is not None
    assert counted["preview"] == "[name] and [time]"


def test_save_and_text_it_to_me_sends_the_owner_what_a_caller_would_get(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/message/open", text="[name] here. Back by [time].", do="try")
    assert (answer.status_code, answer.location) == (303, "/message?done=texted")
    assert box.settings().text.open == "[name] here. Back by [time]."
    queued = box.journal.next_text(box.clock.now())
    assert queued is not None
    assert (queued.to, queued.kind, queued.parts) == ("+447700900100", TextKind.TEST, 1)
    assert queued.body == "Dave here. Back by 4:30pm."
    assert queued.expires_at == box.clock.now() + timedelta(minutes=10)
    assert "Your phone gets it in a few seconds." in words_of(owner.get(answer.location))


def test_a_text_that_cannot_be_saved_is_not_texted_either(owner: Visitor, box: Box) -> None:
    assert owner.submit("/message/open", text="[tme]", do="try").status_code == 422
    assert box.outbox() == []


def test_without_a_mobile_number_the_text_is_saved_and_the_owner_told_why_it_does_not_come(
    owner: Visitor, box: Box
) -> None:
    box.set("owner_mobile", "")
    answer = owner.submit("/message/open", text="[name] here.", do="try")
    assert answer.status_code == 422
    assert "Saved, but not texted. Enter your mobile number in Settings first." in words_of(answer)
    assert box.settings().text.open == "[name] here."
    assert box.outbox() == []


def test_an_empty_text_is_saved_and_nothing_texted(owner: Visitor, box: Box) -> None:
    assert owner.submit("/message/closed", text="", do="try").location == "/message?done=saved"
    assert box.outbox() == []


@pytest.mark.parametrize("made", ready_made.MESSAGES, ids=lambda made: made.trade)
def test_a_ready_made_message_is_put_into_the_box_and_not_saved(
    owner: Visitor, box: Box, made: ready_made.ReadyMade
) -> None:
    for which, text in (("open", made.open), ("closed", made.closed)):
        page = owner.submit(f"/message/{which}", text="Mine", do=f"use:{made.trade}")
        assert page.status_code == 200
        assert f">{escape(text)}</textarea>" in page.text
        assert "Change what you like, then save." in words_of(page)
    assert box.settings().text.open == DEFAULT


def test_there_is_no_ready_made_message_for_an_unknown_trade(owner: Visitor, box: Box) -> None:
    assert owner.submit("/message/open", text="Mine", do="use:Wizard").status_code == 404


def test_what_a_text_costs_is_said_where_the_owner_gave_a_price(owner: Visitor, box: Box) -> None:
    assert "Costs about" not in words_of(owner.get("/message/open"))
    box.set("price_pence", "4.5")
    assert "Costs about 4.5p each time." in words_of(owner.get("/message/open"))
    counted = owner.submit("/message/count", which="open", text="x" * 200).json
    assert counted is not None
    assert counted["cost"] == "Costs about 9p each time."


def test_where_no_hour_can_be_promised_the_preview_says_soon(owner: Visitor, box: Box) -> None:
    box.set("holidays", [{"from": "2026-11-01", "to": "2028-01-01", "text": ""}])
    counted = owner.submit("/message/count", which="open", text="I'll ring by [time].").json
    assert counted is not None
    assert counted["preview"] == "I'll ring soon."
