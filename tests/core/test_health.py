from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from appliance.core.health import (
    _SIGNS,
    Known,
    Lights,
    Pattern,
    Registration,
    Sim,
    State,
    assess,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=LONDON)  # a Monday

GOOD = Known(
    now=NOW,
    modem_present=True,
    started=True,
    sim=Sim.READY,
    registration=Registration.HOME,
    voice=True,
    signal_bars=4,
    operator="EE",
    voice_proved_at=NOW - timedelta(hours=1),
    text_proved_at=NOW - timedelta(hours=2),
)

# What makes each state hold when nothing else does, the one to show first at the top.
HOLDS: dict[State, dict[str, Any]] = {
    State.NO_MODEM: {"modem_present": False},
    State.SIM_BLOCKED: {"sim": Sim.BLOCKED},
    State.SIM_LOCKED: {"sim": Sim.LOCKED},
    State.NO_SIM: {"sim": Sim.MISSING},
    State.STARTING: {"started": False},
    State.REFUSED: {"registration": Registration.DENIED},
    State.NO_SIGNAL: {"registration": Registration.SEARCHING},
    State.NO_VOICE: {"voice": False},
    State.SENDS_FAILING: {"sends_failing": 3},
    State.STORAGE: {"storage_ok": False},
    State.LOW_POWER: {"low_power": True},
    State.NOT_SET_UP: {"set_up": False},
    State.RINGING: {"ringing": "07700 900123"},
    State.TEXTING: {"text_took_s": 4},
    State.LIMIT: {"limit_reached": True},
    State.PAUSED: {"paused_until": NOW + timedelta(minutes=40)},
    State.CLOSED: {"open_now": False, "closed_text_empty": True, "opens_at": "8am tomorrow"},
    State.CLOCK_UNSURE: {"clock_sure": False},
}
# Two values of one fact, and closing time, which is not known without the time, never hold together.
APART = {
    *combinations((State.SIM_BLOCKED, State.SIM_LOCKED, State.NO_SIM), 2),
    (State.REFUSED, State.NO_SIGNAL),
    (State.CLOSED, State.CLOCK_UNSURE),
}

WORDS: dict[State, tuple[str, str, str]] = {
    State.READY: ("Ready. Missed calls get a text.", "EE, good signal.", "steady steady steady"),
    State.STARTING: ("Starting up.", "Takes about a minute. Leave it plugged in.", "slow slow slow"),
    State.NO_SIM: (
        "No SIM card found.",
        "Unplug the box, push the SIM in till it clicks, plug in again.",
        "steady double double",
    ),
    State.SIM_LOCKED: (
        "The SIM is locked.",
        "Type its lock code. We only ever try it once.",
        "steady double double",
    ),
    State.SIM_BLOCKED: (
        "The SIM has shut itself.",
        "Ring your phone company and ask for the PUK code.",
        "steady double double",
    ),
    State.NO_MODEM: (
        "Can't find the phone part.",
        "Unplug for 10 seconds and plug in again.",
        "double off double",
    ),
    State.NO_SIGNAL: (
        "No phone signal here.",
        "Move the box near a window. We keep looking.",
        "steady slow slow",
    ),
    State.REFUSED: (
        "Signal, but the network won't let us on.",
        "Is the SIM active and in credit?",
        "steady double double",
    ),
    State.NO_VOICE: (
        "Texts work but calls can't get in.",
        "This SIM can't take calls on this box.",
        "steady double steady",
    ),
    State.SENDS_FAILING: (
        "Texts are not going out.",
        "The last 3 failed. Check the SIM has credit.",
        "steady steady double",
    ),
    State.NOT_SET_UP: ("Not set up yet.", "Open the page on your phone to start.", "steady steady double"),
    State.LIMIT: ("Today's limit of texts is used up.", "Starts again at midnight.", "steady steady wink"),
    State.PAUSED: ("Paused until 2:40pm.", "Missed calls are listed but get no text.", "steady steady wink"),
    State.CLOSED: ("Closed until 8am tomorrow.", "No texts till then.", "steady steady wink"),
    State.LOW_POWER: ("Power is weak.", "Use the plug that came with it.", "double steady steady"),
    State.STORAGE: ("Storage is nearly full, or failing.", "", "double steady steady"),
    State.CLOCK_UNSURE: ("We don't know the time yet.", "Texts still go.", "slow steady steady"),
    State.RINGING: (
        "Phone ringing: 07700 900123",
        "Ready. Missed calls get a text.",
        "steady steady flicker",
    ),
    State.TEXTING: ("Text sent, 4 seconds.", "Ready. Missed calls get a text.", "steady steady flicker"),
}


def lights(words: str) -> Lights:
    return Lights(*map(Pattern, words.split()))


