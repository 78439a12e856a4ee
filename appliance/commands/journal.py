"""textback journal: calls, texts and events, oldest first."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from appliance.commands.common import data_option
from appliance.commands.faults import plain_faults
from appliance.core import numbers
from appliance.core.hours import LONDON
from appliance.drivers.journal import Journal

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _since(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """Read a date, a time, or how long ago. Times without a zone are the owner's."""
    if value is None:
        return None
    if ago := re.fullmatch(r"([0-9]{1,5})([mhd])", value):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter("write a day like 2026-11-23, a time, or 30m, 12h, 7d.") from None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--since", metavar="WHEN", callback=_since, help="A day, a time, or 30m, 12h, 7d ago.")
@data_option
def command(as_json: bool, since: datetime | None, data: Path) -> None:
    """List calls, texts and events, oldest first."""
    path = data / "journal.sqlite3"
    if not path.exists():
        return  # a box that has never run has nothing to tell
    with plain_faults(), Journal(path, read_only=True) as journal:
        for row in journal.export(since):
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))


def _line(row: Mapping[str, object]) -> str:
    when = datetime.fromisoformat(str(row["time"])).astimezone(LONDON)
    match row["kind"]:
        case "call":
            what = (
                f"call from {_who(row['number'])}: {row['outcome']}, {row['rings']} rings, {row['verdict']}"
            )
        case "text" if row["direction"] == "in":
            what = f"text from {_who(row['number'])}: {_words(row['body'])}"
        case "text":
            what = f"text to {_who(row['number'])}: {row['state']}, {_words(row['body'])}"
        case _:
            what = f"{row['state']} {_words(row['reason'])}".strip()
    return f"{when:%Y-%m-%d %H:%M:%S} {what}"


def _who(number: object) -> str:
    return numbers.display(None if number is None else str(number))


def _words(text: object) -> str:
    """Return words on one line without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in str(text or ""))
