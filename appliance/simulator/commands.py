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
from appliance.simulator.answers import Answer, CmeRefused, Outcome, Refused
from appliance.simulator.at_parser import EXTENDED, Form, Request
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
    """Carry out one command. Refused says why not, as for one the modem does not know."""
    own = device.personality.commands.get(request.typed.upper())
    if own is not None:
        return Answer(own)
    if request.name == "+CLAC" and request.form is Form.EXECUTE:  # 27.007 section 8.37
        return Answer(tuple(name for name in COMMANDS if name.startswith("+")))
    handler = COMMANDS.get(request.name)
    if handler is None:
        raise CmeRefused(NOT_SUPPORTED) if request.name[0] in EXTENDED else Refused
    return handler(device, request)
