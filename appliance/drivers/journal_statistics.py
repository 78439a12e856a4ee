"""How the box is doing: what came of the calls of some weeks, hour by hour, and how soon the texts went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection

if TYPE_CHECKING:
    from datetime import datetime

ANSWER_WAIT: Final = timedelta(days=3)  # who writes later than this after a text is not answering it
_HOUR_MS: Final = 3_600_000
_WAIT_MS: Final = ANSWER_WAIT // timedelta(milliseconds=1)

_BY_HOUR: Final = """
    SELECT c.started_at / :hour AS hour, count(*) AS missed, count(t.id) AS texted,
        sum(EXISTS (
            SELECT 1 FROM incoming AS i
            WHERE i.person = t.person AND i.received_at BETWEEN t.queued_at AND t.queued_at + :wait
        )) AS wrote_back
    FROM calls AS c
    LEFT JOIN texts AS t
        ON t.call_id = c.id AND t.kind = 'missed_call' AND t.state IN ('SENT', 'DELIVERED')
    WHERE c.started_at >= :since AND c.outcome IN ('missed', 'rejected')
    GROUP BY hour ORDER BY hour
"""
_BY_PERSON: Final = """
    SELECT count(DISTINCT t.person), count(DISTINCT CASE WHEN EXISTS (
        SELECT 1 FROM incoming AS i
        WHERE i.person = t.person AND i.received_at BETWEEN t.queued_at AND t.queued_at + :wait
    ) THEN t.person END)
    FROM texts AS t
    WHERE t.kind = 'missed_call' AND t.queued_at >= :since AND t.state IN ('SENT', 'DELIVERED')
"""
_SECONDS: Final = """
    SELECT t.sent_at - c.ended_at AS took
    FROM texts AS t JOIN calls AS c ON c.id = t.call_id
    WHERE t.kind = 'missed_call' AND t.queued_at >= :since AND t.state IN ('SENT', 'DELIVERED')
        AND t.sent_at >= c.ended_at
"""


@dataclass(frozen=True, slots=True)
class HourCounts:
    """What came of the calls that began in one hour: each number is a part of the one before it."""

    start: datetime
    missed: int
    texted: int
    wrote_back: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many different people had a text, and how many of them wrote back."""

    texted: int
    wrote_back: int


class StatisticsSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def counts_by_hour(self, since: datetime) -> list[HourCounts]:
        """Count by the hour in which calls began, in order of time; hours without a missed call are absent.

        Hours are UTC. Europe's offsets are whole hours, so that any of its days is a sum of them.
        """
        asked = {"since": rows.to_ms(since), "hour": _HOUR_MS, "wait": _WAIT_MS}
        with self._file.reading() as db:
            found = db.execute(_BY_HOUR, asked).fetchall()
        return [
            HourCounts(rows.from_ms(row["hour"] * _HOUR_MS), row["missed"], row["texted"], row["wrote_back"])
            for row in found
        ]

    def share_who_wrote_back(self, since: datetime) -> Share:
        """Count the people who had a text for a missed call since then, and those who wrote back."""
        asked = {"since": rows.to_ms(since), "wait": _WAIT_MS}
        with self._file.reading() as db:
            texted, wrote_back = db.execute(_BY_PERSON, asked).fetchone()
        return Share(texted, wrote_back)

    def seconds_to_text(self, since: datetime) -> list[float]:
        """Return, shortest first, the seconds from the end of each call to the time its text had gone.

        Texts that waited for a signal or a restart count as well. A clock that was set back in between can
        make a time negative: that one is left out.
        """
        with self._file.reading() as db:
            # Row by row: tens of thousands of them at once would stay in the page's memory for good.
            return sorted(row["took"] / 1000 for row in db.execute(_SECONDS, {"since": rows.to_ms(since)}))
