"""textback status: what it says, and an exit code for every state."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.health import Lights, Pattern, State
from appliance.drivers.status_file import Status, StatusFile
from tests.commands.runner import Cli

READY, NEEDS_OWNER, NOT_RUNNING = 0, 3, 4
STEADY = Lights(Pattern.STEADY, Pattern.STEADY, Pattern.STEADY)

EXIT_CODES = {
    State.READY: READY,
    State.RINGING: READY,
    State.TEXTING: READY,
    State.PAUSED: READY,
    State.CLOSED: READY,
    State.LIMIT: READY,
    State.CLOCK_UNSURE: READY,
    State.STARTING: NOT_RUNNING,
    State.NO_SIM: NEEDS_OWNER,
    State.SIM_LOCKED: NEEDS_OWNER,
    State.SIM_BLOCKED: NEEDS_OWNER,
    State.NO_MODEM: NEEDS_OWNER,
    State.NO_SIGNAL: NEEDS_OWNER,
    State.REFUSED: NEEDS_OWNER,
    State.NO_VOICE: NEEDS_OWNER,
    State.SENDS_FAILING: NEEDS_OWNER,
    State.NOT_SET_UP: NEEDS_OWNER,
    State.LOW_POWER: NEEDS_OWNER,
    State.STORAGE: NEEDS_OWNER,
}


def write(cli: Cli, state: State = State.READY, at: datetime | None = None, detail: str = "EE.") -> None:
    at = at or datetime.now(UTC)
    status = Status(
        state=state,
        since=at,
        headline="Ready. Missed calls get a text.",
        detail=detail,
        lights=STEADY,
        operator="EE",
        signal_bars=4,
        voice=True,
        modem=None,
        texts_today=0,
        queued=0,
        last_call=None,
        last_text=None,
        pid=1,
        version="0",
        at=at,
    )
    StatusFile(cli.run_folder).write(status)


def test_the_table_has_every_state() -> None:
    assert set(EXIT_CODES) == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_every_state_has_its_exit_code(cli: Cli, state: State, form: tuple[str, ...]) -> None:
    write(cli, state)
    result = cli.run("status", *form)
    assert result.exit_code == EXIT_CODES[state]
    assert result.stderr == ""
    assert "Ready. Missed calls get a text." in result.stdout


def test_it_says_both_lines_and_no_empty_one(cli: Cli) -> None:
    write(cli, detail="EE, good signal.")
    assert cli.says("status") == "Ready. Missed calls get a text.\nEE, good signal.\n"
    write(cli, detail="")
    assert cli.says("status") == "Ready. Missed calls get a text.\n"


def test_as_json_it_is_the_whole_status(cli: Cli) -> None:
    write(cli)
    assert json.loads(cli.says("status", "--json")) == json.loads(
        (cli.run_folder / "status.json").read_text()
    )


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_box_that_does_not_run_says_so(cli: Cli, form: tuple[str, ...]) -> None:
    assert cli.refuses("status", *form, code=NOT_RUNNING) == "The box is not running."


@pytest.mark.parametrize("age", [timedelta(seconds=40), timedelta(seconds=-40)])
def test_a_status_of_another_time_is_none(cli: Cli, age: timedelta) -> None:
    write(cli, at=datetime.now(UTC) - age)
    cli.refuses("status", code=NOT_RUNNING)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xff", b'{"state": "ODD"}', b"[1]"])
def test_a_status_that_makes_no_sense_is_none(cli: Cli, content: bytes) -> None:
    cli.run_folder.mkdir()
    (cli.run_folder / "status.json").write_bytes(content)
    cli.refuses("status", code=NOT_RUNNING)
