"""The modem's own log against the journal: what must never be, however often the box was killed."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.modem import CrashModem
    from tests.crash.witness import Witness

_MOST_NAMES = 7  # as many fit into a notice of one part


def wrongs(modem: CrashModem, witness: Witness) -> list[str]:
    """Return everything that is wrong, one sentence each; to be asked when all has settled."""
    return [
        *_of_the_file(witness),
        *_of_calls(modem, witness),
        *_of_texts_out(modem, witness),
        *_of_doubts(modem, witness),
        *_of_texts_in(modem, witness),
    ]


def _of_the_file(witness: Witness) -> Iterator[str]:
    (check,) = witness.rows("PRAGMA integrity_check")
    if check["integrity_check"] != "ok":
        yield f"the journal is damaged: {check}"
    for orphan in witness.rows("PRAGMA foreign_key_check"):
        yield f"a row belongs to nothing: {orphan}"


def _of_calls(modem: CrashModem, witness: Witness) -> Iterator[str]:
    texts = Counter(
        row["recipient"] for row in witness.rows("SELECT * FROM texts WHERE kind = 'missed_call'")
    )
    for number in modem.rang:
        rows = witness.rang(number)
        verdicts = [row["verdict"] for row in rows]
        if not rows:
            yield f"lost: the call of {number}"
        elif any(row["outcome"] != "missed" for row in rows):
            yield f"the call of {number} is not over: {rows}"
        elif verdicts.count("TEXT") > 1 or (verdicts.count("TEXT") == 0 and not modem.skills.lists):
            yield f"{number} rang and should be texted once: {verdicts}"
        elif texts["+44" + number[1:]] != verdicts.count("TEXT"):
            yield f"{number} was to be texted, and has {texts['+44' + number[1:]]} texts"


def _of_texts_out(modem: CrashModem, witness: Witness) -> Iterator[str]:
    went = Counter((one.number, one.part, one.text) for one in modem.sent)
    yield from (f"sent {times} times: {one}" for one, times in went.items() if times > 1)
    yield from (f"the network took what was not written down: {one}" for one in witness.unwritten)
    known: Counter[tuple[str, int, str]] = Counter()
    for part in _parts(witness):
        found = [one for one in went if one[:2] == (part["to"], part["sequence"]) and one[2] in part["body"]]
        known.update(found)
        match part["state"], len(found):
            case ("SENT" | "DELIVERED", 1) | ("UNKNOWN", 0 | 1):
                pass
            case "QUEUED", 0 if part["whole"] == "UNKNOWN":
                pass  # of a text in doubt the rest is not sent
            case state, number:
                yield f"{state} in the journal, {number} with the network: {part}"
    yield from (f"no row for {one}" for one in went if known[one] != 1)


def _parts(witness: Witness) -> list[dict[str, Any]]:
    return witness.rows(
        "SELECT texts.id, recipient AS 'to', kind, sequence, parts.state, texts.state AS whole, body"
        " FROM parts JOIN texts ON texts.id = text_id"
    )


def _of_doubts(modem: CrashModem, witness: Witness) -> Iterator[str]:
    """Yield what the owner was not told of, or was told of twice."""
    board = witness.rows("SELECT value FROM marks WHERE name = 'notice_board'")
    told = json.loads(board[0]["value"])["told"] if board else []
    subjects = [subject for kind, subject, _ in told if kind == "uncertain"]
    notices = [row["body"] for row in witness.rows("SELECT body FROM texts WHERE kind = 'notice'")]
    for text in witness.rows("SELECT * FROM texts WHERE state = 'UNKNOWN' AND kind = 'missed_call'"):
        if modem.skills.ledger:
            yield f"in doubt, though the modem can tell: {text}"
        if subjects.count(str(text["id"])) != 1:
            yield f"the owner was not told of {text}"
    for number in modem.rang:
        shown = f"{number[:5]} {number[5:]}"
        times = sum(shown in words for words in notices)
        if times > 1:
            yield f"the owner was told {times} times of {shown}: {notices}"
        unknown = witness.rows(
            "SELECT 1 FROM texts WHERE state = 'UNKNOWN' AND kind = 'missed_call' AND recipient = ?",
            "+44" + number[1:],
        )
        if unknown and not times and not any(_is_cut(words) for words in notices):
            yield f"no notice names {shown}: {notices}"


def _is_cut(words: str) -> bool:
    return words.count("07700") >= _MOST_NAMES or words.endswith("...")


def _of_texts_in(modem: CrashModem, witness: Witness) -> Iterator[str]:
    kept = Counter((row["sender"], row["body"]) for row in witness.rows("SELECT sender, body FROM incoming"))
    for text in modem.texts_in:
        if kept[text] != 1:
            yield f"kept {kept[text]} times: {text}"
    yield from (f"kept, and never came: {text}" for text in kept if text not in modem.texts_in)
    if modem.store:
        yield f"still on the SIM: {modem.store}"
    copies = Counter(row["body"] for row in witness.rows("SELECT body FROM texts WHERE kind = 'forward'"))
    for sender, words in modem.texts_in:
        times = sum(count for body, count in copies.items() if words in body)
        if times > 1:
            yield f"copied to the owner {times} times: {sender} {words}"
