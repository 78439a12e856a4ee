from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from appliance.core.hours import Promise, Span
from appliance.core.settings import (
    Holiday,
    Nation,
    SettingError,
    Settings,
    Use,
    Who,
    from_tree,
    get,
    longest_values,
    to_tree,
    with_value,
)

# The table of keys and defaults that the command line promises.
DEFAULTS: dict[str, object] = {
    "business": None,
    "name": None,
    "owner_mobile": None,
    "use": "sim",
    "box_number": None,
    "ring_seconds": 0,
    "min_ring_seconds": 0,
    "promise": "2h",
    "hours.mon": "08:00-18:00",
    "hours.tue": "08:00-18:00",
    "hours.wed": "08:00-18:00",
    "hours.thu": "08:00-18:00",
    "hours.fri": "08:00-18:00",
    "hours.sat": "closed",
    "hours.sun": "closed",
    "nation": "england-wales",
    "holidays": [],
    "repeat_hours": 24,
    "limits.per_caller_30_days": 3,
    "limits.per_10_minutes": 10,
    "limits.per_day": 60,
    "useful_life_minutes": 120,
    "paused_until": None,
    "away_until": None,
    "who": "everyone",
    "countries": [],
    "forward_replies": True,
    "delivery_reports": False,
    "price_pence": None,
    "keep_days": 90,
    "commands.enabled": False,
    "commands.pin": None,
    "sim_pin": None,
    "port": "auto",
    "baud": 115200,
    "lights.pins": [12, 21, 25],
    "modem_power_pin": None,
}


@pytest.mark.parametrize(("key", "default"), DEFAULTS.items())
def test_a_fresh_box_has_the_default(key: str, default: object) -> None:
    value = get(Settings(), key)
    assert value == default
    assert type(value) is type(default)


def test_a_fresh_box_has_no_other_keys() -> None:
    texts = {"text.open", "text.closed", "text.holiday"}
    assert set(leaves(to_tree(Settings()))) == {*DEFAULTS, *texts}


def leaves(tree: dict[str, object], above: str = "") -> list[str]:
    found: list[str] = []
    for key, value in tree.items():
        found += leaves(value, f"{above}{key}.") if isinstance(value, dict) else [f"{above}{key}"]
    return found


def test_the_default_texts_say_what_happened_and_what_happens_next() -> None:
    assert get(Settings(), "text.open") == (
        "Hi, sorry I missed your call, I'm on a job. It's [name] from [business]. "
        "I'll call you back by [time]. Or text me here what you need. Thanks"
    )
    assert get(Settings(), "text.closed") == (
        "Hi, it's [name] from [business]. Sorry I missed you, we're closed now. "
        "I'll call you back by [time]. Or text me here what you need. Thanks"
    )


HOLIDAY = {"from": "2026-12-24", "to": "2027-01-02", "text": "Back soon. [name]"}


@pytest.mark.parametrize(
    ("key", "written", "kept"),
    [
        ("business", "  Dave Smith\u00a0 Plumbing ", "Dave Smith Plumbing"),
        ("business", "Dave\u2019s\u200b Plumbing", "Dave's Plumbing"),
        ("name", "Siân", "Siân"),
        ("owner_mobile", "07700 900123", "+447700900123"),
        ("owner_mobile", "+44 (0)7700 900123", "+447700900123"),
        ("owner_mobile", "00447700900123", "+447700900123"),
        ("owner_mobile", "", None),
        ("owner_mobile", "none", None),
        ("owner_mobile", None, None),
        ("use", "divert", "divert"),
        ("ring_seconds", "20", 20),
        ("ring_seconds", 20, 20),
        ("min_ring_seconds", " 5 ", 5),
        ("text.open", " [name]\r\n[time] ", "[name]\n[time]"),
        ("text.closed", "", ""),
        ("text.holiday", "", ""),
        ("promise", "today", "today"),
        ("nation", "none", "none"),
        ("away_until", "2026-11-23T15:00:00+00:00", "2026-11-23T15:00:00Z"),
        ("hours.mon", "9:00-17:30", "09:00-17:30"),
        ("hours.sat", "08:00 \u2013 12:00", "08:00-12:00"),
        ("hours.sun", "Closed", "closed"),
        ("hours.fri", "00:00-24:00", "00:00-24:00"),
        ("nation", "scotland", "scotland"),
        ("holidays", json.dumps([HOLIDAY]), [HOLIDAY]),
        ("holidays", [HOLIDAY], [HOLIDAY]),
        (
            "holidays",
            [{"from": "2026-12-24", "to": "2026-12-24"}],
            [HOLIDAY | {"to": "2026-12-24", "text": None}],
        ),
        ("holidays", "[]", []),
        ("repeat_hours", "0", 0),
        ("limits.per_day", "100", 100),
        ("useful_life_minutes", "60", 60),
        ("paused_until", "2026-11-23T14:40:00Z", "2026-11-23T14:40:00Z"),
        ("paused_until", "2026-07-23T14:40:00+01:00", "2026-07-23T13:40:00Z"),
        ("paused_until", datetime(2026, 11, 23, 14, 40, tzinfo=UTC), "2026-11-23T14:40:00Z"),
        ("paused_until", "none", None),
        ("who", "strangers", "strangers"),
        ("countries", '["JE", "IE", "IE", "GB"]', ["IE", "JE"]),
        ("countries", (), []),
        ("forward_replies", "false", False),
        ("forward_replies", "off", False),
        ("delivery_reports", "Yes", True),
        ("delivery_reports", True, True),
        ("price_pence", "4.5", 4.5),
        ("price_pence", 4, 4),
        ("price_pence", "", None),
        ("keep_days", "365", 365),
        ("commands.pin", "123456", "123456"),
        ("sim_pin", "0042", "0042"),
        ("sim_pin", "", None),
        ("port", "/dev/ttyUSB0", "/dev/ttyUSB0"),
        ("port", "auto", "auto"),
        ("baud", "9600", 9600),
        ("lights.pins", "[2, 3, 27]", [2, 3, 27]),
        ("modem_power_pin", "6", 6),
        ("modem_power_pin", 26, 26),
        ("modem_power_pin", "none", None),
    ],
)
def test_a_value_is_taken_as_people_and_programs_write_it(key: str, written: object, kept: object) -> None:
    settings = with_value(Settings(), key, written)
    assert get(settings, key) == kept
    assert from_tree(to_tree(settings)) == settings
    assert from_tree(json.loads(json.dumps(to_tree(settings)))) == settings


