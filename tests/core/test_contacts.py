"""Contacts from any phone or program, and back into a file."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import address_book, contacts, spreadsheets, vcards
from appliance.core.address_book import MOST_BYTES
from appliance.core.contacts import (
    MOST_CONTACTS,
    MOST_NAME,
    MOST_NUMBERS,
    Contact,
    ContactsUnreadable,
    Imported,
    clean_name,
    from_record,
    names,
    to_record,
)

MOBILE, OTHER, LANDLINE = "+447700900123", "+447700900456", "+441632960123"


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def only(data: bytes) -> Contact:
    (contact,) = address_book.read(data).contacts
    return contact


PATEL = Contact("Mrs Patel", (MOBILE,))

CARDS = {
    "iPhone, 3.0": card(
        "N:Patel;;;Mrs;",
        "FN:Mrs Patel",
        "item1.TEL;type=pref:07700 900123",
        "item1.X-ABLabel:_$!<HomePage>!$_",
    ),
    "Android, 2.1": card("N:Patel;;;Mrs;", "FN:Mrs Patel", "TEL;CELL;PREF:07700900123", version="2.1"),
    "4.0 with a tel: address": card(
        "FN:Mrs Patel", 'TEL;VALUE=uri;PREF=1;TYPE="voice,home:x":tel:+44-7700-900-123;ext=5', version="4.0"
    ),
    "only a structured name": card("N:Patel;;;Mrs;", "TEL:+44 (0)7700 900123"),
    "small letters": b"begin:vcard\nversion:3.0\nfn:Mrs Patel\ntel;type=cell:07700900123\nend:vcard\n",
    "old Mac line ends": card("FN:Mrs Patel", "TEL:07700900123").replace(b"\r\n", b"\r"),
    "folded lines": card("FN:Mrs P", " atel", "TEL;TYPE=CE", "\tLL:0770", " 0900123"),
    "quoted-printable": card(
        "FN;ENCODING=QUOTED-PRINTABLE:Mrs=20Pa=", "tel", "TEL;CELL:07700900123", version="2.1"
    ),
    "quoted-printable without a name for it": card(
        "FN;QUOTED-PRINTABLE:Mrs=20Patel", "TEL:07700900123", version="2.1"
    ),
    "base64 name": card("FN;ENCODING=B:TXJzIFBhdGVs", "TEL:07700900123", version="2.1"),
    "a custom label of Android": card(
        "FN:Mrs Patel",
        "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F):07700900123",
        version="2.1",
    ),
    "an extension and a pause": card("FN:Mrs Patel", "TEL:07700900123 ext 5"),
    "a photograph that is no base64": card(
        "FN:Mrs Patel", "PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ", " SkZJRg", "", "TEL:07700900123", version="2.1"
    ),
    "a photograph without folds": card(
        "FN:Mrs Patel", "PHOTO;ENCODING=b:" + "A" * 200_000, "TEL:07700900123"
    ),
    "lines that mean nothing": card("FN:Mrs Patel", "this is junk", ":", ";;;", "", "TEL:07700900123"),
    "an unknown charset": card("FN;CHARSET=X-NOPE:Mrs Patel", "TEL:07700900123", version="2.1"),
    "a charset that is costly to decode": card("FN;CHARSET=idna:Mrs Patel", "TEL:07700900123", version="2.1"),
    "never closed": card("FN:Mrs Patel", "TEL:07700900123").replace(b"END:VCARD", b""),
    "UTF-16": "\ufeff".encode("utf-16-le")
    + card("FN:Mrs Patel", "TEL:07700900123").decode().encode("utf-16-le"),
    "a mark at the beginning": b"\xef\xbb\xbf" + card("FN:Mrs Patel", "TEL:07700900123"),
    "hidden characters in the name": card("FN:Mrs\u200b Pa\u202etel\x07", "TEL:\u202a07700 900123\u202c"),
    "the same number twice": card("FN:Mrs Patel", "TEL;CELL:07700900123", "TEL;HOME:+447700900123"),
    "an inner card": card(
        "FN:Mrs Patel", "TEL:07700900123", "AGENT:", "BEGIN:VCARD", "FN:Nobody", "END:VCARD"
    ),
}


@pytest.mark.parametrize("data", CARDS.values(), ids=list(CARDS))
def test_a_card_is_read_whatever_wrote_it(data: bytes) -> None:
    assert only(data) == PATEL


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9"], "Jos\u00e9"),
        (["FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ren=E9"], "Ren\u00e9"),
        (["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=81lvaro;Jos=C3=A9;;;"], "Jos\u00e9 \u00c1lvaro"),
        (["N:Smith;David;James;Mr;"], "David James Smith"),
        (["N:Smith\\, Jones;Al\\;B"], "Al;B Smith, Jones"),
        (["FN:Smith\\nand Sons"], "Smith and Sons"),
        (["ORG:Screwfix;Trade"], "Screwfix"),
        (["NICKNAME:Baz"], "Baz"),
        (["FN:", "N:;;;;", "ORG:Screwfix"], "Screwfix"),
        ([], "07700 900123"),
        (["FN:" + "x" * 500], "x" * MOST_NAME),
        (["FN:\U0001f6bf Dan"], "\U0001f6bf Dan"),
    ],
)
def test_the_best_name_there_is_is_taken(lines: list[str], name: str) -> None:
    assert only(card(*lines, "TEL:07700900123", version="2.1")).name == name


def test_bytes_of_no_known_charset_still_make_a_name() -> None:
    data = card("FN:Ren?", "TEL:07700900123").replace(b"Ren?", b"Ren\xe9")
    assert only(data).name == "Ren\u00e9"


def test_all_the_numbers_of_a_card_are_kept() -> None:
    data = card(
        "FN:Dave",
        "TEL;CELL:07700900123",
        "TEL;WORK:01632 960123",
        "TEL:60123",
        "TEL:?",
        "TEL;CELL:07700900456",
    )
    assert only(data) == Contact("Dave", (MOBILE, LANDLINE, OTHER))


def test_what_has_no_number_is_counted_and_skipped() -> None:
    found = address_book.read(
        card("FN:A", "TEL:07700900123")
        + card("FN:B", "EMAIL:b@example.test")
        + card("FN:C", "TEL:999")
        + card("FN:D", "TEL:01632 960123")
        + card("FN:A again", "TEL:07700 900123")
    )
    assert [contact.name for contact in found.contacts] == ["A", "D"]
    assert found.skipped == 3
    assert found.sentence == "Found 1 contact with a mobile and 1 without. 3 skipped."


@pytest.mark.parametrize(
    ("mobiles", "skipped", "sentence"),
    [
        (212, 9, "Found 212 contacts with a mobile. 9 skipped."),
        (1, 0, "Found 1 contact with a mobile. 0 skipped."),
    ],
)
def test_what_was_found_is_said_in_a_sentence(mobiles: int, skipped: int, sentence: str) -> None:
    kept = tuple(Contact(str(count), (f"+447700900{count:03}",)) for count in range(mobiles))
    assert Imported(kept, skipped).sentence == sentence


def test_a_number_two_people_share_has_the_name_of_the_first() -> None:
    kept = [Contact("Mum", (LANDLINE,)), Contact("Dad", (LANDLINE, MOBILE))]
    assert names(kept) == {LANDLINE: "Mum", MOBILE: "Dad"}


SHEETS = {
    "Google": "First Name,Middle Name,Last Name,Phonetic First Name,Labels,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value\r\n"
    "Mrs,,Patel,,* myContacts,,Mobile,07700 900123\r\n",
    "older Google": "Name,Given Name,Family Name,Yomi Name,Phone 1 - Type,Phone 1 - Value\n"
    "Mrs Patel,,,,Mobile,+44 7700 900123 ::: 07700 900123\n",
    "Outlook": '"Title","First Name","Middle Name","Last Name","Company","Business Fax","Home Phone",'
    '"Mobile Phone"\r\n'
    '"","Mrs","","Patel","","01632 960999","","07700900123"\r\n',
    "an iPhone program": "First name;Last name;Mobile;Email\nMrs;Patel;07700 900123;p@example.test\n",
    "a plain table": "name,number\nMrs Patel,07700900123\n",
    "no header": "Mrs Patel,07700900123\n",
    "no header, number first": "07700900123\tMrs Patel\n",
    "a spreadsheet that lost the zero": "Name,Phone\nMrs Patel,7700900123\n",
    "a spreadsheet's trick": 'Name,Phone\nMrs Patel,"=""07700900123"""\n',
    "ours": spreadsheets.write_contacts([PATEL]),
    "a separator that is named": "sep=;\nName;Mobile\nMrs Patel;07700900123\n",
    "empty rows": "\n\nName,Mobile\n,\n\nMrs Patel,07700900123\n\n",
    "a quotation mark that never ends": 'Name,Mobile\nMrs Patel,07700900123\n"Dave,07700900456\n'
    + "x" * 200_000,
    "a line end in a cell": 'Name,Mobile\n"Mrs\nPatel",07700900123\n',
    "NUL": "Name,Mobile\nMrs\0 Patel,07700900123\0\n",
}


