"""An emulated modem on a pty: for the demo, the tests, and an owner who wants to try it."""

from appliance.simulator.answers import Answer, Later
from appliance.simulator.call import ClipTiming, Script
from appliance.simulator.emulated import EmulatedModem
from appliance.simulator.engine import Modem
from appliance.simulator.outgoing import Sent
from appliance.simulator.personalities import GENERIC, PERSONALITIES
from appliance.simulator.personality import End, Personality
from appliance.simulator.pty_port import LinkInTheWay

__all__ = [
    "GENERIC",
    "PERSONALITIES",
    "Answer",
    "ClipTiming",
    "EmulatedModem",
    "End",
    "Later",
    "LinkInTheWay",
    "Modem",
    "Personality",
    "Script",
    "Sent",
]
