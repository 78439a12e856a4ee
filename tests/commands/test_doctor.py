"""`textback doctor` in every state of the box: what it prints, word for word as the README shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import serial
from click.testing import CliRunner, Result

from appliance.commands import doctor
from appliance.core.health import Lights, Pattern, State
from appliance.doctor import Patience
from appliance.drivers.lock import sole_daemon
from appliance.drivers.room import Room
from appliance.drivers.serial_port import SerialPort
from appliance.drivers.status_file import Status, StatusFile, StatusModem
from appliance.simulator import EmulatedModem, Modem
from tests.doctor_rig import HASTE, SIM7080, SIM7600, Patients, emulated

README = Path(__file__).parents[2] / "README.md"
PORT = "/dev/textback-modem"


class Bench(Patients):
    """The command, on a machine made for it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, monkeypatch)
        self._patch = monkeypatch
        bin_folder = root / "bin"
        bin_folder.mkdir()
        self.vcgencmd = bin_folder / "vcgencmd"
        self.throttled(0)
        monkeypatch.setenv("PATH", str(bin_folder), prepend=":")
        monkeypatch.setattr(doctor, "Finder", self.finder)
        monkeypatch.setattr(doctor, "SystemClock", lambda: self.clock)
        self.patience(HASTE)
        self.room(12_300_000_000)

    def throttled(self, bits: int) -> None:
        self.vcgencmd.write_text(f"#!/bin/sh\necho throttled={bits:#x}\n")
        self.vcgencmd.chmod(0o755)

    def patience(self, patience: Patience) -> None:
        self._patch.setattr(doctor, "PATIENCE", patience)

    def room(self, free: int) -> None:
        self._patch.setattr(doctor, "room_of", lambda _data: Room(free))

    def forbid_opening(self) -> None:
        def never(path: str, baud: int) -> SerialPort:
            pytest.fail(f"{path} was opened at {baud}")

        self._patch.setattr(doctor, "open_port", never)

    def examine(self, *options: str) -> Result:
        where = ("--data", str(self.data), "--run", str(self.run))
        return CliRunner().invoke(doctor.command, [*options, *where])

    def shown(self, *options: str) -> str:
        """What is printed; the folder that stands for /dev is called so."""
        return self.examine(*options).stdout.replace(str(self.machine.dev), "/dev")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def status(state: State = State.READY, **details: object) -> Status:
    lights = Lights(Pattern.STEADY, Pattern.STEADY, Pattern.STEADY)
    now = datetime.now(UTC)
    fields: dict[str, object] = {
        "state": state,
        "since": now,
        "headline": "Ready. Missed calls get a text.",
        "detail": "EE, good signal. 3 texts today.",
        "lights": lights,
        "operator": "EE",
        "signal_bars": 4,
        "voice": True,
        "modem": StatusModem(family="simcom-4g", model="SIMCOM_SIM7600G-H", port=PORT),
        "texts_today": 3,
        "queued": 0,
        "last_call": None,
        "last_text": None,
        "pid": 1,
        "version": "0",
        "at": now,
    }
    return Status.model_validate(fields | details)


# Each state of the README: what happens to the modem before the doctor comes.

Story = Callable[[Bench, EmulatedModem], AbstractContextManager[object]]


def _does(act: Callable[[EmulatedModem], None]) -> Story:
    def story(_bench: Bench, modem: EmulatedModem) -> AbstractContextManager[object]:
        act(modem)
        return nullcontext()

    return story


def _no_port(bench: Bench, _modem: EmulatedModem) -> AbstractContextManager[object]:
    (bench.machine.dev / "textback-modem").unlink()
    return nullcontext()


def _hilink(bench: Bench, modem: EmulatedModem) -> AbstractContextManager[object]:
    bench.machine.plug("12d1:14db")
    return _no_port(bench, modem)


@contextmanager
def _port_busy(_bench: Bench, modem: EmulatedModem) -> Iterator[None]:
    with serial.Serial(modem.path, exclusive=True):
        yield


def _searching(bench: Bench, modem: EmulatedModem) -> AbstractContextManager[object]:
    bench.patience(Patience(wait_s=2.0))
    modem.no_signal()
    return nullcontext()


