"""What is said to a modem: how it is brought up, what is asked, how a text is handed over."""

from __future__ import annotations

import pytest

from appliance.modem import pdu, urc
from appliance.modem.bring_up import FIRST_SIM_POLL_S, FIRST_SIM_POLLS, SIM_POLL_S, STEP_RETRY_S, STEP_TRIES
from appliance.modem.channel import CANCEL_S, PROMPT_S, SUBMIT_S
from appliance.modem.conversations import PROBE_S, PROBES
from appliance.modem.events import (
    Accepted,
    AtPrompt,
    CallList,
    Deaf,
    Doubtful,
    HungUp,
    Message,
    ModemEvent,
    Network,
    NetworkStatus,
    NotStarted,
    Place,
    Ready,
    Refused,
    Sim,
    SimStatus,
)
from appliance.modem.result_codes import CmeError, CmsError, Error
from appliance.modem.session import DRAIN_S
from tests.modem import tpdu_builder as build
from tests.modem.wire import Wire
from tests.scripted_modem import AFTER_CTRL_Z, SEND, Answer

ESSENTIAL = ("AT", "AT+CPIN?", "AT+CLIP=1", "AT+CMGF=0")
OPTIONAL = (
    "ATE0",
    "ATV1",
    "AT+CMEE=1",
    "AT+CGMI",
    "AT+CGMM",
    "AT+CREG=1",
    "AT+CVHU=0",
    "AT+CRC=1",
    "AT+CCWA=1",
    'AT+CSCS="GSM"',
    "AT+CPMS",
    "AT+CNMI",
    "AT+CNUM",
    "AT+CREG?",
    "AT+CSQ",
    "AT+COPS?",
    "AT+CLCC",
    "AT+CMGL",
)
CNMI_IN_ORDER = ["2,1,0,0,0", "1,1,0,0,0", "2,1", "1,1"]
CNMI_WITH_REPORTS = ["2,1,0,2,0", "1,1,0,2,0", "1,1,0,1,0", *CNMI_IN_ORDER]


def text(words: str) -> str:
    return build.deliver(build.gsm7_user_data(build.septets(words)))


def words_of(wire: Wire) -> list[str]:
    return [event.pdu.text for event in wire.of(Message) if isinstance(event.pdu, pdu.Deliver)]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def ready(wire: Wire) -> Wire:
    wire.open()
    assert wire.ready
    wire.forget()
    return wire


# Bring-up


def test_a_good_modem_is_ready_and_has_told_what_it_is(wire: Wire) -> None:
    wire.open()
    assert wire.events == [
        SimStatus(Sim.READY),
        Ready("simcom-4g", "SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", None, "07700900100"),
        NetworkStatus(Network.HOME, 5, "EE"),
        CallList(()),
    ]


def test_what_later_steps_rest_on_is_said_first(wire: Wire) -> None:
    wire.open()
    said = wire.commands
    for first, later in (
        ("AT", "ATE0"),
        ("ATE0", "AT+CMEE=1"),
        ("AT+CMEE=1", "AT+CPIN?"),
        ("AT+CPIN?", "AT+CLIP=1"),
        ("AT+CVHU=0", "AT+CLIP=1"),
        ("AT+CMGF=0", "AT+CNMI=2,1,0,0,0"),
        ('AT+CPMS="SM","SM","SM"', "AT+CNMI=2,1,0,0,0"),
        ("AT+CNMI=2,1,0,0,0", "AT+CMGL=4"),
    ):
        assert said.index(first) < said.index(later)


@pytest.mark.parametrize("final", ["ERROR", "+CME ERROR: 3", "+CMS ERROR: 302", "COMMAND NOT SUPPORT"])
@pytest.mark.parametrize("command", OPTIONAL)
def test_an_optional_step_that_is_refused_is_done_without(wire: Wire, command: str, final: str) -> None:
    wire.modem.refuse(command, final=final)
    wire.open()
    assert wire.ready
    assert not wire.of(Deaf)


@pytest.mark.parametrize("command", OPTIONAL)
def test_an_optional_step_that_is_not_answered_is_done_without(wire: Wire, command: str) -> None:
    wire.modem.script(command, None, ("OK",))
    wire.open(120)
    assert wire.ready
    assert not wire.of(Deaf)


def test_a_modem_that_knows_only_the_essential_is_ready_and_says_so(wire: Wire) -> None:
    wire.modem.refuse(*OPTIONAL)
    wire.open()
    assert wire.of(Ready) == [Ready("generic", None, None, None, None)]
    assert wire.of(NetworkStatus) == [NetworkStatus(Network.UNKNOWN, None, None)]
    assert wire.ready


