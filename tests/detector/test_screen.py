"""Which pairs are worth reading: nothing telling is dropped, and stock phrases are."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.quality.planting import change_letters
from detector import kernel
from detector.folding import fold_document
from detector.ingest import read_path
from detector.model import CorpusStats, Document, Outline, Relation
from detector.normalise import normalise
from detector.outline import IS_CONTENT, IS_QUOTED, outline
from detector.pipeline import compare_sides, view
from detector.prior import spelling_key
from detector.screen import screen
from detector.settings import DEFAULT
from detector.shingle import token_hashes
from detector.stats import PRIOR, learn
from tests import oracles
from tests.detector.stories import DAM, prose, words

SEEDS = Path(__file__).parents[2] / "seeds"
every_level = pytest.mark.parametrize("level", kernel.LEVELS)
LEAD = words(DAM, 0, 20)


def outline_of(text: str, stats: CorpusStats = PRIOR) -> Outline:
    return outline(normalise(text), stats)


def stays(one: str, other: str, common: str = "") -> bool:
    """Whether a pair stays, in a corpus of which all texts have the words of ``common``."""
    known = learn([token_hashes(normalise(common).tokens)] * 50) if common else PRIOR
    outlines = [outline_of(one, known), outline_of(other, known)]
    (answer,) = screen(outlines, np.array([[0, 1]], np.int32)).tolist()
    return answer


@pytest.fixture(params=kernel.LEVELS)
def at_level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LEVEL", request.param)


# -- what stays


@pytest.mark.usefixtures("at_level")
def test_an_excerpt_of_sixteen_words_stays_and_one_of_seven_goes() -> None:
    host = prose(300, seed=1)
    assert stays(DAM, f"{host} {words(DAM, 10, 26)} {prose(300, seed=2)}")
    assert not stays(DAM, f"{host} {words(DAM, 10, 17)} {prose(300, seed=2)}")


@pytest.mark.usefixtures("at_level")
def test_passages_of_words_that_every_text_has_stay_from_forty_words_on() -> None:
    places = [(0, 13), (20, 33), (40, 53), (60, 70)]
    for count, answer in ((2, False), (3, False), (4, True)):
        one, other = (
            " ".join(f"{prose(60, seed + at)} {words(DAM, at, end)}" for at, end in places[:count])
            for seed in (0, 200)
        )
        assert stays(one, other)
        assert stays(one, other, common=DAM) == answer


@pytest.mark.usefixtures("at_level")
def test_a_quotation_of_seven_words_stays_and_in_one_text_only_it_goes() -> None:
    said = "the clay is older than the town"
    one, other = (f'{prose(100, seed=s)}\n"{said}"\n{prose(100, seed=s + 1)}' for s in (3, 5))
    assert stays(one, other)
    assert not stays(one, other.replace('"', ""))


@pytest.mark.usefixtures("at_level")
def test_a_quotation_of_words_that_every_text_has_stays_from_eight_words_on() -> None:
    said = "older clay carries every town that stands beside it"
    texts = [f'{prose(100, seed=s)}\n"%s"\n{prose(100, seed=s + 1)}' for s in (3, 5)]
    for size, answer in ((8, True), (7, False)):
        one, other = (text % words(said, 0, size) for text in texts)
        assert stays(one, other)
        assert stays(one, other, common=said) == answer


@pytest.mark.usefixtures("at_level")
def test_what_is_rare_need_be_known_of_one_text_only() -> None:
    said = "the clay is older than the town"
    one, other = (f'{prose(100, seed=s)}\n"{said}"\n{prose(100, seed=s + 1)}' for s in (3, 5))
    known = learn([token_hashes(normalise(said).tokens)] * 50)
    for stats in ((known, PRIOR), (PRIOR, known)):
        outlines = [outline_of(text, each) for text, each in zip((one, other), stats, strict=True)]
        assert screen(outlines, np.array([[0, 1], [1, 0]], np.int32)).tolist() == [False, False]


@pytest.mark.usefixtures("at_level")
def test_words_in_another_order_stay() -> None:
    sentence = words(DAM, 0, 24).split()
    random.Random(3).shuffle(sentence)
    retold = f"{prose(200, seed=7)} {' '.join(sentence)} {prose(200, seed=8)}"
    assert stays(DAM, retold)
    assert not stays(DAM, retold, common=DAM)
    assert stays(DAM, retold, common=DAM.replace(max(sentence, key=len), "it"))


@pytest.mark.usefixtures("at_level")
def test_a_passage_with_a_tenth_of_its_letters_misread_stays() -> None:
    passage = words(DAM, 0, 60).split()
    misread = " ".join(change_letters(passage, 0.1, random.Random(4), "xqzkv"))
    assert stays(DAM, f"{prose(200, seed=9)} {misread} {prose(200, seed=10)}")


@pytest.mark.usefixtures("at_level")
@pytest.mark.parametrize(("between", "answer"), [(2, False), (0, True)])
def test_pieces_of_words_that_every_text_has_stay_if_they_are_close(
    between: int, answer: bool
) -> None:
    pieces = [words(DAM, first, first + 3) for first in range(0, 48, 4)]
    one, other = (
        " ".join(f"{piece} x {prose(between, seed + n)}" for n, piece in enumerate(pieces))
        for seed in (1, 50)
    )
    one, other = one.replace(" x ", " the "), other.replace(" x ", " on ")
    assert stays(one, other)
    assert stays(one, other, common=DAM) == answer


@pytest.mark.usefixtures("at_level")
@pytest.mark.parametrize(("count", "answer"), [(4, False), (6, True)])
def test_close_pieces_of_words_that_every_text_has_stay_from_eighty_letters_on(
    count: int, answer: bool
) -> None:
    pieces = [words(DAM, first, first + 3) for first in range(0, 4 * count, 4)]
    assert (sum(len(piece.replace(" ", "")) for piece in pieces) >= 80) == answer
    one, other = (
        f"{prose(60, seed)} {f' {word} '.join(pieces)} {prose(60, seed + 1)}"
        for seed, word in ((60, "afterwards"), (62, "meanwhile"))
    )
    assert stays(one, other)
    assert stays(one, other, common=DAM) == answer


@pytest.mark.usefixtures("at_level")
def test_four_names_at_the_same_distance_go_and_five_stay() -> None:
    names = "Thornsea Wexcombe Hallgarth Birkbeck Ravenscar".split()
    rng = random.Random(7)
    for count, answer in ((4, False), (5, True)):
        one, other = (
            " ".join(f"{name} {''.join(rng.choices('abcdefg', k=18))}" for name in names[:count])
            for _ in range(2)
        )
        assert stays(f"{prose(80, 30)} {one} {prose(80, 31)}", f"{prose(80, 32)} {other}") == answer


@pytest.mark.usefixtures("at_level")
def test_a_short_text_inside_another_stays_however_short() -> None:
    assert stays("Bridge closed.", "Bridge closed. More at ten.")
    assert stays("Bridge closed.", "Bridge closed.")


@pytest.mark.usefixtures("at_level")
def test_a_name_and_a_word_beside_it_go() -> None:
    one, other = (
        f"{prose(80, seed=s)} the securities commission of the northern counties "
        f"{prose(20, seed=s + 1)} on friday the exchange {prose(80, seed=s + 2)}"
        for s in (11, 14)
    )
    assert not stays(one, other)


def test_no_pair_of_the_seeds_that_shares_more_than_phrases_is_dropped() -> None:
    documents = [d for d in read_path(SEEDS) if isinstance(d, Document)]
    sides = [view(document, PRIOR) for document in documents]
    outlines = [outline(fold_document(document)[0], PRIOR) for document in documents]
    pairs = list(itertools.combinations(range(len(documents)), 2))
    kept = screen(outlines, np.array(pairs, np.int32))
    phrases = (Relation.INCIDENTAL, Relation.INDEPENDENT)
    for (i, j), answer in zip(pairs, kept.tolist(), strict=True):
        if not answer:
            assert compare_sides(sides[i], sides[j], DEFAULT).relation in phrases
    assert 0 < kept.sum() < len(pairs) / 2


# -- the kernel gives the same answers

VOCABULARY = (
    "the of and a said to in 'no 'yes' \"we \"they will\" Mr. organised organized council harbour "
    "bridge, vote. mayor\n ferry passengers cargo winter 42 порт мера 橋本 naïve"
).split(" ")


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """Some texts of few words, several of which take from one another."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    made: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        size = rng.choice([0, 1, 3, 20, 80, 200])
        new = [
            rng.choice(VOCABULARY) + rng.choice(["", "", str(rng.random())]) for _ in range(size)
        ]
        if made and rng.random() < 0.8:
            taken = rng.choice(made).split(" ")[rng.randrange(30) : rng.randrange(30, 90)]
            if rng.random() < 0.3:
                rng.shuffle(taken)
            new[size // 2 : size // 2] = change_letters(taken, rng.choice([0, 0.1, 0.3]), rng, "xé")
        made.append(" ".join(new))
    return made


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
@given(texts())
def test_the_kernel_screens_as_the_plain_code_does(made: list[str]) -> None:
    common = learn([token_hashes(VOCABULARY[:28])] * 50)
    outlines = [outline_of(text, stats) for text in made for stats in (PRIOR, common)]
    pairs = np.array(list(itertools.product(range(len(outlines)), repeat=2)), np.int32)
    answers = []
    for level in (kernel.LEVELS[0], kernel.LEVELS[-1]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kernel, "LEVEL", level)
            answers.append(screen(outlines, pairs).tolist())
    assert answers[0] == answers[1]


some_stems = st.lists(st.sampled_from([0, *range(2, 26)]), max_size=60)
stem_rules = st.tuples(
    st.integers(1, 4),
    st.integers(0, 1200),
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(1, 6),
)


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
@given(some_stems, some_stems, some_stems, stem_rules)
def test_the_kernel_knows_whether_a_window_retells_another(
    taken: list[int], one: list[int], other: list[int], rules: tuple[int, int, int, int, int]
) -> None:
    least, wanted, width, step, most = rules
    assume(step <= width)
    a, b = [*one, *taken], [*taken, *other]
    best = 1000 * oracles.retelling(a, b, width, step, most, least)
    assume(abs(best - wanted) > 1e-3)  # the last bits of a sum depend on its order
    codes_a, codes_b = np.array(a, np.uint32), np.array(b, np.uint32)
    assert kernel.retells(codes_a, codes_b, np.array(rules, np.int64)) == (best > wanted)


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
def test_the_kernel_refuses_windows_that_are_none() -> None:
    stems = np.arange(3, 21, 2, dtype=np.uint32)
    for place, bad in ((0, -1), (2, 0), (2, 65), (3, 0), (3, 25)):
        rules = np.array([8, 750, 24, 8, 24], np.int64)
        assert not kernel.retells(stems, stems[:2], rules)
        rules[place] = bad
        with pytest.raises(ValueError, match="no such rules"):
            kernel.retells(stems, stems, rules)
        with pytest.raises(ValueError, match="no such rules"):
            kernel.retells(stems, stems, rules[:4])


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
def test_the_kernel_refuses_what_does_not_fit() -> None:
    words, kinds, stems = np.zeros(2, np.uint32), np.zeros(2, np.uint8), np.zeros(2, np.uint32)
    edges, rules, pairs = np.array([0, 2]), np.full(30, 4, np.int64), np.zeros((1, 2), np.int64)
    good: list[Any] = [words, kinds, edges, b"ab", edges, stems, edges, rules, pairs]
    assert kernel.screen(*good).shape == (1,)
    for place, bad in [
        *((0, words[:1]), (1, kinds[:1]), (2, np.array([0, 3])), (2, np.array([1, 2]))),
        *((3, b"abc"), (5, stems[:1]), (7, rules[:9]), (7, -rules), (8, pairs + 1), (8, pairs - 1)),
    ]:
        asked = [*good[:place], bad, *good[place + 1 :]]
        with pytest.raises(ValueError, match="do not fit"):
            kernel.screen(*asked)


def test_no_pairs_are_screened_to_nothing() -> None:
    assert screen([], np.empty((0, 2), np.int32)).tolist() == []


# -- outlines


def test_titles_count_for_nothing_and_spellings_as_one() -> None:
    one, other = outline_of("Mr. Byrne organised the harbour"), outline_of("Byrne organized harbor")
    assert set(other.words.tolist()) < set(one.words.tolist())
    assert len(one.words) == len(other.words) + 1  # "the"
    assert len(one.stems) == 5
    assert spelling_key("harbour") == spelling_key("harbor")


def test_words_of_news_and_words_that_may_be_quoted_are_marked() -> None:
    made = outline_of('The ferry "will sail", he said.\nNobody believed it.')
    assert [bool(kind & IS_CONTENT) for kind in made.kinds.tolist()][:2] == [False, True]
    assert [bool(kind & IS_QUOTED) for kind in made.kinds.tolist()] == [
        *(False, False, True, True, False, False, False, False, False)
    ]


def test_a_line_with_one_mark_may_be_quoted_as_a_whole() -> None:
    made = outline_of("“We will sail, he said.\nThe workers' boats stay.")
    assert all(kind & IS_QUOTED for kind in made.kinds.tolist())
