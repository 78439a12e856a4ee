"""What the doctor finds, in plain words, and what to do about it: one small function a check."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from appliance.core import hours, states
from appliance.core.hours import LONDON
from appliance.core.known import Known
from appliance.core.states import State
from appliance.drivers.power import Power
from appliance.modem.events import Network, NetworkStatus, Sim, SimStatus
from appliance.modem.families import BUY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.drivers.room import Room
    from appliance.drivers.status_file import Status

WEAK_BARS = 1
LEAST_FREE = 100_000_000  # octets; a year of calls takes some 20 MB, and SQLite writes twice
NEARLY_FULL = 0.8  # of the SIM's places for texts


class Check(StrEnum):
    """What is looked at, in the order in which one thing needs the one before."""

    BOX = "box"
    PORT = "port"
    MODEM = "modem"
    FIRMWARE = "firmware"
    SIM = "sim"
    NETWORK = "network"
    VOICE = "voice"
    SIGNAL = "signal"
    SMS_CENTRE = "sms_centre"
    SIM_STORE = "sim_store"
    TIME = "time"
    STORAGE = "storage"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ok None: it could not be told. `advice`: what to do, "" for nothing."""

    check: Check
    ok: bool | None
    words: str
    advice: str = ""


def told(check: Check, sentences: str) -> Finding:
    """Return a fault from sentences of which the first says what is wrong, the others what to do."""
    words, stop, advice = sentences.partition(". ")
    return Finding(check, False, words + stop.strip(), advice)


def modem(manufacturer: str | None, model: str | None) -> Finding:
    """Return what the modem calls itself; None is what it did not say."""
    names = [name for name in (_clean(manufacturer), _clean(model)) if name]
    return Finding(Check.MODEM, True, " ".join(names) or "It answers, and gives no name.")


def firmware(revision: str | None) -> Finding:
    """Return the firmware; None is not told."""
    name = _clean(revision).removeprefix("+CGMR:").strip()
    return Finding(Check.FIRMWARE, True if name else None, name or "The modem does not say.")


def sim(status: SimStatus) -> Finding:
    """Return the state of the SIM card."""
    match status.sim:
        case Sim.READY:
            return Finding(Check.SIM, True, "Ready.")
        case Sim.LOCKED:
            left = "" if status.tries is None else f" Tries left: {status.tries}."
            words, _ = _words(State.SIM_LOCKED)
            return Finding(Check.SIM, False, words, f"Type its lock code on the page, in Settings.{left}")
        case Sim.BLOCKED:
            return _fault(Check.SIM, State.SIM_BLOCKED)
        case Sim.ABSENT:
            return _fault(Check.SIM, State.NO_SIM)
        case Sim.FAILED:
            return Finding(Check.SIM, False, "The SIM is not working.", "Try another SIM in the box.")
        case Sim.BUSY:
            return Finding(Check.SIM, False, "The SIM is still busy.", "Wait a minute and run this again.")


def network(status: NetworkStatus) -> Iterator[Finding]:
    """Yield the network, whether calls get in, and the signal."""
    operator = _clean(status.operator)[:20]
    match status.network:
        case Network.HOME | Network.ROAMING | Network.TEXTS_ONLY:
            abroad = ", as a guest" if status.network is Network.ROAMING else ""
            yield Finding(Check.NETWORK, True, f"{operator or 'Connected'}{abroad}")
            yield _voice(status)
        case Network.DENIED:
            yield _fault(Check.NETWORK, State.REFUSED)
        case Network.SEARCHING | Network.NONE | Network.UNKNOWN if status.bars:
            yield Finding(
                Check.NETWORK, False, "Signal, but no network yet.", "Wait a minute and run this again."
            )
        case Network.SEARCHING | Network.NONE | Network.UNKNOWN:
            words, _ = _words(State.NO_SIGNAL)
            yield Finding(Check.NETWORK, False, words, "Move the box near a window.")
    if status.bars is not None:
        yield signal(status.bars)


def _voice(status: NetworkStatus) -> Finding:
    if status.takes_calls is False:
        return Finding(Check.VOICE, False, "The modem says it cannot take calls.", BUY)
    if status.network is Network.TEXTS_ONLY:
        words, _ = _words(State.NO_VOICE)
        return Finding(Check.VOICE, False, words, "Ask your phone company for a SIM with calls.")
    if status.volte is False:
        advice = "Ask your phone company to turn on 4G calling."
        return Finding(Check.VOICE, True, "Calls can get in, but not over 4G.", advice)
    return Finding(Check.VOICE, True, "Calls can get in.")


def signal(bars: int) -> Finding:
    """Return the phone signal, 0 to 5 bars."""
    if bars > WEAK_BARS:
        return Finding(Check.SIGNAL, True, f"{bars} of 5 bars.")
    return Finding(Check.SIGNAL, False, f"Weak: {bars} of 5 bars.", "Move the box near a window.")


