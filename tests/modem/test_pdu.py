from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.modem import gsm7, pdu
from appliance.modem.pdu import Address, BadPdu, Concat, Deliver, Settled, StatusReport
from tests.modem import tpdu_builder as build
from tests.modem.test_gsm7 import BASIC, EXTENSION

MOBILE = "+447700900123"
SENT_AT = datetime(2026, 11, 3, 12, 34, 56, tzinfo=UTC)
emoji = "\N{GRINNING FACE}"
dash = "\N{EN DASH}"


def received(hex_pdu: str) -> Deliver:
    message = pdu.decode(hex_pdu)
    assert isinstance(message, Deliver), message
    return message


def gsm7_text(text: str, *elements: tuple[int, bytes], coding: int = 0x00, sender: bytes = build.JO) -> str:
    head = build.header(elements)
    data = build.gsm7_user_data(build.septets(text), head)
    return build.deliver(data, coding=coding, with_header=bool(head), sender=sender)


def ucs2_text(text: str, *elements: tuple[int, bytes], coding: int = 0x08) -> str:
    head = build.header(elements)
    return build.deliver(build.octet_user_data(build.ucs2(text), head), coding=coding, with_header=bool(head))


# Texts to send


def test_a_text_to_send_is_byte_for_byte_what_the_standard_draws() -> None:
    (part,) = pdu.encode_submit(MOBILE, "Hello")
    # SMS centre 00; SUBMIT 01; TP-MR 00; 12 digits, 91, swapped; TP-PID 00; TP-DCS 00; TP-UDL 05; septets
    assert part.hex == "00" + "01" + "00" + "0C91447700091032" + "00" + "00" + "05" + "C8329BFD06"
    assert part.length == 18


def test_an_odd_number_of_digits_is_filled_up() -> None:
    (part,) = pdu.encode_submit("+4477009001", "")
    assert part.hex == "00" + "01" + "00" + "0A914477000910" + "00" + "00" + "00"
    (part,) = pdu.encode_submit("+44770090012", "")
    assert part.hex == "00" + "01" + "00" + "0B914477000910F2" + "00" + "00" + "00"


def test_a_text_with_an_emoji_goes_as_utf16_halves() -> None:
    (part,) = pdu.encode_submit(MOBILE, f"a{emoji}")
    assert part.hex == "00" + "01" + "00" + "0C91447700091032" + "00" + "08" + "06" + "0061D83DDE00"


def test_a_status_report_and_a_validity_are_asked_for_in_the_first_octet() -> None:
    (part,) = pdu.encode_submit(MOBILE, "", status_report=True, validity=timedelta(hours=2))
    assert part.hex == "00" + "31" + "00" + "0C91447700091032" + "00" + "00" + "17" + "00"
    assert part.length == 14


def test_parts_carry_their_number_in_an_8_bit_concatenation_header() -> None:
    parts = pdu.encode_submit(MOBILE, "a" * 161, concat_reference=0xA7)
    assert [part.hex[2:4] for part in parts] == ["41", "41"]
    assert [part.hex[26:40] for part in parts] == ["A0050003A70201", "0F050003A70202"]
    # Six octets of header are 48 bits: one fill bit, then "a" (1100001)
    assert [part.hex[40:42] for part in parts] == ["C2", "C2"]
    assert [part.length for part in parts] == [13 + 140, 13 + 14]


def test_the_parts_of_a_ucs2_text_count_octets() -> None:
    first, second = pdu.encode_submit(MOBILE, dash * 71, concat_reference=0)
    assert first.hex[24:40] == "088C050003000201"
    assert second.hex[24:] == "080E050003000202" + "2013" * 4


@pytest.mark.parametrize(
    ("asked", "octet"),
    [
        (timedelta(seconds=1), 0),
        (timedelta(minutes=5), 0),
        (timedelta(minutes=14), 1),
        (timedelta(hours=2), 23),
        (timedelta(hours=12), 143),
        (timedelta(hours=12, minutes=29), 143),
        (timedelta(hours=12, minutes=30), 144),
        (timedelta(hours=24), 167),
        (timedelta(hours=47), 167),
        (timedelta(days=2), 168),
        (timedelta(days=30), 196),
        (timedelta(days=34), 196),
        (timedelta(weeks=5), 197),
        (timedelta(weeks=63), 255),
    ],
)
def test_a_validity_is_the_longest_that_is_not_longer(asked: timedelta, octet: int) -> None:
    (part,) = pdu.encode_submit(MOBILE, "", validity=asked)
    assert part.hex[-4:] == f"{octet:02X}00"


