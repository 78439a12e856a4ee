"""The one table of states: what each says in words and shows on the three lights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from appliance.core import numbers
from appliance.core.hours import in_words
from appliance.core.known import Known

PROOF_LASTS = timedelta(hours=24)


class State(StrEnum):
    """What the box is up to. Shown by name in status.json, so the values never change."""

    READY = "READY"
    STARTING = "STARTING"
    NO_SIM = "NO_SIM"
    SIM_LOCKED = "SIM_LOCKED"
    SIM_BLOCKED = "SIM_BLOCKED"
    NO_MODEM = "NO_MODEM"
    NO_SIGNAL = "NO_SIGNAL"
    REFUSED = "REFUSED"
    NO_VOICE = "NO_VOICE"
    SENDS_FAILING = "SENDS_FAILING"
    NOT_SET_UP = "NOT_SET_UP"
    LIMIT = "LIMIT"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"
    LOW_POWER = "LOW_POWER"
    STORAGE = "STORAGE"
    CLOCK_UNSURE = "CLOCK_UNSURE"
    RINGING = "RINGING"
    TEXTING = "TEXTING"

    @property
    def needs_owner(self) -> bool:
        """Whether somebody has to do something before missed callers get their text again."""
        return self in _NEEDS_OWNER


class Pattern(StrEnum):
    """How a light is lit. The pattern carries the meaning; colour only repeats it."""

    OFF = "off"
    STEADY = "steady"  # good
    WINK = "wink"  # 1.8 s on, 0.2 s off: you chose it
    SLOW = "slow"  # 1 s on, 1 s off: wait
    DOUBLE = "double"  # 2 x 0.15 s, then 1.2 s off: needs you
    FLICKER = "flicker"  # 3 x 0.2 s: it is happening now


@dataclass(frozen=True, slots=True)
class Lights:
    """The three lights, left to right."""

    box: Pattern
    signal: Pattern
    texts: Pattern


_STEADY, _WINK, _SLOW, _DOUBLE = Pattern.STEADY, Pattern.WINK, Pattern.SLOW, Pattern.DOUBLE
_OFF, _FLICKER = Pattern.OFF, Pattern.FLICKER
_STRENGTHS = ("very weak", "weak", "fair", "good", "good", "very good")  # by bars, 0 to 5
_NEEDS_OWNER = frozenset(
    {
        State.NO_SIM,
        State.SIM_LOCKED,
        State.SIM_BLOCKED,
        State.NO_MODEM,
        State.NO_SIGNAL,
        State.REFUSED,
        State.NO_VOICE,
        State.SENDS_FAILING,
        State.LOW_POWER,
        State.STORAGE,
        State.NOT_SET_UP,
    }
)

_Words = str | Callable[[Known], str]


@dataclass(frozen=True, slots=True)
class Row:
    """What one state shows. Words that depend on what is known are functions of it."""

    headline: _Words
    detail: _Words
    lights: Lights


def words(state: State, known: Known) -> tuple[str, str]:
    """Return the headline and the second line of a state."""
    row = TABLE[state]
    headline, detail = (
        words if isinstance(words, str) else words(known) for words in (row.headline, row.detail)
    )
    return headline, detail


def _ready(known: Known) -> str:
    """Say Ready without a word more only when calls and texts both worked within the last day."""
    voice, text, now = known.voice_proved_at, known.text_proved_at, known.now.astimezone(UTC)
    if voice is None or text is None or max(voice, text) > now + PROOF_LASTS:  # proved by a clock set wrong
        return "Ready, not tested yet."
    oldest = min(voice, text)
    if now - oldest.astimezone(UTC) <= PROOF_LASTS:
        return "Ready. Missed calls get a text."
    return f"Ready, not tested since {_day_ago(oldest, known.now)}."


def _day_ago(moment: datetime, now: datetime) -> str:
    """Return a past day in words: yesterday, Monday, Mon 3 Nov."""
    day = moment.astimezone(now.tzinfo).date()
    match (now.date() - day).days:
        case 1:
            return "yesterday"
        case 2 | 3 | 4 | 5 | 6:
            return f"{day:%A}"
        case _:
            return f"{day:%a} {day.day} {day:%b}"


def _network(known: Known) -> str:
    """Return "EE, good signal. 3 texts today.", or as much of it as is known."""
    sentences = []
    operator = "".join(filter(str.isprintable, known.operator or ""))[:20].strip()
    if known.signal_bars is not None:
        signal = f"{_STRENGTHS[max(0, min(known.signal_bars, 5))]} signal"
        sentences.append(f"{operator}, {signal}." if operator else f"{signal.capitalize()}.")
    elif operator:
        sentences.append(f"{operator}.")
    if known.texts_today:
        sentences.append(f"{known.texts_today} text{'' if known.texts_today == 1 else 's'} today.")
    return " ".join(sentences)


def _paused(known: Known) -> str:
    return f"Paused until {in_words(known.paused_until or known.now, known.now)}."


def _ringing(known: Known) -> str:
    return f"Phone ringing: {numbers.display(known.ringing)}" if known.ringing else "Phone ringing."


def _texting(known: Known) -> str:
    if known.texting is not None:
        return f"Texting {numbers.display(known.texting)}."
    return f"Text sent, {known.text_took_s} second{'' if known.text_took_s == 1 else 's'}."


TABLE: dict[State, Row] = {
    State.READY: Row(_ready, _network, Lights(_STEADY, _STEADY, _STEADY)),
    State.STARTING: Row(
        "Starting up.", "Takes about a minute. Leave it plugged in.", Lights(_SLOW, _SLOW, _SLOW)
    ),
    State.NO_SIM: Row(
        "No SIM card found.",
        "Unplug the box, push the SIM in till it clicks, plug in again.",
        Lights(_STEADY, _DOUBLE, _DOUBLE),
    ),
    State.SIM_LOCKED: Row(
        "The SIM is locked.",
        "Type its lock code. We only ever try it once.",
        Lights(_STEADY, _DOUBLE, _DOUBLE),
    ),
    State.SIM_BLOCKED: Row(
        "The SIM has shut itself.",
        "Ring your phone company and ask for the PUK code.",
        Lights(_STEADY, _DOUBLE, _DOUBLE),
    ),
    State.NO_MODEM: Row(
        "Can't find the phone part.",
        "Unplug for 10 seconds and plug in again.",
        Lights(_DOUBLE, _OFF, _DOUBLE),
    ),
    State.NO_SIGNAL: Row(
        "No phone signal here.",
        "Move the box near a window. We keep looking.",
        Lights(_STEADY, _SLOW, _SLOW),
    ),
    State.REFUSED: Row(
        "Signal, but the network won't let us on.",
        "Is the SIM active and in credit?",
        Lights(_STEADY, _DOUBLE, _DOUBLE),
    ),
    State.NO_VOICE: Row(
        "Texts work but calls can't get in.",
        lambda k: k.advice or "This SIM can't take calls on this box.",
        Lights(_STEADY, _DOUBLE, _STEADY),
    ),
    State.SENDS_FAILING: Row(
        "Texts are not going out.",
        lambda k: f"The last {k.sends_failing} failed. Check the SIM has credit.",
        Lights(_STEADY, _STEADY, _DOUBLE),
    ),
    State.NOT_SET_UP: Row(
        "Not set up yet.", "Open the page on your phone to start.", Lights(_STEADY, _STEADY, _DOUBLE)
    ),
    State.LIMIT: Row(
        "Today's limit of texts is used up.", "Starts again at midnight.", Lights(_STEADY, _STEADY, _WINK)
    ),
    State.PAUSED: Row(_paused, "Missed calls are listed but get no text.", Lights(_STEADY, _STEADY, _WINK)),
    State.CLOSED: Row(
        lambda k: f"Closed until {k.opens_at}." if k.opens_at else "Closed.",
        "No texts till then.",
        Lights(_STEADY, _STEADY, _WINK),
    ),
    # These say nothing of the other lights, which go on showing what they showed.
    State.LOW_POWER: Row("Power is weak.", "Use the plug that came with it.", Lights(_DOUBLE, _OFF, _OFF)),
    State.STORAGE: Row("Storage is nearly full, or failing.", "", Lights(_DOUBLE, _OFF, _OFF)),
    State.CLOCK_UNSURE: Row("We don't know the time yet.", "Texts still go.", Lights(_SLOW, _OFF, _OFF)),
    State.RINGING: Row(_ringing, "", Lights(_OFF, _OFF, _FLICKER)),
    State.TEXTING: Row(_texting, "", Lights(_OFF, _OFF, _FLICKER)),
}
