"""Power is cut in the middle of a busy day, hundreds of times: nothing that was promised is lost.

What is played back is recorded by strace; where there is none, these tests are left out, but never by CI.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.access_file import AccessUnreadable
from appliance.drivers.journal import Journal, JournalUnavailable
from appliance.drivers.settings_file import SettingsUnreadable
from tests.blackbox.box import Box
from tests.foreign_codec import decode_submit
from tests.foreign_modem import ForeignModem
from tests.powercut import recording
from tests.powercut.disk import Disk
from tests.powercut.promises import BOX_STARTS, Promises
from tests.powercut.recording import Said
from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.powercut.recording import Step

HERE = Path(__file__).parents[2]
SEED = 20261123
CALLERS = ("07700900101", "07700900102", "07700900103", "07700900104")

pytestmark = pytest.mark.skipif(
    "CI" not in os.environ and not recording.can_trace(),
    reason="strace is not here, or may not trace: apt-get install strace",
)


def cut_after(
    steps: Sequence[Step], cuts: int, scratch: Path, disk: Disk, check: Callable[[bytes, Path], list[str]]
) -> list[str]:
    """Cut the power at so many moments; return what `check` finds wrong with what is left each time.

    `check` is told all that was said before the cut, and given the folder with what the disk kept.
    """
    luck = random.Random(SEED)
    moments = set(luck.sample(range(len(steps)), min(cuts, len(steps))))
    said, broken = bytearray(), []
    for number, step in enumerate(steps):
        disk.take(step)
        if isinstance(step, Said):
            said += step.data
        if number in moments:
            left = scratch / f"cut-{number}"
            disk.after_a_cut(luck, into=left)
            broken += [f"cut after step {number}: {wrong}" for wrong in check(bytes(said), left)]
            shutil.rmtree(left)
    return broken


def record_a_busy_day(folder: Path, calls: int) -> list[Step]:
    """Let a busy day happen at the files in `folder`; return what it did there, and what it promised."""
    log, said = folder.parent / "strace.log", folder.parent / "promises.txt"
    with said.open("wb") as output:
        words = [sys.executable, "-m", "tests.powercut.busy_day", str(folder), str(calls)]
        subprocess.run([*recording.command(log), *words], cwd=HERE, stdout=output, check=True, timeout=300)
    recording.wait_for_the_end(log)
    return recording.read(log, folder, str(said))


def broken_promises(said: bytes, left: Path) -> list[str]:
    """Return which promises what is left does not keep."""
    promises = Promises()
    for line in said.decode().splitlines():
        promises.hear(line)
    return promises.broken_by(left)


@pytest.mark.parametrize(
    ("calls", "cuts"),
    [pytest.param(16, 60, id="short"), pytest.param(100, 600, id="long", marks=pytest.mark.slow)],
)
@pytest.mark.timeout(600)
def test_security_check_35_a_power_cut_loses_nothing_that_was_promised(
    tmp_path: Path, calls: int, cuts: int
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    steps = record_a_busy_day(folder, calls)
    assert len(steps) > 50 * calls
    assert cut_after(steps, cuts, tmp_path, Disk(), broken_promises) == []


def test_the_disk_would_show_a_box_that_does_not_wait_for_its_storage(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    steps = [step for step in record_a_busy_day(folder, 4) if not isinstance(step, recording.Synced)]
    broken = cut_after(steps, 40, tmp_path, Disk(), lambda said, left: ["lost"] if forgot(said, left) else [])
    assert len(broken) > 20


def forgot(said: bytes, left: Path) -> bool:
    """Tell whether a promise is broken, be it that nothing there can be opened any more."""
    try:
        return bool(broken_promises(said, left))
    except (JournalUnavailable, SettingsUnreadable, AccessUnreadable):
        return True


def ring_and_reply(modem: ForeignModem, caller: str) -> None:
    """Let somebody ring, get the text, and answer it; wait until the answer is taken from the SIM."""
    key, taken = "+44" + caller[1:], deletions(modem)
    modem.ring(caller, times=1)
    wait_for(lambda: any(text.number == key for text in modem.sent), 30, "the text")
    modem.text(key, f"A reply from {caller}")
    wait_for(lambda: deletions(modem) > taken, 30, "the reply to be kept")


def deletions(modem: ForeignModem) -> int:
    """Count how often the box took a text from the SIM."""
    return sum(command.startswith("+CMGD=") for command in modem.commands)


def record_a_box(folder: Path) -> tuple[Disk, list[Step]]:
    """Let a whole box work: calls, replies, a STOP, a kill. Return its disk before, and what it did."""
    with ForeignModem(folder / "modem") as modem, Box(folder, modem) as box:
        box.set_up()
        disk, steps = Disk.holding(box.data), []
        for run in (0, 2):
            log = folder / f"strace-{run}.log"
            box.watched_by = recording.command(log)
            box.start()
            for caller in CALLERS[run : run + 2]:
                ring_and_reply(modem, caller)
            if run == 0:
                box.kill()
            else:
                box.stop()
            recording.wait_for_the_end(log)
            steps += recording.read(log, box.data, str(modem.link.readlink()))
    return disk, steps


def broken_on_the_wire(said: bytes, left: Path) -> list[str]:
    """Compare what the modem was told with what the journal knows after a start."""
    texted = [
        submit.number
        for octets, pdu in re.findall(rb"AT\+CMGS=(\d+)\r[^\r]*?([0-9A-F]{20,})\x1a", said)
        if (submit := decode_submit(pdu.decode(), int(octets), 0, None)) is not None
    ]
    taken_from_the_sim = len(re.findall(rb"AT\+CMGD=", said))
    wrong = []
    with Journal(left / "journal.sqlite3") as journal:
        journal.settle_interrupted(BOX_STARTS)
        rows = list(journal.export())
    out = [row for row in rows if row["kind"] == "text" and row["direction"] == "out"]
    for number in set(texted):
        known = [
            row["state"] for row in out if row["to"] == number and row["state"] not in {"QUEUED", "FAILED"}
        ]
        if len(known) < texted.count(number):
            wrong.append(f"{texted.count(number)} texts went to {number}, and {known} are known of")
    kept = [row for row in rows if row["kind"] == "text" and row["direction"] == "in"]
    if len(kept) < taken_from_the_sim:
        wrong.append(f"{taken_from_the_sim} texts were taken from the SIM, {len(kept)} are kept")
    return wrong


@pytest.mark.parametrize(
    "cuts", [pytest.param(40, id="short"), pytest.param(400, id="long", marks=pytest.mark.slow)]
)
@pytest.mark.timeout(600)
def test_a_power_cut_lets_no_text_go_twice_and_no_reply_get_lost(tmp_path: Path, cuts: int) -> None:
    disk, steps = record_a_box(tmp_path)
    assert sum(b"\x1a" in step.data for step in steps if isinstance(step, Said)) >= len(CALLERS)
    assert cut_after(steps, cuts, tmp_path, disk, broken_on_the_wire) == []
