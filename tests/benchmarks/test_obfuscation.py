"""Reworded passages: each kind does what it says, and every span of the cases is where it says."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.quality.cases import Case
from benchmarks.quality.obfuscation import PASSAGE_WORDS, SMALL, cases
from benchmarks.quality.rewording import KINDS, Words
from benchmarks.quality.thesaurus import WORD, Vocabulary, synonyms

SENTENCES = [
    "The harbour board, which meets on Tuesdays, bought a second dredger for the narrow channel.",
    "Its chairman said the purchase would help small fishing boats (and two ferries) to begin "
    "winter trips early.",
    "Residents of the old quarter wanted a cheaper plan, because the price of large machines rose "
    "quickly last year.",
    "A decision about the second pier remains difficult, although most traders support the idea.",
]
TEXT = " ".join(SENTENCES)
WORDS = Words("en", Vocabulary.of([TEXT] * 2, common_words=6))


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _reworded(kind: str, seed: int = 1) -> str:
    return KINDS[kind](SENTENCES, random.Random(seed), WORDS)


def test_nothing_is_changed_word_for_word() -> None:
    assert _reworded("none") == TEXT


def test_shuffling_keeps_all_words_and_not_their_order() -> None:
    assert Counter(_words(_reworded("shuffled"))) == Counter(_words(TEXT))
    assert _words(_reworded("shuffled")) != _words(TEXT)


@pytest.mark.parametrize("kind", ["synonyms", "pos"])
@pytest.mark.parametrize("seed", range(5))
def test_at_most_half_of_the_content_words_are_replaced(kind: str, seed: int) -> None:
    pairs = list(zip(_words(TEXT), _words(_reworded(kind, seed)), strict=True))
    changed = [(old, new) for old, new in pairs if old != new]
    content = [old for old, _ in pairs if WORDS.vocabulary.is_content(old)]
    assert 0 < len(changed) <= 0.5 * len(content) + 1
    assert all(WORDS.vocabulary.is_content(old) for old, _ in changed)


def test_words_are_replaced_by_words_of_the_same_shape() -> None:
    replaced = _words(_reworded("pos"))
    for old, new in zip(_words(TEXT), replaced, strict=True):
        assert (old[-2:], len(old) // 3) == (new[-2:], len(new) // 3)


def test_a_summary_is_much_shorter() -> None:
    for seed in range(10):
        assert len(_reworded("summary", seed)) < 0.75 * len(TEXT)
        assert "(" not in _reworded("summary", seed)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_synonyms_are_mutual(language: str) -> None:
    table = synonyms(language)
    assert len(table) > 300
    for word, others in table.items():
        assert word not in others
        assert all(word in table[other] for other in others)


@pytest.fixture(scope="module")
def generated(shared_folder: Path) -> dict[str, Case]:
    return {case.name: case for case in cases(shared_folder, small=True)}


def test_there_are_as_many_pairs_of_each_kind(generated: dict[str, Case]) -> None:
    assert set(generated) == {"obfuscated en", "obfuscated uk"}
    for case in generated.values():
        assert Counter(t.type for t in case.truths) == dict.fromkeys((*KINDS, "no reuse"), SMALL)


def test_the_spans_hold_what_was_taken_over(generated: dict[str, Case]) -> None:
    for case in generated.values():
        texts = {d.id: d.text for d in case.documents}
        for truth in case.truths:
            for target, source in truth.spans or ():
                new = _words(target.slice(texts[truth.a]))
                old = _words(source.slice(texts[truth.b]))
                low, high = PASSAGE_WORDS
                assert low <= len(source.slice(texts[truth.b]).split()) <= high
                shared = Counter(new) & Counter(old)
                assert shared.total() >= (1 if truth.type in ("none", "shuffled") else 0.3) * len(
                    new
                )


def test_the_spans_do_not_overlap(generated: dict[str, Case]) -> None:
    for case in generated.values():
        for truth in case.truths:
            for side in (0, 1):
                spans = sorted(pair[side] for pair in truth.spans or ())
                for before, after in pairwise(spans):
                    assert before.end <= after.start


def test_the_same_cases_are_made_every_time(
    generated: dict[str, Case], shared_folder: Path
) -> None:
    again = {case.name: case.digest for case in cases(shared_folder, small=True)}
    assert again == {name: case.digest for name, case in generated.items()}
