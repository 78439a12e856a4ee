"""Command lines as V.250 has them: sections 5.2 to 5.7 and 6.2."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.simulator import GENERIC, Answer, Later
from tests.simulator.terminal import Terminal


def test_echo_is_on_at_first_and_e0_turns_it_off() -> None:
    terminal = Terminal(echo=True)
    assert terminal.raw(b"AT\r") == b"AT\r\r\nOK\r\n"
    assert terminal.raw(b"ATE0\r") == b"ATE0\r\r\nOK\r\n"
    assert terminal.raw(b"AT\r") == b"\r\nOK\r\n"


def test_information_and_result_are_framed() -> None:
    assert Terminal().raw(b"AT+CSQ\r") == b"\r\n+CSQ: 23,99\r\n\r\nOK\r\n"


def test_v0_gives_numbers_and_bare_information() -> None:
    terminal = Terminal()
    assert terminal.raw(b"ATV0\r") == b"0\r"
    assert terminal.raw(b"AT+CSQ\r") == b"+CSQ: 23,99\r\n0\r"
    assert terminal.raw(b"AT+NONSENSE\r") == b"4\r"
    assert terminal.raw(b"ATV1\r") == b"\r\nOK\r\n"


def test_q1_suppresses_results_but_not_information() -> None:
    terminal = Terminal()
    assert terminal.raw(b"ATQ1\r") == b""
    assert terminal.raw(b"AT+CSQ\r") == b"\r\n+CSQ: 23,99\r\n"
    assert terminal.raw(b"ATQ0\r") == b"\r\nOK\r\n"


def test_s3_and_s4_change_the_line_ends() -> None:
    terminal = Terminal()
    terminal.ask("ATS4=33")
    assert terminal.raw(b"AT\r") == b"\r!OK\r!"
    terminal.raw(b"ATS3=36\r")
    assert terminal.raw(b"AT$") == b"$!OK$!"


def test_backspace_takes_a_character_back() -> None:
    assert Terminal().ask("AT+CSX\bQ") == ["+CSQ: 23,99", "OK"]
    assert Terminal(echo=True).raw(b"ATX\b\r") == b"ATX\b \b\r\r\nOK\r\n"


def test_s5_says_which_character_that_is() -> None:
    terminal = Terminal()
    terminal.ask("ATS5=127")
    assert terminal.ask("AT+CSX\x7fQ") == ["+CSQ: 23,99", "OK"]


def test_a_slash_repeats_the_last_line_without_a_return() -> None:
    terminal = Terminal()
    terminal.ask("AT+CSQ")
    assert terminal.raw(b"A/") == b"\r\n+CSQ: 23,99\r\n\r\nOK\r\n"
    assert terminal.raw(b"a/") == b"\r\n+CSQ: 23,99\r\n\r\nOK\r\n"


@pytest.mark.parametrize(
    "typed", ["at+csq", "AT+csq", "aT+CsQ", "AT + C S Q", "xxAT+CSQ", "AAT+CSQ", "\x1bAT+CSQ"]
)
def test_case_blanks_and_rubbish_before_at_do_not_matter(typed: str) -> None:
    assert Terminal().ask(typed) == ["+CSQ: 23,99", "OK"]


def test_what_does_not_begin_with_at_is_no_command() -> None:
    assert Terminal().ask("+CSQ") == []


def test_a_line_feed_after_the_return_is_ignored() -> None:
    assert Terminal().raw(b"AT\r\nAT\r\n") == b"\r\nOK\r\n\r\nOK\r\n"


def test_basic_commands_stand_in_one_line() -> None:
    terminal = Terminal(echo=True)
    assert terminal.ask("ATE0V1Q0X4&C1&D2S0=0+CMEE=1;+CMEE?")[-2:] == ["+CMEE: 1", "OK"]
    assert terminal.ask("ATE0;+CMEE?") == ["+CMEE: 1", "OK"]


def test_extended_commands_are_parted_by_semicolons() -> None:
    assert Terminal().ask("AT+CREG?;+CSQ;") == ["+CREG: 0,1", "+CSQ: 23,99", "OK"]


def test_a_semicolon_between_quotes_parts_nothing() -> None:
    terminal = Terminal()
    assert terminal.ask('AT+CSCA="+447700900998;";+CSCA?') == ['+CSCA: "+447700900998;",145', "OK"]


def test_a_line_stops_at_its_first_error() -> None:
    assert Terminal().ask("AT+CSQ;+NONSENSE;+CREG?") == ["+CSQ: 23,99", "ERROR"]


@pytest.mark.parametrize("command", ["+NONSENSE", "+NONSENSE?", "^CURC=1", "*PSUTTZ", "$QCPWRDN", "#ECAM=1"])
def test_an_unknown_command_is_refused_as_cmee_says(command: str) -> None:
    terminal = Terminal()
    assert terminal.ask("AT" + command) == ["ERROR"]
    terminal.ask("AT+CMEE=1")
    assert terminal.ask("AT" + command) == ["+CME ERROR: 4"]
    terminal.ask("AT+CMEE=2")
    assert terminal.ask("AT" + command) == ["+CME ERROR: operation not supported"]


@pytest.mark.parametrize("line", ["AT!", "AT1", "ATS", "AT&", "ATE2", "ATS999", "AT+", "AT=", "ATY"])
def test_what_is_no_command_at_all_is_a_plain_error(line: str) -> None:
    assert Terminal().ask(line) == ["ERROR"]


def test_a_bad_value_is_refused() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CLIP=7") == ["ERROR"]
    terminal.ask("AT+CMEE=1")
    for bad in ("AT+CLIP=7", "AT+CLIP=1,1", "AT+CLIP=x", 'AT+CLIP="1"', 'AT+CLIP="1', "AT+CLIP=-1"):
        assert terminal.ask(bad) == ["+CME ERROR: 50"], bad
    assert terminal.ask("AT+CLIP?") == ["+CLIP: 0,1", "OK"]


def test_a_line_longer_than_the_buffer_is_an_error() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CSCA=" + "1" * 507) == ["ERROR"]
    assert terminal.ask("AT") == ["OK"]


def test_a_line_of_very_many_commands_is_carried_out() -> None:
    assert Terminal().ask("AT" + "E0" * 250) == ["OK"]


def test_characters_are_lost_while_a_command_that_cannot_be_aborted_runs() -> None:
    terminal = Terminal()
    terminal.modem.interpreter.hook = lambda typed: Later(5.0, Answer) if typed == "+SLOW" else None
    assert terminal.ask("AT+SLOW") == []
    assert terminal.ask("AT+CSQ") == []
    assert terminal.wait(5.0) == ["OK"]
    assert terminal.ask("AT") == ["OK"]


def test_a_scan_for_networks_is_aborted_by_any_character() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+COPS=?") == []
    assert terminal.raw(b"\n") == b""  # still part of the line's end
    terminal.wait(0.5)
    assert terminal.raw(b"x") == b"\r\nERROR\r\n"
    assert terminal.wait(10) == []


def test_z_goes_back_to_what_w_kept_and_f_to_the_factory() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1;+CLIP=1;&W")
    terminal.ask("AT+CMEE=2")
    assert terminal.ask("ATZ") == ["OK"]
    assert terminal.ask("AT+CMEE?;+CLIP?") == ["+CMEE: 1", "+CLIP: 1,1", "OK"]
    terminal.ask("AT&FE0")
    assert terminal.ask("AT+CMEE?") == ["+CMEE: 0", "OK"]


def test_s_registers_are_read_with_three_digits() -> None:
    assert Terminal().ask("ATS3?") == ["013", "OK"]


def test_settings_test_forms_give_their_ranges() -> None:
    assert Terminal().ask("AT+CMEE=?;+CSSN=?;+CLIP=?") == [
        "+CMEE: (0-2)",
        "+CSSN: (0,1),(0,1)",
        "+CLIP: (0,1)",
        "OK",
    ]


def test_lines_of_an_answer_may_come_slowly_and_codes_between_them() -> None:
    terminal = Terminal(line_gap=0.1)
    assert terminal.ask("ATI") == ["Textback"]
    assert terminal.wait(0.1) == ["Emulated modem"]
    terminal.modem.inject("RING")
    assert terminal.wait(0.05) == ["RING"]
    assert terminal.ask("AT") == []  # it is still answering
    assert terminal.wait(1.0) == ["Revision: 1.0", "IMEI: 490154203237518", "OK"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (0, ["RING", "Textback", "Emulated modem"]),
        (1, ["Textback", "RING", "Emulated modem"]),
        (99, ["IMEI: 490154203237518", "RING", "OK"]),
    ],
)
def test_a_code_breaks_into_an_answer_where_it_is_told(after: int, expected: list[str]) -> None:
    terminal = Terminal()
    terminal.modem.inject("RING", during="ATI", after_lines=after)
    assert terminal.ask("AT+CSQ") == ["+CSQ: 23,99", "OK"]
    said = terminal.ask("ATI")
    assert expected in [said[i : i + 3] for i in range(len(said))]
    assert "RING" not in terminal.ask("ATI")


def test_a_hook_may_answer_in_the_modems_stead() -> None:
    terminal = Terminal()
    answers = {
        "+CSQ": Answer(("+CSQ: 1,99",)),
        "+CREG?": Answer((), "+CME ERROR: 30"),
        "+CPAS": Answer((), None),
    }
    terminal.modem.interpreter.hook = answers.get
    assert terminal.ask("AT+CSQ") == ["+CSQ: 1,99", "OK"]
    assert terminal.ask("AT+CREG?") == ["+CME ERROR: 30"]
    assert terminal.ask("AT+CPAS") == []
    assert terminal.ask("AT") == ["OK"]


def test_a_familys_own_commands_are_data() -> None:
    terminal = Terminal(replace(GENERIC, commands={'+QCFG="IMS"': ('+QCFG: "ims",1,1',), "^CURC=1": ()}))
    assert terminal.ask('AT+QCFG="ims"') == ['+QCFG: "ims",1,1', "OK"]
    assert terminal.ask("AT^CURC=1") == ["OK"]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_nothing_a_terminal_sends_breaks_the_modem(chunks: list[bytes]) -> None:
    terminal = Terminal()
    for chunk in chunks:
        terminal.raw(b"AT" + chunk)
        terminal.wait(0.3)
    terminal.wait(60)
    terminal.raw(b"\x1b\r")
    terminal.modem.power_off()
    terminal.modem.power_on()
    terminal.wait(5)
    assert terminal.ask("AT&FE0Q0V1")[-1] == "OK"


_HEADS = st.sampled_from(
    [
        "+CMGS=",
        "+CMGW=",
        "+CMGR=",
        "+CMGL=",
        "+CMGD=",
        "+CPMS=",
        "+CNMI=",
        "+CSMP=",
        "+CSCA=",
        "+CPIN=",
        "+COPS=",
        "+CLCK=",
        "+CUSD=",
        "+CCFC=",
        "+CCWA=",
        "+CPBR=",
        "+CPBS=",
        "+CSCS=",
        "+CCLK=",
        "+CFUN=",
        "+CLCC=",
        "+CHLD=",
        "+CMSS=",
        "D",
        "S3=",
        "S5=",
        "+CMGF=",
        "+CSMS=",
        "+CNMA=",
        "E",
        "V",
        "Q",
    ]
)
_TAILS = st.text(st.sampled_from('0123456789,"+;*#?=ABCF \r\x1a\x1b\n'), max_size=30)


@given(st.lists(st.tuples(_HEADS, _TAILS), max_size=15))
def test_no_value_of_any_command_breaks_the_modem(commands: list[tuple[str, str]]) -> None:
    terminal = Terminal()
    terminal.modem.text("+447700900123", "Hello")
    for head, tail in commands:
        terminal.raw(f"AT{head}{tail}\r".encode())
        terminal.wait(0.1)
        terminal.raw(b"0011000C914477000910320000AA05C8329BFD06\x1a")
        terminal.wait(3)
    terminal.modem.power_off()
    terminal.modem.power_on()
    terminal.wait(5)
    assert terminal.ask("AT&FE0Q0V1")[-1] == "OK"
