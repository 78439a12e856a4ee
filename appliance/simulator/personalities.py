"""The families of modems that can be emulated, one row each, after their makers' manuals and users' logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from appliance.simulator.personality import CallCode, End, Personality, Stat, UrcPort

GENERIC = Personality(
    name="generic",
    manufacturer="Textback",
    model="Emulated modem",
    revision="1.0",
    boot_lines=((0.3, "RDY"), (0.4, "+CFUN: 1"), (0.5, "+CPIN: READY")),
    missed_lines=("MISSED_CALL: {time} {number}",),
    end=End.NO_CARRIER,
)

# One that is proven, as no real one is, to mark what was sent from its store, and not to forget it.
LEDGER = replace(GENERIC, name="ledger", model="Emulated modem with a ledger")

_SIM800_CLIP = '+CLIP: "{number}",{type},"",0,"",{validity}'
_SIM_TRIES = ("+SPIC: {pin_tries},{puk_tries},3,10",)

# Seen in the UK with an E-H and a G-H: MISSED_CALL and nothing else, or the other three lines together.
SIM7600 = Personality(
    name="simcom-7600",
    manufacturer="SIMCOM INCORPORATED",
    model="SIMCOM_SIM7600G-H",
    revision="LE20B04SIM7600M22",
    boot_lines=((0.3, "RDY"), (0.5, "+CPIN: READY"), (0.7, "SMS DONE"), (0.9, "PB DONE")),
    urc_port=UrcPort("+CATR=", ("0", "3")),
    ring_period=7.0,
    cring_line="+CRING: VOICE\r",  # the doubled CR is SIMCom's own
    clip_line='+CLIP: "{number}",{type},,,"",{validity}',
    clcc_urc=True,
    missed_lines=("MISSED_CALL: {time} {number}",),
    answered_lines=("VOICE CALL: BEGIN",),
    ended_lines=("VOICE CALL: END: {seconds}", "NO CARRIER"),
    rejected_lines=("VOICE CALL: END",),
    rejected_before_ok=True,
    storages={"SM": 50, "ME": 23},
    default_storage="ME",
    cnmi_strict=True,
    settings={"+CVHU": (1,), "+CTZU": (1,)},
    commands={"+CICCID": ("+ICCID: {iccid}",), "+SPIC": _SIM_TRIES, "+CSCLK=0": ()},
)
SIM7600_END = replace(
    SIM7600,
    name="simcom-7600-end",
    model="SIMCOM_SIM7600E-H",
    missed_lines=("VOICE CALL: END", "NO CARRIER"),
    end_told_last=True,
)
A76XX = replace(
    SIM7600,
    name="a76xx",
    manufacturer="INCORPORATED",  # as the A7670E says it, without the SIMCOM in front
    model="A7670E-FASE",
    revision="+CGMR: A011B07A7670M7_F",
    boot_lines=((0.3, "*ATREADY: 1"), (0.5, "+CPIN: READY"), (0.7, "SMS DONE"), (0.9, "PB DONE")),
    missed_lines=("VOICE CALL: END", "NO CARRIER"),
    rejected_before_ok=False,
    settings={"+CVHU": (1,)},
    unset_clock="14/01/01,00:00:00+00",
)
SIM800 = Personality(
    name="sim800",
    manufacturer="SIMCOM_Ltd",
    model="SIMCOM_SIM800L",
    revision="1418B05SIM800L24",
    boot_lines=(
        (0.3, "RDY"),
        (0.4, "+CFUN: 1"),
        (0.5, "+CPIN: READY"),
        (0.7, "Call Ready"),
        (0.9, "SMS Ready"),
    ),
    clip_line=_SIM800_CLIP,
    clcc_line='+CLCC: {id},{dir},{stat},0,0,"{number}",{type},""',
    clcc_urc=True,
    missed_lines=("NO CARRIER",),
    ended_lines=("NO CARRIER",),
    unset_clock="04/01/01,00:00:00+00",
    commands={"+CLTS=1": (), "+SPIC": _SIM_TRIES},
    unknown=frozenset(("+CEREG", "+CVHU")),
)

EC25 = Personality(
    name="ec25",
    manufacturer="Quectel",
    model="EC25",
    revision="EC25EFAR06A06M4G",
    boot_lines=(
        (0.3, "RDY"),
        (0.4, "+CFUN: 1"),
        (0.5, "+CPIN: READY"),
        (0.6, "+QUSIM: 1"),
        (0.7, "+QIND: SMS DONE"),
        (0.9, "+QIND: PB DONE"),
    ),
    urc_port=UrcPort('+QURCCFG="URCPORT",', ('"USBAT"', '"ALL"'), kept=True),
    ring_period=6.0,
    clcc_always=('+CLCC: 7,0,0,1,0,"",128',),  # a data call: LTE keeps one up
    call_codes=(
        CallCode(
            "^DSCI: {id},{dir},{state},0,{number},{type},0",
            {Stat.INCOMING: "4", Stat.ACTIVE: "3", Stat.ENDED: "6"},
            on="^DSCI=1",
            off="^DSCI=0",
        ),
        CallCode(
            '+QIND: "ccinfo",{id},{dir},{state},0,0,"{number}",{type}',
            {Stat.INCOMING: "4", Stat.ACTIVE: "0", Stat.ENDED: "-1"},
            on='+QINDCFG="CCINFO",1,0',
            off='+QINDCFG="CCINFO",0,0',
        ),
    ),
    missed_lines=("NO CARRIER",),
    ended_lines=("NO CARRIER",),
    default_storage="ME",
    storages={"SM": 40, "ME": 255},
    first_index=0,
    full_lines=('+QIND: "smsfull","{memory}"',),
    commands={
        '+QCFG="IMS"': ('+QCFG: "ims",1,1',),
        "+QLTS=1": ('+QLTS: "{gmt},0"',),
        "+QCCID": ("+QCCID: {iccid}",),
        '+QPINC="SC"': ('+QPINC: "SC",{pin_tries},{puk_tries}',),
        '+QINDCFG="SMSFULL",1,0': (),
    },
)

HUAWEI = Personality(
    name="huawei",
    manufacturer="huawei",
    model="E173",
    revision="11.126.16.04.00",
    boot_lines=((0.3, "^SYSSTART"), (0.5, "^SIMST:1"), (0.8, "^SRVST:2"), (0.9, "^MODE:3,3")),
    noise=((4.0, "^RSSI:18"), (19.0, "^BOOT:26413742,0,0,0,75")),
    noise_off="^CURC=0",
    ring_period=5.0,
    missed_lines=("^CEND:1,0,104,16",),
    answered_lines=("^CONN:1,0",),
    ended_lines=("^CEND:1,5,104,16",),
    rejected_lines=("^CEND:1,0,104",),  # without its last value: some firmware leaves it out
    full_lines=('^SMMEMFULL: "{memory}"',),
    cnmi_fails=(2,),
    first_index=0,
    commands={
        "^CVOICE?": ("^CVOICE: 0,8000,16,20",),
        "^CURC=1": (),
        "^ICCID?": ("^ICCID: {iccid}",),
    },
    unknown=frozenset(("+CNMA", "+CEREG")),
)
HUAWEI_DATA = replace(
    HUAWEI,
    name="huawei-e3372h",
    model="E3372",
    revision="22.328.62.00.00",
    takes_calls=False,
    commands={**HUAWEI.commands, "^CVOICE?": ("^CVOICE: 1",)},
)
ZTE = Personality(
    name="zte",
    manufacturer="ZTE CORPORATION",
    model="MF190",
    revision="BD_3GHAP673A4V1.0.0B02",
    boot_lines=((0.5, "+ZUSIMR:2"), (0.8, '+ZDONR: "Test Network",001,01,"CS_PS","ROAM_OFF"')),
    noise=((2.0, "+ZUSIMR:2"), (7.0, '+ZPASR: "UMTS"')),
    missed_lines=("+ZCEND:1,0,16",),
    ended_lines=("+ZCEND:1,5,16",),
    rejected_lines=("+ZCEND:1,0,21",),
    cnmi_fails=(2,),
    unknown=frozenset(("+CNMA", "+CEREG", "+CCID")),
)

UBLOX = Personality(
    name="u-blox",
    manufacturer="u-blox",
    model="TOBY-R200",
    revision="30.43",
    boot_lines=((0.9, "+PBREADY"),),
    call_codes=(
        CallCode(
            "+UCALLSTAT: {id},{state}",
            {Stat.INCOMING: "4", Stat.ACTIVE: "0", Stat.ENDED: "6"},
            on="+UCALLSTAT=1",
            off="+UCALLSTAT=0",
        ),
    ),
)
TELIT = Personality(
    name="telit",
    manufacturer="Telit",
    model="LE910C1-EU",
    revision="25.20.262",
    call_codes=(
        CallCode(
            "#ECAM: 0,{state},1,,,",
            {Stat.INCOMING: "6", Stat.ACTIVE: "3", Stat.ENDED: "0"},
            on="#ECAM=1",
            off="#ECAM=0",
        ),
    ),
    commands={"#CCID": ("#CCID: {iccid}",)},
    unknown=frozenset(("+CCID",)),
)

# Knows nothing that it need not: rings, shows the number, and falls silent when the caller has gone.
PLAIN = Personality(
    name="plain",
    manufacturer="Nobody",
    model="Stick",
    revision="1",
    call_waiting=False,
    unknown=frozenset(
        ("+CLCC", "+CRC", "+CVHU", "+CTZU", "+CTZR", "+CCLK", "+CCID", "+CNUM", "+CHUP", "+CSCS", "+COPS")
    ),
)
SIM7080 = replace(
    SIM7600,
    name="simcom-7080",
    model="SIM7080G",
    revision="1951B16SIM7080",
    takes_calls=False,
)

_ROWS = (
    GENERIC,
    LEDGER,
    SIM7600,
    SIM7600_END,
    A76XX,
    SIM800,
    EC25,
    HUAWEI,
    HUAWEI_DATA,
    ZTE,
    UBLOX,
    TELIT,
    PLAIN,
    SIM7080,
)
PERSONALITIES: Mapping[str, Personality] = MappingProxyType({row.name: row for row in _ROWS})
