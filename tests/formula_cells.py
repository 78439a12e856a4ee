"""Reads .csv as RFC 4180 has it, with nothing of the product or of Python's csv, and finds what would run.

A spreadsheet takes a cell for a formula by its first characters, whatever is quoted. LibreOffice itself is
not asked: it is no part of a test machine.
"""

from __future__ import annotations

import re

_RECORD = re.compile(r'("(?:[^"]|"")*")(,|\r\n)')
_SIGNS = "=+-@|%\uff1d\uff0b\uff0d\uff20"


def cells(text: str) -> list[str]:
    """Return every cell. Fails where one is not quoted or the file is no .csv."""
    found, end = [], 0
    while end < len(text):
        record = _RECORD.match(text, end)
        assert record is not None, f"no quoted cell at {end}"
        found.append(record[1][1:-1].replace('""', '"'))
        end = record.end()
    return found


def formulas(text: str) -> list[str]:
    """Return the cells that a spreadsheet would run, or that begin with what one leaves out."""
    return [cell for cell in cells(text) if cell[:1] in {"\t", "\r", "\n", "\0"} or _begins(cell)]


def _begins(cell: str) -> bool:
    shown = cell.lstrip()[:1]
    return bool(shown) and shown in _SIGNS
