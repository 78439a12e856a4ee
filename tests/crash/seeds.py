"""Data folders of boxes that are set up, to copy from."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tests.crash.campaign import Seeds
from tests.crash.victim import Orders

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.nursery import End, Nursery

OWNER = "+447700900999"
_LONG = "Sorry we missed you, this is [name] of [business]. " + "We ring you back as soon as we can. " * 4


def plant(nursery: Nursery, folder: Path) -> Seeds:
    """Set a box up as its installer does, and three others from it."""
    plain = folder / "plain"
    words = ("--business", "Smith Plumbing", "--name", "Dave", "--owner-mobile", OWNER, "--password-stdin")
    password = folder / "password"
    password.write_text("correct horse battery staple\n", "utf-8")
    end = run(nursery, folder, "setup", *words, "--data", str(plain), stdin=password)
    assert end.code == 0, (folder / "log").read_text("utf-8")
    _set(nursery, plain, "limits.per_10_minutes", "100")
    _set(nursery, plain, "limits.per_day", "1000")
    long = _copied(plain, "long")
    for key in ("text.open", "text.closed", "text.holiday"):
        _set(nursery, long, key, _LONG)
    reports, long_reports = _copied(plain, "reports"), _copied(long, "long-reports")
    for data in (reports, long_reports):
        _set(nursery, data, "delivery_reports", "yes")
    return Seeds(plain, long, reports, long_reports)


def _copied(data: Path, name: str) -> Path:
    return shutil.copytree(data, data.with_name(name))


def _set(nursery: Nursery, data: Path, key: str, value: str) -> None:
    end = run(nursery, data.parent, "settings", "set", key, value, "--data", str(data))
    assert end.code == 0, (data.parent / "log").read_text("utf-8")


def run(nursery: Nursery, folder: Path, *argv: str, stdin: Path | None = None) -> End:
    """Run one command to its end."""
    orders = Orders([*argv], str(folder), str(folder / "log"), stdin=str(stdin or os.devnull))
    end = nursery.start(orders).end(60)
    assert end is not None
    return end
