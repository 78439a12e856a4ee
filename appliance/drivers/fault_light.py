"""BOX blinks double while the daemon is down. systemd starts `python -m appliance.drivers.fault_light`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from appliance.core.settings import Settings
from appliance.core.states import Lights, Pattern
from appliance.drivers.lights import open_lights
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable

FAULT = Lights(box=Pattern.DOUBLE, signal=Pattern.OFF, texts=Pattern.OFF)


def main() -> int:
    """Blink until SIGTERM or Ctrl-C: systemd sends it when the daemon is about to take the lights back."""
    wanted = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)  # before there is a thread, which inherits it
    data = Path(os.environ.get("TEXTBACK_DATA") or "/var/lib/textback")
    try:
        settings = SettingsFile(data).load()
    except SettingsUnreadable:
        settings = Settings()  # the settings may be what stopped the daemon
    lights = open_lights(settings.lights.pins)
    lights.show(FAULT)
    signal.sigwait(wanted)
    lights.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