MOBILE = "Enter your mobile number, like 07700 900123."
CODE = "Enter the 4 to 8 digits of the lock code."
MOMENT = "Enter a date and time with its zone, like 2026-11-23T14:40:00Z."
PINS = "Enter three different BCM pins from 2 to 27, like [12, 21, 25]."
KEY = "Enter a BCM pin from 2 to 27, like 6, but not 14, 15 or 16. Enter none for no power key."
PENCE = "Enter a price in pence from 0 to 100, like 4 or 4.5."
PORT = "Enter auto, or the path of the port, like /dev/ttyUSB0."
COUNTRIES = 'Enter two-letter country codes, like ["IE", "JE"].'
EMPTY = "Write the text your callers get."
HIDDEN = "A hidden character in this text cannot be sent. Tap Fix it for me."


@pytest.mark.parametrize(
    ("key", "written", "sentence"),
    [
        ("business", "", "Enter the name of your business."),
        ("business", " \n\u200b ", "Enter the name of your business."),
        ("business", 5, "Enter the name of your business."),
        ("business", "x" * 61, "Use 60 letters or fewer for the name of your business."),
        ("business", "Dave\x1b", "Use only letters, numbers and signs for the name of your business."),
        ("name", "Dave\ud83d", "Use only letters, numbers and signs for your name."),
        ("name", "", "Enter your name."),
        ("owner_mobile", "01632 960123", MOBILE),
        ("owner_mobile", "+33 6 12 34 56 78", MOBILE),
        ("owner_mobile", "0770090012\u00b2", MOBILE),
        ("owner_mobile", "+447700900123\n", MOBILE),
        ("owner_mobile", "Dave", MOBILE),
        ("owner_mobile", 447700900123, MOBILE),
        ("use", "both", "Choose sim or divert."),
        ("ring_seconds", "121", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "-1", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "\u00b2", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "\u0661", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "5\n", "Enter a whole number from 0 to 120."),
        ("ring_seconds", "9" * 5000, "Enter a whole number from 0 to 120."),
        ("ring_seconds", True, "Enter a whole number from 0 to 120."),
        ("ring_seconds", 5.0, "Enter a whole number from 0 to 120."),
        ("ring_seconds", None, "Enter a whole number from 0 to 120."),
        ("text.open", "", EMPTY),
        ("text.open", " \r\n", EMPTY),
        ("text.open", None, EMPTY),
        (
            "text.open",
            "By [tme]",
            "[tme] is not one of ours. Tap the buttons to add name, business or call back time.",
        ),
        (
            "text.closed",
            "[x]",
            "[x] is not one of ours. Tap the buttons to add name, business or call back time.",
        ),
        ("text.holiday", "\x1a", HIDDEN),
        ("text.open", "x" * 613, "This is too long. Make it short enough for 4 texts."),
        ("promise", "3h", "Choose 1h, 2h, 4h or today."),
        ("hours.tue", "18:00-08:00", "Closing time must be after opening time on Tuesday."),
        ("hours.sun", "8", "Write the hours of Sunday like 08:00-18:00, or closed."),
        ("hours.sun", None, "Write the hours of Sunday like 08:00-18:00, or closed."),
        ("nation", "wales", "Choose england-wales, scotland, northern-ireland or none."),
        ("holidays", "Christmas", 'Write a list in square brackets, like ["IE"].'),
        ("holidays", "[" * 100_000, 'Write a list in square brackets, like ["IE"].'),
        (
            "holidays",
            [HOLIDAY | {"to": "2026-12-23"}],
            "The last day of a holiday must not be before its first day.",
        ),
        ("holidays", [{"from": "2026-12-24"}], "Give each holiday a first day, from, and a last day, to."),
        ("holidays", ["2026-12-24"], "Give each holiday a first day, from, and a last day, to."),
        ("holidays", [HOLIDAY | {"to": "2026-02-30"}], "Enter a date, like 2026-12-24."),
        ("holidays", [HOLIDAY | {"to": 5}], "Enter a date, like 2026-12-24."),
        ("holidays", [HOLIDAY] * 51, "Keep 50 holidays or fewer."),
        ("repeat_hours", "721", "Enter a whole number from 0 to 720."),
        ("limits.per_day", "0", "Enter a whole number from 1 to 1000."),
        ("useful_life_minutes", "4", "Enter a whole number from 5 to 1440."),
        ("paused_until", "2026-11-23T14:40:00", MOMENT),
        ("paused_until", "tomorrow", MOMENT),
        ("paused_until", "0001-01-01T00:00:00+14:00", MOMENT),
        ("paused_until", 5, MOMENT),
        ("who", "nobody", "Choose everyone, not-contacts or strangers."),
        ("countries", '["XX"]', COUNTRIES),
        ("countries", '["je"]', COUNTRIES),
        ("countries", [5], COUNTRIES),
        ("countries", '{"JE": 1}', 'Write a list in square brackets, like ["IE"].'),
        ("forward_replies", "perhaps", "Enter true or false."),
        ("forward_replies", 2, "Enter true or false."),
        ("price_pence", "-1", PENCE),
        ("price_pence", "1e2", PENCE),
        ("price_pence", float("nan"), PENCE),
        ("price_pence", float("inf"), PENCE),
        ("price_pence", True, PENCE),
        ("keep_days", "6", "Enter a whole number from 7 to 365."),
        ("keep_days", "366", "Enter a whole number from 7 to 365."),
        ("sim_pin", "123", CODE),
        ("sim_pin", "123456789", CODE),
        ("sim_pin", "12a4", CODE),
        ("sim_pin", "1234\r", CODE),
        ("sim_pin", 1234, CODE),
        ("commands.pin", "\u0661\u0662\u0663\u0664", CODE),
        ("port", "ttyUSB0", PORT),
        ("port", "/dev/tty\nUSB0", PORT),
        ("port", "/dev/tty\x00", PORT),
        ("port", "", PORT),
        ("baud", "115201", "Enter one of 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600."),
        ("baud", True, "Enter one of 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600."),
        ("modem_power_pin", "1", KEY),
        ("modem_power_pin", 28, KEY),
        ("modem_power_pin", "14", KEY),
        ("modem_power_pin", 16, KEY),
        ("modem_power_pin", True, KEY),
        ("modem_power_pin", "six", KEY),
        ("modem_power_pin", 21, "One of the lights is on this pin. Choose another."),
        ("lights.pins", "[12, 21]", PINS),
        ("lights.pins", "[12, 12, 25]", PINS),
        ("lights.pins", "[1, 21, 25]", PINS),
        ("lights.pins", "[12, 21, 25, 26]", PINS),
        ("lights.pins", "[true, 21, 25]", PINS),
    ],
)
def test_a_wrong_value_is_answered_with_what_to_enter(key: str, written: object, sentence: str) -> None:
    with pytest.raises(SettingError) as wrong:
        with_value(Settings(), key, written)
    assert str(wrong.value) == sentence
    assert wrong.value.key.startswith(key)


