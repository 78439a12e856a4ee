"""PDUs that the campaign's modem hands over, written from 23.040 alone."""

from __future__ import annotations

from datetime import UTC, datetime

REPORT_ASKED = 0x20  # TP-SRR, section 9.2.3.5


def asks_for_a_report(submit: str) -> bool:
    """Tell whether an SMS-SUBMIT asks for a status report."""
    octets = bytes.fromhex(submit)
    return bool(octets[1 + octets[0]] & REPORT_ASKED)


def status_report(number: str, reference: int) -> str:
    """Encode an SMS-STATUS-REPORT that says "delivered" (section 9.2.2.3), with an empty service centre."""
    return f"0006{reference:02X}{_address(number)}{_stamp()}{_stamp()}00"


def deliver_in_two(sender: str, words: str, reference: int) -> list[str]:
    """Encode a text as two SMS-DELIVERs in UCS2 (sections 9.2.2.1 and 9.2.3.24.1)."""
    half = len(words) // 2
    stamp = _stamp()
    return [
        _part(sender, part, stamp, f"050003{reference:02X}02{sequence:02X}")
        for sequence, part in enumerate((words[:half], words[half:]), 1)
    ]


def _part(sender: str, words: str, stamp: str, header: str) -> str:
    body = header + words.encode("utf-16-be").hex().upper()
    return f"0044{_address(sender)}0008{stamp}{len(body) // 2:02X}{body}"


def _address(number: str) -> str:
    digits = number.removeprefix("+")
    kind = "91" if number.startswith("+") else "81"
    return f"{len(digits):02X}{kind}{_swap(digits + 'F' * (len(digits) % 2))}"


def _stamp() -> str:
    return _swap(datetime.now(UTC).strftime("%y%m%d%H%M%S")) + "00"


def _swap(digits: str) -> str:
    return "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))
