"""The message editor: it counts while one types, mends what costs more, and shows what a caller would get."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from appliance.core import ready_made, wording
from appliance.core.outbox import TextKind
from appliance.modem import gsm7

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "core/data/wording_cases.json").read_text(encoding="utf-8")
)
PIECES = (
    *("a", "ring me ", "0123456789", "\u20ac", "[", "]", "{", "^", "\u00a3", "@", "\u00e9", "\u00c6"),
    *(
        "\u2014",
        "\u2019",
        "\u2026",
        "\U0001f527",
        "\U0001f468\u200d\U0001f527",
        "\u0141",
        " ",
        "\n",
        "\u00a0",
    ),
    *("x" * 150, "y" * 60, "[name]", "[time]"),
)


# The script waits a quarter of a second for the next letter before it asks; here nobody types a next one.
_AT_ONCE = "const later = setTimeout; setTimeout = (act, ms) => later(act, ms === 250 ? 0 : ms);"
_COUNTED = """async texts => {
  const field = document.querySelector('textarea'), line = document.querySelector('[data-out=line]');
  const said = [];
  for (const text of texts) {
    line.textContent = '';
    const seen = new Promise(done => new MutationObserver((_, observer) => {
      if (line.textContent) { observer.disconnect(); done(line.textContent); }
    }).observe(line, {childList: true}));
    field.value = text;
    field.dispatchEvent(new Event('input'));
    said.push(await seen);
  }
  return said;
}"""


def counts(page: Page, texts: list[str]) -> list[str]:
    """Type each text into the open editor, and return what the page then says of it."""
    said: list[str] = page.evaluate(_COUNTED, texts)
    return said


def sends_as(text: str) -> str:
    """What the page must say of a reply: the parts that the encoder makes of it."""
    parts = len(gsm7.split(text.strip()).texts)
    words = len(text.split())
    return f"{words} word{'' if words == 1 else 's'}. Sends as {parts} text{'' if parts == 1 else 's'}."


def test_fix_it_for_me_makes_one_text_of_three(owner: Page, site: Site, box: Box) -> None:
    owner.goto(site.url("/message/open"))
    dear = "Hi, it\u2019s Dave \u2014 sorry I missed you. " + "I am up a ladder. " * 6
    owner.get_by_label("Your text").fill(dear)
    expect(owner.get_by_text("Sends as 3 texts.")).to_be_visible()
    expect(owner.get_by_text("curly apostrophe")).to_be_visible()
    expect(owner.get_by_text("long dash")).to_be_visible()
    owner.get_by_role("button", name="Fix it for me").click()
    expect(owner.get_by_label("Your text")).to_have_value(wording.fix(dear.strip()))
    expect(owner.get_by_text("Sends as 1 text.")).to_be_visible()
    expect(owner.get_by_role("button", name="Fix it for me")).to_be_hidden()
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    assert box.settings().text.open == wording.fix(dear.strip())


def test_a_chip_puts_its_word_where_the_cursor_is_and_the_bubble_shows_its_value(
    owner: Page, site: Site, box: Box
) -> None:
    owner.goto(site.url("/message/open"))
    field = owner.get_by_label("Your text")
    field.fill("Back by ")
    owner.get_by_role("button", name="+ call back time").click()
    expect(field).to_have_value("Back by [time]")
    expect(field).to_be_focused()
    expect(owner.locator("[data-out=preview]")).to_have_text("Back by 4:30pm")
    field.press("Home")
    owner.get_by_role("button", name="+ name").click()
    expect(field).to_have_value("[name]Back by [time]")
    expect(owner.locator("[data-out=preview]")).to_have_text("DaveBack by 4:30pm")


def test_a_ready_made_message_is_two_taps(owner: Page, site: Site, box: Box) -> None:
    owner.goto(site.url("/message/open"))
    owner.get_by_text("Ready-made messages").click()
    owner.get_by_role("button", name="Use the plumber's message").click()
    expect(owner.get_by_label("Your text")).to_have_value(ready_made.MESSAGES[0].open)
    expect(owner.get_by_text("Sends as 1 text.")).to_be_visible()


def test_save_and_text_it_to_me_queues_one_text_to_the_owner(owner: Page, site: Site, box: Box) -> None:
    owner.goto(site.url("/message/open"))
    owner.get_by_role("button", name="Save and text it to me").click()
    expect(owner.get_by_text("Your phone gets it in a few seconds.")).to_be_visible()
    queued = box.journal.next_text(box.clock.now())
    assert queued is not None
    assert (queued.kind, queued.to) == (TextKind.TEST, "+447700900100")


def test_an_unknown_word_is_named_while_it_is_typed_and_not_saved(
    owner: Page, site: Site, box: Box, watch: Watch
) -> None:
    watch.allowed.append("422")
    owner.goto(site.url("/message/open"))
    owner.get_by_label("Your text").fill("Back by [tme]")
    expect(owner.get_by_text("[tme] is not one of ours.")).to_be_visible()
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_role("alert")).to_contain_text("[tme] is not one of ours.")
    assert "[tme]" not in box.settings().text.open


def test_the_page_counts_every_shared_case_as_the_encoder_does(owner: Page, site: Site, box: Box) -> None:
    owner.add_init_script(_AT_ONCE)
    owner.goto(site.url(f"/calls/c{box.texted_call('07700900123')}"))
    texts = [case["text"] for case in CASES if case["text"] == case["text"].strip() and case["parts"] <= 4]
    texts = [text for text in texts if not set(text) & set("\f\x1b\r")]  # what no text box can hold
    assert len(texts) > 50
    assert counts(owner, texts) == list(map(sends_as, texts))


@pytest.mark.parametrize("how_many", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_the_page_counts_random_texts_as_the_encoder_does(
    owner: Page, site: Site, box: Box, how_many: int
) -> None:
    owner.add_init_script(_AT_ONCE)
    owner.goto(site.url(f"/calls/c{box.texted_call('07700900123')}"))
    dice = random.Random(20261126)  # always the same texts
    texts = ["".join(dice.choices(PIECES, k=dice.randint(1, 12))).strip() or "x" for _ in range(how_many)]
    assert counts(owner, texts) == list(map(sends_as, texts))
