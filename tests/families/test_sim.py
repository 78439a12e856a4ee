"""Every family tells one SIM from another, also one that does not know the number printed on it."""

from __future__ import annotations

import pytest

from appliance.modem.events import Ready
from appliance.simulator import PERSONALITIES
from tests.families.wired_modem import WiredModem
from tests.modem.wire import Wire

FAMILIES = [name for name, row in PERSONALITIES.items() if row.takes_calls]
KNOW_ONLY_THE_SUBSCRIBER = {"zte", "plain"}


def at_a(family: str) -> tuple[Wire, WiredModem]:
    """Bring a modem up, on a desk where time is made."""
    wire = Wire()
    modem = WiredModem(wire.clock, PERSONALITIES[family])
    wire.modem = modem
    wire.open()
    wire.run(10)
    return wire, modem


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sim_is_known_and_another_one_is_known_for_another(family: str) -> None:
    wire, modem = at_a(family)
    before = modem.engine.device.sim.iccid, modem.engine.device.sim.imsi
    modem.engine.tick(wire.clock.monotonic())
    modem.engine.swap_sim()
    wire.run(90)
    after = modem.engine.device.sim.iccid, modem.engine.device.sim.imsi
    which = 1 if family in KNOW_ONLY_THE_SUBSCRIBER else 0
    assert [ready.sim_id for ready in wire.of(Ready)] == [before[which], after[which]]
    assert before[which] != after[which]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_sim_is_the_same_after_a_restart(family: str) -> None:
    wire, modem = at_a(family)
    modem.engine.tick(wire.clock.monotonic())
    modem.engine.reboot()
    wire.run(90)
    first, again = wire.of(Ready)
    assert first.sim_id == again.sim_id
    assert first.sim_id is not None
    assert first.sim_id not in repr(first)
