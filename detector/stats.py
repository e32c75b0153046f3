"""What is common in a corpus: document frequencies of words and shingles, frozen.

A formula, a footer or a byline stands in many texts; a lifted sentence in two. Corpora under
``MIN_DOCUMENTS`` teach nothing reliable, and two files alone nothing at all: then the shipped
prior (:mod:`detector.prior`) is all there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.model import CorpusStats

MIN_DOCUMENTS = 50
PRIOR = CorpusStats(0, np.empty(0, np.uint64), np.empty(0, np.int32), "prior-1")


def learn(hashes: Sequence[NDArray[np.uint64]]) -> CorpusStats:
    """Count in how many texts each word and shingle hash stands; keep those in more than one.

    >>> one = np.array([1, 2], dtype=np.uint64)
    >>> learn([one] * 3) is PRIOR
    True
    >>> learn([one] * 50).counts.tolist()
    [50, 50]
    """
    if len(hashes) < MIN_DOCUMENTS:
        return PRIOR
    every, texts = np.unique(np.concatenate([np.unique(s) for s in hashes]), return_counts=True)
    keys, counts = every[texts > 1], texts[texts > 1].astype(np.int32)
    content = f"{len(hashes)} texts".encode() + keys.tobytes() + counts.tobytes()
    return CorpusStats(len(hashes), keys, counts, hashlib.sha256(content).hexdigest()[:16])
