"""100,000 lines that no honest modem says, in every phase of a session: nothing breaks, nothing grows."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from appliance.modem import urc
from appliance.modem.framing import MAX_LINE
from appliance.modem.session import Session
from tests.modem.wire import Wire, ticket
from tests.scripted_modem import AFTER_CTRL_Z, SEND

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 100_000
MOST_BYTES = 2_000_000

# Lines that modems were seen to say, and answers of every shape.
REAL = (
    """
RING|+CRING: VOICE|+CRING: REL ASYNC|+CLIP: "07504000000",129,,,"",0|+CLIP: "+447700900123",145,,,,0
+CLIP: "",128|+CLIP: "",128,,,,1|+CLIP: "",128,"",,"",0|+CCWA: "07700900123",129,1|NO CARRIER|NO ANSWER|BUSY
+CLCC: 1,1,4,0,0,"07700900123",128|+CLCC: 1,1,6|+CLCC: 1,0,0,1,0,"",128|+CLCC: 4,1,4,0,0,"07700900123",128
MISSED_CALL: 11:53AM 07700900123|VOICE CALL: BEGIN|VOICE CALL: END|VOICE CALL: END: 000008
^DSCI: 1,1,4,0,07700900123,129,0|^DSCI: 1,1,6,0,07700900123,129,0|^CEND:1,0,104|^CEND:1,0,104,16|^CONN:1,0
+QIND: "ccinfo",1,1,4,0,0,"07700900123",129|+QIND: "ccinfo",1,1,-1,0,0,"",128|+QIND: SMS DONE
+QIND: "smsfull","SM"|+QIND: PB DONE|+QUSIM: 1|+ZCEND:25,0,104|+ZEND:1|+UCALLSTAT: 1,4|+UCALLSTAT: 1,6
#ECAM: 0,6,1,,,"07700900123",129|#ECAM: 0,0,1,,,|+CREG: 1|+CREG: 5,"1A2B","00C3D4",7|+CREG: 0,1|+CREG: 2
+CPIN: READY|+CPIN: NOT READY|+CPIN: SIM PIN|+CPIN: SIM PUK|+CPIN: NOT INSERTED|RDY|+CFUN: 1|^SYSSTART
Call Ready|SMS Ready|NORMAL POWER DOWN|UNDER-VOLTAGE WARNNING|OVER-VOLTAGE POWER DOWN|POWERED DOWN|+CMTE: 1
+CMTI: "SM",3|+CMTI: "ME",23|+CDSI: "SM",1|+CMT: ,30|+CDS: 26|^SMMEMFULL: "SM"|+CMGL: 1,1,,26|+CMGR: 1,,26
00040C91447700093132000062111221436500C8329BFD06|0006070C914477000931326211122143650062111221436500
OK|ERROR|+CME ERROR: 10|+CME ERROR: SIM busy|+CMS ERROR: 500|+CMS ERROR: 332|+CMGS: 7|COMMAND NOT SUPPORT
+CSQ: 21,99|+CSQ: 99,99|+COPS: 0,0,"EE",7|+COPS: 0|+CNUM: "","07700900100",129|+CPMS: 1,50,1,50,1,50
^RSSI:18|^MODE:5,4|^HCSQ:"LTE",30|*PSUTTZ: 26,11,23,10,0,0,"+0",0|+CTZV: "+0"|DST: 0|+CGREG: 1|> |>
SIMCOM INCORPORATED|SIMCOM_SIM7600G-H|Quectel|EC25|Revision: EC25EFAR06A03M4G|AT|ATE0|AT+CMGS=18
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