def sms_centre(number: str | None) -> Finding:
    """Return the text centre, through which every text goes; None when the SIM has none."""
    if number:
        return Finding(Check.SMS_CENTRE, True, _clean(number))
    advice = "Ring your phone company and ask for their text centre's number."
    return Finding(Check.SMS_CENTRE, False, "The SIM does not know its text centre.", advice)


def sim_store(used: int, total: int) -> Finding:
    """Return how full the SIM's memory for texts is."""
    words = f"{used} of {total} places for texts used."
    if used < NEARLY_FULL * total:
        return Finding(Check.SIM_STORE, True, words)
    return Finding(Check.SIM_STORE, False, words, "Start the box: it takes the texts off the SIM.")


def time(now: datetime, *, sure: bool) -> Finding:
    """Return the time. `sure`: whether it can be believed."""
    if sure:
        return Finding(Check.TIME, True, f"It is {hours.clock(now.astimezone(LONDON))}.")
    words, _ = _words(State.CLOCK_UNSURE)
    return Finding(Check.TIME, False, words, "Join the box to your Wi-Fi for a minute.")


def storage(room: Room) -> Finding:
    """Return whether what happens can be written down."""
    if room.trouble is None and room.free >= LEAST_FREE:
        return Finding(Check.STORAGE, True, f"{room.free / 1e9:.1f} GB free.")
    match errno.ENOSPC if room.trouble is None else room.trouble.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Finding(Check.STORAGE, False, "The storage is full.", "Put in a bigger memory card.")
        case errno.EACCES | errno.EPERM:
            return Finding(Check.STORAGE, False, "This user may not write there.", "Run this with sudo.")
        case _:
            return Finding(Check.STORAGE, False, "The storage is failing.", "Replace the memory card.")


def power(found: Power | None) -> Finding:
    """Return whether the plug is strong enough; None where nothing measures it."""
    words, advice = _words(State.LOW_POWER)
    match found:
        case Power.GOOD:
            return Finding(Check.POWER, True, "Steady.")
        case Power.WEAK:
            return Finding(Check.POWER, False, words, advice)
        case Power.WAS_WEAK:
            return Finding(Check.POWER, False, "Power was weak since the start.", advice)
        case None:
            return Finding(Check.POWER, None, "This computer does not say.")


# Which check a state of the running box is about. What needs that check is not known then.
_ABOUT = {
    State.NO_MODEM: Check.MODEM,
    State.NO_SIM: Check.SIM,
    State.SIM_LOCKED: Check.SIM,
    State.SIM_BLOCKED: Check.SIM,
    State.NO_SIGNAL: Check.NETWORK,
    State.REFUSED: Check.NETWORK,
    State.NO_VOICE: Check.VOICE,
    State.SENDS_FAILING: Check.BOX,
    State.NOT_SET_UP: Check.BOX,
    State.LOW_POWER: Check.POWER,
    State.STORAGE: Check.STORAGE,
}
_LIVE = frozenset({State.RINGING, State.TEXTING})


def running(status: Status) -> Iterator[Finding]:
    """Yield what a running box says of itself: it holds the port, and asks the modem all the time."""
    about = _ABOUT.get(status.state)
    fault = None if about is None else Finding(about, False, status.headline, status.detail)
    if fault is not None and about is Check.BOX:
        yield fault
    else:
        busy = " A call or a text is under way." if status.state in _LIVE else ""
        yield Finding(Check.BOX, True, f"Running.{busy}")
    if status.modem is not None:
        yield Finding(Check.PORT, True, status.modem.port)
    if status.state is State.STARTING:
        yield Finding(Check.MODEM, None, "Starting up.", "Wait a minute and run this again.")
        return
    chain = {
        Check.MODEM: modem(None, status.modem.model if status.modem else None),
        Check.SIM: Finding(Check.SIM, True, "Ready."),
        Check.NETWORK: Finding(Check.NETWORK, True, _clean(status.operator)[:20] or "Connected"),
        Check.VOICE: Finding(Check.VOICE, status.voice, _VOICE[status.voice]),
    }
    for check, finding in chain.items():
        if fault is not None and about is check:
            yield fault
            break
        yield finding
    if status.signal_bars is not None:
        yield signal(status.signal_bars)
    if fault is not None and about in (Check.STORAGE, Check.POWER):
        yield fault


_VOICE = {True: "Calls can get in.", False: "Calls can't get in.", None: "Not known yet."}


def _fault(check: Check, state: State) -> Finding:
    return Finding(check, False, *_words(state))


def _words(state: State) -> tuple[str, str]:
    """Return the words of the table of states: the doctor says what the page says."""
    return states.words(state, Known(now=datetime.min.replace(tzinfo=UTC)))


def _clean(name: str | None) -> str:
    """Return what a modem said of itself without what a terminal would obey."""
    return "".join(filter(str.isprintable, name or "")).strip()
