"""A box with an owner, its files on the disk, and two visitors: the owner, and somebody on the same Wi-Fi."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import with_value
from appliance.drivers import access_file
from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import PASSWORD, Box, FakeClock, Visitor
from web import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from appliance.core.settings import Settings


@pytest.fixture(scope="package", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords at a work factor that takes no time; one test measures the real one."""
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(access_file, "_METHOD", "scrypt:256:8:1")
        yield


@pytest.fixture(scope="package")
def set_up(quick_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a box that is set up, made once."""
    folder = tmp_path_factory.mktemp("set-up")
    assert AccessFile(folder).claim(PASSWORD)

    def named(settings: Settings) -> Settings:
        for key, value in {
            "business": "Dave Smith Plumbing",
            "name": "Dave",
            "owner_mobile": "07700 900100",
        }.items():
            settings = with_value(settings, key, value)
        return settings

    SettingsFile(folder).update(named)
    Journal(folder / "journal.sqlite3").close()
    return folder


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def unclaimed(tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    app = create_app({"DATA": tmp_path / "data", "RUN": tmp_path / "run", "CLOCK": clock, "TESTING": True})
    yield app
    app.extensions["textback"].close()


@pytest.fixture
def app(unclaimed: Flask, tmp_path: Path, set_up: Path) -> Flask:
    """The page of a box that is set up."""
    shutil.copytree(set_up, tmp_path / "data")
    return unclaimed


@pytest.fixture
def box(app: Flask, tmp_path: Path, clock: FakeClock) -> Iterator[Box]:
    """The other side of the files: what the daemon and the callers do."""
    with Journal(tmp_path / "data" / "journal.sqlite3") as journal:
        yield Box(tmp_path / "data", tmp_path / "run", journal, clock)


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody on the same Wi-Fi, who does not know the password."""
    return Visitor(app, address="192.168.1.66")


@pytest.fixture
def owner(app: Flask) -> Visitor:
    """The owner, signed in."""
    visitor = Visitor(app, address="192.168.1.20")
    visitor.bring_session()
    return visitor
