"""A box's busy day at its files, told aloud: each line of output is a promise that storage has kept.

    python -m tests.powercut.busy_day FOLDER CALLS

It does through the drivers what the daemon, the page and the command line do, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.core.settings import with_value
from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from appliance.modem.pdu import Settled

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
EVERY = 8  # calls between two things that are done now and then


def promise(**said: object) -> None:
    """Say what is kept now. One write(2), so that it has one place among the others."""
    os.write(1, json.dumps(said).encode() + b"\n")


def stamp(moment: datetime) -> int:
    """Return unix milliseconds."""
    return int(moment.timestamp() * 1000)


def caller(turn: int) -> str:
    """Return who rings: one of a thousand numbers for plays and books."""
    return f"+447700900{turn % 1000:03d}"


def call_and_text(journal: Journal, turn: int, luck: random.Random) -> None:
    """Let somebody ring in vain, and the text go as far as luck has it."""
    at, key = MORNING + timedelta(minutes=turn), caller(turn)
    call = journal.call_started(at)
    promise(call=call, key=key, at=stamp(at))
    journal.call_identified(call, key, key, Presentation.ALLOWED)
    with journal.transaction():
        journal.call_over(
            call, ended_at=at, rings=3, outcome=Outcome.MISSED, verdict="TEXT", record={"turn": turn}
        )
        body = "Sorry I missed you. " * luck.choice((1, 12))
        parts = 1 if len(body) < 100 else 2
        text = journal.queue_text(
            to=key, body=body, parts=parts, kind=TextKind.MISSED_CALL, at=at, call_id=call
        )
    promise(judged=call, text=text)
    for sequence in range(1, parts + 1):
        journal.part_submitting(text, sequence, at)
        promise(submitting=[text, sequence])
        match luck.randrange(6):
            case 0:
                journal.part_unknown(text, sequence, "NO_ANSWER", at)
                promise(unknown=[text, sequence])
                return
            case 1:
                promise(refusing=[text, sequence])
                journal.part_refused(text, sequence, at)
                journal.fail_text(text, "The network said no.", at)
                promise(failed=text)
                return
            case _:
                journal.part_sent(text, sequence, luck.randrange(256), at)
                promise(sent=[text, sequence])


def now_and_then(journal: Journal, folder: Path, turn: int) -> None:
    """Do what happens a few times a day: replies, STOP, other settings, an erasure, a purge."""
    at, key = MORNING + timedelta(minutes=turn), caller(turn)
    words = f"Boiler number {turn} leaks"
    journal.incoming(sender=key, key=key, body=words, sent_at=at, at=at)
    promise(incoming=words, key=key, at=stamp(at))
    for sequence in (2, 1):
        journal.incoming_part(
            sender=key,
            key=key,
            reference=turn % 256,
            total=2,
            sequence=sequence,
            text=f"half {sequence} of {turn};",
            sent_at=at,
            at=at,
        )
    promise(incoming=f"half 1 of {turn};half 2 of {turn};", key=key, at=stamp(at))
    journal.delivery(turn % 256, key, Settled.DELIVERED, at)
    journal.suppress(key, at)
    promise(stopped=key)
    SettingsFile(folder).update(lambda settings: with_value(settings, "repeat_hours", 24 + turn))
    promise(repeat_hours=24 + turn)
    journal.set_mark("notice_board", f"board {turn}")
    promise(mark=f"board {turn}")
    if turn >= 3 * EVERY:
        promise(erasing=caller(turn - 2 * EVERY))
        journal.erase(caller(turn - 2 * EVERY))
        promise(erased=caller(turn - 2 * EVERY))
    if turn % (4 * EVERY) == 0:
        before = MORNING + timedelta(minutes=turn - 3 * EVERY)
        promise(purging=stamp(before))
        journal.purge(before)
        promise(purged=stamp(before))


def main(folder: Path, calls: int) -> None:
    luck = random.Random(20261123)
    access = AccessFile(folder)
    access.claim(PASSWORD)
    promise(claimed=True)
    for run in range(2):  # the box is stopped in between, and its journal folded up
        with Journal(folder / "journal.sqlite3") as journal:
            for turn in range(run * calls, (run + 1) * calls):
                call_and_text(journal, turn, luck)
                if turn % EVERY == 0:
                    now_and_then(journal, folder, turn)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
