"""Texts on their way out: the network's delay, its refusals, message references and delivery reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.simulator import sms_pdu
from appliance.simulator.answers import CmsRefused
from appliance.simulator.network import Network
from appliance.simulator.schedule import Schedule

NO_SERVICE = 331
LOST_ON_THE_WAY = 332


@dataclass(frozen=True, slots=True)
class Accepted:
    """One SMS-SUBMIT the network took. `at` is wall time; `reference` is the TP-MR the modem was told."""

    submit: sms_pdu.Submit
    pdu: str
    reference: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """One text as its reader would see it. `complete` is False while parts of a long one are missing."""

    number: str
    text: str
    pdus: tuple[str, ...]
    references: tuple[int, ...]
    at: datetime
    complete: bool


class Outgoing:
    """The way out, and what a test has arranged to go wrong on it."""

    def __init__(
        self, schedule: Schedule, network: Network, wall: Callable[[], datetime], delay: float
    ) -> None:
        self._schedule = schedule
        self._network = network
        self._wall = wall
        self.delay = delay
        self.report_delay = 1.0
        self.report_status = 0x00  # TP-ST of the reports to come: 0 is delivered
        self.failures: deque[int] = deque()
        self.silences: deque[bool] = (
            deque()
        )  # the next answers that never come: whether the text goes all the same
        self.lost_prompts = 0
        self.accepted: list[Accepted] = []
        self.on_report: Callable[[bytes], None] = lambda _tpdu: None
        self._next_reference = 0

    def attempt(self, submit: sms_pdu.Submit, tpdu: bytes) -> int:
        """Hand one unit to the network; return its reference. CmsRefused when the network says no."""
        if not self._network.attached:
            raise CmsRefused(NO_SERVICE)
        if self.failures:
            raise CmsRefused(self.failures.popleft())
        reference = self._next_reference
        self._next_reference = (reference + 1) % 256
        self.accepted.append(Accepted(submit, (b"\x00" + tpdu).hex().upper(), reference, self._wall()))
        if submit.wants_report:
            self._plan_report(submit.recipient, reference, self._wall())
        return reference

    def _plan_report(self, recipient: sms_pdu.Address, reference: int, sent: datetime) -> None:
        status = self.report_status

        def report() -> None:
            self.on_report(sms_pdu.build_report(reference, recipient, sent, self._wall(), status))

        self._schedule.after(self.report_delay, report, survives=True)


def messages_of(accepted: Iterable[Accepted]) -> list[Sent]:
    """Join the parts of long texts, in the order the first part of each went.

    A part that came twice opens a message of its own, so that nothing sent twice can hide.
    """
    groups: list[list[Accepted]] = []
    for one in accepted:
        group = next((g for g in groups if _continues(g, one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return [_sent(group) for group in groups]


def _continues(group: list[Accepted], one: Accepted) -> bool:
    first, mine = group[0].submit, one.submit.concatenation
    theirs = first.concatenation
    if mine is None or theirs is None or first.recipient != one.submit.recipient:
        return False
    same = (mine.reference, mine.total) == (theirs.reference, theirs.total)
    return same and mine.sequence not in [
        p.submit.concatenation.sequence for p in group if p.submit.concatenation
    ]


def _sent(group: list[Accepted]) -> Sent:
    def sequence(part: Accepted) -> int:
        return part.submit.concatenation.sequence if part.submit.concatenation else 1

    ordered = sorted(group, key=sequence)
    whole = group[0].submit.concatenation
    return Sent(
        number=group[0].submit.recipient.number,
        text=sms_pdu.join([part.submit.text for part in ordered]),
        pdus=tuple(part.pdu for part in group),
        references=tuple(part.reference for part in group),
        at=group[0].at,
        complete=whole is None or len(group) == whole.total,
    )
