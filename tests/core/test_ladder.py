"""One rung harsher each time, with longer rests, and from the bottom again once the modem works."""

from __future__ import annotations

from appliance.core.ladder import LONGEST_REST_S, Ladder, Rung


def rungs(ladder: Ladder, count: int) -> list[Rung]:
    return [ladder.failed().rung for _ in range(count)]


def test_the_mildest_rung_is_taken_first_and_the_owner_told_last() -> None:
    assert rungs(Ladder(), 4) == [Rung.REOPEN, Rung.REOPEN, Rung.RESET, Rung.TELL_OWNER]


def test_a_box_that_can_do_more_does_it_in_order() -> None:
    everything = rungs(Ladder(tuple(Rung)), 7)
    assert list(dict.fromkeys(everything)) == list(Rung)


def test_a_power_key_is_pressed_twice_for_it_may_switch_off_first() -> None:
    everything = rungs(Ladder(tuple(Rung)), 7)
    assert everything[4:6] == [Rung.POWER_KEY, Rung.POWER_KEY]


def test_a_modem_that_is_only_slow_is_opened_anew_without_a_step_upwards() -> None:
    ladder = Ladder()
    assert [ladder.reopen().rung for _ in range(9)] == [Rung.REOPEN] * 9
    assert ladder.failures == 0


def test_the_ladder_is_climbed_again_ever_more_slowly() -> None:
    ladder = Ladder()
    first = [ladder.failed().rest for _ in range(4)]
    second = [ladder.failed().rest for _ in range(4)]
    assert second == [2 * rest for rest in first]
    for _ in range(400):
        assert 0 < ladder.failed().rest <= LONGEST_REST_S


def test_a_modem_that_works_again_starts_at_the_bottom() -> None:
    ladder = Ladder()
    rungs(ladder, 3)
    ladder.worked()
    assert ladder.failures == 0
    assert ladder.failed().rung is Rung.REOPEN
