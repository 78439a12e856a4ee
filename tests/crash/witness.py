"""What the journal holds, read behind the product's back, to be held against the modem's own log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.foreign_codec import Submit


class Witness:
    """Reads one journal. It keeps nothing open: a process that is killed must find no reader in its way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unwritten: list[Submit] = []  # what the network took before it was written down

    def rows(self, question: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows that answer a SELECT; none while there is no journal."""
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            if db.execute("PRAGMA user_version").fetchone() == (0,):
                return []
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(question, values)]

    def saw(self, one: Submit) -> None:
        """Note a text that the network took and of which the journal does not say that it may have gone."""
        texts = self.rows(
            "SELECT body, (SELECT group_concat(state) FROM parts WHERE text_id = texts.id AND sequence = ?)"
            " AS state FROM texts WHERE recipient = ?",
            one.part,
            one.number,
        )
        if not any(one.text in text["body"] and text["state"] not in {None, "QUEUED"} for text in texts):
            self.unwritten.append(one)

    def rang(self, number: str) -> list[dict[str, Any]]:
        """Return the calls of this number."""
        return self.rows("SELECT * FROM calls WHERE number = ? ORDER BY id", number)

    def busy(self) -> list[dict[str, Any]]:
        """Return the texts that are not settled."""
        return self.rows("SELECT * FROM texts WHERE state IN ('QUEUED', 'SUBMITTING')")
