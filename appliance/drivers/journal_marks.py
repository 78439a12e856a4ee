"""Small values that the box keeps for itself, and how far its clock has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection

if TYPE_CHECKING:
    from datetime import datetime


class MarksSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def mark(self, name: str) -> str | None:
        """Return the value kept under this name, None when there is none."""
        with self._file.reading() as db:
            row = db.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row["value"])

    def set_mark(self, name: str, value: str | None) -> None:
        """Keep a value under this name, None to keep none; does not write when that is so already."""
        if self.mark(name) == value:
            return
        with self._file.transaction() as db:
            if value is None:
                db.execute("DELETE FROM marks WHERE name = ?", (name,))
            else:
                db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))

    def newest_at(self) -> datetime | None:
        """Return the newest time of any row, None when there is none: the clock has been there before."""
        with self._file.reading() as db:
            (newest,) = db.execute(
                "SELECT max(at) FROM (SELECT max(started_at) AS at FROM calls"
                " UNION ALL SELECT max(queued_at) FROM texts UNION ALL SELECT max(received_at) FROM incoming"
                " UNION ALL SELECT max(at) FROM events)"
            ).fetchone()
            return None if newest is None else rows.from_ms(int(newest))
