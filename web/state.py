"""The state of the box as the page says it: one headline, one line below, one tone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.core.health import Known, State
from appliance.core.states import words
from web.words import Tone

if TYPE_CHECKING:
    from datetime import datetime

    from appliance.core.settings import Settings
    from appliance.drivers.status_file import Status

UNREACHABLE = "UNREACHABLE"  # not one of the daemon's states: it is the daemon that is not there
_GOOD = frozenset({State.READY, State.RINGING, State.TEXTING})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of the box. `state` is a name of the table of states, or UNREACHABLE."""

    state: str
    tone: Tone
    headline: str
    detail: str


def shown(status: Status | None, settings: Settings, local_now: datetime) -> Shown:
    """Return what to say. `status` None: the part that talks to the modem is not running."""
    if status is None:
        return Shown(
            UNREACHABLE,
            Tone.BAD,
            "Can't reach the phone part.",
            "Wait a minute. If this stays, unplug the box for 10 seconds.",
        )
    state = status.state
    paused = is_paused(settings, local_now)
    if paused and state in {State.READY, State.CLOSED}:  # the daemon has not read the settings yet
        known = Known(now=local_now, paused_until=settings.paused_until)
        return Shown(State.PAUSED, Tone.WAIT, *words(State.PAUSED, known))
    if not paused and state is State.PAUSED:
        return Shown(State.STARTING, Tone.WAIT, "No longer paused.", "Ready again in a few seconds.")
    return Shown(state, tone(state), status.headline, status.detail)


def tone(state: State) -> Tone:
    """Return how a state is marked: good, wait, or somebody has to do something."""
    if state.needs_owner:
        return Tone.BAD
    return Tone.GOOD if state in _GOOD else Tone.WAIT


def is_paused(settings: Settings, now: datetime) -> bool:
    """Say whether the owner's pause still lasts."""
    return settings.paused_until is not None and settings.paused_until > now
