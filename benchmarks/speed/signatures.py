"""How fast MinHash signatures are made of texts, on one core, beside peers.

::

    python -m benchmarks.speed LABELLED --only signatures

Texts of 575 5-word shingles are cut from the agency's news. In every round each way to make their
signatures has its turn, so that whatever else the machine does slows all of them alike; a ratio is
taken within each round. Peers get their shingles as their users make them: lower case, words by a
regular expression, five joined by blanks, in Python. Each peer's fastest way counts.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import xxhash
from datasketch import MinHash
from numpy.typing import NDArray

from benchmarks.speed.scale import Row, Scale, by_turns
from detector import kernel, shingle_hashes, sketch_bytes, sketch_texts
from detector.ingest import read_path
from detector.model import Document
from detector.normalise import normalise
from detector.shingle import SHINGLE_WORDS

COLLECTION = "reuters21578"
SHINGLES = 575
TURN_TEXTS = 100  # of a slow way in one round; the kernel's turns take all texts
NUM_PERM = 128
DOUBLINGS_MIB = (1, 2, 4, 8, 16)
ENDLESS = {
    "news": "",
    "one word repeated": "buffalo ",
    "one endless word": "a",
    "all marks": "\u0301",
}

USUAL = "datasketch, bulk, sliced shingles"

Way = Callable[[Sequence[str]], object]
_WORD = re.compile(r"\w+")


def news(shared: Path, count: int) -> list[str]:
    """So many texts of ``SHINGLES`` shingles, cut one after another from the collection."""
    folder = shared / "corpora" / COLLECTION
    file = next(folder.glob("docs.jsonl*"))
    documents = [each for each in read_path(file) if isinstance(each, Document)]
    joined = "\n".join(document.text for document in documents)
    normal, size = normalise(joined), SHINGLES + SHINGLE_WORDS - 1
    spans = [normal.span(first, first + size) for first in range(0, count * size, size)]
    return [span.slice(joined) for span in spans]


# -- the ways


def ours(level: str, way: Callable[..., NDArray[np.uint32]]) -> Callable[..., NDArray[np.uint32]]:
    """The same with another level of the kernel."""

    def run(*texts: object) -> NDArray[np.uint32]:
        before, kernel.LEVEL = kernel.LEVEL, level
        try:
            return way(*texts)
        finally:
            kernel.LEVEL = before

    return run


def end_to_end(texts: Sequence[str]) -> tuple[bytes, NDArray[np.uint64]]:
    """Texts as ``sketch_bytes`` takes them."""
    encoded = [text.encode() for text in texts]
    return b"".join(encoded), np.array([0, *accumulate(map(len, encoded))], np.uint64)


def words(text: str) -> list[str]:
    """The words of a text, as users of the peers cut them."""
    return _WORD.findall(text.lower())


def sliced(text: str) -> list[str]:
    """The shingles of a text, in the usual way."""
    some = words(text)
    return [" ".join(some[i : i + 5]) for i in range(len(some) - 4)]


def zipped(text: str) -> list[str]:
    """The same, in the fastest way that Python has."""
    some = words(text)
    return list(map(" ".join, zip(some, some[1:], some[2:], some[3:], some[4:], strict=False)))


def datasketch_bulk(
    shingles: Callable[[str], list[str]],
) -> Callable[[Sequence[str]], list[MinHash]]:
    """The loop over documents that datasketch has."""

    def bulk(texts: Sequence[str]) -> list[MinHash]:
        encoded = ([each.encode() for each in shingles(text)] for text in texts)
        made: list[MinHash] = MinHash.bulk(
            encoded, num_perm=NUM_PERM, seed=1, hashfunc=xxhash.xxh32_intdigest
        )
        return made

    return bulk


def datasketch_batch(texts: Sequence[str]) -> list[MinHash]:
    """One MinHash after another, each with a batch of shingles."""
    made = []
    for text in texts:
        minhash = MinHash(num_perm=NUM_PERM, seed=1, hashfunc=xxhash.xxh32_intdigest)
        minhash.update_batch([each.encode() for each in zipped(text)])
        made.append(minhash)
    return made


def datasketch_update(texts: Sequence[str]) -> list[MinHash]:
    """As datasketch's documentation shows it: one shingle after another."""
    made = []
    for text in texts:
        minhash = MinHash(num_perm=NUM_PERM, seed=1, hashfunc=xxhash.xxh32_intdigest)
        for each in zipped(text):
            minhash.update(each.encode())
        made.append(minhash)
    return made


def rensa_ways() -> dict[str, Way]:
    """Rensa's, where it is installed."""
    try:
        from rensa import RMinHash
    except ImportError:
        return {}

    def matrix(texts: Sequence[str]) -> object:
        return RMinHash.digest_matrix_from_token_sets([zipped(t) for t in texts], NUM_PERM, 1)

    def update(texts: Sequence[str]) -> object:
        made = [RMinHash(num_perm=NUM_PERM, seed=1) for _ in texts]
        for minhash, text in zip(made, texts, strict=True):
            minhash.update(zipped(text))
        return made

    return {"rensa, matrix": matrix, "rensa, update": update}


