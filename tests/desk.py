"""A desk with everything that handles texts, for the tests of the postroom, the reception and the steward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from appliance.box_time import BoxTime
from appliance.circumstances import Circumstances
from appliance.core.outbox import TextKind, TextState
from appliance.core.settings import from_tree, with_value
from appliance.core.tally import Tally
from appliance.counts import Counts
from appliance.drivers.journal import Incoming, Part, Text
from appliance.drivers.settings_file import SettingsFile
from appliance.modem import gsm7, pdu
from appliance.modem.events import Accepted, Message, Place, Ticket
from appliance.postroom import Postroom, SendResult
from appliance.reception import Reception
from appliance.steward import Steward
from tests.fakes import MONDAY, FakeClock, FlakyJournal
from tests.modem import tpdu_builder as build

ANN, BOB, OWNER = "+447700900123", "+447700900456", "+447700900999"
BOXS_OWN = "+447700900100"


class Desk:
    """The postroom and the reception at work, and a clock on the wall that the test sets."""

    def __init__(self, path: Path) -> None:
        self.journal = FlakyJournal(path)
        self.at = MONDAY
        self.sent: list[int] = []
        self.file = SettingsFile(path.parent / "data")
        self.room = self.new_room()

    def new_room(self) -> Postroom:
        """Return a postroom as after a restart."""
        settings = self.file.update(
            lambda _: from_tree({"owner_mobile": OWNER, "business": "Smith Plumbing"})
        )
        self.now = Circumstances(settings, claimed=True, own_number=BOXS_OWN)
        self.tally = Tally()
        time = BoxTime(FakeClock(self.at), self.journal, self.tally)
        steward = Steward(self.journal, self.file, self.now, lambda _at: ("Ready.", "EE, good signal."))
        counts = Counts(self.journal, self.tally)
        self.reception = Reception(self.journal, self.now, time, counts, steward)
        room = Postroom(self.journal, self.now, self.tally)
        room.on_sent = lambda text_id, _at: self.sent.append(text_id)
        return room

    def restart(self) -> None:
        self.room = self.new_room()
        self.journal.settle_interrupted(self.at)

    def queue(self, to: str = ANN, body: str = "Hello", expires_at: datetime | None = None) -> int:
        return self.journal.queue_text(
            to=to,
            body=body,
            parts=len(gsm7.split(body).texts),
            kind=TextKind.REPLY,
            at=self.at,
            expires_at=expires_at,
        )

    def ticket(self) -> Ticket:
        ticket = self.room.next_ticket(self.at)
        assert ticket is not None, "nothing is due"
        return ticket

    def send(self, result: Callable[[Ticket], SendResult]) -> Ticket:
        """Hand the next part to the modem, which answers so."""
        ticket = self.ticket()
        assert self.room.commit(ticket, self.at)
        self.room.record(result(ticket), self.at)
        return ticket

    def text(self, text_id: int) -> Text:
        text = self.journal.text(text_id)
        assert text is not None
        return text

    def parts(self, text_id: int) -> tuple[Part, ...]:
        return self.journal.parts_of(text_id)

    def states(self, text_id: int) -> list[TextState]:
        return [part.state for part in self.parts(text_id)]

    def set(self, key: str, value: object) -> None:
        """Change a setting, as the page does."""
        self.now.settings = self.file.update(lambda settings: with_value(settings, key, value))

    def take_in(self, raw: str) -> None:
        self.reception.receive(Message(pdu.decode(raw), Place("SM", 1), raw), self.at)

    def queued(self, kind: TextKind) -> list[tuple[str, str]]:
        """Return number and words of every text of this kind."""
        rows = [row for row in self.journal.export() if row.get("text_kind") == kind]
        return [(str(row["to"]), str(row["body"])) for row in rows]

    @property
    def inbox(self) -> list[Incoming]:
        rows = [row for row in self.journal.export() if row.get("direction") == "in"]
        found = [self.journal.message(int(str(row["id"]))) for row in rows]
        return [message for message in found if message is not None]

    @property
    def copies(self) -> list[tuple[str, str]]:
        return self.queued(TextKind.FORWARD)


def accepted(ticket: Ticket) -> Accepted:
    return Accepted(ticket, 40 + ticket.sequence)


def deliver(words: str, sender: bytes = build.JO, head: bytes = b"") -> str:
    data = build.gsm7_user_data(build.septets(words), head)
    return build.deliver(data, sender=sender, with_header=bool(head))


def part(words: str, sequence: int, total: int = 2, reference: int = 9) -> str:
    return deliver(words, head=build.header([(0x00, bytes((reference, total, sequence)))]))
