"""Hostile words in every setting, and secrets that no log may hold. Checks 15, without a browser, and 24."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.people_file import PeopleFile
from appliance.drivers.setup_code import SetupCode
from tests.web.fakes import HOST, PASSWORD, Visitor, tags_of
from tests.web.test_hostile import PAYLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, FakeClock

OURS = frozenset(
    {"a", "article", "b", "bdi", "body", "br", "button", "code", "dd", "details", "div", "dl", "dt"}
    | {
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "input",
        "label",
    }
    | {
        "legend",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "ol",
        "option",
        "p",
        "path",
        "rect",
        "script",
        "section",
    }
    | {"select", "span", "summary", "svg", "text", "textarea", "time", "title", "ul"}
)
PAGES = (
    "/settings",
    "/settings/hours",
    "/settings/numbers",
    "/settings/details",
    "/settings/limits",
    "/settings/orders",
    "/settings/box",
    "/card",
    "/about",
    "/setup/name",
    "/setup/text",
    "/setup/mobile",
    "/setup/try",
)
FORMS: dict[str, tuple[str, ...]] = {
    "/settings/details": ("business", "name", "owner_mobile", "use", "box_number"),
    "/settings/limits": ("repeat_hours", "limits.per_day", "price_pence", "ring_seconds"),
    "/settings/orders": ("commands.pin",),
    "/settings/keep": ("keep_days",),
    "/settings/sim-lock": ("sim_pin",),
    "/settings/hours": ("mon", "mon-from", "mon-to", "nation", "promise"),
    "/settings/hours/away": ("from", "to", "text"),
    "/settings/numbers": ("who", "country"),
    "/settings/numbers/list": ("number", "list"),
    "/setup/name": ("business", "name"),
    "/setup/mobile": ("owner_mobile",),
    "/forgot/code": ("code",),
}


def assert_only_our_own(page: TestResponse) -> None:
    tags = tags_of(page)
    assert sum(name == "script" for name, _ in tags) == 1
    assert {name for name, _ in tags} <= OURS
    assert not [attributes for _, attributes in tags if any(key.startswith("on") for key in attributes)]
    assert not [attributes for _, attributes in tags if "style" in attributes]
    links = [str(attributes["href"]) for name, attributes in tags if name == "a" and "href" in attributes]
    assert all(link == "" or link.startswith(("/", "#", "tel:")) for link in links)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_security_check_15_what_a_setting_is_answered_with_stays_words(
    owner: Visitor, box: Box, payload: str
) -> None:
    token = owner.token()
    for path, fields in FORMS.items():
        answer = owner.post(path, {"csrf": token, **dict.fromkeys(fields, payload)}, Origin=HOST)
        assert answer.status_code in {303, 403, 422, 429}, path
        if answer.status_code != 303:
            assert_only_our_own(answer)


# Each payload has its turn in each place; the everyday run takes one turn.
@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, 5))])
@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 5))
def test_security_check_15_what_is_kept_of_it_stays_words_on_every_page(
    owner: Visitor, box: Box, first: int, turn: int
) -> None:
    five = PAYLOADS[first : first + 5]
    printable = ["".join(filter(str.isprintable, payload)) for payload in (*five[turn:], *five[:turn])]
    box.set("business", printable[0][:60])
    box.set("name", printable[1][:30])
    PeopleFile(box.data).add_name("07700900123", printable[2])
    owner.submit("/settings/numbers/list", number="07700 900123", list="never")
    owner.submit("/settings/hours/away", **{"from": "2026-12-24", "to": "2026-12-24", "text": printable[3]})
    box.status(headline=five[turn], detail=printable[4])
    for path in PAGES:
        page = owner.get(path)
        assert page.status_code == 200
        assert_only_our_own(page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_security_check_15_a_file_s_name_and_what_is_in_it_stay_words(
    owner: Visitor, box: Box, payload: str
) -> None:
    name = payload.replace("\n", " ").replace("\r", " ")
    card = f"BEGIN:VCARD\r\nFN:{name}\r\nTEL:07700 900123\r\nEND:VCARD\r\n".encode("utf-8", "replace")
    for content in (card, payload.encode("utf-8", "replace")):
        answer = owner.client.post(
            "/settings/numbers/contacts",
            base_url=HOST,
            data={"csrf": owner.token(), "file": (io.BytesIO(content), name)},
            headers={"Origin": HOST},
            content_type="multipart/form-data",
        )
        assert answer.status_code in {200, 422}
        assert_only_our_own(answer)


def test_security_check_24_no_password_code_or_number_is_in_the_log(
    owner: Visitor, box: Box, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = Visitor(owner.app, address="192.168.1.66")
    stranger.sign_in("guessed it was")
    owner.submit("/settings/sim-lock", sim_pin="4711")
    owner.submit("/settings/orders", **{"commands.pin": "8642", "commands.enabled": "true"})
    owner.submit("/settings/details", business="Smith", name="Sam", owner_mobile="07700 900199", use="sim")
    owner.submit("/settings/numbers/list", number="07700 900123", list="never")
    stranger.submit("/forgot", mobile="07700 900199")
    (code,) = [body for body in box.outbox() if "code is" in body]
    stranger.submit("/forgot/code", code="00000000", password="four copper elbows")
    private = ("guessed it was", PASSWORD, "4711", "8642", "900199", "900123", code, "four copper elbows")
    for secret in (*private, owner.cookie()):
        assert secret not in caplog.text


def test_security_check_24_nor_is_the_setup_code(
    unclaimed: Flask, tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    setup = SetupCode(tmp_path / "data", tmp_path / "run", clock.monotonic)
    setup.open()
    code = setup.code()
    visitor = Visitor(unclaimed)
    visitor.submit("/setup", code="AAAA-BBBB", password=PASSWORD)
    visitor.submit("/setup/card", code=code)
    visitor.submit("/setup", code=code, password=PASSWORD)
    assert setup.code() == code
    for secret in (code, code.replace("-", ""), PASSWORD):
        assert secret not in caplog.text


def test_security_check_24_what_a_caller_writes_is_one_line_of_the_journal_and_none_of_the_log(
    owner: Visitor, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box.incoming("07700900123", "a\n<0>panic\x1b[31m")
    owner.get("/calls")
    assert sum(item["kind"] == "text" for item in box.journal.export()) == 1
    assert "panic" not in caplog.text
