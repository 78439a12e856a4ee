"""How a message is written in answers and unsolicited codes, in both modes (27.005 sections 3.4 and 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appliance.simulator import sms_pdu
from appliance.simulator.alphabet import to_wire
from appliance.simulator.answers import CmsRefused
from appliance.simulator.sms_pdu import Address, BadPdu, Coding, Deliver, Report, Submit

if TYPE_CHECKING:
    from appliance.simulator.device import Device
    from appliance.simulator.incoming import Unit
    from appliance.simulator.sms_store import Stored


MEMORY_FAILURE = 320


def direct(device: Device, code: str, unit: Unit) -> tuple[str, str | None]:
    """Return the line and the data line of +CMT or +CDS."""
    if device.settings.get("+CMGF") == 0:
        alpha = "" if unit.is_report else ","
        pdu = device.incoming.smsc_octets() + unit.tpdu
        return f"{code}: {alpha}{len(unit.tpdu)}", pdu.hex().upper()
    if unit.is_report:
        return f"{code}: {_report(device, sms_pdu.read_report(unit.tpdu))}", None
    try:
        deliver = sms_pdu.read_deliver(unit.tpdu)
    except BadPdu:  # what cannot be shown is shown as it came
        return f"{code}: ,{len(unit.tpdu)}", unit.tpdu.hex().upper()
    head = f"{code}: {_address(device, deliver.sender)},,{_stamp(deliver.stamp)}"
    if device.settings.get("+CSDH"):
        head += f",{_details(deliver.sender, deliver)}{_centre(device)},{_length(deliver)}"
    return head, _data(device, deliver)


def read(device: Device, stored: Stored) -> tuple[str, ...]:
    """Return the lines of +CMGR."""
    if device.settings.get("+CMGF") == 0:
        return f"+CMGR: {stored.status.value},,{len(stored.tpdu)}", (stored.smsc + stored.tpdu).hex().upper()
    head = f'+CMGR: "{stored.status.words}",'
    match _kept(stored):
        case Report() as report:
            return (head + _report(device, report),)
        case Deliver() as unit:
            head += f"{_address(device, unit.sender)},,{_stamp(unit.stamp)}"
            details = _details(unit.sender, unit)
        case unit:
            head += f"{_address(device, unit.recipient)},"
            validity = unit.validity[0] if len(unit.validity) == 1 else ""
            details = f"{_details(unit.recipient, unit)}{validity},"
    if device.settings.get("+CSDH"):
        head += f",{details}{_centre(device)},{_length(unit)}"
    return head, _data(device, unit)


def listed(device: Device, index: int, stored: Stored) -> tuple[str, ...]:
    """Return the lines of one message in +CMGL."""
    if device.settings.get("+CMGF") == 0:
        head = f"+CMGL: {index},{stored.status.value},,{len(stored.tpdu)}"
        return head, (stored.smsc + stored.tpdu).hex().upper()
    head = f'+CMGL: {index},"{stored.status.words}",'
    match _kept(stored):
        case Report() as report:
            return (head + _report(device, report),)
        case Deliver() as unit:
            address = unit.sender
            head += f"{_address(device, address)},,{_stamp(unit.stamp)}"
        case unit:
            address = unit.recipient
            head += f"{_address(device, address)},,"
    if device.settings.get("+CSDH"):
        head += f",{address.type_of_address},{_length(unit)}"
    return head, _data(device, unit)


def _kept(stored: Stored) -> Deliver | Submit | Report:
    try:
        return unit_of(stored.tpdu)
    except BadPdu as wrong:
        raise CmsRefused(MEMORY_FAILURE) from wrong


def unit_of(tpdu: bytes) -> Deliver | Submit | Report:
    """Decode whatever unit this is. BadPdu when it is none of the three."""
    match tpdu[0] & 0x03 if tpdu else None:
        case 0x00:
            return sms_pdu.read_deliver(tpdu)
        case 0x02:
            return sms_pdu.read_report(tpdu)
        case _:
            return sms_pdu.read_submit(tpdu)


def _report(device: Device, report: Report) -> str:
    recipient = f"{_address(device, report.recipient)},{report.recipient.type_of_address}"
    times = f"{_stamp(report.stamp)},{_stamp(report.discharged)}"
    return f"{report.first_octet},{report.reference},{recipient},{times},{report.status}"


def _address(device: Device, address: Address) -> str:
    character_set = device.text_mode.character_set
    named = address.type_of_address & 0x70 == 0x50
    shown = to_wire(address.number, character_set) if named or character_set == "UCS2" else address.number
    return f'"{shown}"'


def _stamp(octets: bytes) -> str:
    try:
        at = sms_pdu.read_stamp(octets)
    except BadPdu:
        return '""'
    return f'"{clock(at)}"'


def clock(at: datetime) -> str:
    """Return a time as modems write it: local, the zone in quarters of an hour (27.005 section 3.1)."""
    quarters = round((at.utcoffset() or timedelta()) / timedelta(minutes=15))
    return f"{at:%y/%m/%d,%H:%M:%S}{quarters:+03d}"


def _details(address: Address, unit: Deliver | Submit) -> str:
    return f"{address.type_of_address},{unit.first_octet},{unit.protocol},{unit.data_coding},"


def _centre(device: Device) -> str:
    return f'"{device.service_centre}",145'


def _length(unit: Deliver | Submit) -> int:
    return len(unit.text) if sms_pdu.coding_of(unit.data_coding) is Coding.GSM7 else len(unit.user_data)


def _data(device: Device, unit: Deliver | Submit) -> str:
    plain = sms_pdu.coding_of(unit.data_coding) is Coding.GSM7 and not unit.first_octet & 0x40
    return to_wire(unit.text, device.text_mode.character_set) if plain else unit.user_data.hex().upper()
