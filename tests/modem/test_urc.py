"""One line to one event. The names in the cases are of the modems that said the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.modem import urc
from appliance.modem.urc import (
    Booted,
    CallAnswered,
    CallEnded,
    CallState,
    CallStatus,
    CallWaiting,
    Clip,
    CliValidity,
    MessagesReady,
    PowerWarning,
    Registration,
    Ring,
    SimReport,
    StoredMessage,
    StoredReport,
    StoreFull,
)

N = "07700900123"
INCOMING, ACTIVE, RELEASED = CallStatus.INCOMING, CallStatus.ACTIVE, CallStatus.RELEASED

CASES: list[tuple[str, str, object]] = [
    ("standard", "RING", Ring()),
    ("standard, CRC=1", "+CRING: VOICE", Ring()),
    ("a data call", "+CRING: REL ASYNC", None),
    ("a fax call", "+CRING: FAX", None),
    ("SIM7600 in the UK", f'+CLIP: "{N}",129,,,"",0', Clip(N, 129)),
    ("SIM800", '+CLIP: "+447700900123",145,"",0,"",0', Clip("+447700900123", 145)),
    ("Huawei", '+CLIP: "+447700900123",145,,,,0', Clip("+447700900123", 145)),
    ("shortest", f'+CLIP: "{N}",129', Clip(N, 129)),
    ("withheld, short", '+CLIP: "",128', Clip(None, 128, CliValidity.WITHHELD)),
    ("withheld", '+CLIP: "",128,,,,1', Clip(None, 128, CliValidity.WITHHELD)),
    ("withheld, validity 0", '+CLIP: "",128,"",,"",0', Clip(None, 128, CliValidity.WITHHELD)),
    ("not available", '+CLIP: "",128,,,,4', Clip(None, 128, CliValidity.UNAVAILABLE)),
    ("interworking", '+CLIP: "",128,,,,2', Clip(None, 128, CliValidity.INTERWORKING)),
    ("withheld but shown", f'+CLIP: "{N}",129,,,,1', Clip(None, 129, CliValidity.WITHHELD)),
    ("a name with a comma", f'+CLIP: "{N}",129,"",,"Patel, Mrs",0', Clip(N, 129)),
    ("letters for a number", '+CLIP: "Private",129', Clip(None, 129, CliValidity.WITHHELD)),
    ("a number nobody has", '+CLIP: "' + "0" * 60 + '",129', Clip(None, 129, CliValidity.WITHHELD)),
    ("second caller", f'+CCWA: "{N}",129,1', CallWaiting(N, 129)),
    ("second caller's data", f'+CCWA: "{N}",129,2', None),
    ("SIM7600 log A", f'+CLCC: 4,1,4,0,0,"{N}",128', CallState(4, True, INCOMING, N, 128)),
    ("SIM76xx log B", "+CLCC: 1,1,6", CallState(1, True, RELEASED)),
    ("our own call", f'+CLCC: 1,0,2,0,0,"{N}",129', CallState(1, False, CallStatus.DIALING, N, 129)),
    ("Quectel's data call on LTE", '+CLCC: 1,0,0,1,0,"",128', None),
    ("Quectel DSCI", f"^DSCI: 1,1,4,0,{N},129,0", CallState(1, True, INCOMING, N, 129)),
    ("Quectel DSCI end", f"^DSCI: 1,1,6,0,{N},129,0", CallState(1, True, RELEASED, N, 129)),
    ("Quectel DSCI answered", f"^DSCI: 1,1,3,0,{N},129,0", CallState(1, True, ACTIVE, N, 129)),
    ("Quectel ccinfo", f'+QIND: "ccinfo",1,1,4,0,0,"{N}",129', CallState(1, True, INCOMING, N, 129)),
    ("Quectel ccinfo end", f'+QIND: "ccinfo",1,1,-1,0,0,"{N}",129', CallState(1, True, RELEASED, N, 129)),
    ("u-blox", "+UCALLSTAT: 1,4", CallState(1, True, INCOMING)),
    ("u-blox end", "+UCALLSTAT: 1,6", CallState(1, True, RELEASED)),
    ("Telit", f'#ECAM: 0,6,1,,,"{N}",129', CallState(0, True, INCOMING, N, 129)),
    ("Telit end", "#ECAM: 0,0,1,,,", CallState(0, True, RELEASED)),
    ("SIM7600 missed", f"MISSED_CALL: 11:53AM {N}", CallEnded("MISSED_CALL", N)),
    ("SIM7600 missed, withheld", "MISSED_CALL: 11:53AM", CallEnded("MISSED_CALL")),
    ("standard end", "NO CARRIER", CallEnded("NO CARRIER")),
    ("SIM76xx end", "VOICE CALL: END", CallEnded("VOICE CALL: END")),
    ("SIM7600 end with time", "VOICE CALL: END: 000008", CallEnded("VOICE CALL: END")),
    ("Huawei end", "^CEND:1,0,104,16", CallEnded("^CEND")),
    ("Huawei end without a cause", "^CEND:1,0,104", CallEnded("^CEND")),
    ("ZTE end", "+ZCEND: 1", CallEnded("+ZCEND")),
    ("SIMCom answered", "VOICE CALL: BEGIN", CallAnswered("VOICE CALL: BEGIN")),
    ("Huawei answered", "^CONN:1,0", CallAnswered("^CONN")),
    ("stored text", '+CMTI: "SM",3', StoredMessage("SM", 3)),
    ("stored report", '+CDSI: "SM",4', StoredReport("SM", 4)),
    ("registered", "+CREG: 1", Registration(1)),
    ("registered, with the cell", '+CREG: 1,"1A2B","00C3D4",7', Registration(1)),
    ("the answer to CREG?", "+CREG: 0,1", None),
    ("SIM", "+CPIN: READY", SimReport("READY")),
    ("Quectel boot", "RDY", Booted("RDY")),
    ("Huawei boot", "^SYSSTART", Booted("^SYSSTART")),
    ("SIM800 texts ready", "SMS Ready", MessagesReady()),
    ("Quectel texts ready", "+QIND: SMS DONE", MessagesReady()),
    ("Quectel store full", '+QIND: "smsfull","ME"', StoreFull()),
    ("Huawei store full", '^SMMEMFULL: "SM"', StoreFull()),
    ("SIM800 power", "UNDER-VOLTAGE WARNNING", PowerWarning("UNDER-VOLTAGE")),
]


@pytest.mark.parametrize(("line", "event"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_line_is_read_as_its_modem_meant_it(line: str, event: object) -> None:
    assert urc.parse(line) == event


@pytest.mark.parametrize("line", ["RINGING", "XRING", "MO RING", "NO CARRIER!", "OK", "ERROR", "Call Ready"])
def test_a_line_that_only_looks_like_one_of_ours_is_none(line: str) -> None:
    assert urc.parse(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "+CLIP:",
        "+CMTI:",
        '+CMTI: "SM",',
        '+CMTI: "SM",x',
        '+CMTI: "SM",-1',
        "+CLCC:",
        "+CLCC: a,b,c,0,0",
        "+CREG:",
    ],
)
def test_a_cut_line_is_harmless(line: str) -> None:
    assert not isinstance(urc.parse(line), StoredMessage | CallState | Registration | Clip)


def test_fields_part_at_commas_outside_quotes() -> None:
    assert urc.fields('"a,b",,3, x ,""') == ["a,b", "", "3", "x", ""]
    assert urc.fields("") == [""]
    assert urc.fields("1,") == ["1", ""]


PREFIXES = [
    "+CLIP:",
    "+CLCC:",
    "+CMTI:",
    "+CREG:",
    "^DSCI:",
    "+QIND:",
    "#ECAM:",
    "MISSED_CALL:",
    "+UCALLSTAT:",
    "",
]


@given(st.sampled_from(PREFIXES), st.text(alphabet='0123456789,"+- \ufffdabcXYZ:²٣', max_size=60))
def test_no_line_raises(prefix: str, rest: str) -> None:
    event = urc.parse(prefix + rest)
    match event:
        case Clip(number=str(number)) | CallWaiting(number=str(number)) | CallState(number=str(number)):
            assert 0 < len(number) <= 40
        case _:
            pass
