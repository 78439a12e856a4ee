"""A session: what is done when, and what a restart or a silence means, also for a text on its way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from appliance.modem import pdu, urc
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
    Restarted,
    Sim,
    SimStatus,
)
from appliance.modem.session import CALL_POLL_S, DRAIN_S, FIRST_CALL_POLL_S, NETWORK_POLL_S, SILENCES, Session
from tests.modem import tpdu_builder as build
from tests.modem.wire import Wire, byte_by_byte, ticket
from tests.scripted_modem import AFTER_CTRL_Z, SEND

ALL_OF_BRING_UP = ("AT", "ATE0", "AT+CPIN?", "AT+CLIP=1", "AT+CMGF=0", "AT+CNMI=2,1,0,0,0")
RINGING = '+CLCC: 1,1,4,0,0,"07700900123",129'
BOOTS = ["RDY", "^SYSSTART", "MODEM:STARTUP", "+CFUN: 1", "*ATREADY: 1"]


def text(words: str) -> str:
    return build.deliver(build.gsm7_user_data(build.septets(words)))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def ready(wire: Wire) -> Wire:
    wire.open()
    assert wire.ready
    wire.forget()
    return wire


def settled(wire: Wire) -> list[ModemEvent]:
    return [event for event in wire.events if isinstance(event, Accepted | NotStarted | Doubtful)]


def moments_of(wire: Wire, command: str) -> list[float]:
    return [moment for moment, said in wire.modem.commands if said == command]


def said_since(wire: Wire, moment: float) -> list[str]:
    return [command for at, command in wire.modem.commands if at >= moment]


# At rest


def test_an_idle_hour_asks_for_the_network_twice_a_minute_and_for_texts_every_five(ready: Wire) -> None:
    began = ready.now
    ready.run(3600)
    polls, drains = moments_of(ready, "AT+CREG?"), moments_of(ready, "AT+CMGL=4")
    assert len(polls) == pytest.approx(3600 / NETWORK_POLL_S, abs=2)
    assert len(drains) == pytest.approx(3600 / DRAIN_S, abs=1)
    assert all(-0.01 < later - one - NETWORK_POLL_S < 1 for one, later in pairwise(polls))
    assert all(-0.01 < later - one - DRAIN_S < 1 for one, later in pairwise(drains))
    assert polls[0] - began < NETWORK_POLL_S
    assert not ready.of(CallList)


def test_no_idle_minute_has_more_than_twenty_commands(ready: Wire) -> None:
    ready.run(3600)
    moments = [moment for moment, _ in ready.modem.commands]
    assert len(moments) > 100
    assert max(sum(one <= other < one + 60 for other in moments) for one in moments) <= 20


def test_between_its_polls_a_session_has_nothing_to_do(ready: Wire) -> None:
    deadline = ready.session.deadline
    assert deadline is not None
    ready.run(deadline - ready.now - 0.1)
    assert ready.modem.commands == []
    ready.run(0.2)
    assert "AT+CREG?" in ready.commands


def test_a_session_that_was_never_opened_says_and_wants_nothing() -> None:
    session = Session()
    assert session.deadline is None
    assert session.data_to_send() == b""
    assert session.tick(1e9) == []


def test_a_change_of_registration_is_looked_at_at_once(ready: Wire) -> None:
    ready.modem.script("AT+CREG?", ("+CREG: 1,3", "OK"))
    ready.say("+CREG: 3")
    assert ready.of(NetworkStatus) == [NetworkStatus(Network.DENIED, 5, "EE")]


@pytest.mark.parametrize("line", ["SMS Ready", "SMS DONE", '+QIND: "SMS DONE"'])
def test_a_store_that_has_become_ready_is_read_at_once(ready: Wire, line: str) -> None:
    ready.modem.store(1, text("Waited in the SIM"))
    ready.say(line)
    assert [event.place for event in ready.of(Message)] == [Place("SM", 1)]


def test_a_text_whose_notice_was_lost_is_found_within_five_minutes(ready: Wire) -> None:
    ready.modem.store(1, text("Nobody told"))
    ready.run(DRAIN_S)
    assert len(ready.of(Message)) == 1


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("^SMMEMFULL: SM", urc.StoreFull()),
        ("UNDER-VOLTAGE WARNNING", urc.PowerWarning("UNDER-VOLTAGE")),
        ("RING", urc.Ring()),
        ("NO CARRIER", urc.CallEnded("NO CARRIER")),
        ("VOICE CALL: BEGIN", urc.CallAnswered("VOICE CALL: BEGIN")),
    ],
)
def test_what_the_modem_says_by_itself_is_passed_on(ready: Wire, line: str, event: ModemEvent) -> None:
    ready.say(line, "something nobody knows", "+XYZ: 1")
    assert ready.events == [event]
    assert ready.commands == []


# Calls


def test_calls_are_asked_for_each_second_while_one_is_watched_and_then_no_more(ready: Wire) -> None:
    ready.modem.calls = (RINGING,)
    began = ready.now
    ready.session.watch_calls(ready.now, on=True)
    ready.run(10)
    asked = moments_of(ready, "AT+CLCC")
    assert asked[0] == pytest.approx(began + FIRST_CALL_POLL_S)
    assert [later - one for one, later in pairwise(asked)] == pytest.approx([CALL_POLL_S] * 9)
    ready.session.watch_calls(ready.now, on=False)
    ready.forget()
    ready.run(25)
    assert "AT+CLCC" not in ready.commands


def test_watching_goes_on_however_often_it_is_said(ready: Wire) -> None:
    for _ in range(50):
        ready.session.watch_calls(ready.now, on=True)
        ready.run(0.1)
    assert ready.commands.count("AT+CLCC") == 5


def test_the_calls_there_are_are_told_and_those_without_voice_are_not(ready: Wire) -> None:
    ready.modem.calls = ('+CLCC: 1,0,0,1,0,"",128', RINGING.replace("1,1,4", "2,1,4"), "+CLCC: nonsense")
    ready.session.watch_calls(ready.now, on=True)
    ready.run(1)
    incoming = urc.CallState(2, True, urc.CallStatus.INCOMING, "07700900123", 129)
    assert ready.of(CallList) == [CallList((incoming,))]


@pytest.mark.parametrize(
    "final", ["ERROR", "+CME ERROR: 3", "+CME ERROR: 4", "+CME ERROR: 100", "+CME ERROR: ?"]
)
def test_a_call_list_that_is_refused_for_good_is_not_asked_for_again(ready: Wire, final: str) -> None:
    ready.modem.refuse("AT+CLCC", final=final)
    ready.session.watch_calls(ready.now, on=True)
    ready.run(20)
    assert ready.commands.count("AT+CLCC") == 1
    assert not ready.of(CallList)
    assert not ready.session.clcc_works


def test_a_call_list_that_was_refused_at_the_start_is_not_asked_for_during_a_call(wire: Wire) -> None:
    wire.modem.refuse("AT+CLCC")
    wire.open()
    wire.session.watch_calls(wire.now, on=True)
    wire.run(20)
    assert wire.commands.count("AT+CLCC") == 1


@pytest.mark.parametrize("final", ["+CME ERROR: 14", "+CME ERROR: 30"])
def test_a_call_list_that_is_refused_for_a_moment_is_asked_for_again(ready: Wire, final: str) -> None:
    ready.modem.script("AT+CLCC", (final,), (RINGING, "OK"))
    ready.session.watch_calls(ready.now, on=True)
    ready.run(2)
    assert len(ready.of(CallList)) == 1


def test_what_is_urgent_goes_before_what_is_due(ready: Wire) -> None:
    ready.modem.delay("AT+CREG?", 3)
    ready.say("+CREG: 1")  # starts a poll that takes three seconds
    asked = ticket()
    ready.modem.store(1, text("later"))
    ready.session.watch_calls(ready.now, on=True)
    ready.modem.say('+CMTI: "SM",1', "SMS Ready", "+CREG: 1")
    ready.run(1)
    ready.session.hang_up(ready.now)
    ready.session.send_text(asked, ready.now)
    ready.run(6)
    urgent = ["AT+CREG?", "AT+CSQ", "AT+COPS?", "AT+CHUP", f"AT+CMGS={asked.pdu.length}", "AT+CLCC"]
    assert ready.commands[:7] == [*urgent, "AT+CMGR=1"]
    assert {"AT+CMGL=4", "AT+CMGD=1"} <= set(ready.commands[7:])


# Sending


def test_only_one_text_at_a_time_and_only_when_ready(wire: Wire) -> None:
    with pytest.raises(RuntimeError):
        wire.session.send_text(ticket(), wire.now)
    wire.open()
    wire.session.send_text(ticket(), wire.now)
    assert wire.session.sending
    with pytest.raises(RuntimeError):
        wire.session.send_text(ticket(), wire.now)
    wire.run(5)
    assert not wire.session.sending


def test_a_text_can_only_be_handed_over_or_taken_back_at_the_prompt(ready: Wire) -> None:
    with pytest.raises(RuntimeError):
        ready.session.submit(ready.now)
    with pytest.raises(RuntimeError):
        ready.session.withdraw(ready.now)


def test_a_port_that_is_lost_before_the_prompt_has_sent_nothing(ready: Wire) -> None:
    ready.modem.script(SEND, None)
    asked = ready.send(seconds=1)
    ready.close()
    assert ready.events == [NotStarted(asked)]


def test_a_port_that_is_lost_at_the_prompt_has_sent_nothing(ready: Wire) -> None:
    asked = ticket()
    ready.session.send_text(asked, ready.now)
    ready.modem.write(ready.session.data_to_send())
    ready.clock.advance(1)
    assert ready.session.receive(ready.modem.read(), ready.now) == [AtPrompt(asked)]
    assert ready.session.closed() == [NotStarted(asked)]


def test_a_port_that_is_lost_after_ctrl_z_leaves_a_doubt(ready: Wire) -> None:
    ready.modem.script(AFTER_CTRL_Z, None)
    asked = ready.send(seconds=1)
    assert ready.session.submitted
    ready.close()
    assert settled(ready) == [Doubtful(asked)]


def test_a_port_that_is_lost_after_the_answer_adds_nothing(ready: Wire) -> None:
    asked = ready.send()
    ready.close()
    assert settled(ready) == [Accepted(asked, 1)]


def test_a_text_that_waited_for_its_turn_when_the_port_was_lost_was_not_started(ready: Wire) -> None:
    ready.modem.script("AT+CREG?", None)
    ready.say("+CREG: 1")
    asked = ready.send(seconds=1)
    ready.close()
    assert ready.events == [NotStarted(asked)]
    assert asked.pdu.hex not in ready.modem.submitted


def test_a_closed_session_says_nothing_more(ready: Wire) -> None:
    ready.session.send_text(ticket(), ready.now)
    ready.close()
    assert ready.session.data_to_send() == b""
    assert ready.session.deadline is None
    assert not ready.session.ready


# Restarts


@pytest.mark.parametrize("with_it", [b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\n+CFUN: 1\r\n\r\nOK\r\n"])
def test_an_answer_in_the_same_breath_as_a_restart_is_not_taken_for_that_of_the_next_command(
    with_it: bytes,
) -> None:
    session = Session()
    session.opened(1000.0)
    session.data_to_send()
    session.receive(b"\r\nRDY\r\n" + with_it, 1000.1)
    assert session.data_to_send() == b"AT\r", "it begins anew, and waits for the answer to that"
    session.receive(b"\r\nOK\r\n", 1000.2)
    session.tick(1002.0)
    assert session.data_to_send() == b"ATE0\r"


def test_a_prompt_in_the_same_breath_as_a_restart_hands_nothing_over(ready: Wire) -> None:
    ready.session.send_text(ticket(), ready.now)
    ready.session.data_to_send()
    events = ready.session.receive(b"\r\nRDY\r\n\r\n> ", ready.now)
    assert [type(event) for event in events] == [Restarted, NotStarted]


@pytest.mark.parametrize("marker", BOOTS)
def test_a_modem_that_restarts_while_idle_is_told_everything_again(ready: Wire, marker: str) -> None:
    began = ready.now
    ready.modem.boot(marker)
    ready.run(5)
    assert ready.events[0] == Restarted()
    assert set(ALL_OF_BRING_UP) <= set(said_since(ready, began))
    assert ready.count(Restarted()) == len(ready.of(Ready)) == 1
    assert ready.session.ready


def test_a_modem_that_restarts_without_a_word_is_found_out_by_its_echo(ready: Wire) -> None:
    began = ready.now
    ready.modem.boot()
    ready.run(NETWORK_POLL_S + 5)
    assert ready.count(Restarted()) == len(ready.of(Ready)) == 1
    assert set(ALL_OF_BRING_UP) <= set(said_since(ready, began))


def test_a_modem_that_cannot_be_hushed_is_not_taken_for_one_that_restarts(wire: Wire) -> None:
    wire.modem.refuse("ATE0")
    wire.open()
    wire.run(3 * NETWORK_POLL_S)
    assert wire.ready
    assert wire.count(Restarted()) == 0


def test_a_text_whose_send_shows_the_restart_is_sent_once(ready: Wire) -> None:
    ready.modem.boot()
    ready.send()
    assert len(ready.modem.submitted) == len(ready.of(Accepted)) == 1
    assert ready.count(Restarted()) == 1


def test_a_restart_at_any_moment_of_the_bring_up_begins_it_again() -> None:
    lines = Wire().open().modem.said
    for place in range(lines):
        wire = Wire()

        def boot(wire: Wire = wire) -> tuple[str, ...]:
            wire.modem.boot("RDY")
            return ()

        wire.modem.inject(place, boot)
        wire.open(10)
        assert wire.count(Restarted()) == 1
        restarted = wire.times[wire.events.index(Restarted())]
        assert set(ALL_OF_BRING_UP) <= set(said_since(wire, restarted)), place
        assert wire.session.ready, place
        assert wire.events[-3:-1] == [
            Ready("simcom-4g", "SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", None, "07700900100"),
            NetworkStatus(Network.HOME, 5, "EE"),
        ], place


def test_a_restart_before_ctrl_z_means_that_the_text_was_not_started(ready: Wire) -> None:
    ready.modem.script(SEND, None)
    asked = ready.send(seconds=1)
    ready.modem.boot("RDY")
    ready.run(5)
    assert settled(ready) == [NotStarted(asked)]
    assert ready.session.ready
    assert not ready.session.sending


def test_a_restart_after_ctrl_z_leaves_a_doubt(ready: Wire) -> None:
    ready.modem.script(AFTER_CTRL_Z, None)
    asked = ready.send(seconds=1)
    ready.modem.boot("RDY")
    ready.run(5)
    assert settled(ready) == [Doubtful(asked)]
    assert ready.session.ready
    assert not ready.session.sending


def test_after_a_restart_texts_can_be_sent_again(ready: Wire) -> None:
    ready.modem.boot("RDY")
    ready.run(5)
    asked = ready.send()
    assert ready.count(Accepted(asked, 1)) == 1


def test_what_waited_to_be_done_before_a_restart_is_not_done_after_it(ready: Wire) -> None:
    ready.modem.script("AT+CREG?", None, ("+CREG: 1,1", "OK"))
    ready.say("+CREG: 1")
    ready.session.hang_up(ready.now)
    ready.modem.boot("RDY")
    ready.run(5)
    assert "AT+CHUP" not in ready.commands
    assert not ready.of(HungUp)


# The SIM


@pytest.mark.parametrize(
    ("code", "sim"),
    [
        ("NOT READY", Sim.ABSENT),
        ("NOT INSERTED", Sim.ABSENT),
        ("SIM PIN", Sim.LOCKED),
        ("SIM PUK", Sim.BLOCKED),
    ],
)
def test_a_sim_that_is_pulled_out_is_told_and_waited_for(ready: Wire, code: str, sim: Sim) -> None:
    ready.modem.script("AT+CPIN?", ("+CME ERROR: 10",), ("+CME ERROR: 10",), ("+CPIN: READY", "OK"))
    ready.say(f"+CPIN: {code}")
    assert ready.events[0] == SimStatus(sim)
    assert not ready.session.ready
    ready.run(10)
    assert ready.of(SimStatus)[-1] == SimStatus(Sim.READY)
    assert ready.session.ready


def test_a_sim_that_says_it_is_ready_again_disturbs_nothing(ready: Wire) -> None:
    ready.say("+CPIN: READY")
    assert ready.events == []
    assert ready.commands == []


@pytest.mark.parametrize(("when", "expected"), [(SEND, NotStarted), (AFTER_CTRL_Z, Doubtful)])
def test_a_sim_pulled_out_while_a_text_is_on_its_way(
    ready: Wire, when: str, expected: type[NotStarted] | type[Doubtful]
) -> None:
    ready.modem.script(when, None)
    asked = ready.send(seconds=1)
    ready.say("+CPIN: NOT READY")
    assert settled(ready) == [expected(asked)]


# Silence


def test_one_silence_is_recovered_from(ready: Wire) -> None:
    ready.modem.script("AT+COPS?", None, ('+COPS: 0,0,"EE"', "OK"))
    ready.run(NETWORK_POLL_S * 3)
    assert "AT" in ready.commands
    assert not ready.of(Deaf)
    assert ready.session.ready
    assert ready.of(NetworkStatus)[-1].operator == "EE"


def test_an_answer_that_comes_after_its_silence_is_nobodys(ready: Wire) -> None:
    ready.modem.script("AT+COPS?", None, ('+COPS: 0,0,"EE"', "OK"))
    ready.run(NETWORK_POLL_S + 29)
    ready.say('+COPS: 0,0,"Late"', "OK")
    ready.run(60)
    assert [status.operator for status in ready.of(NetworkStatus)][-1] == "EE"
    assert ready.session.ready


def test_a_modem_that_hangs_while_idle_is_deaf_within_a_minute(ready: Wire) -> None:
    began = ready.now
    ready.modem.mute = True
    ready.run(180)
    assert ready.of(Deaf) == [Deaf()]
    assert ready.times[-1] - began < 60
    assert not ready.session.ready


def test_a_modem_that_hangs_under_a_text_is_deaf_and_the_text_doubtful(ready: Wire) -> None:
    ready.modem.script(AFTER_CTRL_Z, None)
    ready.modem.script("AT", None)
    asked = ready.send(seconds=150)
    assert ready.of(Deaf) == [Deaf()]
    assert ready.of(Doubtful) == [Doubtful(asked)]


def test_so_many_silences_in_a_row_end_a_bring_up(wire: Wire) -> None:
    for command in ("ATE0", "ATV1", "AT+CMEE=1"):
        wire.modem.script(command, None)
    wire.open(60)
    assert wire.events == [Deaf()]
    assert len(wire.commands) == 1 + SILENCES


def test_what_a_deaf_modem_was_last_heard_to_say_is_dated(ready: Wire) -> None:
    heard = ready.session.last_heard
    ready.modem.mute = True
    ready.run(60)
    assert ready.session.last_heard == heard is not None


def test_a_modem_that_wakes_under_the_probes_goes_on(ready: Wire) -> None:
    ready.modem.script("AT+COPS?", None, ('+COPS: 0,0,"EE"', "OK"))
    ready.modem.script("AT", *[None] * (PROBES - 1), ("OK",))
    ready.run(NETWORK_POLL_S * 3 + PROBES * PROBE_S)
    assert not ready.of(Deaf)
    assert ready.session.ready


# Bytes


def test_noise_and_nothing_are_no_events(ready: Wire) -> None:
    assert ready.session.receive(b"", ready.now) == []
    assert ready.session.receive(b"\x00\xff\xfe\r\n\r\n\x1a\r\n", ready.now) == []


def test_a_wire_that_drips_brings_a_modem_up_just_the_same() -> None:
    dripping = Wire(slicer=byte_by_byte)
    dripping.open()
    dripping.send()
    at_once = Wire().open()
    at_once.send()
    assert dripping.commands == at_once.commands
    assert dripping.events == at_once.events


def test_a_bad_message_is_passed_on_as_bad(ready: Wire) -> None:
    raw = "00" + "FF" * 12
    ready.say("+CMT: ,12", raw)
    assert ready.of(Message) == [Message(pdu.BadPdu(pdu_reason(raw)), None, raw)]


def pdu_reason(raw: str) -> str:
    bad = pdu.decode(raw)
    assert isinstance(bad, pdu.BadPdu)
    return bad.reason
