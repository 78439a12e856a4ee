"""A sealed stream: only its password opens it, and nothing that was changed on the way is believed."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.drivers import sealing
from appliance.drivers.sealing import Altered, NotSealed, Sealer, SealingUnavailable, WrongPassword, unseal

PASSWORD = "correct horse battery staple"


def sealed(*pieces: bytes) -> bytes:
    to = io.BytesIO()
    with Sealer(to, PASSWORD) as sealer:
        for piece in pieces:
            sealer.write(piece)
        assert sealer.tell() == sum(map(len, pieces))
    return to.getvalue()


def opened(stream: bytes, password: str = PASSWORD, at_most: int = 1 << 20) -> bytes:
    to = io.BytesIO()
    unseal(io.BytesIO(stream), password, to, at_most=at_most)
    return to.getvalue()


SEALED = sealed(b"Mrs Patel", b"", b" 07700 900123")


@pytest.mark.parametrize(
    "pieces", [(), (b"",), (b"a",), (b"a" * 15, b"b" * 17), (b"x" * 65_536, b"y"), (bytes(300_000),)]
)
def test_what_was_sealed_comes_back(pieces: tuple[bytes, ...]) -> None:
    assert opened(sealed(*pieces)) == b"".join(pieces)


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    assert b"Patel" not in SEALED
    assert sealed(b"same") != sealed(b"same")


@pytest.mark.parametrize("password", ["", "correct horse battery stapl", PASSWORD + " ", "pässword"])
def test_another_password_is_told_before_anything_is_opened(password: str) -> None:
    to = io.BytesIO()
    with pytest.raises(WrongPassword):
        unseal(io.BytesIO(SEALED), password, to, at_most=1000)
    assert to.getvalue() == b""


@settings(max_examples=30, deadline=None)
@given(at=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_found(at: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= 1 << bit
    with pytest.raises((NotSealed, WrongPassword, Altered)):
        opened(bytes(changed))


@pytest.mark.parametrize("length", [0, 5, sealing.HEADER - 1, sealing.HEADER, sealing.HEADER + 15, -17, -1])
def test_a_stream_that_was_cut_short_is_found(length: int) -> None:
    with pytest.raises((NotSealed, Altered)):
        opened(SEALED[:length])


def test_a_stream_with_something_after_it_is_found() -> None:
    with pytest.raises(Altered):
        opened(SEALED + b"more")


def test_a_stream_that_is_longer_than_it_may_be_is_not_read_to_its_end() -> None:
    with pytest.raises(Altered):
        opened(sealed(bytes(200_000)), at_most=100_000)


def test_a_block_that_breaks_off_leaves_nothing_that_opens() -> None:
    to = io.BytesIO()
    with suppress(OSError), Sealer(to, PASSWORD) as sealer:
        sealer.write(b"half")
        raise OSError
    with pytest.raises(Altered):
        opened(to.getvalue())


def test_a_machine_without_openssl_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_LIBRARIES", ("libnothing.so.9",))
    sealing._libcrypto.cache_clear()
    try:
        with pytest.raises(SealingUnavailable):
            sealed(b"")
    finally:
        sealing._libcrypto.cache_clear()
