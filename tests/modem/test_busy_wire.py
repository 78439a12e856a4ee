"""What comes by itself between any two lines of a session is heard once, however the wire is cut."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.modem import urc
from appliance.modem.events import Accepted, Message, ModemEvent
from tests.modem import tpdu_builder as build
from tests.modem.wire import Slicer, Wire, byte_by_byte, whole

OLD, NEW = (
    build.deliver(build.gsm7_user_data(build.septets(words))) for words in ("Read later", "Read this")
)
RING, CLIP, ENDED = urc.Ring(), urc.Clip("07700900456", 129), urc.CallEnded("NO CARRIER")
CALL = {"RING": RING, '+CLIP: "07700900456",129,"",0,"",0': CLIP, "NO CARRIER": ENDED}
STORED_AT = 9


def in_pieces(seed: int) -> Slicer:
    dice = random.Random(seed)

    def cut(data: bytes) -> Iterator[bytes]:
        while data:
            size = dice.randint(1, 12)
            yield data[:size]
            data = data[size:]

    return cut


def story(
    slicer: Slicer = whole, injections: dict[int, tuple[str, ...]] | None = None, *, echo: bool = False
) -> Wire:
    """Bring a modem up with a text in its store, send a text, read one that comes in, let it poll.

    `echo`: the modem keeps its echo, also of PDUs.
    """
    wire = Wire(slicer=slicer)
    if echo:
        wire.modem.refuse("ATE0")
    wire.modem.store(1, OLD)

    def put_in(lines: tuple[str, ...]) -> Callable[[], tuple[str, ...]]:
        return lambda: tuple(wire.modem.store(STORED_AT, NEW) if line == "+CMTI" else line for line in lines)

    for place, lines in (injections or {}).items():
        wire.modem.inject(place, put_in(lines))
    wire.open(2)
    wire.send(seconds=1)
    wire.say(wire.modem.store(2, OLD))
    wire.run(65)
    return wire


def heard(wire: Wire) -> list[ModemEvent]:
    return [event for event in wire.events if event in CALL.values()]


def texts(wire: Wire) -> list[str]:
    return [event.raw for event in wire.of(Message)]


LINES = story().modem.said


def test_the_story_is_worth_telling() -> None:
    wire = story()
    assert LINES > 50
    assert len(wire.of(Accepted)) == 1
    assert texts(wire) == [OLD, OLD]
    assert wire.modem.stores["SM"] == {}


@pytest.mark.parametrize("echo", [False, True])
@pytest.mark.parametrize("slicer", [whole, byte_by_byte, in_pieces(1)])
def test_a_call_between_any_two_lines_is_heard_once_and_changes_nothing_else(
    slicer: Slicer, echo: bool
) -> None:
    quiet = story(echo=echo)
    for place in range(LINES):
        wire = story(slicer, {place: tuple(CALL)}, echo=echo)
        assert heard(wire) == list(CALL.values()), place
        assert [event for event in wire.events if event not in CALL.values()] == quiet.events, place
        assert wire.commands == quiet.commands, place


@pytest.mark.parametrize("slicer", [whole, byte_by_byte, in_pieces(2)])
def test_a_text_that_is_told_of_between_any_two_lines_is_read_and_deleted(slicer: Slicer) -> None:
    for place in range(LINES):
        wire = story(slicer, {place: ("+CMTI",)})
        assert NEW in texts(wire), place
        assert wire.modem.stores["SM"] == {}, place
        assert len(wire.of(Accepted)) == 1, place


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.integers(0, LINES - 1),
        st.lists(st.sampled_from([*CALL, "+CMTI"]), min_size=1, max_size=4).map(tuple),
        max_size=4,
    ),
    st.integers(0, 10_000),
)
def test_the_same_wire_means_the_same_however_it_is_cut(
    injections: dict[int, tuple[str, ...]], seed: int
) -> None:
    at_once = story(whole, injections)
    for slicer in (byte_by_byte, in_pieces(seed)):
        cut = story(slicer, injections)
        assert heard(cut) == heard(at_once)
        assert cut.commands == at_once.commands
        assert cut.modem.submitted == at_once.modem.submitted
    said = [line for lines in injections.values() for line in lines if line in CALL]
    assert sorted(map(repr, heard(at_once))) == sorted(repr(CALL[line]) for line in said)
