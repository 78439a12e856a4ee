"""What the journal costs: a missed call with none, ten thousand and a hundred thousand calls behind it.

    python -m bench.journal

The journals take turns call by call, so that what else the machine does is shared fairly. The bytes are those
that the kernel counts for this process: handed to write(2), and on their way to the storage.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.core.calls import Outcome, Presentation
from appliance.core.outbox import TextKind
from appliance.drivers.journal import Journal

BEHIND = (0, 10_000, 100_000)
START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
NOW = START + timedelta(days=300)
BODY = (
    "Hi, it's Dave Smith Plumbing. Sorry I missed you. I'll ring back within 2 hours. Text me what you need."
)
OPENINGS = 7
HOUR = 3600  # turns of the daemon's loop: it looks round once a second
PEOPLE = 900  # of the thousand numbers that Ofcom keeps for plays and books; the rest are new callers


@dataclass(slots=True)
class Measured:
    """One journal: seconds for each call, and bytes for all of them."""

    behind: int
    calls: list[float] = field(default_factory=list)
    handed_over: int = 0
    written: int = 0
    idle_written: int = 0
    megabytes: float = 0.0
    opened: float = 0.0
    proved: float = 0.0


def main() -> None:
    """Measure and print a table. Exit code 1 when it is not flat."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--calls", type=int, default=300, help="calls for each journal  [default: 300]")
    options.add_argument("--folder", type=Path, help="where to work  [default: the system's]")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        found = measure(Path(folder), chosen.calls)
    print("\n".join(table(found)))
    if ratio(found[-1], found[0]) > 1.2:
        raise SystemExit(1)


def measure(folder: Path, calls: int) -> list[Measured]:
    """Fill a journal for each size, and make each take the same calls."""
    found = [Measured(behind) for behind in BEHIND]
    paths = {one.behind: folder / str(one.behind) / "journal.sqlite3" for one in found}
    for one in found:
        fill(paths[one.behind], one.behind)
    with ExitStack() as stack:
        journals = {one.behind: stack.enter_context(Journal(paths[one.behind])) for one in found}
        for call in range(-20, calls):
            for one in found if call % 2 else found[::-1]:
                handed_over, written = io_counts()
                began = time.perf_counter()
                missed_call(journals[one.behind], call)
                if call >= 0:
                    one.calls.append(time.perf_counter() - began)
                    after = io_counts()
                    one.handed_over += after[0] - handed_over
                    one.written += after[1] - written
        for one in found:
            before = io_counts()[0]
            for turn in range(HOUR):
                look_round(journals[one.behind], NOW + timedelta(days=1, seconds=turn))
            one.idle_written = io_counts()[0] - before
    for one in found:
        one.megabytes = paths[one.behind].stat().st_size / 1e6
        one.opened = statistics.median(openings(paths[one.behind]))
        one.proved = proof(paths[one.behind])
    return found


def missed_call(journal: Journal, number: int) -> None:
    """Take one missed call as the daemon does: the ring, the rules, the text, the network's answer."""
    key, at = f"+447700900{PEOPLE + number % (1000 - PEOPLE):03d}", NOW + timedelta(minutes=number)
    with journal.transaction():
        call_id = journal.call_started(at)
        journal.call_identified(call_id, f"0{key[3:]}", key, Presentation.ALLOWED)
    with journal.transaction():
        month, day = at - timedelta(days=30), at - timedelta(days=1)
        asked = (
            *(journal.is_suppressed(key), journal.known_before(key, call_id), journal.owner_wrote_at(key)),
            *(journal.texts_to(key, day), journal.texts_to(key, month), journal.last_text_at(key)),
            *(journal.texts_since(at - timedelta(minutes=10)), journal.texts_since(day)),
        )
        journal.call_over(
            call_id,
            ended_at=at,
            rings=4,
            outcome=Outcome.MISSED,
            verdict="TEXT",
            record={"texts_today": asked[-1]},
        )
        text_id = journal.queue_text(
            to=key,
            body=BODY,
            kind=TextKind.MISSED_CALL,
            at=at,
            call_id=call_id,
            expires_at=NOW + timedelta(days=9),
        )
    due = journal.next_text(at)
    if due is None or due.id != text_id:
        raise AssertionError("the text that was just queued is not the next")
    journal.parts_of(text_id)
    journal.part_submitting(text_id, 1, at)
    journal.part_sent(text_id, 1, number % 256, at)
    journal.queued_count()


