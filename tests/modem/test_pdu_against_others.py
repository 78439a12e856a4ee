"""Our PDU codec against two that other people wrote: smspdudecoder and gammu.

Thousands of random well-formed messages go each way. A reader may differ from the standard only where a
row of EXPLAINED says so: each names who is wrong, in which field, by which clause, for which messages,
and says beforehand what exactly that reader makes of them. Anything else fails, and so does a row that
explains nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.modem import gsm7, pdu
from appliance.modem.pdu import Concat, Deliver, StatusReport
from tests.modem import tpdu_builder as build
from tests.modem.other_codecs import Gammu, Reading, smspdudecoder_delivered, smspdudecoder_submitted
from tests.modem.random_texts import Case, deliveries, equivalent, gsm7_words, number, wide_words

MESSAGES = 3_500
AGREED = 2_000  # at least so many must need no explanation
FIELDS = ("number", "text", "concat", "sent_at", "validity")
seeds = pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 10))]
)


@pytest.fixture(scope="module")
def gammu() -> Gammu:
    return Gammu()


# Who is wrong, and why


@dataclass(frozen=True)
class Explained:
    """A field in which a reader differs from the standard, for some messages, in a way known beforehand.

    `says` gets the message, what the reader made of it, and what it made of the same message with the
    plain TP-DCS that means the same.
    """

    field: str
    why: str
    applies: Callable[[Case], bool]
    says: Callable[[Case, Reading, Reading], bool]


def characters_by_smspdudecoder(case: Case) -> str:
    """Model how smspdudecoder reads GSM-7: it makes characters of header and all, then counts those."""
    bits = "".join(f"{octet:08b}" for octet in reversed(case.user_data[1:]))
    codes = [int(bits[at : at + 7], 2) for at in range(len(bits) - 7, -1, -7)]
    basic = {code: character for character, code in build.CODE_OF.items()}
    extension = {code: character for character, code in build.EXTENSION_CODE_OF.items()}
    characters, escaped = [], False
    for code in codes:
        if code != build.ESC:
            characters.append(extension.get(code, " ") if escaped else basic[code])
        escaped = code == build.ESC
    header_septets = -(-len(case.header) * 8 // 7)
    return "".join(characters)[header_septets : case.user_data[0]]


def ucs2_by_gammu(words: str) -> str:
    """Model how gammu reads UCS-2: tildes become two, the end is pushed out, half a pair there replaced."""
    room = len(build.ucs2(words))
    shown = ""
    for character in words.replace("~", "~~"):
        if len(build.ucs2(shown)) >= room:
            break
        shown += character
    return shown[:-1] + "\ufffd" if "\ud800" <= shown[-1:] <= "\udbff" else shown


def tildes_written_by_gammu(words: str) -> str:
    """Model what gammu writes of UCS-2: two tildes as one, a single one as U+0001."""
    return words.replace("~~", "\0").replace("~", "\x01").replace("\0", "~")


def shown_by_gammu(case: Case) -> str:
    """Model what gammu makes of septets: an escape before a code nobody defined is shown too."""
    return "\xb9" * any(map(is_undefined, case.escapes)) + case.words


def has_escape(case: Case) -> bool:
    """Whether smspdudecoder meets an escape anywhere, be it in octets of the header."""
    bits = int.from_bytes(case.user_data[1:], "little")
    return case.gsm7 and any(bits >> at & 0x7F == build.ESC for at in range(0, 8 * len(case.user_data), 7))


def is_undefined(code: int) -> bool:
    return code not in build.EXTENSION_CODE_OF.values()


def has_half_a_pair(case: Case) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in case.words)


SMSPDUDECODER_COUNTS_CHARACTERS = Explained(
    "text",
    "smspdudecoder counts characters where 23.040 sections 9.2.3.16 and 9.2.3.24 count septets, so an escape,"
    " be it by chance in the header, moves the beginning and the end of the text",
    has_escape,
    lambda case, said, plain: said.text == characters_by_smspdudecoder(case),
)
SMSPDUDECODER_DELIVERED = (
    SMSPDUDECODER_COUNTS_CHARACTERS,
    Explained(
        "text",
        "smspdudecoder shows a space for an extension code nobody defined; 23.038 section 6.2.1.1: the"
        " character of the default alphabet",
        lambda case: any(map(is_undefined, case.escapes)),
        lambda case, said, plain: said.text == characters_by_smspdudecoder(case),
    ),
    Explained(
        "text",
        "smspdudecoder looks at bits 3 and 2 of TP-DCS in every coding group; 23.038 section 4: in the groups"
        " from 1000 up they mean other things",
        lambda case: case.coding >= 0x80 and equivalent(case.coding) != equivalent(case.coding & 0x0C),
        lambda case, said, plain: (
            plain.text == (characters_by_smspdudecoder(case) if case.gsm7 else case.truth.text)
        ),
    ),
    Explained(
        "text",
        "smspdudecoder will not read a part that ends between two surrogates; to 23.038 section 6.2.3 each"
        " 16 bits of UCS-2 are a character, and senders do cut there",
        has_half_a_pair,
        lambda case, said, plain: said.text is None,
    ),
    Explained(
        "number",
        "smspdudecoder reads a name from whole octets; 23.040 section 9.1.2.5: the length in semi-octets says"
        " that the seven bits after a seventh letter are none",
        lambda case: case.name is not None and len(case.name) == 7,
        lambda case, said, plain: said.number == f"{case.name}@",
    ),
    Explained(
        "number",
        "smspdudecoder shows hexadecimal digits; 23.040 section 9.1.2.3: semi-octets 10 to 14 are * # a b c",
        lambda case: not set(case.digits).isdisjoint("*#abc"),
        lambda case, said, plain: said.number == case.digits.translate(str.maketrans("*#abc", "ABCDE")),
    ),
    Explained(
        "number",
        'smspdudecoder puts "+" before no digits; 23.040 section 9.1.2.5: length 0 is no number',
        lambda case: case.truth.number == "",
        lambda case, said, plain: said.number == "+",
    ),
)
SMSPDUDECODER_SUBMITTED = (
    SMSPDUDECODER_COUNTS_CHARACTERS,
    Explained(
        "validity",
        "smspdudecoder rounds to hours; 23.040 section 9.2.3.12.1: between 12 and 24 hours are half hours",
        lambda case: timedelta(hours=12) < (case.truth.validity or timedelta()) < timedelta(hours=24),
        lambda case, said, plain: (
            said.validity == (case.truth.validity or timedelta()) - timedelta(minutes=30)
        ),
    ),
    Explained(
        "validity",
        "smspdudecoder counts from 0; 23.040 section 9.2.3.12.1: to 12 hours it is (TP-VP + 1) x 5 minutes",
        lambda case: timedelta() < (case.truth.validity or timedelta()) <= timedelta(hours=12),
        lambda case, said, plain: (
            said.validity == (case.truth.validity or timedelta()) - timedelta(minutes=5)
        ),
    ),
)
GAMMU_READS_ON = Explained(
    "text",
    "python-gammu takes a character for each septet (23.040 section 9.2.3.16), also where an escape and its"
    " code make one: after the text come a NUL and whatever was in memory",
    lambda case: not all(map(is_undefined, case.escapes)),
    lambda case, said, plain: str(said.text).startswith(shown_by_gammu(case) + "\0"),
)
GAMMU_DOUBLES_TILDES = Explained(
    "text",
    "gammu takes U+007E for an escape of one maker's phones; to 23.038 section 6.2.3 it is a tilde",
    lambda case: case.ucs2 and "~" in case.words,
    lambda case, said, plain: said.text == ucs2_by_gammu(case.words),
)
GAMMU_SUBMITTED = (GAMMU_READS_ON, GAMMU_DOUBLES_TILDES)
GAMMU_DELIVERED = (
    GAMMU_READS_ON,
    GAMMU_DOUBLES_TILDES,
    Explained(
        "text",
        "python-gammu replaces a surrogate at the very end of a part; to 23.038 section 6.2.3 each 16 bits of"
        " UCS-2 are a character, and its other half comes with the next part",
        lambda case: "\ud800" <= case.words[-1:] <= "\udbff",
        lambda case, said, plain: said.text == ucs2_by_gammu(case.words),
    ),
    Explained(
        "text",
        "gammu shows the escape itself before a code nobody defined; 23.038 section 6.2.1.1: only the"
        " character of the default alphabet",
        lambda case: any(map(is_undefined, case.escapes)),
        lambda case, said, plain: str(said.text).partition("\0")[0] == shown_by_gammu(case),
    ),
    Explained(
        "text",
        "gammu takes codings it does not know for data, and refuses them when they are too short for that;"
        " 23.038 section 4: reserved codings shall be assumed to be the GSM 7 bit default alphabet",
        lambda case: case.coding in (0x0C, 0x80, 0x9C, 0xB4),
        lambda case, said, plain: (
            not isinstance(said.text, str) and str(plain.text).partition("\0")[0] == shown_by_gammu(case)
        ),
    ),
    Explained(
        "concat",
        "gammu knows some headers as a whole; 23.040 section 9.2.3.24: elements may come together",
        lambda case: len(case.elements) > 1,
        lambda case, said, plain: said.concat is None,
    ),
    Explained(
        "number",
        "gammu takes a name for ASCII; 23.040 section 9.1.2.5: its septets are of the default alphabet",
        lambda case: case.name is not None,
        lambda case, said, plain: (
            said.number == "".join(map(chr, build.septets(case.name or ""))).partition("\0")[0]
        ),
    ),
    Explained(
        "number",
        "gammu leaves out what is no digit; 23.040 section 9.1.2.3: semi-octets 10 to 14 are * # a b c",
        lambda case: not set(case.digits).isdisjoint("*#abc"),
        lambda case, said, plain: said.number == "".join(filter(str.isdigit, case.digits)),
    ),
    Explained(
        "sent_at",
        "python-gammu gives the time where it was sent and drops the zone (23.040 section 9.2.3.11)",
        lambda case: case.local != case.truth.sent_at,
        lambda case, said, plain: said.sent_at == case.local,
    ),
)


def compare(
    cases: Sequence[Case], said: Iterable[Reading], plain: Iterable[Reading], rows: Sequence[Explained]
) -> None:
    """Hold what a reader said against the truth: every difference needs its row, every row a difference.

    Of a message that the reader refused whole, only the text is held against it; the rest is taken from
    the same message with the plain TP-DCS.
    """
    used: set[str] = set()
    agreed = 0
    for case, reading, general in zip(cases, said, plain, strict=True):
        refused = reading.number is None
        rest = general if refused else reading
        agreed += all(
            getattr(reading, name) == getattr(case.truth, name) for name in ("number", "text", "concat")
        )
        for field in FIELDS:
            if field != "text" and rest.number is None:
                continue
            told = getattr(reading if field == "text" else rest, field)
            if told == getattr(case.truth, field):
                continue
            reasons = [
                row.why
                for row in rows
                if row.field == field
                and row.applies(case)
                and row.says(case, reading if field == "text" else rest, general)
            ]
            assert reasons, f"nothing explains {field} {told!a} of {case!a}"
            used.update(reasons)
    assert used == {row.why for row in rows}
    assert agreed >= AGREED


# Texts we send


VALIDITIES = (
    *(timedelta(minutes=5 * steps) for steps in range(1, 145)),
    *(timedelta(hours=12, minutes=30 * steps) for steps in range(1, 25)),
    *(timedelta(days=days) for days in range(2, 31)),
    *(timedelta(weeks=weeks) for weeks in range(5, 64)),
)  # 23.040 section 9.2.3.12.1: TP-VP 0 to 255


def submissions(seed: int) -> list[Case]:
    """Return random texts as we encode them, one case for each part."""
    chance = random.Random(seed)
    cases = []
    for _ in range(MESSAGES):
        to = "+" + number(chance)
        text = gsm7_words(chance, 500) if chance.random() < 0.5 else wide_words(chance, 250)
        reference = chance.randrange(256)
        validity = chance.choice([None, chance.choice(VALIDITIES)])
        submits = pdu.encode_submit(
            to, text, concat_reference=reference, status_report=chance.random() < 0.5, validity=validity
        )
        texts = gsm7.split(text).texts
        assert "".join(texts) == text
        for sequence, (submit, part) in enumerate(zip(submits, texts, strict=True), start=1):
            concat = Concat(reference, len(texts), sequence) if len(texts) > 1 else None
            cases.append(submission(submit, Reading(to, part, concat, None, validity)))
    return cases


def submission(submit: pdu.SubmitPdu, truth: Reading) -> Case:
    """Find TP-DCS and TP-UD in an SMS-SUBMIT, by the table of 23.040 section 9.2.2.2."""
    octets = bytes.fromhex(submit.hex)
    assert submit.length == len(octets) - 1
    at = 5 + (octets[3] + 1) // 2 + 1
    user_data = octets[at + (2 if truth.validity else 1) :]
    return Case(
        submit.hex,
        truth,
        coding=octets[at],
        plain_hex=submit.hex,
        user_data=user_data,
        header=user_data[1 : 2 + user_data[1]] if truth.concat else b"",
        elements=(0x00,) if truth.concat else (),
        escapes=tuple(
            build.EXTENSION_CODE_OF[character]
            for character in truth.text or ""
            if octets[at] == 0x00 and character in build.EXTENSION_CODE_OF
        ),
    )


@seeds
def test_smspdudecoder_reads_the_texts_we_send(seed: int) -> None:
    cases = submissions(seed)
    said = [smspdudecoder_submitted(case.hex) for case in cases]
    compare(cases, said, said, SMSPDUDECODER_SUBMITTED)


@seeds
def test_gammu_reads_the_texts_we_send(gammu: Gammu, seed: int) -> None:
    cases = submissions(seed)
    said = gammu.submitted([case.hex for case in cases])
    compare(cases, said, said, GAMMU_SUBMITTED)


# Texts we receive


def ours(hex_pdu: str) -> Reading:
    """Read an SMS-DELIVER with our own decoder."""
    message = pdu.decode(hex_pdu)
    assert isinstance(message, Deliver), message
    text = message.text.encode("latin-1") if message.binary else message.text
    return Reading(message.sender.number, text, message.concat, message.sent_at)


@seeds
def test_smspdudecoder_and_we_read_the_same_in_texts_received(seed: int) -> None:
    cases = deliveries(seed, MESSAGES)
    said = [smspdudecoder_delivered(case.hex) for case in cases]
    plain = [smspdudecoder_delivered(case.plain_hex) for case in cases]
    assert [ours(case.hex) for case in cases] == [case.truth for case in cases]
    compare(cases, said, plain, SMSPDUDECODER_DELIVERED)


@seeds
def test_gammu_and_we_read_the_same_in_texts_received(gammu: Gammu, seed: int) -> None:
    cases = deliveries(seed, MESSAGES)
    said = gammu.delivered([case.hex for case in cases])
    plain = gammu.delivered([case.plain_hex for case in cases])
    assert [ours(case.hex) for case in cases] == [case.truth for case in cases]
    compare(cases, said, plain, GAMMU_DELIVERED)


@seeds
def test_we_read_the_texts_that_gammu_writes(gammu: Gammu, seed: int) -> None:
    chance = random.Random(seed)
    truths, jobs = [], []
    for _ in range(MESSAGES):
        ucs2 = chance.random() < 0.4
        concat = Concat(chance.randrange(256), 3, chance.randint(1, 3)) if chance.random() < 0.4 else None
        head = (
            build.header([(0x00, bytes((concat.reference, concat.total, concat.sequence)))])
            if concat
            else b""
        )
        room = 140 - len(head)
        text = wide_words(chance, room // 2) if ucs2 else gsm7_words(chance, room * 8 // 7)
        name = "T" + "".join(chance.choices("extback 0123", k=chance.randint(0, 10)))
        sender = chance.choice(["+" + number(chance), "07700900123", "60123", name])
        at = datetime(2020, 1, 2, tzinfo=UTC) + timedelta(seconds=chance.randrange(30 * 365 * 86400))
        truths.append(Reading(sender, text, concat, at))
        jobs.append(gammu.deliver(sender, text, ucs2=ucs2, header=head, at=at))
    for truth, job, hex_pdu in zip(truths, jobs, gammu.write(jobs), strict=True):
        reading = ours(hex_pdu)
        if job["coding"].startswith("Unicode"):
            # gammu again: U+007E is an escape of one maker's phones to it, a tilde to 23.038 section 6.2.3.
            assert reading == replace(truth, text=tildes_written_by_gammu(str(truth.text)))
        else:
            assert reading == truth


@seeds
def test_gammu_and_we_read_the_same_in_status_reports(gammu: Gammu, seed: int) -> None:
    chance = random.Random(seed)
    truths, reports = [], []
    for _ in range(MESSAGES):
        reference, status, digits = chance.randrange(256), chance.randrange(256), number(chance)
        sent = datetime(2020, 1, 2, tzinfo=UTC) + timedelta(seconds=chance.randrange(30 * 365 * 86400))
        settled = sent + timedelta(seconds=chance.randrange(86400))
        optional = bytes.fromhex(chance.choice(["", "00", "0100", "0700000548656C6C6F"]))
        truths.append((reference, f"+{digits}", sent, settled, status))
        reports.append(
            build.status_report(
                reference,
                status,
                recipient=build.number(digits),
                sent=build.stamp(sent),
                settled=build.stamp(settled),
                optional=optional,
            )
        )
    for report, truth in zip(map(pdu.decode, reports), truths, strict=True):
        assert isinstance(report, StatusReport)
        assert truth == (
            report.reference,
            report.recipient.number,
            report.sent_at,
            report.settled_at,
            report.status,
        )
    assert gammu.reports(reports) == truths
