"""What leaves the journal: everything about one person, and the calls as a table no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from appliance.core.outbox import TextKind
from appliance.drivers.journal import Journal
from tests.drivers.stories import ANN, BOB, MONDAY, after, missed_call, queued, sent, wrote

OWNER = "+447700900999"


def to_the_owner(journal: Journal, words: str, kind: TextKind, incoming_id: int | None = None) -> int:
    return journal.queue_text(
        to=OWNER, body=words, parts=1, kind=kind, at=after(hours=1), incoming_id=incoming_id
    )


def test_security_check_39_an_export_holds_every_row_about_a_person_and_none_about_others(
    journal: Journal,
) -> None:
    call_id = missed_call(journal, ANN)
    text_id = queued(journal, ANN, after(seconds=20), call_id=call_id)
    wrote_id = wrote(journal, ANN, "Boiler", after(minutes=4))
    copy_id = to_the_owner(journal, "Boiler", TextKind.FORWARD, wrote_id)
    notice_id = to_the_owner(journal, "Ring back 07700 900123", TextKind.NOTICE)
    journal.event("doubtful_text", after(hours=2), "to 07700900123")
    missed_call(journal, BOB)
    other_id = wrote(journal, BOB, "Hello")
    to_the_owner(journal, "Hello", TextKind.FORWARD, other_id)
    to_the_owner(journal, "Ring back 07700 900456", TextKind.NOTICE)
    journal.event("started", MONDAY)

    who, *found = journal.export_person("07700 900123")
    assert who == {"kind": "person", "number": ANN, "wants_no_texts": False}
    assert [(item["kind"], item["id"]) for item in found] == [
        ("call", call_id),
        ("text", text_id),
        ("text", wrote_id),
        ("text", copy_id),
        ("text", notice_id),
        ("event", 1),
    ]


def test_an_export_says_that_they_want_no_texts(journal: Journal) -> None:
    journal.suppress(ANN, MONDAY)
    (who,) = journal.export_person(ANN)
    assert who["wants_no_texts"] is True


def table(journal: Journal, names: dict[str, str] | None = None) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(journal.calls_csv((names or {}).get)))))


def test_the_calls_are_a_table_in_order_of_time(journal: Journal) -> None:
    sent(journal, ANN)
    missed_call(journal, None, verdict="WITHHELD")
    call_id = missed_call(journal, ANN, after(days=200))
    text_id = queued(journal, ANN, after(days=200), call_id=call_id)
    journal.part_submitting(text_id, 1, after(days=200))
    journal.part_sent(text_id, 1, 7, after(days=200))
    wrote(journal, ANN, 'The "boiler",\nagain', after(days=201))
    assert table(journal, {ANN: "Mrs Patel"}) == [
        ["Date", "Time", "Number", "Name", "Call", "Rings", "Text", "Why no text", "They wrote"],
        [
            "2026-11-23",
            "10:00:00",
            "No number",
            "",
            "Missed",
            "3",
            "",
            "No text: the number was withheld.",
            "",
        ],
        [
            *("2027-06-11", "11:00:00", "07700 900123", "Mrs Patel", "Missed", "3", "Sent", ""),
            'The "boiler",\nagain',
        ],
    ]


def test_security_check_20_no_cell_is_a_formula(journal: Journal) -> None:
    for minute, words in enumerate(["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%x"]):
        wrote(journal, ANN, words, MONDAY + timedelta(minutes=minute))
        missed_call(journal, ANN, MONDAY + timedelta(minutes=minute))
    written = "".join(journal.calls_csv(lambda _key: "=HYPERLINK()"))
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in set("=+-@|%\t\r")]
    assert written.startswith('"Date",')


def test_a_table_of_no_calls_has_its_heads(journal: Journal) -> None:
    assert len(table(journal)) == 1


def test_the_table_is_of_one_moment_and_holds_nobody_up(journal: Journal) -> None:
    missed_call(journal, ANN)
    lines = journal.calls_csv()
    next(lines)
    missed_call(journal, BOB)
    assert len(list(lines)) == 1
