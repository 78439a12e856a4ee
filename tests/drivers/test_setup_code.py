"""The setup code: random, the same for life, tried for 15 minutes and 20 times. Checks 2, 3 and 4."""

from __future__ import annotations

import hashlib
import random
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.access_file import AccessUnwritable
from appliance.drivers.setup_code import ALPHABET, MOST_WRONG, OPEN_S, SetupCode, Tried, new_code

if TYPE_CHECKING:
    from pathlib import Path


class Power:
    """Seconds since the box was switched on."""

    def __init__(self) -> None:
        self.on_for = 30.0

    def __call__(self) -> float:
        return self.on_for


@pytest.fixture
def power() -> Power:
    return Power()


@pytest.fixture
def setup(tmp_path: Path, power: Power) -> SetupCode:
    return SetupCode(tmp_path / "data", tmp_path / "run", power)


def cut_the_power(tmp_path: Path, power: Power) -> None:
    for kept in (tmp_path / "run").iterdir():  # it is in memory
        kept.unlink()
    power.on_for = 20.0


def test_security_check_2_a_thousand_codes_have_40_bits_and_nothing_in_common() -> None:
    random.seed(1)
    codes = [new_code() for _ in range(1000)]
    random.seed(1)  # a known seed leads to none of them again
    assert len({*codes, *(new_code() for _ in range(1000))}) == 2000
    signs = "".join(code.replace("-", "") for code in codes)
    assert len(signs) == 8000
    assert len(ALPHABET) == 32
    assert set(signs) == set(ALPHABET)
    assert not set("0O1I") & set(ALPHABET)
    for place in range(8):  # of 32 signs a thousand times each, none is near twice or half its share
        counts = [sum(code.replace("-", "")[place] == sign for code in codes) for sign in ALPHABET]
        assert 5 < min(counts) <= max(counts) < 75


def test_security_check_2_no_code_can_be_derived_from_what_the_box_shows() -> None:
    """Neither a MAC address nor a serial number nor the time of making is anywhere in how it is made."""
    known = ["b8:27:eb:12:34:56", "10000000abcdef01", "textback", "textback.local", "1795500000"]
    codes = {new_code() for _ in range(1000)}
    for words in known:
        for digest in ("md5", "sha1", "sha256"):
            raw = hashlib.new(digest, words.encode()).digest()
            signs = "".join(ALPHABET[octet % 32] for octet in raw[:8])
            assert f"{signs[:4]}-{signs[4:]}" not in codes


def test_the_code_is_made_once_and_only_its_owner_may_read_it(setup: SetupCode, tmp_path: Path) -> None:
    code = setup.code()
    assert setup.code() == code
    assert SetupCode(tmp_path / "data", tmp_path / "run", Power()).code() == code
    assert stat.S_IMODE((tmp_path / "data" / "setup-code").stat().st_mode) == 0o600


def test_a_spoilt_code_is_replaced(setup: SetupCode, tmp_path: Path) -> None:
    before = setup.code()
    (tmp_path / "data" / "setup-code").write_bytes(b"\xff\x00")
    assert setup.code() != before
    assert setup.try_code(setup.code()) is Tried.RIGHT


def test_it_may_be_typed_in_any_case_with_and_without_its_dash(setup: SetupCode) -> None:
    code = setup.code()
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert setup.try_code(typed) is Tried.RIGHT


@pytest.mark.parametrize("typed", ["", "-", "K7QW", "É" * 8, "\ud800", "x" * 100_000])
def test_what_is_not_the_code_is_wrong(setup: SetupCode, typed: str) -> None:
    setup.code()
    assert setup.try_code(typed.encode("utf-8", "replace").decode()) is Tried.WRONG


def test_a_box_that_has_no_code_yet_takes_none(setup: SetupCode) -> None:
    assert setup.try_code("") is Tried.WRONG


def test_security_check_3_twenty_wrong_codes_close_it_till_the_power_is_cut(
    setup: SetupCode, tmp_path: Path, power: Power
) -> None:
    code = setup.code()
    assert [setup.try_code("WRONG") for _ in range(MOST_WRONG)] == [Tried.WRONG] * 20
    assert setup.try_code(code) is Tried.CLOSED
    assert setup.seconds_left() == 0
    assert SetupCode(tmp_path / "data", tmp_path / "run", power).try_code(code) is Tried.CLOSED
    cut_the_power(tmp_path, power)
    assert setup.try_code(code) is Tried.RIGHT


def test_security_check_3_or_till_the_button_is_pressed(setup: SetupCode) -> None:
    for _ in range(MOST_WRONG + 5):
        setup.try_code("WRONG")
    setup.open()
    assert setup.try_code(setup.code()) is Tried.RIGHT


def test_wrong_codes_tried_side_by_side_are_each_counted(setup: SetupCode) -> None:
    setup.code()
    tried: list[Tried] = []
    threads = [threading.Thread(target=lambda: tried.append(setup.try_code("WRONG"))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tried) == [Tried.CLOSED] * 20 + [Tried.WRONG] * 20


def test_security_check_4_it_closes_15_minutes_after_power_on_and_opens_with_the_next(
    setup: SetupCode, tmp_path: Path, power: Power
) -> None:
    code = setup.code()
    power.on_for = OPEN_S - 0.1
    assert setup.try_code(code) is Tried.RIGHT
    assert setup.try_code("WRONG") is Tried.WRONG
    power.on_for = OPEN_S
    assert setup.try_code(code) is Tried.CLOSED
    assert setup.seconds_left() == 0
    cut_the_power(tmp_path, power)
    assert setup.try_code(code) is Tried.RIGHT


def test_the_button_opens_it_for_15_minutes_more(setup: SetupCode, power: Power) -> None:
    power.on_for = 100_000.0
    assert setup.try_code(setup.code()) is Tried.CLOSED
    setup.open()
    assert setup.seconds_left() == OPEN_S
    power.on_for += OPEN_S
    assert setup.try_code(setup.code()) is Tried.CLOSED


def test_an_opening_from_before_the_power_was_cut_counts_for_nothing(setup: SetupCode, power: Power) -> None:
    power.on_for = 100_000.0
    setup.open()
    power.on_for = OPEN_S + 1  # a run folder that is not in memory
    assert setup.try_code(setup.code()) is Tried.CLOSED


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"opened": "x"}', b'{"opened": null, "wrong": 0}'])
def test_a_spoilt_count_is_that_of_power_on(
    setup: SetupCode, tmp_path: Path, power: Power, spoilt: bytes
) -> None:
    setup.open()
    (tmp_path / "run" / "claim.json").write_bytes(spoilt)
    assert setup.seconds_left() == OPEN_S - power.on_for


def test_a_box_that_cannot_count_takes_no_code(tmp_path: Path, power: Power) -> None:
    (tmp_path / "run").write_text("not a folder")
    setup = SetupCode(tmp_path / "data", tmp_path / "run", power)
    assert setup.try_code(setup.code()) is Tried.CLOSED


def test_a_code_that_cannot_be_kept_is_told_plainly(tmp_path: Path, power: Power) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(AccessUnwritable, match="The setup code could not be saved"):
        SetupCode(tmp_path / "data", tmp_path / "run", power).code()