@pytest.mark.parametrize("text", SHEETS.values(), ids=list(SHEETS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_table_is_read_whatever_wrote_it(text: str, encoding: str) -> None:
    assert only(text.encode(encoding)) == PATEL


def test_a_company_stands_in_for_a_name_and_every_phone_column_counts() -> None:
    data = "Company,Mobile Phone,Other Phone,Phone Type\nScrewfix,07700900123,01632960123,07700900999\n"
    assert only(data.encode()) == Contact("Screwfix", (MOBILE, LANDLINE))


def test_letters_of_windows_are_read() -> None:
    assert only("Name,Mobile\nRen\u00e9,07700900123\n".encode("cp1252")).name == "Ren\u00e9"


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0", b"hello", b"\x89PNG\r\n\x1a\n" * 40, b"Name,Mobile\nDave,\n", card("FN:A")]
)
def test_a_file_without_contacts_is_answered_with_what_to_do(data: bytes) -> None:
    with pytest.raises(
        ContactsUnreadable, match=r"^This file has no phone numbers in it\. Export it again as \.vcf\.$"
    ):
        address_book.read(data)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(ContactsUnreadable, match=r"^This file is too big\."):
        address_book.read(b"x" * (MOST_BYTES + 1))


def test_a_file_can_make_us_keep_only_so_much() -> None:
    many = b"".join(card(f"FN:{count}", f"TEL:0770{count:07}") for count in range(MOST_CONTACTS + 50))
    found = address_book.read(many)
    assert len(found.contacts) <= MOST_CONTACTS
    assert found.skipped >= 50
    numbers = [f"TEL:07700900{count:03}" for count in range(200)]
    assert len(only(card("FN:A", *numbers)).numbers) == MOST_NUMBERS


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VCARD\r\n" * 50_000,
        b"BEGIN:VCARD\r\nFN:" + b"A\r\n " * 300_000,
        b"BEGIN:VCARD\r\nFN;QUOTED-PRINTABLE:" + b"=\r\n" * 300_000,
        b"BEGIN:VCARD\r\nTEL" + b";X=" + b'"' * 100_000 + b":1",
        b"BEGIN:VCARD\r\nTEL:" + b"0" * 1_000_000,
        b'"' * 1_000_000,
        b"," * 1_000_000,
        b"07700900123;" * 50_000,
    ],
    ids=["begin", "folds", "soft ends", "quotes", "digits", "marks", "commas", "numbers"],
)
def test_a_file_made_to_harm_is_read_in_no_time(data: bytes) -> None:
    assert taken(data) <= 1


