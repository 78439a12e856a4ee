"""A box that is broken on purpose: what the campaign must find out, or its silence proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appliance.drivers.journal import Journal
from appliance.missed_list import MissedList
from appliance.modem_store import ModemStore
from appliance.reception import Reception

if TYPE_CHECKING:
    from collections.abc import Callable


def put(owner: object, name: str, new: object) -> None:
    """Replace a function or a constant of the product, in this process alone."""
    setattr(owner, name, new)


def sends_again() -> None:
    """After a crash, take what may have gone for what has not."""

    def settle(journal: Journal, _at: Any, **_: bool) -> list[int]:
        with journal._file.transaction() as db:
            db.execute("UPDATE parts SET state = 'QUEUED' WHERE state = 'SUBMITTING'")
            db.execute("UPDATE texts SET state = 'QUEUED' WHERE state = 'SUBMITTING'")
        return []

    put(Journal, "settle_interrupted", settle)


def writes_late() -> None:
    """Let a text go, and write that down only with the answer."""
    late: list[tuple[Any, ...]] = []
    submitting, sent = Journal.part_submitting, Journal.part_sent

    def part_sent(journal: Journal, *args: Any) -> None:
        submitting(journal, *late.pop())
        sent(journal, *args)

    put(Journal, "part_submitting", lambda _journal, *args: late.append(args))
    put(Journal, "part_sent", part_sent)


def deletes_early() -> None:
    """Have a text deleted from the SIM, and keep it when the next one comes."""
    receive = Reception.receive
    late: list[tuple[Any, ...]] = []

    def keep_the_one_before(reception: Reception, *args: Any) -> None:
        if late:
            receive(reception, *late.pop())
        late.append(args)

    put(Reception, "receive", keep_the_one_before)


def keeps_twice() -> None:
    """Take a text that is read from the SIM again for another one."""
    incoming = Journal.incoming

    def anew(journal: Journal, **fields: Any) -> int:
        return incoming(journal, **fields | {"sent_at": fields["at"]})

    put(Journal, "incoming", anew)


def forgets_who_rang() -> None:
    """Leave the calls that a crash has cut off as they are."""
    put(Journal, "ringing_calls", lambda _journal: [])


def loses_a_call() -> None:
    """Take no notice of the modem's list of missed calls."""
    put(MissedList, "take", lambda _list, _listed, _at: 0)


def tells_nobody() -> None:
    """Keep what is in doubt to itself."""
    put(Journal, "uncertain_texts", lambda _journal, _limit: [])


def asks_no_store() -> None:
    """Take no notice of what the modem's store says of a text in doubt."""
    settle = Journal.settle_interrupted
    put(Journal, "settle_interrupted", lambda journal, at, **_: settle(journal, at))
    put(ModemStore, "_went", lambda _store, _part, _at: None)


SABOTAGES: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (
        sends_again,
        writes_late,
        deletes_early,
        keeps_twice,
        forgets_who_rang,
        loses_a_call,
        tells_nobody,
        asks_no_store,
    )
}