def test_a_modem_that_knows_only_the_essential_still_sends_and_hears(wire: Wire) -> None:
    wire.modem.refuse(*OPTIONAL)
    asked = wire.open().send()
    wire.say("RING", '+CLIP: "07700900123",129', "NO CARRIER")
    assert wire.count(Accepted(asked, 1)) == 1
    assert wire.count(urc.Ring()) == wire.count(urc.CallEnded("NO CARRIER")) == 1


@pytest.mark.parametrize("command", ["AT+CLIP=1", "AT+CMGF=0"])
def test_an_essential_step_that_is_refused_for_good_makes_a_modem_useless(wire: Wire, command: str) -> None:
    wire.modem.refuse(command)
    wire.open(STEP_TRIES * STEP_RETRY_S + 5)
    assert wire.of(Deaf)
    assert not wire.of(Ready)
    assert wire.commands.count(command) == STEP_TRIES


@pytest.mark.parametrize("command", ["AT+CLIP=1", "AT+CMGF=0"])
def test_an_essential_step_that_is_refused_while_the_sim_starts_is_said_again(
    wire: Wire, command: str
) -> None:
    wire.modem.script(command, ("+CME ERROR: 14",), ("+CMS ERROR: 314",), ("OK",))
    wire.open(10)
    assert wire.ready
    assert wire.commands.count(command) == 3


def test_a_port_that_always_says_error_has_no_modem(wire: Wire) -> None:
    wire.modem.refuse("AT")
    wire.open()
    assert wire.events == [Deaf()]
    assert wire.commands == ["AT"] * PROBES


def test_a_silent_port_is_deaf_after_its_probes(wire: Wire) -> None:
    wire.modem.mute = True
    wire.open(PROBES * PROBE_S + 1)
    assert wire.events == [Deaf()]
    assert wire.times == [1000.0 + PROBES * PROBE_S]


def test_a_modem_that_takes_its_time_to_wake_is_waited_for(wire: Wire) -> None:
    wire.modem.script("AT", *[None] * (PROBES - 1), ("OK",))
    wire.open(10)
    assert wire.ready


def test_a_modem_that_keeps_its_echo_is_understood(wire: Wire) -> None:
    wire.modem.refuse("ATE0")
    asked = wire.open().send()
    assert wire.modem.echo
    assert wire.of(Ready) == [
        Ready("simcom-4g", "SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", None, "07700900100")
    ]
    assert wire.count(Accepted(asked, 1)) == 1
    assert wire.modem.submitted == [asked.pdu.hex]


def test_a_modem_left_at_its_prompt_by_an_earlier_run_is_taken_off_it_and_sends_nothing(wire: Wire) -> None:
    wire.modem.at_prompt = True
    wire.open()
    assert wire.modem.cancelled == 1
    assert wire.modem.submitted == []
    assert wire.ready


@pytest.mark.parametrize(("reports", "routes"), [(False, CNMI_IN_ORDER), (True, CNMI_WITH_REPORTS)])
def test_message_routing_falls_back_to_what_the_modem_takes(reports: bool, routes: list[str]) -> None:
    for taken in range(1, len(routes) + 1):
        wire = Wire(reports=reports)
        wire.modem.script("AT+CNMI", *[("ERROR",)] * (taken - 1), ("OK",))
        wire.open()
        assert wire.ready
        said = [c.removeprefix("AT+CNMI=") for c in wire.commands if c.startswith("AT+CNMI=")]
        assert said == routes[:taken]


# The SIM


@pytest.mark.parametrize(
    ("answer", "sim"),
    [
        (("+CME ERROR: 10",), Sim.ABSENT),
        (("+CME ERROR: SIM not inserted",), Sim.ABSENT),
        (("+CMS ERROR: 310",), Sim.FAILED),
        (("+CME ERROR: 14",), Sim.BUSY),
        (("+CME ERROR: 13",), Sim.FAILED),
        (("+CPIN: SIM PIN", "OK"), Sim.LOCKED),
        (("+CME ERROR: 11",), Sim.LOCKED),
        (("+CPIN: SIM PUK", "OK"), Sim.BLOCKED),
        (("+CME ERROR: 12",), Sim.BLOCKED),
        (("+CPIN: NOT INSERTED", "OK"), Sim.ABSENT),
        (("+CPIN: PH-NET PIN", "OK"), Sim.FAILED),
    ],
)
def test_what_is_wrong_with_the_sim_is_told_and_waited_out(wire: Wire, answer: Answer, sim: Sim) -> None:
    wire.modem.script("AT+CPIN?", answer, answer, ("+CPIN: READY", "OK"))
    wire.open(FIRST_SIM_POLL_S * 3 + 5)
    assert wire.of(SimStatus) == [SimStatus(sim), SimStatus(sim), SimStatus(Sim.READY)]
    assert wire.ready


