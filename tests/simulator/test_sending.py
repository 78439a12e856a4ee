"""Texts on their way out: 27.005 sections 3.5 and 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from gsmmodem.pdu import encodeSmsSubmitPdu

from appliance.simulator import GENERIC
from tests.simulator.terminal import SUMMER, Terminal

HELLO = "0001000C914477000910320000" + "05C8329BFD06"
HELLO_LENGTH = len(HELLO) // 2 - 1
HELLO_REPORT = "0021" + HELLO[4:]


def pdus(text: str, number: str = "+447700900123", **options: object) -> list[tuple[str, int]]:
    """Encode with a library that is not ours."""
    options = {"reference": 7, "requestStatusReport": False, **options}
    return [(str(pdu), pdu.tpduLength) for pdu in encodeSmsSubmitPdu(number, text, **options)]


def send(terminal: Terminal, pdu: str = HELLO, length: int = HELLO_LENGTH) -> list[str]:
    return terminal.submit(f"AT+CMGS={length}", pdu)


def test_a_text_is_asked_for_taken_and_numbered() -> None:
    terminal = Terminal()
    assert terminal.raw(f"AT+CMGS={HELLO_LENGTH}\r".encode()) == b""
    terminal.modem.tick(terminal.now + 0.05)
    assert terminal.modem.data_to_send() == b"\r\n> "  # no line end: a reader by lines never sees it
    terminal.raw(HELLO.encode() + b"\x1a")
    terminal.modem.tick(terminal.now + 1)
    assert terminal.modem.data_to_send() == b"\r\n+CMGS: 0\r\n\r\nOK\r\n"
    assert [(sent.number, sent.text, sent.at) for sent in terminal.modem.sent] == [
        ("+447700900123", "Hello", SUMMER + timedelta(seconds=0.25))
    ]


def test_the_network_takes_its_time() -> None:
    terminal = Terminal()
    terminal.modem.device.outgoing.delay = 8.0
    assert send(terminal) == []
    assert terminal.modem.sent == []
    assert terminal.ask("AT") == []
    assert terminal.wait(7) == ["+CMGS: 0", "OK"]


def test_a_call_may_come_while_the_network_thinks() -> None:
    terminal = Terminal()
    terminal.modem.device.outgoing.delay = 8.0
    send(terminal)
    terminal.modem.inject("RING")
    assert terminal.wait(0) == ["RING"]
    assert terminal.wait(8) == ["+CMGS: 0", "OK"]


def test_references_go_round_after_255() -> None:
    terminal = Terminal()
    said = [send(terminal)[0] for _ in range(257)]
    assert said[:2] == ["+CMGS: 0", "+CMGS: 1"]
    assert said[255:] == ["+CMGS: 255", "+CMGS: 0"]


def test_the_text_is_echoed_while_echo_is_on() -> None:
    terminal = Terminal(echo=True)
    terminal.ask(f"AT+CMGS={HELLO_LENGTH}")
    terminal.wait(0.1)
    assert terminal.raw(b"0001\x1a") == b"0001\r\n+CMS ERROR: 304\r\n"


@pytest.mark.parametrize(
    "text", ["Sorry I missed you", "£5 for 3€ [ok]", "Hello 😀", "é" * 160, "x" * 161, "ж" * 71, "^" * 100]
)
def test_what_an_independent_encoder_sends_is_read_back(text: str) -> None:
    terminal = Terminal()
    halves = (
        text
        if text.isascii() or "😀" not in text
        else text.encode("utf-16", "surrogatepass").decode("utf-16")
    )
    for pdu, length in _encoded(halves):
        assert send(terminal, pdu, length)[-1] == "OK"
    assert [(sent.text, sent.complete) for sent in terminal.modem.sent] == [(text, True)]


def _encoded(text: str) -> list[tuple[str, int]]:
    units = text.encode("utf-16-be")
    split = "".join(
        chr(int.from_bytes(units[i : i + 2])) for i in range(0, len(units), 2)
    )  # the encoder wants halves
    return pdus(split)


def test_a_long_text_is_joined_in_whatever_order_its_parts_go() -> None:
    terminal = Terminal()
    first, second = pdus("one " * 50)
    send(terminal, *second)
    assert [sent.complete for sent in terminal.modem.sent] == [False]
    send(terminal, *first)
    assert [(sent.text, sent.complete, len(sent.pdus)) for sent in terminal.modem.sent] == [
        ("one " * 50, True, 2)
    ]


def test_a_part_sent_twice_is_seen() -> None:
    terminal = Terminal()
    first, second = pdus("one " * 50)
    for part in (first, second, second):
        send(terminal, *part)
    assert [sent.complete for sent in terminal.modem.sent] == [True, False]


def test_two_texts_of_one_part_stay_two() -> None:
    terminal = Terminal()
    send(terminal)
    send(terminal)
    assert [sent.text for sent in terminal.modem.sent] == ["Hello", "Hello"]


@pytest.mark.parametrize(
    ("pdu", "length"),
    [
        (HELLO, HELLO_LENGTH + 1),
        (HELLO, HELLO_LENGTH - 1),
        (HELLO[:-2], HELLO_LENGTH),
        (HELLO[:-1], HELLO_LENGTH),
        (HELLO[:-2], HELLO_LENGTH - 1),  # as long as announced, but the unit is cut short
        ("", 0),
        ("00", 0),
        ("hello", 5),
        ("00" + "00" * 20, 20),  # an SMS-DELIVER
        ("0001000091000005C8329BFD06", 12),  # to nobody
    ],
)
def test_a_wrong_unit_is_refused(pdu: str, length: int) -> None:
    terminal = Terminal()
    assert send(terminal, pdu, length) == ["+CMS ERROR: 304"]
    assert terminal.modem.sent == []


def test_refusals_are_in_words_if_asked() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=2")
    assert send(terminal, "00", 0) == ["+CMS ERROR: invalid PDU mode parameter"]


@pytest.mark.parametrize("command", ["AT+CMGS=", "AT+CMGS=x", 'AT+CMGS="+447700900123"'])
def test_a_wrong_length_is_refused_before_the_prompt(command: str) -> None:
    assert Terminal().ask(command) == ["+CMS ERROR: 304"]


def test_escape_cancels() -> None:
    terminal = Terminal()
    terminal.ask(f"AT+CMGS={HELLO_LENGTH}")
    terminal.wait(0.1)
    assert terminal.raw(HELLO.encode() + b"\x1b") == b"\r\nOK\r\n"
    assert terminal.wait(10) == []
    assert terminal.modem.sent == []


def test_what_is_typed_before_the_prompt_is_lost() -> None:
    terminal = Terminal()
    assert terminal.raw(f"AT+CMGS={HELLO_LENGTH}\r{HELLO}\x1a".encode()) == b""
    assert terminal.wait(10) == ["> "]
    assert terminal.raw(b"\x1b") == b"\r\nOK\r\n"
    assert terminal.modem.sent == []


def test_escape_before_the_prompt_cancels_too() -> None:
    terminal = Terminal()
    terminal.ask(f"AT+CMGS={HELLO_LENGTH}")
    assert terminal.raw(b"\x1b") == b"\r\nOK\r\n"
    assert terminal.wait(10) == []


def test_a_code_may_come_before_the_prompt_and_after_it() -> None:
    terminal = Terminal()
    terminal.modem.inject('+CMTI: "SM",1', during="+CMGS")
    assert terminal.ask(f"AT+CMGS={HELLO_LENGTH}") == ['+CMTI: "SM",1']
    assert terminal.wait(0.1) == ["> "]
    terminal.modem.inject("RING")
    assert terminal.wait(0) == ["RING"]


def test_a_family_may_keep_codes_back_while_a_text_is_typed() -> None:
    terminal = Terminal(replace(GENERIC, holds_codes_at_prompt=True))
    terminal.ask("AT+CREG=1")
    terminal.ask(f"AT+CMGS={HELLO_LENGTH}")
    terminal.wait(0.1)
    terminal.modem.no_signal()
    assert terminal.wait(1) == []
    assert terminal.ask(HELLO + "\x1a") == ["+CREG: 2"]
    assert terminal.wait(1) == ["+CMS ERROR: 331"]


# --- what goes wrong ---


def test_the_network_refuses_as_often_as_it_is_told() -> None:
    terminal = Terminal()
    terminal.modem.fail_next_send(38, times=2)
    assert [send(terminal)[0] for _ in range(3)] == ["+CMS ERROR: 38", "+CMS ERROR: 38", "+CMGS: 0"]
    assert len(terminal.modem.sent) == 1


def test_without_signal_nothing_goes() -> None:
    terminal = Terminal()
    terminal.modem.no_signal()
    assert send(terminal) == ["+CMS ERROR: 331"]


def test_without_a_service_centre_nothing_goes() -> None:
    terminal = Terminal()
    terminal.ask('AT+CSCA=""')
    assert send(terminal) == ["+CMS ERROR: 330"]
    assert send(terminal, "079144770009909901" + HELLO[4:], HELLO_LENGTH) == ["+CMGS: 0", "OK"]


@pytest.mark.parametrize("accepted", [True, False])
def test_the_answer_may_be_lost_whether_the_text_went_or_not(accepted: bool) -> None:
    terminal = Terminal()
    terminal.modem.silence_after_submit(accepted=accepted)
    assert send(terminal) == []
    assert terminal.wait(600) == []
    assert len(terminal.modem.sent) == int(accepted)
    assert terminal.ask("AT") == ["OK"]


def test_the_prompt_may_be_lost_and_escape_helps() -> None:
    terminal = Terminal()
    terminal.modem.prompt_lost()
    terminal.ask(f"AT+CMGS={HELLO_LENGTH}")
    assert terminal.wait(60) == []
    assert terminal.ask("AT") == []  # taken for the text
    assert terminal.raw(b"\x1b") == b"\r\nOK\r\n"
    assert send(terminal) == ["+CMGS: 0", "OK"]


def test_losing_power_while_the_network_thinks_loses_the_text() -> None:
    terminal = Terminal()
    terminal.modem.device.outgoing.delay = 5.0
    send(terminal)
    terminal.modem.power_off()
    terminal.modem.power_on()
    terminal.wait(60)
    assert terminal.modem.sent == []


# --- reports ---


def test_a_report_comes_only_if_the_text_asks_and_cnmi_wants_it() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,1,0,1")
    send(terminal)
    assert terminal.wait(10) == []
    send(terminal, HELLO_REPORT)
    line, pdu = terminal.wait(10)
    assert line == f"+CDS: {len(pdu) // 2 - 8}"
    assert pdu.endswith("00")
    assert pdu[16:20] == "0601"  # a status report for reference 1
    terminal.ask("AT+CNMI=2,1,0,0")
    send(terminal, HELLO_REPORT)
    assert terminal.wait(10) == []


def test_a_report_says_what_it_is_told() -> None:
    terminal = Terminal()
    terminal.modem.reports(status=0x46, delay=3600.0)
    terminal.ask("AT+CNMI=2,1,0,1")
    send(terminal, HELLO_REPORT)
    assert terminal.wait(3590) == []
    assert terminal.wait(20)[1].endswith("46")


def test_a_report_may_be_stored_and_outlives_a_restart() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,1,0,2;&W")
    send(terminal, HELLO_REPORT)
    assert terminal.wait(10) == ['+CDSI: "SR",1']
    terminal.ask('AT+CPMS="SR"')
    assert terminal.ask("AT+CMGR=1")[0].startswith("+CMGR: 0,,")
    assert terminal.ask("AT+CMGD=1") == ["OK"]
    terminal.modem.reports(delay=30.0)
    send(terminal, HELLO_REPORT)
    terminal.modem.power_off()
    terminal.modem.power_on()
    terminal.wait(5)
    terminal.ask("ATE0+CNMI=2,1,0,2")
    assert terminal.wait(60) == ['+CDSI: "SR",1']


def test_a_report_in_text_mode_is_one_line() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1;+CNMI=2,1,0,1;+CSMP=49,167,0,0")
    terminal.submit('AT+CMGS="+447700900123"', "Hello", wait=0.5)
    [line] = terminal.wait(10)
    assert line == '+CDS: 6,0,"+447700900123",145,"26/06/01,12:00:00+04","26/06/01,12:00:01+04",0'


# --- text mode ---


def test_text_mode_sends_words() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    assert terminal.submit('AT+CMGS="07700900123"', "Hello there") == ["+CMGS: 0", "OK"]
    assert [(sent.number, sent.text) for sent in terminal.modem.sent] == [("07700900123", "Hello there")]


def test_the_type_of_address_may_add_the_plus_sign() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    terminal.submit('AT+CMGS="447700900123",145', "Hello")
    assert terminal.modem.sent[0].number == "+447700900123"


def test_each_line_of_a_text_brings_a_new_prompt() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    terminal.ask('AT+CMGS="07700900123"')
    terminal.wait(0.1)
    assert terminal.raw(b"one\rtwo\x1a") == b"\r\n> "
    terminal.wait(1)
    assert terminal.modem.sent[0].text == "one\ntwo"


def test_backspace_works_in_a_text() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    terminal.submit('AT+CMGS="07700900123"', "Hex\bllo")
    assert terminal.modem.sent[0].text == "Hello"


@pytest.mark.parametrize(
    ("character_set", "coding", "body", "text"),
    [
        ("GSM", 0, "Now \x1be5 or \x013", "Now €5 or £3"),
        ("IRA", 0, "a@b", "a@b"),
        ("HEX", 0, "011B65", "£€"),
        ("UCS2", 8, "00480069D83DDE00", "Hi😀"),
    ],
)
def test_the_character_set_says_what_the_bytes_mean(
    character_set: str, coding: int, body: str, text: str
) -> None:
    terminal = Terminal()
    terminal.ask(f'AT+CMGF=1;+CSCS="{character_set}";+CSMP=17,167,0,{coding}')
    number = "07700900123".encode("utf-16-be").hex() if character_set == "UCS2" else "07700900123"
    escaped = body.replace("\x1b", "\x1b")
    if (
        "\x1b" in escaped
    ):  # the escape to the extension table is the escape that cancels: HEX is for such texts
        assert terminal.submit(f'AT+CMGS="{number}"', escaped)[0] == "OK"
        return
    assert terminal.submit(f'AT+CMGS="{number}"', body) == ["+CMGS: 0", "OK"]
    assert [(sent.number, sent.text) for sent in terminal.modem.sent] == [("07700900123", text)]


@pytest.mark.parametrize(
    ("number", "body"),
    [("07700900123", "x" * 161), ("nobody", "Hello"), ("", "Hello"), ("07700900123", "\x80é")],
)
def test_what_text_mode_cannot_send_is_refused(number: str, body: str) -> None:
    terminal = Terminal()
    terminal.ask('AT+CMGF=1;+CSCS="IRA"')
    said = terminal.ask(f'AT+CMGS="{number}"')
    if not said:
        terminal.wait(0.1)
        said = terminal.ask(body + "\x1a")
    assert said == ["+CMS ERROR: 305"]


# --- written first, sent later ---


def test_a_text_is_written_read_and_sent_from_the_store() -> None:
    terminal = Terminal()
    assert terminal.submit(f"AT+CMGW={HELLO_LENGTH}", HELLO, wait=0) == ["+CMGW: 1", "OK"]
    assert terminal.ask("AT+CMGR=1") == [f"+CMGR: 2,,{HELLO_LENGTH}", HELLO, "OK"]
    assert terminal.ask("AT+CMSS=1") + terminal.wait(1) == ["+CMSS: 0", "OK"]
    assert terminal.ask("AT+CMGR=1")[0].startswith("+CMGR: 3,,")
    assert terminal.ask('AT+CMSS=1,"+447700900124"') + terminal.wait(1) == ["+CMSS: 1", "OK"]
    assert [sent.number for sent in terminal.modem.sent] == ["+447700900123", "+447700900124"]
    assert terminal.ask("AT+CMSS=7") == ["+CMS ERROR: 321"]


def test_writing_into_a_full_store_is_refused() -> None:
    terminal = Terminal(replace(GENERIC, storages={"SM": 1}))
    assert terminal.submit(f"AT+CMGW={HELLO_LENGTH}", HELLO, wait=0)[0] == "+CMGW: 1"
    assert terminal.submit(f"AT+CMGW={HELLO_LENGTH}", HELLO, wait=0) == ["+CMS ERROR: 322"]


def test_text_mode_writes_even_without_a_number() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    assert terminal.submit("AT+CMGW", "Draft", wait=0) == ["+CMGW: 1", "OK"]
    assert terminal.ask("AT+CMGR=1") == ['+CMGR: "STO UNSENT","",', "Draft", "OK"]
    terminal.ask("AT+CSDH=1")
    assert terminal.ask("AT+CMGR=1")[0] == '+CMGR: "STO UNSENT","",,129,17,0,0,167,"+447700900999",145,5'
