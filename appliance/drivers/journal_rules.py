"""What the journal does for the daemon alone: new dates once the clock is set right, and what went last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_MILLISECOND = timedelta(milliseconds=1)


class RulesSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def redate(self, text_ids: Iterable[int], by: timedelta) -> None:
        """Move the times of these texts and of their calls: the clock they had was wrong by that much."""
        step = by // _MILLISECOND
        with self._file.transaction() as db:
            for text_id in text_ids:
                db.execute(
                    "UPDATE texts SET queued_at = queued_at + ?1, submitted_at = submitted_at + ?1,"
                    " sent_at = sent_at + ?1, delivered_at = delivered_at + ?1,"
                    " next_try_at = next_try_at + ?1, expires_at = expires_at + ?1 WHERE id = ?2",
                    (step, text_id),
                )
                db.execute(
                    "UPDATE parts SET submitted_at = submitted_at + ?1, sent_at = sent_at + ?1,"
                    " settled_at = settled_at + ?1 WHERE text_id = ?2",
                    (step, text_id),
                )
                db.execute(
                    "UPDATE calls SET started_at = started_at + ?1, ended_at = ended_at + ?1"
                    " WHERE id = (SELECT call_id FROM texts WHERE id = ?2)",
                    (step, text_id),
                )

    def last_sent_at(self) -> datetime | None:
        """Return when the last text that went did so, None when none has."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT sent_at FROM texts WHERE sent_at IS NOT NULL ORDER BY id DESC LIMIT 1"
            ).fetchone()
            return None if row is None else rows.from_ms(row["sent_at"])
