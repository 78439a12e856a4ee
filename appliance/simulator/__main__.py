"""Run an emulated modem: python -m appliance.simulator --link PATH [--control PATH]."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from appliance.simulator.control import SimulatorError
from appliance.simulator.engine import Modem
from appliance.simulator.personalities import PERSONALITIES
from appliance.simulator.pty_port import LinkInTheWay
from appliance.simulator.runner import Runner

STOPPING = (signal.SIGTERM, signal.SIGINT)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m appliance.simulator", description="An emulated modem on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where its port appears")
    parser.add_argument(
        "--control", type=Path, help="a Unix socket that takes commands, as textback simulate"
    )
    parser.add_argument("--personality", choices=sorted(PERSONALITIES), default="generic")
    parser.add_argument("--network-delay", type=float, default=0.2, help="seconds a text takes to send")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when the starting process does")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C, and tidy up. Returns the exit code: 1 for a fault the message explains."""
    arguments = _arguments(words)
    parent = os.getppid()
    modem = Modem(
        PERSONALITIES[arguments.personality],
        now=time.monotonic(),
        wall_start=datetime.now(UTC),
        network_delay=arguments.network_delay,
    )
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # from when there is something to tidy up
    try:
        runner = Runner(modem, arguments.link, arguments.control)
    except (LinkInTheWay, SimulatorError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for number in STOPPING:
        signal.signal(number, lambda *_: runner.stop())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    try:
        runner.run(lambda: not arguments.exit_with_parent or os.getppid() == parent)
    finally:
        runner.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
