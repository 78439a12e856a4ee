"""What a number is, and which are texted: check 27 is the table of sixty."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.numbers import (
    NumberKind,
    can_be_texted,
    display,
    is_country,
    key,
    kind,
    mask,
    mobile_country,
)

K = NumberKind
E164 = re.compile(r"\+[1-9][0-9]{4,14}")

# Numbers of every kind there is. Where Ofcom keeps none of a range for drama, it is the range's first.
SIXTY_NUMBERS = [
    ("07700 900000", K.UK_MOBILE),
    ("07700 900123", K.UK_MOBILE),
    ("07700900999", K.UK_MOBILE),
    ("+447700900123", K.UK_MOBILE),
    ("447700900123", K.UK_MOBILE),
    ("00447700900123", K.UK_MOBILE),
    ("07100 000000", K.UK_MOBILE),
    ("07200 000000", K.UK_MOBILE),
    ("07300 000000", K.UK_MOBILE),
    ("07400 000000", K.UK_MOBILE),
    ("07500 000000", K.UK_MOBILE),
    ("07712 000000", K.UK_MOBILE),
    ("07800 000000", K.UK_MOBILE),
    ("07900 000000", K.UK_MOBILE),
    ("07000 000000", K.PERSONAL),
    ("07011 000000", K.PERSONAL),
    ("07600 000000", K.PAGER),
    ("07623 000000", K.PAGER),
    ("07666 000000", K.PAGER),
    ("07911 200000", K.UNSURE_MOBILE),
    ("07911 800000", K.UNSURE_MOBILE),
    ("07911 300000", K.OTHER),
    ("07924 000000", K.UNSURE_MOBILE),
    ("07797 700000", K.CROWN_MOBILE),  # Jersey
    ("07700 300000", K.CROWN_MOBILE),
    ("07829 700000", K.CROWN_MOBILE),
    ("07937 000000", K.CROWN_MOBILE),
    ("07509 000000", K.CROWN_MOBILE),
    ("07781 000000", K.CROWN_MOBILE),  # Guernsey
    ("07839 000000", K.CROWN_MOBILE),
    ("07911 100000", K.CROWN_MOBILE),
    ("07911 700000", K.CROWN_MOBILE),
    ("07624 400000", K.CROWN_MOBILE),  # Isle of Man
    ("07457 600000", K.CROWN_MOBILE),
    ("07524 000000", K.CROWN_MOBILE),
    ("01632 960123", K.UK_LANDLINE),
    ("020 7946 0123", K.UK_LANDLINE),
    ("0113 496 0123", K.UK_LANDLINE),
    ("028 9018 0123", K.UK_LANDLINE),
    ("029 2018 0123", K.UK_LANDLINE),
    ("01534 000000", K.UK_LANDLINE),  # Jersey
    ("03069 990123", K.UK_WIDE),
    ("0300 000 0000", K.UK_WIDE),
    ("055 0000 0000", K.UK_WIDE),
    ("056 0000 0000", K.INTERNET_PHONE),
    ("0808 157 0123", K.FREEPHONE),
    ("0845 000 0000", K.PREMIUM),
    ("0870 000 0000", K.PREMIUM),
    ("0909 879 0123", K.PREMIUM),
    ("118118", K.SHORT_CODE),
    ("60123", K.SHORT_CODE),
    ("999", K.SHORT_CODE),
    ("116 123", K.SHORT_CODE),
    ("Screwfix", K.NAME),
    ("+33 6 12 34 56 78", K.FOREIGN),
    ("+353 85 012 3456", K.FOREIGN),
    ("+1 212 555 1234", K.FOREIGN),
    ("+1 876 555 1234", K.FOREIGN),
    ("+1 900 555 1234", K.PREMIUM),
    ("+225 07 01 23 45 67", K.FOREIGN),
    ("+881 612 345 678", K.OTHER),
    ("", K.NO_NUMBER),
    (None, K.NO_NUMBER),
]


@pytest.mark.parametrize(("number", "expected"), SIXTY_NUMBERS)
def test_every_kind_of_number_is_known(number: str | None, expected: NumberKind) -> None:
    assert kind(number) is expected


@pytest.mark.parametrize(("number", "expected"), SIXTY_NUMBERS)
def test_security_check_27_only_uk_mobiles_can_be_texted(number: str | None, expected: NumberKind) -> None:
    assert can_be_texted(number) == (expected is K.UK_MOBILE)


def test_the_table_has_sixty_numbers() -> None:
    assert len({number for number, _ in SIXTY_NUMBERS}) >= 60


@pytest.mark.parametrize(
    "spelling",
    [
        "07700900123",
        "07700 900123",
        "07700-900-123",
        "(07700) 900 123",
        "07700\u00a0900123",
        "07700/900123",
        "7700900123",  # a spreadsheet took the zero
        "+447700900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "447700900123",  # +CLIP type 129 from some networks
        "4407700900123",
        "00447700900123",
        "0044 7700 900 123",
        " 07700 900123 ",
        "\u202a+44 7700 900123\u202c",  # copied from an address book
    ],
)
def test_one_person_has_one_key(spelling: str) -> None:
    assert key(spelling) == "+447700900123"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "07700900123\n",
        "\r07700900123",
        "07700\t900123",
        "+447700900123\x1a",
        '+447700900123"',
        "+447700900123,145",
        "07700900123 ext 4",
        "tel:07700900123",
        "07700-FLOWER",
        "\u0660\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663",  # Arabic digits
        "0770090012\u00b2",  # superscript two: isdigit() says yes
        "\uff10\uff17\uff17\uff10\uff10\uff19\uff10\uff10\uff11\uff12\uff13",  # full width
        "*#06#",
        "++447700900123",
        "+",
        "00",
        "60123",
        "7946 0123",  # only within London
        "079460123",
        "+22507012345",  # no longer possible there
        "+999123456789",
        "33612345678",  # abroad, without saying so
        "9" * 100_000,
        " " * 100_000,
        "EE",
        "\ud83d",
        "\x00",
    ],
)
def test_what_cannot_be_dialled_has_no_key_and_gets_no_text(text: str | None) -> None:
    assert key(text) is None
    assert not can_be_texted(text)


def test_a_number_from_another_country_is_read_as_written_there() -> None:
    assert key("085 012 3456", "IE") == "+353850123456"
    assert key("07700 900123", "JE") == "+447700900123"


def test_an_unknown_country_knows_only_international_numbers() -> None:
    assert key("07700 900123", "XX") is None
    assert key("+447700900123", "XX") == "+447700900123"


@given(st.text(max_size=60) | st.from_regex(r"\+?[0-9 ()*#\-]{0,25}", fullmatch=True))
def test_whatever_is_given_comes_back_clean(text: str) -> None:
    found = key(text)
    assert found is None or E164.fullmatch(found)
    assert found is None or key(found) == found
    assert isinstance(kind(text), NumberKind)
    assert not can_be_texted(text) or (found or "").startswith("+447")
    assert display(text).isprintable()
    assert display(text)


@given(st.text(max_size=60))
def test_a_mask_shows_three_digits_at_most(text: str) -> None:
    assert re.fullmatch(r"\*\*\*([0-9]{3})?", mask(text))


@given(st.integers(0, 999))
def test_every_drama_mobile_can_be_texted(last: int) -> None:
    assert can_be_texted(f"07700 900{last:03}")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+447700900123", "07700 900123"),
        ("07700900123", "07700 900123"),
        ("01632960123", "01632 960123"),
        ("02079460123", "020 7946 0123"),
        ("+33612345678", "+33 6 12 34 56 78"),
        ("60123", "60123"),
        ("Screwfix", "Screwfix"),
        ("Screw\x1b[31mfix\u202e", "Screw[31mfix"),
        ("\x00", "No number"),
        ("", "No number"),
        (None, "No number"),
        ("A" * 10_000, "A" * 40),
    ],
)
def test_a_number_is_shown_as_people_write_it(number: str | None, shown: str) -> None:
    assert display(number) == shown


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+447700900123", "***123"),
        ("07700 900123", "***123"),
        ("07700900123\n", "***123"),
        ("60123", "***"),
        ("Screwfix", "***"),
        (None, "***"),
    ],
)
def test_a_log_gets_the_last_three_digits(number: str | None, masked: str) -> None:
    assert mask(number) == masked


def test_a_country_is_two_capital_letters_that_have_telephones() -> None:
    assert is_country("IE")
    assert not is_country("ie")
    assert not is_country("XX")
    assert not is_country("001")


def test_the_large_tables_of_phonenumbers_stay_out_of_memory() -> None:
    script = (
        "import sys, appliance.core.numbers as n; n.kind('+33612345678'); n.display('01632960123');"
        "print([m for m in sys.modules if 'geo' in m or 'carrier' in m or 'timezone' in m])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("07700 900123", "GB"),
        ("07797 700000", "JE"),
        ("07781 100000", "GG"),
        ("07624 300000", "IM"),
        ("+353 85 012 3456", "IE"),
        ("+1 212 555 1234", "US"),  # cannot be told from a landline there
        ("+269 321 2345", "KM"),
        ("+33 1 99 00 12 34", None),
        ("01632 960123", None),
        ("07911 212345", None),
        ("07924 123456", None),
        ("070 1234 5678", None),
        ("+1 900 555 1234", None),
        ("+881 6 1234 5678", None),
        ("60123", None),
        ("Screwfix", None),
        (None, None),
    ],
)
def test_the_country_of_a_mobile(number: str | None, country: str | None) -> None:
    assert mobile_country(number) == country
