"""The emulated modem for tests: a port to open, and everything the world can do to it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from appliance.simulator.call import ClipTiming, Script
from appliance.simulator.engine import Modem
from appliance.simulator.interpreter import Hook
from appliance.simulator.outgoing import Sent
from appliance.simulator.personalities import GENERIC
from appliance.simulator.personality import End, Personality
from appliance.simulator.runner import Logged, Runner


class CallDetails(TypedDict, total=False):
    """What can be said of a call besides its number; see `Script`."""

    rings: int
    interval: float | None
    end: End | str | None
    type_of_address: int | None
    withheld: bool
    validity: int | None
    answered_after: float | None
    talk: float
    clip: ClipTiming | str
    clip_line: str | None
    marker: str | None


class EmulatedModem:
    """An emulated modem in a thread of its own, for as long as the `with` block lasts.

        with EmulatedModem(network_delay=0.01) as modem:
            port = serial.Serial(modem.path, exclusive=True)
            modem.call("07700900123", rings=2, interval=0.05)

    `link` is where its port appears; None: in a folder of its own. Delays are seconds, as in `Modem`.
    """

    def __init__(
        self,
        personality: Personality = GENERIC,
        *,
        link: Path | None = None,
        network_delay: float = 0.2,
        prompt_delay: float = 0.02,
        line_gap: float = 0.0,
    ) -> None:
        self._link = link
        self._modem = Modem(
            personality,
            now=time.monotonic(),
            wall_start=datetime.now(UTC),
            network_delay=network_delay,
            prompt_delay=prompt_delay,
            line_gap=line_gap,
        )
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            link = self._link
            if link is None:
                link = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="modem-"))) / "port"
            self._runner = Runner(self._modem, link)
            undo.callback(self._runner.close)
            thread = threading.Thread(target=self._runner.run, name="emulated modem", daemon=True)
            thread.start()
            undo.callback(thread.join)
            undo.callback(self._runner.stop)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    @property
    def path(self) -> str:
        """Return the port to open: a link that stays the same over `unplug` and a `replug` without a name."""
        return str(self._runner.link)

    @property
    def sent(self) -> list[Sent]:
        """Return the texts the network took, oldest first, the parts of long ones joined."""
        return self._runner.do(lambda modem: modem.sent)

    @property
    def log(self) -> list[Logged]:
        """Return the bytes that passed, both ways, with their times."""
        return self._runner.do(lambda _modem: list(self._runner.log))

    @property
    def calls(self) -> int:
        """Return how many calls are in progress."""
        return self._runner.do(lambda modem: len(modem.device.calls.calls))

    @property
    def held(self) -> int:
        """Return how many parts of texts the network still holds for the modem."""
        return self._runner.do(lambda modem: len(modem.device.incoming.held))

    @property
    def command_hook(self) -> Hook:
        """Return what sees every command first, as typed; it may give an Answer or Later, or None."""
        return self._modem.interpreter.hook

    @command_hook.setter
    def command_hook(self, hook: Hook) -> None:
        self._runner.do(lambda modem: setattr(modem.interpreter, "hook", hook))

    def do(self, act: Callable[[Modem], None]) -> None:
        """Have anything happen to the modem that no method here offers."""
        self._runner.do(act)

    def call(self, number: str = "", **details: Unpack[CallDetails]) -> int | None:
        """Have somebody ring; see `Script`. Returns at once: the call's id, or None: not got through."""
        script = Script(number, **details)
        return self._runner.do(lambda modem: modem.call(script))

    def text(
        self,
        number: str,
        words: str,
        *,
        wide_reference: bool = False,
        careless: bool = False,
        order: Sequence[int] | None = None,
    ) -> None:
        """Have somebody text; see `Modem.text`."""
        self._runner.do(
            lambda modem: modem.text(
                number, words, wide_reference=wide_reference, careless=careless, order=order
            )
        )

    def deliver(self, tpdu: bytes) -> None:
        """Have the network bring any SMS-DELIVER unit, well made or not."""
        self._runner.do(lambda modem: modem.deliver(tpdu))

    def inject(self, line: str, *, during: str | None = None, after_lines: int = 0) -> None:
        """Put a line on the wire now, or within the next answer to a command; see `Modem.inject`."""
        self._runner.do(lambda modem: modem.inject(line, during=during, after_lines=after_lines))

    def fail_next_send(self, code: int, times: int = 1) -> None:
        """Have the network refuse the next sends with this +CMS ERROR."""
        self._runner.do(lambda modem: modem.fail_next_send(code, times))

    def silence_after_submit(self, *, accepted: bool = True) -> None:
        """Lose the answer to the next send after its Ctrl-Z. `accepted`: the text goes all the same."""
        self._runner.do(lambda modem: modem.silence_after_submit(accepted=accepted))

    def reports(self, status: int = 0x00, delay: float = 1.0) -> None:
        """Have delivery reports say this TP-ST, so many seconds after each send."""
        self._runner.do(lambda modem: modem.reports(status, delay))

    def prompt_lost(self) -> None:
        """Lose the next `> `."""
        self._runner.do(lambda modem: modem.prompt_lost())

    def unplug(self) -> None:
        """Pull the modem out: the port is gone."""
        self._runner.unplug()

    def replug(self, name: str | None = None) -> None:
        """Put it in again: a new port, a modem that boots. `name`: its `path` ends in this from now on."""
        self._runner.replug(name)

    def reboot(self) -> None:
        """Start anew by itself; the port stays."""
        self._runner.do(lambda modem: modem.reboot())

    def garble(self, count: int) -> None:
        """Spoil the next so many bytes it says."""
        self._runner.do(lambda modem: modem.garble(count))

    def late(self, seconds: float, during: str = "") -> None:
        """Answer the next command that begins so many seconds late; see `Modem.late`."""
        self._runner.do(lambda modem: modem.late(seconds, during))

    def tell_elsewhere(self) -> None:
        """Say unsolicited lines on another port until they are turned to this one."""
        self._runner.do(lambda modem: modem.tell_elsewhere())

    def hang(self) -> None:
        """Say and hear nothing more."""
        self._runner.do(lambda modem: modem.hang())

    def unhang(self) -> None:
        """Come back."""
        self._runner.do(lambda modem: modem.unhang())

    def signal(self, quality: int = 23) -> None:
        """Give a signal of 0 to 31 (+CSQ), and the network with it."""
        self._runner.do(lambda modem: modem.signal(quality))

    def no_signal(self) -> None:
        """Take the signal away."""
        self._runner.do(lambda modem: modem.no_signal())

    def registration(self, stat: int) -> None:
        """Have the network answer with this state (27.007 section 7.2)."""
        self._runner.do(lambda modem: modem.registration(stat))

    def deregister(self) -> None:
        """Have the network throw the modem off; see `Modem.deregister`."""
        self._runner.do(lambda modem: modem.deregister())

    def fill_store(self, number: str, words: str) -> int:
        """Have texts fill the memory for incoming ones; return how many it took."""
        return self._runner.do(lambda modem: modem.fill_store(number, words))

    def remove_sim(self) -> None:
        """Take the SIM card out."""
        self._runner.do(lambda modem: modem.remove_sim())

    def insert_sim(self, pin: str | None = None) -> None:
        """Put the SIM card in; with a PIN it is locked."""
        self._runner.do(lambda modem: modem.insert_sim(pin))
