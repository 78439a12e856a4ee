"""Bytes to lines and prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.modem.framing import MAX_LINE, Frame, Framer, Line, Prompt


def frames(*pieces: bytes) -> list[Frame]:
    framer = Framer()
    return [frame for piece in pieces for frame in framer.feed(piece)]


@pytest.mark.parametrize(
    "wire",
    [
        b"\r\nRING\r\n",
        b"RING\r",
        b"RING\n",
        b"\r\r\nRING\r\r\n",  # SIMCom doubles the CR of +CRING
        b"\x00\x00\r\nRING\r\n",
        b"\xff\xfeRING\r\n",  # a UART that wakes up
        b"  RING  \r\n",
    ],
)
def test_a_line_is_a_line_however_it_ends(wire: bytes) -> None:
    assert frames(wire) == [Line("RING")]


def test_an_empty_line_is_nothing() -> None:
    assert frames(b"\r\n\r\n\n\r \r\n") == []


def test_an_unfinished_line_waits_for_its_end() -> None:
    assert frames(b"\r\nRI") == []
    assert frames(b"\r\nRI", b"NG", b"\r\n") == [Line("RING")]


@pytest.mark.parametrize("prompt", [b"\r\n> ", b"\r\n>", b"> "])
def test_the_prompt_needs_no_line_end(prompt: bytes) -> None:
    assert frames(prompt) == [Prompt()]


def test_what_follows_the_prompt_is_a_line_of_its_own() -> None:
    assert frames(b"\r\n> \r\n+CMGS: 7\r\n") == [Prompt(), Line("+CMGS: 7")]


def test_a_greater_than_sign_inside_a_line_is_no_prompt() -> None:
    assert frames(b'+COPS: 0,0,"A>B"\r\n') == [Line('+COPS: 0,0,"A>B"')]


def test_bytes_outside_ascii_are_replaced_not_raised() -> None:
    assert frames(b'+COPS: 0,0,"\xe9\xff"\r\n') == [Line('+COPS: 0,0,"\ufffd\ufffd"')]


def test_a_line_without_end_is_thrown_away_and_the_next_one_is_read() -> None:
    framer = Framer()
    for _ in range(256):
        assert framer.feed(b"x" * 4096) == []
    assert framer.dropped >= 256 * 4096 - 1
    assert framer.feed(b"x\r\nRING\r\n") == [Line("RING")]


def test_the_longest_line_is_kept_and_one_byte_more_is_not() -> None:
    assert frames(b"x" * MAX_LINE + b"\r\n") == [Line("x" * MAX_LINE)]
    assert frames(b"x" * (MAX_LINE + 1) + b"\r\n") == []


def test_a_reopened_port_starts_with_a_clean_line() -> None:
    framer = Framer()
    framer.feed(b"RI")
    framer.reset()
    assert framer.feed(b"NG\r\n") == [Line("NG")]


WIRE = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"> ", b">", b"RING", b"OK", b"\x00", b"\xff", b" ", b"+CMGS: 1"])
    | st.binary(max_size=8),
    max_size=40,
).map(b"".join)


@given(WIRE, st.data())
def test_the_same_bytes_give_the_same_frames_however_they_are_sliced(
    wire: bytes, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    one_by_one = [wire[i : i + 1] for i in range(len(wire))]
    assert frames(wire) == frames(*pieces) == frames(*one_by_one)