@pytest.mark.parametrize("state", State)
def test_each_state_has_its_words_and_its_lights(state: State) -> None:
    shown = assess(replace(GOOD, **HOLDS.get(state, {})))
    headline, detail, patterns = WORDS[state]
    assert (shown.state, shown.headline, shown.detail) == (state, headline, detail)
    assert shown.lights == lights(patterns)


@pytest.mark.parametrize(("first", "second"), [pair for pair in combinations(HOLDS, 2) if pair not in APART])
def test_of_two_states_the_one_to_deal_with_first_is_shown(first: State, second: State) -> None:
    assert assess(replace(GOOD, **{**HOLDS[second], **HOLDS[first]})).state is first


def test_every_sign_is_in_this_table_in_its_order() -> None:
    assert [state for state, _ in _SIGNS] == list(HOLDS)
    assert {*HOLDS, State.READY} == set(State)


def test_words_are_short_and_plain() -> None:
    for headline, detail, _ in WORDS.values():
        for sentence in f"{headline} {detail}".split(". "):
            assert len(sentence.split()) <= 16
            assert "!" not in sentence


def test_a_box_that_knows_nothing_yet_is_starting() -> None:
    assert assess(Known(now=NOW)).state is State.STARTING


def test_the_sim_is_named_before_the_start_is_over() -> None:
    assert assess(Known(now=NOW, modem_present=True, sim=Sim.LOCKED)).state is State.SIM_LOCKED


@pytest.mark.parametrize(
    ("registration", "state"),
    [
        (Registration.HOME, State.READY),
        (Registration.ROAMING, State.READY),
        (Registration.DENIED, State.REFUSED),
        (Registration.EMERGENCY_ONLY, State.REFUSED),
        (Registration.SEARCHING, State.NO_SIGNAL),
        (Registration.UNKNOWN, State.NO_SIGNAL),
        (Registration.SMS_ONLY, State.NO_VOICE),
    ],
)
def test_each_answer_of_the_network_is_a_state(registration: Registration, state: State) -> None:
    assert assess(replace(GOOD, registration=registration)).state is state


@pytest.mark.parametrize("failed", [0, 1, 2])
def test_one_or_two_failed_sends_are_no_state_yet(failed: int) -> None:
    assert assess(replace(GOOD, sends_failing=failed)).state is State.READY


def test_the_number_of_failed_sends_is_told() -> None:
    assert assess(replace(GOOD, sends_failing=5)).detail.startswith("The last 5 failed.")


def test_a_pause_that_is_over_is_none() -> None:
    assert assess(replace(GOOD, paused_until=NOW)).state is State.READY


def test_a_pause_is_told_in_the_owners_time() -> None:
    summer = datetime(2026, 7, 1, 14, 0, tzinfo=LONDON)
    shown = assess(replace(GOOD, now=summer, paused_until=datetime(2026, 7, 2, 8, 0, tzinfo=UTC)))
    assert shown.headline == "Paused until 9am tomorrow."


def test_closed_is_a_state_only_when_nobody_gets_a_text_then() -> None:
    assert assess(replace(GOOD, open_now=False)).state is State.READY
    assert assess(replace(GOOD, closed_text_empty=True)).state is State.READY


def test_a_business_that_never_opens_is_just_closed() -> None:
    assert assess(replace(GOOD, open_now=False, closed_text_empty=True)).headline == "Closed."


def test_hours_are_ignored_while_the_time_is_not_known() -> None:
    known = replace(GOOD, open_now=False, closed_text_empty=True, clock_sure=False)
    assert assess(known).state is State.CLOCK_UNSURE


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("voice", "text", "headline"),
    [
        (HOUR, HOUR, "Ready. Missed calls get a text."),
        (24 * HOUR, HOUR, "Ready. Missed calls get a text."),
        (25 * HOUR, HOUR, "Ready, not tested since yesterday."),
        (HOUR, 25 * HOUR, "Ready, not tested since yesterday."),
        (3 * 24 * HOUR, HOUR, "Ready, not tested since Friday."),
        (HOUR, 6 * 24 * HOUR, "Ready, not tested since Tuesday."),
        (7 * 24 * HOUR, HOUR, "Ready, not tested since Mon 16 Nov."),
        (20 * 24 * HOUR, HOUR, "Ready, not tested since Tue 3 Nov."),
        (None, HOUR, "Ready, not tested yet."),
        (HOUR, None, "Ready, not tested yet."),
        (None, None, "Ready, not tested yet."),
        (-48 * HOUR, HOUR, "Ready, not tested yet."),  # proved by a clock that was set wrong
    ],
)
def test_ready_is_said_alone_only_when_calls_and_texts_were_proved_within_a_day(
    voice: timedelta | None, text: timedelta | None, headline: str
) -> None:
    known = replace(
        GOOD,
        voice_proved_at=None if voice is None else (NOW - voice).astimezone(UTC),
        text_proved_at=None if text is None else (NOW - text).astimezone(UTC),
    )
    assert assess(known).headline == headline


