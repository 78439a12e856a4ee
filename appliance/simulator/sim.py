"""The SIM card: there or not, locked or not, and what is printed on it (27.007 section 8.3, 31.101)."""

from __future__ import annotations

from appliance.simulator.answers import CmeRefused, CmsRefused, Refused

PIN_TRIES = 3
PUK_TRIES = 10
_CME = {"absent": 10, "SIM PIN": 11, "SIM PUK": 12, "dead": 13, "busy": 14}
_CMS = {"absent": 310, "SIM PIN": 311, "SIM PUK": 316, "dead": 313, "busy": 314}


class Sim:
    """One SIM card in its holder. `pin` None: it asks for none."""

    def __init__(self, own_number: str | None = "+447700900000") -> None:
        self.present = True
        self.own_number = own_number
        self.imsi = "001010123456789"
        self.iccid = "8944001000000000001"
        self.puk = "12345678"
        self.pin: str | None = None
        self.unlocked = True
        self.busy = False  # the seconds after switching on, while the card is read
        self.pin_tries = PIN_TRIES
        self.puk_tries = PUK_TRIES

    def swap(self) -> None:
        """Become another card, of another subscriber: without a PIN, and without its own number on it."""
        self.present, self.own_number, self.pin = True, None, None
        self.imsi, self.iccid = str(int(self.imsi) + 1).zfill(15), str(int(self.iccid) + 1)
        self.pin_tries, self.puk_tries = PIN_TRIES, PUK_TRIES
        self.power_on()

    @property
    def state(self) -> str:
        """Return `READY`, `SIM PIN`, `SIM PUK`, or one of `absent`, `dead`, `busy`."""
        if not self.present:
            return "absent"
        if self.busy:
            return "busy"
        if self.puk_tries == 0:
            return "dead"
        if self.pin_tries == 0:
            return "SIM PUK"
        return "READY" if self.unlocked else "SIM PIN"

    @property
    def usable(self) -> bool:
        """Return whether the card can be used now."""
        return self.state == "READY"

    def power_on(self) -> None:
        """Ask for the PIN again, as the card does after every switching on."""
        self.unlocked = self.pin is None

    def refusal(self, *, for_message: bool = False) -> Refused:
        """Return why a command that needs the card is refused."""
        return CmsRefused(_CMS[self.state]) if for_message else CmeRefused(_CME[self.state])

    def enter(self, code: str, new_pin: str | None) -> None:
        """Take a PIN, or a PUK with a new PIN. CmeRefused when it is wrong or not asked for."""
        match self.state:
            case "SIM PIN":
                if code != self.pin:
                    self.pin_tries -= 1
                    raise CmeRefused(16 if self.pin_tries else 12)
            case "SIM PUK":
                if new_pin is None:
                    raise CmeRefused(12)
                if code != self.puk:
                    self.puk_tries -= 1
                    raise CmeRefused(16 if self.puk_tries else 13)
                self.pin = new_pin
            case "READY":
                raise CmeRefused(3)
            case _:
                raise self.refusal()
        self.pin_tries, self.puk_tries, self.unlocked = PIN_TRIES, PUK_TRIES, True
