from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.modem import gsm7
from appliance.modem.gsm7 import Alphabet, Parts
from tests.modem.tpdu_builder import CODE_OF, EXTENSION_CODE_OF

BASIC = "".join(sorted(CODE_OF, key=CODE_OF.__getitem__))
EXTENSION = "".join(EXTENSION_CODE_OF)

gsm7_texts = st.text(st.sampled_from(BASIC + EXTENSION), max_size=700)
any_texts = st.text(max_size=300) | gsm7_texts
dash = "\N{EN DASH}"
emoji = "\N{SLIGHTLY SMILING FACE}"


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


# The table


def test_every_code_of_the_standard_is_one_character_and_back() -> None:
    assert len(CODE_OF) == 127  # all but the escape
    for character, code in CODE_OF.items():
        assert gsm7.encode(character) == bytes((code,))
        assert gsm7.decode(bytes((code,))) == character


def test_every_extension_character_is_an_escape_and_a_code() -> None:
    for character, code in EXTENSION_CODE_OF.items():
        assert gsm7.encode(character) == bytes((0x1B, code))
        assert gsm7.decode(bytes((0x1B, code))) == character


def test_the_section_sign_is_in_the_alphabet_and_the_backtick_is_not() -> None:
    assert gsm7.encode("§") == b"\x5f"
    assert gsm7.decode(b"\x5f") == "§"
    assert gsm7.septets("`") is None


def test_a_page_break_is_an_extension_character() -> None:
    assert gsm7.encode("\f") == b"\x1b\x0a"


@pytest.mark.parametrize(
    "character",
    [
        "\t",
        "\x1b",
        "`",
        "ç",
        "\N{RIGHT SINGLE QUOTATION MARK}",
        dash,
        "\N{HORIZONTAL ELLIPSIS}",
        "\u00a0",
        emoji,
        "\ud83d",
        "\0",
    ],
)
def test_what_gsm7_has_not_got_is_named(character: str) -> None:
    assert gsm7.septets(f"a{character}") is None
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
        gsm7.encode(f"a{character}b")


# Septets


def test_a_pound_and_an_at_sign_cost_one_septet_and_a_euro_two() -> None:
    assert gsm7.septets("") == 0
    assert gsm7.septets("£@") == 2
    assert gsm7.septets("€") == 2
    assert [gsm7.septets(character) for character in EXTENSION] == [2] * len(EXTENSION)


@given(gsm7_texts)
def test_a_text_comes_back_from_its_septets(text: str) -> None:
    codes = gsm7.encode(text)
    assert gsm7.septets(text) == len(codes)
    assert gsm7.decode(codes) == text


def test_an_undefined_extension_code_is_the_basic_character() -> None:
    assert gsm7.decode(b"\x1b\x41") == "A"
    assert gsm7.decode(b"\x1b\x0d") == "\r"


def test_an_escape_with_nothing_to_escape_is_a_space() -> None:
    assert gsm7.decode(b"A\x1b") == "A "
    assert gsm7.decode(b"\x1b\x1bA") == " A"


@given(st.binary(max_size=300))
def test_any_octets_decode_to_something(codes: bytes) -> None:
    text = gsm7.decode(codes)
    assert len(text) <= len(codes)
    assert gsm7.septets(text) is not None


# Parts


@pytest.mark.parametrize(
    ("text", "lengths", "units"),
    [
        ("", [0], 0),
        ("a" * 160, [160], 160),
        ("a" * 161, [153, 8], 161),
        ("a" * 306, [153, 153], 306),
        ("a" * 307, [153, 153, 1], 307),
        ("€" * 80, [80], 160),
        ("€" * 81, [76, 5], 162),  # 153 is odd: the 77th euro would end between escape and code
        ("a" * 152 + "€" + "a" * 10, [152, 11], 164),
        ("a" * 151 + "€" + "a" * 10, [152, 10], 163),
    ],
)
def test_gsm7_texts_take_160_or_153_septets(text: str, lengths: list[int], units: int) -> None:
    parts = gsm7.split(text)
    assert (parts.alphabet, [len(part) for part in parts.texts], parts.units) == (
        Alphabet.GSM7,
        lengths,
        units,
    )


@pytest.mark.parametrize(
    ("text", "lengths", "units"),
    [
        ("é" * 69 + dash, [70], 70),
        ("é" * 70 + dash, [67, 4], 71),
        (dash * 134, [67, 67], 134),
        (emoji * 35, [35], 70),
        (emoji * 36, [33, 3], 72),  # 67 is odd: the 34th would be cut in half
        (dash * 66 + emoji * 3, [66, 3], 72),
        (dash * 65 + emoji * 3, [66, 2], 71),
    ],
)
def test_other_texts_take_70_or_67_utf16_units(text: str, lengths: list[int], units: int) -> None:
    parts = gsm7.split(text)
    assert (parts.alphabet, [len(part) for part in parts.texts], parts.units) == (
        Alphabet.UCS2,
        lengths,
        units,
    )


def test_one_odd_character_turns_the_whole_text_into_ucs2() -> None:
    text = "I'll call you back by 3pm - or text me here what you need. " * 2
    assert len(gsm7.split(text).texts) == 1
    assert len(gsm7.split(text.replace("-", dash)).texts) == 2


@given(any_texts)
def test_parts_fit_lose_nothing_and_are_as_few_as_can_be(text: str) -> None:
    parts = gsm7.split(text)
    gsm = parts.alphabet is Alphabet.GSM7
    sizes = [(gsm7.septets(part) or 0) if gsm else utf16_units(part) for part in parts.texts]
    whole, each = (160, 153) if gsm else (70, 67)
    assert "".join(parts.texts) == text
    assert sum(sizes) == parts.units
    assert len(sizes) == 1 if parts.units <= whole else all(0 < size <= each for size in sizes)
    assert all(size >= each - 1 for size in sizes[:-1])  # one is lost at most, where a pair would be cut


@given(st.text(st.sampled_from("a\ud83d\ude00" + dash), max_size=200))
def test_surrogates_are_joined_and_lone_ones_replaced_before_parts_are_made(text: str) -> None:
    joined = "".join(gsm7.split(text).texts)
    assert not any("\ud800" <= character <= "\udfff" for character in joined)
    assert joined.count("\N{GRINNING FACE}") == text.count("\ud83d\ude00")
    lone = text.replace("\ud83d\ude00", "")
    assert joined.count("\N{REPLACEMENT CHARACTER}") == lone.count("\ud83d") + lone.count("\ude00")


def test_a_lone_surrogate_makes_a_text_ucs2() -> None:
    assert gsm7.split("a\ud83d") == Parts(Alphabet.UCS2, ("a\N{REPLACEMENT CHARACTER}",), 2)
