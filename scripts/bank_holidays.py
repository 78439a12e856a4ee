"""Write appliance/core/bank_holiday_dates.py anew, from the library `holidays`, on standard output."""

from __future__ import annotations

import sys

from holidays import country_holidays

YEARS = range(2025, 2045)
NATIONS = {"ENGLAND_WALES": "ENG", "SCOTLAND": "SCT", "NORTHERN_IRELAND": "NIR"}
HEAD = '''"""The UK's bank holidays, a year on each line with its months and days.

Written by scripts/bank_holidays.py from the library `holidays`, and held against it by the tests.
"""
'''


def table(subdivision: str) -> str:
    """Return one jurisdiction's years."""
    lines = []
    for year in YEARS:
        days = sorted(country_holidays("GB", subdiv=subdivision, years=year))
        lines.append(f"    {year} " + " ".join(f"{day:%m%d}" for day in days))
    return "\n".join(lines)


def module() -> str:
    """Return the whole module."""
    tables = [f'{name} = """\n{table(code)}\n"""\n' for name, code in NATIONS.items()]
    return HEAD + "\n" + "\n".join(tables)


if __name__ == "__main__":
    sys.stdout.write(module())
