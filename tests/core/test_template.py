"""The owner's template is literal but for three words: check 19."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.template import WORDS, fill, stops, unknown_words, used_words
from appliance.modem import gsm7

VALUES = {"name": "Dave", "business": "Dave Smith Plumbing", "time": "3:30pm"}


def test_our_words_are_filled_in() -> None:
    assert (
        fill("It's [name] from [business]. By [time].", VALUES)
        == "It's Dave from Dave Smith Plumbing. By 3:30pm."
    )


def test_capitals_make_no_difference_to_a_word() -> None:
    assert fill("[Name] [BUSINESS] [tIME]", VALUES) == "Dave Dave Smith Plumbing 3:30pm"
    assert unknown_words("[Name]") == []


def test_a_word_may_be_used_twice_or_not_at_all() -> None:
    assert fill("[name][name]", VALUES) == "DaveDave"
    assert fill("Back soon", VALUES) == "Back soon"


def test_a_word_without_a_value_stays_as_written() -> None:
    assert fill("[name] [business]", {"name": "Dave"}) == "Dave [business]"


def test_security_check_19_a_value_is_never_expanded_again() -> None:
    values = {"name": "[business]", "business": "[time]", "time": "[name]"}
    assert fill("[name] [business] [time]", values) == "[business] [time] [name]"
    assert fill("[na[name]me]", {"name": "x"}) == "[naxme]"


def test_only_our_words_are_filled_whatever_else_has_a_value() -> None:
    assert fill("[pin] [PIN]", {"pin": "1234"}) == "[pin] [PIN]"


SYNTAX_OF_OTHERS = [
    "{name}",
    "{name.__class__}",
    "{name.__init__.__globals__[SECRET]}",
    "{name:>9999999}",
    "{0}",
    "{}",
    "{{name}}",
    "{{ name }}",
    "{% if 1 %}",
    "%s",
    "%(name)s",
    "$name",
    "${name}",
    "\\g<0>",
    "\\1",
    "`id`",
    "\\n",
]


@pytest.mark.parametrize("text", SYNTAX_OF_OTHERS)
def test_security_check_19_the_syntax_of_template_engines_is_only_text(text: str) -> None:
    if "[" not in text:
        assert fill(text, VALUES) == text
        assert stops(text, VALUES) == ()
    assert fill(f"{text} [name]", VALUES) == f"{text} Dave"


@pytest.mark.parametrize("value", SYNTAX_OF_OTHERS)
def test_security_check_19_the_syntax_of_template_engines_is_only_text_in_a_value(value: str) -> None:
    assert fill("It's [name].", {"name": value}) == f"It's {value}."


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("[tme]", ["tme"]),
        ("[tme] [name] [x] [tme]", ["tme", "x"]),
        ("[]", [""]),
        ("[ name ]", [" name "]),
        ("[name.__class__]", ["name.__class__"]),
        ("[\uff4eame]", ["\uff4eame"]),
        ("[[name]]", []),
        ("[name", []),
        ("name]", []),
        ("[", []),
        ("2] and [3", []),
    ],
)
def test_words_that_are_not_ours_are_found(template: str, unknown: list[str]) -> None:
    assert unknown_words(template) == unknown


def test_words_in_use_are_known() -> None:
    assert used_words("[Name] by [time], [x]") == {"name", "time"}


def test_an_unknown_word_is_named_and_answered_with_what_to_do() -> None:
    assert stops("Back by [tme]", VALUES) == (
        "[tme] is not one of ours. Tap the buttons to add name, business or call back time.",
    )


def test_an_unknown_word_is_cut_short_in_the_sentence() -> None:
    (sentence,) = stops("[" + "x\n" * 300 + "]", VALUES)
    assert len(sentence) < 110
    assert "\n" not in sentence


@pytest.mark.parametrize("empty", ["", " ", "\n\n"])
def test_an_empty_text_is_refused(empty: str) -> None:
    assert stops(empty, VALUES) == ("Write the text your callers get.",)


@pytest.mark.parametrize("hidden", ["\x00", "\x1a", "\x1b", "\r", "\ud83d", "\x7f", "\t"])
def test_characters_that_cannot_be_sent_are_refused(hidden: str) -> None:
    assert stops(f"Hello{hidden}", VALUES) == (
        "A hidden character in this text cannot be sent. Tap Fix it for me.",
    )


def test_four_parts_are_the_most() -> None:
    assert stops("x" * 4 * 153, VALUES) == ()
    assert stops("x" * (4 * 153 + 1), VALUES) == ("This is too long. Make it short enough for 4 texts.",)


def test_parts_are_counted_with_the_values_filled_in() -> None:
    template = "x" * (4 * 153 - 19) + "[business]"
    assert stops(template, VALUES) == ()
    assert stops(template, {"business": "y" * 20}) == ("This is too long. Make it short enough for 4 texts.",)


def test_a_huge_text_is_refused_quickly() -> None:
    assert stops("[" * 1_000_000, VALUES) == ("This is too long. Make it short enough for 4 texts.",)


words_and_brackets = st.text(st.sampled_from("[]{}%$name: time\n\\é€😀"), max_size=200)


@given(st.text(max_size=200) | words_and_brackets, st.text(max_size=30), st.text(max_size=30))
def test_security_check_19_what_is_accepted_fits_the_parts_and_holds_nothing_else(
    template: str, name: str, business: str
) -> None:
    values = {"name": name, "business": business, "time": "3:30pm"}
    filled = fill(template, values)
    # Filling is one pass: cut at our words, what lies between is untouched.
    assert len(filled) <= len(template) + template.count("[") * 30
    if not stops(template, values):
        assert not unknown_words(template)
        assert len(gsm7.split(filled).texts) <= 4


@given(st.lists(st.sampled_from([*WORDS, "x ", "{name}", "%s", "]", "é"]), max_size=20))
def test_each_word_is_replaced_where_it_stands(pieces: list[str]) -> None:
    template = "".join(f"[{piece}]" if piece in WORDS else piece for piece in pieces)
    assert fill(template, VALUES) == "".join(VALUES.get(piece, piece) for piece in pieces)