@pytest.mark.parametrize("asked", [timedelta(), timedelta(seconds=-1), timedelta(weeks=63, seconds=1)])
def test_a_validity_that_cannot_be_said_is_refused(asked: timedelta) -> None:
    with pytest.raises(ValueError, match="63 weeks"):
        pdu.encode_submit(MOBILE, "Hello", validity=asked)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+",
        "07700900123",
        "447700900123",
        "+447700900123\n",
        " +447700900123",
        "+44 7700 900123",
        "+447700",
        "+4477009001234567",
        "+44770090012\u0663",
        "++447700900123",
        "+44770090012x",
        "EE",
    ],
)
def test_only_a_number_in_full_is_sent_to(number: str) -> None:
    with pytest.raises(ValueError, match=r"\+447700900123"):
        pdu.encode_submit(number, "Hello")


@pytest.mark.parametrize("reference", [-1, 256])
def test_a_concatenation_reference_is_one_octet(reference: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        pdu.encode_submit(MOBILE, "Hello", concat_reference=reference)


def test_255_parts_go_and_256_do_not() -> None:
    assert len(pdu.encode_submit(MOBILE, "a" * 153 * 255)) == 255
    with pytest.raises(ValueError, match="255 parts"):
        pdu.encode_submit(MOBILE, "a" * (153 * 255 + 1))


def as_received(submit: pdu.SubmitPdu) -> Deliver:
    """Turn an SMS-SUBMIT without TP-VP into the SMS-DELIVER the network makes of it."""
    octets = bytes.fromhex(submit.hex)
    first, rest = octets[1], octets[3:]  # after the service centre, and after TP-MR
    address = 2 + (rest[0] + 1) // 2
    tpdu = bytes((first & 0x40,)) + rest[: address + 2] + build.NOVEMBER + rest[address + 2 :]
    return received("00" + tpdu.hex())


@given(
    text=st.text(st.sampled_from(BASIC + EXTENSION), max_size=800) | st.text(max_size=300),
    reference=st.integers(0, 255),
    digits=st.integers(0, 10**8 - 1).map(str),
)
@example(text=emoji * 200, reference=0, digits="")
@example(text="€" * 400, reference=255, digits="0")
def test_what_we_send_comes_back_whole(text: str, reference: int, digits: str) -> None:
    number = "+4477009" + digits
    submits = pdu.encode_submit(number, text, concat_reference=reference)
    parts = [as_received(submit) for submit in submits]
    assert all(len(bytes.fromhex(submit.hex)) == submit.length + 1 for submit in submits)
    assert all(submit.length <= 13 + 8 + 140 for submit in submits)
    assert {part.sender for part in parts} == {Address(number, 0x91, alphanumeric=False)}
    assert tuple(part.text for part in parts) == gsm7.split(text).texts
    assert pdu.join_parts(part.text for part in parts) == text
    total = len(parts)
    expected = (
        [Concat(reference, total, sequence) for sequence in range(1, total + 1)] if total > 1 else [None]
    )
    assert [part.concat for part in parts] == expected


# Texts received


def test_a_received_text_is_read_whole() -> None:
    centre = build.number("447700900000")[1:]
    data = build.gsm7_user_data(build.septets("Boiler showing F28 £@€"))
    assert pdu.decode(build.deliver(data, centre=centre)) == Deliver(
        Address(MOBILE, 0x91, alphanumeric=False), "Boiler showing F28 £@€", SENT_AT, None
    )


def test_small_hexadecimal_digits_and_spaces_around_are_fine() -> None:
    assert received(f"  {gsm7_text('Hello').lower()}\u2003\r\n").text == "Hello"


def test_an_empty_text_is_a_text() -> None:
    assert received(gsm7_text("")).text == ""
    assert received(ucs2_text("")).text == ""


@pytest.mark.parametrize("length", range(20))
def test_no_length_of_gsm7_text_gains_or_loses_a_character(length: int) -> None:
    assert received(gsm7_text("@" * length)).text == "@" * length


def test_what_follows_the_user_data_is_not_text() -> None:
    assert received(gsm7_text("Hello") + "00FF00").text == "Hello"


def test_flags_in_the_first_octet_do_not_matter() -> None:
    data = build.gsm7_user_data(build.septets("Hello"))
    for first in (0x00, 0x04, 0x24, 0x84, 0xAC):
        assert received(build.deliver(data, first=first)).text == "Hello"


def test_a_reserved_message_type_is_read_as_a_text() -> None:
    assert received(build.deliver(build.gsm7_user_data(build.septets("Hello")), first=0x07)).text == "Hello"


# Who it is from


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (build.number("447700900123"), Address(MOBILE, 0x91, alphanumeric=False)),
        (build.number("44770090012"), Address("+44770090012", 0x91, alphanumeric=False)),
        (build.number("07700900123", 0x81), Address("07700900123", 0x81, alphanumeric=False)),
        (build.number("07700900123", 0xA1), Address("07700900123", 0xA1, alphanumeric=False)),
        (build.number("60123", 0x81), Address("60123", 0x81, alphanumeric=False)),
        (build.number("60123", 0xB1), Address("60123", 0xB1, alphanumeric=False)),
        (build.number("450", 0xC9), Address("450", 0xC9, alphanumeric=False)),
        (build.number("*100#", 0x81), Address("*100#", 0x81, alphanumeric=False)),
        (build.number("1abc2", 0x81), Address("1abc2", 0x81, alphanumeric=False)),
        (build.name("EE"), Address("EE", 0xD0, alphanumeric=True)),
        (build.name("Voicebo"), Address("Voicebo", 0xD0, alphanumeric=True)),
        (build.name("Vodafone"), Address("Vodafone", 0xD0, alphanumeric=True)),
        (build.name("Royal Mail!"), Address("Royal Mail!", 0xD0, alphanumeric=True)),
        (build.name("Boots £5"), Address("Boots £5", 0xD0, alphanumeric=True)),
        (build.number("", 0x81), Address("", 0x81, alphanumeric=False)),
        (build.number("", 0x91), Address("", 0x91, alphanumeric=False)),
        (build.name(""), Address("", 0xD0, alphanumeric=True)),
        # An end mark before the length is up: what follows it is no digit
        (bytes.fromhex("08914477F0FF"), Address("+44770", 0x91, alphanumeric=False)),
    ],
    ids=lambda value: value.number if isinstance(value, Address) else "from",
)
def test_senders_of_every_kind_are_kept_as_given(address: bytes, expected: Address) -> None:
    message = received(gsm7_text("Hello", sender=address))
    assert (message.sender, message.text) == (expected, "Hello")


