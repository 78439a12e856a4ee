"""What the box sends in all, whoever rings, whatever comes in: checks 25, 26, 28 and 30.

Times are true ones here. What the box makes of them, through restarts and clocks set wrong, is its affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import notices, numbers
from appliance.core.inbox import AutoReply, CallAlert, FromMachine, FromOwner, Reply, Start, Stop
from appliance.core.notices import Board
from appliance.core.settings import Settings, from_tree
from appliance.core.wording import missed_call_text
from tests.core.simulated_box import LONDON, Sent, SimulatedBox, World
from tests.core.test_opt_out import STOPS

CALLER = "+447700900123"
MINUTE, HOUR, DAY = 60.0, 3600.0, 24 * 3600.0


def most_within(texts: list[Sent], seconds: float) -> int:
    """Return how many of the texts fell into the busiest stretch of so many seconds."""
    return max((sum(0 <= other.true - one.true < seconds for other in texts) for one in texts), default=0)


def closest(texts: list[Sent]) -> float:
    """Return the shortest time between two texts to one person."""
    gaps = [
        later.true - earlier.true
        for earlier in texts
        for later in texts
        if later.id > earlier.id and later.key == earlier.key
    ]
    return min(gaps, default=float("inf"))


def test_security_check_25_fifty_calls_of_one_person_get_one_text_and_the_next_a_day_later() -> None:
    box = SimulatedBox()
    for call in range(50):
        box.ring("07700 900123" if call % 2 else CALLER)
        box.world.wait(seconds=72)
        if call == 25:
            box.restart()
    assert len(box.texts()) == 1
    assert [call.verdict for call in box.calls] == ["TEXT"] + ["TEXTED_RECENTLY"] * 49
    box.world.wait(hours=22, minutes=59)
    assert box.ring(CALLER).verdict == "TEXTED_RECENTLY"
    box.world.wait(minutes=2)
    assert box.ring(CALLER).verdict == "TEXT"


def test_the_fourth_text_in_a_month_is_not_sent() -> None:
    box = SimulatedBox()
    for _ in range(29):
        box.ring(CALLER)
        box.world.wait(days=1, minutes=1)
    assert len(box.texts()) == 3
    assert box.calls[-1].record == {"texts": 3, "limit": 3, "per": "30 days"}
    box.world.wait(days=2)
    assert box.ring(CALLER).verdict == "TEXT"


def nothing(_: SimulatedBox, __: int) -> None:
    """Let the hour go by undisturbed."""


def pull_the_plug(box: SimulatedBox, call: int) -> None:
    if call % 37 == 0:
        box.restart()


def set_the_clock(box: SimulatedBox, call: int) -> None:
    steps = {
        100: timedelta(days=400),
        200: timedelta(days=-300),
        300: timedelta(days=3650),
        400: timedelta(0),
    }
    box.world.error = steps.get(call, box.world.error)


def lose_the_time(box: SimulatedBox, call: int) -> None:
    """Start anew without knowing the time, and be told it a few calls later, over and over."""
    if call % 50 == 25:
        box.restart()
        box.clock_sure, box.world.error = False, timedelta(days=-20_000)
    if call % 50 == 30:
        box.clock_sure, box.world.error = True, timedelta(0)


@pytest.mark.parametrize("disturb", [nothing, pull_the_plug, set_the_clock, lose_the_time])
def test_security_check_26_five_hundred_strangers_in_an_hour(
    disturb: Callable[[SimulatedBox, int], None],
) -> None:
    box, board, told = SimulatedBox(), Board(), []
    for call in range(500):
        disturb(box, call)
        made = box.ring(f"07700 900{call:03}")
        if made.verdict == "LIMIT":
            now = box.world.wall.astimezone(LONDON)
            full = made.record["per"] == "day"
            limit = notices.limit(60 if full else 10, "day" if full else "10 minutes", now)
            board, said = notices.tell(board, [limit], now, can_send=True)
            told += [notice.words for notice in said]
        box.world.wait(seconds=7.2)
    assert len(box.calls) == 500
    assert {call.verdict for call in box.calls} == {"TEXT", "LIMIT"}
    assert len(box.texts()) == 60
    assert most_within(box.texts(), 10 * MINUTE) == 10
    if disturb in {nothing, pull_the_plug}:
        assert len(told) == 1


def test_the_day_begins_anew_at_midnight() -> None:
    box = SimulatedBox(settings=from_tree({"business": "B", "limits": {"per_day": 5}, "nation": "none"}))
    for call in range(20):
        box.ring(f"07700 900{call:03}")
    assert len(box.texts()) == 5
    box.world.wait(hours=15, minutes=1)
    assert box.ring("07700 900500").verdict == "TEXT"


AUTO_REPLIES = (
    "I'm driving right now - I'll get back to you later.",
    "This is an automated message. This number is not monitored.",
    "Thanks for contacting Acme. We will get back to you.",
    missed_call_text(Settings(business="Another box"), None),
)


@pytest.mark.parametrize("words", AUTO_REPLIES)
def test_security_check_28_an_auto_responder_gets_one_text_in_a_day(words: str) -> None:
    box = SimulatedBox()
    for _ in range(24 * 12):
        before = len(box.sent)
        box.ring(CALLER)
        for _ in box.sent[before:]:
            assert box.receive(CALLER, words) == AutoReply()  # it answers at once whatever it is sent
        box.world.wait(minutes=5)
    assert len(box.sent) == 1


@pytest.mark.parametrize(
    "words", ["Hello", "STOP", "START", "stop pls", "Missed call from 07700900456", "", "?" * 900]
)
@pytest.mark.parametrize("senders", [1, 1000])
def test_security_check_28_a_flood_of_texts_is_answered_once_a_number_and_only_stop_and_start(
    words: str, senders: int
) -> None:
    box = SimulatedBox()
    for count in range(1000):
        box.receive(f"07700 900{count % senders:03}", words)
        box.world.wait(seconds=3)
    answered = {text.key for text in box.sent}
    assert len(box.sent) == len(answered) <= senders
    assert len(box.sent) <= (60 if words in {"STOP", "stop pls"} else 0)
    assert most_within(box.sent, 10 * MINUTE) <= 10
    assert box.texts() == []


@pytest.mark.parametrize(
    "sender", ["60123", "EE", "07700 900998", "07700 900999", "01632 960123", "+33612345678"]
)
def test_security_check_28_nobody_is_answered_who_could_answer_by_itself_or_costs_more(sender: str) -> None:
    box = SimulatedBox()
    for words in ("STOP", "START", "Hello"):
        box.receive(sender, words)
    assert box.sent == []


@pytest.mark.parametrize("words", STOPS)
def test_security_check_30_after_a_stop_nobody_is_texted_until_they_say_start(words: str) -> None:
    box = SimulatedBox()
    assert box.receive("07700 900123", words) == Stop()
    box.world.wait(days=2)
    assert box.ring(CALLER).verdict == "STOPPED"
    box.sent.clear()  # erased, or grown too old
    box.calls.clear()
    again = SimulatedBox(suppressed=set(box.suppressed))  # restored elsewhere, with the key
    for one in (box, again):
        assert one.ring("07700900123").verdict == "STOPPED"
        assert one.receive(CALLER, "START") == Start()
        assert one.ring(CALLER).verdict == "TEXT"


@pytest.mark.parametrize("repeat_hours", [4, 24, 168])
def test_two_boxes_that_ring_and_text_each_other_for_a_week(repeat_hours: int) -> None:
    world = World()
    tree = {"repeat_hours": repeat_hours, "limits": {"per_caller_30_days": 100}, "forward_replies": False}
    left = SimulatedBox(world, from_tree(tree | {"business": "Left"}), number="+447700900001")
    right = SimulatedBox(world, from_tree(tree | {"business": "Right"}), number="+447700900002")
    for minute in range(0, 7 * 24 * 60, 10):
        for box, other in ((left, right), (right, left)):
            before = len(box.sent)
            box.ring(other.number)
            for _ in box.sent[before:]:
                words = missed_call_text(box.settings, world.wall.astimezone(LONDON))
                assert other.receive(box.number, words) == AutoReply()
            if minute % 1440 == 0:
                box.restart()
        world.wait(minutes=10)
    for box in (left, right):
        assert 7 * 24 // repeat_hours <= len(box.sent) <= 7 * 24 // repeat_hours + 1
        assert closest(box.sent) >= repeat_hours * HOUR
        assert {text.kind for text in box.sent} == {"missed_call"}


callers = st.sampled_from(
    [
        "07700900123",
        "+447700900123",
        "07700900456",
        "07700900789",
        "01632960123",
        "07797700000",
        "+33612345678",
        "09098790123",
        "60123",
        "Screwfix",
        "07700900999",
        "07700900998",
        None,
    ]
)
steps = st.one_of(
    st.tuples(st.just("ring"), callers),
    st.tuples(st.just("answered"), callers),
    st.tuples(
        st.just("text"), callers, st.sampled_from(["STOP", "START", "Hello", "I am driving", "Missed call"])
    ),
    st.tuples(st.just("write"), st.sampled_from([CALLER, "+447700900456"])),
    st.tuples(st.just("wait"), st.sampled_from([0.01, 0.2, 1.0, 3.0, 25.0, 100.0])),
    st.tuples(st.just("restart")),
    st.tuples(st.just("step"), st.sampled_from([-9000, -1, 0, 1, 400])),
    st.tuples(st.just("pause"), st.integers(0, 48)),
)
trees = st.fixed_dictionaries(
    {
        "business": st.just("Plumbing"),
        "owner_mobile": st.just("07700900999"),
        "repeat_hours": st.sampled_from([1, 24, 168]),
        "limits": st.fixed_dictionaries(
            {
                "per_caller_30_days": st.integers(1, 3),
                "per_10_minutes": st.integers(1, 3),
                "per_day": st.integers(1, 5),
            }
        ),
        "countries": st.sampled_from([[], ["JE"]]),
        "who": st.sampled_from(["everyone", "not-contacts", "strangers"]),
        "text": st.sampled_from([{}, {"closed": ""}]),
    }
)


@settings(max_examples=150)
@given(trees, st.lists(steps, max_size=60), st.booleans())
def test_no_story_makes_the_box_send_more_than_its_limits(
    tree: dict[str, object], story: list[tuple[object, ...]], always: bool
) -> None:
    box = SimulatedBox(
        settings=from_tree(tree), never={"+447700900789"}, always={CALLER} if always else set()
    )
    silent: dict[str, bool] = {}
    for step in story:
        before = len(box.sent)
        play(box, step)
        new = box.sent[before:]
        assert len(new) <= 1
        for text in new:
            allowed(box, step, text)
        if step[0] == "text" and isinstance(step[1], str) and (key := numbers.key(step[1])):
            silent[key] = {"STOP": True, "START": False}.get(str(step[2]), silent.get(key, False))
        for text in new:
            assert text.kind != "missed_call" or not silent.get(text.key, False)
    limits, others = box.settings.limits, [text for text in box.texts() if text.key not in box.always]
    assert most_within(box.texts(), 10 * MINUTE) <= limits.per_10_minutes
    assert closest(others) >= box.settings.repeat_hours * HOUR
    acknowledged = [text for text in box.sent if text.kind == "acknowledgement"]
    if "step" not in {step[0] for step in story}:
        assert most_within(acknowledged, 10 * MINUTE) <= limits.per_10_minutes
        assert closest(acknowledged) >= DAY
        days = Counter(text.wall.astimezone(LONDON).date() for text in box.texts())
        assert max(days.values(), default=0) <= limits.per_day
    for key in {text.key for text in others}:
        assert most_within(box.texts(key), 30 * DAY) <= limits.per_caller_30_days


def play(box: SimulatedBox, step: tuple[object, ...]) -> None:
    """Let one thing happen. Clocks step only while the box runs: what it knew before a restart is dated."""
    match step:
        case ("ring" | "answered" as how, (str() | None) as number):
            box.ring(number, answered=how == "answered")
        case ("text", str(sender), str(words)):
            box.receive(sender, words)
        case ("write", str(key)):
            box.write(key)
        case ("wait", float(hours)):
            box.world.wait(hours=hours)
        case ("restart",) if not box.world.error:
            box.restart()
        case ("step", int(days)):
            box.world.error = timedelta(days=days)
        case ("pause", int(hours)):
            box.settings = from_tree(
                box.settings.model_dump(mode="json", by_alias=True)
                | {
                    "owner_mobile": "07700900999",
                    "paused_until": (box.world.wall + timedelta(hours=hours)).isoformat(),
                }
            )
        case _:
            pass


def allowed(box: SimulatedBox, step: tuple[object, ...], text: Sent) -> None:
    """Say what may have made the box send this: a missed call, a STOP or START, or its owner."""
    country = numbers.mobile_country(text.key)
    match text.kind:
        case "missed_call":
            assert step[0] == "ring"
            assert text.key == numbers.key(str(step[1]))
            assert country in {"GB", *box.settings.countries}
            assert text.key not in {box.number, box.settings.owner_mobile, "+447700900789"}
        case "acknowledgement":
            assert step[0] == "text"
            assert step[2] in {"STOP", "START"}
            assert country in {"GB", *box.settings.countries}
        case _:
            assert step[0] == "write"


def test_what_a_text_means_to_the_box_is_one_of_these() -> None:
    box = SimulatedBox()
    assert box.receive("07700900999", "STOP") == FromOwner()
    assert box.receive("07700900123", "Boiler") == Reply()
    assert box.receive("60123", "Boiler") == FromMachine()
    assert isinstance(box.receive("EE", "Missed call from 07700900123"), CallAlert)
    assert box.sent == []