@pytest.mark.parametrize(
    "key", ["colour", "hours.monday", "text", "hours.mon.x", "", ".", "Business", "holidays.0", "x" * 999]
)
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(SettingError, match=r"^(There is no setting called|text holds several)") as wrong:
        with_value(Settings(), key, "x")
    assert wrong.value.key == key
    assert len(str(wrong.value)) < 100


def test_an_unknown_key_has_no_value() -> None:
    with pytest.raises(SettingError, match=r"^There is no setting called limits\.per_week\.$"):
        get(Settings(), "limits.per_week")


def test_a_branch_is_shown_whole() -> None:
    assert get(Settings(), "limits") == {"per_caller_30_days": 3, "per_10_minutes": 10, "per_day": 60}


@pytest.mark.parametrize(
    ("tree", "key"),
    [
        ({"colour": 1}, "colour"),
        ({"text": {"night": "x"}}, "text.night"),
        ({"holidays": [HOLIDAY | {"colour": 1}]}, "holidays.colour"),
        ({"holidays": [{"from": "2026-12-24"}]}, "holidays"),
        ({"holidays": [5]}, "holidays"),
        ({"text": 5}, "text"),
        ({"hours": {"mon": 5}}, "hours.mon"),
        ({1: 2}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_tree_is_taken_whole_or_not_at_all(tree: object, key: str) -> None:
    with pytest.raises(SettingError) as wrong:
        from_tree(tree)
    assert wrong.value.key == key
    assert str(wrong.value).endswith(".")


def test_what_a_tree_leaves_out_has_its_default() -> None:
    assert from_tree({}) == Settings()
    assert from_tree({"limits": {"per_day": 20}}).limits.per_10_minutes == 10


def test_a_holiday_may_have_its_own_text_which_is_checked() -> None:
    settings = with_value(Settings(), "holidays", [HOLIDAY])
    assert settings.holidays == (Holiday.model_validate(HOLIDAY),)
    assert settings.holidays[0].from_ == date(2026, 12, 24)
    with pytest.raises(SettingError, match=r"^\[tme\] is not one of ours") as wrong:
        with_value(Settings(), "holidays", [HOLIDAY | {"text": "[tme]"}])
    assert wrong.value.key == "holidays"


def test_a_longer_name_that_makes_a_text_too_long_is_refused_for_that_text() -> None:
    settings = with_value(with_value(Settings(), "business", "A"), "text.open", "x" * 600 + "[business]")
    with pytest.raises(SettingError, match=r"^This is too long\.") as wrong:
        with_value(settings, "business", "Dave Smith Plumbing")
    assert wrong.value.key == "text.open"


def test_commands_by_text_need_a_lock_code_first() -> None:
    with pytest.raises(SettingError, match=r"^Set a lock code for commands first\.$"):
        with_value(Settings(), "commands.enabled", "true")
    locked = with_value(Settings(), "commands.pin", "2468")
    assert with_value(locked, "commands.enabled", "true").commands.enabled


def test_values_have_their_types() -> None:
    settings = from_tree({"use": "divert", "promise": "4h", "who": "strangers", "nation": "scotland"})
    assert (settings.use, settings.promise) == (Use.DIVERT, Promise.FOUR_HOURS)
    assert (settings.who, settings.nation) == (Who.STRANGERS, Nation.SCOTLAND)
    assert settings.hours.span(0) == Span(480, 1080)
    assert settings.hours.span(6) is None


def test_settings_never_change_in_place() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.business = "x"
    assert with_value(settings, "business", "x") != settings
    assert settings.business is None


def test_lock_codes_and_the_owners_mobile_are_not_in_a_log_by_accident() -> None:
    settings = Settings()
    for key, value in {"sim_pin": "2468", "commands.pin": "1357", "owner_mobile": "07700 900123"}.items():
        settings = with_value(settings, key, value)
    for shown in (repr(settings), str(settings), f"{settings}", repr(settings.commands)):
        assert not re.search("2468|1357|900123", shown)


def test_a_refused_lock_code_is_not_in_the_error() -> None:
    with pytest.raises(SettingError) as wrong:
        with_value(Settings(), "sim_pin", "98765432109")
    assert "98765" not in repr(wrong.value)
    assert wrong.value.__cause__ is None
    assert wrong.value.__suppress_context__


def test_the_longest_values_are_the_owners_own_made_plain() -> None:
    settings = from_tree({"name": "Dave", "business": "Dave\u2019s Plumbing"})
    assert longest_values(settings) == {
        "name": "Dave",
        "business": "Dave's Plumbing",
        "time": "8am on Wednesday",
    }


def test_a_box_without_a_name_of_its_owner_signs_as_the_team() -> None:
    assert longest_values(Settings()) == {"name": "the team", "time": "8am on Wednesday"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from([*DEFAULTS, "text.open", "text.closed"]), json_values)
def test_any_value_is_kept_whole_or_refused_in_a_sentence(key: str, value: object) -> None:
    try:
        settings = with_value(Settings(), key, value)
    except SettingError as wrong:
        sentence = str(wrong)
    else:
        sentence = "Kept whole."
        assert from_tree(json.loads(json.dumps(to_tree(settings)))) == settings
    assert re.fullmatch(r"[A-Z\[].*\.", sentence, re.DOTALL)


def test_a_holiday_with_an_empty_text_has_the_usual_one() -> None:
    settings = with_value(Settings(), "holidays", [{"from": "2026-12-24", "to": "2026-12-24", "text": " "}])
    assert settings.holidays[0].text is None
