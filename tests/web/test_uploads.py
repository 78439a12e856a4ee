"""Large requests: a file from somebody who is signed in, and nothing else. Check 22."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.drivers.atomic_storage import backup_of
from tests.web.fakes import Visitor, words_of
from tests.web.test_serve import OWNER, Running, status_of
from web import serve
from web.guard import COOKIE
from web.uploads import MOST, upload_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.web.fakes import Box

PATH = "/settings/numbers/contacts"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Patel\r\nTEL:07700 900123\r\nPHOTO;ENCODING=b:"
EDGE = "----edge"


@pytest.fixture
def running(app: Flask) -> Iterator[Running]:
    found = Running(app, upload_limit(app))
    yield found
    found.stop()


def head(path: str, length: int, cookie: str = "") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Content-Type: multipart/form-data; boundary={EDGE}",
        f"Content-Length: {length}",
        *([f"Cookie: {COOKIE}={cookie}"] if cookie else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def form(token: str, photograph: int) -> bytes:
    """A form with a contact whose photograph has so many octets."""
    return (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n--{EDGE}\r\n'
        'Content-Disposition: form-data; name="file"; filename="c.vcf"\r\n\r\n'
    ).encode() + b"".join((CARD, b"A" * photograph, b"\r\nEND:VCARD\r\n", f"\r\n--{EDGE}--\r\n".encode()))


def test_the_owner_s_file_of_some_megabytes_comes_in(running: Running, owner: Visitor, box: Box) -> None:
    body = form(owner.token(), 3_000_000)
    answer = running.ask(head(PATH, len(body), owner.cookie()) + body, OWNER)
    assert status_of(answer) == 200
    assert b"Found 1 contact with a mobile." in answer


@pytest.mark.parametrize("path", sorted(MOST))
@pytest.mark.parametrize("cookie", ["", "A" * 43, "x", '"'])
def test_security_check_22_without_a_session_it_is_refused_before_it_is_read(
    running: Running, box: Box, path: str, cookie: str
) -> None:
    answer = running.ask(head(path, 5_000_000, cookie))  # the body is never sent, and never awaited
    assert status_of(answer) == 413


def test_security_check_22_elsewhere_the_owner_s_request_may_not_be_large_either(
    running: Running, owner: Visitor, box: Box
) -> None:
    for path in ("/settings/numbers", "/login", "/message/open", f"{PATH}/", "/"):
        assert status_of(running.ask(head(path, 5_000_000, owner.cookie()), OWNER)) == 413


def test_security_check_22_more_than_a_file_can_be_is_refused_from_the_owner_too(
    running: Running, owner: Visitor, box: Box
) -> None:
    assert status_of(running.ask(head(PATH, MOST[PATH] + 1, owner.cookie()), OWNER)) == 413
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    start = head(PATH, 0, owner.cookie()).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    assert status_of(running.ask(start + chunk * 13, OWNER)) == 413


def test_an_upload_may_take_longer_than_a_page(
    running: Running, owner: Visitor, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "REQUEST_S", 0.5)
    body = form(owner.token(), 2_000_000)
    with running.connect(OWNER) as connection:
        connection.sendall(head(PATH, len(body), owner.cookie()) + body[:1_500_000])
        connection.settimeout(1.5)  # longer than the server's loop sleeps
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.sendall(body[1_500_000:])
        connection.settimeout(10)
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_where_nobody_can_be_told_from_the_owner_nothing_large_comes_in(
    running: Running, owner: Visitor, box: Box
) -> None:
    cookie = owner.cookie()
    for path in (box.data / "access.json", backup_of(box.data / "access.json")):
        path.write_bytes(b"{")
    assert status_of(running.ask(head(PATH, 5_000_000, cookie), OWNER)) == 413


def test_a_large_form_of_the_page_is_refused_by_the_page_itself(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/settings/details", name="x" * 70_000)
    assert answer.status_code == 413
    assert "Too big" in words_of(answer)
