"""Whatever callers call themselves and text, no cell of what the owner exports is a formula."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import spreadsheets
from appliance.core.calls import Outcome, Presentation
from appliance.core.contacts import Contact
from appliance.drivers.journal import Journal
from tests.core.test_contacts import HARMFUL
from tests.fakes import MONDAY
from tests.formula_cells import cells, formulas

dangerous = st.sampled_from("=+-@\t\r\n\0'\"|% \uff1d").flatmap(
    lambda first: st.text(max_size=12).map(lambda rest: first + rest)
)


def test_the_reader_finds_what_it_is_to_find() -> None:
    assert formulas('"=1+1","x"\r\n" -1","\'=1"\r\n"\t1","a ""=b"\r\n') == ["=1+1", " -1", "\t1"]
    with pytest.raises(AssertionError):
        cells("=1+1\r\n")


@given(st.lists(st.lists(dangerous | st.text(max_size=12), min_size=1, max_size=4), max_size=4))
def test_security_check_20_no_row_that_is_written_holds_a_formula(rows: list[list[str]]) -> None:
    text = spreadsheets.write(rows)
    assert formulas(text) == []
    assert len(cells(text)) == sum(map(len, rows))


@settings(max_examples=50)
@given(dangerous)
def test_security_check_20_no_contact_that_is_exported_holds_a_formula(name: str) -> None:
    text = spreadsheets.write_contacts([Contact(name, ("+447700900123", "+33612345678"))])
    assert formulas(text) == []


def test_security_check_20_no_call_that_is_exported_holds_a_formula() -> None:
    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite3") as journal:
        for count, harmful in enumerate([*HARMFUL, "+447700900123", "Screwfix"]):
            at = MONDAY + timedelta(minutes=count)
            call_id = journal.call_started(at)
            journal.call_identified(call_id, harmful, None, Presentation.ALLOWED)
            journal.call_over(call_id, ended_at=at, rings=1, outcome=Outcome.MISSED, verdict="TEXT")
            journal.incoming(sender=harmful, key=None, body=harmful, sent_at=None, at=at)
        text = "".join(journal.calls_csv(lambda _key: "=1+1"))
    assert formulas(text) == []
    assert len(cells(text)) >= 2 * len(HARMFUL)
