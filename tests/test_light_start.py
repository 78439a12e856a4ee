"""What the two processes load: each megabyte is one that a small Pi lacks for other things."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest
from pydantic.plugin import _loader

from appliance.commands import modem

_LOADED = """
import sys
from appliance import cli
try:
    sys.argv = ["textback", COMMAND, "--help"]
    cli.main()
except SystemExit:
    print("loaded:", *sys.modules)
"""
# The page's own, what hashes passwords, what is asked for once a year, and what only looks for plugins.
NOT_FOR_THE_DAEMON = """
flask werkzeug jinja2 waitress segno holidays importlib.metadata importlib.resources zipfile asyncio ssl web
"""
NOT_FOR_THE_PAGE = "segno holidays asyncio RPi appliance.daemon appliance.drivers.serial_port"


def loaded(command: str) -> set[str]:
    ask = f"COMMAND = {command!r}\n{_LOADED}"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": "."},
    )
    return set(done.stdout.rpartition("loaded: ")[2].split())


@pytest.mark.parametrize(
    ("command", "unwanted"), [("modem", NOT_FOR_THE_DAEMON), ("web", NOT_FOR_THE_PAGE)], ids=["modem", "web"]
)
def test_nothing_is_loaded_that_the_process_does_not_need(command: str, unwanted: str) -> None:
    found = loaded(command)
    assert f"appliance.commands.{command}" in found
    assert found.isdisjoint(unwanted.split())


def test_pydantic_still_finds_the_place_where_it_would_look_for_plugins() -> None:
    assert callable(_loader.get_plugins)


def test_what_is_loaded_at_the_start_is_not_looked_through_again() -> None:
    modem._leave_to_itself()
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
