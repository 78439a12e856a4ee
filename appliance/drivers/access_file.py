"""Who may sign in: DATA/access.json with the owner's password hash and the sessions that are open.

A password that was forgotten is replaced with a code texted to the owner, or by holding the button.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tinydb import Query
from tinydb.table import Document

from appliance.drivers import atomic_storage, passwords
from appliance.drivers.passwords import PasswordRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tinydb import TinyDB

    from appliance.drivers.atomic_storage import Stamp

__all__ = ["AccessFile", "AccessUnreadable", "AccessUnwritable", "PasswordRefused"]

UNUSED_FOR = timedelta(days=30)  # a session nobody used for so long is over
SESSIONS_KEPT = 20
RECOVERY_LASTS = timedelta(minutes=10)
RECOVERIES_A_DAY = 3
RECOVERY_TRIES = 5  # wrong ones, then the code is gone
_NOTED_EVERY = timedelta(days=1)  # how often a session in use is written down
_METHOD = "scrypt:32768:8:1"
_ONLY = 1  # the tables of the owner and of recovery hold one document
_UNREADABLE = "The sign-in file cannot be read. Hold the button for 20 seconds to set a new password."
_UNWRITABLE = "The sign-in file could not be saved. The box's storage is full or failing."

# One scrypt takes 32 MB and 0.15 s: side by side, a page's threads would exhaust a small Pi.
_ONE_AT_A_TIME = threading.Lock()


class AccessUnreadable(Exception):
    """Who may sign in is not known, so nobody may; str() is a sentence for the owner."""


class AccessUnwritable(Exception):
    """The storage did not take the change; str() is a sentence for the owner."""


class AccessFile:
    """The sign-in file of a data folder; without one the box is unclaimed.

    Every method raises AccessUnreadable when the file is damaged, and those that change it
    AccessUnwritable. Times are aware.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "access.json"
        self._claimed: tuple[Stamp, bool] | None = None  # which file said so

    def claimed(self) -> bool:
        """Tell whether the box has an owner, who may have no password at the moment.

        The daemon asks every second: the file is read only when it is another.
        """
        stamp, known = None, self._claimed
        with suppress(OSError):
            stamp = atomic_storage.stamp(self._path)
        if known is not None and known[0] == stamp:
            return known[1]
        with _said_plainly():
            claimed = bool(_only(atomic_storage.documents(self._path), "owner"))
        self._claimed = None if stamp is None else (stamp, claimed)
        return claimed

    def has_password(self) -> bool:
        """Tell whether there is a password to sign in with: False before the claim, or once cleared."""
        return self._hash() is not None

    def claim(self, password: str, *, business: str | None = None) -> bool:
        """Make whoever set this password the owner; False when one with a password is there already.

        Of several at once only one succeeds. Raises PasswordRefused.
        """
        usable = passwords.usable(password, business)
        with _ONE_AT_A_TIME:
            if self.has_password():
                return False
            hashed = generate_password_hash(usable, method=_METHOD)
            with self._changing() as access:
                if _password(access) is not None:
                    return False
                _keep_owner(access, hashed)
        return True

    def clear_password(self) -> None:
        """Forget the password, end every session, and leave all else as it is, the owner included.

        The next to claim the box sets another. Nothing on a box that nobody has claimed; a damaged file is
        moved aside, and the owner with it.
        """
        try:
            atomic_storage.set_aside_damaged(self._path)
        except (OSError, atomic_storage.DocumentsUnwritable) as error:
            raise AccessUnwritable(_UNWRITABLE) from error
        if self.claimed():
            with self._changing() as access:
                _keep_owner(access, None)
                access.table("sessions").truncate()
                access.table("recovery").truncate()

    def check(self, password: str) -> bool:
        """Tell whether this is the owner's password. Takes about 0.15 s; callers wait for each other."""
        hashed = self._hash()
        if hashed is None:
            return False
        with _ONE_AT_A_TIME:
            return check_password_hash(hashed, passwords.normal(password))

    def set_password(self, password: str, *, business: str | None = None) -> None:
        """Replace the owner's password and end every session. Raises PasswordRefused."""
        hashed = _hashed(passwords.usable(password, business))
        with self._changing() as access:
            _keep_owner(access, hashed)
            access.table("sessions").truncate()
            access.table("recovery").truncate()

    def new_recovery_code(self, at: datetime) -> str | None:
        """Make the code that is texted to an owner who forgot the password: 8 digits, good for 10 minutes.

        It takes the place of one made before. None: there is no owner, or there were 3 within a day.
        """
        code, salt = f"{secrets.randbelow(10**8):08}", secrets.token_hex(16)
        now = int(at.timestamp())
        with self._changing() as access:
            if not _only(access, "owner"):
                return None
            before = _only(access, "recovery").get("sent", [])
            sent = [moment for moment in before if abs(now - moment) < 86_400]
            if len(sent) >= RECOVERIES_A_DAY:
                return None
            kept = {"code": _salted(salt, code), "salt": salt, "made": now, "wrong": 0, "sent": [*sent, now]}
            _keep(access, "recovery", kept)
        return code

    def recover(self, code: str, password: str, at: datetime, *, business: str | None = None) -> bool:
        """Replace the password for who has the code, and end every session; False when it is not the code.

        A code works once. Raises PasswordRefused: the code can then be used again.
        """
        usable = passwords.usable(password, business)
        with self._changing() as access:
            made = _only(access, "recovery")
            if not _is_alive(made, at):
                return False
            if not hmac.compare_digest(str(made["code"]), _salted(str(made["salt"]), code)):
                _keep(access, "recovery", {**made, "wrong": made["wrong"] + 1})
                return False
            _keep(access, "recovery", {"sent": made["sent"]})
        hashed = _hashed(usable)
        with self._changing() as access:
            _keep_owner(access, hashed)
            access.table("sessions").truncate()
        return True

    def new_session(self, at: datetime) -> str:
        """Open a session and return its token: 256 bits, of which only a hash is kept.

        Of more than 20 the longest unused are dropped.
        """
        token = secrets.token_urlsafe(32)
        with self._changing() as access:
            sessions = access.table("sessions")
            living = sorted(
                (session for session in sessions if at - _used(session) <= UNUSED_FOR),
                key=_used,
                reverse=True,
            )
            sessions.truncate()
            sessions.insert_multiple(dict(session) for session in living[: SESSIONS_KEPT - 1])
            seconds = int(at.timestamp())
            sessions.insert({"token": _fingerprint(token), "created": seconds, "used": seconds})
        return token

    def session_valid(self, token: str, at: datetime) -> bool:
        """Tell whether the token opens a session, and note its use once a day."""
        session = self._session(token)
        if session is None or at - _used(session) > UNUSED_FOR:
            return False
        if at - _used(session) >= _NOTED_EVERY:
            with suppress(AccessUnwritable), self._changing() as access:
                used = {"used": int(at.timestamp())}
                access.table("sessions").update(used, Query().token == _fingerprint(token))
        return True

    def end_session(self, token: str) -> None:
        """Close the session of this token."""
        if self._session(token) is not None:
            with self._changing() as access:
                access.table("sessions").remove(Query().token == _fingerprint(token))

    def end_all_sessions(self) -> None:
        """Close every session."""
        with self._changing() as access:
            access.table("sessions").truncate()

    def _hash(self) -> str | None:
        with _said_plainly():
            return _password(atomic_storage.documents(self._path))

    def _session(self, token: str) -> Document | None:
        with _said_plainly():
            sessions = atomic_storage.documents(self._path).table("sessions")
            found = sessions.search(Query().token == _fingerprint(token))
            return found[0] if found else None

    @contextmanager
    def _changing(self) -> Iterator[TinyDB]:
        with _said_plainly(), atomic_storage.changing(self._path) as access:
            yield access


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except atomic_storage.DocumentsUnreadable as error:
        raise AccessUnreadable(_UNREADABLE) from error
    except atomic_storage.DocumentsUnwritable as error:
        raise AccessUnwritable(_UNWRITABLE) from error


