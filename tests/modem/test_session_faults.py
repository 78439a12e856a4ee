"""Faults that the session once had, each on the wire that showed it."""

from __future__ import annotations

import tracemalloc

import pytest

from appliance.modem.events import Message, NetworkStatus, Ready, Restarted
from tests.modem import tpdu_builder as build
from tests.modem.test_busy_wire import LINES, NEW, STORED_AT, in_pieces, story, texts
from tests.modem.test_hostile_wire import MOST_BYTES, feed
from tests.modem.wire import Slicer, Wire, byte_by_byte, whole


def text(words: str) -> str:
    return build.deliver(build.gsm7_user_data(build.septets(words)))


@pytest.mark.parametrize("slicer", [whole, byte_by_byte])
@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.2])
def test_the_answer_to_esc_is_not_taken_for_the_answer_to_the_first_command(
    slicer: Slicer, seconds: float
) -> None:
    wire = Wire(slicer=slicer)
    wire.modem.at_prompt = True
    wire.modem.delay("AT", seconds)
    wire.modem.store(1, text("Waited"))
    wire.open(10)
    quiet = Wire()
    quiet.modem.store(1, text("Waited"))
    quiet.open(10)
    assert wire.events == quiet.events


def test_a_modem_that_answers_its_first_probes_late_is_not_misread() -> None:
    wire = Wire()
    wire.modem.delay("AT", 1.4)
    wire.open(15)
    assert wire.events == Wire().open(15).events


@pytest.mark.parametrize("gap", [0.01, 0.03, 0.07, 0.5])
@pytest.mark.parametrize("slicer", [whole, byte_by_byte])
def test_a_boot_that_is_told_of_twice_ends_in_a_modem_that_is_read_right(slicer: Slicer, gap: float) -> None:
    wire = Wire(slicer=slicer)
    wire.open()
    wire.forget()
    wire.modem.boot("RDY")
    wire.run(gap)
    wire.modem.say("+CFUN: 1")
    wire.run(10)
    quiet = Wire().open().events
    assert wire.count(Restarted()) == 2
    assert [e for e in wire.events if isinstance(e, Ready | NetworkStatus)][-2:] == [
        e for e in quiet if isinstance(e, Ready | NetworkStatus)
    ]


@pytest.mark.parametrize("lost", [1, 3, 9])
def test_a_text_that_lost_an_odd_number_of_characters_is_read_again(lost: int) -> None:
    wire = Wire().open()
    wire.forget()
    raw = text("Sent whole, heard in part")
    header = f"+CMGR: 0,,{len(raw) // 2 - 1}"
    wire.modem.store(3, raw)
    wire.modem.script("AT+CMGR", (header, raw[:-lost], "OK"), (header, raw, "OK"))
    wire.say('+CMTI: "SM",3')
    assert [event.raw for event in wire.of(Message)] == [raw]


def test_a_text_that_was_listed_without_all_its_characters_is_read_by_itself() -> None:
    wire = Wire()
    raw = text("Sent whole, heard in part")
    wire.modem.store(3, raw)
    wire.modem.script("AT+CMGL", (f"+CMGL: 3,1,,{len(raw) // 2 - 1}", raw[:-1], "OK"))
    wire.open()
    assert [event.raw for event in wire.of(Message)] == [raw]


@pytest.mark.parametrize("slicer", [whole, byte_by_byte, in_pieces(3)])
def test_a_text_that_is_told_of_between_any_two_lines_is_read_once_and_deleted_once(slicer: Slicer) -> None:
    for place in range(LINES):
        wire = story(slicer, {place: ("+CMTI",)})
        assert texts(wire).count(NEW) == 1, place
        assert wire.commands.count(f"AT+CMGD={STORED_AT}") == 1, place


def test_a_text_that_comes_into_the_place_of_one_just_deleted_is_not_deleted_unread() -> None:
    wire = Wire()
    wire.modem.inject(3, lambda: (wire.modem.store(3, text("first")),))
    wire.session.opened(wire.now)
    for _ in range(200):
        wire.run(0.01)
        if "AT+CMGD=3" in wire.commands:
            break
    wire.modem.stores["SM"].pop(3, None)
    wire.modem.say(wire.modem.store(3, text("second")))
    wire.run(400)
    assert [event.raw for event in wire.of(Message)][-1] == text("second")


def test_a_modem_that_never_stops_telling_of_texts_is_listened_to_in_bounded_memory() -> None:
    wire = Wire()
    wire.open()
    tracemalloc.start()
    try:
        for index in range(20_000):
            feed(wire.session, f'\r\n+CMTI: "SM",{index % 50}\r\n'.encode(), wire.now)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
