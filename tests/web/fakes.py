"""What the tests of the page drive it with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from flask.testing import FlaskClient

from appliance.core import numbers
from appliance.core.calls import Outcome, Presentation
from appliance.core.health import Lights, Pattern, State
from appliance.core.outbox import TextKind
from appliance.core.settings import with_value
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.status_file import Status, StatusFile, StatusModem
from web.guard import COOKIE

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from appliance.core.settings import Settings
    from appliance.drivers.journal import Journal

PASSWORD = "three tin kettles"
HOST = "http://192.168.1.7"
BODY = "Hi, sorry I missed your call. It's Dave from Dave Smith Plumbing."
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class FakeClock:
    """A Thursday afternoon in November, until somebody moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 26, 14, 12, tzinfo=UTC)
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def sure(self) -> bool:
        return True

    def pass_time(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


class Visitor:
    """A browser: keeps its cookie, and posts forms with the token of the page it has seen."""

    def __init__(self, app: Flask, address: str = "192.168.1.20") -> None:
        self.app = app
        self._address = address
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(
            path, base_url=HOST, headers=headers, environ_base={"REMOTE_ADDR": self._address}
        )

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> TestResponse:
        """Post just this: no token is added."""
        return self.client.post(
            path,
            base_url=HOST,
            data=fields or {},
            headers=headers,
            environ_base={"REMOTE_ADDR": self._address},
        )

    def submit(self, path: str, **fields: str) -> TestResponse:
        """Post a form of ours as a browser would."""
        return self.post(path, {"csrf": self.token(), **fields}, Origin=HOST)

    def token(self) -> str:
        """The token in this visitor's forms."""
        for path in ("/login", "/", "/setup", "/setup/name"):
            if found := _CSRF.search(self.get(path).text):
                return found[1]
        raise AssertionError("no form on the page")

    def sign_in(self, password: str = PASSWORD) -> TestResponse:
        return self.submit("/login", password=password)

    def bring_session(self) -> None:
        """Come with an open session, without the time that a password takes."""
        opened = self.app.extensions["textback"]
        self.bring_cookie(opened.access.new_session(opened.now()))

    def bring_cookie(self, value: str) -> None:
        self.client.set_cookie(COOKIE, value, domain="192.168.1.7")

    def cookie(self) -> str:
        found = self.client.get_cookie(COOKIE, domain="192.168.1.7")
        return found.value if found else ""


@dataclass
class Box:
    """The daemon's side of the files."""

    data: Path
    run: Path
    journal: Journal
    clock: FakeClock

    def missed_call(
        self,
        number: str | None,
        *,
        ago: timedelta = timedelta(minutes=5),
        verdict: str = "TEXT",
        outcome: Outcome = Outcome.MISSED,
        rings: int = 3,
    ) -> int:
        """Note a call that rang 15 seconds and is over, and return its id."""
        start = self.clock.now() - ago
        call = self.journal.call_started(start)
        shown = Presentation.ALLOWED if number else Presentation.WITHHELD
        self.journal.call_identified(call, number, numbers.key(number), shown)
        ended = start + timedelta(seconds=15)
        self.journal.call_over(call, ended_at=ended, rings=rings, outcome=outcome, verdict=verdict)
        return call

    def texted_call(self, number: str, *, ago: timedelta = timedelta(minutes=5), sent: bool = True) -> int:
        """Note a missed call whose text went 4 seconds later, and return the call's id."""
        call = self.missed_call(number, ago=ago)
        ended = self.clock.now() - ago + timedelta(seconds=15)
        text = self.journal.queue_text(
            to=number, body=BODY, parts=1, kind=TextKind.MISSED_CALL, at=ended, call_id=call
        )
        if sent:
            self.journal.part_submitting(text, 1, ended + timedelta(seconds=2))
            self.journal.part_sent(text, 1, 7, ended + timedelta(seconds=4))
        return call

    def text_of(self, call: int) -> int:
        """The id of the text that a missed call has caused."""
        found = next(i["text_id"] for i in self.journal.export() if i["kind"] == "call" and i["id"] == call)
        assert isinstance(found, int)
        return found

    def incoming(self, sender: str, body: str, *, ago: timedelta = timedelta(minutes=1)) -> int:
        """Note a text from somebody, and return its id."""
        at = self.clock.now() - ago
        return self.journal.incoming(sender=sender, key=numbers.key(sender), body=body, sent_at=at, at=at)

    def status(self, state: State = State.READY, headline: str = "Ready.", detail: str = "EE.") -> None:
        """Say how the box is."""
        now = self.clock.now()
        steady = Pattern.STEADY
        StatusFile(self.run).write(
            Status(
                state=state,
                since=now,
                headline=headline,
                detail=detail,
                lights=Lights(steady, steady, steady),
                operator="EE",
                signal_bars=4,
                voice=True,
                modem=StatusModem(family="simcom", model="SIM7600E-H", port="/dev/ttyUSB2"),
                texts_today=3,
                queued=0,
                last_call=now,
                last_text=None,
                pid=1,
                version="0.1.0",
                at=now,
            )
        )

    def set(self, key: str, value: object) -> None:
        """Change one setting, as the command line does."""
        SettingsFile(self.data).update(lambda settings: with_value(settings, key, value))

    def settings(self) -> Settings:
        return SettingsFile(self.data).load()

    def outbox(self) -> list[str]:
        """The words of every text waiting to go, the oldest first."""
        waiting = self.journal.export()
        return [str(item["body"]) for item in waiting if item["kind"] == "text" and item["state"] == "QUEUED"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(response: TestResponse) -> str:
    """What a page says, its spaces made single."""
    reader = _Reader()
    reader.feed(response.text)
    return " ".join(" ".join(reader.words).split())


def tags_of(response: TestResponse) -> list[tuple[str, dict[str, str | None]]]:
    """Every element of a page with its attributes."""
    reader = _Reader()
    reader.feed(response.text)
    return reader.tags
