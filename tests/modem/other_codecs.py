"""Two SMS codecs that other people wrote, each behind one function: smspdudecoder, and gammu.

gammu comes as Debian's python3-gammu, which belongs to Debian's own Python: it runs there, in a process
of its own that is handed all messages at once.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from smspdudecoder.fields import SMSDeliver, SMSSubmit

from appliance.modem.pdu import Concat

_DEBIAN_PYTHON = Path("/usr/bin/python3")


@dataclass(frozen=True)
class Reading:
    """One message as one reader reads it: octets for 8-bit data, None when it would not read the text."""

    number: str | None
    text: str | bytes | None
    concat: Concat | None = None
    sent_at: datetime | None = None
    validity: timedelta | None = None


def smspdudecoder_delivered(hex_pdu: str) -> Reading:
    """Read an SMS-DELIVER with smspdudecoder."""
    try:
        message: dict[str, Any] = SMSDeliver.decode(StringIO(hex_pdu))
    except ValueError:
        return Reading(None, None)
    data = message["user_data"]
    return Reading(
        _number(message["sender"]), data["data"], _concat(data["header"]), message["scts"].astimezone(UTC)
    )


def smspdudecoder_submitted(hex_pdu: str) -> Reading:
    """Read an SMS-SUBMIT with smspdudecoder."""
    message: dict[str, Any] = SMSSubmit.decode(StringIO(hex_pdu))
    units = {name: message.get(f"validity-{name}", 0) for name in ("minutes", "hours", "days", "weeks")}
    data = message["user_data"]
    return Reading(
        _number(message["recipient"]),
        data["data"],
        _concat(data["header"]),
        validity=timedelta(**units) if "vp" in message else None,
    )


def _number(address: dict[str, Any]) -> str:
    plus = "+" if address["toa"]["ton"] == "international" else ""
    return plus + str(address["number"])


def _concat(header: dict[str, Any] | None) -> Concat | None:
    found = None
    for element in header["elements"] if header else []:
        if element["iei"] in (0x00, 0x08):
            data = element["data"]
            found = Concat(data["reference"], data["parts_count"], data["part_number"])
    return found


# What runs in Debian's Python: jobs come in on standard input, answers go out in the same order.
_WORKER = """
import json, sys
from datetime import datetime
import gammu

EMPTY = dict(
    Type="Deliver", State="UnRead", Class=-1, Folder=0, InboxFolder=0, Location=0, Memory="", Name="",
    MessageReference=0, RejectDuplicates=0, ReplaceMessage=0, ReplyViaSameSMSC=0, DeliveryStatus=0,
    SMSC={"Number": "+447700900000"},
)

def plain(value):
    if isinstance(value, bytes):
        return {"octets": value.hex()}
    return value.isoformat() if isinstance(value, datetime) else value

def decode(octets):
    try:
        message = gammu.DecodePDU(bytes.fromhex(octets), True)
    except gammu.GSMError:
        return None
    wanted = "Type", "Number", "Text", "DateTime", "SMSCDateTime", "MessageReference", "DeliveryStatus"
    answer = {name: plain(message[name]) for name in wanted}
    answer["UDH"] = {name: message["UDH"][name] for name in ("ID8bit", "ID16bit", "AllParts", "PartNumber")}
    answer["Validity"] = message["SMSC"]["Validity"]
    return answer

def encode(job):
    header = bytes.fromhex(job["header"])
    message = dict(EMPTY, Number=job["number"], Text=job["text"], Coding=job["coding"])
    message["DateTime"] = message["SMSCDateTime"] = datetime.fromisoformat(job["at"])
    if header:
        message["UDH"] = {"Type": "UserUDH", "Text": header}
    return gammu.EncodePDU(message, "Deliver").hex()

jobs = json.load(sys.stdin)
json.dump([decode(job) if isinstance(job, str) else encode(job) for job in jobs], sys.stdout)
"""


class Gammu:
    """gammu, in Debian's Python. On a machine without it, tests fail in CI and are left out elsewhere."""

    def __init__(self) -> None:
        ready = _DEBIAN_PYTHON.exists() and (
            subprocess.run(
                [_DEBIAN_PYTHON, "-I", "-c", "import gammu"], capture_output=True, check=False
            ).returncode
            == 0
        )
        if not ready:
            reason = "gammu is not here: apt-get install --no-install-recommends python3-gammu"
            if os.environ.get("CI", "").lower() in ("1", "true"):
                pytest.fail(reason)
            pytest.skip(reason)

    def delivered(self, messages: Sequence[str]) -> list[Reading]:
        """Read SMS-DELIVERs. The times it gives have no zone: they are returned as if they were UTC."""
        return [
            Reading(None, None) if answer is None else _reading(answer, sent_at=_time(answer["DateTime"]))
            for answer in self._work(messages)
        ]

    def submitted(self, messages: Sequence[str]) -> list[Reading]:
        """Read SMS-SUBMITs."""
        return [_reading(answer, validity=_validity(answer["Validity"])) for answer in self._work(messages)]

    def reports(
        self, messages: Sequence[str]
    ) -> list[tuple[int, str, datetime | None, datetime | None, int]]:
        """Read SMS-STATUS-REPORTs: reference, number, time sent, time settled, status."""
        return [
            (
                answer["MessageReference"],
                answer["Number"],
                _time(answer["DateTime"]),
                _time(answer["SMSCDateTime"]),
                answer["DeliveryStatus"],
            )
            for answer in self._work(messages)
        ]

    def deliver(self, number: str, text: str, *, ucs2: bool, header: bytes, at: datetime) -> dict[str, str]:
        """Return the job of writing one SMS-DELIVER, for `write`."""
        coding = "Unicode_No_Compression" if ucs2 else "Default_No_Compression"
        local = at.replace(tzinfo=None).isoformat()
        return {"number": number, "text": text, "coding": coding, "header": header.hex(), "at": local}

    def write(self, jobs: Sequence[dict[str, str]]) -> list[str]:
        """Write SMS-DELIVERs, in hex. gammu always writes zone 0."""
        return [str(hex_pdu) for hex_pdu in self._work(jobs)]

    def _work(self, jobs: Sequence[str] | Sequence[dict[str, str]]) -> list[Any]:
        done = subprocess.run(
            [_DEBIAN_PYTHON, "-I", "-c", _WORKER],
            input=json.dumps(list(jobs)),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={"LC_ALL": "C.UTF-8"},
        )
        answers: list[Any] = json.loads(done.stdout)
        assert len(answers) == len(jobs)
        return answers


def _reading(
    answer: dict[str, Any], *, sent_at: datetime | None = None, validity: timedelta | None = None
) -> Reading:
    header = answer["UDH"]
    concat = None
    if header["AllParts"] > 0:
        reference = header["ID16bit"] if header["ID8bit"] == -1 else header["ID8bit"]
        concat = Concat(reference, header["AllParts"], header["PartNumber"])
    text = answer["Text"]
    return Reading(
        answer["Number"],
        bytes.fromhex(text["octets"]) if isinstance(text, dict) else text,
        concat,
        sent_at,
        validity,
    )


def _time(iso: str | None) -> datetime | None:
    return datetime.fromisoformat(iso).replace(tzinfo=UTC) if iso else None


def _validity(words: str) -> timedelta | None:
    if words == "NA":
        return None
    if words == "Max":
        return timedelta(weeks=63)
    unit = {"M": timedelta(minutes=1), "D": timedelta(days=1), "W": timedelta(weeks=1)}[words[-1]]
    return int(words[:-1]) * unit
