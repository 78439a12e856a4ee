"""The commands of the control channel: what a person can do to the emulated modem, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from appliance.simulator.call import ClipTiming, Script
from appliance.simulator.control import Finish, Reply, SimulatorError
from appliance.simulator.personality import End

if TYPE_CHECKING:
    from appliance.simulator.runner import Runner

Command = dict[str, object]
T = TypeVar("T")
_DONE: Reply = {"ok": True}
PICKED_UP_AFTER_RINGS = 1.5


def obey(runner: Runner, command: Command) -> Reply | Finish:
    """Carry out one command. SimulatorError, a sentence for people, for one that makes no sense."""
    act = COMMANDS.get(str(command.get("command")))
    if act is None:
        raise SimulatorError("The emulated modem knows these commands: " + ", ".join(COMMANDS) + ".")
    return act(runner, command)


def _field(command: Command, name: str, kind: type[T], default: T) -> T:
    value = command.get(name)
    if value is None:
        return default
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise SimulatorError(f"{name} must be a {kind.__name__}.")
    return value


def _needed(command: Command, name: str) -> str:
    words = _field(command, name, str, "")
    if not words:
        raise SimulatorError(f"{name} is missing.")
    return words


def _call(runner: Runner, command: Command) -> Reply | Finish:
    withheld = _field(command, "withheld", bool, False)
    number = "" if withheld else _needed(command, "number")
    interval = _field(command, "interval", float, 0.0) or runner.modem.device.personality.ring_period
    validity = _field(command, "validity", int, -1)
    answered_after = _field(command, "answered_after", float, -1.0)
    end = _field(command, "end", str, "")
    if _field(command, "answered", bool, False):
        answered_after = PICKED_UP_AFTER_RINGS * interval
    try:
        script = Script(
            number,
            rings=_field(command, "rings", int, 3),
            interval=interval,
            end=End(end) if end else None,
            type_of_address=_field(command, "type_of_address", int, 0) or None,
            withheld=withheld,
            validity=None if validity < 0 else validity,
            answered_after=None if answered_after < 0 else answered_after,
            talk=_field(command, "talk", float, 5.0),
            clip=ClipTiming(_field(command, "clip", str, ClipTiming.WITH_RING.value)),
        )
    except ValueError as error:
        raise SimulatorError(f"{error}.") from error
    call = runner.do(lambda modem: modem.call(script))
    if call is None:
        raise SimulatorError(
            "The caller did not get through: the line is engaged, or the modem has no network."
        )
    if not _field(command, "wait", bool, False):
        return {"ok": True, "call": call}

    def over() -> Reply | None:
        return {"ok": True, "call": call} if runner.modem.device.calls.over(call) else None

    return over


def _text(runner: Runner, command: Command) -> Reply:
    number, words = _needed(command, "number"), _needed(command, "words")
    runner.do(lambda modem: modem.text(number, words))
    return {"ok": True, "held": len(runner.modem.device.incoming.held)}


def _fail_send(runner: Runner, command: Command) -> Reply:
    code, times = _field(command, "code", int, 0), _field(command, "times", int, 1)
    runner.do(lambda modem: modem.fail_next_send(code, times))
    return _DONE


def _signal(runner: Runner, command: Command) -> Reply:
    quality = _field(command, "quality", int, 23)
    if quality not in range(32):
        raise SimulatorError("quality must be from 0 to 31.")
    runner.do(lambda modem: modem.signal(quality))
    return _DONE


def _status(runner: Runner, _command: Command) -> Reply:
    device = runner.modem.device
    return {
        "ok": True,
        "powered": runner.modem.powered,
        "hung": runner.modem.hung,
        "registration": device.network.stat,
        "signal": device.network.quality,
        "calls": len(device.calls.calls),
        "sent": len(runner.modem.sent),
        "held": len(device.incoming.held),
        "stored": {store.name: len(store) for store in device.incoming.stores.values()},
    }


def _sent(runner: Runner, _command: Command) -> Reply:
    texts = [
        {
            "number": sent.number,
            "text": sent.text,
            "pdus": list(sent.pdus),
            "at": sent.at.isoformat(),
            "complete": sent.complete,
        }
        for sent in runner.modem.sent
    ]
    return {"ok": True, "sent": texts}


def _insert_sim(runner: Runner, command: Command) -> Reply:
    pin = _field(command, "pin", str, "")
    runner.do(lambda modem: modem.insert_sim(pin or None))
    return _DONE


def _registration(runner: Runner, command: Command) -> Reply:
    stat = _field(command, "stat", int, 1)
    runner.do(lambda modem: modem.registration(stat))
    return _DONE


def _inject(runner: Runner, command: Command) -> Reply:
    line = _needed(command, "line")
    runner.do(lambda modem: modem.inject(line))
    return _DONE


def _replug(runner: Runner, command: Command) -> Reply:
    name = _field(command, "name", str, "")
    if "/" in name:
        raise SimulatorError("name is the new name of the link, in the folder it is in.")
    runner.replug(name or None)
    return _DONE


def _garble(runner: Runner, command: Command) -> Reply:
    count = _field(command, "count", int, 20)
    runner.do(lambda modem: modem.garble(count))
    return _DONE


def _late(runner: Runner, command: Command) -> Reply:
    seconds, during = _field(command, "seconds", float, 60.0), _field(command, "during", str, "")
    runner.do(lambda modem: modem.late(seconds, during))
    return _DONE


def _fill_store(runner: Runner, command: Command) -> Reply:
    number, words = _needed(command, "number"), _needed(command, "words")
    return {"ok": True, "texts": runner.do(lambda modem: modem.fill_store(number, words))}


def _simple(act: Callable[[Runner], None]) -> Callable[[Runner, Command], Reply]:
    def obeyed(runner: Runner, _command: Command) -> Reply:
        act(runner)
        return _DONE

    return obeyed


COMMANDS: Mapping[str, Callable[[Runner, Command], Reply | Finish]] = {
    "call": _call,
    "text": _text,
    "unplug": _simple(lambda runner: runner.unplug()),
    "replug": _replug,
    "reboot": _simple(lambda runner: runner.do(lambda modem: modem.reboot())),
    "garble": _garble,
    "late": _late,
    "elsewhere": _simple(lambda runner: runner.do(lambda modem: modem.tell_elsewhere())),
    "deregister": _simple(lambda runner: runner.do(lambda modem: modem.deregister())),
    "fill-store": _fill_store,
    "hang": _simple(lambda runner: runner.do(lambda modem: modem.hang())),
    "unhang": _simple(lambda runner: runner.do(lambda modem: modem.unhang())),
    "no-signal": _simple(lambda runner: runner.do(lambda modem: modem.no_signal())),
    "signal": _signal,
    "registration": _registration,
    "remove-sim": _simple(lambda runner: runner.do(lambda modem: modem.remove_sim())),
    "insert-sim": _insert_sim,
    "swap-sim": _simple(lambda runner: runner.do(lambda modem: modem.swap_sim())),
    "inject": _inject,
    "fail-send": _fail_send,
    "status": _status,
    "sent": _sent,
}
