"""What a command may come to, and how it is written on the wire.

V.250 section 5.7, 27.007 section 9, 27.005 section 3.2.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OK = "OK"
ERROR = "ERROR"

# V.250 table 1. Anything else goes out in words even after ATV0.
NUMERIC_CODES = {
    "OK": "0",
    "CONNECT": "1",
    "RING": "2",
    "NO CARRIER": "3",
    "ERROR": "4",
    "NO DIALTONE": "6",
    "BUSY": "7",
    "NO ANSWER": "8",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines of information and the final result. `final` None: no result comes, and the modem is free."""

    info: tuple[str, ...] = ()
    final: str | None = OK


@dataclass(frozen=True, slots=True)
class Later:
    """The outcome takes a while, in seconds. `if_aborted` None: characters that arrive meanwhile are lost."""

    delay: float
    then: Callable[[], Outcome]
    if_aborted: Callable[[], Answer] | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The command wants its text now: `> `, then characters up to Ctrl-Z, or ESC (27.005 section 3.5.1).

    `by_lines`: text mode, where a carriage return begins a new line and brings a new prompt.
    """

    then: Callable[[str], Outcome]
    by_lines: bool


Outcome = Answer | Later | Prompt


class Refused(Exception):
    """The command line ends in ERROR."""


class BadParameter(Refused):
    """A value is missing, malformed or out of range."""


class CmeRefused(Refused):
    """The equipment or the network says no: +CME ERROR."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class CmsRefused(Refused):
    """The message service says no: +CMS ERROR."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


CME_WORDS = {
    0: "phone failure",
    3: "operation not allowed",
    4: "operation not supported",
    10: "SIM not inserted",
    11: "SIM PIN required",
    12: "SIM PUK required",
    13: "SIM failure",
    14: "SIM busy",
    16: "incorrect password",
    20: "memory full",
    21: "invalid index",
    22: "not found",
    30: "no network service",
    31: "network timeout",
    50: "incorrect parameters",
    100: "unknown",
}

CMS_WORDS = {
    21: "short message transfer rejected",
    27: "destination out of service",
    28: "unidentified subscriber",
    38: "network out of order",
    41: "temporary failure",
    42: "congestion",
    300: "ME failure",
    301: "SMS service of ME reserved",
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "SIM not inserted",
    311: "SIM PIN required",
    313: "SIM failure",
    314: "SIM busy",
    316: "SIM PUK required",
    320: "memory failure",
    321: "invalid memory index",
    322: "memory full",
    330: "SMSC address unknown",
    331: "no network service",
    332: "network timeout",
    340: "no +CNMA acknowledgement expected",
    500: "unknown error",
}


def final_of(refusal: Refused, error_mode: int) -> str:
    """Return the final result of a refusal under AT+CMEE: 0 plain, 1 a number, 2 words."""
    match refusal:
        case CmsRefused():  # 27.005 gives no way to switch it off, only to have it in words
            words = CMS_WORDS.get(refusal.code, str(refusal.code))
            return f"+CMS ERROR: {words if error_mode == 2 else refusal.code}"
        case CmeRefused() if error_mode:
            words = CME_WORDS.get(refusal.code, str(refusal.code))
            return f"+CME ERROR: {words if error_mode == 2 else refusal.code}"
        case _:
            return ERROR


@dataclass(frozen=True, slots=True)
class Style:
    """How lines are dressed: ATV, ATQ, S3 and S4."""

    verbose: bool
    quiet: bool
    terminator: str
    line_feed: str

    def information(self, lines: tuple[str, ...]) -> list[str]:
        """Return the lines of one answer's information text, ready to send."""
        end = self.terminator + self.line_feed
        dressed = [line + end for line in lines]
        if dressed and self.verbose:
            dressed[0] = end + dressed[0]
        return dressed

    def result(self, line: str) -> str:
        """Return a result code, final or unsolicited; empty after ATQ1."""
        if self.quiet:
            return ""
        if not self.verbose and line in NUMERIC_CODES:
            return NUMERIC_CODES[line] + self.terminator
        end = self.terminator + self.line_feed
        return end + line + end
