"""Who wants no texts from the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers import stop_list
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import person_of

if TYPE_CHECKING:
    from datetime import datetime


class StopsSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def suppress(self, key: str, at: datetime) -> bool:
        """Note that this number wants no more texts; False when that was known."""
        with self._file.transaction() as db:
            if stop_list.found(db, person_of(key)):
                return False
            stop_list.add(db, person_of(key), rows.to_ms(at))
            return True

    def unsuppress(self, key: str) -> bool:
        """Note that this number wants texts again; False when it always did."""
        with self._file.transaction() as db:
            hashes = stop_list.found(db, person_of(key))
            db.executemany("DELETE FROM stops WHERE hash = ?", [(one,) for one in hashes])
            return bool(hashes)

    def is_suppressed(self, key: str) -> bool:
        """Tell whether this number wants no texts."""
        with self._file.reading() as db:
            return bool(stop_list.found(db, person_of(key)))
