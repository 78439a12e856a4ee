"""Finding a conversation by some digits of the number, in any spelling, or by words of its texts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from appliance.drivers import journal_rows as rows
from appliance.drivers.journal_file import JournalSection
from appliance.drivers.journal_people import view

if TYPE_CHECKING:
    from collections.abc import Collection

_NUMBER = re.compile(r"[+]?[0-9() .-]+")
_FEWEST_DIGITS = 3  # two digits are in nearly every number, and may be words: "F28"
_FOUND = """
    SELECT * FROM people WHERE rank < :before AND (
        person IN (SELECT value FROM json_each(:also))
        OR (:digits IS NOT NULL AND (person LIKE :digits OR number LIKE :digits))
        OR person LIKE :words ESCAPE '!'
        OR EXISTS (
            SELECT 1 FROM incoming WHERE incoming.person = people.person AND body LIKE :words ESCAPE '!'
        )
        OR EXISTS (
            SELECT 1 FROM texts WHERE texts.person = people.person AND body LIKE :words ESCAPE '!'
                AND kind IN ('missed_call', 'reply', 'acknowledgement')
        )
    ) ORDER BY rank DESC LIMIT :limit
"""


class SearchSection(JournalSection):
    """Every method raises JournalUnavailable when the storage does not serve."""

    def search(
        self, words: str, limit: int, before: int | None = None, *, also: Collection[str] = ()
    ) -> list[rows.PersonView]:
        """Return the conversations in which these words or digits occur, as `people` gives them.

        `also` are keys found otherwise, as by the names in the contacts. Nothing to look for finds nobody.
        """
        words = " ".join(words.split())
        if not words:
            return []
        asked = {
            "before": rows.NO_ID_YET if before is None else before,
            "also": json.dumps(list(also)),
            "digits": _digits(words),
            "words": f"%{_literally(words)}%",
            "limit": limit,
        }
        with self._file.reading() as db:
            return [view(db, row) for row in db.execute(_FOUND, asked).fetchall()]


def _literally(words: str) -> str:
    """Return the words without what LIKE would take for a wildcard."""
    return re.sub("([!%_])", r"!\1", words)


def _digits(words: str) -> str | None:
    """Return a LIKE pattern for what may be part of a number, without what differs between its spellings."""
    if not _NUMBER.fullmatch(words):
        return None
    digits = re.sub("[^0-9]", "", words)
    significant = re.sub("^(00|0)", "", digits)
    return f"%{significant}%" if len(significant) >= _FEWEST_DIGITS else None
