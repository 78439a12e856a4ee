"""A box of nothing but rules: the pure core with a list for a journal, and clocks that tests set.

It puts the pieces together as the daemon does, so that what is proved of it holds for the order in which
they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appliance.core import hours, inbox, numbers, policy, wording
from appliance.core.calls import Presentation
from appliance.core.inbox import Acknowledged, Meaning, Start, Stop
from appliance.core.opt_out import suppression_hash
from appliance.core.policy import Decision
from appliance.core.reckoning import Reckoning
from appliance.core.settings import Settings, from_tree
from appliance.core.tally import Tally

LONDON = ZoneInfo("Europe/London")
BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
KEY = b"sixteen bytes and more"


@dataclass
class World:
    """True time in seconds, which only grows, and what a box's wall clock makes of it."""

    seconds: float = 0.0
    error: timedelta = timedelta(0)

    @property
    def wall(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.seconds) + self.error

    def wait(self, **span: float) -> None:
        self.seconds += timedelta(**span).total_seconds()


@dataclass(frozen=True)
class Sent:
    """A text that went out: when by true time, when by the box's clock, to whom, and why."""

    id: int
    true: float
    wall: datetime
    key: str
    kind: str


@dataclass
class SimulatedBox:
    world: World = field(default_factory=World)
    settings: Settings = field(
        default_factory=lambda: from_tree({"business": "Plumbing", "owner_mobile": "07700900999"})
    )
    number: str = "+447700900998"
    clock_sure: bool = True
    sent: list[Sent] = field(default_factory=list)
    calls: list[Decision] = field(default_factory=list)
    suppressed: set[str] = field(default_factory=set)
    always: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)
    reckoning: Reckoning = field(default_factory=Reckoning)
    high_water: datetime | None = None  # written down with every text

    def restart(self) -> None:
        """Pull the plug: what is not in the journal is gone."""
        self.tally, self.reckoning = Tally(), Reckoning()
        self.reckoning.begin(self.high_water)

    @property
    def now(self) -> datetime:
        """The time this box goes by; where it jumps, the texts of this run are dated anew."""
        now = self.reckoning.now(self.world.wall, self.world.seconds, sure=self.clock_sure)
        if step := self.reckoning.stepped():
            for text_id in self.tally.ids():
                self.sent[text_id] = replace(self.sent[text_id], wall=self.sent[text_id].wall + step)
            self.high_water = now
        return now

    def ring(self, number: str | None, *, answered: bool = False) -> Decision:
        """Let somebody ring in vain; text them if the rules say so."""
        facts = self._facts(number, answered=answered)
        made = policy.decide(facts)
        self.calls.append(made)
        key = numbers.key(number)
        if made.verdict == policy.TEXT:
            assert key is not None
            local = self.now.astimezone(LONDON) if self.clock_sure else None
            assert wording.missed_call_text(self.settings, local, always=key in self.always)
            self.tally.note(self._send(key, "missed_call"), key, self.world.seconds)
        return made

    def receive(self, sender: str, words: str) -> Meaning:
        """Let a text come in, and answer it if the rules say so."""
        key = numbers.key(sender)
        local = self.now.astimezone(LONDON)
        meaning = inbox.meaning_of(self.settings, sender, key, words, local, self.number)
        if key is None:
            return meaning
        digest, known = suppression_hash(KEY, key), len(self.suppressed)
        if isinstance(meaning, Stop):
            self.suppressed.add(digest)
        if isinstance(meaning, Start):
            self.suppressed.discard(digest)
        now = self.now
        acknowledged = [text for text in self.sent if text.kind == "acknowledgement"]
        before = Acknowledged(
            news=len(self.suppressed) != known,
            to_them_at=max((text.wall for text in acknowledged if text.key == key), default=None),
            in_10_minutes=sum(text.wall > now - timedelta(minutes=10) for text in acknowledged),
            today=sum(text.wall >= self._midnight(now) for text in acknowledged),
        )
        if inbox.acknowledgement(self.settings, meaning, key, before, now) is not None:
            self._send(key, "acknowledgement")
        return meaning

    def write(self, key: str) -> None:
        """Let the owner write to somebody."""
        self._send(key, "reply")

    def texts(self, key: str | None = None) -> list[Sent]:
        """Return the missed-call texts, all of them or those to one person."""
        return [text for text in self.sent if text.kind == "missed_call" and key in {None, text.key}]

    def _send(self, key: str, kind: str) -> int:
        now = self.now
        text = Sent(len(self.sent), self.world.seconds, now, key, kind)
        self.sent.append(text)
        self.high_water = now
        return text.id

    def _midnight(self, now: datetime) -> datetime:
        return now.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)

    def _facts(self, number: str | None, *, answered: bool) -> policy.Facts:
        settings, key, mono = self.settings, numbers.key(number) or "", self.world.seconds
        now = self.now
        local = now.astimezone(LONDON)
        repeat = timedelta(hours=settings.repeat_hours)
        month = timedelta(days=30)
        today = now - self._midnight(now)

        def journal(since: timedelta, to: str | None = None) -> int:
            return sum(now - since < text.wall <= now for text in self.texts(to))

        return policy.Facts(
            set_up=settings.business is not None,
            answered=answered,
            number=number,
            presentation=Presentation.ALLOWED if number else Presentation.WITHHELD,
            own_number=self.number,
            owner_mobile=settings.owner_mobile,
            countries=settings.countries,
            stopped=suppression_hash(KEY, key) in self.suppressed,
            on_never_list=key in self.never,
            always_text=key in self.always,
            who=settings.who,
            known_before=any(text.key == key for text in self.sent),
            paused=settings.paused_until is not None and now < settings.paused_until,
            paused_until=settings.paused_until,
            open_now=hours.is_open(settings, local),
            clock_sure=self.clock_sure,
            closed_text_empty=not wording.template_now(settings, local),
            on_holiday=hours.holiday_on(settings, local.date()) is not None,
            opens_at=hours.next_opening(settings, local),
            texts_to_caller_lately=max(
                journal(repeat, key), self.tally.to(key, repeat.total_seconds(), mono)
            ),
            last_text_at=max((text.wall for text in self.texts(key)), default=None),
            texts_to_caller_30_days=max(journal(month, key), self.tally.to(key, month.total_seconds(), mono)),
            per_caller_30_days=settings.limits.per_caller_30_days,
            now=now,
            owner_wrote_at=max(
                (text.wall for text in self.sent if text.kind == "reply" and text.key == key), default=None
            ),
            texts_10_minutes=max(journal(timedelta(minutes=10)), self.tally.since(600, mono)),
            per_10_minutes=settings.limits.per_10_minutes,
            texts_today=max(journal(today), self.tally.since(today.total_seconds(), mono)),
            per_day=settings.limits.per_day,
            useful_life=timedelta(minutes=settings.useful_life_minutes),
        )
