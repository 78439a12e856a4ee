"""Each rule as the whole box keeps it: from what the modem says to the verdict that the page explains."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from appliance.core import explain
from appliance.core.calls import Source
from appliance.core.contacts import Contact
from appliance.core.hours import LONDON
from appliance.core.lists import NumberList
from appliance.core.outbox import TextKind, TextState
from appliance.core.policy import TEXT, Reason
from appliance.drivers.journal import Incoming
from appliance.drivers.settings_file import SettingsFile
from tests.daemon_rig import ANN, BOB, DaemonRig
from tests.fakes import MONDAY
from tests.scripted_modem import AFTER_CTRL_Z, PROMPT, SEND
from tests.texts_in import arrives, comes, pdus

OWNER_MOBILE = "07700900999"
HOUR = 3600.0


class MakeRig(Protocol):
    """Puts a box on the desk, with these settings beside its owner's."""

    def __call__(self, **settings: object) -> DaemonRig: ...


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRig:
    return lambda **settings: DaemonRig(tmp_path, monkeypatch, **settings)


@pytest.fixture
def rig(make: MakeRig) -> DaemonRig:
    return make()


def verdicts(rig: DaemonRig) -> list[str | None]:
    return [call.verdict for call in rig.calls]


def sentences(rig: DaemonRig) -> list[str]:
    """Return what the page says of each call, at the moment."""
    now = rig.clock.now().astimezone(LONDON)
    return [explain.sentence(call.verdict, call.record or {}, now) for call in rig.calls]


# Who is never texted, and who always


def test_who_is_on_the_never_list_gets_no_text_from_the_next_call_on(rig: DaemonRig) -> None:
    rig.ring(10).at(40, lambda: SettingsFile(rig.data).people.set_list(BOB, NumberList.NEVER))
    rig.ring(60, BOB).run(100)
    assert verdicts(rig) == [TEXT, Reason.NEVER_TEXT]
    assert sentences(rig)[1] == "No text: they are on your never-text list."


def test_who_is_on_the_always_list_is_texted_when_closed_paused_and_again(make: MakeRig) -> None:
    rig = make(hours__mon="closed", text__closed="", paused_until="2026-12-24T10:00:00Z")
    rig.settings.people.set_list(ANN, NumberList.ALWAYS)
    rig.ring(10).ring(60, BOB).ring(120).run(160)
    assert verdicts(rig) == [TEXT, Reason.PAUSED, TEXT]
    assert [len(rig.sent_to(who)) for who in (ANN, BOB)] == [2, 0]
    assert "on a job" in rig.sent_to(ANN)[0]  # there is no closed text: it is the one for opening hours


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("everyone", [TEXT, TEXT, TEXT]),
        ("not-contacts", [Reason.NEVER_TEXT, TEXT, TEXT]),
        ("strangers", [Reason.NEVER_TEXT, Reason.NEVER_TEXT, TEXT]),
    ],
)
def test_the_owner_says_which_callers_get_a_text(make: MakeRig, who: str, expected: list[str]) -> None:
    rig = make(who=who)
    rig.settings.people.replace_contacts([Contact("Gran", ("+447700900123",))])
    comes(rig, 5, "Can you come on Monday", BOB)
    rig.ring(20).ring(60, BOB).ring(100, "07700900777").run(140)
    assert verdicts(rig) == expected


def test_a_first_call_does_not_make_its_caller_known(make: MakeRig) -> None:
    rig = make(who="strangers")
    rig.ring(10).run(60)
    assert verdicts(rig) == [TEXT]


# Why, with the facts


def test_the_page_can_say_when_they_were_texted(rig: DaemonRig) -> None:
    rig.ring(10).ring(HOUR).run(HOUR + 60)
    assert sentences(rig) == ["", "No text: we texted them at 10am."]


def test_who_the_owner_wrote_to_is_left_to_the_owner(rig: DaemonRig) -> None:
    def write() -> None:
        rig.journal.queue_text(to="+447700900123", body="On my way", kind=TextKind.REPLY, at=rig.clock.now())

    rig.at(5, write).ring(600).run(700)
    assert verdicts(rig) == [Reason.IN_CONVERSATION]
    assert sentences(rig) == ["No text: you wrote to them at 10am."]


def test_every_verdict_is_stored_with_its_facts(make: MakeRig) -> None:
    rig = make(limits__per_10_minutes=1, min_ring_seconds=4)
    rig.ring(10, BOB, rings=1).ring(60).ring(120, "07700900777").ring(180, "01632960123").run(240)
    assert [call.record for call in rig.calls] == [
        {"seconds": 2, "limit": 4},
        None,
        {"texts": 1, "limit": 1, "per": "10 minutes"},
        {"kind": "UK_LANDLINE"},
    ]


# STOP and START


def test_a_stop_is_kept_and_acknowledged_once_and_start_lifts_it(rig: DaemonRig) -> None:
    comes(rig, 10, "Stop pls")
    comes(rig, 20, "STOP")
    rig.ring(40)
    comes(rig, 80, "START")
    rig.ring(100).run(150)
    assert verdicts(rig) == [Reason.STOPPED, TEXT]
    acknowledged = [text.body for text in rig.of(TextKind.ACKNOWLEDGEMENT)]
    assert acknowledged == [
        "OK, no more automatic texts from Dave Smith Plumbing. Text START if you want them again."
    ]
    meanings = [message.meaning for message in messages(rig)]
    assert meanings == ["stop", "stop", "start"]


