"""textback demo: the line it prints for each piece of news, and what it says when a part of it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.commands import demo
from appliance.commands.common import Fault
from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.core.policy import REASON_WORDS, Reason
from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.setup_code import SetupCode, Tried

ANN = "+447700900123"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite3") as opened:
        yield opened


def news(journal: Journal) -> list[str]:
    return [line for row in journal.export() if (line := demo._news(row, journal)) is not None]


def call(journal: Journal, outcome: Outcome, verdict: str, number: str | None = "07700900123") -> int:
    call_id = journal.call_started(AT)
    shown = Presentation.ALLOWED if number else Presentation.WITHHELD
    journal.call_identified(call_id, number, ANN if number else None, shown)
    journal.call_over(call_id, ended_at=AT, rings=3, outcome=outcome, verdict=verdict)
    return call_id


def text(journal: Journal, kind: TextKind = TextKind.MISSED_CALL, call_id: int | None = None) -> int:
    return journal.queue_text(to=ANN, body="Sorry\nI missed you", parts=1, kind=kind, at=AT, call_id=call_id)


def sent(journal: Journal, text_id: int, after: float = 0.0) -> None:
    at = AT + timedelta(seconds=after)
    journal.part_submitting(text_id, 1, at)
    journal.part_sent(text_id, 1, 7, at)


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.REJECTED])
def test_a_missed_call_that_gets_a_text(journal: Journal, outcome: Outcome) -> None:
    call(journal, outcome, "TEXT")
    assert news(journal) == ["Missed call from 07700 900123: texting back"]


@pytest.mark.parametrize("reason", Reason)
def test_a_missed_call_that_gets_none_says_why(journal: Journal, reason: Reason) -> None:
    call(journal, Outcome.MISSED, reason)
    assert news(journal) == [f"Missed call from 07700 900123: {REASON_WORDS[reason]}"]


def test_a_withheld_caller_has_no_number(journal: Journal) -> None:
    call(journal, Outcome.MISSED, Reason.WITHHELD, None)
    assert news(journal)[0].startswith("Missed call from No number: No text")


def test_an_answered_call(journal: Journal) -> None:
    call(journal, Outcome.ANSWERED, Reason.ANSWERED)
    assert news(journal) == ["Answered call from 07700 900123"]


def test_a_call_that_rings_and_a_text_that_waits_are_no_news_yet(journal: Journal) -> None:
    journal.call_started(AT)
    text(journal)
    assert news(journal) == []


def test_a_text_says_how_long_after_its_call_it_went(journal: Journal) -> None:
    call_id = call(journal, Outcome.MISSED, "TEXT")
    sent(journal, text(journal, call_id=call_id), after=4.2)
    assert news(journal)[1] == "Text sent to 07700 900123, 4.2 seconds after the call: Sorry I missed you"


def test_a_text_that_no_call_caused(journal: Journal) -> None:
    sent(journal, text(journal, TextKind.REPLY))
    assert news(journal) == ["Text sent to 07700 900123: Sorry I missed you"]


def test_a_copy_for_the_owner(journal: Journal) -> None:
    sent(journal, text(journal, TextKind.FORWARD))
    assert news(journal) == ["Copied to the owner: Sorry I missed you"]


def test_a_text_that_failed_or_may_not_have_gone_says_so(journal: Journal) -> None:
    journal.fail_text(text(journal), "The SIM is locked.", AT)
    doubtful = text(journal, TextKind.REPLY)
    journal.part_submitting(doubtful, 1, AT)
    journal.part_unknown(doubtful, 1, "NO_ANSWER", AT)
    assert news(journal) == [
        "Text to 07700 900123 failed: The SIM is locked.",
        "Text to 07700 900123 unknown: NO_ANSWER",
    ]


def test_a_text_that_comes_in_cannot_command_the_terminal(journal: Journal) -> None:
    journal.incoming(sender="EE\x1b[2J", key=None, body="Hello\x1b[31m\nthere", sent_at=AT, at=AT)
    (line,) = news(journal)
    assert line.isprintable()
    assert line.startswith("Text from EE")
    assert "Hello" in line


def test_what_happens_to_the_box_is_no_news(journal: Journal) -> None:
    journal.event("ready", AT)
    assert news(journal) == []


def test_the_demo_claims_a_box_that_nobody_has_and_says_its_password(tmp_path: Path) -> None:
    password = demo._claim(tmp_path)
    assert password is not None
    assert AccessFile(tmp_path).check(password)
    assert SettingsFile(tmp_path).load().business == "Dave Smith Plumbing"
    assert demo._claim(tmp_path) is None
    assert AccessFile(tmp_path).check(password)


def test_a_demo_of_a_new_box_can_be_claimed_with_its_code(tmp_path: Path) -> None:
    code = demo._setup_code(tmp_path / "data", tmp_path / "run")
    setup = SetupCode(tmp_path / "data", tmp_path / "run", time.monotonic)
    assert setup.try_code(code) is Tried.RIGHT
    assert not AccessFile(tmp_path / "data").claimed()


def test_every_demo_has_a_password_of_its_own(tmp_path: Path) -> None:
    assert demo._claim(tmp_path / "one") != demo._claim(tmp_path / "two")


def test_a_part_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    with demo._program(
        tmp_path, "part", [sys.executable, "-c", "print('one'); print('Port in use.')"]
    ) as part:
        part.process.wait(timeout=20)
        with pytest.raises(Fault, match=r"^Port in use\.$"):
            part.check()


def test_a_part_that_ends_without_a_word_is_told_too(tmp_path: Path) -> None:
    with demo._program(tmp_path, "part", [sys.executable, "-c", ""]) as part:
        part.process.wait(timeout=20)
        with pytest.raises(Fault, match="stopped"):
            part.check()


def test_a_part_that_runs_is_stopped_with_the_demo(tmp_path: Path) -> None:
    with demo._program(tmp_path, "part", [sys.executable, "-c", "import time; time.sleep(60)"]) as part:
        part.check()
        running = part.process
    assert running.poll() is not None


def test_the_hint_names_a_command_that_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "somewhere")
    assert demo._ourselves() == "textback"
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert Path(demo._ourselves().split()[0]).exists()


def test_the_files_of_a_demo_are_made_anew_unless_the_owner_chose_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEXTBACK_DATA", raising=False)
    monkeypatch.delenv("TEXTBACK_RUN", raising=False)
    data, run = demo._folders()
    assert (data, run) == (Path(".demo/data"), Path(".demo/run"))
    (data / "old").touch()
    demo._folders()
    assert not (data / "old").exists()
    monkeypatch.setenv("TEXTBACK_DATA", str(tmp_path / "mine"))
    monkeypatch.setenv("TEXTBACK_RUN", str(tmp_path / "run"))
    assert demo._folders() == (tmp_path / "mine", tmp_path / "run")
    (tmp_path / "mine" / "kept").touch()
    demo._folders()
    assert (tmp_path / "mine" / "kept").exists()
