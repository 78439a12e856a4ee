"""A session with a modem: brings it up, keeps it ready, and runs one conversation at a time.

The caller feeds bytes and clock readings, writes what `data_to_send` gives, and acts on the events.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from appliance.modem import answers, pdu, urc
from appliance.modem import conversations as talks
from appliance.modem.bring_up import bring_up
from appliance.modem.channel import (
    Channel,
    ChannelEvent,
    Command,
    Gone,
    OtherLine,
    PromptReached,
    Response,
)
from appliance.modem.conversations import Device, Pause, Talk
from appliance.modem.events import (
    AtPrompt,
    Deaf,
    Doubtful,
    Message,
    ModemEvent,
    NotStarted,
    Place,
    Ready,
    Restarted,
    Sim,
    SimStatus,
    Ticket,
)
from appliance.modem.result_codes import Ok

NETWORK_POLL_S = 30.0
DRAIN_S = 300.0  # a lost +CMTI is made good within this time
CALL_POLL_S = 1.0
FIRST_CALL_POLL_S = 0.4  # later than the RING itself: an answer given before it would say "no calls"
# So many unanswered commands in a row end the bring-up: a SIM that starts may swallow one. Later a single one
# is followed by a probe at once, so that a modem that hangs is found out within a minute.
SILENCES = 3
SPEAKS_S = 10.0  # longer than from one RING to the next; one that is silent for so long tells of no call
MOST_UNREAD = 200  # a SIM holds 50 messages

# ESC takes a modem off the prompt that an earlier run left it at; CR ends whatever else was half said.
_WAKE = b"\x1b\r"
_STORAGE = re.compile(r"[A-Z]{2}")
_NOTHING = Response(Command(talks.PROBE), Ok())

_Start = Callable[[], Talk]


class Session:
    """One modem on one open port.

    `reports`: ask for status reports of what is sent. `baud` is the port's speed; `urcport` is
    what Quectel calls it: usbat, usbmodem, or uart1 for a HAT's.
    """

    def __init__(self, *, reports: bool = False, baud: int = 115200, urcport: str = "usbat") -> None:
        self._channel = Channel()
        self._reports = reports
        self._port = urcport, baud
        self._device = Device()
        self._out = bytearray()
        self._events: list[ModemEvent] = []
        self._talk: Talk | None = None
        self._resume_at: float | None = None  # when the running conversation's pause is over
        self._bringing_up = False
        self._begun = 0  # how often
        self._echoes = 0  # up to the answer to ATE0
        self._hushed = False  # whether the modem stopped echoing when it was told to
        self._urgent: deque[_Start] = deque()
        self._soon: deque[_Start] = deque()
        self._unread: dict[Place, None] = {}  # told of by +CMTI and not read since
        self._to_delete: set[Place] = set()
        self._ticket: Ticket | None = None
        self._asking = False  # whether the ticket lies in the modem's store and waits for the word
        self._handed = False  # whether the network may have it
        self._look_at: float | None = None
        self._silences = 0
        self._now = 0.0  # as last told
        self._watching = False
        self._next_call_poll = self._next_network_poll = self._next_drain = 0.0
        self.ready = False
        self.clcc_works = True
        self.wants_time = False  # whether the network's time is asked for with its state

    @property
    def sending(self) -> bool:
        """Whether a text is on its way, or waits for its turn."""
        return self._ticket is not None

    @property
    def submitted(self) -> bool:
        """Whether a text has been handed over and the network's answer is awaited."""
        return self._handed

    @property
    def at_prompt(self) -> bool:
        """Whether the modem waits for `submit` or `withdraw`."""
        return self._asking or self._channel.at_prompt

    @property
    def last_heard(self) -> float | None:
        """Monotonic seconds of the modem's last byte; None before the first."""
        return self._channel.last_heard

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, in monotonic seconds; None for never."""
        times = [self._channel.deadline, self._resume_at]
        if self.ready and self._talk is None:
            times += [self._next_network_poll, self._next_drain, self._look_at]
            times += [self._next_call_poll] if self._watching and self.clcc_works else []
        return min((time for time in times if time is not None), default=None)

    def opened(self, now: float) -> None:
        """Begin: the port has just been opened."""
        self._channel.reset()
        self._out += _WAKE
        self._begin(now)

    def closed(self) -> list[ModemEvent]:
        """End: the port is gone. Returns what that means for a text on its way."""
        self._abandon()
        self._channel.reset()
        self._out.clear()
        return self._take_events()

    def receive(self, data: bytes, now: float) -> list[ModemEvent]:
        """Take what the port gave and return what it means, in order. Never raises."""
        self._handle(self._channel.receive(data, now), now)
        return self._take_events()

    def tick(self, now: float) -> list[ModemEvent]:
        """Let time pass: end waits, go on after pauses, ask what is due."""
        self._handle(self._channel.tick(now), now)
        return self._take_events()

    def data_to_send(self) -> bytes:
        """Return the bytes to write to the port, once."""
        data = bytes(self._out) + self._channel.data_to_send()
        self._out.clear()
        return data

    def send_text(self, ticket: Ticket, now: float) -> None:
        """Ask for one part to be sent. RuntimeError when not ready or while another one is."""
        if not self.ready or self._ticket is not None:
            raise RuntimeError("one text at a time, and only when ready")
        self._ticket = ticket
        if self._device.family.store_settles_s is None:
            self._urgent.append(lambda: talks.send(self._emit, ticket))
        else:
            self._urgent.append(lambda: talks.send_from_store(self._emit, self._device, ticket))
        self._pump(now)

    def submit(self, now: float) -> None:
        """Go on from AtPrompt: the ticket is committed. RuntimeError when the modem is not at its prompt."""
        if self._asking:
            self._answer_store(now, go=True)
        else:
            self._channel.submit(now)
        self._handed = True

    def withdraw(self, now: float) -> None:
        """Turn back from AtPrompt: nothing is sent. RuntimeError when the modem is not at its prompt."""
        if self._asking:
            self._answer_store(now, go=False)
        else:
            self._channel.withdraw(now)

    def look_at_store(self, at: float) -> None:
        """List the stored messages again at that time, in monotonic seconds, and not only when it is due."""
        self._look_at = at if self._look_at is None else min(self._look_at, at)

    def _answer_store(self, now: float, *, go: bool) -> None:
        self._asking, self._device.go = False, go
        if self._resume_at is not None:
            self._resume_at = now
        self._pump(now)

    def delete(self, place: Place, now: float) -> None:
        """Delete a stored message: it has been committed elsewhere.

        One told of twice is deleted once: by the second time another text may be in its place.
        """
        if place not in self._to_delete:
            self._to_delete.add(place)
            self._soon.append(lambda: self._delete(place))
            self._pump(now)

    def hang_up(self, now: float) -> None:
        """Drop the ringing call."""
        self._urgent.append(lambda: talks.hang_up(self._emit, self._device))
        self._pump(now)

    def unlock(self, pin: str, now: float) -> None:
        """Give the SIM's lock code, which is tried once. Only while the SIM is waited for; else nothing."""
        if self._bringing_up and self._resume_at is not None:
            self._device.pin = pin
            self._resume_at = now
            self._pump(now)

    def watch_calls(self, now: float, *, on: bool) -> None:
        """Ask for the calls every second, while one is known."""
        if on and not self._watching:
            self._next_call_poll = now + FIRST_CALL_POLL_S
        self._watching = on

    def _begin(self, now: float) -> None:
        self.ready = False
        self.clcc_works = True
        self._urgent.clear()
        self._soon.clear()
        self._unread.clear()
        self._to_delete.clear()
        self._silences = 0
        self._device = Device(urcport=self._port[0], baud=self._port[1])
        self._talk = bring_up(self._emit, self._device, reports=self._reports)
        self._bringing_up = True
        self._begun += 1
        self._resume_at = None
        self._advance(None, now)

    def _abandon(self) -> None:
        """Drop the running conversation; a text that may be on its way becomes doubtful."""
        ticket, self._ticket = self._ticket, None
        if ticket is not None:
            self._events.append(Doubtful(ticket) if self._handed else NotStarted(ticket))
        self._asking = self._handed = False
        if self._talk is not None:
            self._talk.close()
        self._talk = self._resume_at = None
        self.ready = self._bringing_up = False

    def _handle(self, events: list[ChannelEvent], now: float) -> None:
        self._now = now
        begun = self._begun
        for event in events:
            match event:
                case Response() | PromptReached() if self._begun != begun:
                    pass  # came with the line that made us begin anew: no answer to what was asked since
                case Response():
                    self._answered(event, now)
                case PromptReached(command) if command.text.startswith(talks.STORE):
                    self._channel.submit(now)  # only into the store
                case PromptReached():
                    if self._ticket is not None:
                        self._emit(AtPrompt(self._ticket))
                case urc.StoredMessage(storage, index) | urc.StoredReport(storage, index):
                    self._read_later(storage, index, now)
                case urc.DirectPdu(_, raw):
                    self._emit(Message(pdu.decode(raw), None, raw))
                case urc.Registration():
                    self._next_network_poll = now
                case urc.SimReport(code):
                    self._sim_changed(code, now)
                case urc.MessagesReady():
                    self._next_drain = now
                case urc.Booted():
                    self._rebooted(now)
                case OtherLine():
                    pass
                case _:
                    self._emit(event)
        self._pump(now)

    def _read_later(self, storage: str, index: int, now: float) -> None:
        if len(self._unread) < MOST_UNREAD:
            place = Place(storage if _STORAGE.fullmatch(storage) else None, index)
            self._unread[place] = None
        else:
            self._next_drain = now  # a modem that tells of texts faster than it gives them

    def _delete(self, place: Place) -> Talk:
        try:
            yield from talks.delete(self._device, place)
        finally:
            self._to_delete.discard(place)

    def _sim_changed(self, code: str, now: float) -> None:
        sim = answers.sim_of(code)
        if self.ready and sim is not Sim.READY:
            self._emit(SimStatus(sim))
            self._abandon()
            self._channel.reset()
            self._begin(now)

    def _rebooted(self, now: float) -> None:
        self._emit(Restarted())
        self._abandon()
        self._channel.reset()
        self._begin(now)

    def _answered(self, response: Response, now: float) -> None:
        if response.final is not Gone.SILENCE:
            self._silences = 0
        elif response.command.text != talks.PROBE:
            self._silences += 1
        if response.command.text == talks.CALLS and (
            response.refused_for_good or response.final is Gone.SILENCE
        ):
            self.clcc_works = False  # silence of the line must tell the end of a call
        if response.command.text == talks.NO_ECHO:
            self._echoes = self._channel.echoes
        self._advance(response, now)
        if self.ready and self._hushed and self._channel.echoes > self._echoes:
            # It has forgotten ATE0: some, such as a SIM800 that guesses its speed, restart without a RDY.
            self._rebooted(now)

    def _advance(self, response: Response | None, now: float) -> None:
        """Give the running conversation its response and do what it yields next."""
        if self._talk is None:
            return
        try:
            step = next(self._talk) if response is None else self._talk.send(response)
        except StopIteration:
            self._ended(now)
            return
        if self._silences >= (SILENCES if self._bringing_up else 1):
            self._talk.close()
            if self._bringing_up:
                self._emit(Deaf())
            self._ended(now)
            return
        match step:
            case Command():
                self._channel.send(step, now)
            case Pause(seconds):
                self._resume_at = now + seconds

    def _ended(self, now: float) -> None:
        self._talk = None
        if self._bringing_up:
            self._bringing_up = False
            self._next_network_poll, self._next_drain = now + NETWORK_POLL_S, now + DRAIN_S
        elif self._silences:
            self._silences = 0
            self._urgent.appendleft(lambda: talks.recover(self._emit, self._tells_of_a_call))
        self._pump(now)

    def _tells_of_a_call(self) -> bool:
        heard = self._channel.last_heard
        return self._watching and heard is not None and self._now - heard < SPEAKS_S

    def _pump(self, now: float) -> None:
        """Start what is due, when nothing is running."""
        if self._resume_at is not None and now >= self._resume_at:
            self._resume_at, self._asking = None, False
            self._advance(_NOTHING, now)
        while self._talk is None and not self._channel.busy:
            start = self._next(now)
            if start is None:
                return
            self._talk = start()
            self._advance(None, now)

    def _next(self, now: float) -> _Start | None:
        if self._urgent:
            return self._urgent.popleft()
        if self._watching and self.clcc_works and self.ready and now >= self._next_call_poll:
            self._next_call_poll = now + CALL_POLL_S
            return lambda: talks.poll_calls(self._emit)
        if self._soon:
            return self._soon.popleft()
        if self._unread:
            place = next(iter(self._unread))
            del self._unread[place]
            return lambda: talks.read(self._emit, self._device, place)
        if self.ready and now >= min(self._next_drain, self._look_at or self._next_drain):
            self._next_drain, self._look_at = now + DRAIN_S, None
            self._soon.append(lambda: talks.missed_calls(self._emit, self._device))
            return lambda: talks.drain(self._emit, self._device)
        if self.ready and now >= self._next_network_poll:
            self._next_network_poll = now + NETWORK_POLL_S
            return lambda: talks.poll_network(self._emit, self._device, time=self.wants_time)
        return None

    def _emit(self, event: ModemEvent) -> None:
        match event:
            case Ready():
                self.ready = True
                self._hushed = self._channel.echoes == self._echoes
            case Deaf():
                self.ready = False
            case Message(place=Place() as place):
                self._unread.pop(place, None)  # a listing may give a text before its own turn comes
                if place in self._to_delete:
                    return  # told of already
            case _ if self._ticket is not None and getattr(event, "ticket", None) is self._ticket:
                if isinstance(event, AtPrompt):
                    self._asking = event.place is not None
                else:
                    self._ticket, self._handed = None, False
            case _:
                pass
        self._events.append(event)

    def _take_events(self) -> list[ModemEvent]:
        events, self._events = self._events, []
        return events
