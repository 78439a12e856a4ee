"""Each family as its makers and users tell of it: what it says when it starts, rings, and is asked."""

from __future__ import annotations

import pytest

from appliance.simulator import GENERIC, PERSONALITIES, Personality, Script
from tests.simulator.terminal import Terminal

CALLER = "07700900123"
HAVE_CALLS = [row for row in PERSONALITIES.values() if row.takes_calls]


def at(name: str, *commands: str) -> Terminal:
    terminal = Terminal(PERSONALITIES[name])
    for command in ("AT+CLIP=1", *commands):
        assert terminal.ask(command)[-1] == "OK", command
    return terminal


def called(terminal: Terminal, script: Script) -> list[str]:
    assert terminal.modem.call(script) is not None
    noise = tuple(line for _, line in terminal.modem.device.personality.noise)
    return [line for line in terminal.wait(0) + terminal.wait(60) if line not in noise]


def missed(name: str, *commands: str) -> list[str]:
    return called(at(name, *commands), Script(CALLER, rings=1))


def test_a_sim7600_tells_of_a_missed_call_by_name_and_nothing_else() -> None:
    said = missed("simcom-7600", "AT+CLCC=1")
    assert said[:2] == ["RING", f'+CLIP: "{CALLER}",129,,,"",0']
    assert said[2:4] == [f'+CLCC: 1,1,4,0,0,"{CALLER}",129', f'+CLCC: 1,1,6,0,0,"{CALLER}",129']
    assert said[4:] == [f"MISSED_CALL: 12:00PM {CALLER}"]


def test_another_sim7600_ends_it_with_three_lines() -> None:
    over = f'+CLCC: 1,1,6,0,0,"{CALLER}",129'
    assert missed("simcom-7600-end", "AT+CLCC=1")[-3:] == ["VOICE CALL: END", "NO CARRIER", over]


def test_simcom_doubles_the_return_after_cring() -> None:
    terminal = at("simcom-7600", "AT+CRC=1")
    terminal.modem.call(Script(CALLER))
    terminal.modem.tick(terminal.now)
    assert terminal.modem.data_to_send().startswith(b"\r\n+CRING: VOICE\r\r\n\r\n+CLIP: ")


def test_simcom_hangs_up_by_ath_only_once_it_is_told_to() -> None:
    terminal = at("simcom-7600")
    terminal.modem.call(Script(CALLER))
    terminal.ask("ATH")
    assert len(terminal.modem.device.calls.calls) == 1
    terminal.ask("AT+CVHU=0")
    assert terminal.ask("ATH") == ["VOICE CALL: END", "OK"]
    assert terminal.modem.device.calls.calls == []


def test_quectel_has_two_lines_of_its_own_when_both_are_asked_for() -> None:
    said = missed("ec25", "AT^DSCI=1", 'AT+QINDCFG="ccinfo",1,0')
    assert said == [
        "RING",
        f'+CLIP: "{CALLER}",129,,,,0',
        f"^DSCI: 1,1,4,0,{CALLER},129,0",
        f'+QIND: "ccinfo",1,1,4,0,0,"{CALLER}",129',
        f"^DSCI: 1,1,6,0,{CALLER},129,0",
        f'+QIND: "ccinfo",1,1,-1,0,0,"{CALLER}",129',
        "NO CARRIER",
    ]


def test_a_code_can_be_switched_off_and_is_off_after_a_restart() -> None:
    terminal = at("u-blox", "AT+UCALLSTAT=1")
    assert "+UCALLSTAT: 1,6" in called(terminal, Script(CALLER, rings=1))
    terminal.ask("AT+UCALLSTAT=0")
    assert called(terminal, Script(CALLER, rings=1))[-1].startswith("+CLIP:")
    terminal.ask("AT+UCALLSTAT=1")
    terminal.modem.reboot()
    terminal.wait(5)
    assert called(terminal, Script(CALLER, rings=1)) == ["RING"]


@pytest.mark.parametrize(
    ("name", "command", "end"),
    [
        ("sim800", "ATE0", "NO CARRIER"),
        ("huawei", "AT^CURC=1", "^CEND:1,0,104,16"),
        ("zte", "ATE0", "+ZCEND:1,0,16"),
        ("u-blox", "AT+UCALLSTAT=1", "+UCALLSTAT: 1,6"),
        ("telit", "AT#ECAM=1", "#ECAM: 0,0,1,,,"),
        ("plain", "ATE0", f'+CLIP: "{CALLER}",129,,,,0'),
    ],
)
def test_each_family_ends_a_call_in_its_own_words(name: str, command: str, end: str) -> None:
    assert missed(name, command)[-1] == end


def test_quectel_lists_its_data_call_beside_the_voice_call() -> None:
    terminal = at("ec25")
    assert terminal.ask("AT+CLCC") == ['+CLCC: 7,0,0,1,0,"",128', "OK"]


def test_huawei_talks_of_its_signal_until_it_is_told_not_to() -> None:
    terminal = at("huawei")
    assert "^RSSI:18" in terminal.wait(5)
    terminal.ask("AT^CURC=0")
    assert terminal.wait(30) == []


@pytest.mark.parametrize("name", ["huawei", "zte"])
def test_mode_2_is_offered_and_refused(name: str) -> None:
    terminal = at(name)
    assert terminal.ask("AT+CNMI=?")[0].startswith("+CNMI: (0-3)")
    assert terminal.ask("AT+CNMI=2,1,0,0,0")[-1] == "+CMS ERROR: 304"
    assert terminal.ask("AT+CNMI=1,1,0,0,0") == ["OK"]


@pytest.mark.parametrize("name", ["huawei-e3372h", "simcom-7080"])
def test_a_modem_without_voice_never_rings(name: str) -> None:
    terminal = at(name)
    assert terminal.modem.call(Script(CALLER)) is None
    assert "RING" not in terminal.wait(30)


def test_what_it_knows_of_itself_is_in_its_answers() -> None:
    terminal = at("ec25")
    assert terminal.ask("AT+QLTS=1") == ['+QLTS: "2026/06/01,11:00:00+00,0"', "OK"]
    assert terminal.ask("AT+QCCID")[0] == "+QCCID: 8944001000000000001"
    assert terminal.ask('AT+QPINC="SC"')[0] == '+QPINC: "SC",3,10'


def test_a_command_the_family_lacks_is_refused() -> None:
    assert at("plain").ask("AT+CLCC") == ["ERROR"]


@pytest.mark.parametrize("row", HAVE_CALLS, ids=lambda row: row.name)
def test_every_family_starts_rings_and_takes_a_text(row: Personality) -> None:
    terminal = Terminal(row)
    terminal.modem.reboot()
    assert set(terminal.wait(2)) >= {line for _, line in row.boot_lines}
    terminal.ask("ATE0")
    assert terminal.ask("AT+CLIP=1") == ["OK"]
    assert terminal.ask("AT+CMGF=0") == ["OK"]
    assert "RING" in called(terminal, Script(CALLER, rings=1))
    assert "OK" in terminal.submit("AT+CMGS=18", "0001000C91447700091032000005C8329BFD06")


def test_a_call_is_ended_as_its_family_does_unless_it_is_scripted_otherwise() -> None:
    terminal = Terminal(GENERIC)
    assert called(terminal, Script(CALLER, rings=1))[-1] == "NO CARRIER"
    assert called(terminal, Script(CALLER, rings=1, end="silent")) == ["RING"]
