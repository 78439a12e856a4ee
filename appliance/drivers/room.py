"""How much room the storage has, and whether it takes what is written."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile


@dataclass(frozen=True, slots=True)
class Room:
    """The storage of a folder. `free`: octets; `trouble`: what it said to a write, None when it took it."""

    free: int
    trouble: OSError | None = None


def room_of(data: Path) -> Room:
    """Try the folder, or where it would be made; nothing is left behind. Never raises OSError."""
    try:
        folder = next(path for path in (data, *data.absolute().parents) if path.exists())
        free = shutil.disk_usage(folder).free
    except OSError as trouble:
        return Room(0, trouble)
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"\0")
            file.flush()
            os.fsync(file.fileno())
    except OSError as trouble:
        return Room(free, trouble)
    return Room(free)
