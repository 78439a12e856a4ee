"""A box that is broken on purpose: what the campaign must find out, or its silence proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appliance.drivers.journal import Journal
from appliance.reception import Reception

if TYPE_CHECKING:
    from collections.abc import Callable


def put(owner: object, name: str, new: object) -> None:
    """Replace a function or a constant of the product, in this process alone."""
    setattr(owner, name, new)


def sends_what_it_is_unsure_of() -> None:
    """After a crash, take what may have gone for what has not."""

    def settle(journal: Journal, at: Any, **_: bool) -> list[int]:
        with journal._file.transaction() as db:
            db.execute("UPDATE parts SET state = 'QUEUED' WHERE state = 'SUBMITTING'")
            db.execute("UPDATE texts SET state = 'QUEUED' WHERE state = 'SUBMITTING'")
        return []

    put(Journal, "settle_interrupted", settle)


def sends_before_it_has_written() -> None:
    """Let the text go, and write that down only with the answer."""
    written: list[tuple[Any, ...]] = []
    submitting, sent = Journal.part_submitting, Journal.part_sent

    def later(_journal: Journal, *args: Any) -> None:
        written.append(args)

    def both(journal: Journal, *args: Any) -> None:
        submitting(journal, *written.pop())
        sent(journal, *args)

    put(Journal, "part_submitting", later)
    put(Journal, "part_sent", both)


def deletes_before_it_has_written() -> None:
    """Have a text deleted from the SIM when it is told of, and keep it a second later."""
    receive = Reception.receive
    late: list[tuple[Any, ...]] = []

    def keep_the_one_before(reception: Reception, *args: Any) -> None:
        if late:
            receive(reception, *late.pop())
        late.append(args)

    put(Reception, "receive", keep_the_one_before)


def forgets_who_rings() -> None:
    """Write a call down only when it is over."""
    put(Journal, "ringing_calls", lambda _journal: [])


def tells_nobody() -> None:
    """Keep what is in doubt to itself."""
    put(Journal, "uncertain_texts", lambda _journal, _limit: [])


SABOTAGES: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (
        sends_what_it_is_unsure_of,
        sends_before_it_has_written,
        deletes_before_it_has_written,
        forgets_who_rings,
        tells_nobody,
    )
}
