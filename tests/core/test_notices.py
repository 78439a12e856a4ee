"""What the owner is told by text, and how seldom."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import notices
from appliance.core.notices import (
    MOST_A_DAY,
    MOST_ABOUT_CALLS_A_DAY,
    Board,
    Concern,
    Kind,
    from_record,
    tell,
    to_record,
)
from appliance.modem import gsm7

NOW = datetime(2026, 11, 23, 13, 10, tzinfo=ZoneInfo("Europe/London"))
AT = NOW - timedelta(minutes=28)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Owner:
    """Somebody who gets what `tell` has to say."""

    board: Board = field(default_factory=Board)
    texts: list[str] = field(default_factory=list)

    def hear(
        self, concerns: Iterable[Concern | None], now: datetime = NOW, *, can_send: bool = True
    ) -> list[str]:
        self.board, said = tell(self.board, filter(None, concerns), now, can_send=can_send)
        words = [notice.words for notice in said]
        self.texts += words
        return words


def off(hours: float) -> Concern:
    concern = notices.back(NOW - timedelta(hours=hours), NOW)
    assert concern is not None
    return concern


TEXTS = {
    "Somebody rang at 12:42pm and hid their number, so they got no text.": notices.withheld(AT),
    "01632 960123 rang at 12:42pm. It is a landline, so it got no text. Ring them back.": notices.landline(
        "a", "01632 960123", AT
    ),
    "The text to Mrs Patel may not have gone. Ring them, or send it again on the page.": notices.uncertain(
        7, "Mrs Patel", AT
    ),
    "60 texts have gone today, which is your limit. "
    "Other callers are listed but get no text till it clears.": notices.limit(60, "day", NOW),
    "10 texts have gone in 10 minutes, which is your limit. "
    "Other callers are listed but get no text till it clears.": notices.limit(10, "10 minutes", NOW),
    "From 12:42pm no texts went out. They do again now. Who got none is on the page.": notices.sends_failing(
        AT
    ),
    "The box was off since yesterday at 1:10pm. It is back on. See the page for calls it missed.": off(24),
    "The box was off since Friday at 1:10pm. It is back on. See the page for calls it missed.": off(72),
    "There is another SIM in the box. Texts now come from its number. "
    "If that was not you, check the box.": notices.sim_changed("b", NOW),
}


@pytest.mark.parametrize(("words", "concern"), TEXTS.items())
def test_each_notice_is_one_part_in_plain_words(words: str, concern: Concern) -> None:
    owner = Owner()
    assert [*owner.hear([concern]), *owner.hear([])] == [words]
    assert len(gsm7.split(words).texts) == 1
    assert "!" not in words


@pytest.mark.parametrize("concern", TEXTS.values(), ids=[words[:20] for words in TEXTS])
def test_what_goes_on_is_told_once(concern: Concern) -> None:
    owner = Owner()
    for minute in range(30):
        owner.hear([concern], NOW + minute * MINUTE)
    owner.hear([], NOW + 30 * MINUTE)
    assert len(owner.texts) == 1


def test_a_second_withheld_call_is_told_only_hours_later() -> None:
    owner = Owner()
    for minute in range(0, 9 * 60, 20):
        at = NOW + minute * MINUTE
        owner.hear([notices.withheld(at)], at)
    assert len(owner.texts) == 3


def test_each_landline_is_told_once_a_day() -> None:
    owner = Owner()
    for hour in range(30):
        at = NOW + hour * HOUR
        owner.hear([notices.landline("a", "01632 960123", at)], at)
        owner.hear([notices.landline("b", "01632 960456", at)], at)
    assert len(owner.texts) == 4


def test_a_text_that_is_settled_and_another_that_is_not_are_told_one_by_one() -> None:
    owner = Owner()
    first, second = notices.uncertain(1, "07700 900123", AT), notices.uncertain(2, "07700 900456", AT)
    assert len(owner.hear([first])) == 1
    assert owner.hear([first, second])[0].startswith("The text to 07700 900456 ")
    owner.hear([second])
    assert owner.hear([first, second])[0].startswith("The text to 07700 900123 ")


def test_several_of_a_kind_share_one_text() -> None:
    unknown = [notices.uncertain(count, f"07700 90000{count}", AT) for count in range(3)]
    assert Owner().hear(unknown) == [
        "3 texts may not have gone. See the page. They are to 07700 900000, 07700 900001, 07700 900002"
    ]
    lines = [notices.landline(str(count), f"01632 96000{count}", AT) for count in range(2)]
    assert Owner().hear(lines) == [
        "2 landlines rang and got no text. Ring them back: 01632 960000, 01632 960001"
    ]


def test_many_of_a_kind_are_cut_to_one_part() -> None:
    (words,) = Owner().hear(
        [notices.landline(str(count), f"01632 9600{count:02}", AT) for count in range(99)]
    )
    assert words.endswith("...")
    assert len(gsm7.split(words).texts) == 1


def test_nothing_is_told_while_texts_do_not_go_out() -> None:
    owner = Owner()
    assert owner.hear(TEXTS.values(), can_send=False) == []
    owner.hear([], NOW + MINUTE, can_send=False)
    told = owner.hear([], NOW + 2 * MINUTE)
    assert len(told) == len({concern.kind for concern in TEXTS.values()}) - 1
    assert not any("may not have gone" in words for words in told)  # it is settled meanwhile


def test_failing_sends_are_told_when_they_no_longer_fail() -> None:
    owner = Owner()
    for minute in range(60):
        assert owner.hear([notices.sends_failing(AT)], NOW + minute * MINUTE, can_send=False) == []
    assert len(owner.hear([], NOW + HOUR)) == 1
    assert owner.hear([], NOW + HOUR + MINUTE) == []


def test_failing_again_is_told_again() -> None:
    owner = Owner()
    for hour in (0, 1):
        owner.hear([notices.sends_failing(AT)], NOW + hour * HOUR, can_send=False)
        owner.hear([], NOW + hour * HOUR + MINUTE)
    assert len(owner.texts) == 2


def test_news_that_waited_too_long_is_not_told() -> None:
    owner = Owner()
    owner.hear([notices.withheld(NOW), off(1)], can_send=False)
    assert owner.hear([], NOW + 5 * HOUR) == []


def test_an_old_call_is_no_news() -> None:
    old = NOW - 30 * HOUR
    assert Owner().hear([notices.withheld(old), notices.landline("a", "01632 960123", old)]) == []


def test_a_limit_is_told_once_a_day_however_often_it_clears() -> None:
    owner = Owner()
    for minute in range(0, 10 * 60, 10):
        at = NOW + minute * MINUTE
        owner.hear([notices.limit(10, "10 minutes", at)], at)
        owner.hear([], at + 5 * MINUTE)
    assert len(owner.texts) == 1
    owner.hear([notices.limit(60, "day", NOW + 11 * HOUR)], NOW + 11 * HOUR)
    assert len(owner.texts) == 2


@pytest.mark.parametrize(("minutes", "told"), [(0, 0), (10, 0), (11, 1), (60 * 24 * 30, 1), (-5, 0)])
def test_being_off_is_told_from_ten_minutes_on(minutes: int, told: int) -> None:
    assert len(Owner().hear([notices.back(NOW - minutes * MINUTE, NOW)])) == told


def test_when_the_power_went_is_not_claimed_where_it_is_not_known() -> None:
    owner = Owner()
    concern = notices.back(NOW - 2 * HOUR, NOW, surely=False)
    assert owner.hear([concern]) == [
        "The box lost its power some time after 11:10am. It is back on. See the page for calls it missed."
    ]
    assert notices.back(NOW - 10 * MINUTE, NOW, surely=False) is None


def test_strangers_cannot_make_the_box_text_its_owner_all_day() -> None:
    owner = Owner()
    for count in range(500):
        at = NOW + count * 7 * timedelta(seconds=1)
        owner.hear([notices.landline(str(count), f"01632 960{count:03}", at), notices.withheld(at)], at)
    assert len(owner.texts) == MOST_ABOUT_CALLS_A_DAY
    assert len(owner.hear([notices.sim_changed("b", NOW + HOUR)], NOW + HOUR)) == 1


def test_a_fault_waits_for_room_where_calls_do_not() -> None:
    owner = Owner()
    for count in range(MOST_A_DAY):
        owner.hear([notices.sim_changed(str(count), NOW + count * MINUTE)], NOW + count * MINUTE)
    stuck = notices.uncertain(1, "07700 900123", NOW)
    assert owner.hear([stuck, notices.withheld(NOW + HOUR)], NOW + HOUR) == []
    assert len(owner.hear([stuck], NOW + DAY + HOUR)) == 1


def test_the_most_urgent_is_told_first() -> None:
    told = Owner().hear(TEXTS.values())
    assert len(told) == len(Kind) - 1  # texts go out, so there is no telling yet that they did not
    assert told[0].startswith("There is another SIM")
    assert told[-1].startswith("Somebody rang")


def test_what_was_told_is_not_told_again_after_a_restart() -> None:
    owner = Owner()
    ongoing = [concern for concern in TEXTS.values() if not concern.owed]
    owner.hear(ongoing)
    kept = json.loads(json.dumps(to_record(owner.board)))
    assert "900123" not in json.dumps(kept)
    assert "960123" not in json.dumps(kept)
    assert Owner(from_record(kept)).hear(ongoing, NOW + MINUTE) == []


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"told": 5, "sent": None},
        {"told": [[1, 2, 3], ["limit", "", "x"], ["limit"]], "sent": [["limit", "x"], ["?", None]]},
    ],
)
def test_a_board_that_cannot_be_read_is_an_empty_one(record: dict[str, object]) -> None:
    assert from_record(record) == Board()


def test_a_clock_that_was_years_ahead_silences_nothing() -> None:
    owner = Owner()
    future = NOW.replace(year=2036)
    owner.hear([notices.sim_changed(str(count), future) for count in range(5)], future)
    for count in range(MOST_A_DAY):
        owner.hear([notices.sim_changed(f"x{count}", future)], future)
    assert owner.hear([notices.limit(60, "day", NOW), notices.sim_changed("1", NOW)]) != []


@given(
    st.lists(
        st.tuples(st.sampled_from(list(TEXTS.values())), st.integers(0, 200), st.booleans()), max_size=80
    )
)
def test_never_more_than_ten_a_day(story: list[tuple[Concern, int, bool]]) -> None:
    owner, now, times = Owner(), NOW.astimezone(UTC), []
    for concern, minutes, can_send in story:
        now += minutes * MINUTE
        times += [now] * len(owner.hear([concern], now.astimezone(NOW.tzinfo), can_send=can_send))
    assert all(sum(at <= other < at + DAY for other in times) <= MOST_A_DAY for at in times)


def test_every_kind_has_words_and_no_number_is_in_a_log() -> None:
    assert {concern.kind for concern in TEXTS.values()} == set(Kind)
    assert "960123" not in repr(notices.landline("a", "01632 960123", AT))
