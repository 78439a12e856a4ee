"""How the commands start the emulated modem, and where it is found."""

from __future__ import annotations

import sys
from pathlib import Path

LINK = "modem"  # below RUN: the emulated modem's port
CONTROL = "simulator.sock"  # below RUN: where `textback simulate` speaks to it


def command_line(run: Path) -> list[str]:
    """Return the command that runs the emulated modem until we end."""
    return [
        *(sys.executable, "-m", "appliance.simulator", "--exit-with-parent"),
        *("--link", str(run / LINK), "--control", str(run / CONTROL)),
    ]
