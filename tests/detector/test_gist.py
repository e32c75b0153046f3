"""The stems and sentences of a text: the same as when they are looked up one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detector.gist import MAX_SENTENCE_WORDS, Gist
from detector.normalise import normalise
from detector.prior import stem
from detector.sentence import sentences

TEXTS = st.lists(
    st.sampled_from(
        ["Mr. Lee", "the", "cease-fire", "ended", "橋本", "½", "2,400", ".", "!\n", "—"]
    )
).map(" ".join)


@given(TEXTS)
def test_each_sentence_has_the_words_that_begin_in_it(text: str) -> None:
    gist = Gist(normalise(text))
    starts = gist.normal.starts.tolist()
    found = [list(range(s.first, s.last)) for s in gist.sentences]
    wanted = [
        [i for i, start in enumerate(starts) if sentence.start <= start < sentence.end]
        for sentence in sentences(text)
    ]
    assert found == [words for words in wanted if words]


def test_an_endless_sentence_comes_in_pieces() -> None:
    gist = Gist(normalise("word " * (2 * MAX_SENTENCE_WORDS + 1)))
    assert [len(s) for s in gist.sentences] == [MAX_SENTENCE_WORDS, MAX_SENTENCE_WORDS, 1]


def test_a_text_without_words_says_nothing() -> None:
    gist = Gist(normalise(""))
    assert (gist.stems, gist.sentences) == ((), ())


def test_each_word_has_its_stem() -> None:
    gist = Gist(normalise("The organised councillors met"))
    assert list(gist.stems) == [stem(token) for token in gist.normal.tokens]
    assert gist.stems is gist.stems
