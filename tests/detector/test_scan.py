"""Every search that begins only where a faster one says so, beside the plain search."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import furniture, lexicon, mention, quote, sentence, speaker, webpage
from detector.cue import RULES, rules_for
from detector.scan import WORD, Search, matches_from, starts_of, without_signs, words_of

# Each is used with the pattern that it stands for; what they look at is in these pieces.
SEARCHES = {
    "marks": (quote._MARK_OR_FEET_STARTS, quote._MARK),
    "sayers": (speaker._SAYS_STARTS, speaker._SAYS),
    "sentences": (sentence._MAY_END, sentence._END),
    "outlets by shape": (mention._SHAPED_STARTS, mention._SHAPED),
}
NEEDY = [
    *(rule.pattern for rule in RULES),
    *(*mention._DECLARED, mention._DOMAIN, furniture._CREDIT, furniture._CREDIT_INSIDE),
    *(quote._LABEL, speaker._BY, *webpage._ADDRESSES.values()),
]
# Patterns that take one character before they ask what it is, and how they would be written else.
FAST: dict[str, tuple[re.Pattern[str] | Search, str]] = {
    "by": (speaker._BY, r"(?:[Зз]а словами|[Aa]ccording to|[Нн]а думку) "),
    "sentence": (
        speaker._SENTENCE,
        rf"\n|(?:{speaker._FULL_STOP}|[!?…\ue000\ue002])\s+(?={lexicon.UPPER})",
    ),
    "capital": (mention._CAPITALISED, rf"(?<![\w@#]){lexicon.UPPER}\w*"),
    "phone": (
        webpage._ADDRESSES["phone"],
        r"(?<![\w.,/-])(?:\+|\(?0(?!\d?[./]\d)|\d{3}-(?=\d{3}-)|\(\d{3}\))"
        r"[\d ()/.-]{5,17}\d(?!\w)",
    ),
    "notice": (webpage._ADDRESSES["notice"], r"Copyright ©|(?:©|Copyright|\([Cc]\)) ?\d{4}"),
}
PIECES = """
    " “ ” « » ' ’ ‘ `` '' ''''' 'n' 'Twas '90s of 6'2" 5 12 ′ ″ ʼ don't об'єкт
    The the A a An one She he Він вона Mr. Dr. J. K. de McDonald iPad É Ю 東 Ann Poe mayor official
    Valley Courier Sunday Post Daily News 。 ！ ? … ” )
    according to За словами Copyright (c) 2026 1999 +44 (0)20 7946 0000 555-010-9999 (555) 05 .com
    said says told asked каже , , . ! \u00ad - — ( ) [ ] / | : @ © + 0 555 İ ſ _
    \ue000 \ue001 \ue002
""".split()
FURNITURE = (
    "By|Автор:|12:30|Updated on|Quote:|Source:|The Times|KYIV (AP) —|(AP) —|Correction:|©|ENDS|###|"
    "Follow us on|Read more:|Contact:|About the author|Reporting by|Ann Poe is a reporter for"
).split("|")

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


@pytest.mark.parametrize("name", FAST)
@given(text=texts)
def test_finds_what_the_pattern_as_one_would_write_it_finds(name, text):
    fast, plain = FAST[name]
    found = [m.span() for m in fast.finditer(text)]
    assert found == [m.span() for m in re.finditer(plain, text)]


@given(text=texts)
def test_feet_are_looked_for_where_there_are_some(text):
    if not quote._HAS_FEET.search(text):
        found = [m.span() for m in matches_from(quote._MARK_STARTS, quote._MARK, text)]
        assert found == [m.span() for m in quote._MARK.finditer(text)]


@given(text=texts)
def test_names_that_may_begin_at_a_word_are_those_whose_first_word_it_is(text):
    for m in mention._CAPITALISED_OR_SITE.finditer(text):
        every = mention._ALIASES.get(m[0][:4].casefold(), ())
        fitting = [row for row in every if mention._end_of(text, m.start(), row[0][:1])]
        assert mention._BEGINNING[m[0]] == fitting


@given(text=texts)
def test_the_words_of_a_text_are_found_as_by_one_pattern(text):
    found = list(WORD.finditer(text))
    for same in (text, without_signs(text)):
        assert words_of(same) == [m[0] for m in found]
        assert starts_of(same) == [m.start() for m in found]


@given(text=texts)
def test_verbs_of_saying_are_whole_words(text):
    found = [m.span() for m in re.finditer(r"\w+", text) if m[0] in speaker._SAYING]
    assert speaker._verbs(text, text) == found


@given(text=texts)
def test_the_sentences_of_a_text_are_those_of_its_lines(text):
    lines = [m.span() for m in re.finditer(r"[^\n]*\n?", text)]
    by_line = [found for line in lines for found in sentence.sentences(text, *line)]
    assert by_line == sentence.sentences(text)


@given(text=texts | st.sampled_from(FURNITURE).map("{} Ann Poe 2026 ".format))
def test_a_line_is_some_kind_of_furniture_where_their_common_shape_fits(text):
    for places, shape in furniture._SHAPES.items():
        kinds = [kind for kind in furniture._KINDS if kind.place in places]
        assert bool(shape.match(text)) == any(kind.pattern.match(text) for kind in kinds)


# What the cues are made of: their own words, outlets as they are masked, and what joins them.
WORDS = sorted({word for search in NEEDY for words in search.needs for word in words})
JOINS = (
    *("\ue000", "\ue000\ue001\ue001", "\ue002\ue001", "The", "the", "by", "to", "in", "on", "of"),
    *(
        "A",
        "this",
        "Ann Poe",
        "Haft",
        "is",
        "W",
        "w",
        "C",
        "P",
        "З",
        "за",
        "reported",
        "said",
        "As",
    ),
    *(",", ".", ":", "(", ")", "/", "«", "»", "—", "\n", "www.haft", "©", "також", "ла", "ть"),
)


@given(
    pieces=st.lists(st.sampled_from(WORDS) | st.sampled_from(JOINS), max_size=25),
    gaps=st.sampled_from(["", " "]),
)
def test_a_search_is_only_spared_where_nothing_would_be_found(pieces, gaps):
    text = gaps.join(pieces)
    for search in NEEDY:
        found = [m.span() for m in search.finditer(text)]
        assert found == [m.span() for m in search.pattern.finditer(text)]


@given(
    pieces=st.lists(st.sampled_from([*WORDS, "Quote", ":", "Деталі"]) | st.sampled_from(JOINS)),
    gaps=st.sampled_from(["", " ", "\n"]),
)
def test_the_rules_for_a_text_find_all_that_any_rule_finds(pieces, gaps):
    text = gaps.join(pieces)
    assert {rule for rule in RULES if any(rule.pattern.finditer(text))} <= {*rules_for(text)}