def test_without_a_sim_nothing_else_is_asked(wire: Wire) -> None:
    wire.modem.refuse("AT+CPIN?", final="+CME ERROR: 10")
    wire.open(60)
    assert not wire.of(Ready)
    assert not wire.of(Deaf)
    assert set(wire.commands[7:]) == {"AT+CPIN?"}
    asked = [at for at, command in wire.modem.commands if command == "AT+CPIN?"]
    assert FIRST_SIM_POLLS - 3 <= len(asked) <= FIRST_SIM_POLLS
    wire.forget()
    wire.run(60)
    assert wire.commands.count("AT+CPIN?") <= 60 / SIM_POLL_S + 2, "later it is asked less often"


def test_a_locked_sim_is_never_sent_a_code(wire: Wire) -> None:
    wire.modem.script("AT+CPIN?", ("+CPIN: SIM PIN", "OK"))
    wire.open(60)
    assert not [command for command in wire.commands if command.startswith("AT+CPIN=")]


@pytest.mark.parametrize("registration", ["+CREG: 0,1", "+CREG: 1,5", "+CREG: 0,6"])
def test_a_modem_without_the_command_for_the_sim_is_judged_by_its_network(
    wire: Wire, registration: str
) -> None:
    wire.modem.refuse("AT+CPIN?")
    wire.modem.script("AT+CREG?", (registration, "OK"))
    wire.open()
    assert wire.of(SimStatus) == [SimStatus(Sim.READY)]
    assert wire.ready


def test_a_modem_without_that_command_and_without_a_network_waits(wire: Wire) -> None:
    wire.modem.refuse("AT+CPIN?")
    wire.modem.script("AT+CREG?", ("+CREG: 0,2", "OK"), ("+CREG: 0,1", "OK"))
    wire.open(5)
    assert wire.of(SimStatus) == [SimStatus(Sim.ABSENT), SimStatus(Sim.READY)]
    assert wire.ready


# What is asked


@pytest.mark.parametrize(
    ("answer", "network"),
    [
        ("+CREG: 1,1", Network.HOME),
        ('+CREG: 2,5,"1A2B","00C3D4",7', Network.ROAMING),
        ("+CREG: 0,2", Network.SEARCHING),
        ("+CREG: 0,3", Network.DENIED),
        ("+CREG: 0,0", Network.NONE),
        ("+CREG: 0,6", Network.TEXTS_ONLY),
        ("+CREG: 0,7", Network.TEXTS_ONLY),
        ("+CREG: 0,4", Network.UNKNOWN),
        ("+CREG: 0,11", Network.UNKNOWN),
        ("+CREG: ", Network.UNKNOWN),
        ("+CREG: x,y", Network.UNKNOWN),
    ],
)
def test_the_registration_is_told(wire: Wire, answer: str, network: Network) -> None:
    wire.modem.script("AT+CREG?", (answer, "OK"))
    wire.open()
    assert [status.network for status in wire.of(NetworkStatus)] == [network]


def test_a_registration_that_comes_by_itself_is_not_taken_for_the_answer(wire: Wire) -> None:
    wire.modem.script("AT+CREG?", ("+CREG: 2", "+CREG: 1,1", "OK"))
    wire.open()
    assert wire.of(NetworkStatus)[0].network is Network.HOME


