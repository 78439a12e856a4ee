"""The owner's orders by text: done with the lock code, answered to the stored mobile, kept without it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from appliance.core.lists import NumberList
from appliance.core.outbox import TextKind
from appliance.core.policy import TEXT, Reason
from appliance.steward import GUARD
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.texts_in import comes

OWNER_MOBILE, PIN = "07700900999", "482913"
HOUR = 3600.0


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    commands = {"commands__pin": PIN, "commands__enabled": True}
    return DaemonRig(tmp_path, monkeypatch, **commands)


def order(rig: DaemonRig, at: float, words: str, *, parts: int = 1) -> None:
    comes(rig, at, words, OWNER_MOBILE, parts=parts)


def answers(rig: DaemonRig) -> list[str]:
    assert {text.to for text in rig.of(TextKind.ANSWER)} <= {"+447700900999"}
    return [text.body for text in rig.of(TextKind.ANSWER)]


def kept(rig: DaemonRig) -> list[str]:
    return [str(row["body"]) for row in rig.journal.export() if row.get("direction") == "in"]


def test_status_says_how_the_box_is_and_what_today_brought(rig: DaemonRig) -> None:
    rig.ring(10)
    comes(rig, 40, "Boiler shows F28")
    order(rig, 60, f"{PIN} STATUS")
    rig.run(90)
    (answer,) = answers(rig)
    assert answer.startswith("Ready. Missed calls get a text. EE, very good signal. 1 text today.")
    assert answer.endswith("1 missed call today, 1 wrote back.")


def test_a_pause_holds_and_on_ends_it(rig: DaemonRig) -> None:
    order(rig, 10, f"{PIN} pause 2")
    rig.ring(30)
    order(rig, 80, f"{PIN} ON")
    rig.ring(100).run(150)
    assert [call.verdict for call in rig.calls] == [Reason.PAUSED, TEXT]
    assert answers(rig) == [
        "Paused till 12pm. Missed calls are listed but get no text. ON ends it.",
        "Back on. Missed calls get a text.",
    ]
    assert rig.settings.load().paused_until is None


def test_while_away_callers_are_told_a_later_time(rig: DaemonRig) -> None:
    order(rig, 10, f"{PIN} AWAY TILL 3PM")
    rig.ring(30).run(80)
    assert "by 5pm" in rig.sent_to(ANN)[0]
    assert answers(rig) == ["Away till 3pm. Callers are told you ring back by 5pm. ON ends it."]


def test_last_says_who_it_was_and_reply_goes_to_them_alone(rig: DaemonRig) -> None:
    rig.settings.people.add_name(BOB, "Mrs Patel")
    rig.ring(10)
    comes(rig, 40, "Boiler shows F28", BOB)
    comes(rig, 45, "Your bill is ready", "EE")
    order(rig, 60, f"{PIN} LAST")
    order(rig, 80, f"{PIN} reply With you at 4, Dave")
    rig.run(120)
    assert answers(rig) == [
        "Mrs Patel 07700 900456 at 10am: Boiler shows F28",
        "Sending it to Mrs Patel 07700 900456.",
    ]
    assert rig.sent_to(BOB) == ["With you at 4, Dave"]
    assert [text.kind for text in rig.texts if text.to == "+447700900456"] == [TextKind.REPLY]


def test_a_reply_in_several_parts_is_one_order(rig: DaemonRig) -> None:
    comes(rig, 10, "Boiler shows F28", BOB)
    words = "I can be there tomorrow. " * 9 + "Dave"
    order(rig, 20, f"{PIN} REPLY {words}", parts=2)
    rig.run(90)
    assert [text.body for text in rig.of(TextKind.REPLY)] == [words]
    assert not any(PIN in body for body in kept(rig))


def test_nobody_who_said_stop_or_has_no_mobile_is_replied_to(rig: DaemonRig) -> None:
    comes(rig, 10, "STOP", BOB)
    order(rig, 20, f"{PIN} REPLY Sorry about that")
    rig.ring(40, "01632960123")
    order(rig, 80, f"{PIN} REPLY Sorry about that")
    rig.run(120)
    assert rig.of(TextKind.REPLY) == []
    assert answers(rig) == [
        "They texted STOP, so I send them nothing. Ring them instead.",
        "01632 960123 cannot take texts. Ring them instead.",
    ]


def test_stop_puts_a_number_on_the_never_list_and_done_marks_the_last_person(rig: DaemonRig) -> None:
    rig.ring(10)
    order(rig, 40, f"{PIN} STOP {BOB}")
    order(rig, 50, f"{PIN} DONE")
    rig.ring(60, BOB).run(100)
    assert [call.verdict for call in rig.calls] == [TEXT, Reason.NEVER_TEXT]
    assert rig.settings.people.lists().of("+447700900456") is NumberList.NEVER
    assert answers(rig) == [
        "07700 900456 gets no more texts. Undo it on the page.",
        "07700 900123 is marked as done.",
    ]
    assert {view.person: view.done for view in rig.journal.people(5)}["+447700900123"]


def test_without_anybody_there_is_nobody_to_reply_to(rig: DaemonRig) -> None:
    for at, words in enumerate(("LAST", "REPLY Hello", "DONE")):
        order(rig, 10 + at * 10, f"{PIN} {words}")
    rig.run(60)
    assert answers(rig) == ["Nobody has rung or written yet."] * 3


def test_an_order_read_from_the_sim_again_is_not_done_again(rig: DaemonRig) -> None:
    comes(rig, 10, "Boiler shows F28", BOB)
    order(rig, 20, f"{PIN} REPLY On my way")
    rig.modem.refuse("AT+CMGD")  # the SIM keeps both
    rig.run(60)
    rig.again()
    rig.run(60)
    assert len(rig.of(TextKind.REPLY)) == len(answers(rig)) == 1


def test_settings_that_cannot_be_written_are_told_to_the_owner(rig: DaemonRig) -> None:
    def spoil() -> None:
        (rig.data / "settings.json").write_text("{")
        (rig.data / "settings.json.bak").write_text("{")

    rig.at(10, spoil)
    order(rig, 20, f"{PIN} PAUSE 2")
    rig.run(60)
    assert answers(rig) == ["The settings cannot be read. Restore a backup, or set the box up again."]


# Check 29: a sender's number proves nothing


@pytest.mark.parametrize("words", ["STATUS", "PAUSE 2", "Hello", "REPLY Hi", f"STATUS {PIN}", "4 STATUS"])
def test_security_check_29_without_the_lock_code_first_nothing_is_done_or_answered(
    rig: DaemonRig, words: str
) -> None:
    comes(rig, 5, "Boiler", BOB)
    order(rig, 20, words)
    rig.run(60)
    assert answers(rig) == []
    assert rig.of(TextKind.REPLY) == []
    assert rig.settings.load().paused_until is None
    assert PIN not in json.dumps(list(rig.journal.export()))


def test_security_check_29_orders_are_off_unless_the_owner_turned_them_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = DaemonRig(tmp_path, monkeypatch, commands__pin=PIN)
    order(rig, 10, f"{PIN} PAUSE 2")
    rig.ring(30).run(80)
    assert answers(rig) == []
    assert [call.verdict for call in rig.calls] == [TEXT]


def test_security_check_29_from_another_number_the_right_lock_code_is_only_a_text(rig: DaemonRig) -> None:
    comes(rig, 10, f"{PIN} PAUSE 2", BOB)
    rig.run(60)
    assert rig.settings.load().paused_until is None
    assert answers(rig) == []


def test_security_check_29_five_wrong_codes_turn_orders_off_for_a_day_over_restarts(rig: DaemonRig) -> None:
    for count in range(3):
        order(rig, 10 + count * 5, f"00000{count} PAUSE 2")
    rig.run(40)
    rig.again()
    for count in range(4):
        order(rig, 10 + count * 5, f"11110{count} PAUSE 2")
    order(rig, 60, f"{PIN} PAUSE 2")  # the right one comes too late
    rig.run(90)
    assert [answer.split(".")[0] for answer in answers(rig)] == [
        *["That lock code is wrong"] * 4,
        "5 wrong lock codes came from your number",
    ]
    assert rig.event_names.count("commands_off") == 1
    for hours, words in ((20, "STATUS"), (5, "PAUSE 2")):
        rig.clock.advance(hours * HOUR)
        rig.again()
        order(rig, 10, f"{PIN} {words}")
        rig.run(30)
    (answer,) = answers(rig)[5:]
    assert answer.startswith("Paused till 1:0")


def test_security_check_29_a_spoilt_count_of_wrong_codes_does_not_open_the_door(rig: DaemonRig) -> None:
    rig.journal.set_mark(GUARD, "{")
    order(rig, 10, "000000 PAUSE 2")
    order(rig, 20, f"{PIN} PAUSE 2")
    rig.run(60)
    assert len(answers(rig)) == 1
    assert rig.settings.load().paused_until is None


def test_security_check_29_the_lock_code_is_in_no_file_and_no_log(
    rig: DaemonRig, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "591734"
    with caplog.at_level(logging.DEBUG):
        order(rig, 10, f"{PIN} STATUS")
        order(rig, 20, f"{wrong} STATUS")
        order(rig, 30, f"Sorry, {PIN} was wrong")
        order(rig, 40, f"{PIN} REPLY {'so many words ' * 20}", parts=2)
        rig.run(60)
    assert kept(rig)[:3] == ["**** STATUS", "**** STATUS", "Sorry, **** was wrong"]
    assert kept(rig)[3].startswith("**** REPLY so many words")
    for code in (PIN, wrong):
        assert code not in caplog.text
        for file in rig.data.iterdir():
            if file.is_file() and not file.name.startswith("settings.json"):
                assert code.encode() not in file.read_bytes(), file.name
    for text in rig.texts:
        assert PIN not in text.body
