"""Each call is one call: from its first sign to missed, answered or rejected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.calls import (
    GHOST_S,
    LONGEST_RING_PERIOD_S,
    CallBegan,
    CallerKnown,
    CallFinished,
    CallTracker,
    Outcome,
    Presentation,
    Progress,
)
from appliance.modem.events import CallList
from appliance.modem.urc import (
    CallAnswered,
    CallEnded,
    CallState,
    CallStatus,
    CallUrc,
    CallWaiting,
    Clip,
    CliValidity,
    Ring,
)

ANN, BOB = "07700900123", "07700900456"
RING = Ring()
NO_CARRIER = CallEnded("NO CARRIER")
WITHHELD = Clip(None, 128, CliValidity.WITHHELD)
EMPTY = CallList(())


def clip(number: str) -> Clip:
    return Clip(number, 129)


def listed(number: str | None = ANN, status: CallStatus = CallStatus.INCOMING) -> CallList:
    return CallList((CallState(1, True, status, number, 129),))


class Line:
    """A telephone line in a test: events at moments, and what the tracker made of them."""

    def __init__(self) -> None:
        self.tracker = CallTracker()
        self.now = 0.0
        self.steps: list[Progress] = []

    def hear(self, *events: CallUrc | CallList, every: float = 0.0) -> Line:
        for event in events:
            self.steps += self.tracker.feed(event, self.now)
            self.now += every
        return self

    def ring(self, number: str | None, times: int = 3, every: float = 2.0) -> Line:
        for _ in range(times):
            self.hear(RING, clip(number) if number else WITHHELD)
            self.now += every
        return self

    def wait(self, seconds: float) -> Line:
        end = self.now + seconds
        while self.tracker.deadline is not None and self.tracker.deadline <= end:
            self.now = self.tracker.deadline
            self.steps += self.tracker.tick(self.now)
        self.now = end
        return self

    @property
    def finished(self) -> list[CallFinished]:
        return [step for step in self.steps if isinstance(step, CallFinished)]

    @property
    def calls(self) -> list[tuple[str | None, Outcome, int]]:
        return [(call.caller.number, call.outcome, call.rings) for call in self.finished]


def test_three_rings_and_no_carrier_are_one_missed_call() -> None:
    line = Line().ring(ANN).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 3)]
    assert [type(step) for step in line.steps] == [CallBegan, CallerKnown, CallFinished]


def test_the_first_sign_of_a_call_is_told_at_once() -> None:
    assert [type(step) for step in Line().hear(RING).steps] == [CallBegan]


def test_a_call_is_ended_by_its_vendors_marker() -> None:
    assert Line().ring(ANN).hear(CallEnded("^CEND")).calls == [(ANN, Outcome.MISSED, 3)]


def test_the_marks_that_follow_the_end_make_no_second_call() -> None:
    released = CallState(1, True, CallStatus.RELEASED)
    line = Line().ring(ANN).hear(CallEnded("VOICE CALL: END"), NO_CARRIER, released, EMPTY)
    assert line.hear(CallEnded("MISSED_CALL", ANN)).calls == [(ANN, Outcome.MISSED, 3)]


def test_missed_call_alone_tells_of_a_call_whose_rings_were_lost() -> None:
    assert Line().hear(CallEnded("MISSED_CALL", ANN)).calls == [(ANN, Outcome.MISSED, 0)]


def test_missed_call_gives_the_number_that_no_clip_gave() -> None:
    assert Line().hear(RING, CallEnded("MISSED_CALL", ANN)).calls == [(ANN, Outcome.MISSED, 1)]


def test_a_call_is_ended_by_the_call_list_going_empty() -> None:
    line = Line().ring(ANN, times=1).hear(listed()).wait(1).hear(EMPTY)
    assert line.calls == [(ANN, Outcome.MISSED, 1)]


def test_a_modem_that_lists_no_calls_at_all_does_not_end_one() -> None:
    line = Line().ring(ANN, times=1).hear(EMPTY)
    assert line.calls == []
    assert line.ring(ANN, times=2).hear(EMPTY, NO_CARRIER).calls == [(ANN, Outcome.MISSED, 3)]


def test_a_list_asked_for_before_the_ring_and_answered_after_it_ends_nothing() -> None:
    assert Line().hear(RING, EMPTY).tracker.busy


def test_silence_ends_a_call_after_one_and_a_half_ring_periods_and_a_second() -> None:
    line = Line().ring(ANN, times=3, every=2.0)  # the last ring was 2 s ago
    assert line.wait(1.9).calls == []
    assert line.wait(0.2).calls == [(ANN, Outcome.MISSED, 3)]
    assert line.finished[0].ended == 4.0, "it ended with its last ring, not when that was noticed"


def test_one_ring_waits_for_the_longest_period_there_is() -> None:
    line = Line().ring(ANN, times=1, every=0.0)
    assert line.wait(1.5 * LONGEST_RING_PERIOD_S).calls == []
    assert line.wait(1.1).calls == [(ANN, Outcome.MISSED, 1)]


def test_the_period_learned_from_one_call_serves_the_next() -> None:
    line = Line().ring(ANN, times=4, every=2.0).hear(NO_CARRIER).wait(60)
    assert line.ring(BOB, times=1, every=0.0).wait(4.1).calls[-1] == (BOB, Outcome.MISSED, 1)


def test_a_short_first_gap_does_not_end_a_call_early() -> None:
    line = (
        Line().hear(RING, clip(ANN)).wait(1).hear(RING, clip(ANN)).wait(6).hear(RING, clip(ANN), NO_CARRIER)
    )
    assert line.calls == [(ANN, Outcome.MISSED, 3)]


def test_a_listed_call_may_be_silent_for_long_but_a_ghost_is_ended() -> None:
    line = Line().ring(ANN, times=1, every=0.0).hear(listed())
    assert line.wait(GHOST_S - 1).calls == []
    assert line.wait(2).calls == [(ANN, Outcome.MISSED, 1)]


def test_a_ring_without_clip_is_a_call_without_a_number() -> None:
    line = Line().hear(RING, RING, NO_CARRIER, every=2.0)
    assert line.calls == [(None, Outcome.MISSED, 2)]
    assert line.finished[0].caller.presentation is Presentation.UNAVAILABLE


def test_a_clip_from_the_second_ring_on_names_the_same_call() -> None:
    line = Line().hear(RING).wait(3).ring(ANN, times=2).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 3)]


def test_a_clip_before_the_ring_begins_the_call() -> None:
    line = Line().hear(clip(ANN), RING).wait(2).hear(clip(ANN), RING, NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 2)]


def test_the_call_list_names_a_caller_whom_no_clip_named() -> None:
    line = Line().hear(RING, listed(ANN), NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 1)]


def test_a_withheld_caller_is_withheld() -> None:
    line = Line().ring(None).hear(NO_CARRIER)
    assert line.calls == [(None, Outcome.MISSED, 3)]
    assert line.finished[0].caller.presentation is Presentation.WITHHELD


def test_a_number_once_known_is_not_lost_to_an_empty_clip() -> None:
    assert Line().hear(RING, clip(ANN), WITHHELD, NO_CARRIER).calls == [(ANN, Outcome.MISSED, 1)]


def test_three_ways_to_write_a_number_are_one_caller() -> None:
    line = Line().hear(
        RING, clip(ANN), RING, Clip("+447700900123", 145), RING, clip("447700900123"), every=1.0
    )
    assert line.hear(NO_CARRIER).calls == [(ANN, Outcome.MISSED, 3)]


def test_two_callers_one_after_the_other_are_two_calls() -> None:
    line = Line().ring(ANN, times=2).hear(NO_CARRIER).wait(1).ring(BOB, times=3).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 2), (BOB, Outcome.MISSED, 3)]


def test_two_callers_whom_no_end_marker_parts_are_two_calls_with_their_own_rings() -> None:
    line = Line().ring(ANN, times=2).ring(BOB, times=3).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 2), (BOB, Outcome.MISSED, 3)]


def test_a_withheld_caller_and_then_one_with_a_number_are_two_calls() -> None:
    line = Line().ring(None, times=2).ring(BOB, times=2).hear(NO_CARRIER)
    assert line.calls == [(None, Outcome.MISSED, 2), (BOB, Outcome.MISSED, 2)]


def test_the_same_caller_at_once_again_is_a_second_call() -> None:
    line = Line().ring(ANN, times=2).hear(NO_CARRIER).ring(ANN, times=1).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.MISSED, 2), (ANN, Outcome.MISSED, 1)]
    assert len({step.call for step in line.steps}) == 2


def test_somebody_picks_up() -> None:
    line = Line().ring(ANN).hear(CallAnswered("VOICE CALL: BEGIN")).wait(30).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.ANSWERED, 3)]


def test_the_call_list_tells_that_somebody_picked_up() -> None:
    line = Line().ring(ANN).hear(listed(status=CallStatus.ACTIVE)).wait(30).hear(EMPTY)
    assert line.calls == [(ANN, Outcome.ANSWERED, 3)]


def test_an_answered_call_whose_end_was_lost_ends_with_the_next_ring() -> None:
    line = Line().ring(ANN).hear(CallAnswered("^CONN")).wait(600).ring(BOB).hear(NO_CARRIER)
    assert line.calls == [(ANN, Outcome.ANSWERED, 3), (BOB, Outcome.MISSED, 3)]


def test_the_marks_of_a_second_callers_end_leave_the_call_that_goes_on() -> None:
    line = Line().ring(ANN, times=2).hear(CallAnswered("VOICE CALL: BEGIN"))
    line.hear(CallWaiting(BOB, 129), CallState(2, True, CallStatus.RELEASED, BOB, 129))
    line.hear(CallEnded("MISSED_CALL", BOB)).wait(60).hear(NO_CARRIER)
    ends = [(step.caller.number, step.outcome) for step in line.steps if isinstance(step, CallFinished)]
    assert ends == [(BOB, Outcome.MISSED), (ANN, Outcome.ANSWERED)]


def test_a_second_caller_who_is_told_of_only_at_the_end_is_missed_too() -> None:
    line = Line().ring(ANN, times=2).hear(CallAnswered("VOICE CALL: BEGIN"))
    line.hear(CallEnded("MISSED_CALL", BOB), NO_CARRIER)
    ends = [(step.caller.number, step.outcome) for step in line.steps if isinstance(step, CallFinished)]
    assert ends == [(BOB, Outcome.MISSED), (ANN, Outcome.ANSWERED)]


def test_a_second_caller_on_a_line_in_use_is_a_missed_call_of_their_own() -> None:
    line = Line().ring(ANN, times=1).hear(CallWaiting(BOB, 129), CallWaiting(BOB, 129)).ring(ANN, times=1)
    assert line.hear(NO_CARRIER).calls == [(BOB, Outcome.MISSED, 0), (ANN, Outcome.MISSED, 2)]


def test_a_call_that_we_drop_is_rejected() -> None:
    line = Line().ring(ANN)
    line.tracker.hung_up()
    assert line.hear(NO_CARRIER).calls == [(ANN, Outcome.REJECTED, 3)]


def test_our_own_calls_are_not_missed_calls() -> None:
    line = Line().hear(
        CallState(1, False, CallStatus.DIALING, BOB, 129), CallList((CallState(1, False, CallStatus.ACTIVE),))
    )
    assert line.steps == []


def test_a_modem_that_vanishes_ends_the_call_as_missed() -> None:
    line = Line().ring(ANN, times=2)
    line.steps += line.tracker.port_lost(line.now)
    assert line.calls == [(ANN, Outcome.MISSED, 2)]


def test_an_idle_line_has_no_deadline() -> None:
    tracker = CallTracker()
    assert tracker.deadline is None
    assert tracker.tick(1e9) == []


EVENTS = st.sampled_from(
    [
        RING, clip(ANN), clip(BOB), WITHHELD, NO_CARRIER, EMPTY, listed(), listed(BOB), CallAnswered("^CONN"),
        CallWaiting(BOB, 129), CallState(1, True, CallStatus.RELEASED), listed(status=CallStatus.ACTIVE),
        CallEnded("MISSED_CALL", ANN), Clip("", 129), CallState(1, True, CallStatus.INCOMING, "x" * 40, 129),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(EVENTS, st.floats(0, 30)), max_size=40))
def test_every_call_that_begins_is_finished_once_and_in_order(
    story: list[tuple[CallUrc | CallList, float]],
) -> None:
    line = Line()
    for event, pause in story:
        line.hear(event).wait(pause)
    line.wait(5 * 3600)
    began = [step.call for step in line.steps if isinstance(step, CallBegan)]
    finished = [step.call for step in line.finished]
    assert sorted(finished) == began
    assert len(set(began)) == len(began)
    assert all(call.ended >= call.since for call in line.finished)
    assert not line.tracker.busy
