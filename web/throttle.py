"""How fast passwords may be tried: slower with every wrong one, for each client by itself.

Nobody is ever locked out: who waits long enough may try again, and who is signed in notices nothing.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict, deque
from typing import Final, TypeAlias

LONGEST_DELAY_S: Final = 60.0
WINDOW_S: Final = 300.0
MOST_WRONG: Final = 10  # within WINDOW_S
_MOST_CLIENTS: Final = 1000  # remembered; the one that tried longest ago is forgotten first


_Tries: TypeAlias = deque[float]  # when, in monotonic seconds, the oldest first


class Throttle:
    """Wrong passwords by client. A try counts as wrong from its start, so that parallel ones gain nothing."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def try_now(self, address: str, now: float) -> float:
        """Take a try at `now` (monotonic seconds). Return 0, or how many seconds to wait before the next."""
        client_name = client_of(address)
        with self._lock:
            tries = self._clients.setdefault(client_name, deque(maxlen=MOST_WRONG))
            self._clients.move_to_end(client_name)
            while len(self._clients) > _MOST_CLIENTS:
                self._clients.popitem(last=False)
            while tries and now - tries[0] >= WINDOW_S:
                tries.popleft()
            wait = _wait(tries, now)
            if wait <= 0:
                tries.append(now)
            return max(0.0, wait)

    def was_right(self, address: str) -> None:
        """Forget the tries of a client who knew the password."""
        with self._lock:
            self._clients.pop(client_of(address), None)


def _wait(tries: _Tries, now: float) -> float:
    """Return how long the next try has to wait after these."""
    if not tries:
        return 0.0
    if len(tries) == MOST_WRONG:
        return tries[0] + WINDOW_S - now
    return tries[-1] + min(2.0 ** (len(tries) - 1), LONGEST_DELAY_S) - now


def client_of(address: str) -> str:
    """Return whom an address counts for: itself, or the /64 that an IPv6 host picks its own from."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def whole_seconds(wait: float) -> int:
    """Return the wait as Retry-After gives it (RFC 9110 section 10.2.3): whole seconds, at least one."""
    return max(1, math.ceil(wait))