def taken(data: bytes) -> int:
    """Return how many contacts a file holds; none when it is refused."""
    try:
        return len(address_book.read(data).contacts)
    except ContactsUnreadable:
        return 0


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for tried in (data, b"BEGIN:VCARD\n" + data, b"Name,Mobile\n" + data):
        try:
            found = address_book.read(tried)
        except ContactsUnreadable:
            continue
        assert all(contact.name and contact.numbers for contact in found.contacts)


pieces = st.sampled_from(
    [
        "BEGIN:VCARD\n",
        "END:VCARD\n",
        "FN:Dave\n",
        "TEL:07700900123\n",
        'TEL;X="',
        ":",
        ";",
        "=",
        "\n ",
        "=\n",
        "QUOTED-PRINTABLE",
        "\x00",
        ",",
    ]
)


@given(st.lists(pieces, max_size=40))
def test_any_order_of_the_pieces_of_a_card_is_read_or_refused(parts: list[str]) -> None:
    assert taken("".join(parts).encode()) <= 1  # it is always the same number


people = st.builds(
    Contact,
    st.text(max_size=80).map(clean_name).filter(bool),
    st.lists(st.integers(0, 999), min_size=1, max_size=4, unique=True).map(
        lambda ends: tuple(f"+447700900{end:03}" for end in ends)
    ),
)