@pytest.mark.parametrize(
    ("answer", "bars"),
    [
        ("+CSQ: 99,99", None),
        ("+CSQ: 0,0", 0),
        ("+CSQ: 1,99", 0),
        ("+CSQ: 2,99", 1),
        ("+CSQ: 9,99", 2),
        ("+CSQ: 10,99", 3),
        ("+CSQ: 15,99", 4),
        ("+CSQ: 20,99", 5),
        ("+CSQ: 31,0", 5),
        ("+CSQ: 32,0", None),
        ("+CSQ: -1,0", None),
        ("+CSQ: ", None),
    ],
)
def test_the_signal_is_told_in_bars(wire: Wire, answer: str, bars: int | None) -> None:
    wire.modem.script("AT+CSQ", (answer, "OK"))
    wire.open()
    assert [status.bars for status in wire.of(NetworkStatus)] == [bars]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ('+COPS: 0,0,"EE",7', "EE"),
        ('+COPS: 0,1,"O2 - UK"', "O2 - UK"),
        ('+COPS: 0,2,"23430",7', None),
        ("+COPS: 0", None),
        ('+COPS: 0,0,""', None),
        ('+COPS: 0,0,"' + "x" * 500 + '"', "x" * 40),
    ],
)
def test_the_network_is_told_by_its_name(wire: Wire, answer: str, name: str | None) -> None:
    wire.modem.script("AT+COPS?", (answer, "OK"))
    wire.open()
    assert [status.operator for status in wire.of(NetworkStatus)] == [name]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (('+CNUM: "Own","+447700900100",145',), "+447700900100"),
        (('+CNUM: "","",129', '+CNUM: "","07700900100",129'), "07700900100"),
        (("+CNUM: ",), None),
        ((), None),
    ],
)
def test_the_boxs_own_number_is_told_where_the_sim_holds_it(
    wire: Wire, lines: tuple[str, ...], number: str | None
) -> None:
    wire.modem.script("AT+CNUM", (*lines, "OK"))
    wire.open()
    assert [told.own_number for told in wire.of(Ready)] == [number]


def test_a_modem_that_puts_a_prefix_before_its_name_is_named_without(wire: Wire) -> None:
    wire.modem.script("AT+CGMI", ('+CGMI: "Huawei"', "OK"))
    wire.modem.script("AT+CGMM", ("+CGMM: E173", "OK"))
    wire.open()
    assert (wire.of(Ready)[0].manufacturer, wire.of(Ready)[0].model) == ("Huawei", "E173")


# Hanging up


def test_a_call_is_dropped_by_chup(ready: Wire) -> None:
    ready.session.hang_up(ready.now)
    ready.run(1)
    assert ready.of(HungUp) == [HungUp(done=True)]
    assert ready.commands == ["AT+CHUP"]


@pytest.mark.parametrize("final", ["ERROR", "+CME ERROR: 3", "+CME ERROR: 100"])
def test_a_call_is_dropped_by_ath_where_chup_is_unknown(ready: Wire, final: str) -> None:
    ready.modem.refuse("AT+CHUP", final=final)
    ready.session.hang_up(ready.now)
    ready.run(1)
    assert ready.of(HungUp) == [HungUp(done=True)]
    assert ready.commands == ["AT+CHUP", "ATH"]


def test_a_call_that_cannot_be_dropped_is_told(ready: Wire) -> None:
    ready.modem.refuse("AT+CHUP", "ATH")
    ready.session.hang_up(ready.now)
    ready.run(1)
    assert ready.of(HungUp) == [HungUp(done=False)]


# Sending


def outcome(wire: Wire) -> list[ModemEvent]:
    return [event for event in wire.events if isinstance(event, Accepted | Refused | NotStarted | Doubtful)]


@pytest.mark.parametrize(
    ("lines", "reference"),
    [(("+CMGS: 7", "OK"), 7), (("OK",), None), (("+CMGS: ", "OK"), None), (("+CMS ERROR: 197",), None)],
)
def test_a_text_that_the_network_took_is_accepted(
    ready: Wire, lines: tuple[str, ...], reference: int | None
) -> None:
    ready.modem.script(AFTER_CTRL_Z, lines)
    asked = ready.send()
    assert outcome(ready) == [Accepted(asked, reference)]
    assert ready.modem.submitted == [asked.pdu.hex]
    assert ready.commands == [f"AT+CMGS={asked.pdu.length}"]
    assert not ready.session.sending


@pytest.mark.parametrize(
    ("line", "final"),
    [
        ("+CMS ERROR: 500", CmsError(500, "500")),
        ("+CMS ERROR: 38", CmsError(38, "38")),
        ("+CME ERROR: 14", CmeError(14, "14")),
        ("ERROR", Error()),
    ],
)
@pytest.mark.parametrize("when", [SEND, AFTER_CTRL_Z])
def test_a_text_that_is_refused_says_why(
    ready: Wire, when: str, line: str, final: CmsError | CmeError | Error
) -> None:
    ready.modem.script(when, (line,))
    asked = ready.send()
    assert outcome(ready) == [Refused(asked, final)]
    assert len(ready.modem.submitted) == (when == AFTER_CTRL_Z)


