"""The foreign modem with what the campaign needs besides: status reports, a store, a list of missed calls.

Its own log is the truth that the journal is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.crash import pdus
from tests.foreign_codec import Submit, decode_submit, deliver_pdu, split_commands
from tests.foreign_modem import ESC, ForeignModem, Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNREAD, UNSENT, SENT = 0, 2, 3  # <stat>, 27.005 section 3.1
RINGS = 4  # <stat> of +CLCC, 27.007 section 7.18


@dataclass(frozen=True)
class Skills:
    """What a modem can: report on texts, mark in its store what it has sent, list the calls it missed."""

    reports: bool = False
    ledger: bool = False
    lists: bool = False


class CrashModem(ForeignModem):
    """`witness` is told of every text at the moment the network takes it, in the modem's own thread."""

    def __init__(
        self, link: Path, skills: Skills, witness: Callable[[Submit], None], habits: Habits | None = None
    ) -> None:
        self.skills = skills
        self.witness = witness
        self.texts_in: list[tuple[str, str]] = []  # sender and words of all that came in
        self.rang: list[str] = []  # everybody who rang
        self.missed: list[str] = []  # the modem's own list, the newest first
        self._to_store = False  # whether the prompt is that of +CMGW
        self._book = ""
        super().__init__(link, habits)

    # --- what a test does to it ---

    def text(self, sender: str, words: str) -> None:
        """Let a text arrive."""
        self._come(sender, words, [deliver_pdu(sender, words)])

    def long_text(self, sender: str, words: str, reference: int) -> None:
        """Let a text of two parts arrive."""
        self._come(sender, words, pdus.deliver_in_two(sender, words, reference))

    def _come(self, sender: str, words: str, parts: list[str]) -> None:
        self.texts_in.append((sender, words))
        for pdu in parts:
            self._wire.later(0, partial(self._arrive, pdu))

    # --- commands ---

    def _answer_line(self, body: str) -> None:
        (name, rest), *_ = split_commands(body)
        if self.skills.ledger and name == "+CMGW":
            self._busy, self._to_store = False, True
            self._expect = int(rest.removeprefix("=").partition(",")[0])
            self._wire.write(self.habits.line_end.encode() + b"> ")
        elif self.skills.ledger and name == "+CMSS":
            index = int(rest.removeprefix("="))
            self._wire.later(self.habits.send_delay, lambda: self._send_stored(index))
        else:
            super()._answer_line(body)

    def _answer(self, name: str, rest: str) -> list[str]:
        match name, rest:
            case "+CGMI" | "+CGMM", "" if self.skills.ledger:
                return ["Textback" if name == "+CGMI" else "Modem with a ledger"]
            case "+CGSN", "":
                return ["490154203237518"]
            case "+CPBS", '="MC"' if self.skills.lists:
                self._book = "MC"
                return []
            case "+CPBS", "?" if self._book:
                return [f'+CPBS: "MC",{len(self.missed)},100']
            case "+CPBR", _ if self._book:
                return [f'+CPBR: {place},"{number}",129,""' for place, number in enumerate(self.missed, 1)]
            case "+CMGL", "=4" if not self._text_mode:
                return [row for index in sorted(self.store) for row in self._read(index, f"{index},")]
            case _:
                return super()._answer(name, rest)

    # --- texts out ---

    def _take_pdu(self, byte: int) -> None:
        if byte == ESC:
            self._to_store = False
        super()._take_pdu(byte)

    def _submit(self, pdu: str, octets: int) -> None:
        if self._to_store:
            self._to_store = False
            self._keep_own(pdu, octets)
            return
        before = len(self.submits)
        super()._submit(pdu, octets)
        for one in self.submits[before:]:
            self._took(one, pdu)

    def _keep_own(self, pdu: str, octets: int) -> None:
        self._busy = False
        if decode_submit(pdu, octets, 0, None) is None:
            self._say("+CMS ERROR: 304")
            return
        index = self._keep(pdu)
        self.store[index] = (UNSENT, pdu)
        self._say(f"+CMGW: {index}")
        self._say("OK")

    def _send_stored(self, index: int) -> None:
        """Hand a stored text to the network, and mark it: here this is one moment."""
        self._busy = False
        status, pdu = self.store.get(index, (UNREAD, ""))
        self._reference = (self._reference + 1) % 256
        one = decode_submit(pdu, len(pdu) // 2 - 1, self._reference, None) if status >= UNSENT else None
        if one is None:
            self._say("+CMS ERROR: 321")
            return
        self.store[index] = (SENT, pdu)
        self.submits.append(one)
        self._took(one, pdu)
        self._say(f"+CMSS: {one.reference}")
        self._say("OK")

    def _took(self, one: Submit, pdu: str) -> None:
        self.witness(one)
        if self.skills.reports and pdus.asks_for_a_report(pdu):
            report = pdus.status_report(one.number, one.reference)
            self._wire.later(2 * self.habits.send_delay, lambda: self._report(report))

    def _report(self, report: str) -> None:
        index = self._keep(report)
        if self._cnmi.split(",")[3:4] == ["2"]:
            self._say(f'+CDSI: "SM",{index}')

    # --- texts in, and what lies in the store ---

    def _read(self, index: int, prefix: str | None = None) -> list[str]:
        status, pdu = self.store[index]
        rows = super()._read(index, prefix)
        if status >= UNSENT:
            self.store[index] = (status, pdu)
        return rows

    # --- calls ---

    def _over(self, then: str | None) -> None:
        call = self._call
        if call is not None and call.state == RINGS and call.number:
            self.missed.insert(0, call.number)
        super()._over(then)
