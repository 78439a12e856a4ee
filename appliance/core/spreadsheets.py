"""Tables as .csv: contacts read from whatever wrote them, and cells written so that none is a formula.

A spreadsheet runs a cell that begins with "=": a caller could text one to the box and wait for the owner
to export. So every cell is quoted, and one that begins with a sign gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.core import contacts, numbers
from appliance.core.contacts import Collector, Contact, Imported

_MOST_ROWS = 50_000
_MOST_COLUMNS = 300
# What starts a formula in one program or another, full-width forms and what is trimmed before them included.
_SIGNS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20'")
_CONTROLS = frozenset("\t\r\n")
_PHONE = frozenset({"phone", "mobile", "cell", "tel", "telephone", "landline", "handset"})
_NO_PHONE = frozenset({"type", "label", "fax", "pager", "id", "model", "yomi", "phonetic", "tone", "notes"})
_NUMBERS = frozenset({"number", "numbers", "contact number"})
_FULL = frozenset(
    {"name", "full name", "display name", "fn", "contact", "contact name", "customer", "client"}
)
_FIRST = frozenset({"first name", "given name", "forename", "first", "firstname"})
_LAST = frozenset({"last name", "family name", "surname", "last", "lastname"})
_COMPANY = frozenset(
    {"company", "organization", "organisation", "organization name", "company name", "business"}
)
_MANY_IN_ONE = re.compile(r":::|[\n;]")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns hold what. A name is the first of these that is not empty."""

    phones: tuple[int, ...]
    full: int | None
    first: int | None
    last: int | None
    company: int | None


class _Lines:
    """A place for csv to write to."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        """Keep a line."""
        self.written.append(line)


def cell(value: str) -> str:
    """Return a cell that every spreadsheet shows as it is, and none runs."""
    begins = value.lstrip()[:1]
    return f"'{value}" if begins in _SIGNS or value[:1] in _CONTROLS else value


def write(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as .csv, every cell quoted and safe."""
    lines = _Lines()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value.replace("\0", "")) for value in row])
    return "".join(lines.written)


def write_contacts(kept: Sequence[Contact]) -> str:
    """Return the contacts as .csv: a name, and a column for each number."""
    most = max((len(contact.numbers) for contact in kept), default=1)
    header = ["Name", *(f"Phone {count}" for count in range(1, most + 1))]
    rows = ([contact.name, *map(numbers.display, contact.numbers)] for contact in kept)
    return write([header, *([*row, *[""] * (most + 1 - len(row))] for row in rows)])


def read_contacts(data: bytes) -> Imported:
    """Return the contacts of a .csv of Google, Outlook, an iPhone program, or of names beside numbers.

    Raises ContactsUnreadable when there is none in it.
    """
    rows = _rows(contacts.decoded(data))
    first = next(rows, [])
    found = Collector()
    columns = _columns(first)
    if columns is None:
        for row in [first, *rows]:
            _add_plain(row, found)
    else:
        for row in rows:
            _add(row, columns, found)
    return found.result()


def _rows(text: str) -> Iterator[list[str]]:
    """Part the text into rows that are not empty, at the separator its first line uses."""
    lines = re.split(r"\r\n|\n|\r", text.replace("\0", "").lstrip("\ufeff"))
    separator = re.fullmatch("sep=(.)", lines[0].strip(), re.IGNORECASE)
    if separator:
        lines, between = lines[1:], separator[1]
    else:
        heading = next((line for line in lines if line.strip()), "")
        between = max(",;\t", key=heading.count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=between)
    try:
        for count, row in enumerate(reader):
            if count >= _MOST_ROWS:
                return
            if any(value.strip() for value in row):
                yield [_plain(value) for value in row[:_MOST_COLUMNS]]
    except csv.Error:
        return  # a quotation mark that is never closed: what came before it is sound


def _plain(value: str) -> str:
    """Return a cell without what spreadsheets, ours too, put round a number to keep it one."""
    value = value.strip()
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        return value[2:-1]
    marked = value.startswith("'") and (value[1:].lstrip()[:1] in _SIGNS or value[1:2].isdigit())
    return value[1:] if marked else value


def _columns(header: Sequence[str]) -> _Columns | None:
    """Return what the columns of a header hold, None when it is a row like the others."""
    heads = [" ".join(re.findall(r"[^\W_]+", value.lower())) for value in header]
    phones = tuple(index for index, head in enumerate(heads) if _is_phone(head))
    if not phones or any(_is_number(value) for value in header):
        return None

    def find(spellings: frozenset[str]) -> int | None:
        return next((index for index, head in enumerate(heads) if head in spellings), None)

    return _Columns(phones, find(_FULL), find(_FIRST), find(_LAST), find(_COMPANY))


def _is_phone(head: str) -> bool:
    words = set(head.split())
    return head in _NUMBERS or bool(words & _PHONE and not words & _NO_PHONE)


def _is_number(value: str) -> bool:
    return sum(character.isdigit() for character in value) >= 9 and numbers.key(value) is not None


def _add(row: Sequence[str], columns: _Columns, found: Collector) -> None:
    def value(index: int | None) -> str:
        return row[index] if index is not None and index < len(row) else ""

    spoken = " ".join(filter(None, (value(columns.first), value(columns.last))))
    written = [number for index in columns.phones for number in _MANY_IN_ONE.split(value(index))]
    found.add(value(columns.full) or spoken or value(columns.company), filter(None, map(str.strip, written)))


def _add_plain(row: Sequence[str], found: Collector) -> None:
    """Take a row without a header: its numbers, and the first cell that is none as the name."""
    written = [value for value in row if _is_number(value)]
    name = next((value for value in row if value and value not in written), "")
    found.add(name, written)
