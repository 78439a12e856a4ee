"""What the box knows of itself, made into one state, the words for it, and the three lights.

The page, the lights and `textback status` all show what `assess` returns, so they never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.core.known import Known, Registration, Sim
from appliance.core.states import TABLE, Lights, Pattern, State, words

__all__ = ["Health", "Known", "Lights", "Pattern", "Registration", "Sim", "State", "assess"]

SENDS_FAIL_AT = 3


@dataclass(frozen=True, slots=True)
class Health:
    """One state of the box, its two lines of words, and its lights."""

    state: State
    headline: str
    detail: str
    lights: Lights


def assess(known: Known) -> Health:
    """Return the one state to show for all that is known.

    The order of `_SIGNS` decides, by what its owner has to do first:

    1. What stops every text, from the plug outwards (modem, SIM, start, network, voice, sending): what comes
       later in the chain cannot work, or be known, until the earlier link does.
    2. What will stop them soon (storage, power), then a box nobody has set up.
    3. What is happening this second. It never covers a fault.
    4. What the owner chose or can wait out: the day's limit, a pause, closing time, an unknown time.

    The lights show more than the one state: power, storage and the clock are added on BOX, a call or a text
    under way on TEXTS. Of two patterns on one light the more urgent is shown.
    """
    signs = [state for state, holds in _SIGNS if holds(known)]
    state = next(iter(signs), State.READY)
    steady = next((sign for sign in signs if sign not in _ADDED), State.READY)
    headline, detail = words(state, known)
    if state in _LIVE:
        detail = words(steady, known)[0]
    lights = TABLE[steady].lights
    for sign in signs:
        if sign in _ADDED:
            lights = _combined(lights, TABLE[sign].lights)
    return Health(state, headline, detail, lights)


_BY_URGENCY = (Pattern.OFF, Pattern.STEADY, Pattern.WINK, Pattern.SLOW, Pattern.DOUBLE, Pattern.FLICKER)
_LIVE = frozenset({State.RINGING, State.TEXTING})
_ADDED = _LIVE | {State.STORAGE, State.LOW_POWER, State.CLOCK_UNSURE}

_SIGNS: tuple[tuple[State, Callable[[Known], bool]], ...] = (
    (State.NO_MODEM, lambda k: k.modem_present is False),
    (State.SIM_BLOCKED, lambda k: k.sim is Sim.BLOCKED),
    (State.SIM_LOCKED, lambda k: k.sim is Sim.LOCKED),
    (State.NO_SIM, lambda k: k.sim is Sim.MISSING),
    (State.STARTING, lambda k: not k.started),
    (State.REFUSED, lambda k: k.registration in {Registration.DENIED, Registration.EMERGENCY_ONLY}),
    (State.NO_SIGNAL, lambda k: k.registration in {Registration.SEARCHING, Registration.UNKNOWN}),
    (State.NO_VOICE, lambda k: k.voice is False or k.registration is Registration.SMS_ONLY),
    (State.SENDS_FAILING, lambda k: k.sends_failing >= SENDS_FAIL_AT),
    (State.STORAGE, lambda k: not k.storage_ok),
    (State.LOW_POWER, lambda k: k.low_power),
    (State.NOT_SET_UP, lambda k: not k.set_up),
    (State.RINGING, lambda k: k.ringing is not None),
    (State.TEXTING, lambda k: k.texting is not None or k.text_took_s is not None),
    (State.LIMIT, lambda k: k.limit_reached),
    (State.PAUSED, lambda k: k.paused_until is not None and k.paused_until > k.now),
    (State.CLOSED, lambda k: k.clock_sure and not k.open_now and k.closed_text_empty),
    (State.CLOCK_UNSURE, lambda k: not k.clock_sure),
)


def _combined(one: Lights, other: Lights) -> Lights:
    """Return the more urgent pattern of each light."""
    return Lights(
        box=max(one.box, other.box, key=_BY_URGENCY.index),
        signal=max(one.signal, other.signal, key=_BY_URGENCY.index),
        texts=max(one.texts, other.texts, key=_BY_URGENCY.index),
    )
