"""Five ways to take over a passage, from word for word to a summary; none knows a language.

They stand in for the kinds of obfuscation that plagiarism corpora are made with (Potthast et al.,
Overview of the 5th International Competition on Plagiarism Detection, CLEF 2013; Potthast et al.,
An Evaluation Framework for Plagiarism Detection, COLING 2010). A program does what people did
there, so figures on these texts compare detectors; they do not foretell a recall on real rewrites.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.quality.thesaurus import Choices, Vocabulary, swap, synonyms

_CLOSING = re.compile(r"[.!?…]+[\"'”’»)]*$")
_BRACKETS = re.compile(r"\s*\([^()]{0,200}\)")
# Between two commas, and the first word of it small: more often a clause than an item of a list.
_CLAUSE = re.compile(r",\s[^\W\d_A-ZА-ЯІЇЄҐ][^,.;:!?\"“”«»]{12,120},")
_JOINTS = {"en": ("; ", ", and ", ", while "), "uk": ("; ", ", і ", ", а ")}


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the words of a collection: its language ("en" or "uk"), its vocabulary."""

    language: str
    vocabulary: Vocabulary

    @property
    def synonyms(self) -> Choices:
        """What the table of the language gives for a word."""
        table = synonyms(self.language)
        return lambda word: table.get(word, ())


Reword = Callable[[Sequence[str], random.Random, Words], str]
"""The sentences of a passage to the text that takes them over."""


def none(sentences: Sequence[str], rng: random.Random, words: Words) -> str:
    """Word for word."""
    return " ".join(sentences)


def shuffled(sentences: Sequence[str], rng: random.Random, words: Words) -> str:
    """The same words in another order: shuffled in windows of three to eight words, phrases
    between commas moved, half of the time the sentences too. How much is drawn per passage."""
    share = rng.uniform(0.4, 1.0)
    moved = [_shuffle_words(_move_phrases(s, share, rng), share, rng) for s in sentences]
    if rng.random() < 0.5:
        rng.shuffle(moved)
    return " ".join(moved)


def _move_phrases(sentence: str, share: float, rng: random.Random) -> str:
    """The phrases between the commas of a sentence rotated, in the given share of sentences."""
    body, end = _split_end(sentence)
    phrases = body.split(", ")
    if len(phrases) < 2 or rng.random() > share:
        return sentence
    turn = rng.randrange(1, len(phrases))
    return ", ".join(phrases[turn:] + phrases[:turn]) + end


def _shuffle_words(sentence: str, share: float, rng: random.Random) -> str:
    """The given share of the windows of a sentence shuffled."""
    body, end = _split_end(sentence)
    words = body.split()
    shuffled_words: list[str] = []
    while words:
        size = rng.randint(3, 8)
        window, words = words[:size], words[size:]
        if rng.random() < share:
            rng.shuffle(window)
        shuffled_words += window
    return " ".join(shuffled_words) + end


def _split_end(sentence: str) -> tuple[str, str]:
    """A sentence without the marks that end it, and these."""
    end = _CLOSING.search(sentence)
    return (sentence[: end.start()], end[0]) if end else (sentence, "")


def synonymous(sentences: Sequence[str], rng: random.Random, words: Words) -> str:
    """A fifth to a half of the content words replaced by synonyms; where the table has too few, by
    other words of the collection, as in the random obfuscation of PAN."""
    known = [words.synonyms, words.vocabulary.words_like]
    return swap(" ".join(sentences), rng.uniform(0.2, 0.5), rng, words.vocabulary, known)


def pos(sentences: Sequence[str], rng: random.Random, words: Words) -> str:
    """A fifth to a half of the content words replaced by unrelated words of the same shape, which
    mostly keeps the parts of speech and nothing of the meaning."""
    known = [words.vocabulary.words_like]
    return swap(" ".join(sentences), rng.uniform(0.2, 0.5), rng, words.vocabulary, known)


def summary(sentences: Sequence[str], rng: random.Random, words: Words) -> str:
    """About half of the sentences, without brackets, most clauses and some modifiers, some of them
    joined, and a third of the content words replaced by synonyms."""
    count = max(1, round(rng.uniform(0.4, 0.6) * len(sentences)))
    kept = [sentences[i] for i in sorted(rng.sample(range(len(sentences)), count))]
    short = [_without_modifiers(_without_clauses(s, rng), rng, words.vocabulary) for s in kept]
    joined = _joined(short, rng, _JOINTS[words.language])
    return swap(joined, 1 / 3, rng, words.vocabulary, [words.synonyms])


def _without_clauses(sentence: str, rng: random.Random) -> str:
    """Without what stands in brackets, and without most of what stands between two commas."""
    bare = _BRACKETS.sub("", sentence)
    return _CLAUSE.sub(lambda clause: "" if rng.random() < 0.7 else clause[0], bare)


def _without_modifiers(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str:
    """Without a quarter of the small content words right before another one: adjectives, mostly."""
    words = sentence.split()
    kept = [
        word
        for word, following in pairwise(words)
        if not (
            word.islower()
            and word.isalpha()
            and vocabulary.is_content(word)
            and vocabulary.is_content(following)
            and rng.random() < 0.25
        )
    ]
    return " ".join(kept + words[-1:])


def _joined(sentences: Sequence[str], rng: random.Random, joints: Sequence[str]) -> str:
    """One text of the sentences; a third of them goes on from the one before."""
    text = sentences[0]
    for sentence in sentences[1:]:
        if rng.random() < 1 / 3:
            body, _ = _split_end(text)
            text = body + rng.choice(joints) + sentence[0].lower() + sentence[1:]
        else:
            text = f"{text} {sentence}"
    return text


KINDS: Mapping[str, Reword] = {
    "none": none,
    "shuffled": shuffled,
    "synonyms": synonymous,
    "pos": pos,
    "summary": summary,
}
