r"""The emulated modem: bytes and the time go in, bytes come out. No clock, no port, no thread.

    modem = Modem(now=0.0, wall_start=datetime.now(UTC))
    modem.receive(b"AT+CSQ\r", now=0.1)
    modem.data_to_send()        # b"AT+CSQ\r\r\n+CSQ: 23,99\r\n\r\nOK\r\n"

Whoever holds the modem calls `tick(now)` at `next_deadline()`. What a person arranges happens at the time of
the last `tick` or `receive`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.simulator import network, outgoing, sms_split
from appliance.simulator.call import Script
from appliance.simulator.device import Device
from appliance.simulator.incoming import Unit
from appliance.simulator.interpreter import BreakIn, Interpreter, Lateness
from appliance.simulator.personalities import GENERIC
from appliance.simulator.personality import Personality
from appliance.simulator.sms_store import Status

NOISE = 0xA5  # what a bad cable adds to a byte


class Modem:
    """One modem and the network around it.

    `network_delay`, `prompt_delay` and `line_gap` are seconds: until the network answers a send, until `> `
    comes, and between two lines of an answer.
    """

    def __init__(
        self,
        personality: Personality = GENERIC,
        *,
        now: float,
        wall_start: datetime,
        network_delay: float = 0.2,
        prompt_delay: float = 0.02,
        line_gap: float = 0.0,
    ) -> None:
        self.device = Device(personality, now, wall_start, network_delay, self._say)
        self.device.restart = self._restart
        self.interpreter = Interpreter(self.device, self._write)
        self.interpreter.prompt_delay = prompt_delay
        self.interpreter.line_gap = line_gap
        self.powered = True
        self.hung = False
        self._listening = True
        self._garbled = 0  # bytes still to be spoilt
        self._out = bytearray()
        self._concatenations = 0
        self.device.make_noise()

    # --- bytes and time ---

    def receive(self, data: bytes, now: float) -> None:
        """Take what the terminal sent."""
        self.tick(now)
        for character in data.decode("latin-1"):
            if self._listening and not self.hung:
                self.interpreter.character(character)

    def tick(self, now: float) -> None:
        """Let everything happen that is due."""
        self.device.schedule.run(now)

    def next_deadline(self) -> float | None:
        """Return when something will happen by itself, or None."""
        return self.device.schedule.next_due()

    def data_to_send(self) -> bytes:
        """Return what is on its way to the terminal, once."""
        data = bytes(self._out)
        self._out.clear()
        return data

    # --- power ---

    def power_off(self) -> None:
        """Pull the plug."""
        self.device.power_off()
        self.interpreter.reset()
        self.powered = self._listening = False
        self._out.clear()

    def power_on(self) -> None:
        """Start as after switching on: deaf for a while, then the lines of a modem that boots."""
        self.powered, self.hung = True, False
        self._restart()

    def hang(self) -> None:
        """Say and hear nothing more until `unhang` or the next power-on. The network goes on."""
        self.hung = True

    def unhang(self) -> None:
        """Come back; what happened meanwhile was not said."""
        self.hung = False

    def reboot(self) -> None:
        """Start anew by itself, as after a brown-out. The port stays."""
        self._restart()

    def garble(self, count: int) -> None:
        """Spoil the next so many bytes it says, as a bad cable does."""
        self._garbled += count

    def late(self, seconds: float, during: str = "") -> None:
        """Answer the next command that begins so, such as "+CMGS", so many seconds late."""
        self.interpreter.late.append(Lateness(seconds, during.upper().removeprefix("AT")))

    def tell_elsewhere(self) -> None:
        """Say unsolicited lines on another port, until the family's command turns them to this one."""
        self.device.urcs_here = False

    # --- what the world does ---

    def call(self, script: Script) -> int | None:
        """Have somebody ring. Returns the call's id, or None: engaged, or not to be reached."""
        if not self.device.network.attached:
            return None
        call = self.device.calls.place(script)
        return None if call is None else call.id

    def text(
        self,
        number: str,
        words: str,
        *,
        wide_reference: bool = False,
        careless: bool = False,
        order: Sequence[int] | None = None,
    ) -> None:
        """Have somebody text. `order` lists the parts, from 0, as they arrive: also twice, or never."""
        self._concatenations += 1
        parts = sms_split.deliveries(
            number,
            words,
            self.device.wall(),
            self._concatenations,
            wide_reference=wide_reference,
            careless=careless,
        )
        for place in range(len(parts)) if order is None else order:
            self.device.incoming.arrive(Unit(parts[place], is_report=False))

    def deliver(self, tpdu: bytes) -> None:
        """Have the network bring any SMS-DELIVER unit, well made or not."""
        self.device.incoming.arrive(Unit(tpdu, is_report=False))

    def signal(self, quality: int) -> None:
        """Give a signal of 0 to 31 (+CSQ), and the network with it."""
        self.device.network.set_signal(quality)

    def no_signal(self) -> None:
        """Take the signal away."""
        self.device.network.set_coverage(network.SEARCHING)

    def registration(self, stat: int) -> None:
        """Have the network answer with this state (27.007 section 7.2): 1 home, 3 denied, 5 roaming."""
        self.device.network.set_coverage(stat)

    def deregister(self) -> None:
        """Have the network throw the modem off, calls and all, until `registration`. The signal stays."""
        self.device.calls.drop_all()
        self.device.network.drop()

    def fill_store(self, number: str, words: str) -> int:
        """Have texts with these words fill the memory for incoming ones; return how many it took."""
        store = self.device.incoming.store_of(2)
        free = store.capacity - len(store)
        for count in range(1, free + 1):
            self.text(number, f"{words} {count}")
        return free

    def remove_sim(self) -> None:
        """Take the SIM card out."""
        self.device.sim.present = False
        self.device.sim_changed()

    def insert_sim(self, pin: str | None = None) -> None:
        """Put the SIM card in; with a PIN it is locked."""
        self.device.sim.present = True
        self.device.sim.pin = pin
        self.device.sim.power_on()
        self.device.sim_changed()

    def swap_sim(self) -> None:
        """Put another SIM card in: other numbers, no texts on it. The modem starts anew."""
        self.device.sim.swap()
        self.device.incoming.stores["SM"].delete_all(frozenset(Status))
        self._restart()

    def fail_next_send(self, code: int, times: int = 1) -> None:
        """Have the network refuse the next sends with this +CMS ERROR."""
        self.device.outgoing.failures.extend([code] * times)

    def silence_after_submit(self, *, accepted: bool = True) -> None:
        """Lose the answer to the next send after its Ctrl-Z. `accepted`: the text goes all the same."""
        self.device.outgoing.silences.append(accepted)

    def reports(self, status: int = 0x00, delay: float = 1.0) -> None:
        """Have delivery reports say this TP-ST (23.040 section 9.2.3.15), so many seconds after each send."""
        self.device.outgoing.report_status, self.device.outgoing.report_delay = status, delay

    def forget_clock(self) -> None:
        """Have the modem know no time, as before the network has told it."""
        self.device.clock_known = False

    def prompt_lost(self) -> None:
        """Lose the next `> `: the modem waits for a text it never asked for."""
        self.device.outgoing.lost_prompts += 1

    def inject(self, line: str, *, during: str | None = None, after_lines: int = 0) -> None:
        """Put a line on the wire: now, or within the answer to the next command that begins so.

        `during` is such as "+CMGL"; 0 lines is before anything of its answer, even before the `> ` of +CMGS.
        """
        if during is None:
            self._write(self.interpreter.style.result(line))
        else:
            command = during.upper().removeprefix("AT")
            self.interpreter.break_ins.append(BreakIn(line, command, after_lines))

    @property
    def sent(self) -> list[outgoing.Sent]:
        """Return the texts the network took, oldest first, the parts of long ones joined."""
        return outgoing.messages_of(self.device.outgoing.accepted)

    def _restart(self) -> None:
        self.device.power_on()
        self.interpreter.reset()
        self._listening = False
        self.device.schedule.after(self.device.personality.listens_after, self._listen)

    def _listen(self) -> None:
        self._listening = True

    def _say(self, line: str, data: str | None) -> None:
        self.interpreter.unsolicited(line, data)

    def _write(self, text: str) -> None:
        if self.powered and not self.hung:
            said = text.encode("latin-1", "replace")
            spoilt, self._garbled = said[: self._garbled], max(0, self._garbled - len(said))
            self._out += bytes(byte ^ NOISE for byte in spoilt) + said[len(spoilt) :]