def test_a_day_is_twenty_four_hours_when_the_clocks_change() -> None:
    now = datetime(2026, 10, 25, 12, 0, tzinfo=LONDON)  # the day has 25 hours
    day_before = datetime(2026, 10, 24, 12, 30, tzinfo=LONDON)
    known = replace(GOOD, now=now, voice_proved_at=day_before, text_proved_at=now)
    assert assess(known).headline == "Ready, not tested since yesterday."


@pytest.mark.parametrize(
    ("operator", "bars", "texts", "detail"),
    [
        ("EE", 4, 0, "EE, good signal."),
        ("EE", 3, 3, "EE, good signal. 3 texts today."),
        ("EE", 0, 1, "EE, very weak signal. 1 text today."),
        ("O2", 1, 0, "O2, weak signal."),
        ("O2", 2, 0, "O2, fair signal."),
        ("O2", 5, 0, "O2, very good signal."),
        ("O2", 9, 0, "O2, very good signal."),
        (None, 4, 0, "Good signal."),
        ("EE", None, 0, "EE."),
        (None, None, 2, "2 texts today."),
        (None, None, 0, ""),
        ("vodafone\x1b[31m\u202e UK" + "x" * 99, None, 0, "vodafone[31m UKxxxxx."),
    ],
)
def test_the_second_line_names_the_network_its_signal_and_todays_texts(
    operator: str | None, bars: int | None, texts: int, detail: str
) -> None:
    assert assess(replace(GOOD, operator=operator, signal_bars=bars, texts_today=texts)).detail == detail


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"ringing": "+447700900123"}, "Phone ringing: 07700 900123"),
        ({"ringing": ""}, "Phone ringing."),
        ({"texting": "+447700900123"}, "Texting 07700 900123."),
        ({"texting": "+447700900123", "text_took_s": 4}, "Texting 07700 900123."),
        ({"text_took_s": 1}, "Text sent, 1 second."),
        ({"text_took_s": 4}, "Text sent, 4 seconds."),
    ],
)
def test_what_happens_this_second_is_told(changes: dict[str, Any], headline: str) -> None:
    assert assess(replace(GOOD, **changes)).headline == headline


def test_a_call_while_paused_shows_both() -> None:
    shown = assess(replace(GOOD, ringing="07700 900123", **HOLDS[State.PAUSED]))
    assert (shown.headline, shown.detail) == ("Phone ringing: 07700 900123", "Paused until 2:40pm.")
    assert shown.lights == lights("steady steady flicker")


def test_a_call_never_covers_a_fault() -> None:
    shown = assess(replace(GOOD, ringing="07700 900123", sends_failing=3))
    assert shown.state is State.SENDS_FAILING
    assert shown.lights == lights("steady steady flicker")


@pytest.mark.parametrize(
    ("changes", "patterns"),
    [
        ({"low_power": True, **HOLDS[State.PAUSED]}, "double steady wink"),
        ({"storage_ok": False, "clock_sure": False}, "double steady steady"),
        ({"clock_sure": False, **HOLDS[State.NO_SIM]}, "slow double double"),
        ({"clock_sure": False, **HOLDS[State.NO_MODEM]}, "double off double"),
        ({"low_power": True, **HOLDS[State.STARTING]}, "double slow slow"),
        ({"clock_sure": False, **HOLDS[State.PAUSED]}, "slow steady wink"),
        ({"low_power": True, "ringing": ""}, "double steady flicker"),
    ],
)
def test_the_box_light_adds_power_storage_and_clock_to_what_the_others_show(
    changes: dict[str, Any], patterns: str
) -> None:
    assert assess(replace(GOOD, **changes)).lights == lights(patterns)


def test_states_that_need_the_owner() -> None:
    waiting = {
        State.READY,
        State.STARTING,
        State.LIMIT,
        State.PAUSED,
        State.CLOSED,
        State.CLOCK_UNSURE,
        State.RINGING,
        State.TEXTING,
    }
    assert {state for state in State if not state.needs_owner} == waiting


def test_every_double_light_needs_the_owner_and_no_other_fault_hides() -> None:
    for state, (_, _, patterns) in WORDS.items():
        assert "double" not in patterns or state.needs_owner


def test_callers_are_not_in_a_log_by_accident() -> None:
    assert "900123" not in repr(replace(GOOD, ringing="07700 900123", texting="07700 900123"))
