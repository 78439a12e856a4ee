"""Does what the owner orders by text, and answers to the owner's stored mobile alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from appliance.circumstances import Circumstances
from appliance.core import answers, commands, numbers, orders
from appliance.core.commands import Guard
from appliance.core.hours import LONDON, promise_time
from appliance.core.lists import NumberList
from appliance.core.orders import Order
from appliance.core.outbox import TextKind
from appliance.core.settings import Settings, with_value
from appliance.counts import today
from appliance.drivers.journal import Call, Incoming, Journal
from appliance.drivers.people_file import PeopleRefused, PeopleUnreadable, PeopleUnwritable
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable, SettingsUnwritable

log = logging.getLogger(__name__)

GUARD = "command_guard"  # the mark that wrong lock codes are counted in
RANG = "rang, and wrote nothing."
_ANSWERED_WITHIN = timedelta(hours=1)  # later an answer only puzzles
_REPLY_WITHIN = timedelta(hours=12)
_LOOKED_AT = 10  # conversations, for who rang or wrote last
# Each says in a sentence what the owner can do about it.
_REFUSALS = (SettingsUnreadable, SettingsUnwritable, PeopleUnreadable, PeopleUnwritable, PeopleRefused)


class Steward:
    """Hears the owner's texts, and those of whoever forged the owner's number.

    `hear` runs inside the transaction that keeps the text, and may raise JournalUnavailable. `headline`
    gives the two lines of the state that the box shows.
    """

    def __init__(
        self,
        journal: Journal,
        file: SettingsFile,
        circumstances: Circumstances,
        headline: Callable[[datetime], tuple[str, str]],
    ) -> None:
        self._journal = journal
        self._file = file
        self._now = circumstances
        self._headline = headline

    def hear(self, words: str, at: datetime) -> None:
        """Judge a text that came from the owner's number, do what it orders, and answer."""
        before = self._guard()
        heard = commands.hear(before, self._now.settings, words, at.astimezone(LONDON))
        if heard.guard != before:
            self._journal.set_mark(GUARD, json.dumps(commands.to_record(heard.guard)))
            if heard.guard.off_until is not None:
                self._journal.event("commands_off", at)
        answer = heard.answer
        if heard.order is not None:
            log.info("order by text: %s", type(heard.order).__name__)
            answer = self._do(heard.order, at)
        owner = self._now.settings.owner_mobile
        if answer is not None and owner is not None and self._now.set_up:
            self._journal.queue_text(
                to=owner, body=answer, kind=TextKind.ANSWER, at=at, expires_at=at + _ANSWERED_WITHIN
            )

    def _guard(self) -> Guard:
        stored = self._journal.mark(GUARD)
        if stored is None:
            return Guard()
        try:
            record = json.loads(stored)
        except ValueError:
            record = None
        return commands.from_record(record if isinstance(record, dict) else {"wrong": None})

    def _do(self, order: Order, at: datetime) -> str:
        """Do it, and return the answer."""
        try:
            return self._done(order, at)
        except _REFUSALS as refused:
            log.error("%s", refused)
            return str(refused)

    def _done(self, order: Order, at: datetime) -> str:
        local = at.astimezone(LONDON)
        match order:
            case orders.ShowStatus():
                counts = self._journal.counts_today(at - today(at))
                return answers.status(*self._headline(at), counts.missed, counts.wrote_back)
            case orders.Pause(until):
                self._set(paused_until=until)
                return answers.paused(until, local)
            case orders.Away(until):
                settings = self._set(away_until=until)
                return answers.away(until, local, promise_time(settings, local))
            case orders.Resume():
                self._set(paused_until=None, away_until=None)
                return answers.RESUMED
            case orders.NeverText(key):
                self._file.people.set_list(key, NumberList.NEVER)
                self._now.lists = self._file.people.lists()
                return answers.never_texted(key)
            case orders.ShowLast() | orders.ReplyToLast() | orders.MarkDone():
                return self._with_last(order, at)
            case _:
                assert_never(order)

    def _with_last(self, order: orders.ShowLast | orders.ReplyToLast | orders.MarkDone, at: datetime) -> str:
        last = self._last()
        if last is None:
            return answers.NOBODY
        key = last.key or (last.number if isinstance(last, Call) else last.sender)
        if key is None:
            return answers.NOBODY
        name = self._now.contacts.name_of(key)
        match order:
            case orders.ShowLast():
                when, said = (
                    (last.started_at, RANG) if isinstance(last, Call) else (last.received_at, last.body)
                )
                return answers.last(key, name, when, said, at.astimezone(LONDON))
            case orders.MarkDone():
                self._journal.mark_done(key)
                return answers.done(key, name)
            case orders.ReplyToLast(words):
                return self._reply(key, name, words, at)
            case _:
                assert_never(order)

    def _reply(self, key: str, name: str | None, words: str, at: datetime) -> str:
        if self._journal.is_suppressed(key):
            return answers.STOPPED
        if numbers.mobile_country(key) not in {"GB", *self._now.settings.countries}:
            return answers.cannot_be_texted(key, name)
        self._journal.queue_text(
            to=key, body=words, kind=TextKind.REPLY, at=at, expires_at=at + _REPLY_WITHIN
        )
        return answers.sending(key, name)

    def _last(self) -> Call | Incoming | None:
        """Return the newest call or text of somebody else than the owner and the box, None without any."""
        ours = {self._now.settings.owner_mobile, numbers.key(self._now.own_number)}
        found: list[Call | Incoming] = []
        for person in self._journal.people(_LOOKED_AT):
            if person.person in ours or numbers.key(person.person) is None:
                continue
            theirs = [
                item
                for item in self._journal.person(person.person, _LOOKED_AT)
                if isinstance(item, Call | Incoming)
            ]
            found += theirs[-1:]
        return max(
            found,
            key=lambda item: item.started_at if isinstance(item, Call) else item.received_at,
            default=None,
        )

    def _set(self, **values: datetime | None) -> Settings:
        def change(settings: Settings) -> Settings:
            for key, value in values.items():
                settings = with_value(settings, key, None if value is None else value.isoformat())
            return settings

        self._now.settings = self._file.update(change)
        return self._now.settings
