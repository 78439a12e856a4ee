"""What the foreign modem reads and writes: command lines, SMS-SUBMIT in, SMS-DELIVER out."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from smspdudecoder.fields import SMSSubmit


@dataclass(frozen=True)
class Submit:
    """One SMS-SUBMIT the modem was given, decoded. `refused` is the +CMS code it got, None when it went."""

    number: str
    text: str
    part: int
    parts: int
    reference: int
    at: float
    refused: int | None


def split_commands(body: str) -> list[tuple[str, str]]:
    """Split a command line, less its AT, into (name, rest): V.250 section 5.4."""
    found: list[tuple[str, str]] = []
    for piece in re.findall(r'\+(?:[^;"]|"[^"]*")*;?|&?[A-Za-z][0-9]*|[^\s;]', body):
        name = re.match(r"\+[A-Z0-9]*|&?[A-Z]", piece.upper())
        if name is None:
            return [("?", body)]
        found.append((name[0], piece[name.end() :].removesuffix(";").strip()))
    return found or [("", "")]


def decode_submit(pdu: str, octets: int, reference: int, refused: int | None) -> Submit | None:
    """Decode what came after the prompt; None when it is no SMS-SUBMIT of the octets announced."""
    try:
        read: dict[str, Any] = SMSSubmit.decode(StringIO(pdu))
        if len(pdu) != 2 * (1 + int(pdu[:2], 16) + octets):
            return None
    except (ValueError, KeyError, AssertionError):
        return None
    header = read["user_data"]["header"]
    pieces = [one["data"] for one in header["elements"] if one["iei"] in {0, 8}] if header else []
    plus = "+" if read["recipient"]["toa"]["ton"] == "international" else ""
    return Submit(
        number=plus + read["recipient"]["number"],
        text=read["user_data"]["data"],
        part=pieces[0]["part_number"] if pieces else 1,
        parts=pieces[0]["parts_count"] if pieces else 1,
        reference=reference,
        at=time.monotonic(),
        refused=refused,
    )


def deliver_pdu(sender: str, words: str) -> str:
    """Encode an SMS-DELIVER in UCS2 (23.040 section 9.2.2.1), with an empty service centre."""
    digits = sender.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    kind = "91" if sender.startswith("+") else "81"
    stamp = _swap(datetime.now(UTC).strftime("%y%m%d%H%M%S")) + "00"
    body = words.encode("utf-16-be")
    return f"0004{len(digits):02X}{kind}{_swap(padded)}0008{stamp}{len(body):02X}{body.hex().upper()}"


def _swap(digits: str) -> str:
    return "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))
