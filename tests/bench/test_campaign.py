"""A tiny campaign with nobody but us, from the jobs to the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.campaign import Campaign, plan
from bench.contestants import EVERYBODY, PEERS
from bench.job import TINY, WHOLE, Answer
from bench.report import results
from bench.scenarios import SCENARIOS

CALLS = "play ours calls"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    wanted = plan(["ours"])
    few = {CALLS, "lines"}
    campaign = Campaign(tmp_path_factory.mktemp("bench"), TINY, lambda _line: None, workers=1)
    campaign.run(type(wanted)(tuple(job for job in wanted.alone if job in few), ()))
    return campaign


def test_every_job_gives_an_answer(campaign: Campaign) -> None:
    assert campaign.failed == {}
    calls = campaign.answer(CALLS) or {}
    assert (calls["calls"], calls["lost"], calls["doubled"], calls["cut_off"]) == (1, 0, 0, 0)
    assert len(calls["asked"]) == len(calls["accepted"]) == 1
    assert 0 < calls["asked"][0] < calls["accepted"][0]


def test_a_job_that_was_done_is_not_done_again(campaign: Campaign) -> None:
    said: list[str] = []
    again = Campaign(campaign.folder.parent, TINY, said.append, workers=1)
    wanted = plan(["ours"])
    again.run(type(wanted)((CALLS,), ()))
    assert said == []
    again.forget()
    assert again.answer(CALLS) is None


def test_a_job_that_cannot_be_done_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    said: list[str] = []
    campaign = Campaign(tmp_path, TINY, said.append, workers=1)
    wanted = plan(["ours"])
    campaign.run(type(wanted)(("nonsense", "lines"), ()))
    assert list(campaign.failed) == ["nonsense"]
    assert "FAILED" in said[0]
    assert campaign.answer("lines") is not None


def test_the_page_shows_what_there_is_and_says_what_there_is_not() -> None:
    calls: Answer = {"calls": 2, "asked": [0.004, 0.006], "accepted": [0.2, 0.3]}
    fine: Answer = {"lost": 0, "doubled": 0, "late": 0, "unwanted": 0, "cut_off": 0, "note": ""}
    slow: Answer = {"calls": 2, "asked": [4.0, 6.0], "accepted": [5.0, 7.0]}
    lossy: Answer = {**fine, "lost": 1, "note": "ended by itself 3 times"}
    answers: dict[str, Answer] = {
        "play ours calls": calls | fine,
        "play ours withheld": fine,
        "play smstools calls": slow | fine,
        "play smstools withheld": slow | lossy,
        "cost": {"cpu_s": {"0": 0.01, "1000": 0.011}},
        "idle-hour": {"written": 0},
        "print journal": {"printed": "| a | table |"},
        "print page": {"printed": "some lines"},
        "lines": {"whole": 1000.0, "bytewise": 500.0},
    }

    def find(job: str) -> Answer | None:
        return answers.get(job)

    page = results(find, WHOLE, {"Machine": "a desk"}, "Manufacturer: Quectel")
    assert "| Textback | 2 | 0.0040 | 0.0040 | 0.0060 |" in page
    assert "smstools3, the fastest of those who leave the caller to ring, takes 1,000 times as long" in page
    assert "1 lost; ended by itself 3 times" in page
    assert "did not run" in page
    assert "1,000 whole, 500 byte by byte" in page
    assert "| Processor time a call, 1,000 behind it | 1.2 x | 11.0 ms (1.10 x) |" in page
    assert "### The journal\n\n| a | table |" in page
    assert "### The page\n\n```\nsome lines\n```" in page
    assert "a desk" in page


def test_the_plan_has_every_scenario_for_everybody_once() -> None:
    jobs = plan().all
    assert len(jobs) == len(set(jobs))
    for who in ("ours", "gammu", "smstools", "script"):
        assert {f"play {who} {scenario}" for scenario in SCENARIOS} <= set(jobs)


def test_the_plan_for_one_leaves_the_others_out() -> None:
    assert {job.split()[1] for job in plan(["script"]).all} == {"script"}


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "ours"])
def test_nothing_in_what_a_peer_is_given_is_left_to_fill_in(who: str, tmp_path: Path) -> None:
    EVERYBODY[who](tmp_path / who, tmp_path / "modem")
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / who).iterdir() if path.is_file()]
    filled = [line for text in written for line in text.splitlines() if not line.startswith("#")]
    assert not [line for line in filled if "@" in line]


def test_the_script_is_no_longer_than_is_said_of_it() -> None:
    assert len((PEERS / "script.py").read_text(encoding="utf-8").splitlines()) <= 40