def test_a_text_that_still_waits_is_not_sent_after_a_stop(rig: DaemonRig) -> None:
    rig.modem.script(AFTER_CTRL_Z, ("+CMS ERROR: 38",), ("+CMGS: 7", "OK"))
    rig.ring(10)
    comes(rig, 30, "STOP")
    rig.run(400)
    (text,) = rig.of(TextKind.MISSED_CALL)
    assert (text.state, text.reason) == (TextState.FAILED, "They texted STOP before it went.")
    assert len(rig.sent_to(ANN)) == 2  # the one that was refused, and the acknowledgement


def messages(rig: DaemonRig) -> list[Incoming]:
    ids = [int(str(row["id"])) for row in rig.journal.export() if row.get("direction") == "in"]
    found = [rig.journal.message(message_id) for message_id in ids]
    return [message for message in found if message is not None]


# The network's own alerts


def test_a_call_the_network_tells_of_is_listed_and_never_texted(rig: DaemonRig) -> None:
    comes(rig, 10, "You have a missed call from 07700900456 at 09:30 on 23/11", "EE")
    rig.run(60)
    (call,) = rig.calls
    assert (call.number, call.source, call.verdict) == (BOB, Source.ALERT, Reason.TOO_LATE)
    assert call.started_at == MONDAY - timedelta(minutes=30)
    assert sentences(rig) == ["No text: we only heard of this call by text. Ring them back."]
    assert rig.sent_to(BOB) == []


def test_a_call_that_was_heard_is_not_listed_again_by_its_alert(rig: DaemonRig) -> None:
    rig.ring(10, BOB)
    comes(rig, 40, "You have a missed call from 07700900456 at 10:00 on 23/11", "EE")
    comes(rig, 50, "Missed call from 07700 900456", "EE")
    rig.run(90)
    assert [(call.source, call.verdict) for call in rig.calls] == [(Source.RING, TEXT)]


def test_an_alert_from_a_person_is_only_a_text(rig: DaemonRig) -> None:
    comes(rig, 10, "You have a missed call from 07700900456")
    rig.run(40)
    assert rig.calls == []
    assert [message.meaning for message in messages(rig)] == ["reply"]


# Copies for the owner


def test_the_owners_copy_names_who_is_known(rig: DaemonRig) -> None:
    rig.settings.people.add_name(ANN, "Mrs Patel")
    comes(rig, 10, "Boiler shows F28")
    comes(rig, 20, "Leak under the sink", BOB)
    rig.run(60)
    assert rig.sent_to(OWNER_MOBILE) == [
        "Mrs Patel 07700 900123: Boiler shows F28",
        "07700 900456: Leak under the sink",
    ]


def test_a_flood_of_texts_does_not_become_one_at_the_owners_cost(rig: DaemonRig) -> None:
    for count in range(60):
        comes(rig, 10 + count * 5, f"Flood {count}")
    rig.run(500)
    assert len(messages(rig)) == 60
    assert len(rig.of(TextKind.FORWARD)) == 20


def test_a_text_read_from_the_sim_again_is_acted_on_once(rig: DaemonRig) -> None:
    comes(rig, 10, "Boiler shows F28")
    rig.modem.refuse("AT+CMGD")  # the SIM keeps it
    rig.run(60)
    rig.again()
    rig.run(60)
    assert len(messages(rig)) == len(rig.of(TextKind.FORWARD)) == 1


def test_a_text_of_which_a_part_never_came_is_copied_as_far_as_it_came(rig: DaemonRig) -> None:
    first, _lost = pdus("The boiler in the kitchen shows F28", parts=2)
    arrives(rig, 10, first)
    rig.run(60)
    rig.clock.advance(4 * 24 * HOUR)
    rig.again()
    rig.run(60)
    (copied,) = rig.of(TextKind.FORWARD)
    assert copied.body.split() == [
        "07700",
        "900123:",
        "The",
        "boiler",
        "in",
        "the",
        "[part",
        "2",
        "of",
        "2",
        "did",
        "not",
        "arrive]",
    ]


# What the page shows after a restart


def test_when_the_last_text_went_is_known_after_a_restart(rig: DaemonRig) -> None:
    rig.ring(10).run(60)
    sent_at = rig.texts[0].sent_at
    rig.again()
    rig.run(20)
    assert rig.status.written[-1].last_text == sent_at is not None


def test_a_part_that_was_not_ready_for_a_while_still_has_its_one_more_try(rig: DaemonRig) -> None:
    once = "+CMS ERROR: 21"  # refused: worth one more try, and no third
    rig.modem.script(AFTER_CTRL_Z, (once,), ("+CMGS: 7", "OK"))
    rig.modem.script(SEND, ("+CMS ERROR: 500",), (PROMPT,))
    rig.ring(10).run(900)
    assert [text.state for text in rig.texts] == [TextState.SENT]
