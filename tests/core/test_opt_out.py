"""STOP and START as people write them, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.opt_out import Wish, suppression_hash, wish

# Check 30: at least 15 spellings, and emoji.
STOPS = """
STOP
stop
Stop.
STOP!
*stop*
"STOP"
STOP \U0001f6d1
\U0001f64f please stop \U0001f64f
stop pls
Stop please
please stop
STOP STOP
stop stop stop
STOPALL
stop all
stopp
sotp
S.T.O.P
s t o p
ST\u00d3P
\uff33\uff34\uff2f\uff30
st\u200bop
Stop it
stop now
Please stop texting me
Stop texting
stop messaging me
Stop sending me these texts
stop sending texts
can you stop texting me
Could you please stop sending these texts
I have found someone else so please stop texting me
Stop, I've found someone
Wrong number. Stop
Stop - wrong person
Hi, please stop sending me messages
No thanks, stop
stop calling me
reply STOP
Text STOP
Unsubscribe
UNSUBSCRIBE please
unsubscribe me from this
unsub
end
END.
Quit
CANCEL
opt out
OPT-OUT
opt me out
remove me from your list
take me off your list
No more texts please
Don't text me again
don\u2019t text me
Do not contact me
Leave me alone
""".strip().splitlines()

OTHERS = """
stop by at 4
Stop by at 4!
Can you stop the leak?
Can you stop?
could you stop by
Can you stop over on Friday
Please stop by tomorrow
please stop the water
Stop the water
Stop tap is under the sink
is there a stop tap, please
stop-tap stuck
stop valve, kitchen
The stopcock won't turn
It won't stop dripping
How do I stop it leaking
I can't stop it
We need it to stop leaking
Non stop drip
nonstop
Full stop
Bus stop
I'm at the bus stop
Stop at the shop
stop here
Don't stop texting me
I would never stop texting me
Text me when you stop
Ring me don't text me
text me please
Cancel my appointment
cancel please
Can we cancel Tuesday?
End of the road on the left
end terrace
The end
Quit smoking
when can you start
Start Monday?
Yes start Monday
Great sale now on! Reply STOP to opt out
Unsubscribed customer here needs a plumber
No
No thanks
Not interested
Boiler shows F28
???
\U0001f44d
""".strip().splitlines()

STARTS = """
START
start
Start please
UNSTOP
unstop pls
Start texting me again
opt in
start \U0001f600
Start again
RESTART
""".strip().splitlines()


@pytest.mark.parametrize("words", STOPS)
def test_security_check_30_a_stop_is_read_kindly(words: str) -> None:
    assert wish(words) is Wish.STOP


@pytest.mark.parametrize("words", STOPS)
@pytest.mark.parametrize(
    "change", [str.upper, str.lower, str.title, "  {}  ".format, "{}\n".format, "{} \U0001f600".format]
)
def test_it_is_the_same_in_any_case_and_with_anything_around_it(words: str, change: object) -> None:
    assert callable(change)
    assert wish(change(words)) is Wish.STOP


@pytest.mark.parametrize("words", ["", " ", "\n", *OTHERS])
def test_what_is_about_something_else_stays_a_reply(words: str) -> None:
    assert wish(words) is None


@pytest.mark.parametrize("words", STARTS)
def test_security_check_30_a_start_lifts_it(words: str) -> None:
    assert wish(words) is Wish.START


@given(st.text(max_size=1000))
def test_any_words_can_be_read(words: str) -> None:
    assert wish(words) in {None, Wish.STOP, Wish.START}


@given(
    st.lists(
        st.sampled_from(["stop", "please", "text", "dont", "me", "by", "a", "to", ".", " - "]), max_size=120
    )
)
def test_long_repetitions_are_read_in_no_time(words: list[str]) -> None:
    assert wish(" ".join(words)) in {None, Wish.STOP}


KEY = b"a key of the box's own, random"


def test_what_is_kept_of_a_stop_is_the_same_for_every_spelling_of_a_number() -> None:
    spellings = ["07700900123", "+447700900123", "447700900123", "0044 7700 900123", "07700 900 123"]
    kept = {suppression_hash(KEY, number) for number in spellings}
    assert len(kept) == 1
    assert all(len(digest) == 64 and "900123" not in digest for digest in kept)


def test_two_numbers_and_two_boxes_have_nothing_in_common() -> None:
    assert suppression_hash(KEY, "07700900123") != suppression_hash(KEY, "07700900124")
    assert suppression_hash(KEY, "07700900123") != suppression_hash(KEY[::-1], "07700900123")


def test_a_sender_that_is_no_number_can_be_kept_too() -> None:
    assert suppression_hash(KEY, "Screwfix") == suppression_hash(KEY, " Screwfix ")
    assert suppression_hash(KEY, "60123") != suppression_hash(KEY, "60124")


def test_what_is_kept_stays_the_same_in_later_versions() -> None:
    assert suppression_hash(b"0123456789abcdef", "07700900123") == (
        "a914b6e5a05cc5a2997f68a60e808880e35f28e4c517eed912170a1c2068e9f8"
    )


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        suppression_hash(b"short", "07700900123")