# -- measuring


def check(texts: Sequence[str]) -> None:
    """Stop where a level does not give datasketch's own bits."""
    data = end_to_end(texts)
    theirs = []
    for text in texts:
        minhash = MinHash(num_perm=NUM_PERM, seed=1, hashfunc=int)
        minhash.update_batch(shingle_hashes(text).tolist())
        theirs.append(minhash.hashvalues)
    for level in kernel.LEVELS:
        for made in (ours(level, sketch_bytes)(*data), ours(level, sketch_texts)(texts)):
            assert np.array_equal(made, theirs), level


def turns(texts: Sequence[str]) -> dict[str, tuple[Callable[[], object], int]]:
    """For each way what a turn of it does, and of how many texts it makes signatures."""
    data, few = end_to_end(texts), texts[:TURN_TEXTS]
    few_data = end_to_end(few)
    made: dict[str, tuple[Callable[[], object], int]] = {}

    def add(name: str, way: Callable[..., object], some: tuple[Any, ...], count: int) -> None:
        made[name] = (lambda: way(*some), count)

    for level in kernel.LEVELS:
        many = level != "numpy"
        count = len(texts) if many else len(few)
        from_bytes, from_str = ours(level, sketch_bytes), ours(level, sketch_texts)
        add(f"{level}, from bytes", from_bytes, data if many else few_data, count)
        add(f"{level}, from str", from_str, (texts if many else few,), count)
    peers: dict[str, Way] = {
        "datasketch, bulk": datasketch_bulk(zipped),
        USUAL: datasketch_bulk(sliced),
        "datasketch, update_batch": datasketch_batch,
        "datasketch, update": datasketch_update,
        **rensa_ways(),
    }
    for name, way in peers.items():
        add(name, way, (few,), len(few))
    return made


def measure(texts: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Microseconds for one text, by way, of each round."""
    some = turns(texts)
    took = by_turns({name: turn for name, (turn, _) in some.items()}, rounds)
    return {name: [s / some[name][1] * 1e6 for s in seconds] for name, seconds in took.items()}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Minimum, median and maximum."""
    return {
        "min": round(min(values), 2),
        "median": round(median(values), 2),
        "max": round(max(values), 2),
    }


def ratios(elapsed: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """How many times faster than the fastest way of a peer, round by round; of datasketch, also
    than the way that most users write."""
    made = {}
    best = kernel.LEVELS[-1]
    for peer in ("datasketch", USUAL, "rensa"):
        rows = [row for name, row in elapsed.items() if name.startswith(peer)]
        fastest = [min(each) for each in zip(*rows, strict=True)]
        if not fastest:
            continue
        for name in (f"{best}, from bytes", f"{best}, from str", "numpy, from str"):
            pairs = zip(fastest, elapsed[name], strict=True)
            made[f"{name} / {peer}"] = spread([theirs / us for theirs, us in pairs])
    return made


def doublings(texts: Sequence[str], repeats: int) -> dict[str, list[float]]:
    """How many times longer the kernel takes for twice the text, by kind of text; of the least
    that each size took."""
    made = {}
    for name, unit in ENDLESS.items():
        whole = unit.encode() or "\n".join(texts).encode()
        longest = whole * (-(-(max(DOUBLINGS_MIB) << 20) // len(whole)))
        runs = [[_seconds(longest, size << 20) for size in DOUBLINGS_MIB] for _ in range(repeats)]
        least = [min(seconds) for seconds in zip(*runs, strict=True)]
        made[name] = [round(b / a, 2) for a, b in pairwise(least)]
    return made


def _seconds(data: bytes, size: int) -> float:
    started = time.perf_counter()
    sketch_bytes(data, np.array([0, size], np.uint64))
    return time.perf_counter() - started


def versions() -> dict[str, str]:
    """What was measured; a peer that is not installed says so."""
    found = {}
    for name in ("copydesk", "datasketch", "rensa", "gaoya", "FastSketchLSH", "numpy", "xxhash"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed, left out"
    return found


def result(shared: Path, scale: Scale) -> Row:
    """All figures, as they are written."""
    texts = news(shared, scale.texts)
    check(texts[:TURN_TEXTS])
    elapsed = measure(texts, 3 * scale.rounds)
    return {
        "texts": {"count": len(texts), "shingles": SHINGLES, "bytes": len(end_to_end(texts)[0])},
        "num_perm": NUM_PERM,
        "rounds": 3 * scale.rounds,
        "us_per_text": {name: spread(row) for name, row in elapsed.items()},
        "times_faster": ratios(elapsed),
        "twice_the_text": {
            "mib": DOUBLINGS_MIB,
            "times_longer": doublings(texts, 2 * scale.rounds),
        },
    }