def _registered_as(stat: int) -> Story:
    @contextmanager
    def story(_bench: Bench, modem: EmulatedModem) -> Iterator[None]:
        modem.do(lambda inside: setattr(inside.device.network, "stat", stat))
        yield

    return story


@contextmanager
def _running(bench: Bench, _modem: EmulatedModem) -> Iterator[None]:
    bench.forbid_opening()
    StatusFile(bench.run).write(status())
    with sole_daemon(bench.data):
        yield


def _blocked(modem: EmulatedModem) -> None:
    modem.insert_sim("1234")
    modem.do(lambda inside: setattr(inside.device.sim, "pin_tries", 0))


def _dead(modem: EmulatedModem) -> None:
    modem.insert_sim("1234")
    modem.do(lambda inside: setattr(inside.device.sim, "puk_tries", 0))


def _signal_alone(bench: Bench, modem: EmulatedModem) -> AbstractContextManager[object]:
    bench.patience(Patience(wait_s=2.0))
    modem.do(lambda inside: inside.deregister())
    return nullcontext()


def _inside(name: str, value: object) -> Story:
    return _does(lambda modem: modem.do(lambda inside: setattr(inside.device, name, value)))


def _fill(modem: EmulatedModem) -> None:
    def fill(inside: Modem) -> None:
        inside.fill_store("+447700900123", "Old words")

    modem.do(fill)


def _poor_machine(bench: Bench, modem: EmulatedModem) -> AbstractContextManager[object]:
    bench.throttled(0x50005)
    bench.room(5_000_000)
    bench.clock.believed = False
    modem.do(lambda inside: setattr(inside.device, "clock_known", False))
    return nullcontext()


@dataclass(frozen=True)
class Case:
    story: Story
    code: int = 1
    modem: EmulatedModem | None = None


STATES: dict[str, Callable[[], Case]] = {
    "All is well": lambda: Case(_does(lambda _modem: None), 0),
    "The box is running": lambda: Case(_running, 0),
    "No modem": lambda: Case(_no_port),
    "A stick that is a network card": lambda: Case(_hilink),
    "Another program has the port": lambda: Case(_port_busy),
    "The modem does not answer": lambda: Case(_does(lambda modem: modem.hang())),
    "A modem without calls": lambda: Case(_does(lambda _modem: None), modem=emulated(SIM7080)),
    "No SIM": lambda: Case(_does(lambda modem: modem.remove_sim())),
    "The SIM is locked": lambda: Case(_does(lambda modem: modem.insert_sim("1234"))),
    "The SIM is blocked": lambda: Case(_does(_blocked)),
    "The SIM is not working": lambda: Case(_does(_dead)),
    "The network says no": lambda: Case(_registered_as(3)),
    "No network yet": lambda: Case(_searching),
    "Signal, and no network": lambda: Case(_signal_alone),
    "Texts only": lambda: Case(_registered_as(6)),
    "Weak signal": lambda: Case(_does(lambda modem: modem.signal(3))),
    "No text centre": lambda: Case(_inside("service_centre", "")),
    "The SIM's memory is full": lambda: Case(_does(_fill)),
    "Power, time and storage": lambda: Case(_poor_machine),
}


