"""Bank holidays of the UK's three jurisdictions, held offline in the library `holidays`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_SUBDIVISIONS = {"england-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}


def is_bank_holiday(day: date, nation: str) -> bool:
    """Say whether a date is a bank holiday of a nation, spelled as the setting `nation` spells it.

    Christmas Day on a Saturday is one, and so is the Monday kept for it. A nation that is not in the UK
    has none.
    """
    subdivision = _SUBDIVISIONS.get(nation)
    return subdivision is not None and day in _of_year(day.year, subdivision)


@lru_cache(maxsize=12)
def _of_year(year: int, subdivision: str) -> frozenset[date]:
    # The library costs 17 MB, and a tenth of a second on a desk: only who asks for a date pays for it.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("GB", subdiv=subdivision, years=year))
