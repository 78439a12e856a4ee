"""A stream that only its password opens: AES-256-GCM under a key made by scrypt.

    header     "textback backup 1" and a newline, salt (16 bytes), check of the password (16), nonce (12)
    content    as long as what was sealed
    tag        16 bytes, over header and content

The cipher is OpenSSL's (EVP), called directly: every Debian has libcrypto, Python's own hashlib rests on it,
and no package needs to be built for it. Each file has a salt and so a key of its own.
"""

from __future__ import annotations

import ctypes
import hashlib
import hmac
import secrets
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

MAGIC = b"textback backup 1\n"
_SALT, _CHECK, _NONCE, _TAG = 16, 16, 12, 16
HEADER = len(MAGIC) + _SALT + _CHECK + _NONCE
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 64 << 20, "dklen": 64}  # 32 MB, and 0.1 s on a PC
_CHUNK = 1 << 16
_LIBRARIES = ("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so")
_SET_TAG, _GET_TAG = 0x11, 0x10  # EVP_CTRL_AEAD_SET_TAG and _GET_TAG


class NotSealed(Exception):
    """This is no sealed stream of ours."""


class WrongPassword(Exception):
    """The stream was sealed with another password."""


class Altered(Exception):
    """The stream was cut short or changed since it was sealed; nothing that came of it may be used."""


class SealingUnavailable(Exception):
    """OpenSSL is not to be found on this machine."""


class _Cipher:
    """AES-256-GCM, one way."""

    def __init__(self, key: bytes, nonce: bytes, header: bytes, *, seal: bool) -> None:
        self._crypto = _libcrypto()
        self._seal = seal
        self._context = ctypes.c_void_p(self._crypto.EVP_CIPHER_CTX_new())
        cipher = ctypes.c_void_p(self._crypto.EVP_aes_256_gcm())
        self._done(self._crypto.EVP_CipherInit_ex(self._context, cipher, None, key, nonce, int(seal)))
        self._update(header, None)

    def update(self, data: bytes) -> bytes:
        """Return what comes of the next bytes."""
        if not data:
            return b""
        out = ctypes.create_string_buffer(len(data) + _TAG)
        length = self._update(data, out)
        return out.raw[:length]

    def tag(self) -> bytes:
        """End the sealing and return its tag."""
        self._final()
        tag = ctypes.create_string_buffer(_TAG)
        self._done(self._crypto.EVP_CIPHER_CTX_ctrl(self._context, _GET_TAG, _TAG, tag))
        return tag.raw

    def check(self, tag: bytes) -> None:
        """End the opening. Raises Altered."""
        self._done(self._crypto.EVP_CIPHER_CTX_ctrl(self._context, _SET_TAG, _TAG, tag))
        self._final()

    def free(self) -> None:
        """Forget the key."""
        self._crypto.EVP_CIPHER_CTX_free(self._context)

    def _update(self, data: bytes, out: ctypes.Array[ctypes.c_char] | None) -> int:
        length = ctypes.c_int(0)
        done = self._crypto.EVP_CipherUpdate(self._context, out, ctypes.byref(length), data, len(data))
        self._done(done)
        return length.value

    def _final(self) -> None:
        rest, length = ctypes.create_string_buffer(_TAG), ctypes.c_int(0)
        self._done(self._crypto.EVP_CipherFinal_ex(self._context, rest, ctypes.byref(length)))

    def _done(self, result: int) -> None:
        if result != 1:
            raise Altered


class Sealer:
    """A place to write to; what is written goes on sealed. Without the end of the block it cannot be opened.

    Raises SealingUnavailable.
    """

    def __init__(self, to: BinaryIO, password: str) -> None:
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        key, check = _key(password, salt)
        header = MAGIC + salt + check + nonce
        self._to = to
        self._written = 0
        self._cipher = _Cipher(key, nonce, header, seal=True)
        to.write(header)

    def write(self, data: bytes) -> int:
        """Seal the next bytes."""
        self._to.write(self._cipher.update(bytes(data)))
        self._written += len(data)
        return len(data)

    def flush(self) -> None:
        """Do what files do."""
        self._to.flush()

    def tell(self) -> int:
        """Return how many bytes were sealed."""
        return self._written

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._to.write(self._cipher.tag())
        self._cipher.free()


def unseal(source: BinaryIO, password: str, to: BinaryIO, *, at_most: int) -> None:
    """Write what was sealed to `to`; it may be used only once this has returned.

    Raises NotSealed, WrongPassword, Altered (also for more than `at_most` bytes) and SealingUnavailable.
    """
    header = source.read(HEADER)
    if len(header) != HEADER or not header.startswith(MAGIC):
        raise NotSealed
    salt = header[len(MAGIC) :][:_SALT]
    key, check = _key(password, salt)
    if not hmac.compare_digest(check, header[len(MAGIC) + _SALT :][:_CHECK]):
        raise WrongPassword
    cipher = _Cipher(key, header[-_NONCE:], header, seal=False)
    try:
        cipher.check(_all_but_the_tag(source, cipher, to, at_most))
    finally:
        cipher.free()


def _all_but_the_tag(source: BinaryIO, cipher: _Cipher, to: BinaryIO, at_most: int) -> bytes:
    held, seen = b"", 0
    while chunk := source.read(_CHUNK):
        held, seen = held + chunk, seen + len(chunk)
        if seen > at_most:
            raise Altered
        to.write(cipher.update(held[:-_TAG]))
        held = held[-_TAG:]
    if len(held) != _TAG:
        raise Altered
    return held


def _key(password: str, salt: bytes) -> tuple[bytes, bytes]:
    """Return the key, and what tells a wrong password before anything is opened."""
    made = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    return made[:32], made[32:][:_CHECK]


@cache
def _libcrypto() -> ctypes.CDLL:
    for name in _LIBRARIES:
        with suppress(OSError):
            library = ctypes.CDLL(name)
            library.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
            library.EVP_aes_256_gcm.restype = ctypes.c_void_p
            return library
    raise SealingUnavailable
