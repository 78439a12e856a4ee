"""The chat: one command in flight, and nothing that comes by itself is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.modem import urc
from appliance.modem.channel import (
    CANCEL_S,
    PROMPT_S,
    SUBMIT_S,
    Channel,
    ChannelEvent,
    Command,
    Gone,
    OtherLine,
    PromptReached,
    Response,
)
from appliance.modem.result_codes import CmsError, Error, Ok

PDU = "0001000C914477009009210000" + "05C8329BFD06"
SEND = Command("AT+CMGS=18", prefixes=("+CMGS:",), body=PDU, timeout=SUBMIT_S)
CSQ = Command("AT+CSQ", prefixes=("+CSQ:",))
RING = urc.Ring()
STORED = urc.StoredMessage("SM", 3)


class Chat:
    """A channel and a clock that the test sets."""

    def __init__(self) -> None:
        self.channel = Channel()
        self.now = 100.0

    def say(self, command: Command) -> None:
        self.channel.send(command, self.now)

    def hear(self, *lines: str) -> list[ChannelEvent]:
        wire = "".join(line if line.startswith("> ") else f"\r\n{line}\r\n" for line in lines)
        return self.channel.receive(wire.encode(), self.now)

    def wait(self, seconds: float) -> list[ChannelEvent]:
        self.now += seconds
        return self.channel.tick(self.now)

    def written(self) -> bytes:
        return self.channel.data_to_send()


@pytest.fixture
def chat() -> Chat:
    return Chat()


def test_an_answer_is_its_lines_and_its_final_result(chat: Chat) -> None:
    chat.say(CSQ)
    assert chat.written() == b"AT+CSQ\r"
    assert chat.hear("+CSQ: 21,99", "OK") == [Response(CSQ, Ok(), ("+CSQ: 21,99",))]
    assert not chat.channel.busy


def test_the_echo_is_not_taken_for_an_answer(chat: Chat) -> None:
    command = Command("AT+CGMM", bare=True)
    chat.say(command)
    assert chat.hear("AT+CGMM", "EC25", "OK") == [Response(command, Ok(), ("EC25",))]


def test_a_ring_in_the_middle_of_an_answer_is_a_ring(chat: Chat) -> None:
    chat.say(CSQ)
    events = chat.hear("+CSQ: 21,99", "RING", '+CMTI: "SM",3', "OK")
    assert events == [RING, STORED, Response(CSQ, Ok(), ("+CSQ: 21,99",))]


def test_a_ring_in_the_middle_of_a_bare_answer_is_a_ring(chat: Chat) -> None:
    command = Command("AT+CGMM", bare=True)
    chat.say(command)
    assert chat.hear("RING", "EC25", "NO CARRIER", "OK") == [
        RING,
        urc.CallEnded("NO CARRIER"),
        Response(command, Ok(), ("EC25",)),
    ]


def test_a_line_beginning_with_ok_does_not_end_an_answer(chat: Chat) -> None:
    chat.say(CSQ)
    assert chat.hear("OKAY") == [OtherLine("OKAY")]
    assert chat.channel.busy


def test_a_second_command_must_wait(chat: Chat) -> None:
    chat.say(CSQ)
    with pytest.raises(RuntimeError):
        chat.say(CSQ)


def test_an_answer_that_never_comes_is_silence(chat: Chat) -> None:
    chat.say(CSQ)
    assert chat.wait(CSQ.timeout - 0.1) == []
    assert chat.wait(0.2) == [Response(CSQ, Gone.SILENCE)]
    assert chat.channel.deadline is None


def test_a_late_answer_to_a_command_given_up_is_not_the_answer_to_none(chat: Chat) -> None:
    chat.say(CSQ)
    chat.wait(CSQ.timeout)
    assert chat.hear("OK") == []


def test_a_text_goes_out_at_the_prompt_and_only_when_told(chat: Chat) -> None:
    chat.say(SEND)
    assert chat.written() == b"AT+CMGS=18\r"
    assert chat.hear("> ") == [PromptReached(SEND)]
    assert chat.written() == b""
    chat.channel.submit(chat.now)
    assert chat.written() == PDU.encode() + b"\x1a"
    assert chat.hear("+CMGS: 7", "OK") == [Response(SEND, Ok(), ("+CMGS: 7",))]


def test_what_rings_between_the_command_and_its_prompt_is_heard(chat: Chat) -> None:
    chat.say(SEND)
    assert chat.hear("RING", '+CMTI: "SM",3', "> ") == [RING, STORED, PromptReached(SEND)]


def test_what_rings_while_the_network_is_asked_is_heard(chat: Chat) -> None:
    chat.say(SEND)
    chat.hear("> ")
    chat.channel.submit(chat.now)
    assert chat.hear(PDU + "\x1a", "RING", "+CMGS: 7", '+CMTI: "SM",3', "OK") == [
        RING,
        STORED,
        Response(SEND, Ok(), ("+CMGS: 7",)),
    ]


def test_an_ok_before_the_prompt_is_a_stray_and_an_error_is_an_answer(chat: Chat) -> None:
    chat.say(SEND)
    assert chat.hear("OK") == []
    assert chat.hear("+CMS ERROR: 500") == [Response(SEND, CmsError(500, "500"))]


def test_a_prompt_that_never_comes_is_cancelled_with_esc(chat: Chat) -> None:
    chat.say(SEND)
    chat.written()
    assert chat.wait(PROMPT_S) == []
    assert chat.written() == b"\x1b"
    assert chat.hear("OK") == [Response(SEND, Gone.NO_PROMPT)]


def test_a_modem_that_ignores_esc_is_given_up_in_time(chat: Chat) -> None:
    chat.say(SEND)
    chat.wait(PROMPT_S)
    assert chat.wait(CANCEL_S) == [Response(SEND, Gone.NO_PROMPT)]


def test_a_text_can_be_withdrawn_at_the_prompt(chat: Chat) -> None:
    chat.say(SEND)
    chat.hear("> ")
    chat.written()
    chat.channel.withdraw(chat.now)
    assert chat.written() == b"\x1b"
    assert chat.hear("OK") == [Response(SEND, Gone.WITHDRAWN)]


def test_a_prompt_that_nobody_answers_is_left(chat: Chat) -> None:
    chat.say(SEND)
    chat.hear("> ")
    chat.written()
    chat.wait(PROMPT_S)
    assert chat.written() == b"\x1b"


def test_a_prompt_that_comes_too_late_is_cancelled(chat: Chat) -> None:
    chat.hear("> ")
    assert chat.written() == b"\x1b"


def test_nothing_can_be_submitted_without_a_prompt(chat: Chat) -> None:
    chat.say(SEND)
    with pytest.raises(RuntimeError):
        chat.channel.submit(chat.now)
    with pytest.raises(RuntimeError):
        chat.channel.withdraw(chat.now)


def test_the_network_gets_its_130_seconds(chat: Chat) -> None:
    chat.say(SEND)
    chat.hear("> ")
    chat.channel.submit(chat.now)
    assert chat.wait(SUBMIT_S - 1) == []
    assert chat.wait(1) == [Response(SEND, Gone.SILENCE)]


def test_the_pdus_of_a_listing_belong_to_it_and_those_of_a_urc_do_not(chat: Chat) -> None:
    listing = Command("AT+CMGL=4", prefixes=("+CMGL:",), pdus=True)
    chat.say(listing)
    events = chat.hear("+CMGL: 1,1,,26", "00" * 26, "+CMT: ,23", "11" * 23, "+CMGL: 2,0,,20", "22" * 20, "OK")
    assert events == [
        urc.DirectPdu("+CMT: ,23", "11" * 23),
        Response(listing, Ok(), ("+CMGL: 1,1,,26", "00" * 26, "+CMGL: 2,0,,20", "22" * 20)),
    ]


def test_a_ring_between_a_header_and_its_pdu_parts_nothing(chat: Chat) -> None:
    listing = Command("AT+CMGL=4", prefixes=("+CMGL:",), pdus=True)
    chat.say(listing)
    assert chat.hear("+CMGL: 1,1,,26", "RING", "00" * 26, "OK") == [
        RING,
        Response(listing, Ok(), ("+CMGL: 1,1,,26", "00" * 26)),
    ]
    assert chat.hear("+CMT: ,23", "RING", "11" * 23) == [RING, urc.DirectPdu("+CMT: ,23", "11" * 23)]


@pytest.mark.parametrize("text", ["AT+CMGS=1\r", "AT\nATD0", "AT\x1a", "AT\x1b", "+CSQ", "", "AT\u0661"])
def test_a_command_cannot_carry_another(text: str) -> None:
    with pytest.raises(ValueError, match="command"):
        Command(text)


@pytest.mark.parametrize("body", ["00\x1aAT", "hello", "0", ""])
def test_a_body_is_hex_and_nothing_else(body: str) -> None:
    with pytest.raises(ValueError, match="PDU"):
        Command("AT+CMGS=1", body=body)


def test_a_reopened_port_forgets_what_was_in_flight(chat: Chat) -> None:
    chat.say(SEND)
    chat.channel.reset()
    assert not chat.channel.busy
    assert chat.written() == b""
    assert chat.hear("ERROR") == []


LINES = st.sampled_from(
    [
        "RING", "NO CARRIER", '+CLIP: "07700900123",129', '+CMTI: "SM",3', "+CSQ: 21,99", "OK", "ERROR", "> ",
        "+CMGS: 7", "+CMT: ,23", "11" * 23, "+CMGL: 1,1,,26", "00" * 26, "AT+CSQ", "noise", "+CREG: 1", "> x",
        "+CMS ERROR: 500", '+CLCC: 1,1,4,0,0,"",128', "^CEND:1,0,104", "+CDS: 26", "RDY",
    ]
)  # fmt: skip
COMMANDS = st.sampled_from(
    [CSQ, SEND, Command("AT+CMGL=4", prefixes=("+CMGL:",), pdus=True), Command("ATI", bare=True)]
)


def heard(command: Command, pieces: list[bytes]) -> list[ChannelEvent]:
    """All events of a wire, the text being submitted as soon as the prompt is seen."""
    channel = Channel()
    channel.send(command, 0.0)
    return [event for piece in pieces for event in channel.receive(piece, 0.0)]


@given(COMMANDS, st.lists(LINES, max_size=12), st.data())
def test_the_same_wire_means_the_same_however_it_is_sliced(
    command: Command, lines: list[str], data: st.DataObject
) -> None:
    wire = "".join(line if line == "> " else f"\r\n{line}\r\n" for line in lines).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=5)))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    whole = heard(command, [wire])
    assert whole == heard(command, pieces) == heard(command, [bytes([byte]) for byte in wire])


@settings(max_examples=300)
@given(COMMANDS, st.lists(LINES, max_size=10), st.integers(0, 10), st.sampled_from(["RING", '+CMTI: "SM",9']))
def test_a_urc_injected_anywhere_between_lines_is_never_lost(
    command: Command, lines: list[str], place: int, injected: str
) -> None:
    expected = urc.parse(injected)
    lines.insert(place, injected)
    wire = "".join(line if line == "> " else f"\r\n{line}\r\n" for line in lines).encode()
    found = sum(event == expected for event in heard(command, [wire]))
    assert found == lines.count(injected)


def test_an_error_ends_a_command(chat: Chat) -> None:
    chat.say(CSQ)
    assert chat.hear("ERROR") == [Response(CSQ, Error())]
