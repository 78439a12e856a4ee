"""Looks for words in every file of a folder, byte by byte, as whoever takes the memory card home would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def files_with(folder: Path, *words: str) -> list[str]:
    """Return the names of the files in which any of these words is."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        if any(word.encode() in content for word in words):
            found.append(file.relative_to(folder).as_posix())
    return found


def files_with_number(folder: Path, key: str) -> list[str]:
    """Return the names of the files in which this UK number is, whatever is between its digits."""
    digits = key.removeprefix("+44").encode()
    anywhere = re.compile(rb"[ ().-]{0,2}".join(digits[i : i + 1] for i in range(len(digits))))
    return [
        file.relative_to(folder).as_posix()
        for file in sorted(path for path in folder.rglob("*") if path.is_file())
        if anywhere.search(file.read_bytes())
    ]
