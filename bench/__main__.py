"""Measure Textback and what else there is: `python -m bench`, or `make bench`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from bench import machine
from bench.campaign import OURS, Campaign, plan
from bench.contestants import EVERYBODY
from bench.job import QUICK, WHOLE
from bench.report import results

ROOT = Path(__file__).parent.parent
MACHINE = "machine"  # the name under which a campaign keeps what it ran on
WORKERS = 10  # the peers wait for seconds at a time: so many of them leave a core idle


def main(words: list[str] | None = None) -> int:
    """Run what has not been run yet and write the results. Exit code 1 when something could not be run."""
    said = _arguments(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    size = QUICK if said.quick else WHOLE
    only = said.only.split(",") if said.only else list(EVERYBODY)
    campaign = Campaign(said.work, size, _say, 1 if said.in_turn else WORKERS)
    if said.fresh:
        campaign.forget()
    identified = "(gammu was not asked)"
    if set(only) != {OURS}:
        try:
            machine.install_peers()
        except machine.PeersMissingError as missing:
            sys.stderr.write(f"{missing}\n")
            return 1
        identified = machine.prove_the_modem()
    campaign.keep(MACHINE, machine.describe())
    wanted = plan(only)
    _say(f"{len(wanted.all)} jobs; what was done before is in {campaign.folder}, --fresh does it again")
    try:
        campaign.run(wanted)
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    page = results(campaign.answer, size, campaign.answer(MACHINE) or {}, identified)
    said.results.write_text(page, encoding="utf-8")
    _say(f"written: {said.results}")
    return 1 if campaign.failed else 0


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes, with few calls of each kind")
    parser.add_argument("--only", metavar="NAMES", help=f"some of {','.join(EVERYBODY)}")
    parser.add_argument("--fresh", action="store_true", help="do again what was done before")
    parser.add_argument("--in-turn", action="store_true", help="never two at once; takes an hour and more")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="where the answers are kept")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "bench" / "RESULTS.md", help="the page to write"
    )
    found = parser.parse_args(words)
    if found.only and not set(found.only.split(",")) <= set(EVERYBODY):
        parser.error(f"--only takes some of {','.join(EVERYBODY)}")
    return found


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
