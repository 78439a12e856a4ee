"""What the page asks of the daemon, having no right to do it itself: files of RUN that the daemon takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from appliance.drivers import files

if TYPE_CHECKING:
    from pathlib import Path

_RESTART: Final = "restart-asked"


class RequestFile:
    """The requests of a run folder, which is in memory: none outlives the power."""

    def __init__(self, run: Path) -> None:
        self._restart = run / _RESTART

    def ask_restart(self) -> None:
        """Ask the daemon to start the phone part anew. Raises OSError."""
        files.private_folder(self._restart.parent)
        files.replace_file(self._restart, b"", lasting=False)

    def take_restart(self) -> bool:
        """Tell whether that was asked since the last time. Raises OSError."""
        try:
            self._restart.unlink()
        except FileNotFoundError:
            return False
        return True
