"""Which family a modem is of, by what it says of itself, and that every row can be said to a modem."""

from __future__ import annotations

import pytest

from appliance.modem import families
from appliance.modem.channel import Command
from appliance.modem.families import FAMILIES, HangUp


@pytest.mark.parametrize(
    ("manufacturer", "model", "name"),
    [
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "simcom-4g"),
        ("SIMCOM INCORPORATED", "A7670E-FASE", "simcom-4g"),
        ("INCORPORATED", "A7670E-FASE", "simcom-4g"),
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "sim800"),
        ("SIMCOM_Ltd", "SIM868", "sim800"),
        ("SIMCOM INCORPORATED", "SIM7080G", "simcom-data-only"),
        ("SIMCOM INCORPORATED", "SIM7670G", "simcom-data-only"),
        ("Quectel", "EC25", "quectel"),
        ("Quectel", "EG25", "quectel"),
        ("Quectel", "EC21", "quectel"),
        ("huawei", "E173", "huawei"),
        ("Huawei", "MU609", "huawei"),
        ("ZTE CORPORATION", "MF190", "zte"),
        ("u-blox", "TOBY-R200", "u-blox"),
        ("u-blox", "SARA-R410M-02B", "u-blox-data-only"),
        ("Telit", "LE910C1-EU", "telit"),
        ("Siemens", "MC55", "generic"),
        (None, None, "generic"),
        ("RigModem", None, "generic"),
    ],
)
def test_a_modem_is_known_by_its_maker_and_model(
    manufacturer: str | None, model: str | None, name: str
) -> None:
    assert families.recognise(manufacturer, model).name == name


def test_a_modem_that_can_never_take_calls_says_what_to_buy() -> None:
    told = [family.instead for family in FAMILIES if family.instead is not None]
    assert told
    assert all("cannot take calls" in words and "Buy" in words for words in told)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_command_of_a_row_can_be_said(family: families.Family) -> None:
    said = [text.format(baud=115200, urcport="usbat") for text in family.calls]
    said += [*family.keeps_time, *family.hang_up, family.clock, family.pins.command, family.iccid]
    said += [family.voice] if family.voice else []
    for text in said:
        Command(text)  # raises for anything but one line of printable ASCII


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_has_a_way_to_take_texts_that_any_modem_knows(family: families.Family) -> None:
    assert {"2,1", "1,1"} <= set(family.routes(reports=False))
    assert set(family.routes(reports=False)) < set(family.routes(reports=True))
    assert family.routes(reports=True)[0][-3] == "2", "reports are stored where that can be had"


def test_a_modem_that_fails_mode_2_is_asked_for_mode_1_first() -> None:
    routes = families.recognise("huawei", "E173").routes(reports=False)
    assert routes == ("1,1,0,0,0", "1,1", "2,1,0,0,0", "2,1")


def test_a_sim800_hangs_up_with_ath_first() -> None:
    assert families.recognise("SIMCOM_Ltd", "SIMCOM_SIM800L").hang_up == (HangUp.ATH, HangUp.CHUP)
