"""What the whole box sends at most, whoever rings or writes: through restarts, and clocks set wrong."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.core.outbox import TextKind
from appliance.core.policy import TEXT, Reason
from appliance.core.wording import missed_call_text
from appliance.drivers.backup import factory_reset, restore, write_backup
from tests.core.test_opt_out import STOPS
from tests.daemon_rig import ANN, BOB, OWNER, DaemonRig
from tests.fakes import MONDAY
from tests.texts_in import arrives, comes, pdus

OWNER_MOBILE = "+447700900999"
MINUTE, HOUR = 60.0, 3600.0
LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]  # a day takes a box half a minute
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    return DaemonRig(tmp_path, monkeypatch)


class Meter:
    """Counts what goes to the modem, by true time: that of the clock that only grows."""

    def __init__(self, rig: DaemonRig) -> None:
        self.rig = rig
        self.sent: list[tuple[float, str]] = []
        rig.on_write = self._written

    def _written(self, data: bytes) -> None:
        if b"\x1a" in data:
            self.rig.at(0.01, self._look)

    def _look(self) -> None:
        new = self.rig.sent[len(self.sent) :]
        self.sent += [(self.rig.clock.monotonic(), to) for to, _ in new]

    def to_callers(self) -> list[float]:
        return [at for at, to in self.sent if to != OWNER_MOBILE]

    def most_within(self, seconds: float) -> int:
        times = self.to_callers()
        return max((sum(0 <= other - one < seconds for other in times) for one in times), default=0)


def verdicts(rig: DaemonRig) -> Counter[str | None]:
    return Counter(call.verdict for call in rig.calls)


# One caller


def test_security_check_25_fifty_calls_of_one_number_in_an_hour_get_one_text(rig: DaemonRig) -> None:
    for half in range(2):
        for call in range(25):
            rig.ring(10 + call * 72, "+447700900123" if call % 2 else ANN, rings=1)
        rig.run(HOUR / 2)
        rig.again()
        assert verdicts(rig) == {TEXT: 1, Reason.TEXTED_RECENTLY: 24 + half * 25}
    rig.clock.advance(22.9 * HOUR)
    rig.ring(10, rings=1).ring(600, rings=1).run(700)
    assert [call.verdict for call in rig.calls[50:]] == [Reason.TEXTED_RECENTLY, TEXT]
    first, second = (text.queued_at for text in rig.of(TextKind.MISSED_CALL))
    assert second - first >= timedelta(days=1)
    assert len(rig.sent_to(ANN)) == 2


# Many callers


def nothing(_: DaemonRig, __: int) -> None:
    """Let the hour go by undisturbed."""


def restart(rig: DaemonRig, _: int) -> None:
    """Pull the plug between two stretches."""
    rig.again()


def step(rig: DaemonRig, stretch: int) -> None:
    """Set the clock on the wall wrong while it counts as sure, and right again."""
    errors = [timedelta(0), timedelta(days=400), -timedelta(days=300), timedelta(days=3650), timedelta(0)]
    true = MONDAY + timedelta(seconds=rig.clock.monotonic() - 1000)
    rig.clock.set_wall(true + errors[stretch])


def lose_the_time(rig: DaemonRig, stretch: int) -> None:
    """Start anew without knowing the time: in 1970, or ten years ahead; be told it a minute later."""
    rig.again()
    true = MONDAY + timedelta(seconds=rig.clock.monotonic() - 1000)
    rig.clock.believed = False
    rig.clock.set_wall(EPOCH if stretch % 2 else true + timedelta(days=3650))

    def told() -> None:
        rig.clock.believed = True
        rig.clock.set_wall(MONDAY + timedelta(seconds=rig.clock.monotonic() - 1000))

    rig.at(60, told)


IN_ONE_RUN = {nothing, step}


@pytest.mark.parametrize("disturb", [nothing, restart, step, lose_the_time])
def test_security_check_26_five_hundred_spoofed_callers_in_an_hour(
    rig: DaemonRig, disturb: Callable[[DaemonRig, int], None]
) -> None:
    meter = Meter(rig)
    for stretch in range(5):
        began = stretch * 720 if disturb in IN_ONE_RUN else 0
        if disturb in IN_ONE_RUN:
            rig.at(began, partial(disturb, rig, stretch))
        elif stretch:
            disturb(rig, stretch)
        for call in range(100):
            rig.ring(began + 5 + call * 7.1, f"07700 900{200 + stretch * 100 + call}", rings=1)
        if stretch == 4 or disturb not in IN_ONE_RUN:
            rig.run(began + 720)
    assert len(rig.calls) == 500
    assert set(verdicts(rig)) == {TEXT, Reason.LIMIT}
    assert meter.most_within(10 * MINUTE) == 10
    assert 50 <= len(meter.to_callers()) <= 60
    about_the_limit = [words for words in rig.told if "which is your limit" in words]
    assert len(about_the_limit) == 1 if disturb in {nothing, restart} else len(about_the_limit) >= 1
    assert len(rig.told) <= 10


def test_security_check_26_no_more_than_the_days_limit_until_midnight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = DaemonRig(tmp_path, monkeypatch, limits__per_day=3, nation="none")
    for call in range(6):
        rig.ring(10 + call * 660, f"07700 90020{call}", rings=1)
    rig.run(6 * 660)
    rig.again()
    rig.clock.set_wall(MONDAY + timedelta(hours=14, minutes=1))  # past midnight
    rig.ring(10, "07700 900300").run(60)
    assert [call.verdict for call in rig.calls] == [TEXT] * 3 + [Reason.LIMIT] * 3 + [TEXT]


# Clocks


def test_security_check_36_a_start_in_1970_and_ten_years_ahead_frees_no_limit(rig: DaemonRig) -> None:
    rig.ring(10).run(60)
    for wrong in (EPOCH, MONDAY + timedelta(days=3650), MONDAY - timedelta(days=900)):
        rig.again()
        rig.clock.believed = False
        rig.clock.set_wall(wrong)
        rig.ring(10).ring(60).run(100)
    assert verdicts(rig) == {TEXT: 1, Reason.TEXTED_RECENTLY: 6}
    starts = [call.started_at for call in rig.calls]
    assert starts == sorted(starts)
    assert {start.year for start in starts} == {2026}


def test_a_text_that_waits_is_not_too_old_because_the_clock_was_set_right(rig: DaemonRig) -> None:
    rig.modem.script("AT+CMGS", ("+CMS ERROR: 331",), ("> ",))
    rig.clock.believed = False
    rig.clock.set_wall(MONDAY - timedelta(hours=5))

    def told() -> None:
        rig.clock.believed = True
        rig.clock.set_wall(MONDAY)

    rig.ring(10).at(24, told).run(400)
    (text,) = rig.texts
    assert text.sent_at is not None
    assert text.queued_at > MONDAY - timedelta(minutes=1)


def test_a_text_that_waits_goes_though_the_clock_was_set_back_by_years(rig: DaemonRig) -> None:
    rig.modem.script("AT+CMGS", ("+CMS ERROR: 331",), ("> ",))
    rig.clock.set_wall(MONDAY + timedelta(days=3650))
    rig.ring(10).at(24, lambda: rig.clock.set_wall(MONDAY)).run(400)
    (text,) = rig.texts
    assert text.sent_at is not None
    assert text.sent_at < MONDAY + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (datetime(2026, 3, 29, 0, 40, tzinfo=UTC), "spring"),
        (datetime(2026, 10, 25, 0, 40, tzinfo=UTC), "autumn"),
    ],
)
def test_the_night_the_clocks_change_frees_no_limit(rig: DaemonRig, change: datetime, name: str) -> None:
    rig.clock.set_wall(change)
    for call in range(5):
        rig.ring(60 + call * 1800, ANN, rings=1)
    rig.run(3 * HOUR)
    assert verdicts(rig) == {TEXT: 1, Reason.TEXTED_RECENTLY: 4}, name


# Machines that answer


def answer_at_once(rig: DaemonRig, words: str) -> None:
    """Let whoever is texted answer a second later, without reading what it got."""
    answered: list[str] = []

    def look() -> None:
        for to, _ in rig.sent[len(answered) :]:
            answered.append(to)
            if to != OWNER_MOBILE:
                comes(rig, 1, words, "0" + to[3:])

    def written(data: bytes) -> None:
        if b"\x1a" in data:
            rig.at(0.05, look)

    rig.on_write = written


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving right now - I'll get back to you later.",
        "STOP",
        "Thanks for contacting Acme. We will get back to you.",
    ],
)
@pytest.mark.parametrize("hours", [1, pytest.param(24, marks=LONG)])
def test_security_check_28_against_a_machine_that_answers(rig: DaemonRig, words: str, hours: int) -> None:
    answer_at_once(rig, words)
    for call in range(12 * hours):
        rig.ring(10 + call * 300, ANN, rings=1)
    rig.run(hours * HOUR)
    texts = Counter(text.kind for text in rig.of(TextKind.MISSED_CALL, TextKind.ACKNOWLEDGEMENT))
    assert texts[TextKind.MISSED_CALL] == 1
    assert texts[TextKind.ACKNOWLEDGEMENT] == (1 if words == "STOP" else 0)
    assert len(rig.sent_to(ANN)) == sum(texts.values())


@pytest.mark.parametrize("words", ["Hello", "STOP", "START", "Missed call from 07700900456"])
def test_security_check_28_a_flood_of_texts_is_not_answered(rig: DaemonRig, words: str) -> None:
    flood = 100
    for count in range(flood):
        comes(rig, 10 + count * 3, words, f"07700 900{count % 50:03}")
    rig.run(10 + flood * 3 + 60)
    answered = Counter(to for to, _ in rig.sent if to != OWNER_MOBILE)
    assert set(answered.values()) <= {1}
    assert len(answered) == (10 if words == "STOP" else 0)
    assert rig.of(TextKind.MISSED_CALL) == []


@pytest.mark.parametrize(("hours", "repeat"), [(4, 1), pytest.param(7 * 24, 24, marks=LONG)])
def test_two_boxes_that_ring_and_text_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, repeat: int
) -> None:
    """The other box rings again and again, and says what ours would say."""
    rig = DaemonRig(tmp_path, monkeypatch, limits__per_caller_30_days=100, repeat_hours=repeat)
    answer_at_once(rig, missed_call_text(rig.settings.load(), None))
    for call in range(hours * 6):
        rig.ring(10 + call * 600, BOB, rings=1)
    rig.run(hours * HOUR)
    sent = [text.queued_at for text in rig.of(TextKind.MISSED_CALL)]
    assert len(sent) == hours // repeat
    assert all(later - one >= timedelta(hours=repeat) for one, later in pairwise(sent))
    assert {text.kind for text in rig.texts} <= {TextKind.MISSED_CALL, TextKind.FORWARD}


# STOP


STOP_MATRIX = [*STOPS[:15], "STOP \U0001f6d1", "Please stop these texts. " + "Really, I mean it. " * 9]


@pytest.mark.parametrize("words", STOP_MATRIX)
def test_security_check_30_after_a_stop_however_it_is_put_there_is_no_text_until_start(
    rig: DaemonRig, words: str
) -> None:
    parts = 2 if len(words) > 160 else 1
    for part, pdu in enumerate(pdus(words, ucs2=not words.isascii(), parts=parts)):
        arrives(rig, 10 + part, pdu)
    rig.ring(30).run(80)
    assert verdicts(rig) == {Reason.STOPPED: 1}
    rig.journal.erase("+447700900123")
    rig.journal.purge(rig.clock.now() + timedelta(days=1))
    rig.again()
    rig.ring(10)
    comes(rig, 60, "START")
    rig.ring(90).run(140)
    assert verdicts(rig) == {Reason.STOPPED: 1, TEXT: 1}


def test_security_check_30_a_stop_outlives_an_older_backup_and_a_factory_reset(rig: DaemonRig) -> None:
    backup = io.BytesIO()
    write_backup(rig.data, "three blue mugs", backup, rig.clock.now())  # made before they said STOP
    comes(rig, 10, "STOP")
    rig.run(40)
    backup.seek(0)
    restore(rig.data, "three blue mugs", backup)
    assert rig.calls == []
    rig.again()
    rig.ring(10).run(60)
    assert verdicts(rig) == {Reason.STOPPED: 1}
    factory_reset(rig.data)
    rig.set(**OWNER)
    rig.again()
    rig.ring(10)
    comes(rig, 60, "START")
    rig.ring(90).run(140)
    assert verdicts(rig) == {Reason.STOPPED: 1, TEXT: 1}