@given(
    st.text(st.sampled_from(BASIC + EXTENSION), max_size=11).filter(
        lambda name: (gsm7.septets(name) or 0) <= 11
    )
)
def test_a_name_of_up_to_11_septets_comes_back(name: str) -> None:
    assert received(gsm7_text("Hi", sender=build.name(name))).sender.number == name


# When it was sent


@pytest.mark.parametrize("quarters", range(-79, 80))
def test_every_time_zone_is_understood(quarters: int) -> None:
    local = datetime(2026, 1, 1, 0, 10, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    message = received(build.deliver(b"\x00", sent=build.stamp(local, quarters)))
    assert message.sent_at == local
    assert message.sent_at is not None
    assert message.sent_at.tzinfo is UTC


@pytest.mark.parametrize(
    "octets",
    [
        "00000000000000",
        "FFFFFFFFFFFFFF",
        "62310321436500",  # month 13
        "62110021436500",  # day 0
        "62200321436500",  # 30 February
        "62113042436500",  # hour 24
        "62113021066500",  # minute 60
        "62113021430600",  # second 60
        "A2113021436500",  # a digit that is none
        "621130214365A0",  # a zone that is none
    ],
)
def test_a_time_that_is_none_loses_no_text(octets: str) -> None:
    data = build.gsm7_user_data(build.septets("Hello"))
    message = received(build.deliver(data, sent=bytes.fromhex(octets)))
    assert (message.text, message.sent_at) == ("Hello", None)


# How it is coded


@pytest.mark.parametrize(
    "coding",
    [
        *(0x00, 0x01, 0x03, 0x10, 0x13, 0x0C, 0x1F, 0x40, 0x50, 0x4C),  # general, and automatic deletion
        *(0x80, 0x88, 0x9F, 0xA4, 0xB8),  # reserved: "shall be assumed to be the GSM 7 bit default alphabet"
        *(0xC0, 0xC8, 0xCB, 0xD0, 0xD8, 0xDB),  # message waiting
        *(0xF0, 0xF1, 0xF3, 0xF8, 0xFB),  # data coding and class
    ],
)
def test_these_codings_are_gsm7(coding: int) -> None:
    message = received(gsm7_text("Hello €", coding=coding))
    assert (message.text, message.binary) == ("Hello €", False)


@pytest.mark.parametrize("coding", [0x08, 0x0B, 0x18, 0x1B, 0x48, 0x5B, 0xE0, 0xE8, 0xEF])
def test_these_codings_are_ucs2(coding: int) -> None:
    message = received(ucs2_text(f"Hello {dash} {emoji}", coding=coding))
    assert (message.text, message.binary) == (f"Hello {dash} {emoji}", False)


@pytest.mark.parametrize("coding", [0x04, 0x07, 0x14, 0x17, 0x44, 0x57, 0xF4, 0xF7, 0xFC])
def test_these_codings_are_data_shown_octet_for_octet(coding: int) -> None:
    message = received(build.deliver(build.octet_user_data(b"Hi\x00\xff"), coding=coding))
    assert (message.text, message.binary) == ("Hi\x00\xff", True)


@pytest.mark.parametrize("coding", [0x20, 0x28, 0x3F, 0x60, 0x7B])
def test_a_compressed_text_is_refused_with_a_reason(coding: int) -> None:
    answer = pdu.decode(build.deliver(build.octet_user_data(b"Hello"), coding=coding))
    assert answer == BadPdu("The text is compressed, which no phone reads.")


def test_an_odd_number_of_ucs2_octets_loses_only_the_half_character() -> None:
    data = build.octet_user_data(build.ucs2("Hello") + b"\x00")
    assert received(build.deliver(data, coding=0x08)).text == "Hello"


def test_lone_surrogates_in_a_whole_text_are_replaced() -> None:
    assert received(ucs2_text("\ude00a\ud83db\ud83d")).text == "\ufffda\ufffdb\ufffd"


def test_half_an_emoji_stays_only_where_its_other_half_may_follow() -> None:
    text = "\ude00a\ud83db\ude00c\ud83d"
    middle = "a\ufffdb\ufffdc"
    assert received(ucs2_text(text, (0x00, b"\x01\x03\x01"))).text == "\ufffd" + middle + "\ud83d"
    assert received(ucs2_text(text, (0x00, b"\x01\x03\x02"))).text == "\ude00" + middle + "\ud83d"
    assert received(ucs2_text(text, (0x00, b"\x01\x03\x03"))).text == "\ude00" + middle + "\ufffd"


def test_an_emoji_cut_between_parts_is_mended() -> None:
    parts = [
        received(ucs2_text(half, (0x00, bytes((7, 2, n))))).text
        for n, half in ((1, "Hi \ud83d"), (2, "\ude00!"))
    ]
    assert pdu.join_parts(parts) == f"Hi {emoji}!"
    assert pdu.join_parts(parts[:1]) == "Hi \ufffd"
    assert pdu.join_parts([]) == ""


# The user data header


@pytest.mark.parametrize(
    ("elements", "concat", "port"),
    [
        ([(0x00, b"\x07\x02\x01")], Concat(7, 2, 1), None),
        ([(0x08, b"\x01\x07\x02\x02")], Concat(263, 2, 2), None),
        ([(0x05, b"\x0b\x84\x23\xf0")], None, 2948),
        ([(0x04, b"\x50\x51")], None, 0x50),
        ([(0x05, b"\x0b\x84\x23\xf0"), (0x00, b"\x07\x02\x01")], Concat(7, 2, 1), 2948),
        ([(0x70, b""), (0x00, b"\x07\x02\x01"), (0xE0, b"abc")], Concat(7, 2, 1), None),
        # Mutually exclusive elements: the last one counts
        ([(0x00, b"\x07\x02\x01"), (0x08, b"\x01\x07\x03\x02")], Concat(263, 3, 2), None),
        # "The receiving entity shall ignore the whole Information Element"
        ([(0x00, b"\x07\x00\x01")], None, None),
        ([(0x00, b"\x07\x02\x00")], None, None),
        ([(0x00, b"\x07\x02\x03")], None, None),
        ([(0x00, b"\x07\x02\x01"), (0x00, b"\x07\x02\x03")], Concat(7, 2, 1), None),
        # Lengths that are not those of the element
        ([(0x00, b"\x07\x02")], None, None),
        ([(0x08, b"\x07\x02\x01")], None, None),
        ([(0x05, b"\x0b\x84")], None, None),
        # National language tables: read as the default alphabet
        ([(0x24, b"\x01"), (0x25, b"\x01")], None, None),
    ],
)
def test_headers_are_read_and_their_text_kept(
    elements: list[tuple[int, bytes]], concat: Concat | None, port: int | None
) -> None:
    for message in (received(gsm7_text("Hello €!", *elements)), received(ucs2_text("Hello €!", *elements))):
        assert (message.text, message.concat, message.port) == ("Hello €!", concat, port)


@pytest.mark.parametrize("octets", range(1, 30))
def test_every_length_of_header_leaves_the_text_on_a_septet_boundary(octets: int) -> None:
    assert received(gsm7_text("Hello", (0x70, bytes(octets)))).text == "Hello"


@pytest.mark.parametrize(
    "head",
    ["00", "0400030702", "0600030702010A", "0905040B8423F0000307"],
    ids=["no element", "too few octets", "too many octets", "a whole element and a cut one"],
)
def test_a_header_whose_elements_do_not_fill_it_is_ignored(head: str) -> None:
    data = build.gsm7_user_data(build.septets("Hello"), bytes.fromhex(head))
    message = received(build.deliver(data, with_header=True))
    assert (message.text, message.concat, message.port) == ("Hello", None, None)


def test_a_header_longer_than_the_user_data_leaves_no_text() -> None:
    for coding in (0x00, 0x04, 0x08):
        data = bytes((3,)) + bytes.fromhex("FF0003")
        message = received(build.deliver(data, coding=coding, with_header=True))
        assert (message.text, message.concat) == ("", None)


def test_a_header_promised_and_not_there_is_no_header() -> None:
    assert received(build.deliver(b"\x00", with_header=True)).text == ""


# Lost and wrong octets


def test_a_length_greater_than_the_data_reads_what_is_there() -> None:
    data = build.gsm7_user_data(build.septets("Hello you"))
    assert received(build.deliver(b"\xa0" + data[1:])).text == "Hello you"
    assert received(build.deliver(b"\x8c" + build.ucs2("Hello"), coding=0x08)).text == "Hello"


@pytest.mark.parametrize("hex_pdu", [gsm7_text("Hello there"), ucs2_text("Hello", (0x00, b"\x07\x02\x01"))])
def test_a_text_cut_anywhere_is_a_shorter_text_or_none(hex_pdu: str) -> None:
    whole = received(hex_pdu)
    for end in range(len(hex_pdu)):
        match pdu.decode(hex_pdu[:end]):
            case Deliver() as cut:
                assert whole.text.startswith(cut.text)
                assert (cut.sender, cut.sent_at) == (whole.sender, whole.sent_at)
            case BadPdu(reason):
                assert reason.startswith("The PDU ")
            case other:
                pytest.fail(f"a cut text became {other}")
    assert isinstance(pdu.decode(hex_pdu[:40]), BadPdu)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "The PDU is not made of pairs of hexadecimal digits."),
        ("   ", "The PDU is not made of pairs of hexadecimal digits."),
        ("0", "The PDU is not made of pairs of hexadecimal digits."),
        ("00 04", "The PDU is not made of pairs of hexadecimal digits."),
        ("0x0004", "The PDU is not made of pairs of hexadecimal digits."),
        ("00\u0664\u0664", "The PDU is not made of pairs of hexadecimal digits."),
        ("\ud83d\ude00", "The PDU is not made of pairs of hexadecimal digits."),
        ("+CMTI: 1", "The PDU is not made of pairs of hexadecimal digits."),
        ("00" * 1_000_000, "The PDU is too long."),
        ("00", "The PDU ends inside the message type."),
        ("07914477", "The PDU ends inside the service centre."),
        ("0004", "The PDU ends inside the sender."),
        ("0004FF91", "The PDU ends inside the sender."),
        ("00040C91447700091032", "The PDU ends inside the protocol identifier."),
        ("00040C914477000910320000621130", "The PDU ends inside the time stamp."),
        ("00040C91447700091032000062113021436500", "The PDU ends inside the user data length."),
        ("00040C9144770009103200006211302143650005", "The PDU ends before the text."),
        ("0006", "The PDU ends inside the message reference."),
        ("00062A0C91447700091032621130214365006211302143", "The PDU ends inside the discharge time."),
        ("0001000C9144770009103200000548656C6C6F", "The PDU is a text to send, not one received."),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_is_a_bad_pdu_with_a_reason(line: str, reason: str) -> None:
    assert pdu.decode(line) == BadPdu(reason)


