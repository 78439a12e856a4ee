from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.characters import OddCharacter, cannot_be_sent, odd, plain
from appliance.modem import gsm7


@pytest.mark.parametrize(
    ("character", "name", "replacement"),
    [
        ("\u2019", "curly apostrophe", "'"),
        ("\u2018", "curly apostrophe", "'"),
        ("\u201c", "curly quote mark", '"'),
        ("\u201d", "curly quote mark", '"'),
        ("\u2014", "long dash", "-"),
        ("\u2013", "long dash", "-"),
        ("\u2011", "odd hyphen", "-"),
        ("\u2026", "dots in one character", "..."),
        ("\u2022", "bullet point", "-"),
        ("\u00a0", "odd space", " "),
        ("\u2009", "odd space", " "),
        ("\t", "odd space", " "),
        ("\u2028", "odd line break", "\n"),
        ("\u200b", "hidden character", ""),
        ("\ufeff", "hidden character", ""),
        ("\u00ad", "hidden character", ""),
        ("\u202e", "hidden character", ""),
        ("\ufe0f", "hidden character", ""),
        ("\x1a", "hidden character", ""),
        ("\ud83d", "hidden character", ""),
        ("e\u0301", "letter é in two pieces", "é"),
        ("ŵ", "letter ŵ", None),
        ("w\u0302", "letter ŵ", None),
        ("ç", "letter ç", None),
        ("ж", "letter ж", None),
        ("😀", "emoji 😀", None),
        ("👍🏽", "emoji 👍🏽", None),
        ("👩\u200d🔧", "emoji 👩\u200d🔧", None),
        ("🇬🇧", "emoji 🇬🇧", None),
        ("1\ufe0f\u20e3", "emoji 1\ufe0f\u20e3", None),
        ("☎\ufe0f", "emoji ☎\ufe0f", None),
        ("™", "emoji ™", None),
        ("½", "character ½", None),
    ],
)
def test_an_odd_character_is_named_and_has_its_replacement(
    character: str, name: str, replacement: str | None
) -> None:
    assert odd(f"a{character}b") == (OddCharacter(character, name, replacement),)
    assert plain(f"a{character}b") == f"a{character if replacement is None else replacement}b"


def test_each_odd_character_is_named_once_in_order() -> None:
    assert [found.character for found in odd("“so” — “no” — ŵ 😀")] == ["“", "”", "—", "ŵ", "😀"]


def test_the_short_alphabet_has_nothing_odd() -> None:
    text = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\n"
    assert odd(text) == ()
    assert plain(text) == text


def test_line_ends_become_those_a_text_carries() -> None:
    assert plain("one\r\ntwo\rthree\ffour") == "one\ntwo\nthree\nfour"


def test_an_emoji_keeps_its_parts() -> None:
    assert plain("👩\u200d🔧🇬🇧❤\ufe0f1\ufe0f\u20e3") == "👩\u200d🔧🇬🇧❤\ufe0f1\ufe0f\u20e3"


def test_an_accent_finds_its_letter_when_what_parted_them_is_left_out() -> None:
    assert plain("e\u200b\u0301") == "é"


def test_what_joins_nothing_is_left_out() -> None:
    assert plain("a\u200db\ufe0f") == "ab"


@pytest.mark.parametrize("text", ["\x00", "\x1a", "\x1b", "\r", "\t", "\x85", "\ud83d"])
def test_control_characters_and_half_pairs_cannot_be_sent(text: str) -> None:
    assert cannot_be_sent(f"a{text}")


@pytest.mark.parametrize("text", ["", "a\nb", "€😀", "“—\u200b"])
def test_everything_else_can_be_sent(text: str) -> None:
    assert not cannot_be_sent(text)


@given(
    st.text(
        st.characters() | st.sampled_from("\u2019“—…\u00a0\u200b\u200d\ufe0f\r\n\t😀👩🔧e\u0301"), max_size=80
    )
)
def test_plain_text_is_settled_and_never_dearer_nor_wordless(text: str) -> None:
    once = plain(text)
    assert not cannot_be_sent(once)
    assert [found for found in odd(once) if found.replacement is not None] == []
    assert plain(once) == once
    assert [c for c in once if c in "😀👩🔧"] == [c for c in text if c in "😀👩🔧"]
    if gsm7.septets(text) is not None:
        assert gsm7.septets(once) is not None
