"""Calls: 27.007 sections 6, 7 and 8.11, and the shapes that modems were seen to give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.simulator import GENERIC, End, Script
from tests.simulator.terminal import Terminal

CALLER = "07700900123"
CLIP = f'+CLIP: "{CALLER}",129,,,,0'


def shown(terminal: Terminal, script: Script, seconds: float = 60) -> list[str]:
    """Return every line of one call, from the first ring to well after its end."""
    assert terminal.modem.call(script) is not None
    return terminal.wait(0) + terminal.wait(seconds)


def caller_id_on() -> Terminal:
    terminal = Terminal()
    terminal.ask("AT+CLIP=1")
    return terminal


def test_three_rings_each_with_the_number_then_no_carrier() -> None:
    terminal = caller_id_on()
    assert shown(terminal, Script(CALLER)) == ["RING", CLIP, "RING", CLIP, "RING", CLIP, "NO CARRIER"]


def test_without_clip_only_ring_is_said() -> None:
    assert shown(Terminal(), Script(CALLER, rings=2)) == ["RING", "RING", "NO CARRIER"]


def test_crc_says_what_kind_of_call_it_is() -> None:
    terminal = caller_id_on()
    terminal.ask("AT+CRC=1")
    assert shown(terminal, Script(CALLER, rings=1)) == ["+CRING: VOICE", CLIP, "NO CARRIER"]


def test_rings_come_at_their_interval_and_the_caller_leaves_between_two() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, rings=2, interval=5))
    assert terminal.wait(4.9) == ["RING"]
    assert terminal.wait(0.2) == ["RING"]
    assert terminal.wait(2.0) == []
    assert terminal.wait(1.0) == ["NO CARRIER"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [("07700900123", 129), ("+447700900123", 145), ("447700900123", 129), ("01632960123", 129)],
)
def test_the_number_is_given_as_scripted(number: str, kind: int) -> None:
    assert f'+CLIP: "{number}",{kind},,,,0' in shown(caller_id_on(), Script(number))


def test_the_type_of_address_can_be_any() -> None:
    assert f'+CLIP: "{CALLER}",161,,,,0' in shown(caller_id_on(), Script(CALLER, type_of_address=161))


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (Script(CALLER, withheld=True), '+CLIP: "",128,,,,1'),
        (Script("", validity=2), '+CLIP: "",128,,,,2'),
        (Script("", validity=3), '+CLIP: "",128,,,,3'),
        (Script("", validity=4), '+CLIP: "",128,,,,4'),
        (Script("", withheld=True, clip_line='+CLIP: "",128'), '+CLIP: "",128'),
        (Script("", withheld=True, clip_line='+CLIP: "",128,"",,"",0'), '+CLIP: "",128,"",,"",0'),
    ],
)
def test_a_hidden_number_is_not_given(script: Script, line: str) -> None:
    terminal = caller_id_on()
    terminal.modem.call(script)
    assert terminal.ask("AT+CLCC")[:2] == ["RING", line]
    assert '"",128' in terminal.ask("AT+CLCC")[0]


@pytest.mark.parametrize(
    ("clip", "lines"),
    [
        ("with-ring", ["RING", CLIP, "RING", CLIP, "NO CARRIER"]),
        ("second-ring", ["RING", "RING", CLIP, "NO CARRIER"]),
        ("before-ring", [CLIP, "RING", CLIP, "RING", "NO CARRIER"]),
        ("never", ["RING", "RING", "NO CARRIER"]),
    ],
)
def test_the_number_comes_when_it_is_told_to(clip: str, lines: list[str]) -> None:
    assert shown(caller_id_on(), Script(CALLER, rings=2, clip=clip)) == lines


def test_a_word_that_is_no_ending_is_refused() -> None:
    with pytest.raises(ValueError, match="bang"):
        Script(CALLER, end="bang")


def test_a_call_may_end_in_silence() -> None:
    terminal = Terminal()
    assert shown(terminal, Script(CALLER, rings=1, end=End.SILENT)) == ["RING"]
    assert terminal.ask("AT+CLCC") == ["OK"]


@pytest.mark.parametrize(
    ("marker", "line"),
    [
        (None, f"MISSED_CALL: 12:00PM {CALLER}"),
        ("VOICE CALL: END", "VOICE CALL: END"),
        ("^CEND:1,0,104", "^CEND:1,0,104"),
        ("MISSED_CALL: {time} {number}", f"MISSED_CALL: 12:00PM {CALLER}"),
    ],
)
def test_a_call_may_end_in_a_makers_own_words(marker: str | None, line: str) -> None:
    assert shown(Terminal(), Script(CALLER, rings=1, end="vendor", marker=marker)) == ["RING", line]


def test_clcc_shows_the_call_from_ring_to_end() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CLCC") == ["OK"]
    terminal.modem.call(Script(CALLER, rings=2))
    terminal.wait(0)
    assert terminal.ask("AT+CLCC;+CPAS") == [f'+CLCC: 1,1,4,0,0,"{CALLER}",129', "+CPAS: 3", "OK"]
    terminal.wait(60)
    assert terminal.ask("AT+CLCC;+CPAS") == ["+CPAS: 0", "OK"]


def test_a_call_somebody_answers_is_active_then_ends() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, rings=9, answered_after=4.0, talk=10.0))
    assert terminal.wait(5) == ["RING", "RING"]
    assert terminal.ask("AT+CLCC;+CPAS") == [f'+CLCC: 1,1,0,0,0,"{CALLER}",129', "+CPAS: 4", "OK"]
    assert terminal.wait(10) == ["NO CARRIER"]
    assert terminal.ask("AT+CLCC") == ["OK"]


def test_ata_answers_and_there_must_be_something_to_answer() -> None:
    terminal = Terminal()
    assert terminal.ask("ATA") == ["NO CARRIER"]
    terminal.modem.call(Script(CALLER))
    assert terminal.ask("ATA") == ["RING", "OK"]
    assert terminal.ask("AT+CLCC")[0].startswith("+CLCC: 1,1,0,")


def test_s0_answers_by_itself() -> None:
    terminal = Terminal()
    terminal.ask("ATS0=2")
    terminal.modem.call(Script(CALLER, rings=5))
    assert terminal.wait(4) == ["RING", "RING"]
    assert terminal.ask("AT+CLCC")[0].startswith("+CLCC: 1,1,0,")


@pytest.mark.parametrize("command", ["AT+CHUP", "ATH", "ATH0"])
def test_hanging_up_ends_the_call_for_good(command: str) -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, rings=9))
    terminal.wait(0)
    assert terminal.ask(command) == ["OK"]
    assert terminal.ask("AT+CLCC") == ["OK"]
    assert terminal.wait(60) == []


def test_ath_leaves_the_call_alone_while_cvhu_is_one() -> None:
    terminal = Terminal(replace(GENERIC, settings={"+CVHU": (1,)}))
    terminal.modem.call(Script(CALLER, rings=9))
    assert terminal.ask("ATH")[-1] == "OK"
    assert terminal.ask("AT+CLCC")[0].startswith("+CLCC: 1,1,4,")
    terminal.ask("AT+CVHU=0")
    terminal.ask("ATH")
    assert terminal.ask("AT+CLCC") == ["OK"]


@pytest.mark.parametrize("before", [True, False])
def test_a_family_may_say_that_it_hung_up_before_or_after_ok(before: bool) -> None:
    terminal = Terminal(replace(GENERIC, rejected_lines=("VOICE CALL: END",), rejected_before_ok=before))
    terminal.modem.call(Script(CALLER))
    terminal.wait(0)
    lines = ["VOICE CALL: END", "OK"]
    assert terminal.ask("AT+CHUP") + terminal.wait(0.1) == (lines if before else lines[::-1])


def test_a_family_may_report_every_state_by_itself() -> None:
    terminal = Terminal(replace(GENERIC, clcc_urc=True, answered_lines=("VOICE CALL: BEGIN",)))
    terminal.ask("AT+CLCC=1")
    assert terminal.ask("AT+CLCC?") == ["+CLCC: 1", "OK"]
    line = f'+CLCC: 1,1,{{}},0,0,"{CALLER}",129'
    script = Script(CALLER, rings=1, answered_after=1.0, talk=1.0)
    assert shown(terminal, script) == [
        "RING",
        line.format(4),
        line.format(0),
        "VOICE CALL: BEGIN",
        line.format(6),
        "NO CARRIER",
    ]


def test_the_generic_modem_does_not_offer_that() -> None:
    assert Terminal().ask("AT+CLCC=1") == ["ERROR"]


def test_a_second_caller_hears_engaged_while_it_rings() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER))
    assert terminal.modem.call(Script("07700900124")) is None


def test_a_second_caller_waits_while_somebody_talks_and_rings_afterwards() -> None:
    terminal = Terminal()
    terminal.ask("AT+CCWA=1")
    terminal.modem.call(Script(CALLER, answered_after=1.0, talk=4.0))
    terminal.wait(2)
    assert terminal.modem.call(Script("07700900124", rings=3)) is not None
    assert terminal.wait(0) == ['+CCWA: "07700900124",129,1']
    assert terminal.ask("AT+CLCC") == [
        f'+CLCC: 1,1,0,0,0,"{CALLER}",129',
        '+CLCC: 2,1,5,0,0,"07700900124",129',
        "OK",
    ]
    assert terminal.wait(3.5) == ["NO CARRIER", "RING"]
    assert terminal.wait(60)[-1] == "NO CARRIER"


def test_a_waiting_caller_who_leaves_ends_nothing_else() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, answered_after=1.0, talk=60.0))
    terminal.wait(2)
    terminal.modem.call(Script("07700900124", rings=1))
    assert terminal.wait(10) == []
    assert terminal.ask("AT+CLCC") == [f'+CLCC: 1,1,0,0,0,"{CALLER}",129', "OK"]


def test_call_waiting_can_be_off_at_the_network() -> None:
    terminal = Terminal()
    terminal.ask("AT+CCWA=1,0")
    terminal.wait(1)
    assert terminal.ask("AT+CCWA=1,2") + terminal.wait(1) == ["+CCWA: 0,1", "OK"]
    terminal.modem.call(Script(CALLER, answered_after=1.0, talk=60.0))
    terminal.wait(2)
    assert terminal.modem.call(Script("07700900124")) is None


def test_chld_juggles_two_calls() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, answered_after=1.0, talk=60.0))
    terminal.wait(2)
    terminal.modem.call(Script("07700900124", rings=9))
    terminal.ask("AT+CHLD=2")
    assert [line[7:12] for line in terminal.ask("AT+CLCC")[:2]] == ["1,1,1", "2,1,0"]
    terminal.ask("AT+CHLD=0")
    assert [line[7:12] for line in terminal.ask("AT+CLCC")[:-1]] == ["2,1,0"]


def test_nobody_gets_through_without_network_or_power() -> None:
    terminal = Terminal()
    terminal.modem.no_signal()
    assert terminal.modem.call(Script(CALLER)) is None
    terminal.modem.signal(20)
    terminal.wait(2)
    terminal.modem.power_off()
    assert terminal.modem.call(Script(CALLER)) is None


def test_losing_power_ends_a_call_without_a_word() -> None:
    terminal = Terminal()
    terminal.modem.call(Script(CALLER, rings=50))
    terminal.modem.power_off()
    terminal.modem.power_on()
    assert "RING" not in terminal.wait(60)


def test_the_missed_calls_list_has_the_newest_first() -> None:
    terminal = Terminal()
    for number in ("07700900123", "+447700900124"):
        terminal.modem.call(Script(number, rings=1))
        terminal.wait(10)
    terminal.modem.call(Script("07700900125", answered_after=1.0))
    terminal.wait(20)
    terminal.ask('AT+CPBS="MC"')
    assert terminal.ask("AT+CPBS?") == ['+CPBS: "MC",2,20', "OK"]
    expected = ['+CPBR: 1,"+447700900124",145,""', '+CPBR: 2,"07700900123",129,""', "OK"]
    assert terminal.ask("AT+CPBR=1,20") == expected
    terminal.ask('AT+CPBS="RC"')
    assert terminal.ask("AT+CPBR=1") == ['+CPBR: 1,"07700900125",129,""', "OK"]
    terminal.ask('AT+CPBS="ON"')
    assert terminal.ask("AT+CPBR=1") == ['+CPBR: 1,"+447700900000",145,""', "OK"]
    assert terminal.ask('AT+CPBS="ZZ"') == ["ERROR"]


def test_a_missed_call_can_be_erased_from_the_list_and_the_others_keep_their_places() -> None:
    terminal = Terminal()
    for number in ("07700900123", "07700900124", "07700900125"):
        terminal.modem.call(Script(number, rings=1))
        terminal.wait(10)
    terminal.ask('AT+CPBS="MC"')
    assert terminal.ask("AT+CPBW=2") == ["OK"]
    assert terminal.ask("AT+CPBS?") == ['+CPBS: "MC",2,20', "OK"]
    kept = ['+CPBR: 1,"07700900125",129,""', '+CPBR: 3,"07700900123",129,""', "OK"]
    assert terminal.ask("AT+CPBR=1,20") == kept
    assert terminal.ask("AT+CPBW=4") == ["ERROR"]
    assert terminal.ask("AT+CPBW=21") == ["ERROR"]
    assert terminal.ask('AT+CPBW=1,"07700900126",129,"Ann"') == ["ERROR"]
    terminal.ask('AT+CPBS="SM"')
    assert terminal.ask("AT+CPBW=1") == ["ERROR"]


def test_dialling_rings_out_unanswered() -> None:
    terminal = Terminal()
    assert terminal.ask("ATD07700900123;") == ["OK"]
    assert terminal.ask("AT+CLCC") == ['+CLCC: 1,0,2,0,0,"07700900123",129', "OK"]
    terminal.wait(2)
    assert terminal.ask("AT+CLCC")[0].startswith("+CLCC: 1,0,3,")
    assert terminal.wait(60) == ["NO CARRIER"]
    assert terminal.ask("ATD07700900123") == ["NO CARRIER"]  # a data call


def test_the_network_keeps_diverts() -> None:
    terminal = Terminal()
    assert terminal.ask("AT+CCFC=2,2") + terminal.wait(1) == ["+CCFC: 0,1", "OK"]
    assert terminal.ask('AT+CCFC=2,3,"+447700900777"') + terminal.wait(1) == ["OK"]
    assert terminal.ask("AT+CCFC=2,2") + terminal.wait(1) == ['+CCFC: 1,1,"+447700900777",145', "OK"]
    assert terminal.ask("AT+CCFC=2,4") + terminal.wait(1) == ["OK"]
    assert terminal.ask("AT+CCFC=2,2") + terminal.wait(1) == ["+CCFC: 0,1", "OK"]
