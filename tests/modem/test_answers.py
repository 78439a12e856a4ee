"""What the answers of modems say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.modem import answers
from appliance.modem.channel import Command, Response
from appliance.modem.families import Pins
from appliance.modem.result_codes import Ok


def answer(*lines: str) -> Response:
    return Response(Command("AT"), Ok(), lines)


@pytest.mark.parametrize(
    ("line", "utc"),
    [
        ('+CCLK: "26/11/23,17:02:11+00"', datetime(2026, 11, 23, 17, 2, 11, tzinfo=UTC)),
        ('+CCLK: "26/07/01,18:02:11+04"', datetime(2026, 7, 1, 17, 2, 11, tzinfo=UTC)),  # British Summer Time
        (
            '+CCLK: "26/11/23,11:32:11-22"',
            datetime(2026, 11, 23, 17, 2, 11, tzinfo=UTC),
        ),
        ('+CCLK: "26/11/23,17:02:11"', datetime(2026, 11, 23, 17, 2, 11, tzinfo=UTC)),  # no zone at all
        (
            '+QLTS: "2026/11/23,17:02:11+04,1"',
            datetime(2026, 11, 23, 17, 2, 11, tzinfo=UTC),
        ),  # is GMT
    ],
)
def test_the_networks_time_is_read_in_utc(line: str, utc: datetime) -> None:
    assert answers.network_time(answer(line)) == utc


@pytest.mark.parametrize(
    "line",
    [
        '+CCLK: "80/01/06,00:00:10"',  # SIM7600 and Quectel, never told
        '+CCLK: "70/01/01,00:00:10+00"',
        '+CCLK: "04/01/01,00:00:10+00"',  # SIM800
        '+CCLK: "14/01/01,00:00:10+00"',  # A76xx
        '+QLTS: ""',
        '+CCLK: "26/13/23,17:02:11+00"',
        '+CCLK: "26/02/30,17:02:11+00"',
        '+CCLK: "26/11/23,17:02:11+99"',
        "+CCLK:",
        '+CCLK: "26/11/23"',
    ],
)
def test_a_time_that_no_network_set_is_none(line: str) -> None:
    assert answers.network_time(answer(line)) is None


@pytest.mark.parametrize(
    ("line", "pins", "left"),
    [
        ("+CPINR: SIM PIN,3,3", Pins(), 3),
        ("+SPIC: 1,10,3,10", Pins("AT+SPIC", "+SPIC:", 0), 1),
        ('+QPINC: "SC",2,10', Pins('AT+QPINC="SC"', "+QPINC:", 1), 2),
        ("+CPINR:", Pins(), None),
        ("+CPINR: SIM PIN,many", Pins(), None),
    ],
)
def test_the_tries_left_are_read_where_the_family_tells_them(line: str, pins: Pins, left: int | None) -> None:
    assert answers.pin_tries(answer(line), pins) == left


@pytest.mark.parametrize(
    ("line", "can"), [("^CVOICE: 0,8000,16,20", True), ("^CVOICE: 1", False), ("^CVOICE:", None)]
)
def test_a_huawei_says_whether_it_takes_calls(line: str, can: bool | None) -> None:
    assert answers.takes_calls(answer(line)) is can


@pytest.mark.parametrize(
    ("line", "ready"), [('+QCFG: "ims",1,1', True), ('+QCFG: "ims",1,0', False), ('+QCFG: "ims"', None)]
)
def test_a_quectel_says_whether_calls_come_over_lte(line: str, ready: bool | None) -> None:
    assert answers.volte(answer(line)) is ready


@pytest.mark.parametrize(
    "line",
    [
        "+CCID: 8944100030012345678",
        "+ICCID: 89441000300123456789",
        "8944100030012345678F",
        '+QCCID: "8944100030012345678"',
    ],
)
def test_the_sims_number_is_read_however_it_is_told(line: str) -> None:
    assert (answers.sim_id(answer(line)) or "").startswith("894410003001234567")


@pytest.mark.parametrize("line", ["001010123456789", "+CIMI: 001010123456789", '"001010123456789"'])
def test_the_subscribers_number_is_read_however_it_is_told(line: str) -> None:
    assert answers.imsi(answer(line)) == "001010123456789"


@pytest.mark.parametrize("line", ["", "+CIMI:", "8944100030012345678", "00101012345678x", "12345"])
def test_what_is_no_subscribers_number_is_none(line: str) -> None:
    assert answers.imsi(answer(line)) is None


def test_an_imei_is_not_taken_for_a_sim() -> None:
    assert answers.sim_id(answer("490154203237518")) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Quectel", "Quectel"),
        ('+CGMM: "EC25"', "EC25"),
        ("+CGMI: SIMCOM INCORPORATED", "SIMCOM INCORPORATED"),
        ("+CGMR: A011B07A7670M7_F", "A011B07A7670M7_F"),
    ],
)
def test_a_name_is_read_with_or_without_its_command_before_it(line: str, name: str) -> None:
    assert answers.identity(answer(line)) == name
