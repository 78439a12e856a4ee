from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.modem import result_codes
from appliance.modem.result_codes import (
    Advice,
    CmeError,
    CmsError,
    Error,
    Final,
    Ok,
    advice,
    meaning,
    parse_final,
)

CASES: list[tuple[str, str, Final | None]] = [
    ("V.250", "OK", Ok()),
    ("V.250", "ERROR", Error()),
    ("Huawei", "COMMAND NOT SUPPORT", Error()),
    ("Huawei", "TOO MANY PARAMETERS", Error()),
    ("27.007, numeric", "+CME ERROR: 10", CmeError(10, "10")),
    ("27.007, verbose", "+CME ERROR: SIM not inserted", CmeError(10, "SIM not inserted")),
    ("SIM800, verbose", "+CME ERROR: operation not allowed", CmeError(3, "operation not allowed")),
    ("in capitals", "+CME ERROR: SIM BUSY", CmeError(14, "SIM BUSY")),
    (
        "British spelling",
        "+CME ERROR: network personalisation PIN required",
        CmeError(40, "network personalisation PIN required"),
    ),
    (
        "another dash",
        "+CME ERROR: network not allowed \N{EN DASH} emergency calls only",
        CmeError(32, "network not allowed \N{EN DASH} emergency calls only"),
    ),
    ("words of no standard", "+CME ERROR: wombat", CmeError(None, "wombat")),
    ("no reason at all", "+CME ERROR:", CmeError(None, "")),
    ("no space", "+CME ERROR:14", CmeError(14, "14")),
    ("27.005, numeric", "+CMS ERROR: 500", CmsError(500, "500")),
    ("27.005, verbose", "+CMS ERROR: network timeout", CmsError(332, "network timeout")),
    ("a maker's own code", "+CMS ERROR: 517", CmsError(517, "517")),
    ("more digits than a code has", "+CMS ERROR: 123456", CmsError(None, "123456")),
    ("digits of another script", "+CMS ERROR: \u0661\u0662", CmsError(None, "\u0661\u0662")),
    ("it only begins with OK", "OKAY", None),
    ("it only begins with OK", "OK, bye", None),
    ("it only ends with OK", "NOT OK", None),
    ("small letters", "ok", None),
    ("a space before", " OK", None),
    ("a line end left on", "OK\r", None),
    ("a line end left on", "ERROR\n", None),
    ("a line end inside", "+CME ERROR: 1\n0", None),
    ("it only begins with ERROR", "ERROR: 3", None),
    ("text before", "x+CMS ERROR: 500", None),
    ("small letters", "+cms error: 500", None),
    ("nothing", "", None),
    ("a call ended", "NO CARRIER", None),
    ("the box never dials", "BUSY", None),
    ("the box never dials", "NO ANSWER", None),
    ("the box never dials", "NO DIALTONE", None),
    ("the box never dials", "CONNECT", None),
    ("a call", "RING", None),
    ("information", "+CMGS: 12", None),
]


@pytest.mark.parametrize(
    ("who", "line", "expected"), CASES, ids=[f"{who}: {line!a}" for who, line, _ in CASES]
)
def test_a_line_is_this_final_result(who: str, line: str, expected: Final | None) -> None:
    assert parse_final(line) == expected


@given(
    st.text(max_size=60) | st.text(max_size=30).map("+CMS ERROR: {}".format) | st.text().map("OK{}".format)
)
def test_any_line_is_read_without_complaint(line: str) -> None:
    final = parse_final(line)
    if isinstance(final, Ok):
        assert line == "OK"
    if isinstance(final, CmeError | CmsError):
        assert meaning(final)
        assert advice(final) in Advice


# What to do

