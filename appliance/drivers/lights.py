"""The three lights on the lid: BOX, SIGNAL, TEXTS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from appliance.core.health import Lights


class LightsDriver(Protocol):
    """Whatever shows the lights."""

    def show(self, lights: Lights) -> None:
        """Show these three patterns until told otherwise."""

    def close(self) -> None:
        """Put the lights out."""


class NullLights:
    """No lights at all: a computer without the box's lid."""

    def show(self, lights: Lights) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Put nothing out."""
