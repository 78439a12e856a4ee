"""The setup code: who holds the box's card may claim it, within a quarter of an hour of being near it.

The code lies in DATA/setup-code and stays the same for the life of the box: it is printed on its card. Until
when it may be tried lies in RUN/claim.json, which is in memory and gone with the power.
"""

from __future__ import annotations

import hmac
import json
import secrets
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from appliance.drivers import files
from appliance.drivers.access_file import AccessUnwritable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs, none that looks like another: no O, 0, I, 1
LENGTH: Final = 8  # of 5 bits each
OPEN_S: Final = 15 * 60.0
MOST_WRONG: Final = 20
_UNWRITABLE: Final = "The setup code could not be saved. The box's storage is full or failing."


class Tried(StrEnum):
    """What came of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    CLOSED = "closed"  # too late, or too many wrong ones: nothing was looked at


@dataclass(frozen=True, slots=True)
class _Window:
    """Since when the code may be tried, in monotonic seconds, and how often it was wrong."""

    opened: float = 0.0  # Linux counts from power-on
    wrong: int = 0

    def left(self, now: float) -> float:
        return max(0.0, self.opened + OPEN_S - now) if self.wrong < MOST_WRONG else 0.0


class SetupCode:
    """The code of one box. `monotonic` counts seconds since power-on, as Linux does."""

    def __init__(self, data: Path, run: Path, monotonic: Callable[[], float]) -> None:
        self._path = data / "setup-code"
        self._window_path = run / "claim.json"
        self._monotonic = monotonic

    def code(self) -> str:
        """Return the code as it is printed, "K7QW-3MZP"; the first to ask makes it. AccessUnwritable."""
        try:
            files.private_folder(self._path.parent)
            with files.locked(self._path.with_suffix(".lock")):
                found = self._read()
                if found is None:
                    found = new_code()
                    files.replace_file(self._path, f"{found}\n".encode())
        except OSError as error:
            raise AccessUnwritable(_UNWRITABLE) from error
        return found

    def open(self) -> None:
        """Let the code be tried for 15 minutes from now: somebody is at the box. Raises OSError."""
        with self._locked():
            self._write(_Window(opened=self._monotonic()))

    def seconds_left(self) -> float:
        """Return for how long the code may still be tried; 0 when it may not."""
        return self._window().left(self._monotonic())

    def try_code(self, typed: str) -> Tried:
        """Compare what was typed with the code, in any case, with or without spaces and dashes.

        Tries in parallel are counted one by one. A box that cannot count takes none.
        """
        try:
            with self._locked():
                window = self._window()
                if window.left(self._monotonic()) <= 0:
                    return Tried.CLOSED
                code = self._read()
                if code is not None and hmac.compare_digest(_bare(code).encode(), _bare(typed).encode()):
                    return Tried.RIGHT
                self._write(_Window(window.opened, window.wrong + 1))
        except OSError:
            return Tried.CLOSED
        return Tried.WRONG

    def _read(self) -> str | None:
        """Return the code, None while there is none. A file that holds no code counts as none."""
        try:
            found = self._path.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        bare = _bare(found)
        return found if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else None

    def _locked(self) -> AbstractContextManager[None]:
        files.private_folder(self._window_path.parent)
        return files.locked(self._window_path.with_suffix(".lock"))

    def _window(self) -> _Window:
        with suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads(self._window_path.read_bytes())
            window = _Window(float(kept["opened"]), int(kept["wrong"]))
            if window.opened <= self._monotonic():  # else it is from before the power was cut
                return window
        return _Window()

    def _write(self, window: _Window) -> None:
        kept = {"opened": window.opened, "wrong": window.wrong}
        files.replace_file(self._window_path, json.dumps(kept).encode(), lasting=False)


def new_code() -> str:
    """Return a code that nothing leads to: 40 bits from the kernel, in two groups of four."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def _bare(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum()).upper()
