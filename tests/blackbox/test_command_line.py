"""The commands that installers and tests rely on: what they print, and their exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.blackbox.box import BUSINESS, NAME, OWNER, PASSWORD, Box, Said
from tests.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.foreign_modem import ForeignModem


def is_one_plain_sentence(said: Said) -> bool:
    words = said.err.strip()
    return bool(words) and "\n" not in words and "Traceback" not in words and words.endswith(".")


def claim(business: str, mobile: str) -> tuple[str, ...]:
    return ("--business", business, "--name", NAME, "--owner-mobile", mobile, "--password-stdin")


def settings(box: Box) -> dict[str, object]:
    said = box.textback("settings", "show", "--json")
    assert said.code == 0
    shown = json.loads(said.out)
    assert isinstance(shown, dict)
    return shown


def test_status_tells_a_running_box_from_a_stopped_one(claimed: Box, modem: ForeignModem) -> None:
    assert claimed.status()[0] == 4
    assert is_one_plain_sentence(claimed.textback("status"))
    claimed.start()
    code, status = claimed.status()
    assert (code, status["state"], status["signal_bars"] > 2) == (0, status["state"], True)
    wanted = {"since", "headline", "detail", "lights", "operator", "voice", "modem", "texts_today", "queued"}
    assert wanted | {"last_call", "last_text", "pid", "version", "at"} <= set(status)
    assert set(status["lights"]) == {"box", "signal", "texts"}
    assert status["modem"]["port"] == str(modem.link)
    assert datetime.fromisoformat(status["at"]).tzinfo == UTC
    plain = claimed.textback("status")
    assert plain.code == 0
    assert status["headline"] in plain.out
    claimed.stop()
    claimed.wait_for_status(4)


def test_status_says_when_the_box_needs_its_owner(claimed: Box, modem: ForeignModem) -> None:
    modem.registration = 3  # denied
    claimed.start_only()
    assert claimed.wait_for_status(3)["state"] == "REFUSED"


def test_the_status_counts_todays_texts_and_names_the_last_call(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123")
    box.wait_for_texts(1)
    wait_for(lambda: box.status()[1]["texts_today"] == 1, 20, "today's text to be counted")
    assert box.status()[1]["queued"] == 0
    assert box.status()[1]["last_call"]


def test_setup_claims_the_box_once(claimed: Box) -> None:
    shown = settings(claimed)
    assert (shown["business"], shown["name"]) == (BUSINESS, NAME)
    again = claimed.textback("setup", *claim("Other", OWNER), stdin="another password\n")
    assert again.code == 1
    assert is_one_plain_sentence(again)
    assert settings(claimed)["business"] == BUSINESS


@pytest.mark.parametrize(
    ("mobile", "password"), [("020 7946 0123", PASSWORD), ("not a number", PASSWORD), (OWNER, "")]
)
def test_setup_refuses_what_cannot_work_and_claims_nothing(
    tmp_path: Path, modem: ForeignModem, mobile: str, password: str
) -> None:
    with Box(tmp_path, modem) as box:
        words = (
            "setup",
            "--business",
            BUSINESS,
            "--name",
            NAME,
            "--owner-mobile",
            mobile,
            "--password-stdin",
        )
        said = box.textback(*words, stdin=password + "\n")
        assert said.code in {1, 2}
        assert is_one_plain_sentence(said)
        box.set_up()


def test_settings_are_shown_and_set(claimed: Box) -> None:
    assert settings(claimed)["repeat_hours"] == 24
    claimed.set("repeat_hours", "48")
    claimed.set("hours.sat", "09:00-12:00")
    claimed.set("countries", '["JE"]')
    shown = settings(claimed)
    assert (shown["repeat_hours"], shown["countries"]) == (48, ["JE"])
    hours = shown["hours"]
    assert isinstance(hours, dict)
    assert hours["sat"] == "09:00-12:00"
    assert "repeat_hours" in claimed.textback("settings", "show").out


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("text.open", "Back by [tme]", "[tme]"),
        ("text.open", "", ""),
        ("hours.tue", "18:00-08:00", "Tuesday"),
        ("keep_days", "5", "7"),
        ("owner_mobile", "01632 960123", "07700 900123"),
        ("repeat_hours", "soon", ""),
        ("no.such.key", "1", "no.such.key"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence_and_nothing_changes(
    claimed: Box, key: str, value: str, word: str
) -> None:
    before = settings(claimed)
    said = claimed.textback("settings", "set", key, value)
    assert said.code in {1, 2}
    assert is_one_plain_sentence(said)
    assert word in said.err
    assert settings(claimed) == before


def test_settings_travel_from_one_box_to_another_by_file(claimed: Box, tmp_path: Path) -> None:
    claimed.set("promise", "4h")
    assert claimed.textback("settings", "export", str(tmp_path / "kept.json")).code == 0
    claimed.set("promise", "1h")
    assert claimed.textback("settings", "import", str(tmp_path / "kept.json")).code == 0
    assert settings(claimed)["promise"] == "4h"


def test_a_settings_file_that_is_none_is_refused_whole(claimed: Box, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"promise": "4h", "repeat_hours": "many"')
    before = settings(claimed)
    for file in ("bad.json", "missing.json"):
        said = claimed.textback("settings", "import", str(tmp_path / file))
        assert said.code in {1, 2}
        assert "Traceback" not in said.err
    assert settings(claimed) == before


def test_the_running_box_follows_a_changed_setting(box: Box, modem: ForeignModem) -> None:
    for which in ("text.open", "text.closed"):
        box.set(which, "[name] will ring you")
    modem.ring("07700900123")
    box.wait_for_texts(1)
    assert [one.text for one in modem.sent] == ["Dave will ring you"]


def test_the_journal_is_empty_at_first_and_can_be_asked_since_when(box: Box, modem: ForeignModem) -> None:
    assert [row for row in box.journal() if row["kind"] != "event"] == []
    modem.ring("07700900123")
    box.wait_for_texts(1)
    assert box.journal("--since", "2099-01-01") == []
    rows = box.journal("--since", "2020-01-01")
    assert {row["kind"] for row in rows} >= {"call", "text"}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert all({"id", "kind", "time", "number", "state", "reason"} <= set(row) for row in rows)
    assert "07700 900123" in box.textback("journal").out


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("modem", "--no-such-option"),
        ("settings", "set", "repeat_hours"),
        ("modem", "--lights", "disco", "--port", "/dev/null"),
        ("setup", "--business", "Only this"),
    ],
)
def test_wrong_usage_exits_2_and_says_how(claimed: Box, words: tuple[str, ...]) -> None:
    said = claimed.textback(*words)
    assert said.code == 2
    assert said.err.strip()
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [(), ("modem",), ("settings",), ("journal",), ("status",), ("simulate",)])
def test_every_command_explains_itself(claimed: Box, words: tuple[str, ...]) -> None:
    said = claimed.textback(*words, "--help")
    assert said.code == 0
    assert "Usage" in said.out


def test_simulate_without_a_running_demo_says_so(claimed: Box) -> None:
    said = claimed.textback("simulate", "call", "07700900123")
    assert said.code == 1
    assert is_one_plain_sentence(said)


def test_a_damaged_journal_is_set_aside_and_the_box_works_on(claimed: Box, modem: ForeignModem) -> None:
    (claimed.data / "journal.sqlite3").write_bytes(b"This is not a database" * 200)
    claimed.start()
    modem.ring("07700900123")
    claimed.wait_for_texts(1)
    assert len(modem.sent) == 1
