"""The main job: somebody rings, nobody answers, the caller gets one text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.blackbox.box import BUSINESS, NAME, OWNER, PASSWORD, Box
from tests.waiting import wait_for

if TYPE_CHECKING:
    from tests.blackbox.box import Row
    from tests.foreign_modem import ForeignModem

CALLER, OTHER = "+447700900123", "+447700900456"
TEMPLATE = re.compile(
    rf"Hi, .*[Ii]t's {NAME} from {BUSINESS}\. .*I'll call you back by "
    r"([0-9]{1,2}(:[0-9]{2})?[ap]m)( tomorrow| on [A-Z][a-z]+day)?\. Or text me here what you need\. Thanks"
)


def to_callers(modem: ForeignModem) -> list[str]:
    """The numbers that were texted, the owner's left out: they may be told of a call."""
    return [one.number for one in modem.sent if one.number != "+44" + OWNER[1:]]


def verdicts(box: Box, calls: int) -> list[str]:
    return [call["verdict"] for call in box.wait_for_calls(calls)]


def moment(row: Row, key: str) -> datetime:
    text = row[key]
    assert isinstance(text, str)
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def test_three_rings_from_a_national_number_bring_one_filled_text(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", kind=129, times=3)
    box.wait_for_texts(1)
    (sent,) = modem.sent
    assert sent.number == CALLER
    assert TEMPLATE.fullmatch(sent.text), sent.text
    assert modem.overlaps == 0


def test_the_journal_joins_the_call_and_its_text(box: Box, modem: ForeignModem) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    modem.ring("07700900123", times=3)
    (text,) = box.wait_for_texts(1)
    (call,) = box.calls()
    assert (call["number"], call["presentation"], call["outcome"]) == ("07700900123", "allowed", "missed")
    assert (call["rings"], call["verdict"]) == (3, "TEXT")
    assert (call["text_id"], text["call_id"]) == (text["id"], call["id"])
    assert (text["to"], text["body"], text["parts"]) == (CALLER, modem.sent[0].text, 1)
    times = [moment(call, "started_at"), moment(call, "ended_at"), moment(text, "queued_at")]
    times += [moment(text, "submitted_at"), moment(text, "sent_at")]
    assert [before, *times] == sorted([before, *times])
    assert times[-1] <= datetime.now(UTC)


def test_a_second_call_within_the_hour_gets_no_second_text(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123")
    box.wait_for_texts(1)
    modem.ring("07700900123")
    assert verdicts(box, 2) == ["TEXT", "TEXTED_RECENTLY"]
    assert to_callers(modem) == [CALLER]


def test_a_withheld_caller_gets_no_text(box: Box, modem: ForeignModem) -> None:
    modem.ring_withheld()
    (call,) = box.wait_for_calls(1)
    assert (call["number"], call["verdict"], call["text_id"]) == (None, "WITHHELD", None)
    assert call["presentation"] == "withheld"
    assert to_callers(modem) == []


@pytest.mark.parametrize(
    ("number", "kind"), [("01632960123", 129), ("+442079460123", 145), ("60123", 129), ("+33199001234", 145)]
)
def test_only_a_uk_mobile_gets_a_text(box: Box, modem: ForeignModem, number: str, kind: int) -> None:
    modem.ring(number, kind=kind)
    (call,) = box.wait_for_calls(1)
    assert (call["number"], call["verdict"]) == (number, "NOT_A_UK_MOBILE")
    assert to_callers(modem) == []


def test_an_answered_call_gets_no_text(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=60, interval=0.5)
    wait_for(lambda: not modem.idle)
    modem.answer()
    asked = modem.commands.count("+CLCC")
    wait_for(lambda: modem.commands.count("+CLCC") >= asked + 2, 30, "a look at the current calls")
    modem.hang_up()
    (call,) = box.wait_for_calls(1)
    assert (call["outcome"], call["verdict"]) == ("answered", "ANSWERED")
    assert to_callers(modem) == []


def test_the_owner_ringing_their_own_box_gets_no_text(box: Box, modem: ForeignModem) -> None:
    modem.ring(OWNER)
    assert verdicts(box, 1) == ["OWNER"]
    assert modem.sent == []


def test_the_three_written_forms_of_a_number_are_one_person(box: Box, modem: ForeignModem) -> None:
    forms = [("07700900123", 129), ("+447700900123", 145), ("447700900123", 145)]
    for count, (number, kind) in enumerate(forms, 1):
        modem.ring(number, kind=kind, times=1)
        box.wait_for_calls(count)
    calls = box.calls()
    assert [call["number"] for call in calls] == [number for number, _ in forms]
    assert [call["verdict"] for call in calls] == ["TEXT", "TEXTED_RECENTLY", "TEXTED_RECENTLY"]
    box.wait_for_texts(1)
    assert to_callers(modem) == [CALLER]


def test_two_callers_one_after_the_other_get_a_text_each(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=2)
    wait_for(lambda: modem.idle)
    modem.ring("07700900456", times=2)
    texts = box.wait_for_texts(2)
    assert to_callers(modem) == [CALLER, OTHER]
    assert [call["text_id"] for call in box.calls()] == [text["id"] for text in texts]


def test_the_same_caller_at_once_again_is_two_calls_and_one_text(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123", times=1)
    wait_for(lambda: modem.idle)
    modem.ring("07700900123", times=1)
    assert verdicts(box, 2) == ["TEXT", "TEXTED_RECENTLY"]
    box.wait_for_texts(1)
    assert to_callers(modem) == [CALLER]


def test_a_paused_box_lists_calls_and_texts_nobody(box: Box, modem: ForeignModem) -> None:
    box.set("paused_until", (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    modem.ring("07700900123")
    assert verdicts(box, 1) == ["PAUSED"]
    assert to_callers(modem) == []


def test_a_limit_stops_texts_and_not_the_list_of_calls(box: Box, modem: ForeignModem) -> None:
    box.set("limits.per_day", "1")
    for count, number in enumerate(("07700900123", "07700900456"), 1):
        modem.ring(number, times=1)
        box.wait_for_calls(count)
    assert verdicts(box, 2) == ["TEXT", "LIMIT"]
    assert to_callers(modem) == [CALLER]


def test_a_box_nobody_has_set_up_texts_nobody(
    tmp_path_factory: pytest.TempPathFactory, modem: ForeignModem
) -> None:
    from tests.blackbox.box import Box as NewBox  # noqa: PLC0415 - only this test unpacks its own

    with NewBox(tmp_path_factory.mktemp("new"), modem) as new:
        new.start_only()
        wait_for(lambda: "+CLIP=1" in " ".join(modem.commands), 30, "the modem to be asked for numbers")
        wait_for(lambda: new.status()[0] in {0, 3}, 30, "a status")
        modem.ring("07700900123")
        assert verdicts(new, 1) == ["NOT_SET_UP"]
        assert modem.sent == []


def test_the_owners_words_reach_the_caller_as_they_were_written(box: Box, modem: ForeignModem) -> None:
    words = "[name] here \N{EM DASH} back by [time] \N{POUND SIGN}0 \N{WRENCH}"
    for which in ("text.open", "text.closed"):
        box.set(which, words)
    modem.ring("07700900123")
    (text,) = box.wait_for_texts(1)
    sent = "".join(one.text for one in modem.sent)
    assert sent == text["body"]
    assert sent.startswith("Dave here \N{EM DASH} back by ")
    assert sent.endswith(" \N{POUND SIGN}0 \N{WRENCH}")
    assert text["parts"] == len(modem.sent) == modem.sent[0].parts


def test_neither_number_nor_words_nor_password_reach_the_log(box: Box, modem: ForeignModem) -> None:
    modem.ring("07700900123")
    box.wait_for_texts(1)
    box.stop()
    log = box.words_of_log()
    assert log
    for secret in ("900123", "7700900", "missed your call", BUSINESS, PASSWORD):
        assert secret not in log
    kept = b"".join(path.read_bytes() for path in box.data.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept
