"""Every family of modems through every story, on a real pty: one box each, brought up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextState
from appliance.core.policy import TEXT, Reason
from appliance.simulator import PERSONALITIES
from tests.families.box import FamilyBox, starts_aloud
from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.drivers.journal import Call, Text
    from appliance.simulator.emulated import CallDetails

EVERY = 0.2  # seconds between two rings
KNOWN_NOT_TO_TELL = {"plain"}  # no list of calls and no line of its own: nobody can know that it was answered
KNOWN_AS = {
    "ledger": "emulated-ledger",
    "simcom-7600": "simcom-4g",
    "simcom-7600-end": "simcom-4g",
    "a76xx": "simcom-4g",
    "ec25": "quectel",
    "plain": "generic",
}
FAMILIES = [row for row in PERSONALITIES.values() if row.takes_calls]
LONG = "".join(
    f"Part {n} of the boiler's story 🔥. " + "The pilot light went out again. " * 2 for n in range(1, 4)
)


@pytest.fixture(scope="module", params=FAMILIES, ids=lambda row: row.name)
def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FamilyBox]:
    # One that does not say that it has started anew is found out in a call, and asked again who rings: 1 s.
    limit = 1 if starts_aloud(request.param) else 2
    if request.param.name in KNOWN_NOT_TO_TELL:  # only the silence ends a call: 1.3 s, with these rings
        limit = 3
    folder = tmp_path_factory.mktemp(request.param.name)
    with FamilyBox(folder, request.param, ring_seconds=limit) as box:
        yield box


def rings(box: FamilyBox, number: str, details: CallDetails) -> Call:
    """Let somebody ring, and return what became of it once it is over."""
    known = [call.id for call in box.calls()]
    wait_for(lambda: box.modem.call(number, **details) is not None, what="the network")
    call = box.next_call(known)
    wait_for(lambda: not box.modem.calls, what="the line to be free")
    return call


def its_text(box: FamilyBox, call: Call) -> Text:
    """Return the one text of a call, once the network has it."""

    def gone() -> bool:
        return any(text.state in (TextState.SENT, TextState.DELIVERED) for text in box.texts_of(call))

    wait_for(gone, what="the text to go")
    (text,) = box.texts_of(call)
    assert box.sent_to(text.to) == 1
    return text


def test_it_is_known_for_what_it_is(box: FamilyBox) -> None:
    name = KNOWN_AS.get(box.family, box.family)
    assert wait_for(box.recognised_as, what="the family to be shown") == name


def test_a_missed_call_gets_one_text_and_its_report(box: FamilyBox) -> None:
    box.modem.reports(0x00, delay=0.05)
    call = rings(box, "07700900101", {"rings": 3, "interval": EVERY})
    assert (call.number, call.outcome, call.verdict, call.rings) == ("07700900101", Outcome.MISSED, TEXT, 3)
    text = its_text(box, call)
    assert text.to == "+447700900101"
    wait_for(lambda: its_text(box, call).state is TextState.DELIVERED, what="the status report")


def test_a_withheld_caller_gets_none(box: FamilyBox) -> None:
    sent = len(box.modem.sent)
    call = rings(box, "07700900102", {"rings": 2, "interval": EVERY, "withheld": True})
    assert (call.number, call.presentation) == (None, Presentation.WITHHELD)
    assert (call.outcome, call.verdict) == (Outcome.MISSED, Reason.WITHHELD)
    assert box.texts_of(call) == []
    assert len(box.modem.sent) == sent


def test_a_number_that_comes_with_the_second_ring_is_in_time(box: FamilyBox) -> None:
    call = rings(box, "07700900103", {"rings": 3, "interval": EVERY, "clip": "second-ring"})
    assert (call.number, call.outcome, call.verdict) == ("07700900103", Outcome.MISSED, TEXT)
    assert its_text(box, call).to == "+447700900103"


def test_a_call_that_somebody_answers_gets_none(box: FamilyBox) -> None:
    if box.family in KNOWN_NOT_TO_TELL:
        return
    talk: CallDetails = {"rings": 9, "interval": EVERY, "answered_after": 0.1, "talk": 0.6}
    call = rings(box, "07700900104", talk)
    assert (call.outcome, call.verdict) == (Outcome.ANSWERED, Reason.ANSWERED)
    assert box.texts_of(call) == []


def test_a_phone_that_rings_too_long_is_hung_up_on_and_texted(box: FamilyBox) -> None:
    call = rings(box, "07700900105", {"rings": 40, "interval": EVERY})
    assert (call.number, call.outcome, call.verdict) == ("07700900105", Outcome.REJECTED, TEXT)
    assert call.rings < 20
    assert its_text(box, call).to == "+447700900105"


def test_a_text_comes_in_and_leaves_the_sim(box: FamilyBox) -> None:
    box.modem.text("+447700900106", "Boiler shows F28")
    wait_for(lambda: box.written_by("+447700900106") == ["Boiler shows F28"], what="the text")
    wait_for(lambda: box.stored() == 0, what="the SIM to be empty")


def test_a_text_of_five_parts_comes_in_whole(box: FamilyBox) -> None:
    box.modem.text("+447700900107", LONG, order=(2, 0, 4, 1, 3), careless=True)
    wait_for(lambda: box.written_by("+447700900107") == [LONG], what="the text")
    wait_for(lambda: box.stored() == 0, what="the SIM to be empty")


def test_after_all_that_it_is_as_ready_as_before(box: FamilyBox) -> None:
    assert box.times_ready() == 1, "nothing of it made the box lose its modem"
    numbers = [sent.number for sent in box.modem.sent]
    assert len(numbers) == len(set(numbers)), "nobody was texted twice"
    box.modem.reboot()
    if box.says_when_it_starts:
        box.wait_until_ready(times=2)
    # One that says nothing is found out in the middle of this call, and asked again who rings.
    count = 2 if box.says_when_it_starts else 30
    call = rings(box, "07700900108", {"rings": count, "interval": EVERY})
    assert (call.number, call.verdict) == ("07700900108", TEXT)
    its_text(box, call)
    assert box.times_ready() == 2