def hostile(seed: int, count: int) -> None:
    """Decode lines that are random, cut or mutated; nothing may be raised and no text may grow."""
    chance = random.Random(seed)
    whole = [
        gsm7_text("Hello €", (0x00, b"\x07\x02\x01")),
        gsm7_text("Boiler showing F28", sender=build.name("Textback")),
        ucs2_text(f"{emoji}{dash}\ud83d", (0x08, b"\x01\x07\x03\x02")),
        build.deliver(build.octet_user_data(bytes(range(140))), coding=0xF5),
        build.status_report(42, 0x00, optional=bytes.fromhex("07000005C8329BFD06")),
    ]
    for _ in range(count):
        octets = bytearray.fromhex(chance.choice(whole))
        match chance.randrange(4):
            case 0:
                octets = bytearray(chance.randbytes(chance.randrange(200)))
            case 1:
                del octets[chance.randrange(len(octets)) :]
            case 2:
                for _ in range(chance.randrange(1, 6)):
                    octets[chance.randrange(len(octets))] = chance.randrange(256)
            case _:
                del octets[chance.randrange(len(octets))]
        line = octets.hex()
        if chance.random() < 0.05:
            at = chance.randrange(len(line) + 1)
            line = line[:at] + chr(chance.randrange(0x110000)) + line[at + 1 :]
        message = pdu.decode(line)
        assert isinstance(message, Deliver | StatusReport | BadPdu)
        if isinstance(message, Deliver):
            assert len(message.text) <= len(octets) * 8 // 7
            pdu.join_parts([message.text]).encode()  # no lone surrogate is left


