"""Final results of a command (V.250 section 5.7; 27.007 section 9.2; 27.005 section 3.2.5), and what to do.

NO CARRIER, BUSY, NO ANSWER and CONNECT are no final results here: the box never dials, so they tell of a
call that came in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Ok:
    """OK: the command was carried out."""


@dataclass(frozen=True, slots=True)
class Error:
    """ERROR, without a reason."""


@dataclass(frozen=True, slots=True)
class CmeError:
    """+CME ERROR: the modem or its SIM said no. `text` is what followed the colon.

    `code` is found from the words too when the modem says words (AT+CMEE=2); None when they are unknown.
    """

    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class CmsError:
    """+CMS ERROR: the modem or the network would not take a text. Fields as in CmeError."""

    code: int | None
    text: str


Final = Ok | Error | CmeError | CmsError


class Advice(StrEnum):
    """What to do with a text that met this result."""

    RETRY = "RETRY"  # after 30 s, then double that each time
    RETRY_SOON = "RETRY_SOON"  # after 2 to 5 s
    RETRY_ONCE = "RETRY_ONCE"
    WAIT_FOR_NETWORK = "WAIT_FOR_NETWORK"
    CLEAN_STORE = "CLEAN_STORE"  # make room on the SIM, then again
    NEVER = "NEVER"  # it can only fail again
    STOP = "STOP"  # the SIM needs its owner: no text goes until then
    AS_SENT = "AS_SENT"  # the network has it
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"  # it may have gone: never again by itself
    RESET = "RESET"  # restart the modem once; if that does not help, STOP


@dataclass(frozen=True, slots=True)
class _Cause:
    meaning: str
    advice: Advice
    words: Mapping[int, str]  # code -> the standard's words, as modems print them after AT+CMEE=2


# Codes to 127 are the network's (24.011 annex E-2), 128 to 255 the service centre's (23.040 section
# 9.2.3.22), from 300 the modem's (27.005 section 3.2.5), from 512 each maker's own.
_CMS = (
    _Cause(
        "The phone company does not know this number.",
        Advice.NEVER,
        {
            1: "Unassigned (unallocated) number",
            28: "Unidentified subscriber",
            30: "Unknown subscriber",
            195: "Invalid SME address",
        },
    ),
    _Cause(
        "The phone company says this number can't get texts.",
        Advice.NEVER,
        {29: "Facility rejected", 196: "Destination SME barred"},
    ),
    _Cause(
        "This SIM may not send texts. Ask your phone company.",
        Advice.NEVER,
        {
            8: "Operator determined barring",
            10: "Call barred",
            50: "Requested facility not subscribed",
            69: "Requested facility not implemented",
            193: "No SC subscription",
        },
    ),
    _Cause(
        "The phone company could not read the text. Sending it again won't help.",
        Advice.NEVER,
        {
            81: "Invalid short message transfer reference value",
            95: "Invalid message, unspecified",
            96: "Invalid mandatory information",
            97: "Message type non-existent or not implemented",
            98: "Message not compatible with short message protocol state",
            99: "Information element non-existent or not implemented",
            144: "Data coding scheme (alphabet) not supported",
            159: "Unspecified TP-DCS error",
            176: "TPDU not supported",
            198: "TP-VPF not supported",
            199: "TP-VP not supported",
            303: "operation not supported",
            305: "invalid text mode parameter",
            342: "invalid message length",
        },
    ),
    _Cause(
        "The phone company turned the text away.",
        Advice.RETRY_ONCE,
        {
            21: "Short message transfer rejected",
            111: "Protocol error, unspecified",
            127: "Interworking, unspecified",
            255: "Unspecified error cause",
            350: "unknown",  # Quectel, when the service centre says no
        },
    ),
    _Cause(
        "The text was damaged on its way to the phone part.",
        Advice.RETRY_ONCE,
        {304: "invalid PDU mode parameter"},
    ),
    _Cause("The phone company can't reach their phone.", Advice.RETRY, {27: "Destination out of service"}),
    _Cause(
        "The phone network is busy or out of order.",
        Advice.RETRY,
        {
            38: "Network out of order",
            41: "Temporary failure",
            42: "Congestion",
            47: "Resources unavailable, unspecified",
            192: "SC busy",
            194: "SC system failure",
        },
    ),
    _Cause(
        "The phone part of the box had a fault.",
        Advice.RETRY,
        {300: "ME failure", 301: "SMS service of ME reserved", 320: "memory failure", 500: "unknown error"},
    ),
    # 330 is often said just after a start, before the SIM has been read.
    _Cause("The SIM does not know its text centre yet.", Advice.RETRY, {330: "SMSC address unknown"}),
    _Cause("The SIM was not ready yet.", Advice.RETRY, {532: "SIM not ready"}),  # Siemens
    _Cause("The phone part of the box was not ready yet.", Advice.RETRY_SOON, {302: "operation not allowed"}),
    _Cause("The SIM was busy.", Advice.RETRY_SOON, {314: "SIM busy"}),
    _Cause("There is no phone signal.", Advice.WAIT_FOR_NETWORK, {331: "no network service"}),
    _Cause(
        "The SIM's memory for texts is full.",
        Advice.CLEAN_STORE,
        {208: "SIM SMS storage full", 211: "Memory capacity exceeded", 322: "memory full"},
    ),
    _Cause("No SIM card found.", Advice.STOP, {310: "SIM not inserted"}),
    _Cause(
        "The SIM is locked. Type its lock code in Settings.",
        Advice.STOP,
        {311: "SIM PIN required", 317: "SIM PIN2 required"},
    ),
    _Cause("The phone part is locked to another SIM.", Advice.STOP, {312: "PH-SIM PIN required"}),
    _Cause(
        "The SIM has shut itself. Ring your phone company and ask for the PUK code.",
        Advice.STOP,
        {316: "SIM PUK required", 318: "SIM PUK2 required"},
    ),
    _Cause("The SIM is not working.", Advice.RESET, {313: "SIM failure", 315: "SIM wrong"}),
    _Cause("The phone part of the box is stuck.", Advice.RESET, {341: "buffer overflow"}),
    _Cause("The phone company already has this text.", Advice.AS_SENT, {197: "SM Rejected-Duplicate SM"}),
    _Cause(
        "The network did not answer, so the text may or may not have gone.",
        Advice.UNKNOWN_OUTCOME,
        {332: "network timeout"},
    ),
)

_CME = (
    _Cause(
        "The phone part of the box had a fault.",
        Advice.RETRY,
        {
            0: "phone failure",
            1: "no connection to phone",
            2: "phone-adaptor link reserved",
            3: "operation not allowed",
            23: "memory failure",
            100: "unknown",
        },
    ),
    _Cause(
        "The phone part of the box can't do this. Trying again won't help.",
        Advice.NEVER,
        {
            4: "operation not supported",
            21: "invalid index",
            22: "not found",
            24: "text string too long",
            25: "invalid characters in text string",
            26: "dial string too long",
            27: "invalid characters in dial string",
            50: "Incorrect parameters",
        },
    ),
    _Cause("No SIM card found.", Advice.STOP, {10: "SIM not inserted"}),
    _Cause(
        "The SIM is locked. Type its lock code in Settings.",
        Advice.STOP,
        {11: "SIM PIN required", 16: "incorrect password", 17: "SIM PIN2 required"},
    ),
    _Cause(
        "The SIM has shut itself. Ring your phone company and ask for the PUK code.",
        Advice.STOP,
        {12: "SIM PUK required", 18: "SIM PUK2 required"},
    ),
    _Cause("The SIM is not working.", Advice.STOP, {13: "SIM failure", 15: "SIM wrong"}),
    _Cause(
        "The phone part is locked to another SIM or network.",
        Advice.STOP,
        {
            5: "PH-SIM PIN required",
            6: "PH-FSIM PIN required",
            7: "PH-FSIM PUK required",
            40: "network personalization PIN required",
            41: "network personalization PUK required",
            42: "network subset personalization PIN required",
            43: "network subset personalization PUK required",
            44: "service provider personalization PIN required",
            45: "service provider personalization PUK required",
            46: "corporate personalization PIN required",
            47: "corporate personalization PUK required",
        },
    ),
    _Cause("The SIM was busy.", Advice.RETRY_SOON, {14: "SIM busy"}),
    _Cause("The SIM's memory for texts is full.", Advice.CLEAN_STORE, {20: "memory full"}),
    _Cause("There is no phone signal.", Advice.WAIT_FOR_NETWORK, {30: "no network service"}),
    _Cause(
        "The network won't let us on. Is the SIM active and in credit?",
        Advice.WAIT_FOR_NETWORK,
        {32: "network not allowed - emergency calls only"},
    ),
    # The same words as +CMS ERROR: 332, so the same doubt when they answer a text.
    _Cause(
        "The network did not answer, so the text may or may not have gone.",
        Advice.UNKNOWN_OUTCOME,
        {31: "network timeout"},
    ),
)


def _by_code(causes: tuple[_Cause, ...]) -> dict[int, _Cause]:
    return {code: cause for cause in causes for code in cause.words}


def _by_words(causes: tuple[_Cause, ...]) -> dict[str, int]:
    return {_plain(words): code for cause in causes for code, words in cause.words.items()}


def _plain(words: str) -> str:
    """Return words as modems agree on them: they differ in capitals, dashes and American spelling."""
    return re.sub("[^a-z0-9]+", " ", words.lower()).strip().replace("isation", "ization")


_CMS_BY_CODE, _CMS_BY_WORDS = _by_code(_CMS), _by_words(_CMS)
_CME_BY_CODE, _CME_BY_WORDS = _by_code(_CME), _by_words(_CME)

# Huawei says the last two where others say ERROR.
_ERRORS = ("ERROR", "COMMAND NOT SUPPORT", "TOO MANY PARAMETERS")
_WITH_CAUSE = re.compile(r"\+CM([ES]) ERROR:(.*)")
_CODE = re.compile(r"[0-9]{1,5}")


def parse_final(line: str) -> Final | None:
    """Read a whole line as the final result of a command. None when it is none."""
    if line == "OK":
        return Ok()
    if line in _ERRORS:
        return Error()
    match = _WITH_CAUSE.fullmatch(line)
    if match is None:
        return None
    text = match[2].strip()
    number = int(text) if _CODE.fullmatch(text) else None
    if match[1] == "E":
        return CmeError(_CME_BY_WORDS.get(_plain(text)) if number is None else number, text)
    return CmsError(_CMS_BY_WORDS.get(_plain(text)) if number is None else number, text)


def _cause(final: CmeError | CmsError) -> _Cause:
    causes = _CME_BY_CODE if isinstance(final, CmeError) else _CMS_BY_CODE
    unknown = _Cause(
        f"The text was refused, for a reason we don't know (code {final.code})."
        if final.code is not None
        else "The text was refused, for a reason we don't know.",
        Advice.RETRY_ONCE,
        {},
    )
    return unknown if final.code is None else causes.get(final.code, unknown)


def advice(final: Final) -> Advice:
    """Return what to do with a text that met this result."""
    match final:
        case Ok():
            return Advice.AS_SENT
        case Error():
            return Advice.RETRY
        case CmeError() | CmsError():
            return _cause(final).advice


def meaning(final: Final) -> str:
    """Say a result in one or two plain sentences for the owner."""
    match final:
        case Ok():
            return "The phone company took it."
        case Error():
            return "The phone part of the box said no, and not why."
        case CmeError() | CmsError():
            return _cause(final).meaning
