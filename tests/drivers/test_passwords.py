"""Which passwords the page takes."""

from __future__ import annotations

import pytest

from appliance.drivers.passwords import PasswordRefused, normal, usable


@pytest.mark.parametrize(
    "password", ["three blue mugs", "7-kettles", "correcthorse", "\N{WRENCH}" * 4 + "abcd"]
)
def test_eight_characters_that_nobody_tries_first_will_do(password: str) -> None:
    assert usable(password) == password


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "8 characters or more"),
        ("1234567", "8 characters or more"),
        ("x" * 201, "200 characters or fewer"),
        ("password", "first people try"),
        ("PassWord1", "first people try"),
        ("pass word 123", "first people try"),
        ("12345678", "first people try"),
        ("textback", "first people try"),
        ("aaaaaaaaa", "first people try"),
        ("abababab", "first people try"),
        ("        ", "first people try"),
        ("smith plumbing", "name of your business"),
        ("SmithPlumbing", "name of your business"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_in_plain_words(password: str, told: str) -> None:
    with pytest.raises(PasswordRefused, match=told):
        usable(password, "Smith Plumbing")


def test_before_there_is_a_business_name_it_cannot_be_held_against_anybody() -> None:
    assert usable("smith plumbing", None) == "smith plumbing"
    assert usable("three blue mugs", "") == "three blue mugs"


def test_one_password_is_one_whatever_phone_typed_it() -> None:
    assert normal("cafe\u0301 zoe\u0308") == normal("caf\u00e9 zo\u00eb")
