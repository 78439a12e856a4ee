"""Programs that were not written for this modem, at work with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest
from gsmmodem.exceptions import CmsError
from gsmmodem.modem import GsmModem, IncomingCall, ReceivedSms, StatusReport

from appliance.simulator import EmulatedModem

GAMMU = shutil.which("gammu")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
BATCH = """\
identify
networkinfo
getsmsc
getallsms
deletesms 1 1
sendsms TEXT +447700900321 -text "Hello there"
sendsms TEXT +447700900321 -len 400 -unicode -text "{ring}"
"""
RING = "Ring ж " * 20


@pytest.mark.skipif(GAMMU is None and not IN_CI, reason="gammu is not here: apt-get install gammu")
def test_gammu_identifies_it_reads_from_it_and_sends_by_it(tmp_path: Path) -> None:
    assert GAMMU is not None, "CI must have gammu"
    with EmulatedModem(link=tmp_path / "modem", network_delay=0.01) as modem:
        modem.text("+447700900123", "Boiler shows F28, £5 [ok] €")
        (tmp_path / "config").write_text(f"[gammu]\ndevice={modem.path}\nconnection=at115200\n")
        (tmp_path / "batch").write_text(BATCH.format(ring=RING))
        command = [GAMMU, "-c", str(tmp_path / "config"), "batch", str(tmp_path / "batch")]
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
        sent = modem.sent
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "Manufacturer         : Textback",
        "IMEI                 : 490154203237518",
        "Network state        : home network",
        "LAC 00C1, CID 0051A2B3",
        'Number               : "+447700900999"',
        'Remote number        : "+447700900123"',
        "Boiler shows F28, £5 [ok] €",
        "message reference=3",
    ):
        assert words in done.stdout
    assert [(one.number, one.text, len(one.pdus), one.complete) for one in sent] == [
        ("+447700900321", "Hello there", 1, True),
        ("+447700900321", RING, 3, True),
    ]


@pytest.mark.skipif(GAMMU is None and not IN_CI, reason="gammu is not here: apt-get install gammu")
def test_gammu_monitors_its_network_its_memories_and_its_signal(tmp_path: Path) -> None:
    assert GAMMU is not None, "CI must have gammu"
    with EmulatedModem(link=tmp_path / "modem") as modem:
        modem.text("+447700900123", "Boiler shows F28")
        modem.signal(20)
        (tmp_path / "config").write_text(f"[gammu]\ndevice={modem.path}\nconnection=at115200\n")
        done = subprocess.run(
            [GAMMU, "-c", str(tmp_path / "config"), "monitor", "1"],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "Enabling info about calls           : No error.",
        "Signal strength      : -73 dBm",
        "SIM SMS status       : 1 used",
        "Network state        : home network",
        'Name in phone        : "Test Network"',
    ):
        assert words in done.stdout


@contextmanager
def connected(client: GsmModem) -> Iterator[GsmModem]:
    client.connect()
    try:
        yield client
    finally:
        client.close()


def test_python_gsmmodem_sends_receives_and_hears_it_ring() -> None:
    texts: SimpleQueue[tuple[str, str]] = SimpleQueue()
    rings: SimpleQueue[tuple[str, int]] = SimpleQueue()
    reports: SimpleQueue[int] = SimpleQueue()

    def received(text: ReceivedSms) -> None:
        texts.put((text.number, text.text))

    def ringing(call: IncomingCall) -> None:
        rings.put((call.number, call.ringCount))

    def reported(report: StatusReport) -> None:
        reports.put(report.reference)

    with EmulatedModem(network_delay=0.01) as modem:
        modem.reports(delay=0.3)
        client = GsmModem(modem.path, 115200, ringing, received, reported)
        with connected(client):
            assert (client.manufacturer, client.imei) == ("Textback", "490154203237518")
            assert (client.networkName, client.signalStrength) == ("Test Network", 23)
            modem.text("+447700900123", "Boiler shows F28")
            assert texts.get(timeout=10) == ("+447700900123", "Boiler shows F28")
            client.sendSms("+447700900321", "On my way, £5 €")
            assert reports.get(timeout=10) == 0
            # two rings' worth apart: it drops one of two codes that come in one piece
            modem.call("+447700900123", rings=2, interval=0.3)
            assert [rings.get(timeout=10) for _ in range(2)] == [("+447700900123", 1), ("+447700900123", 2)]
            modem.fail_next_send(38)
            with pytest.raises(CmsError, match="38"):
                client.sendSms("+447700900321", "Again")
        assert [(one.number, one.text) for one in modem.sent] == [("+447700900321", "On my way, £5 €")]