def look_round(journal: Journal, at: datetime) -> None:
    """Ask what the daemon asks every second in which nothing happens."""
    journal.data_version()
    journal.next_text(at)
    journal.next_try_at()
    journal.queued_count()
    journal.texts_since(at - timedelta(days=1))


def fill(path: Path, calls: int) -> None:
    """Put so many answered-for calls into a new journal, in the way of a box that is rung a lot."""
    Journal(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        for insert in INSERTS:
            db.executemany(insert, map(_row, range(1, calls + 1)))
    Journal(path).close()


def _ms(row: int) -> int:
    return int(START.timestamp() * 1000) + row * 240_000


def _who(row: int) -> str:
    return f"+447700900{row * 7919 % PEOPLE:03d}"


def _row(row: int) -> dict[str, object]:
    return {"id": row, "who": _who(row), "at": _ms(row), "body": BODY}


INSERTS = (
    """
    INSERT INTO calls (id, started_at, ended_at, number, key, presentation, rings, outcome, verdict, record)
    VALUES (:id, :at, :at, :who, :who, 'allowed', 4, 'missed', 'TEXT', '{"texts_today": 3}')
    """,
    """
    INSERT INTO texts (id, call_id, kind, recipient, person, body, parts, state, queued_at, next_try_at,
        submitted_at, sent_at)
    VALUES (:id, :id, 'missed_call', :who, :who, :body, 1, 'SENT', :at, :at, :at, :at)
    """,
    """
    INSERT INTO parts (text_id, sequence, person, state, reference, submitted_at, sent_at)
    VALUES (:id, 1, :who, 'SENT', :id % 256, :at, :at)
    """,
    """
    INSERT INTO people (person, number, rank, last_at, last_kind, last_id)
    VALUES (:who, :who, :id, :at, 'out', :id)
    ON CONFLICT (person) DO UPDATE SET rank = excluded.rank, last_at = excluded.last_at,
        last_id = excluded.last_id
    """,
)


def openings(path: Path) -> Iterator[float]:
    """Give the seconds of each of some openings, as after a stop in good order."""
    for _ in range(OPENINGS):
        began = time.perf_counter()
        journal = Journal(path)
        yield time.perf_counter() - began
        journal.close()


def proof(path: Path) -> float:
    """Return the seconds that a look through the whole file takes."""
    with Journal(path) as journal:
        journal.set_mark("proved", None)
        began = time.perf_counter()
        journal.prove()
        return time.perf_counter() - began


def io_counts() -> tuple[int, int]:
    """Return the bytes this process has handed to write(2), and those on their way to the storage."""
    counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text("ascii").splitlines())
    return int(counts["wchar"]), int(counts["write_bytes"])


def ratio(one: Measured, other: Measured) -> float:
    """Return how many times as long a call takes."""
    return statistics.median(one.calls) / statistics.median(other.calls)


def table(found: list[Measured]) -> Iterator[str]:
    """Give the lines of a table in Markdown."""
    heads = (
        "Calls behind",
        "File",
        "A call",
        "Ratio",
        "Written",
        "To storage",
        "Idle hour",
        "Open",
        "Look through",
    )
    yield f"| {' | '.join(heads)} |"
    yield f"|{'--:|' * len(heads)}"
    for one in found:
        calls = len(one.calls)
        cells = (
            f"{one.behind:,}",
            f"{one.megabytes:.1f} MB",
            f"{statistics.median(one.calls) * 1000:.2f} ms",
            f"{ratio(one, found[0]):.2f}",
            f"{one.handed_over / calls / 1000:.1f} kB",
            f"{one.written / calls / 1000:.1f} kB",
            f"{one.idle_written} B",
            f"{one.opened * 1000:.0f} ms",
            f"{one.proved * 1000:.0f} ms",
        )
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
