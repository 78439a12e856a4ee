"""status.json: what the daemon says of itself, and when it says nothing any more."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from appliance.core.health import Lights, Pattern, State
from appliance.drivers.status_file import Status, StatusFile, StatusModem

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STATUS = Status(
    state=State.READY,
    since=NOW - timedelta(hours=2),
    headline="Ready. Missed calls get a text.",
    detail="EE, good signal.",
    lights=Lights(Pattern.STEADY, Pattern.STEADY, Pattern.STEADY),
    operator="EE",
    signal_bars=4,
    voice=True,
    modem=StatusModem(family="simcom", model="SIM7600E-H", port="/dev/ttyUSB2"),
    texts_today=3,
    queued=0,
    last_call=NOW - timedelta(minutes=5),
    last_text=None,
    pid=4711,
    version="0.1.0",
    at=NOW,
)


@pytest.fixture
def file(tmp_path: Path) -> StatusFile:
    return StatusFile(tmp_path / "run")


def test_what_the_daemon_wrote_is_what_the_page_reads(file: StatusFile) -> None:
    file.write(STATUS)
    assert file.read(NOW + timedelta(seconds=9)) == STATUS


def test_the_file_holds_exactly_the_agreed_fields(file: StatusFile, tmp_path: Path) -> None:
    file.write(STATUS)
    assert json.loads((tmp_path / "run" / "status.json").read_bytes()) == {
        "state": "READY",
        "since": "2026-11-23T08:00:00Z",
        "headline": "Ready. Missed calls get a text.",
        "detail": "EE, good signal.",
        "lights": {"box": "steady", "signal": "steady", "texts": "steady"},
        "operator": "EE",
        "signal_bars": 4,
        "voice": True,
        "modem": {"family": "simcom", "model": "SIM7600E-H", "port": "/dev/ttyUSB2"},
        "texts_today": 3,
        "queued": 0,
        "last_call": "2026-11-23T09:55:00Z",
        "last_text": None,
        "pid": 4711,
        "version": "0.1.0",
        "at": "2026-11-23T10:00:00Z",
    }


def test_who_rings_is_nobody_else_s_to_read(file: StatusFile, tmp_path: Path) -> None:
    file.write(STATUS)
    assert stat.S_IMODE((tmp_path / "run" / "status.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def test_a_daemon_that_never_ran_has_no_status(file: StatusFile) -> None:
    assert file.read(NOW) is None


@pytest.mark.parametrize(
    ("seconds", "running"), [(30, True), (31, False), (3600, False), (-30, True), (-31, False)]
)
def test_a_status_older_than_thirty_seconds_is_of_a_daemon_that_does_not_run(
    file: StatusFile,
    seconds: int,
    running: bool,
) -> None:
    file.write(STATUS)
    assert (file.read(NOW + timedelta(seconds=seconds)) is not None) is running


def test_without_a_time_given_the_present_one_counts(file: StatusFile) -> None:
    file.write(STATUS)
    assert file.read() is None
    now = datetime.now(UTC)
    file.write(STATUS.model_copy(update={"at": now}))
    found = file.read()
    assert found is not None
    assert found.at == now


@pytest.mark.parametrize("content", [b"", b'{"state": "READY"', b"[]", b"{}", b"\xff"])
def test_a_status_that_cannot_be_read_is_none(file: StatusFile, tmp_path: Path, content: bytes) -> None:
    file.write(STATUS)
    (tmp_path / "run" / "status.json").write_bytes(content)
    assert file.read(NOW) is None


def test_a_status_of_another_version_s_making_is_none(file: StatusFile, tmp_path: Path) -> None:
    path = tmp_path / "run" / "status.json"
    file.write(STATUS)
    path.write_text(path.read_text().replace('"READY"', '"DANCING"'))
    assert file.read(NOW) is None


def test_a_stopped_daemon_takes_its_status_away(file: StatusFile, tmp_path: Path) -> None:
    file.write(STATUS)
    file.remove()
    file.remove()
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize("wrong", [{"signal_bars": 6}, {"signal_bars": -1}, {"at": datetime(2026, 11, 23)}])  # noqa: DTZ001
def test_a_status_that_cannot_be_true_is_not_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Status.model_validate({**STATUS.model_dump(), **wrong})
