"""Every command the emulated modem knows, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.simulator import (
    commands_calls,
    commands_general,
    commands_messages,
    commands_texts,
    settings,
)
from appliance.simulator.answers import Answer, CmeRefused, Outcome
from appliance.simulator.at_parser import Form, Request
from appliance.simulator.device import Device

NOT_SUPPORTED = 4
Handler = Callable[[Device, Request], Outcome]

COMMANDS: Mapping[str, Handler] = {
    **settings.COMMANDS,
    **commands_general.COMMANDS,
    **commands_calls.COMMANDS,
    **commands_messages.COMMANDS,
    **commands_texts.COMMANDS,
}
MESSAGE_COMMANDS = frozenset(
    (*commands_messages.COMMANDS, *commands_texts.COMMANDS, "+CMGF", "+CMMS", "+CSDH")
)


def execute(device: Device, request: Request) -> Outcome:
    """Carry out one command. Refused says why not; CmeRefused 4 when the modem does not know it."""
    own = device.personality.commands.get(request.typed.upper())
    if own is not None:
        return Answer(own)
    if request.name == "+CLAC" and request.form is Form.EXECUTE:  # 27.007 section 8.37
        return Answer(tuple(name for name in COMMANDS if name.startswith("+")))
    handler = COMMANDS.get(request.name)
    if handler is None:
        raise CmeRefused(NOT_SUPPORTED)
    return handler(device, request)
