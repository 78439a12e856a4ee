"""One parent of victims, and boxes that are set up, for all campaigns of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.campaign import Seeds
from tests.crash.nursery import Nursery
from tests.crash.seeds import plant

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """What starts the victims."""
    with Nursery(tmp_path_factory.mktemp("nursery")) as nursery:
        yield nursery


@pytest.fixture(scope="session")
def seeds(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Boxes that are set up."""
    return plant(nursery, tmp_path_factory.mktemp("seeds"))
