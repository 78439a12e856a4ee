"""The drawings agree with the program: pins, lights, and the pins that HATs need for themselves."""

from __future__ import annotations

import importlib.util
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from appliance.core.settings import Settings
from appliance.core.states import TABLE, Lights, Pattern, State
from appliance.drivers.button import PIN

HARDWARE = Path(__file__).parents[2] / "hardware"
# Where each BCM pin comes out on the 40-pin header of every Pi since the B+.
_HEADER = """
2:3 3:5 4:7 14:8 15:10 17:11 18:12 27:13 22:15 23:16 24:18 10:19 9:21 25:22
11:23 8:24 7:26 0:27 1:28 5:29 6:31 12:32 13:33 19:35 16:36 26:37 20:38 21:40
"""
HEADER = {int(bcm): int(pin) for bcm, pin in (pair.split(":") for pair in _HEADER.split())}
GROUNDS = {6, 9, 14, 20, 25, 30, 34, 39}
# BCM pins in use by HATs with a voice modem: their makers' manuals and scripts.
TAKEN = {
    "every Pi: EEPROM, I2C, serial": {0, 1, 2, 3, 14, 15},
    "Waveshare SIM7600X": {4, 6},
    "Sixfab Base HAT": {6, 13, 19, 22, 26, 27},
    "Sixfab Base Shield": {23, 24},
    "Sixfab GPRS IoT": {5, 6, 17, 18, 20, 22, 23, 24, 26, 27},
}


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", HARDWARE / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["draw"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def by_name(draw: ModuleType) -> dict[str, tuple[int | None, int]]:
    return {wire.what: (wire.bcm, wire.header) for wire in draw.wires()}


def test_the_table_has_the_pins_the_program_uses(draw: ModuleType) -> None:
    wires = by_name(draw)
    assert tuple(wires[name][0] for name in ("BOX", "SIGNAL", "TEXTS")) == Settings().lights.pins
    assert wires["BUTTON"][0] == PIN


def test_every_pin_is_where_the_header_has_it(draw: ModuleType) -> None:
    for bcm, header in by_name(draw).values():
        if bcm is None:
            assert header in GROUNDS
        else:
            assert HEADER[bcm] == header


def test_no_pin_is_one_that_a_voice_hat_needs(draw: ModuleType) -> None:
    ours = {bcm for bcm, _ in by_name(draw).values() if bcm is not None}
    assert {hat: pins & ours for hat, pins in TAKEN.items() if pins & ours} == {}


@pytest.mark.parametrize("name", ["pins.md", "wiring.svg", "lights-card.svg"])
def test_a_drawing_is_what_would_be_drawn_today(draw: ModuleType, name: str) -> None:
    again = "run `python hardware/draw.py`"
    assert (HARDWARE / name).read_text() == draw.drawings()[name], again


def test_the_wiring_names_every_wire_with_both_its_numbers(draw: ModuleType) -> None:
    words = [element.text or "" for element in ET.fromstring(draw.drawings()["wiring.svg"]).iter()]
    for what, (bcm, header) in by_name(draw).items():
        expected = f"{what}, header {header}" if bcm is None else f"{what}: BCM {bcm}, header {header}"
        assert expected in words


def test_the_card_shows_every_way_the_lights_can_look(draw: ModuleType) -> None:
    def shown(state: State) -> Lights:
        return TABLE[state].lights

    on_card = {shown(state) for state in draw.CARD}
    assert {state for state in State if shown(state) not in on_card} == set()


def test_no_two_rows_of_the_card_look_alike(draw: ModuleType) -> None:
    rows = [TABLE[state].lights for state in draw.CARD]
    assert len(set(rows)) == len(rows)


def test_every_pattern_has_a_picture_of_its_own(draw: ModuleType) -> None:
    assert set(draw.BLINKS) == set(Pattern)
    assert len(set(draw.BLINKS.values())) == len(Pattern)


def test_the_card_speaks_in_short_sentences(draw: ModuleType) -> None:
    for words in (*draw.CARD.values(), *draw.BUTTON):
        for sentence in re.split(r"(?<=\.) ", words):
            assert len(sentence.split()) <= 16
        assert "!" not in words
