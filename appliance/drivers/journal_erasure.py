"""What the journal forgets: one person, and whatever is older than the owner wants it kept.

What is forgotten is in no byte of the file or of its log either: see `JournalFile.scrub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.core import mentions
from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import person_of
from appliance.drivers.journal_scrub import Scrub, owe_scrubbing

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

_PATIENCE_S = 5.0

_ABOUT = (
    "DELETE FROM calls WHERE person = ?1",
    "DELETE FROM texts WHERE person = ?1",
    "DELETE FROM incoming WHERE person = ?1",
    "DELETE FROM incoming_parts WHERE coalesce(key, sender) = ?1",
    "DELETE FROM people WHERE person = ?1",
)
# Old enough, and nothing waits for it: what is still to be sent keeps its call and its cause. So many rows
# in one transaction that nobody waits long.
_OLD = (
    """
    DELETE FROM calls WHERE id IN (
        SELECT id FROM calls WHERE started_at < ?1 AND outcome != 'ringing' AND NOT EXISTS (
            SELECT 1 FROM texts WHERE call_id = calls.id AND state IN ('QUEUED', 'SUBMITTING')
        ) LIMIT 500
    )
    """,
    """
    DELETE FROM texts WHERE id IN (
        SELECT id FROM texts WHERE queued_at < ?1 AND state NOT IN ('QUEUED', 'SUBMITTING') LIMIT 500
    )
    """,
    """
    DELETE FROM incoming WHERE id IN (
        SELECT id FROM incoming WHERE received_at < ?1 AND NOT EXISTS (
            SELECT 1 FROM texts WHERE incoming_id = incoming.id AND state IN ('QUEUED', 'SUBMITTING')
        ) LIMIT 500
    )
    """,
    "DELETE FROM incoming_parts WHERE received_at < ?1 AND message_id IS NULL",
    "DELETE FROM events WHERE at < ?1",
)
_LEFT_ALONE = """
    DELETE FROM people WHERE NOT EXISTS (SELECT 1 FROM calls WHERE person = people.person)
        AND NOT EXISTS (SELECT 1 FROM texts WHERE person = people.person)
        AND NOT EXISTS (SELECT 1 FROM incoming WHERE person = people.person)
"""
# Words by other people, or for the owner, that may mention somebody.
_WORDS = (
    ("SELECT id, body FROM texts", "UPDATE texts SET body = ? WHERE id = ?"),
    ("SELECT id, body FROM incoming", "UPDATE incoming SET body = ? WHERE id = ?"),
    ("SELECT id, detail FROM events", "UPDATE events SET detail = ? WHERE id = ?"),
    ("SELECT name, value FROM marks", "UPDATE marks SET value = ? WHERE name = ?"),
)


class ErasureSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def erase(self, key: str, *, patience: float = _PATIENCE_S) -> None:
        """Forget a person: calls, texts both ways, and their number wherever somebody wrote it.

        That they want no texts stays known. The files are rid of it when this returns, unless somebody reads
        for longer than `patience` seconds: then at the next `scrub`.
        """
        person = person_of(key)
        with self._file.transaction() as db:
            for forget in _ABOUT:
                db.execute(forget, (person,))
            _blot_out(db, person)
            owe_scrubbing(db, Scrub.FILE)
        self._file.scrub(patience)

    def purge(self, before: datetime) -> int:
        """Forget whatever is older than `before`, and return how many rows that were.

        What still waits to be sent stays until it went, and the stop list for ever.
        """
        gone = 0
        for forget in _OLD:
            while batch := self._forget(forget, rows.to_ms(before)):
                gone += batch
        gone += self._forget(_LEFT_ALONE)
        if gone:
            self._file.scrub(_PATIENCE_S)
        return gone

    def scrub(self) -> bool:
        """Let what was erased be gone from the files where that is still owed; False: somebody reads."""
        return self._file.scrub()

    def _forget(self, statement: str, *parameters: int) -> int:
        with self._file.transaction() as db:
            gone = db.execute(statement, parameters).rowcount
            if gone:
                owe_scrubbing(db, Scrub.FILE)
            return gone


def _blot_out(db: sqlite3.Connection, person: str) -> None:
    """Replace the number wherever somebody else's words, or the box's own, mention it."""
    for look, change in _WORDS:
        found = [(words, row) for row, words in db.execute(look) if mentions.mentioned(words, person)]
        db.executemany(change, [(mentions.replaced(words, person), row) for words, row in found])
    for (name,) in db.execute("SELECT name FROM marks").fetchall():
        if mentions.mentioned(name, person):
            db.execute("DELETE FROM marks WHERE name = ?", (name,))
