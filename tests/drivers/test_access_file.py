"""Who may sign in: one owner, claimed once; sessions that end when they should."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.drivers import access_file, atomic_storage
from appliance.drivers.access_file import (
    SESSIONS_KEPT,
    AccessFile,
    AccessUnreadable,
    AccessUnwritable,
    PasswordRefused,
)
from appliance.drivers.atomic_storage import backup_of
from tests.drivers.processes import started

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tinydb import TinyDB

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASSWORD = "three blue mugs"
QUICK = "scrypt:256:8:1"  # the real work factor takes 0.15 s a time; one test measures with it


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def access(data: Path, monkeypatch: pytest.MonkeyPatch) -> AccessFile:
    monkeypatch.setattr(access_file, "_METHOD", QUICK)
    return AccessFile(data)


@pytest.fixture
def claimed(access: AccessFile) -> AccessFile:
    assert access.claim(PASSWORD)
    return access


def stored(data: Path) -> dict[str, dict[str, dict[str, object]]]:
    tables: dict[str, dict[str, dict[str, object]]] = json.loads((data / "access.json").read_bytes())
    return tables


def test_a_new_box_has_no_owner_and_lets_nobody_in(access: AccessFile, data: Path) -> None:
    assert not access.claimed()
    assert not access.check("")
    assert not access.check(PASSWORD)
    assert not access.session_valid("", MONDAY)
    assert not data.exists()


def test_the_first_to_claim_is_the_owner_and_the_second_is_not(claimed: AccessFile) -> None:
    assert claimed.claimed()
    assert not claimed.claim("another long password")
    assert claimed.check(PASSWORD)
    assert not claimed.check("another long password")


def test_a_claim_holds_for_every_process(claimed: AccessFile, data: Path) -> None:
    assert AccessFile(data).claimed()
    assert AccessFile(data).check(PASSWORD)


def test_a_weak_password_claims_nothing(access: AccessFile) -> None:
    with pytest.raises(PasswordRefused):
        access.claim("password1")
    assert not access.claimed()


def test_the_business_name_is_no_password(claimed: AccessFile) -> None:
    with pytest.raises(PasswordRefused):
        claimed.set_password("Smith Plumbing", business="Smith Plumbing")
    assert claimed.check(PASSWORD)


def test_the_password_is_kept_as_salted_scrypt_of_full_strength(data: Path) -> None:
    AccessFile(data / "one").claim(PASSWORD)
    AccessFile(data / "two").claim(PASSWORD)
    one, two = (str(stored(data / box)["owner"]["1"]["password"]) for box in ("one", "two"))
    assert one.startswith("scrypt:32768:8:1$")
    assert one != two
    assert PASSWORD not in (data / "one" / "access.json").read_text()
    assert AccessFile(data / "one").check(PASSWORD)


def claim_at_once(sending: Connection, data: str, password: str) -> None:
    sending.send(AccessFile(Path(data)).claim(password))


def test_of_many_who_claim_at_once_one_succeeds(data: Path) -> None:
    passwords = [f"three blue mugs {number}" for number in range(4)]
    working = [started(claim_at_once, str(data), password) for password in passwords]
    claims = []
    for process, hearing in working:
        claims.append(hearing.recv())
        process.join()
        hearing.close()
    assert sorted(claims) == [False, False, False, True]
    assert AccessFile(data).check(passwords[claims.index(True)])
    assert len(stored(data)["owner"]) == 1


def test_of_many_threads_that_claim_at_once_one_succeeds(access: AccessFile) -> None:
    claims: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda number=number: claims.append(access.claim(f"three blue mugs {number}"))
        )
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert claims.count(True) == 1


def test_while_one_password_is_checked_or_hashed_the_others_wait(
    claimed: AccessFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    could_start_another: list[bool] = []

    def try_another(*_: str, **__: str) -> str:
        could_start_another.append(access_file._ONE_AT_A_TIME.acquire(blocking=False))
        return "scrypt:256:8:1$salt$hash"

    monkeypatch.setattr(access_file, "check_password_hash", try_another)
    monkeypatch.setattr(access_file, "generate_password_hash", try_another)
    claimed.check(PASSWORD)
    claimed.set_password("four green mugs")
    assert could_start_another == [False, False]
    assert access_file._ONE_AT_A_TIME.acquire(blocking=False)
    access_file._ONE_AT_A_TIME.release()


def test_a_session_is_valid_until_it_is_ended(claimed: AccessFile) -> None:
    token, other = claimed.new_session(MONDAY), claimed.new_session(MONDAY)
    assert claimed.session_valid(token, MONDAY)
    claimed.end_session(token)
    assert not claimed.session_valid(token, MONDAY)
    assert claimed.session_valid(other, MONDAY)
    claimed.end_session(token)


def test_a_token_has_256_bits_and_only_its_hash_is_kept(claimed: AccessFile, data: Path) -> None:
    tokens = {claimed.new_session(MONDAY) for _ in range(10)}
    assert len(tokens) == 10
    assert all(len(token) == 43 for token in tokens)  # 32 octets in base 64
    content = (data / "access.json").read_text()
    for token in tokens:
        assert token not in content
        assert hashlib.sha256(token.encode()).hexdigest() in content


@pytest.mark.parametrize("token", ["", "x" * 43, "\N{WRENCH}", "\ud83d", "0" * 100_000])
def test_a_made_up_token_opens_nothing(claimed: AccessFile, token: str) -> None:
    claimed.new_session(MONDAY)
    assert not claimed.session_valid(token, MONDAY)
    claimed.end_session(token)


def test_a_new_password_ends_every_session_and_the_old_password(claimed: AccessFile) -> None:
    token = claimed.new_session(MONDAY)
    claimed.set_password("four green mugs")
    assert not claimed.session_valid(token, MONDAY)
    assert not claimed.check(PASSWORD)
    assert claimed.check("four green mugs")


def test_all_sessions_can_be_ended_at_once(claimed: AccessFile) -> None:
    tokens = [claimed.new_session(MONDAY) for _ in range(3)]
    claimed.end_all_sessions()
    assert not any(claimed.session_valid(token, MONDAY) for token in tokens)
    assert claimed.check(PASSWORD)


def test_a_session_unused_for_thirty_days_is_over(claimed: AccessFile) -> None:
    token = claimed.new_session(MONDAY)
    assert not claimed.session_valid(token, MONDAY + timedelta(days=30, seconds=1))
    assert claimed.session_valid(token, MONDAY + timedelta(days=30))


def test_a_session_in_use_goes_on_for_ever(claimed: AccessFile) -> None:
    token = claimed.new_session(MONDAY)
    for weeks in range(1, 20):
        assert claimed.session_valid(token, MONDAY + timedelta(weeks=weeks))


def test_the_file_is_written_at_most_once_a_day_for_a_session_in_use(claimed: AccessFile, data: Path) -> None:
    token = claimed.new_session(MONDAY)
    before = (data / "access.json").stat().st_ino
    for hour in range(24):
        assert claimed.session_valid(token, MONDAY + timedelta(hours=hour))
    assert (data / "access.json").stat().st_ino == before
    assert claimed.session_valid(token, MONDAY + timedelta(hours=24))
    after_a_day = (data / "access.json").stat().st_ino
    assert after_a_day != before
    assert claimed.session_valid(token, MONDAY + timedelta(hours=47))
    assert (data / "access.json").stat().st_ino == after_a_day


def test_only_so_many_sessions_are_kept_and_the_longest_unused_goes(claimed: AccessFile, data: Path) -> None:
    tokens = [claimed.new_session(MONDAY + timedelta(hours=hour)) for hour in range(SESSIONS_KEPT)]
    later = MONDAY + timedelta(days=2)
    assert claimed.session_valid(tokens[0], later)  # the oldest is in use
    tokens.append(claimed.new_session(later))
    assert [claimed.session_valid(token, later) for token in tokens] == [
        True,
        False,
        *[True] * (SESSIONS_KEPT - 1),
    ]
    assert len(stored(data)["sessions"]) == SESSIONS_KEPT


def test_sessions_that_are_over_are_not_kept(claimed: AccessFile, data: Path) -> None:
    claimed.new_session(MONDAY)
    claimed.new_session(MONDAY + timedelta(days=40))
    assert len(stored(data)["sessions"]) == 1


def test_a_damaged_file_lets_nobody_in_and_is_not_taken_for_a_new_box(
    claimed: AccessFile, data: Path
) -> None:
    (data / "access.json").write_bytes(b"")
    backup_of(data / "access.json").unlink(missing_ok=True)
    told = r"^The sign-in file cannot be read\."
    for use in (
        claimed.claimed,
        lambda: claimed.claim("another long password"),
        lambda: claimed.check(PASSWORD),
        lambda: claimed.session_valid("x" * 43, MONDAY),
        lambda: claimed.new_session(MONDAY),
        lambda: claimed.set_password("another long password"),
        lambda: claimed.end_session("x" * 43),
        claimed.end_all_sessions,
    ):
        with pytest.raises(AccessUnreadable, match=told):
            use()


def test_storage_that_takes_no_more_is_told_in_plain_words(tmp_path: Path, access: AccessFile) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(AccessUnwritable, match=r"^The sign-in file could not be saved\."):
        access.new_session(MONDAY)


def test_a_session_stays_valid_when_its_use_cannot_be_noted(
    claimed: AccessFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = claimed.new_session(MONDAY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("appliance.drivers.files.replace_file", full)
    assert claimed.session_valid(token, MONDAY + timedelta(days=2))


def test_a_cleared_password_ends_every_session_and_keeps_the_owner(claimed: AccessFile) -> None:
    token = claimed.new_session(MONDAY)
    code = claimed.new_recovery_code(MONDAY)
    claimed.clear_password()
    assert claimed.claimed()
    assert not claimed.has_password()
    assert not claimed.check(PASSWORD)
    assert not claimed.session_valid(token, MONDAY)
    assert code is not None
    assert not claimed.recover(code, "three red mugs", MONDAY)
    assert claimed.claim("three red mugs")
    assert claimed.check("three red mugs")
    assert not claimed.claim("three green mugs")


def test_clearing_a_password_does_not_make_an_owner(access: AccessFile, data: Path) -> None:
    access.clear_password()
    assert not access.claimed()
    assert not (data / "access.json").exists()


def test_clearing_a_password_helps_where_the_file_is_damaged(claimed: AccessFile, data: Path) -> None:
    for path in (data / "access.json", backup_of(data / "access.json")):
        path.write_bytes(b"{")
    with pytest.raises(AccessUnreadable, match="Hold the button for 20 seconds"):
        claimed.has_password()
    claimed.clear_password()
    assert not claimed.has_password()
    assert claimed.claim("three red mugs")


def test_a_recovery_code_is_eight_digits_of_which_only_a_hash_is_kept(
    claimed: AccessFile, data: Path
) -> None:
    codes = [claimed.new_recovery_code(MONDAY + timedelta(days=day)) for day in range(20)]
    assert all(code is not None and len(code) == 8 and code.isdigit() for code in codes)
    assert len(set(codes)) == 20
    assert str(codes[-1]) not in (data / "access.json").read_text()


def test_security_check_7_a_recovery_code_works_once(claimed: AccessFile) -> None:
    token = claimed.new_session(MONDAY)
    code = claimed.new_recovery_code(MONDAY)
    assert code is not None
    assert not claimed.recover("00000000" if code != "00000000" else "1", "three red mugs", MONDAY)
    assert claimed.check(PASSWORD)
    assert claimed.recover(code, "three red mugs", MONDAY)
    assert claimed.check("three red mugs")
    assert not claimed.session_valid(token, MONDAY)
    assert not claimed.recover(code, "three green mugs", MONDAY)


@pytest.mark.parametrize(("minutes", "works"), [(0, True), (10, True), (11, False), (-11, False)])
def test_security_check_7_a_recovery_code_works_for_ten_minutes(
    claimed: AccessFile, minutes: int, works: bool
) -> None:
    code = claimed.new_recovery_code(MONDAY)
    assert code is not None
    assert claimed.recover(code, "three red mugs", MONDAY + timedelta(minutes=minutes)) is works


def test_security_check_7_there_are_three_recovery_codes_a_day(claimed: AccessFile) -> None:
    made = [claimed.new_recovery_code(MONDAY + timedelta(minutes=minute)) for minute in range(4)]
    assert [code is None for code in made] == [False, False, False, True]
    assert made[2] is not None
    assert claimed.recover(made[2], "three red mugs", MONDAY + timedelta(minutes=3))
    assert claimed.new_recovery_code(MONDAY + timedelta(minutes=4)) is None
    assert claimed.new_recovery_code(MONDAY + timedelta(days=1)) is not None


def test_only_the_newest_recovery_code_works(claimed: AccessFile) -> None:
    first, second = claimed.new_recovery_code(MONDAY), claimed.new_recovery_code(MONDAY)
    assert first is not None
    assert second is not None
    assert not claimed.recover(first, "three red mugs", MONDAY)
    assert claimed.recover(second, "three red mugs", MONDAY)


def test_five_wrong_recovery_codes_spoil_the_right_one(claimed: AccessFile) -> None:
    code = claimed.new_recovery_code(MONDAY)
    assert code is not None
    for _ in range(5):
        assert not claimed.recover("wrong", "three red mugs", MONDAY)
    assert not claimed.recover(code, "three red mugs", MONDAY)


def test_a_password_refused_leaves_the_recovery_code_good(claimed: AccessFile) -> None:
    code = claimed.new_recovery_code(MONDAY)
    assert code is not None
    with pytest.raises(PasswordRefused):
        claimed.recover(code, "short", MONDAY)
    assert claimed.recover(code, "three red mugs", MONDAY)


def test_a_box_without_an_owner_has_no_recovery(access: AccessFile) -> None:
    assert access.new_recovery_code(MONDAY) is None
    assert not access.recover("", "three red mugs", MONDAY)


def test_another_password_spoils_a_recovery_code(claimed: AccessFile) -> None:
    code = claimed.new_recovery_code(MONDAY)
    claimed.set_password("three red mugs")
    assert code is not None
    assert not claimed.recover(code, "three green mugs", MONDAY)


def test_whether_there_is_an_owner_is_read_once_for_each_file(
    claimed: AccessFile, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    documents = atomic_storage.documents

    def counted(path: Path) -> TinyDB:
        read.append(path)
        return documents(path)

    monkeypatch.setattr(atomic_storage, "documents", counted)
    assert [claimed.claimed() for _ in range(5)] == [True] * 5
    assert len(read) <= 1
    (data / "access.json").unlink()
    (data / "access.json.bak").unlink(missing_ok=True)
    assert not claimed.claimed()
    assert AccessFile(data).claim("three red mugs")
    assert claimed.claimed()