class Vandal:
    """Makes wrong lines out of real ones. The same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def line(self) -> bytes:
        line = bytearray(self.dice.choice(REAL).encode("latin-1"))
        for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2, 5))):
            self.dice.choice((self._flip, self._cut, self._double, self._numbers, self._quote, self._stuff))(
                line
            )
        if self.dice.random() < 0.002:
            line *= self.dice.randint(1, 400)
        if self.dice.random() < 0.05:
            line = bytearray(self.dice.randbytes(self.dice.randint(0, 60)))
        return bytes(line) + self.dice.choice((b"\r\n", b"\r\n", b"\r\n", b"\r", b"\n", b"\r\r\n", b""))

    def _flip(self, line: bytearray) -> None:
        if line:
            line[self.dice.randrange(len(line))] = self.dice.randrange(256)

    def _cut(self, line: bytearray) -> None:
        del line[self.dice.randrange(len(line) + 1) :]

    def _double(self, line: bytearray) -> None:
        line[self.dice.randrange(len(line) + 1) : 0] = line[: self.dice.randrange(200)]

    def _numbers(self, line: bytearray) -> None:
        odd = (b"-1", b"0", b"999999999999999999999", b"1e9", "\u0661".encode(), b"0x1F", b"", b"1_0")
        digits = [i for i, byte in enumerate(line) if 0x30 <= byte <= 0x39]
        if digits:
            at = self.dice.choice(digits)
            line[at : at + 1] = self.dice.choice(odd)

    def _quote(self, line: bytearray) -> None:
        line.insert(self.dice.randrange(len(line) + 1), self.dice.choice(b'",\\;:> \x1a\x1b'))

    def _stuff(self, line: bytearray) -> None:
        at = self.dice.randrange(len(line) + 1)
        line[at:at] = self.dice.choice(
            (b",,,,", b'""', b" ", b"\x00", b"\r\n", b"AT+CMGD=1,4\r", b"\xff" * 9)
        )


def starting(wire: Wire) -> None:
    """Wait for the answer to the first AT."""
    wire.modem.mute = True
    wire.open(0.1)


def waiting_for_the_sim(wire: Wire) -> None:
    wire.modem.refuse("AT+CPIN?", final="+CME ERROR: 10")
    wire.open(1)


def idle(wire: Wire) -> None:
    wire.open()


def listing(wire: Wire) -> None:
    wire.open()
    wire.modem.script("AT+CMGL", None)
    wire.say("SMS Ready")


def before_the_prompt(wire: Wire) -> None:
    wire.open()
    wire.modem.script(SEND, None)
    wire.send(seconds=0.1)


def after_ctrl_z(wire: Wire) -> None:
    wire.open()
    wire.modem.script(AFTER_CTRL_Z, None)
    wire.send(seconds=0.1)


PHASES = (starting, waiting_for_the_sim, idle, listing, before_the_prompt, after_ctrl_z)


def feed(session: Session, data: bytes, now: float) -> None:
    """Do what the daemon does, and answer nothing."""
    session.receive(data, now)
    session.tick(now)
    session.data_to_send()


def a_call_is_reported(session: Session, now: float) -> bool:
    """Say a good call, after whatever line was left without its end."""
    wire = b'\r\n\r\nRING\r\n\r\n+CLIP: "07700900123",129,"",0,"",0\r\n\r\nNO CARRIER\r\n'
    heard = session.receive(wire, now)
    call = [urc.Ring(), urc.Clip("07700900123", 129), urc.CallEnded("NO CARRIER")]
    return [event for event in heard if event in call] == call


@pytest.mark.parametrize("phase", PHASES)
def test_no_line_breaks_a_session_or_makes_it_grow(phase: Callable[[Wire], None]) -> None:
    wire, vandal, now = Wire(), Vandal(PHASES.index(phase)), 2000.0
    phase(wire)
    session = wire.session
    lines = [vandal.line() for _ in range(LINES // len(PHASES))]
    tracemalloc.start()
    try:
        for number, line in enumerate(lines):
            if number % 500 == 0:
                now += vandal.dice.choice((0.1, 5, 40, 400))
            feed(session, line, now)
            if session.ready and not session.sending and number % 50 == 0:
                session.send_text(ticket(), now)
            if number % 1000 == 999:
                assert a_call_is_reported(session, now), number
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
    assert a_call_is_reported(session, now)


def test_a_line_without_an_end_is_thrown_away_and_the_next_call_heard() -> None:
    wire = Wire()
    wire.open()
    for _ in range(200):
        wire.session.receive(b"x" * MAX_LINE, wire.now)
    assert a_call_is_reported(wire.session, wire.now)
