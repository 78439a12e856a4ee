"""What an open page asks every four seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core.outbox import TextKind
from tests.web.fakes import Visitor, tags_of
from web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, FakeClock


def mark_of(page: TestResponse) -> str:
    """The mark that an open page asks with."""
    return str(next(tag["data-mark"] for name, tag in tags_of(page) if name == "body"))


def asks(owner: Visitor, mark: str) -> TestResponse:
    return owner.get("/api/state", **{"If-None-Match": f'W/"{mark}"'})


def test_while_nothing_changes_the_answer_is_304_and_empty(owner: Visitor, box: Box) -> None:
    box.status()
    mark = mark_of(owner.get("/"))
    answer = asks(owner, mark)
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == f'W/"{mark}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_bare_mark_of_a_script_is_understood(owner: Visitor, box: Box) -> None:
    mark = mark_of(owner.get("/"))
    assert owner.get("/api/state", **{"If-None-Match": f'"{mark}"'}).status_code == 304


def test_the_state_comes_in_words(owner: Visitor, box: Box) -> None:
    box.status(headline="Ready.", detail="EE, good signal.")
    assert owner.get("/api/state").json == {
        "state": "READY",
        "tone": "good",
        "headline": "Ready.",
        "detail": "EE, good signal.",
    }


def test_a_call_a_text_and_an_answer_each_make_the_page_renew(owner: Visitor, box: Box) -> None:
    box.status()
    mark = mark_of(owner.get("/"))
    call = box.missed_call("07700900123")
    changed = asks(owner, mark)
    assert changed.status_code == 200
    box.journal.queue_text(
        to="07700900123", body="Hi", parts=1, kind=TextKind.MISSED_CALL, at=box.clock.now(), call_id=call
    )
    again = asks(owner, changed.get_etag()[0] or "")
    assert again.status_code == 200
    box.incoming("07700900123", "Hello")
    assert asks(owner, again.get_etag()[0] or "").status_code == 200


def test_another_state_makes_the_page_renew_and_another_heartbeat_does_not(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    box.status(headline="Ready.")
    mark = mark_of(owner.get("/"))
    clock.pass_time(10)
    box.status(headline="Ready.")
    assert asks(owner, mark).status_code == 304
    box.status(headline="Phone ringing.")
    assert asks(owner, mark).status_code == 200


def test_what_another_phone_does_on_the_page_makes_this_one_renew(owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    mark = mark_of(owner.get("/"))
    other = Visitor(owner.app)
    other.bring_session()
    other.submit(f"/calls/c{call}", text="On my way")
    answer = asks(owner, mark)
    assert answer.status_code == 200
    other.submit("/pause")
    assert asks(owner, answer.get_etag()[0] or "").status_code == 200


def test_midnight_makes_the_page_renew(owner: Visitor, box: Box, clock: FakeClock) -> None:
    mark = mark_of(owner.get("/"))
    clock.pass_time(12 * 3600)
    assert asks(owner, mark).status_code == 200


def test_a_restart_of_the_page_makes_it_renew(
    owner: Visitor, box: Box, clock: FakeClock, tmp_path: Path
) -> None:
    mark = mark_of(owner.get("/"))
    again = create_app({"DATA": box.data, "RUN": box.run, "CLOCK": clock})
    visitor = Visitor(again)
    visitor.bring_cookie(owner.cookie())
    assert asks(visitor, mark).status_code == 200
    again.extensions["textback"].close()


def test_who_has_no_session_is_told_so_and_nothing_else(stranger: Visitor, box: Box) -> None:
    box.status()
    answer = stranger.get("/api/state")
    assert (answer.status_code, answer.json) == (401, {"state": "SIGNED_OUT"})