@pytest.mark.parametrize("line", ["+CMS ERROR: 332", "+CMS ERROR: network timeout", "+CME ERROR: 31"])
def test_a_network_that_timed_out_leaves_a_doubt(ready: Wire, line: str) -> None:
    ready.modem.script(AFTER_CTRL_Z, (line,))
    asked = ready.send()
    assert outcome(ready) == [Doubtful(asked)]


def test_a_reference_that_came_before_the_silence_is_as_good_as_ok(ready: Wire) -> None:
    ready.modem.script(AFTER_CTRL_Z, ("+CMGS: 9",))
    asked = ready.send(seconds=SUBMIT_S + 1)
    assert outcome(ready) == [Accepted(asked, 9)]


def test_silence_after_ctrl_z_leaves_a_doubt_that_a_late_answer_does_not_lift(ready: Wire) -> None:
    ready.modem.script(AFTER_CTRL_Z, None)
    asked = ready.send(seconds=SUBMIT_S - 1)
    assert outcome(ready) == []
    ready.run(5)
    assert outcome(ready) == [Doubtful(asked)]
    ready.say("+CMGS: 9", "OK")
    assert outcome(ready) == [Doubtful(asked)]
    ready.modem.script(AFTER_CTRL_Z, ("+CMGS: 10", "OK"))
    again = ready.send()
    assert outcome(ready) == [Doubtful(asked), Accepted(again, 10)]


def test_without_a_prompt_nothing_was_sent(ready: Wire) -> None:
    ready.modem.script(SEND, None)
    asked = ready.send(seconds=PROMPT_S + CANCEL_S + 1)
    assert outcome(ready) == [NotStarted(asked)]
    assert ready.modem.submitted == []


def test_a_prompt_that_comes_after_we_gave_up_is_cancelled(ready: Wire) -> None:
    ready.modem.delay(SEND, PROMPT_S + 2)
    asked = ready.send(seconds=PROMPT_S + CANCEL_S + 1)
    assert outcome(ready) == [NotStarted(asked)]
    assert ready.modem.cancelled == 1
    assert not ready.modem.at_prompt
    assert ready.modem.submitted == []


def test_a_text_that_could_not_be_committed_is_taken_back(ready: Wire) -> None:
    ready.commit = False
    asked = ready.send()
    assert outcome(ready) == [NotStarted(asked)]
    assert ready.of(AtPrompt) == [AtPrompt(asked)]
    assert (ready.modem.cancelled, ready.modem.submitted) == (1, [])


# Stored messages


def test_a_text_is_read_when_told_of_and_kept_until_it_is_deleted(ready: Wire) -> None:
    ready.deletes = False
    raw = text("Boiler shows F28")
    ready.say(ready.modem.store(3, raw))
    assert ready.of(Message) == [Message(pdu.decode(raw), Place("SM", 3), raw)]
    assert ready.commands == ["AT+CMGR=3"]
    ready.session.delete(Place("SM", 3), ready.now)
    ready.run(1)
    assert ready.commands == ["AT+CMGR=3", "AT+CMGD=3"]
    assert ready.modem.stores["SM"] == {}


def test_a_status_report_is_read_like_a_text(ready: Wire) -> None:
    report = build.status_report(7, 0)
    ready.modem.store(4, report)
    ready.say('+CDSI: "SM",4')
    assert [event.pdu for event in ready.of(Message)] == [pdu.decode(report)]


def test_a_message_that_is_gone_already_is_no_message(ready: Wire) -> None:
    ready.say('+CMTI: "SM",9')
    assert ready.events == []
    assert ready.commands == ["AT+CMGR=9"]


def test_what_came_while_nobody_listened_is_read_at_the_start(wire: Wire) -> None:
    for index, words in ((1, "one"), (4, "four")):
        wire.modem.store(index, text(words))
    wire.open()
    assert words_of(wire) == ["one", "four"]
    assert wire.modem.stores["SM"] == {}


def test_the_boxs_own_stored_messages_are_let_be(wire: Wire) -> None:
    draft = build.deliver(build.gsm7_user_data(build.septets("draft")))
    wire.modem.script("AT+CMGL", ("+CMGL: 1,2,,24", draft, "+CMGL: 2,3,,24", draft, "OK"))
    wire.open()
    assert wire.of(Message) == []


def test_a_text_told_of_twice_is_deleted_once_lest_the_next_in_its_place_goes_unread(ready: Wire) -> None:
    told = ready.modem.store(1, text("Boiler shows F28"))
    ready.modem.say(told, told)
    ready.run(0.5)
    assert ready.commands.count("AT+CMGR=1") == 1
    assert ready.commands.count("AT+CMGD=1") == 1
    ready.say(ready.modem.store(1, text("And again")))
    assert ready.commands.count("AT+CMGD=1") == 2


