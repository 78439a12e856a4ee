"""The layers of the tree, and proof that the one who checks them can say no."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layers import Layer, faults, layer_of, modules

ROOT = Path(__file__).parents[1]


def grow(root: Path, files: dict[str, str]) -> Path:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return root


def test_every_arrow_in_this_tree_points_down_and_the_pure_layers_touch_nothing() -> None:
    assert faults(ROOT) == []


def test_the_tree_that_was_read_is_the_whole_tree() -> None:
    read = modules(ROOT)
    assert {"appliance.modem.pdu", "appliance.core.policy", "appliance.cli", "web"} <= set(read)
    assert {module.layer for module in read.values()} == set(Layer)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("appliance", Layer.VERSION),
        ("appliance.modem", Layer.MODEM),
        ("appliance.modem.pdu", Layer.MODEM),
        ("appliance.daemon", Layer.DAEMON),
        ("appliance.postroom", Layer.DAEMON),
        ("appliance.modems", Layer.DAEMON),
        ("appliance.cli", Layer.COMMANDS),
        ("appliance.commands.demo", Layer.COMMANDS),
        ("appliance.__main__", Layer.COMMANDS),
        ("web.home", Layer.WEB),
    ],
)
def test_a_module_belongs_to_the_layer_of_its_folder(name: str, layer: Layer) -> None:
    assert layer_of(name) is layer


@pytest.mark.parametrize(
    ("file", "source", "imported"),
    [
        ("appliance/modem/a.py", "import appliance.core.calls", "appliance.core.calls"),
        ("appliance/modem/a.py", "from ..core import calls", "appliance.core.calls"),
        ("appliance/modem/a.py", "from appliance import __version__", "appliance"),
        ("appliance/core/a.py", "from appliance.drivers import b", "appliance.drivers"),
        ("appliance/core/a.py", "import web.home", "web.home"),
        ("appliance/drivers/a.py", "import appliance.daemon", "appliance.daemon"),
        ("appliance/drivers/a.py", "import appliance.simulator", "appliance.simulator"),
        ("appliance/drivers/a.py", "import web", "web"),
        ("appliance/daemon.py", "from appliance import cli", "appliance.cli"),
        ("appliance/daemon.py", "from appliance.simulator import x", "appliance.simulator"),
        ("appliance/postroom.py", "import appliance.cli", "appliance.cli"),
        ("appliance/simulator/a.py", "import appliance.modem.b", "appliance.modem.b"),
        ("appliance/simulator/a.py", "import serial", "serial"),
        ("web/a.py", "from appliance.modem import session", "appliance.modem"),
        ("web/a.py", "import appliance.daemon", "appliance.daemon"),
        ("web/a.py", "import appliance.cli", "appliance.cli"),
        ("web/a.py", "import appliance.drivers.serial_port", "appliance.drivers.serial_port"),
        ("web/a.py", "import appliance.drivers.lights", "appliance.drivers.lights"),
    ],
)
def test_an_arrow_that_runs_up_is_a_fault(tmp_path: Path, file: str, source: str, imported: str) -> None:
    tree = grow(tmp_path, {"appliance/core/calls.py": "", "appliance/cli.py": "", file: source})
    importer = file.removesuffix(".py").replace("/", ".")
    assert faults(tree) == [f"{importer} imports {imported}"]


WORLD = """
RPi.GPIO asyncio flask importlib logging.handlers os os.path pathlib random secrets select serial serial.tools
socket sqlite3 subprocess threading time tinydb uuid
"""


@pytest.mark.parametrize("folder", ["modem", "core"])
@pytest.mark.parametrize("name", WORLD.split())
def test_a_pure_layer_imports_nothing_that_touches_the_world(tmp_path: Path, folder: str, name: str) -> None:
    tree = grow(tmp_path, {f"appliance/{folder}/a.py": f"import {name}"})
    assert faults(tree) == [f"appliance.{folder}.a imports {name}"]


@pytest.mark.parametrize(
    "source",
    [
        "def later():\n    from time import monotonic",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from time import struct_time",
        "try:\n    from time import time\nexcept ImportError:\n    pass",
    ],
)
def test_hiding_an_import_does_not_help(tmp_path: Path, source: str) -> None:
    assert faults(grow(tmp_path, {"appliance/core/a.py": source})) == ["appliance.core.a imports time"]


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("from datetime import datetime\ndatetime.now()", "datetime.now"),
        ("from datetime import datetime as dt\ndt.now(tz)", "dt.now"),
        ("import datetime\ndatetime.datetime.utcnow()", "datetime.datetime.utcnow"),
        ("from datetime import date\nmaker = date.today", "date.today"),
        ("open('file')", "open"),
        ("print('hello')", "print"),
        ("__import__('time')", "__import__"),
    ],
)
def test_a_pure_layer_reads_no_clock_and_opens_nothing(tmp_path: Path, source: str, call: str) -> None:
    assert faults(grow(tmp_path, {"appliance/core/a.py": source})) == [f"appliance.core.a calls {call}"]


def test_a_moment_handed_in_is_no_clock(tmp_path: Path) -> None:
    source = "from datetime import datetime\ndef late(facts): return facts.now - facts.today()"
    assert faults(grow(tmp_path, {"appliance/core/a.py": source})) == []


def test_modules_that_import_each_other_are_a_circle_however_long(tmp_path: Path) -> None:
    tree = grow(
        tmp_path,
        {
            "web/a.py": "from web import b",
            "web/b.py": "def late():\n    from . import c",
            "web/c.py": "import web.a",
            "web/d.py": "import web.a",
        },
    )
    assert faults(tree) == ["circle: web.a -> web.b -> web.c -> web.a"]


def test_an_import_for_types_alone_closes_no_circle(tmp_path: Path) -> None:
    back = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from web import a"
    assert faults(grow(tmp_path / "types", {"web/a.py": "from web import b", "web/b.py": back})) == []
    loaded = back + "\nelse:\n    from web import a"
    tree = grow(tmp_path / "loaded", {"web/a.py": "from web import b", "web/b.py": loaded})
    assert faults(tree) == ["circle: web.a -> web.b -> web.a"]


def test_a_sound_tree_has_no_faults(tmp_path: Path) -> None:
    tree = grow(
        tmp_path,
        {
            "appliance/__init__.py": "__version__ = '1'",
            "appliance/modem/pdu.py": "import re\nfrom gsmmodem.pdu import encodeSmsSubmitPdu",
            "appliance/core/calls.py": "from appliance.modem import pdu\nfrom datetime import datetime",
            "appliance/drivers/journal.py": "import sqlite3, time\nfrom appliance.core.calls import Call",
            "appliance/simulator/__init__.py": "import os, time\nfrom .at import At\nimport gsmmodem.pdu",
            "appliance/simulator/at.py": "import re",
            "appliance/daemon.py": "from appliance.drivers import journal\nfrom appliance import __version__",
            "appliance/cli.py": "import click\nimport web\nfrom appliance import daemon, simulator",
            "web/__init__.py": "from appliance.drivers.journal import Journal\nfrom web import home",
            "web/home.py": "import flask\nfrom appliance.core import calls",
        },
    )
    assert faults(tree) == []
