"""What becomes of a text that was refused: again, later, or never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import outbox
from appliance.core.outbox import GiveUp, TextKind, TextState, TryAgain, after_refusal, back_off
from appliance.modem.result_codes import CmeError, CmsError, Error, Final, meaning


def cms(code: int) -> CmsError:
    return CmsError(code, str(code))


def cme(code: int) -> CmeError:
    return CmeError(code, str(code))


@pytest.mark.parametrize(
    "final", [cms(1), cms(8), cms(28), cms(50), cms(81), cms(193), cms(196), cms(305), cme(4)]
)
def test_what_can_only_fail_again_is_given_up_at_once_in_plain_words(final: CmsError | CmeError) -> None:
    assert after_refusal(final, 1) == GiveUp(meaning(final))


@pytest.mark.parametrize(
    "final", [cms(21), cms(111), cms(127), cms(304), cms(350), cms(510), CmsError(None, "?")]
)
def test_a_refusal_without_a_clear_reason_is_tried_once_more(final: CmsError) -> None:
    assert after_refusal(final, 1) == TryAgain(outbox.ONCE_S)
    assert after_refusal(final, 2) == GiveUp(meaning(final))


@pytest.mark.parametrize("final", [cms(302), cms(314), cms(322), cms(208), cme(14), cme(20)])
def test_what_is_busy_or_full_for_a_moment_is_tried_again_soon_and_then_as_usual(
    final: CmsError | CmeError,
) -> None:
    soon = [after_refusal(final, tries) for tries in range(1, outbox.SOON_TRIES + 1)]
    assert soon == [TryAgain(outbox.SOON_S)] * outbox.SOON_TRIES
    assert after_refusal(final, outbox.SOON_TRIES + 1) == TryAgain(back_off(outbox.SOON_TRIES + 1))


MAY_PASS = (27, 38, 41, 42, 47, 192, 194, 300, 301, 310, 311, 313, 316, 320, 330, 331, 341, 500, 532)


@pytest.mark.parametrize("final", [Error(), *map(cms, MAY_PASS), *map(cme, (0, 10, 11, 13, 30, 32, 100))])
def test_what_may_pass_is_tried_again_for_as_long_as_the_text_is_of_use(final: Final) -> None:
    waits = [after_refusal(final, tries) for tries in range(1, 8)]
    assert waits == [TryAgain(wait) for wait in (30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0)]


@given(st.integers(1, 10**9))
def test_the_wait_grows_to_ten_minutes_and_stays(tries: int) -> None:
    assert outbox.FIRST_WAIT_S <= back_off(tries) <= back_off(tries + 1) <= outbox.LONGEST_WAIT_S


@given(st.integers(0, 999), st.integers(1, 50))
def test_every_code_is_waited_out_or_given_up_with_a_sentence(code: int, tries: int) -> None:
    match after_refusal(cms(code), tries):
        case TryAgain(after):
            assert 0 < after <= outbox.LONGEST_WAIT_S
        case GiveUp(reason):
            assert reason.endswith(".")


def test_what_is_stored_of_a_text_stays_so() -> None:
    assert [state.value for state in TextState] == [
        "QUEUED", "SUBMITTING", "SENT", "DELIVERED", "FAILED", "UNKNOWN",
    ]  # fmt: skip
    assert {kind.value for kind in TextKind} >= {"missed_call", "reply", "forward", "notice", "test"}
