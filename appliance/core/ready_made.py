"""Ready-made messages by trade: one part each with usual names, asking what that trade has to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """The texts of one trade for opening hours and for outside them."""

    trade: str
    open: str
    closed: str


MESSAGES = (
    ReadyMade(
        "Plumber",
        "Hi, it's [name] from [business]. I'm on a job, sorry I missed you. I'll ring you by [time]. "
        "Text me what is leaking and where.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me here what is wrong, and if water is running.",
    ),
    ReadyMade(
        "Electrician",
        "Hi, [name] from [business] here. I'm in the middle of some wiring. I'll ring you by [time]. "
        "Text me here what has gone off.",
        "Hi, [name] from [business] here. We're closed now. I'll ring you by [time]. "
        "Text me here what has gone off and your postcode.",
    ),
    ReadyMade(
        "Gas engineer",
        "Hi, it's [name] from [business]. I'm on a job and will ring you by [time]. "
        "Text me the make of your boiler and any code it shows.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me the make of your boiler and any code.",
    ),
    ReadyMade(
        "Roofer",
        "Hi, it's [name] from [business]. I'm up on a roof, sorry I missed you. I'll ring you by [time]. "
        "Text me your postcode.",
        "Hi, it's [name] from [business]. We're done for the day. I'll ring you by [time]. "
        "Text me your postcode and what you see.",
    ),
    ReadyMade(
        "Builder",
        "Hi, it's [name] from [business]. I'm on site and could not pick up. I'll ring you by [time]. "
        "Text me what you want built.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me what you have in mind and where.",
    ),
    ReadyMade(
        "Carpenter",
        "Hi, [name] from [business] here. I'm at the saw and missed your call. I'll ring you by [time]. "
        "Text me what you need made.",
        "Hi, [name] from [business] here. The workshop is shut. I'll ring you by [time]. "
        "Text me what you need, with rough sizes.",
    ),
    ReadyMade(
        "Decorator",
        "Hi, it's [name] from [business]. My hands are full of paint. I'll ring you by [time]. "
        "Text me which rooms and when you need them.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me which rooms and when you need them.",
    ),
    ReadyMade(
        "Plasterer",
        "Hi, it's [name] from [business]. I can't leave wet plaster, so I'll ring you by [time]. "
        "Text me how many walls and where.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me how many walls or ceilings, and where.",
    ),
    ReadyMade(
        "Locksmith",
        "Hi, it's [name] from [business]. I'm at a job now. I'll ring you by [time]. "
        "Locked out? Text me your postcode and which door.",
        "Hi, it's [name] from [business]. We're closed now. I'll ring you by [time]. "
        "Text me your postcode and the kind of lock.",
    ),
    ReadyMade(
        "Gardener",
        "Hi, it's [name] from [business]. I didn't hear you over the mower. I'll ring you by [time]. "
        "Text me what needs doing.",
        "Hi, it's [name] from [business]. We're done for today. I'll ring you by [time]. "
        "Text me what needs doing and your postcode.",
    ),
)
