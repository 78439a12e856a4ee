"""Texts on their way in: 27.005 sections 3.2 to 3.4."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.simulator import GENERIC
from appliance.simulator.sms_pdu import read_deliver
from tests.simulator.terminal import Terminal

SENDER = "+447700900123"


def units(terminal: Terminal, command: str = "AT+CMGL=4") -> list[bytes]:
    """Return the transfer units the modem lists, without their service centres."""
    said = terminal.ask(command)
    assert said[-1] == "OK"
    found = [bytes.fromhex(line) for line in said[:-1] if not line.startswith("+")]
    return [octets[octets[0] + 1 :] for octets in found]


def texts(terminal: Terminal) -> list[tuple[str, str]]:
    return [(unit.sender.number, unit.text) for unit in map(read_deliver, units(terminal))]


# --- where they go ---


def test_a_text_is_stored_and_only_said_if_asked_for() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "one")
    assert terminal.wait(1) == []
    terminal.ask("AT+CNMI=2,1")
    terminal.modem.text(SENDER, "two")
    assert terminal.wait(1) == ['+CMTI: "SM",2']
    assert texts(terminal) == [(SENDER, "one"), (SENDER, "two")]


def test_a_text_may_be_passed_straight_on() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,2")
    terminal.modem.text(SENDER, "Hello")
    line, pdu = terminal.wait(1)
    assert line == f"+CMT: ,{len(pdu) // 2 - 8}"
    assert read_deliver(bytes.fromhex(pdu)[8:]).text == "Hello"
    assert texts(terminal) == []


def test_in_text_mode_it_is_passed_on_in_words() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1;+CNMI=2,2")
    terminal.modem.text(SENDER, "Hello")
    assert terminal.wait(1) == [f'+CMT: "{SENDER}",,"26/06/01,12:00:00+04"', "Hello"]
    terminal.ask("AT+CSDH=1")
    terminal.modem.text(SENDER, "Hello")
    assert terminal.wait(1)[0].endswith(',145,4,0,0,"+447700900999",145,5')


def test_mode_0_keeps_codes_until_the_mode_changes() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=0,1")
    terminal.modem.text(SENDER, "one")
    assert terminal.wait(60) == []
    assert terminal.ask("AT+CNMI=2,1") == ['+CMTI: "SM",1', "OK"]
    terminal.ask("AT+CNMI=0,1")
    terminal.modem.text(SENDER, "two")
    assert terminal.ask("AT+CNMI=2,1,0,0,1") == ["OK"]  # bfr 1 throws them away


def test_cnmi_refuses_what_is_not_on_offer() -> None:
    terminal = Terminal()
    for bad in ("4,1", "2,4", "2,1,1", "2,1,0,3", "2,1,0,0,2", "2,1,0,0,0,0", "x"):
        assert terminal.ask(f"AT+CNMI={bad}") == ["+CMS ERROR: 304"], bad
    assert terminal.ask("AT+CNMI?") == ["+CNMI: 0,0,0,0,0", "OK"]
    assert terminal.ask("AT+CNMI=?") == ["+CNMI: (0-3),(0-3),(0,2),(0-2),(0,1)", "OK"]


@pytest.mark.parametrize(
    ("routing", "fine"), [("2,1,0,0", 1), ("1,2,0,1", 1), ("2,3", 0), ("2,1,0,1", 0), ("3,2", 0)]
)
def test_a_strict_family_refuses_some_combinations(routing: str, fine: int) -> None:
    terminal = Terminal(replace(GENERIC, cnmi_strict=True))
    assert terminal.ask(f"AT+CNMI={routing}") == (["OK"] if fine else ["+CMS ERROR: 304"])


def test_cnmi_left_out_values_stay_as_they_are() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,1,0,1")
    terminal.ask("AT+CNMI=,2")
    assert terminal.ask("AT+CNMI?") == ["+CNMI: 2,2,0,1,0", "OK"]
    terminal.ask("AT+CNMI")
    assert terminal.ask("AT+CNMI?") == ["+CNMI: 0,0,0,0,0", "OK"]


# --- acknowledgement ---


def test_phase_2_plus_wants_every_text_acknowledged() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CSMS=1;+CSMS?") == ["+CSMS: 1,1,1", "+CSMS: 1,1,1,1", "OK"]
    terminal.ask("AT+CNMI=2,2")
    terminal.modem.text(SENDER, "one")
    terminal.modem.text(SENDER, "two")
    assert len(terminal.wait(1)) == 2  # the second waits for the first
    said = terminal.ask("AT+CNMA")
    assert said[0].startswith("+CMT: ,")
    assert terminal.ask("AT+CNMA=1") == ["OK"]
    assert terminal.ask("AT+CNMA") == ["+CMS ERROR: 340"]


def test_without_acknowledgement_routing_stops_and_the_text_is_stored() -> None:
    terminal = Terminal()
    terminal.ask("AT+CSMS=1;+CNMI=2,2,0,1")
    terminal.modem.text(SENDER, "Hello")
    terminal.wait(1)
    assert terminal.wait(20) == []
    assert terminal.ask("AT+CNMI?") == ["+CNMI: 2,0,0,0,0", "OK"]
    assert texts(terminal) == [(SENDER, "Hello")]


def test_a_text_that_was_not_taken_well_comes_again() -> None:
    terminal = Terminal()
    terminal.ask("AT+CSMS=1;+CNMI=2,2")
    terminal.modem.text(SENDER, "Hello")
    first = terminal.wait(1)
    assert terminal.ask("AT+CNMA=2") == ["OK"]
    assert terminal.wait(60) == first


# --- the stores ---


def test_a_full_store_makes_the_network_wait() -> None:
    terminal = Terminal(replace(GENERIC, storages={"SM": 2}, full_lines=('+QIND: "smsfull","{memory}"',)))
    terminal.ask("AT+CNMI=2,1")
    for words in ("one", "two", "three", "four"):
        terminal.modem.text(SENDER, words)
    assert terminal.wait(1) == ['+CMTI: "SM",1', '+CMTI: "SM",2', '+QIND: "smsfull","SM"']
    assert terminal.ask("AT+CPMS?") == ['+CPMS: "SM",2,2,"SM",2,2,"SM",2,2', "OK"]
    assert terminal.ask("AT+CMGD=1") + terminal.wait(0.1) == ["OK", '+CMTI: "SM",1', '+QIND: "smsfull","SM"']
    assert [words for _, words in texts(terminal)] == ["three", "two"]
    assert len(terminal.modem.device.incoming.held) == 1


def test_texts_wait_for_the_network_to_come_back() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,1")
    terminal.modem.no_signal()
    terminal.modem.text(SENDER, "Hello")
    assert terminal.wait(60) == []
    terminal.modem.signal(20)
    assert terminal.wait(2) == ['+CMTI: "SM",1']


def test_texts_that_came_while_the_modem_was_off_are_stored_when_it_is_back() -> None:
    terminal = Terminal()
    terminal.modem.power_off()
    terminal.modem.text(SENDER, "Hello")
    terminal.modem.power_on()
    terminal.wait(5)
    terminal.ask("ATE0")
    assert texts(terminal) == [(SENDER, "Hello")]


def test_a_hung_modem_stores_texts_without_a_word() -> None:
    terminal = Terminal()
    terminal.ask("AT+CNMI=2,1")
    terminal.modem.hang()
    terminal.modem.text(SENDER, "Hello")
    terminal.modem.unhang()
    assert terminal.wait(10) == []
    assert texts(terminal) == [(SENDER, "Hello")]


def test_memories_are_chosen_one_by_one() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CPMS=?") == ['+CPMS: ("SM","ME","SR"),("SM","ME"),("SM","ME")', "OK"]
    assert terminal.ask('AT+CPMS="ME"') == ["+CPMS: 0,50,0,20,0,20", "OK"]
    assert terminal.ask('AT+CPMS="SM","SM","ME"') == ["+CPMS: 0,20,0,20,0,50", "OK"]
    terminal.ask("AT+CNMI=2,1")
    terminal.modem.text(SENDER, "Hello")
    assert terminal.wait(1) == ['+CMTI: "ME",1']
    assert texts(terminal) == []
    terminal.ask('AT+CPMS="ME"')
    assert texts(terminal) == [(SENDER, "Hello")]
    for bad in ('"XX"', '"SM","SR"', '"SM","SM","SM","SM"'):
        assert terminal.ask(f"AT+CPMS={bad}") == ["+CMS ERROR: 304"], bad


def test_a_family_may_number_its_places_from_nought() -> None:
    terminal = Terminal(replace(GENERIC, first_index=0))
    terminal.ask("AT+CNMI=2,1")
    terminal.modem.text(SENDER, "Hello")
    assert terminal.wait(1) == ['+CMTI: "SM",0']
    assert terminal.ask("AT+CMGR=0")[0].startswith("+CMGR: 0,,")


# --- reading, listing, deleting ---


def test_reading_a_text_makes_it_read() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "Hello")
    assert terminal.ask("AT+CMGR=1")[0].startswith("+CMGR: 0,,")
    assert terminal.ask("AT+CMGR=1")[0].startswith("+CMGR: 1,,")


def test_an_empty_place_and_one_that_is_not_there_cannot_be_read() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CMGR=5") == ["+CMS ERROR: 321"]
    assert terminal.ask("AT+CMGR=500") == ["+CMS ERROR: 321"]


def test_lists_can_be_of_one_kind() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "old")
    terminal.ask("AT+CMGR=1")
    terminal.modem.text(SENDER, "new")
    assert len(units(terminal, "AT+CMGL=1")) == 1
    assert [read_deliver(unit).text for unit in units(terminal, "AT+CMGL")] == ["new"]
    assert units(terminal, "AT+CMGL=0") == []
    assert terminal.ask("AT+CMGL=5") == ["+CMS ERROR: 304"]


def test_text_mode_reads_and_lists_in_words() -> None:
    terminal = Terminal()
    terminal.ask("AT+CMGF=1")
    terminal.modem.text(SENDER, "Boiler [F28]")
    terminal.modem.text("Plumb Ltd", "ж")
    stamp = '"26/06/01,12:00:00+04"'
    assert terminal.ask('AT+CMGL="REC UNREAD"') == [
        f'+CMGL: 1,"REC UNREAD","{SENDER}",,{stamp}',
        "Boiler \x1b<F28\x1b>",
        f'+CMGL: 2,"REC UNREAD","Plumb Ltd",,{stamp}',
        "0436",
        "OK",
    ]
    assert terminal.ask("AT+CMGR=1")[0] == f'+CMGR: "REC READ","{SENDER}",,{stamp}'
    terminal.ask("AT+CSDH=1")
    assert terminal.ask("AT+CMGR=1")[0].endswith(',145,4,0,0,"+447700900999",145,12')
    assert len(terminal.ask('AT+CMGL="ALL"')) == 5
    assert terminal.ask('AT+CMGL="NONSENSE"') == ["+CMS ERROR: 305"]
    terminal.ask('AT+CSCS="UCS2"')
    assert terminal.ask("AT+CMGR=1")[1] == "Boiler [F28]".encode("utf-16-be").hex().upper()


@pytest.mark.parametrize(("flag", "left"), [(0, 3), (1, 3), (2, 2), (3, 1), (4, 0)])
def test_delete_takes_one_or_all_of_some_kinds(flag: int, left: int) -> None:
    terminal = Terminal()
    pdu = "0001000C91447700091032000005C8329BFD06"
    for words in ("read", "unread"):
        terminal.modem.text(SENDER, words)
    terminal.ask("AT+CMGR=1")
    terminal.submit("AT+CMGW=18", pdu, wait=0)
    terminal.submit("AT+CMGW=18,3", pdu, wait=0)
    assert terminal.ask(f"AT+CMGD=1,{flag}") == ["OK"]
    assert len(units(terminal)) == left


def test_deleting_an_empty_place_is_fine_but_there_must_be_one() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CMGD=20") == ["OK"]
    assert terminal.ask("AT+CMGD=21") == ["+CMS ERROR: 321"]


def test_a_code_breaks_into_a_list_between_a_head_and_its_unit() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "Hello")
    terminal.modem.inject("RING", during="AT+CMGL", after_lines=1)
    said = terminal.ask("AT+CMGL=4")
    assert [line[:5] for line in said] == ["+CMGL", "RING", "07914", "OK"]


# --- what arrives ---


@pytest.mark.parametrize(
    "words", ["x" * 160, "x" * 161, "€" * 80, "€" * 81, "ж" * 70, "ж" * 71, "😀" * 35, "a" + "😀" * 70]
)
def test_long_texts_come_in_parts_that_fit(words: str) -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, words)
    parts = [read_deliver(unit) for unit in units(terminal)]
    assert "".join(part.text for part in parts) == words
    assert all(len(part.user_data) <= 140 for part in parts)
    if len(parts) > 1:
        tags = [part.concatenation for part in parts if part.concatenation]
        assert [(tag.sequence, tag.total) for tag in tags] == [
            (i, len(parts)) for i in range(1, len(parts) + 1)
        ]


def test_parts_may_come_in_any_order_twice_or_never() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "one " * 100, order=[2, 0, 0])
    tags = [read_deliver(unit).concatenation for unit in units(terminal)]
    assert [tag.sequence for tag in tags if tag] == [3, 1, 1]


def test_a_16_bit_reference_and_a_careless_cut() -> None:
    terminal = Terminal()
    terminal.modem.text(SENDER, "a" + "😀" * 50, wide_reference=True, careless=True)
    first, second = (read_deliver(unit) for unit in units(terminal))
    assert first.user_data[:3] == bytes((6, 8, 4))
    assert first.text[-1] == "\ud83d"
    assert second.text[0] == "\ude00"


@pytest.mark.parametrize("octets", ["", "00", "04", "040C91", "FF" * 30, "040B5000000000000000000000000000"])
@pytest.mark.parametrize("routing", ["2,1", "2,2"])
@pytest.mark.parametrize("text_mode", [0, 1])
def test_a_broken_unit_is_passed_on_as_it_came(octets: str, routing: str, text_mode: int) -> None:
    terminal = Terminal()
    terminal.ask(f"AT+CNMI={routing};+CMGF={text_mode}")
    terminal.modem.deliver(bytes.fromhex(octets))
    assert terminal.wait(1)[0].startswith(("+CMTI", "+CMT"))
    said = terminal.ask('AT+CMGL="ALL"' if text_mode else "AT+CMGL=4")
    assert said[-1] in ("OK", "+CMS ERROR: 320")
    if said[-1] == "OK" and routing == "2,1" and octets and not text_mode:
        assert said[1].endswith(octets)


# --- the rest of 27.005 ---


def test_the_service_centre_is_read_and_set() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CSCA?") == ['+CSCA: "+447700900999",145', "OK"]
    terminal.ask('AT+CSCA="447700900998",145')
    assert terminal.ask("AT+CSCA?") == ['+CSCA: "+447700900998",145', "OK"]


def test_text_parameters_are_read_and_set() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CSMP?") == ["+CSMP: 17,167,0,0", "OK"]
    terminal.ask("AT+CSMP=49,,0,8")
    assert terminal.ask("AT+CSMP?") == ["+CSMP: 49,167,0,8", "OK"]
    assert terminal.ask("AT+CSMP=2") == ["+CMS ERROR: 304"]
