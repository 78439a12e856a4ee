"""Identity, SIM, network, clock and power: 27.007 sections 5, 7 and 8."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.simulator import GENERIC
from tests.simulator.terminal import Terminal


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("AT+CGMI", "Textback"),
        ("AT+GMI", "Textback"),
        ("AT+CGMM", "Emulated modem"),
        ("AT+GMM", "Emulated modem"),
        ("AT+CGMR", "1.0"),
        ("AT+GMR", "1.0"),
        ("AT+CGSN", "490154203237518"),
        ("AT+GSN", "490154203237518"),
        ("AT+GCAP", "+GCAP: +CGSM,+FCLASS"),
        ("AT+CIMI", "001010123456789"),
        ("AT+CCID", "+CCID: 8944001000000000001"),
        ("AT+CNUM", '+CNUM: "","+447700900000",145'),
        ("AT+CGATT?", "+CGATT: 1"),
        ("AT+CSCS?", '+CSCS: "GSM"'),
        ("AT+CPAS", "+CPAS: 0"),
    ],
)
def test_the_modem_says_who_it_is(command: str, line: str) -> None:
    assert Terminal().ask(command) == [line, "OK"]


def test_i_names_maker_and_model() -> None:
    assert Terminal().ask("ATI")[:2] == ["Textback", "Emulated modem"]


@pytest.mark.parametrize(
    "name",
    [
        "CGMI",
        "CGSN",
        "CSQ",
        "CREG",
        "CGREG",
        "CEREG",
        "COPS",
        "CPIN",
        "CFUN",
        "CPAS",
        "CIMI",
        "CNUM",
        "CCLK",
        "CSCS",
        "CUSD",
        "CLCK",
        "CHUP",
        "CLCC",
        "CCWA",
        "CCFC",
        "CHLD",
        "CPBS",
        "CPBR",
        "CMGF",
        "CMGS",
        "CMGW",
        "CMSS",
        "CMGL",
        "CMGR",
        "CMGD",
        "CPMS",
        "CNMI",
        "CNMA",
        "CSMS",
        "CSCA",
        "CSMP",
        "CSDH",
        "CMMS",
        "CLIP",
        "CRC",
    ],
)
def test_every_test_form_is_answered(name: str) -> None:
    terminal = Terminal()
    said = terminal.ask(f"AT+{name}=?") + terminal.wait(10)
    assert said[-1] == "OK"


def test_clac_lists_what_the_modem_knows() -> None:
    said = Terminal().ask("AT+CLAC")
    assert {"+CLIP", "+CMGS", "+CPBR", "OK"} <= set(said)


def test_a_sim_that_does_not_know_its_number_says_only_ok() -> None:
    terminal = Terminal()
    terminal.modem.device.sim.own_number = None
    assert terminal.ask("AT+CNUM") == ["OK"]


# --- the SIM ---


def test_a_free_sim_is_ready() -> None:
    assert Terminal().ask("AT+CPIN?") == ["+CPIN: READY", "OK"]


def test_a_missing_sim_is_said_so() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1")
    terminal.modem.remove_sim()
    assert terminal.ask("AT+CPIN?") == ["+CME ERROR: 10"]
    assert terminal.ask("AT+CIMI") == ["+CME ERROR: 10"]
    assert terminal.ask("AT+CMGL=4") == ["+CMS ERROR: 310"]
    terminal.ask("AT+CMEE=2")
    assert terminal.ask("AT+CPIN?") == ["+CME ERROR: SIM not inserted"]


def test_a_locked_sim_wants_its_pin_and_then_finds_the_network() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1;+CREG=1")
    terminal.modem.insert_sim(pin="4321")
    assert terminal.wait(2) == ["+CREG: 2"]
    assert terminal.ask("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert terminal.ask("AT+CMGS=10") == ["+CMS ERROR: 311"]
    assert terminal.ask("AT+CPIN=1111") == ["+CME ERROR: 16"]
    assert terminal.ask('AT+CPIN="4321"') == ["OK"]
    assert terminal.wait(2) == ["+CPIN: READY", "+CREG: 1"]
    assert terminal.ask('AT+CLCK="SC",2') == ["+CLCK: 1", "OK"]


def test_three_wrong_pins_block_the_sim_until_the_puk() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1")
    terminal.modem.insert_sim(pin="4321")
    said = [terminal.ask("AT+CPIN=1111")[0] for _ in range(4)]
    assert said == ["+CME ERROR: 16", "+CME ERROR: 16", "+CME ERROR: 12", "+CME ERROR: 12"]
    assert terminal.ask("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert terminal.ask('AT+CPIN="00000000","1234"') == ["+CME ERROR: 16"]
    assert terminal.ask('AT+CPIN="12345678","1234"') == ["OK"]
    assert terminal.ask("AT+CPIN?") == ["+CPIN: READY", "OK"]


def test_ten_wrong_puks_end_the_sim() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1")
    terminal.modem.insert_sim(pin="4321")
    for _ in range(3):
        terminal.ask("AT+CPIN=1111")
    for _ in range(10):
        terminal.ask('AT+CPIN="00000000","1234"')
    assert terminal.ask("AT+CPIN?") == ["+CME ERROR: 13"]


def test_a_pin_nobody_asked_for_is_refused() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMEE=1")
    assert terminal.ask("AT+CPIN=1234") == ["+CME ERROR: 3"]


# --- the network ---


def test_registration_is_reported_as_asked() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CREG?") == ["+CREG: 0,1", "OK"]
    terminal.modem.no_signal()
    assert terminal.wait(2) == []
    terminal.ask("AT+CREG=1;+CEREG=2")
    terminal.modem.signal(15)
    assert terminal.wait(2) == ["+CREG: 1", '+CEREG: 1,"00C1","0051A2B3",7']
    terminal.ask("AT+CREG=2")
    assert terminal.ask("AT+CREG?") == ['+CREG: 2,1,"00C1","0051A2B3",7', "OK"]
    assert terminal.ask("AT+CSQ") == ["+CSQ: 15,99", "OK"]


def test_no_signal_takes_network_and_strength_away() -> None:
    terminal = Terminal()
    terminal.ask("AT+CREG=1")
    terminal.modem.no_signal()
    assert terminal.wait(0) == ["+CREG: 2"]
    assert terminal.ask("AT+CSQ;+COPS?") == ["+CSQ: 99,99", "+COPS: 0", "OK"]
    assert terminal.ask("AT+CREG?") == ["+CREG: 1,2", "OK"]


@pytest.mark.parametrize("stat", [3, 5])
def test_a_network_may_refuse_or_be_a_foreign_one(stat: int) -> None:
    terminal = Terminal()
    terminal.ask("AT+CREG=1")
    terminal.modem.registration(stat)
    assert terminal.wait(2) == [f"+CREG: {stat}"]


def test_the_operator_has_three_names() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+COPS?") == ['+COPS: 0,0,"Test Network",7', "OK"]
    terminal.ask("AT+COPS=3,1")
    assert terminal.ask("AT+COPS?") == ['+COPS: 0,1,"Test",7', "OK"]
    terminal.ask("AT+COPS=3,2")
    assert terminal.ask("AT+COPS?") == ['+COPS: 0,2,"00101",7', "OK"]


def test_names_follow_the_character_set() -> None:
    terminal = Terminal()
    terminal.ask('AT+CSCS="UCS2"')
    assert terminal.ask("AT+COPS?")[0] == f'+COPS: 0,0,"{"Test Network".encode("utf-16-be").hex().upper()}",7'


def test_a_scan_takes_a_while() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+COPS=?") == []
    assert terminal.wait(3) == ['+COPS: (2,"Test Network","Test","00101",7),,(0-4),(0-2)', "OK"]


def test_leaving_the_network_by_hand() -> None:
    terminal = Terminal()
    terminal.ask("AT+COPS=2")
    assert terminal.ask("AT+CREG?") == ["+CREG: 0,0", "OK"]
    terminal.ask("AT+COPS=0")
    terminal.wait(2)
    assert terminal.ask("AT+CREG?") == ["+CREG: 0,1", "OK"]


def test_cfun_switches_the_radio() -> None:
    terminal = Terminal()
    terminal.ask("AT+CREG=1")
    assert terminal.ask("AT+CFUN=4") == ["+CREG: 0", "OK"]
    assert terminal.ask("AT+CFUN?;+CSQ") == ["+CFUN: 4", "+CSQ: 99,99", "OK"]
    assert terminal.ask("AT+CFUN=1") == ["+CREG: 2", "OK"]
    assert terminal.wait(2) == ["+CREG: 1"]


def test_a_service_code_is_answered_by_itself() -> None:
    terminal = Terminal()
    assert terminal.ask('AT+CUSD=1,"*100#",15') == ["OK"]
    assert terminal.wait(2) == ['+CUSD: 0,"Your balance is 10.00 GBP",15']
    terminal.ask("AT+CMEE=1")
    terminal.modem.no_signal()
    assert terminal.ask('AT+CUSD=1,"*100#",15') == ["+CME ERROR: 30"]


# --- the clock ---


def test_the_clock_shows_local_time_in_quarters() -> None:
    terminal = Terminal()
    terminal.wait(5)
    assert terminal.ask("AT+CCLK?") == ['+CCLK: "26/06/01,12:00:05+04"', "OK"]


def test_the_clock_can_be_set_and_runs_on() -> None:
    terminal = Terminal()
    assert terminal.ask('AT+CCLK="26/12/24,18:00:00+00"') == ["OK"]
    terminal.wait(61)
    assert terminal.ask("AT+CCLK?") == ['+CCLK: "26/12/24,18:01:01+00"', "OK"]
    assert terminal.ask('AT+CCLK="yesterday"') == ["ERROR"]


def test_a_modem_that_was_never_told_the_time_shows_its_makers_date() -> None:
    terminal = Terminal()
    terminal.modem.forget_clock()
    assert terminal.ask("AT+CCLK?") == ['+CCLK: "80/01/06,00:00:00+00"', "OK"]


# --- power ---


def test_a_restart_goes_deaf_then_boots_and_finds_the_network() -> None:
    terminal = Terminal()
    terminal.ask("AT+CLIP=1;+CREG=1;+CMEE=1;&W")
    assert terminal.ask("AT+CFUN=1,1") == ["OK"]
    assert terminal.wait(0.2) == []
    assert terminal.ask("AT") == []
    assert terminal.wait(0.2) == ["RDY"]
    assert terminal.ask("AT+CPIN?") == ["+CME ERROR: 14"]
    assert terminal.wait(1.5) == ["+CFUN: 1", "+CPIN: READY", "+CREG: 1"]
    assert terminal.ask("AT+CLIP?") == ["+CLIP: 1,1", "OK"]


def test_after_a_restart_what_was_not_kept_is_forgotten() -> None:
    terminal = Terminal()
    terminal.ask("AT+CLIP=1;+CNMI=2,1")
    terminal.modem.power_off()
    assert terminal.raw(b"AT\r") == b""
    terminal.modem.power_on()
    terminal.wait(3)
    terminal.ask("ATE0")
    assert terminal.ask("AT+CLIP?;+CNMI?") == ["+CLIP: 0,1", "+CNMI: 0,0,0,0,0", "OK"]


def test_a_booting_modem_says_that_the_sim_is_locked_or_missing() -> None:
    terminal = Terminal()
    terminal.modem.insert_sim(pin="1234")
    terminal.modem.power_on()
    assert "+CPIN: SIM PIN" in terminal.wait(3)
    terminal.modem.remove_sim()
    terminal.modem.power_on()
    assert "+CPIN: NOT INSERTED" in terminal.wait(3)


def test_boot_lines_are_the_familys_own() -> None:
    terminal = Terminal(replace(GENERIC, boot_lines=((1.0, "Call Ready"), (2.0, "SMS Ready"))))
    terminal.modem.power_on()
    assert terminal.wait(1.5) == ["Call Ready"]
    assert terminal.wait(1.0) == ["SMS Ready"]


def test_a_hung_modem_neither_hears_nor_speaks() -> None:
    terminal = Terminal()
    terminal.modem.hang()
    assert terminal.ask("AT+CSQ") == []
    terminal.modem.inject("RING")
    assert terminal.wait(10) == []
    terminal.modem.unhang()
    assert terminal.ask("AT") == ["OK"]
