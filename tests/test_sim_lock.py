"""The SIM's lock code is given once, and a crash never makes it twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.core.settings import Settings, with_value
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from appliance.sim_lock import SimLock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    file = SettingsFile(tmp_path)
    file.save(with_value(Settings(), "sim_pin", "2580"))
    return file


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite3") as journal:
        yield journal


def test_without_a_code_nothing_is_tried(journal: Journal, file: SettingsFile) -> None:
    assert SimLock(journal, file).code_to_try(Settings(), NOW) is None


def test_security_check_31_a_code_is_given_once_and_not_again_while_its_answer_is_awaited(
    journal: Journal, file: SettingsFile
) -> None:
    lock = SimLock(journal, file)
    assert lock.code_to_try(file.load(), NOW) == "2580"
    assert lock.code_to_try(file.load(), NOW) is None


def test_a_right_code_is_kept_for_the_next_power_cut(journal: Journal, file: SettingsFile) -> None:
    lock = SimLock(journal, file)
    lock.code_to_try(file.load(), NOW)
    lock.tried(right=True, at=NOW)
    assert SimLock(journal, file).code_to_try(file.load(), NOW) == "2580"


def test_a_wrong_code_is_forgotten(journal: Journal, file: SettingsFile) -> None:
    lock = SimLock(journal, file)
    lock.code_to_try(file.load(), NOW)
    lock.tried(right=False, at=NOW)
    assert file.load().sim_pin is None
    assert SimLock(journal, file).code_to_try(file.load(), NOW) is None


def test_a_crash_between_the_try_and_its_answer_counts_as_wrong(journal: Journal, file: SettingsFile) -> None:
    SimLock(journal, file).code_to_try(file.load(), NOW)
    assert SimLock(journal, file).code_to_try(file.load(), NOW) is None
    assert file.load().sim_pin is None


def test_a_code_typed_anew_is_tried_again(journal: Journal, file: SettingsFile) -> None:
    lock = SimLock(journal, file)
    lock.code_to_try(file.load(), NOW)
    lock.tried(right=False, at=NOW)
    file.update(lambda settings: with_value(settings, "sim_pin", "1379"))
    assert lock.code_to_try(file.load(), NOW) == "1379"


def test_the_code_is_in_no_event(journal: Journal, file: SettingsFile) -> None:
    lock = SimLock(journal, file)
    lock.code_to_try(file.load(), NOW)
    lock.tried(right=False, at=NOW)
    assert not any("2580" in event.detail for event in journal.events(limit=10))
