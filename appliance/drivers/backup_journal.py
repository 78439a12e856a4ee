"""The journal of a backup, which may be anybody's: its rows are copied into a file of ours, or it is refused.

The rows meet our own tables with all that those forbid. Views and triggers, which would be run, are refused.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from appliance.drivers import migrations
from appliance.drivers.journal_people import touch

if TYPE_CHECKING:
    from pathlib import Path

# In the order in which one may speak of another.
_TABLES = (
    *("calls", "incoming", "incoming_parts", "texts", "parts"),
    *("people", "events", "stop_keys", "stops", "marks"),
)
_NOT_OURS = "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'"
# Whatever was still to be sent may have gone after the backup was made; a phone that rang then has stopped.
_SETTLE = (
    "UPDATE parts SET state = 'UNKNOWN' WHERE state IN ('QUEUED', 'SUBMITTING')",
    "UPDATE parts SET storage = NULL, place = NULL",
    "UPDATE texts SET state = 'UNKNOWN', reason = 'INTERRUPTED' WHERE state IN ('QUEUED', 'SUBMITTING')",
    "DELETE FROM marks WHERE name IN ('proved', 'scrubbing_owed')",
)

_RANG = """
    UPDATE calls SET outcome = 'missed', ended_at = started_at, verdict = 'TOO_LATE'
    WHERE outcome = 'ringing' RETURNING person, number, started_at, id
"""


class BadJournal(Exception):
    """The file is no journal, or none that this version can read."""


def copy_rows(source: Path, to: Path) -> int:
    """Make a journal at `to` with the rows of the one at `source`, and return how many calls it has.

    Raises BadJournal, and OSError where there is no room.
    """
    try:
        _bring_up(source)
        with closing(sqlite3.connect(to, isolation_level=None)) as made:
            made.execute("PRAGMA trusted_schema = OFF")
            made.execute("PRAGMA foreign_keys = ON")
            migrations.bring_up(made)
            made.execute("ATTACH ? AS source", (str(source),))
            made.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                _copy_table(made, table)
            for statement in _SETTLE:
                made.execute(statement)
            for ended in made.execute(_RANG).fetchall():
                if ended[0] is not None:
                    touch(made, ended[0], ended[1], ended[2], "call", ended[3])
            made.execute("COMMIT")
            (calls,) = made.execute("SELECT count(*) FROM calls").fetchone()
            return int(calls)
    except migrations.TooNew as error:
        raise BadJournal from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise OSError(str(error)) from error
        raise BadJournal from error


def _bring_up(source: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as found:
        found.execute("PRAGMA trusted_schema = OFF")
        found.execute("PRAGMA cell_size_check = ON")
        if found.execute(_NOT_OURS).fetchone() is not None or migrations.version(found) == 0:
            raise BadJournal
        if found.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise BadJournal
        found.execute("PRAGMA journal_mode = DELETE")
        migrations.bring_up(found)


def _copy_table(made: sqlite3.Connection, table: str) -> None:
    columns = ", ".join(row[1] for row in made.execute(f"PRAGMA main.table_info({table})"))
    made.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")  # noqa: S608
