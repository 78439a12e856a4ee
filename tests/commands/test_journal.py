"""textback journal: since when, and nothing on the screen that a terminal would obey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.drivers.journal import Journal
from tests.commands.runner import Cli

ANN = "+447700900123"
SUMMER = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def journal(cli: Cli) -> Iterator[Journal]:
    with cli.journal() as opened:
        yield opened


def missed(journal: Journal, at: datetime, number: str | None = "07700900123") -> int:
    call_id = journal.call_started(at)
    shown = Presentation.ALLOWED if number else Presentation.WITHHELD
    journal.call_identified(call_id, number, ANN if number else None, shown)
    journal.call_over(
        call_id, ended_at=at, rings=3, outcome=Outcome.MISSED, verdict="TEXT" if number else "WITHHELD"
    )
    return call_id


def texted(journal: Journal, at: datetime, body: str, call_id: int | None = None) -> int:
    text_id = journal.queue_text(
        to=ANN, body=body, parts=1, kind=TextKind.MISSED_CALL, at=at, call_id=call_id
    )
    journal.part_submitting(text_id, 1, at)
    journal.part_sent(text_id, 1, 7, at)
    return text_id


def wrote(journal: Journal, at: datetime, body: str, sender: str = ANN) -> int:
    key = sender if sender.startswith("+") else None
    return journal.incoming(sender=sender, key=key, body=body, sent_at=at, at=at)


def test_a_box_that_never_ran_has_nothing_to_tell(cli: Cli) -> None:
    assert cli.says("journal") == ""
    assert not cli.data.exists()


def test_each_line_says_when_who_and_what_in_the_owners_time(cli: Cli, journal: Journal) -> None:
    texted(journal, SUMMER + timedelta(seconds=4), "Sorry I missed you", missed(journal, SUMMER))
    wrote(journal, SUMMER + timedelta(minutes=1), "Boiler shows F28")
    missed(journal, SUMMER + timedelta(minutes=2), None)
    journal.event("modem_lost", SUMMER + timedelta(minutes=3), "unplugged")
    assert cli.says("journal").splitlines() == [
        "2026-06-15 11:00:00 call from 07700 900123: missed, 3 rings, TEXT",
        "2026-06-15 11:00:04 text to 07700 900123: SENT, Sorry I missed you",
        "2026-06-15 11:01:00 text from 07700 900123: Boiler shows F28",
        "2026-06-15 11:02:00 call from No number: missed, 3 rings, WITHHELD",
        "2026-06-15 11:03:00 modem_lost unplugged",
    ]


def test_as_json_each_line_is_one_object(cli: Cli, journal: Journal) -> None:
    texted(journal, SUMMER, "Back by 3pm \u2013 Dave", missed(journal, SUMMER))
    rows = [json.loads(line) for line in cli.says("journal", "--json").splitlines()]
    assert [row["kind"] for row in rows] == ["call", "text"]
    assert rows[0]["text_id"] == rows[1]["id"]
    assert rows[1]["body"] == "Back by 3pm \u2013 Dave"


@pytest.mark.parametrize(
    "nasty", ["\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202e", "\r\n2026 fake line", "\x00", "\u2028"]
)
def test_words_and_names_cannot_command_the_terminal(cli: Cli, journal: Journal, nasty: str) -> None:
    texted(journal, SUMMER, f"to{nasty}them")
    wrote(journal, SUMMER, f"from{nasty}them")
    wrote(journal, SUMMER, "hello", sender=f"EE{nasty}")
    missed(journal, SUMMER, f"07{nasty}00")
    journal.event("unreadable_text", SUMMER, f"because{nasty}")
    said = cli.says("journal")
    assert len(said.split("\n")) == 6
    assert not [character for character in said if not character.isprintable() and character != "\n"]


@pytest.mark.parametrize("nasty", ["\x1b[2J", "\n", "\x9b31m", "\u2028"])
def test_json_keeps_the_words_and_its_lines(cli: Cli, journal: Journal, nasty: str) -> None:
    wrote(journal, SUMMER, f"from{nasty}them")
    (line,) = cli.says("journal", "--json").removesuffix("\n").split("\n")
    assert json.loads(line)["body"] == f"from{nasty}them"


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("30m", 1),
        ("12h", 2),
        ("7d", 3),
        ("99999d", 4),
        ("0m", 0),
    ],
)
def test_so_long_ago_is_counted_from_now(cli: Cli, journal: Journal, since: str, shown: int) -> None:
    now = datetime.now(UTC)
    for ago in (timedelta(minutes=10), timedelta(hours=5), timedelta(days=3), timedelta(days=300)):
        journal.event("started", now - ago)
    assert len(cli.says("journal", "--since", since).splitlines()) == shown


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("2026-06-15", 2),  # the owner's midnight, 11pm the day before in UTC
        ("2026-06-15T00:30", 1),
        ("2026-06-15 00:30:00", 1),
        ("2026-06-14T23:15:00Z", 2),
        ("2026-06-14T23:15:00+00:00", 2),
        ("2026-06-15T00:15:00+01:00", 2),
        ("2026-06-14", 3),
        ("2026-06-16", 0),
        ("20260615", 2),
    ],
)
def test_a_day_and_a_time_without_a_zone_are_the_owners(
    cli: Cli, journal: Journal, since: str, shown: int
) -> None:
    for hour, minute in ((22, 30), (23, 20), (23, 45)):
        journal.event("started", datetime(2026, 6, 14, hour, minute, tzinfo=UTC))
    assert len(cli.says("journal", "--since", since).splitlines()) == shown


@pytest.mark.parametrize(
    "since",
    ["", "yesterday", "5x", "-5m", "m", "5 m", "1e3m", "999999m", "\u0665m", "30m\n", "2026-13-01", "10:00"],
)
def test_a_time_that_is_none_is_told_what_one_looks_like(cli: Cli, journal: Journal, since: str) -> None:
    assert "2026-11-23" in cli.refuses("journal", "--since", since, code=2)


def test_a_journal_of_a_later_version_is_one_plain_sentence(cli: Cli) -> None:
    with cli.journal() as journal, journal._file.transaction() as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("UPDATE compatibility SET oldest_reader = 999")
    assert "newer version" in cli.refuses("journal")


def test_a_file_that_is_no_journal_is_one_plain_sentence(cli: Cli) -> None:
    cli.data.mkdir()
    (cli.data / "journal.sqlite3").write_bytes(b"no journal at all" * 100)
    cli.refuses("journal")


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_time_beyond_the_calendar_is_told_what_one_looks_like(cli: Cli, since: str) -> None:
    assert "2026-11-23" in cli.refuses("journal", "--since", since, code=2)
