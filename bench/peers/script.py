"""Text back missed callers with python-gsmmodem, as its examples suggest: PORT WORDS."""

import sys
import time

from gsmmodem.exceptions import GsmModemException
from gsmmodem.modem import Call, GsmModem

PORT, WORDS = sys.argv[1:]
QUIET_S = 6.0  # so long without a ring, and the caller has gone
DAY_S = 86_400.0
last_ring: dict[str, float] = {}
texted: dict[str, float] = {}


def rang(call: Call) -> None:
    """Note the ring. The library sets a plus sign before national numbers, too."""
    if call.number:
        number = call.number.replace("+0", "+44", 1)
        if time.monotonic() - texted.get(number, -DAY_S) >= DAY_S:
            last_ring[number] = time.monotonic()


modem = GsmModem(PORT, 115200, incomingCallCallbackFunc=rang)
modem.connect()
while modem.alive:
    time.sleep(0.1)
    for number, at in list(last_ring.items()):
        if time.monotonic() - at > QUIET_S:
            try:
                modem.sendSms(number, WORDS)
            except GsmModemException as error:
                print(error, file=sys.stderr)  # it is tried again the next time round
                continue
            texted[number] = time.monotonic()
            del last_ring[number]
