"""What real modems were seen to say, replayed: the same verdicts whole and one byte at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import transcript
from tests.transcript import Replay, Slicer, byte_by_byte, whole

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
FEWEST = 30


@pytest.mark.parametrize("slicer", [whole, byte_by_byte])
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_what_a_modem_said_comes_to_what_happened(path: Path, slicer: Slicer) -> None:
    talk = transcript.read(path)
    assert talk.verdicts, "a transcript says what must come of it"
    assert Replay(talk, slicer).run() == talk.verdicts


def test_there_are_as_many_as_were_promised() -> None:
    assert len(TRANSCRIPTS) >= FEWEST


def test_every_number_is_one_that_nobody_owns() -> None:
    for path in TRANSCRIPTS:
        for said in transcript.read(path).said:
            digits = "".join(c for c in said.text.partition('"')[2].partition('"')[0] if c.isdigit())
            drama = digits.removeprefix("44").removeprefix("0")
            assert len(digits) < 10 or drama.startswith(("77009", "1632960", "207946")), path.name
