"""A box that is set up and ready, on a modem that is not ours."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.blackbox.box import Box
from tests.foreign_modem import ForeignModem, Habits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def habits() -> Habits:
    """How the modem behaves; a test names others with `@pytest.mark.parametrize("habits", [...])`."""
    return Habits()


@pytest.fixture
def modem(tmp_path: Path, habits: Habits) -> Iterator[ForeignModem]:
    """A modem that is plugged in."""
    with ForeignModem(tmp_path / "modem", habits) as modem:
        yield modem


@pytest.fixture(scope="session")
def claimed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a box that was set up by its command line, to copy from."""
    folder = tmp_path_factory.mktemp("claimed")
    with ForeignModem(folder / "modem") as modem, Box(folder, modem) as box:
        box.set_up()
        return box.data


@pytest.fixture
def claimed(tmp_path: Path, modem: ForeignModem, claimed_data: Path) -> Iterator[Box]:
    """A box that is set up and not running."""
    with Box(tmp_path, modem) as box:
        shutil.copytree(claimed_data, box.data)
        yield box


@pytest.fixture
def box(claimed: Box) -> Box:
    """A box that is set up and ready."""
    claimed.start()
    return claimed
