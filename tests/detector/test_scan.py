"""Every search that begins only where a faster one says so, beside the plain search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import quote, speaker
from detector.scan import matches_from

# Each is used with the pattern that it stands for; what they look at is in these pieces.
SEARCHES = {
    "marks": (quote._MARK_STARTS, quote._MARK),
    "sayers": (speaker._SAYS_STARTS, speaker._SAYS),
}
PIECES = """
    " “ ” « » ' ’ ‘ `` '' ''''' 'n' 'Twas '90s of 6'2" 5 12 ′ ″ ʼ don't об'єкт
    The the A a An one She he Він вона Mr. Dr. J. K. de McDonald iPad É Ю 東 Ann Poe mayor official
    said says told asked каже , , . ! \u00ad - — ( ) [ ] / | : @ © + 0 555 İ ſ _ \ue000 \ue001
""".split()

texts = st.one_of(
    st.lists(st.sampled_from([*PIECES, " ", " ", " ", "\n"]), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.text(max_size=60),
)


@pytest.mark.parametrize("name", SEARCHES)
@given(text=texts)
def test_finds_what_the_plain_search_finds(name, text):
    starts, pattern = SEARCHES[name]
    found = [m.span() for m in matches_from(starts, pattern, text)]
    assert found == [m.span() for m in pattern.finditer(text)]
