"""Transfer units against decoders and encoders that are not ours."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from gsmmodem.pdu import decodeSmsPdu
from hypothesis import given
from hypothesis import strategies as st
from smspdudecoder.easy import read_incoming_sms

from appliance.simulator import alphabet, sms_pdu, sms_split

AT = datetime(2026, 6, 1, 12, 34, 56, tzinfo=timezone(timedelta(hours=1)))
GSM_TEXT = st.text(
    st.sampled_from([c for c in alphabet.BASIC if c != "\x1b"] + list(alphabet.EXTENSION.values()))
)
ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("+447700900123", "+447700900123"),
        ("07700900123", "07700900123"),
        ("12345", "12345"),
        ("Textback", "Textback"),
    ],
)
def test_an_independent_decoder_reads_what_arrives(sender: str, shown: str) -> None:
    [tpdu] = sms_split.deliveries(sender, "£5 for [ok] €", AT, 1)
    read = read_incoming_sms("00" + tpdu.hex())
    assert read["sender"] == shown
    assert read["content"] == "£5 for [ok] €"
    assert read["date"] == AT


@given(GSM_TEXT.filter(lambda text: len(alphabet.septets_of(text) or ()) <= 160))
def test_every_gsm_text_reads_back_the_same(text: str) -> None:
    [tpdu] = sms_split.deliveries("+447700900123", text, AT, 1)
    assert sms_pdu.read_deliver(tpdu).text == text
    theirs = read_incoming_sms("00" + tpdu.hex())["content"]
    # It counts an escape pair as one of TP-UDL's septets, and then takes the padding for an @.
    assert theirs.startswith(text)
    assert set(theirs[len(text) :]) <= {"@"}


@given(ANY_TEXT, st.booleans(), st.booleans(), st.integers(0, 70_000))
def test_every_text_reads_back_the_same_in_parts(
    text: str, wide: bool, careless: bool, reference: int
) -> None:
    tpdus = sms_split.deliveries(
        "+447700900123", text * 3, AT, reference, wide_reference=wide, careless=careless
    )
    parts = [sms_pdu.read_deliver(tpdu) for tpdu in tpdus]
    assert sms_pdu.join([part.text for part in parts]) == text * 3
    assert all(len(part.user_data) <= 140 for part in parts)


@pytest.mark.parametrize("minutes", [0, 60, 330, 345, -210, -720, 840])
def test_time_stamps_keep_their_zone(minutes: int) -> None:
    at = AT.astimezone(timezone(timedelta(minutes=minutes)))
    octets = sms_pdu.stamp(at)
    assert sms_pdu.read_stamp(octets) == at
    assert sms_pdu.read_stamp(octets).utcoffset() == timedelta(minutes=minutes)


def test_an_independent_decoder_reads_a_status_report() -> None:
    tpdu = sms_pdu.build_report(7, sms_pdu.Address.of("+447700900123"), AT, AT + timedelta(minutes=1), 0x46)
    read = decodeSmsPdu("00" + tpdu.hex())
    assert (read["type"], read["reference"], read["number"]) == ("SMS-STATUS-REPORT", 7, "+447700900123")
    assert (read["time"], read["discharge"], read["status"]) == (AT, AT + timedelta(minutes=1), 0x46)


def test_an_independent_decoder_reads_what_text_mode_made() -> None:
    address = sms_pdu.Address.of("+447700900123")
    tpdu = sms_pdu.build_submit(17, address, 0, 8, b"\xa7", "Hé ж")
    read = decodeSmsPdu("00" + tpdu.hex())
    assert (read["number"], read["text"], read["validity"]) == ("+447700900123", "Hé ж", timedelta(days=1))


@given(st.binary(max_size=60))
def test_octets_that_are_no_unit_are_bad_pdus_and_nothing_worse(octets: bytes) -> None:
    for read in (sms_pdu.read_deliver, sms_pdu.read_submit, sms_pdu.read_report):
        try:
            unit = read(octets)
        except sms_pdu.BadPdu:
            continue
        assert unit.first_octet == octets[0]


@pytest.mark.parametrize(
    ("scheme", "coding"),
    [
        (0x00, sms_pdu.Coding.GSM7),
        (0x04, sms_pdu.Coding.OCTETS),
        (0x08, sms_pdu.Coding.UCS2),
        (0x18, sms_pdu.Coding.UCS2),
        (0x10, sms_pdu.Coding.GSM7),
        (0xC8, sms_pdu.Coding.GSM7),
        (0xE0, sms_pdu.Coding.UCS2),
        (0xF0, sms_pdu.Coding.GSM7),
        (0xF5, sms_pdu.Coding.OCTETS),
    ],
)
def test_the_data_coding_scheme_names_the_alphabet(scheme: int, coding: sms_pdu.Coding) -> None:
    assert sms_pdu.coding_of(scheme) is coding


def test_an_unknown_extension_shows_its_basic_character() -> None:
    assert alphabet.text_of([0x1B, 0x41, 0x1B, 0x65, 0x1B]) == "A€"


@pytest.mark.parametrize(
    ("character_set", "wire"),
    [("GSM", "\x01\x1be?"), ("IRA", "???"), ("UCS2", "00A320AC0436"), ("HEX", "011B653F"), ("8859-1", "£??")],
)
def test_words_are_written_in_every_character_set(character_set: str, wire: str) -> None:
    assert alphabet.to_wire("£€ж", character_set) == wire


def test_utf_8_goes_both_ways() -> None:
    assert alphabet.from_wire(alphabet.to_wire("£€ж", "UTF-8"), "UTF-8") == "£€ж"


def test_text_mode_cannot_send_more_than_fits() -> None:
    with pytest.raises(sms_pdu.BadPdu):
        sms_pdu.build_submit(17, sms_pdu.Address.of("+447700900123"), 0, 0, b"", "x" * 161)


def test_a_time_stamp_that_is_no_time_is_bad() -> None:
    with pytest.raises(sms_pdu.BadPdu):
        sms_pdu.read_stamp(bytes(7))
