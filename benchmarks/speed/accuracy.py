"""How good the estimates are: Jaccard by signature against the exact one, and copies found.

Pairs of likeness from 0 to 1 are made of real texts: a text with a share of its words changed, so
that their shingles are as uneven as those of real copies. The error is that of ``NUM_PERM`` values:
its standard deviation in theory is ``sqrt(J (1 - J) / NUM_PERM)`` (Broder 1997). datasketch
estimates the same pairs by its own shingles and hashes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.planting import Ground, change_words, ground, plant
from benchmarks.speed.candidates import sketch_of
from benchmarks.speed.scale import Row, Scale
from benchmarks.speed.signatures import datasketch_bulk, news, words, zipped
from detector import sketch_texts
from detector.index import Index
from detector.normalise import tokens_of
from detector.shingle import SHINGLE_WORDS
from detector.sketch import NUM_PERM

RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
CLASSES = 5
LENGTHS = (20, 40, 80, 150)
EDIT_RATES = (0.0, 0.05, 0.1, 0.2, 0.3)
PLANTED = 200
TEXTS = 3000

Pair = tuple[str, str]


def measure(shared: Path, scale: Scale) -> Row:
    """Both: the estimates and the copies found."""
    pairs = alike(news(shared, scale.pairs))
    ours, theirs = by_copydesk(pairs), by_datasketch(pairs)
    return {
        "pairs": len(pairs),
        "num_perm": NUM_PERM,
        "jaccard": {"copydesk": errors(*ours), "datasketch": errors(*theirs)},
        "recall": planted_copies(ground(shared, min(PLANTED, scale.pairs), TEXTS)),
    }


# -- estimates

Estimates = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The exact likeness of each pair, and the estimated one."""


def alike(texts: Sequence[str]) -> list[Pair]:
    """Each text with itself changed, at each rate in turn."""
    rng, pairs = random.Random("alike"), []
    for number, text in enumerate(texts):
        others = texts[number - 1].split()
        changed = change_words(text.split(), RATES[number % len(RATES)], rng, others)
        pairs.append((text, " ".join(changed)))
    return pairs


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """The exact Jaccard of two lists of words, over their shingles.

    >>> jaccard("a b c d e f".split(), "a b c d e g".split())
    0.3333333333333333
    """
    a, b = (
        {tuple(some[i : i + SHINGLE_WORDS]) for i in range(len(some) - SHINGLE_WORDS + 1)}
        for some in (one, other)
    )
    return len(a & b) / len(a | b)


def by_copydesk(pairs: Sequence[Pair]) -> Estimates:
    """The share of equal values of two signatures."""
    exact = [jaccard(tokens_of(a), tokens_of(b)) for a, b in pairs]
    first, second = (sketch_texts(side) for side in zip(*pairs, strict=True))
    return np.array(exact), (first == second).mean(axis=1)


def by_datasketch(pairs: Sequence[Pair]) -> Estimates:
    """Datasketch's own estimate of its own shingles."""
    exact = [jaccard(words(a), words(b)) for a, b in pairs]
    first, second = (datasketch_bulk(zipped)(side) for side in zip(*pairs, strict=True))
    return np.array(exact), np.array([a.jaccard(b) for a, b in zip(first, second, strict=True)])


def errors(exact: NDArray[np.float64], estimated: NDArray[np.float64]) -> list[Row]:
    """Bias and error of the estimates beside the theory, of all and by classes of likeness. Of
    ``bias`` chance alone explains about twice ``bias_by_chance``."""
    classes = np.minimum((exact * CLASSES).astype(int), CLASSES - 1)
    rows = [("all", np.ones(len(exact), bool))]
    rows += [(f"{n / CLASSES:g} to {(n + 1) / CLASSES:g}", classes == n) for n in range(CLASSES)]
    return [
        {"jaccard": name, **error(exact[chosen], estimated[chosen])}
        for name, chosen in rows
        if chosen.any()
    ]


def error(exact: NDArray[np.float64], estimated: NDArray[np.float64]) -> Row:
    """The same of some pairs."""
    off = estimated - exact
    rmse = math.sqrt((off**2).mean())
    theory = math.sqrt((exact * (1 - exact)).mean() / NUM_PERM)
    return {
        "pairs": len(exact),
        "bias": round(float(off.mean()), 5),
        "bias_by_chance": round(theory / math.sqrt(len(exact)), 5),
        "rmse": round(rmse, 5),
        "rmse_in_theory": round(theory, 5),
        "rmse_to_theory": round(rmse / theory, 3),
    }


# -- copies


def planted_copies(here: Ground) -> list[Row]:
    """The share of passages planted in other texts whose source the index nominates."""
    index = Index([sketch_of(document.text) for document in here.corpus])
    rows = []
    for length in LENGTHS:
        for rate in EDIT_RATES:
            texts = (plant(pair, length, "words", rate).text for pair in here.pairs)
            asked = [{number for number, _ in index.query(sketch_of(t))[0]} for t in texts]
            hits = [p.source in some for p, some in zip(here.pairs, asked, strict=True)]
            rows.append({"words": length, "changed": rate, "recall": round(fmean(hits), 4)})
    return rows
