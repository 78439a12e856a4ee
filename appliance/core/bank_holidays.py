"""Bank holidays of the UK's three jurisdictions, held offline as the library `holidays` gives them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from appliance.core import bank_holiday_dates as dates

_TABLES = {
    "england-wales": ("ENG", dates.ENGLAND_WALES),
    "scotland": ("SCT", dates.SCOTLAND),
    "northern-ireland": ("NIR", dates.NORTHERN_IRELAND),
}


def is_bank_holiday(day: date, nation: str) -> bool:
    """Say whether a date is a bank holiday of a nation, spelled as the setting `nation` spells it.

    Christmas Day on a Saturday is one, and so is the Monday kept for it. A nation that is not in the UK
    has none.
    """
    return nation in _TABLES and day in _of_year(day.year, nation)


@lru_cache(maxsize=12)
def _of_year(year: int, nation: str) -> frozenset[date]:
    subdivision, table = _TABLES[nation]
    for line in table.splitlines():
        first, *days = line.split() or [""]
        if first == str(year):
            return frozenset(date(year, int(day[:2]), int(day[2:])) for day in days)
    # The library costs 17 MB, and a tenth of a second on a desk: only who asks for another year pays for it.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("GB", subdiv=subdivision, years=year))