def readme_examples() -> dict[str, str]:
    """Return the printed examples of the README by the words above each."""
    found = re.findall(r"^\*\*(.+?)\*\*\n\n```\n(.*?)```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return {title: block for title, block in found if title in STATES}


@pytest.mark.parametrize("state", STATES)
def test_what_is_printed_is_what_the_readme_shows(bench: Bench, state: str) -> None:
    case = STATES[state]()
    with ExitStack() as stack:
        modem = stack.enter_context(case.modem or emulated())
        bench.plug(modem)
        stack.enter_context(case.story(bench, modem))
        result = bench.examine()
    assert result.stdout.replace(str(bench.machine.dev), "/dev") == readme_examples()[state]
    assert result.exit_code == case.code
    assert result.stderr == ""


def test_the_readme_shows_every_state() -> None:
    assert list(readme_examples()) == list(STATES)


def test_json_is_one_list_of_what_was_found(bench: Bench) -> None:
    with emulated() as modem:
        bench.plug(modem)
        modem.remove_sim()
        result = bench.examine("--json")
    found = json.loads(result.stdout)
    assert [finding["check"] for finding in found] == (
        ["port", "modem", "firmware", "sim", "time", "storage", "power"]
    )
    assert found[3] == {
        "check": "sim",
        "ok": False,
        "words": "No SIM card found.",
        "advice": "Unplug the box, push the SIM in till it clicks, plug in again.",
    }
    assert [finding["ok"] for finding in found if finding["check"] != "sim"] == [True] * 6
    assert result.exit_code == 1


def test_a_port_that_is_named_is_the_one_that_is_opened(bench: Bench) -> None:
    with emulated() as modem, emulated(SIM7600) as other:
        bench.plug(modem)
        bench.plug(other, "ttyUSB9")
        named = str(bench.machine.dev / "ttyUSB9")
        assert "Port          ok     /dev/ttyUSB9\n" in bench.shown("--port", named)
        assert not modem.log


def test_a_named_port_that_is_not_there_is_a_fault(bench: Bench) -> None:
    named = str(bench.machine.dev / "ttyUSB9")
    assert bench.shown("--port", named).splitlines()[0] == (
        "Port          FAULT  There is no modem at /dev/ttyUSB9. "
        "Unplug it for 10 seconds and plug it in again."
    )


def test_a_daemon_that_says_nothing_is_left_its_port(bench: Bench) -> None:
    bench.forbid_opening()
    with sole_daemon(bench.data):
        assert bench.shown().splitlines()[0] == (
            "The box       FAULT  It runs, but says nothing. Wait a minute, then restart the box."
        )


def test_a_status_of_long_ago_is_none(bench: Bench) -> None:
    StatusFile(bench.run).write(status(at=datetime(2026, 1, 1, tzinfo=UTC)))
    with emulated() as modem:
        bench.plug(modem)
        assert bench.shown() == readme_examples()["All is well"]


def test_the_fault_of_a_running_box_stands_at_its_check(bench: Bench) -> None:
    bench.forbid_opening()
    words = {"headline": "Power is weak.", "detail": "Use the plug that came with it."}
    StatusFile(bench.run).write(status(State.LOW_POWER, **words))
    printed = bench.shown()
    assert printed.count("Power  ") == 1
    assert "Power         FAULT  Power is weak. Use the plug that came with it.\n" in printed


def test_a_weak_plug_full_storage_and_no_time_are_faults_too(bench: Bench) -> None:
    bench.throttled(0x50005)
    bench.room(5_000_000)
    bench.clock.believed = False
    with emulated() as modem:
        modem.do(lambda inside: setattr(inside.device, "clock_known", False))
        bench.plug(modem)
        assert bench.shown().splitlines()[-4:] == [
            "Time          FAULT  We don't know the time yet. Join the box to your Wi-Fi for a minute.",
            "Storage       FAULT  The storage is full. Put in a bigger memory card.",
            "Power         FAULT  Power is weak. Use the plug that came with it.",
            "3 faults. Mend the first, then run this again.",
        ]


def test_settings_that_cannot_be_read_do_not_stop_the_doctor(bench: Bench) -> None:
    (bench.data / "settings.json").write_text("{")
    with emulated() as modem:
        bench.plug(modem)
        printed = bench.shown()
    assert printed.splitlines()[0] == (
        "The box       FAULT  The settings cannot be read. Restore a backup, or set the box up again."
    )
    assert "Calls         ok     Calls can get in.\n" in printed


def test_the_doctor_leaves_nothing_behind(bench: Bench) -> None:
    with emulated() as modem:
        bench.plug(modem)
        bench.examine()
    assert list(bench.data.iterdir()) == []
    assert not bench.run.exists()


def test_who_may_not_look_is_told_how(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(data: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(doctor, "is_held", forbidden)
    result = bench.examine()
    assert result.exit_code == 1
    assert result.stderr == f"This user may not look into {bench.data}. Run this with sudo.\n"