@given(st.lists(people, min_size=1, max_size=5))
def test_what_is_written_is_read_again(kept: list[Contact]) -> None:
    apart: list[Contact] = []
    for contact in kept:
        if not any(set(contact.numbers) & set(other.numbers) for other in apart):
            apart.append(contact)
    for data in (vcards.write(apart), spreadsheets.write_contacts(apart)):
        assert address_book.read(data.encode()).contacts == tuple(apart)


def test_a_written_card_keeps_to_the_standard() -> None:
    text = vcards.write([Contact("\u00e9" * 60, (MOBILE, LANDLINE)), Contact("A, B; C\\D", (OTHER,))])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "TEL;TYPE=CELL:+447700900123\r\n" in text
    assert "TEL;TYPE=VOICE:+441632960123\r\n" in text
    assert "FN:A\\, B\\; C\\\\D\r\n" in text


HARMFUL = [
    "=1+1",
    "+44 7700 900123",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\uff1d1",
    "'=1",
    '=HYPERLINK("https://example.test","pay")',
    "=cmd|' /C calc'!A0",
    '"=1',
    '=1","=2',
    "%0A=1",
]


@pytest.mark.parametrize("words", HARMFUL)
def test_security_check_20_no_cell_that_is_written_is_a_formula(words: str) -> None:
    text = spreadsheets.write([["Dave", words]])
    ((name, written),) = csv.reader(io.StringIO(text, newline=""))
    assert name == "Dave"
    assert written in {f"'{words}", words}
    assert written.lstrip()[:1] not in {"=", "+", "-", "@", "\uff1d"}
    assert written[:1] not in {"\t", "\r", "\n"}


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_cell_is_quoted_and_safe_whatever_callers_write(rows: list[list[str]]) -> None:
    text = spreadsheets.write(rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in read] == [len(row) for row in rows]
    for row, written in zip(rows, read, strict=True):
        for value, kept in zip(row, written, strict=True):
            assert kept in {value.replace("\0", ""), "'" + value.replace("\0", "")}
            assert kept.lstrip()[:1] not in {"=", "+", "-", "@"}
    assert text.startswith('"')
    assert text.endswith('"\r\n')


def test_a_contact_is_stored_and_read_again() -> None:
    assert from_record(json.loads(json.dumps(to_record(PATEL)))) == PATEL
    for spoilt in (
        {},
        {"name": "A"},
        {"name": "A", "numbers": []},
        {"name": 5, "numbers": [MOBILE]},
        {"name": "A", "numbers": [5]},
    ):
        assert from_record(spoilt) is None


def test_names_of_three_words_and_more_stay_as_they_are() -> None:
    assert clean_name("  Mr  van der\tBerg\n") == "Mr van der Berg"
    assert contacts.decoded("Ren\u00e9".encode("utf-16")) == "Ren\u00e9"