def test_a_message_in_another_store_is_read_and_deleted_there(ready: Wire) -> None:
    ready.modem.store(2, text("in the SIM"))
    ready.say(ready.modem.store(2, text("in the modem"), memory="ME"))
    assert words_of(ready) == ["in the modem"]
    assert ready.commands == ['AT+CPMS="ME"', "AT+CMGR=2", "AT+CMGD=2"]
    assert (list(ready.modem.stores["SM"]), list(ready.modem.stores["ME"])) == ([2], [])


def test_a_store_that_cannot_be_chosen_is_taken_for_the_one_in_use(ready: Wire) -> None:
    ready.modem.refuse("AT+CPMS")
    ready.modem.store(2, text("here"))
    ready.say('+CMTI: "MT",2')
    assert words_of(ready) == ["here"]
    assert ready.modem.stores["SM"] == {}


def test_a_message_in_a_store_of_no_known_name_is_read_where_we_are(ready: Wire) -> None:
    ready.modem.store(5, text("here"))
    ready.say('+CMTI: "S\\"M",5', "+CMTI: ,5")
    assert all(command.startswith(("AT+CMGR=5", "AT+CMGD=5")) for command in ready.commands)
    assert words_of(ready)[0] == "here"


@pytest.mark.parametrize("lost", [2, 10, 40])
def test_a_text_that_lost_its_tail_on_the_wire_is_read_again(ready: Wire, lost: int) -> None:
    raw = text("Sent whole, heard in part")
    header = f"+CMGR: 0,,{len(raw) // 2 - 1}"
    ready.modem.store(3, raw)
    ready.modem.script("AT+CMGR", (header, raw[:-lost], "OK"), (header, raw, "OK"))
    ready.say('+CMTI: "SM",3')
    assert words_of(ready) == ["Sent whole, heard in part"]
    assert ready.commands[:2] == ["AT+CMGR=3", "AT+CMGR=3"]


def test_a_text_that_is_short_twice_is_told_as_it_is(ready: Wire) -> None:
    raw = text("Sent whole, heard in part")
    ready.modem.script("AT+CMGR", (f"+CMGR: 0,,{len(raw) // 2 - 1}", raw[:-6], "OK"))
    ready.say('+CMTI: "SM",3')
    assert [event.raw for event in ready.of(Message)] == [raw[:-6]]
    assert ready.commands.count("AT+CMGR=3") == 2


def test_a_text_that_was_listed_short_is_read_by_itself(wire: Wire) -> None:
    raw = text("Sent whole, heard in part")
    wire.modem.store(3, raw)
    wire.modem.script("AT+CMGL", (f"+CMGL: 3,1,,{len(raw) // 2 - 1}", raw[:-8], "OK"))
    wire.open()
    assert words_of(wire) == ["Sent whole, heard in part"]


def test_a_service_centre_before_the_tpdu_does_not_count_as_missing(ready: Wire) -> None:
    raw = build.deliver(
        build.gsm7_user_data(build.septets("hello there")), centre=bytes.fromhex("91447779078404")
    )
    ready.say(ready.modem.store(3, raw))
    assert words_of(ready) == ["hello there"]
    assert ready.commands.count("AT+CMGR=3") == 1


@pytest.mark.parametrize("header", ["+CMT: ,30", "+CMT: 30", '+CMT: "",30'])
def test_a_text_that_is_handed_over_directly_has_no_place(ready: Wire, header: str) -> None:
    raw = text("Directly")
    ready.say(header, raw)
    assert ready.of(Message) == [Message(pdu.decode(raw), None, raw)]
    assert ready.commands == []


def test_a_report_that_is_handed_over_directly_has_no_place(ready: Wire) -> None:
    raw = build.status_report(7, 0)
    ready.say("+CDS: 25", raw)
    assert ready.of(Message) == [Message(pdu.decode(raw), None, raw)]


def test_a_text_on_the_sim_is_found_also_after_a_report_was_read_elsewhere(wire: Wire) -> None:
    wire.open()
    wire.say(wire.modem.store(1, build.status_report(7, 0), "ME").replace("+CMTI", "+CDSI"))
    wire.modem.store(4, text("Nobody was told of this"))
    wire.run(DRAIN_S)
    assert words_of(wire) == ["Nobody was told of this"]