CMS_ADVICE = {
    Advice.NEVER: [1, 8, 10, 28, 29, 30, 50, 69, 81, 95, 96, 97, 98, 99, 193, 195, 196, 303, 305, 342],
    Advice.RETRY_ONCE: [21, 111, 127, 304, 350, 510, 512, 9999],
    Advice.RETRY: [27, 38, 41, 42, 47, 192, 194, 300, 301, 320, 330, 500, 532],
    Advice.RETRY_SOON: [302, 314],
    Advice.WAIT_FOR_NETWORK: [331],
    Advice.CLEAN_STORE: [208, 211, 322],
    Advice.STOP: [310, 311, 312, 316, 317, 318],
    Advice.RESET: [313, 315, 341],
    Advice.AS_SENT: [197],
    Advice.UNKNOWN_OUTCOME: [332],
}
CME_ADVICE = {
    Advice.RETRY: [0, 3, 100],
    Advice.NEVER: [4, 21, 50],
    Advice.STOP: [5, 10, 11, 12, 13, 15, 16, 17, 18, 40, 41, 42, 43, 44, 45, 46, 47],
    Advice.RETRY_SOON: [14],
    Advice.CLEAN_STORE: [20],
    Advice.WAIT_FOR_NETWORK: [30, 32],
    Advice.UNKNOWN_OUTCOME: [31],
    Advice.RETRY_ONCE: [772, 9999],
}


@pytest.mark.parametrize(("expected", "codes"), CMS_ADVICE.items(), ids=list(CMS_ADVICE))
def test_each_refusal_of_a_text_has_its_advice(expected: Advice, codes: list[int]) -> None:
    assert {code: advice(CmsError(code, str(code))) for code in codes} == dict.fromkeys(codes, expected)


@pytest.mark.parametrize(("expected", "codes"), CME_ADVICE.items(), ids=list(CME_ADVICE))
def test_each_refusal_of_the_modem_has_its_advice(expected: Advice, codes: list[int]) -> None:
    assert {code: advice(CmeError(code, str(code))) for code in codes} == dict.fromkeys(codes, expected)


def test_every_advice_is_given_for_some_code() -> None:
    assert {*CMS_ADVICE, *CME_ADVICE} == set(Advice)


def test_a_reason_nobody_knows_is_tried_once_more() -> None:
    assert advice(CmsError(None, "wombat")) is Advice.RETRY_ONCE
    assert advice(Error()) is Advice.RETRY


def test_ok_needs_nothing_done() -> None:
    assert advice(Ok()) is Advice.AS_SENT


# Words

KNOWN: list[Final] = [
    Ok(),
    Error(),
    CmsError(None, "?"),
    CmeError(None, "?"),
    CmsError(517, "517"),
    CmeError(517, "517"),
    *(CmsError(code, str(code)) for cause in result_codes._CMS for code in cause.words),
    *(CmeError(code, str(code)) for cause in result_codes._CME for code in cause.words),
]


def test_every_result_is_said_in_plain_short_sentences() -> None:
    jargon = re.compile(
        r"\b(SMS|SMSC|PDU|CMS|CME|registration|device|modem|invalid|please|oops|error|PIN)\b|!", re.IGNORECASE
    )
    for final in KNOWN:
        words = meaning(final)
        sentences = re.findall(r"[A-Z][^.?]*[.?](?: |$)", words)
        assert "".join(sentences) == words, words
        assert all(len(sentence.split()) <= 16 for sentence in sentences), words
        assert not jargon.search(words), words


def test_the_owner_is_told_what_stands_in_the_way() -> None:
    assert meaning(CmsError(196, "196")) == "The phone company says this number can't get texts."
    assert meaning(CmeError(10, "10")) == "No SIM card found."
    assert (
        meaning(CmsError(332, "332")) == "The network did not answer, so the text may or may not have gone."
    )


def test_a_reason_nobody_knows_keeps_its_code_for_whoever_helps() -> None:
    assert meaning(CmsError(517, "517")) == "The text was refused, for a reason we don't know (code 517)."
    assert meaning(CmsError(None, "wombat")) == "The text was refused, for a reason we don't know."


def test_no_code_stands_in_two_rows() -> None:
    for causes in (result_codes._CMS, result_codes._CME):
        codes = [code for cause in causes for code in cause.words]
        assert len(codes) == len(set(codes))


def test_verbose_and_numeric_refusals_are_one() -> None:
    for causes, kind, name in (
        (result_codes._CMS, CmsError, "CMS"),
        (result_codes._CME, CmeError, "CME"),
    ):
        for cause in causes:
            for code, words in cause.words.items():
                assert parse_final(f"+{name} ERROR: {words}") == kind(code, words)
