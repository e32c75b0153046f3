"""Pairs worth a look, from texts to pairs: Copydesk's nets beside other MinHash-LSH indexes.

All use 128 values in 32 bands of 4, over 5-word shingles, on one core. Peers get their shingles as
in ``signatures.py``, only gaoya cuts them itself. ``all nets`` finds passages too, which no peer
looks for; ``document net`` is the like of what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from datasketch import MinHashLSH

from benchmarks.speed.signatures import datasketch_bulk, zipped
from detector import sketch_texts
from detector.index import ROWS, Index
from detector.model import Sketch
from detector.normalise import tokens_of
from detector.shingle import SHINGLE_LETTERS, letter_hashes, shingle, token_hashes, upper_halves
from detector.sketch import NUM_PERM, SEED, sketch

Pairs = set[tuple[int, int]]
"""By the places of the texts, the smaller first."""
Way = Callable[[Sequence[str]], Pairs]

ALL_NETS = "copydesk, all nets"
DOCUMENT_NET = "copydesk, document net"
BANDS = NUM_PERM // ROWS
_NOTHING = np.empty(0, np.uint64)


def sketch_of(text: str, hash_key: int = 0) -> Sketch:
    """All that an index keeps of a text."""
    tokens = tokens_of(text)
    hashes = shingle(token_hashes(tokens, hash_key))
    letters = shingle(letter_hashes(tokens, hash_key), SHINGLE_LETTERS)
    return sketch(hashes, upper_halves(hashes), letters)


def by_all_nets(texts: Sequence[str]) -> Pairs:
    """What the index nominates."""
    return {(c.a, c.b) for c in Index([sketch_of(text) for text in texts]).pairs()}


def by_document_net(texts: Sequence[str]) -> Pairs:
    """What it nominates by the bands of the signatures alone."""
    rows = sketch_texts(texts)
    index = Index([Sketch(row, _NOTHING, _NOTHING) for row in rows])
    return {(c.a, c.b) for c in index.pairs()}


def by_datasketch(texts: Sequence[str]) -> Pairs:
    """Each text is asked for before it is put in, so that a pair is found once."""
    lsh = MinHashLSH(num_perm=NUM_PERM, params=(BANDS, ROWS))
    pairs: Pairs = set()
    for number, minhash in enumerate(datasketch_bulk(zipped)(texts)):
        pairs.update((other, number) for other in lsh.query(minhash))
        lsh.insert(number, minhash, check_duplication=False)
    return pairs


def by_rensa(texts: Sequence[str]) -> Pairs:
    """Its loop over texts, then all at once."""
    from rensa import RMinHash, RMinHashLSH

    made = RMinHash.from_token_sets([zipped(text) for text in texts], NUM_PERM, SEED)
    lsh = RMinHashLSH(0.0, NUM_PERM, BANDS)
    lsh.insert_many(made)
    return _pairs(lsh.query_all(made))


def by_gaoya(texts: Sequence[str]) -> Pairs:
    """It cuts the texts itself, in compiled code, once to put them in and once to ask."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, 0.0, BANDS, ROWS, None, "word", True, (5, 5), "vec")
    some = list(texts)
    index.par_bulk_insert_docs(list(range(len(some))), some)
    return _pairs(index.par_bulk_query(some))


def by_fastsketch(texts: Sequence[str]) -> Pairs:
    """Its sketch is not MinHash, but has as many values (Dahlgaard, Knudsen, Thorup: Fast
    Similarity Sketching, FOCS 2017)."""
    from FastSketchLSH import LSH, FastSimilaritySketch

    rows = FastSimilaritySketch(NUM_PERM, SEED).batch([zipped(t) for t in texts], num_threads=1)
    lsh = LSH(NUM_PERM, BANDS, num_threads=1)
    lsh.insert(rows)
    return _pairs(lsh.query(rows))


def _pairs(answers: Iterable[Iterable[int]]) -> Pairs:
    named = ((other, number) for number, row in enumerate(answers) for other in row)
    return {(other, number) for other, number in named if other < number}


_OPTIONAL: Mapping[str, Way] = {
    "rensa": by_rensa,
    "gaoya": by_gaoya,
    "FastSketchLSH": by_fastsketch,
}


def ways() -> dict[str, Way]:
    """Those that can run here, by name; ours first."""
    found: dict[str, Way] = {
        ALL_NETS: by_all_nets,
        DOCUMENT_NET: by_document_net,
        "datasketch": by_datasketch,
    }
    for name, way in _OPTIONAL.items():
        try:
            way(["so it was said to be"])
        except ImportError:
            continue
        found[name] = way
    return found
