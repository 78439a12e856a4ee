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
    typed = request.typed.upper()
    own = device.personality.commands.get(typed)
    switched = device.switch(typed)
    if own is not None:
        return Answer(device.filled(own))
    if switched:
        return Answer()
    if request.name == "+CLAC" and request.form is Form.EXECUTE:  # 27.007 section 8.37
        return Answer(tuple(name for name in COMMANDS if name.startswith("+")))
    handler = COMMANDS.get(request.name)
    if handler is None or request.name in device.personality.unknown:
        raise CmeRefused(NOT_SUPPORTED) if request.name[0] in EXTENDED else Refused
    return handler(device, request)