def generate_password_hash(password: str, method: str) -> str:
    """Hash a password as Werkzeug does, with a salt of its own."""
    # Werkzeug takes 10 MB, and the daemon, which reads this file too, never hashes.
    from werkzeug import security  # noqa: PLC0415

    return security.generate_password_hash(password, method=method)


def check_password_hash(hashed: str, password: str) -> bool:
    """Tell whether the hash is of this password."""
    from werkzeug import security  # noqa: PLC0415

    return security.check_password_hash(hashed, password)


def _only(access: TinyDB, table: str) -> dict[str, Any]:
    """Return the one document of a table, an empty one when there is none."""
    found = access.table(table).get(doc_id=_ONLY)
    return dict(found) if isinstance(found, dict) else {}


def _keep(access: TinyDB, table: str, document: dict[str, object]) -> None:
    access.table(table).truncate()
    access.table(table).insert(Document(document, doc_id=_ONLY))


def _password(access: TinyDB) -> str | None:
    """Return the owner's hash; None before the claim, or once cleared."""
    password = _only(access, "owner").get("password")
    return None if password is None else str(password)


def _keep_owner(access: TinyDB, hashed: str | None) -> None:
    _keep(access, "owner", {"password": hashed})


def _hashed(usable: str) -> str:
    """Return Werkzeug's scrypt hash of a password that may be used, with a salt of its own."""
    with _ONE_AT_A_TIME:
        return generate_password_hash(usable, method=_METHOD)


def _salted(salt: str, code: str) -> str:
    return hmac.digest(salt.encode(), code.encode("utf-8", "replace"), "sha256").hex()


def _is_alive(recovery: dict[str, object], at: datetime) -> bool:
    """Tell whether there is a code that may still be tried. A clock set back makes none last longer."""
    made, wrong = recovery.get("made"), recovery.get("wrong")
    if not isinstance(made, int) or not isinstance(wrong, int) or wrong >= RECOVERY_TRIES:
        return False
    return abs(at - datetime.fromtimestamp(made, UTC)) <= RECOVERY_LASTS


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _used(session: Document) -> datetime:
    return datetime.fromtimestamp(session["used"], UTC)