def test_100_000_hostile_lines_do_no_harm() -> None:
    hostile(seed=1, count=100_000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_another_million_hostile_lines_do_no_harm(seed: int) -> None:
    hostile(seed=seed, count=100_000)


@given(st.text())
def test_any_line_at_all_is_answered(line: str) -> None:
    assert isinstance(pdu.decode(line), Deliver | StatusReport | BadPdu)


# Status reports


@pytest.mark.parametrize(
    "optional",
    ["", "00", "0100", "0700" + "00" + "05C8329BFD06", "FF"],
    ids=["none", "no fields", "PID", "all", "cut"],
)
def test_a_status_report_is_read_with_and_without_its_optional_fields(optional: str) -> None:
    settled = build.stamp(datetime(2026, 11, 3, 13, 35, 0, tzinfo=UTC), 4)
    assert pdu.decode(
        build.status_report(0x2A, 0x46, settled=settled, optional=bytes.fromhex(optional))
    ) == StatusReport(
        reference=0x2A,
        recipient=Address(MOBILE, 0x91, alphanumeric=False),
        sent_at=SENT_AT,
        settled_at=datetime(2026, 11, 3, 12, 35, 0, tzinfo=UTC),
        status=0x46,
    )


def test_a_status_report_without_times_still_settles_its_text() -> None:
    report = pdu.decode(build.status_report(1, 0x00, sent=bytes(7), settled=b"\xff" * 7))
    assert isinstance(report, StatusReport)
    assert (report.sent_at, report.settled_at, report.status) == (None, None, 0)


SETTLED = {
    Settled.DELIVERED: [0x00, 0x01, 0x02],
    Settled.PENDING: [0x03, 0x10, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x30, 0x3F, 0x80, 0xC5, 0xFF],
    Settled.GIVEN_UP: [*range(0x40, 0x4A), 0x50, *range(0x60, 0x66), 0x7F],
}


@pytest.mark.parametrize(("expected", "statuses"), SETTLED.items(), ids=list(SETTLED))
def test_a_status_settles_a_text_in_one_of_three_ways(expected: Settled, statuses: list[int]) -> None:
    assert {status: pdu.settled(status) for status in statuses} == dict.fromkeys(statuses, expected)
