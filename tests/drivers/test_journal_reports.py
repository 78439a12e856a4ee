"""The journal as a whole: events, counts, and the export in order of time."""

from __future__ import annotations

import json
from typing import Any

from appliance.core.outbox import TextKind
from appliance.drivers.journal import Counts, Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, wrote


def exported(journal: Journal, **since: Any) -> list[dict[str, Any]]:
    """The export, after the journey through JSON that it is for."""
    return [json.loads(json.dumps(item)) for item in journal.export(**since)]


def test_events_come_newest_first(journal: Journal) -> None:
    journal.event("started", MONDAY)
    newest = journal.event("modem_lost", after(hours=1), "unplugged")
    (event,) = journal.events(limit=1)
    assert (event.id, event.name, event.detail, event.at) == (
        newest,
        "modem_lost",
        "unplugged",
        after(hours=1),
    )
    assert [event.name for event in journal.events(limit=5, before=newest)] == ["started"]


def test_only_the_newest_thousand_events_are_kept(journal: Journal) -> None:
    with journal.transaction():
        for number in range(1005):
            journal.event("started", MONDAY, str(number))
    kept = journal.events(limit=2000)
    assert [kept[0].detail, kept[-1].detail, len(kept)] == ["1004", "5", 1000]


def test_the_last_event_of_a_name_is_found(journal: Journal) -> None:
    journal.event("limit", MONDAY)
    last = journal.event("limit", after(hours=1))
    journal.event("started", after(hours=2))
    found = journal.last_event("limit")
    assert found is not None
    assert found.id == last
    assert journal.last_event("modem_lost") is None


def test_a_day_is_counted_in_calls_missed_texted_and_people_who_wrote_back(journal: Journal) -> None:
    missed_call(journal, ANN)
    sent(journal, ANN)
    missed_call(journal, BOB)
    queued(journal, BOB)
    wrote(journal, ANN, "One", after(minutes=1))
    wrote(journal, ANN, "Two", after(minutes=2))
    assert journal.counts_today(MONDAY) == Counts(missed=2, texted=1, wrote_back=1)


def test_who_was_never_texted_did_not_write_back(journal: Journal) -> None:
    wrote(journal, BOB, "Out of the blue")
    sent(journal, BOB, after(minutes=5))
    assert journal.counts_today(MONDAY).wrote_back == 0


def test_replies_of_the_owner_are_not_counted_as_callers_texted(journal: Journal) -> None:
    text_id = queued(journal, kind=TextKind.REPLY)
    journal.part_submitting(text_id, 1, MONDAY)
    journal.part_sent(text_id, 1, 7, MONDAY)
    assert journal.counts_today(MONDAY).texted == 0


def test_a_week_is_counted_day_by_day_from_midnight_to_midnight(journal: Journal) -> None:
    missed_call(journal, ANN, after(hours=-1))
    missed_call(journal, ANN, MONDAY)
    missed_call(journal, ANN, after(hours=23, minutes=59))
    missed_call(journal, ANN, after(days=1))
    days = journal.counts_by_day([after(days=day) for day in (-1, 0, 1, 2)])
    assert [day.missed for day in days] == [1, 2, 1]


def test_the_export_joins_a_call_and_its_text(journal: Journal) -> None:
    call_id = missed_call(journal, ANN)
    text_id = journal.queue_text(
        to=ANN, body="Sorry", parts=1, kind=TextKind.MISSED_CALL, at=after(seconds=19), call_id=call_id
    )
    journal.part_submitting(text_id, 1, after(seconds=20))
    journal.part_sent(text_id, 1, 7, after(seconds=22))
    call, text = exported(journal)
    assert call == {
        "id": call_id,
        "kind": "call",
        "time": "2026-11-23T10:00:00.000Z",
        "number": ANN,
        "presentation": "allowed",
        "started_at": "2026-11-23T10:00:00.000Z",
        "ended_at": "2026-11-23T10:00:18.000Z",
        "rings": 3,
        "outcome": "missed",
        "verdict": "TEXT",
        "source": "ring",
        "record": None,
        "text_id": text_id,
        "state": "missed",
        "reason": "TEXT",
    }
    assert text == {
        "id": text_id,
        "kind": "text",
        "direction": "out",
        "text_kind": "missed_call",
        "call_id": call_id,
        "time": "2026-11-23T10:00:19.000Z",
        "number": ANN,
        "to": ANN,
        "body": "Sorry",
        "parts": 1,
        "state": "SENT",
        "reason": None,
        "queued_at": "2026-11-23T10:00:19.000Z",
        "submitted_at": "2026-11-23T10:00:20.000Z",
        "sent_at": "2026-11-23T10:00:22.000Z",
        "delivered_at": None,
    }


def test_a_call_without_a_text_says_so(journal: Journal) -> None:
    missed_call(journal, None, verdict="WITHHELD")
    (call,) = exported(journal)
    assert (call["text_id"], call["number"], call["verdict"]) == (None, None, "WITHHELD")


def test_a_text_that_came_in_says_from_whom(journal: Journal) -> None:
    wrote(journal, ANN, "Boiler")
    (text,) = exported(journal)
    assert (text["kind"], text["direction"], text["from"], text["body"]) == ("text", "in", ANN, "Boiler")
    assert text["sent_at"] == "2026-11-23T10:00:00.000Z"


def test_an_event_says_its_name_and_detail(journal: Journal) -> None:
    journal.event("modem_lost", MONDAY, "unplugged")
    (event,) = exported(journal)
    assert (event["kind"], event["state"], event["reason"], event["number"]) == (
        "event",
        "modem_lost",
        "unplugged",
        None,
    )


def test_the_export_stands_in_the_order_of_time(journal: Journal) -> None:
    wrote(journal, ANN, at=after(minutes=5))
    missed_call(journal, BOB, after(minutes=3))
    journal.event("started", MONDAY)
    queued(journal, BOB, after(minutes=4))
    missed_call(journal, ANN, after(minutes=9))
    assert [item["kind"] for item in exported(journal)] == ["event", "call", "text", "text", "call"]
    assert [item["kind"] for item in exported(journal, since=after(minutes=5))] == ["text", "call"]


def test_at_one_moment_the_call_stands_before_its_text_and_that_before_the_event(journal: Journal) -> None:
    journal.event("limit", MONDAY)
    wrote(journal)
    queued(journal, call_id=missed_call(journal))
    items = exported(journal)
    assert [(item["kind"], item.get("direction")) for item in items] == [
        ("call", None),
        ("text", "out"),
        ("text", "in"),
        ("event", None),
    ]


def test_the_export_is_of_one_moment_and_holds_nobody_up(journal: Journal) -> None:
    missed_call(journal, ANN)
    reading = journal.export()
    first = next(reading)
    missed_call(journal, BOB)
    assert [first["number"], *(item["number"] for item in reading)] == [ANN]
    assert len(exported(journal)) == 2
