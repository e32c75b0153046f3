"""The compiled kernel (``detector/native``), where there is one: the same bits as the numpy code of
the stages and of the index, many times faster.

It is compiled when Copydesk is installed, if there is a C compiler. Which of its instruction sets
runs is decided here, by the processor. The environment variable ``COPYDESK_KERNEL`` asks for
another of ``LEVELS``; ``numpy`` does without the kernel. All functions here need a compiled level.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from detector import fold
from detector.errors import UsageError
from detector.model import CorpusStats, Outline, Sketch

try:
    import detector._kernel as _compiled
except ImportError:
    LEVELS: tuple[str, ...] = ("numpy",)
else:
    LEVELS = ("numpy", *_compiled.levels())

VARIABLE = "COPYDESK_KERNEL"
Buffer = bytes | bytearray | memoryview


def choose(wish: str) -> str:
    """The level to use: the one wished for, or without a wish the best.

    Raises UsageError where this machine does not have it.

    >>> choose("numpy"), choose("") == LEVELS[-1]
    ('numpy', True)
    """
    if wish and wish not in LEVELS:
        raise UsageError(f"{VARIABLE} is {wish!r}, but can only be {', '.join(LEVELS)} here")
    return wish or LEVELS[-1]


LEVEL = choose(os.environ.get(VARIABLE, ""))
"""The level in use."""


def is_compiled() -> bool:
    """Whether the level in use is compiled code."""
    return LEVEL != "numpy"


def title() -> str:
    """What ``--version`` says of it: ``kernel avx2``, say, or ``numpy``."""
    return f"kernel {LEVEL}" if is_compiled() else LEVEL


def give_back_memory() -> None:
    """Let the system have what is free: of many small arrays glibc would keep it for later, in the
    arenas of the threads that made them. Other libraries need not be asked."""
    if is_compiled():
        _compiled.give_back_memory()


def read_tokens(text: str) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """The folded tokens of a text and where they start and end: int64[n] code point offsets.

    >>> read_tokens("So it’s.")[0] if is_compiled() else ("so", "its")
    ('so', 'its')
    """
    line, starts, ends = _compiled.fold(text.encode("utf-8", "surrogatepass"), _folding())
    tokens = tuple(line.decode().split(" ")[:-1])  # a blank follows each, and none has one
    return tokens, np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64)


def token_hashes(tokens: Sequence[str], hash_key: int) -> NDArray[np.uint64]:
    """XXH3_64 of each token: uint64[n]."""
    sizes = np.fromiter(map(len, tokens), np.int64, len(tokens))
    hashes = np.empty(len(tokens), np.uint64)
    _compiled.token_hashes(_utf8(tokens), sizes, hash_key, hashes)
    return hashes


def letter_hashes(tokens: Sequence[str], hash_key: int) -> NDArray[np.uint64]:
    """XXH3_64 of each letter of the tokens: uint64[m]."""
    hashes = np.empty(sum(map(len, tokens)), np.uint64)
    _compiled.letter_hashes(_utf8(tokens), hash_key, hashes)
    return hashes


def shingle(words: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """The hash of every ``size`` consecutive hashes, 1 <= size <= n: uint64[n - size + 1]."""
    hashes = np.empty(len(words) - size + 1, np.uint64)
    _compiled.shingle(_fitting(words, np.uint64), size, hashes)
    return hashes


def min_hash(
    hashes: NDArray[np.uint32], a: NDArray[np.uint32], b: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """The minima over 32-bit hashes of each permutation ``a``, ``b``: uint32[num_perm]."""
    lowest = np.full(len(a), 2**32 - 1, np.uint32)
    _compiled.min_hash(_fitting(hashes, np.uint32), a, b, lowest, _number())
    return lowest


def winnow(hashes: NDArray[np.uint64], window: int) -> NDArray[np.uint64]:
    """The smallest of every ``window`` consecutive hashes, sorted and unique."""
    lowest = np.empty(len(hashes), np.uint64)
    return lowest[: _compiled.winnow(_fitting(hashes, np.uint64), window, lowest)].copy()


def signatures(
    data: Buffer,
    edges: NDArray[np.int64],
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    out: NDArray[np.uint32],
    surrogates: bool,
) -> int:
    """Fill ``out``, uint32[n, num_perm], with the signatures of UTF-8 texts laid end to end: text i
    is ``data[edges[i]:edges[i + 1]]``.

    The answer is how many were done: all, or as many as stand before the first that is not UTF-8.
    ``surrogates``: whether lone surrogates (of a Python string) may stand in it. Other threads can
    run meanwhile.
    """
    return _compiled.signatures(data, edges, _folding(), surrogates, a, b, out, _number())


def lexis(
    characters: NDArray[np.uint8],
    known: Sequence[tuple[str, int, int, int]],
    endings: Sequence[tuple[str, str]],
) -> object:
    """What is known of characters and words, as the kernel holds it: a kind for each of the first
    code points; words with a code, a kind and the code of a stem each; endings that are one.

    Raises ValueError for an ending that is too long.
    """
    words, codes, kinds, stems = zip(*known, strict=True)
    encoded = [word.encode() for word in words]
    return _compiled.lexis(
        characters,
        b"".join(encoded),
        np.array([len(word) for word in encoded], np.int64),
        np.array(codes, np.uint32),
        np.array(kinds, np.uint8),
        np.array(stems, np.uint32),
        np.array(endings, "S8"),
    )


def scan(
    text: str,
    hash_key: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
) -> tuple[NDArray[np.uint64], Sketch]:
    """What is kept of a text to find its partners: the hashes of its words and shingles, sorted and
    unique; its sketch, by the permutations ``a``, ``b``. Other threads can run meanwhile."""
    signature = np.empty(len(a), np.uint32)
    utf8 = text.encode("utf-8", "surrogatepass")
    found = _compiled.scan(utf8, _folding(), hash_key, a, b, signature, _number())
    hashes, fingerprints, letters = (np.frombuffer(each, np.uint64) for each in found)
    return hashes, Sketch(signature, fingerprints, letters)


def outline(text: str, known: object, stats: CorpusStats, hash_key: int) -> Outline:
    """The outline of a text. ``known``: a :func:`lexis`. ``stats`` are of a corpus with this
    ``hash_key``. Other threads can run meanwhile."""
    words, kinds, stems, letters = _compiled.outline(
        text.encode("utf-8", "surrogatepass"),
        _folding(),
        known,
        hash_key,
        _fitting(stats.keys, np.uint64),
        _fitting(stats.counts, np.int32),
        stats.rare_documents,
        _number(),
    )
    return Outline(
        np.frombuffer(words, np.uint32),
        np.frombuffer(kinds, np.uint8),
        np.frombuffer(stems, np.uint32),
        letters,
    )


def common_fingerprints(letters: bytes, hash_key: int) -> NDArray[np.uint64]:
    """The fingerprints of words without a rare one among them, sorted and unique. ``letters``:
    those of an outline. Other threads can run meanwhile."""
    return np.frombuffer(_compiled.common_fingerprints(letters, hash_key), np.uint64)


def parts(buffers: Iterable[tuple[NDArray[Any], ...]]) -> object:
    """Parts of an index as the kernel holds them: of each the numbers of its documents (int64[n]),
    which are gone (bool[n], or bool[0] for none), and for each net its entries and directory.

    Raises ValueError where they do not fit each other.
    """
    return _compiled.parts(list(buffers))


def nominate(
    held: object,
    signatures: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    common: NDArray[np.bool_],
    edges: NDArray[np.int64],
    most: NDArray[np.int64],
    least: NDArray[np.float64],
    crowd_holders: int,
    candidates: int,
    common_share: float,
    rarity: NDArray[np.float64],
    strength: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """The candidates of many sketches from ``parts``, laid end to end: where those of each begin
    (and the last end), their numbers and weights, and whether some were cut.

    Of sketch i the signature is row i, uint32[q, p]; its fingerprints are ``keys[edges[2 i]:edges[2
    i + 1]]`` and its letters ``keys[edges[2 i + 1]:edges[2 i + 2]]``. ``common``:
    bool[k], which keys count only ``common_share``, or bool[0] for none. Of fingerprints, bands and
    letters a candidate shares ``least``. ``rarity`` and ``strength`` are by how many documents hold
    a key, up to the largest of ``most``. Other threads can run meanwhile. Raises ValueError where a
    part turns out not to fit itself.
    """
    edges_found, numbers, weights, is_cut = _compiled.nominate(
        held,
        _fitting(signatures, np.uint32),
        signatures.shape[1],
        keys,
        common,
        edges,
        most,
        least,
        crowd_holders,
        candidates,
        common_share,
        rarity,
        strength,
        _number(),
    )
    return (
        np.frombuffer(edges_found, np.int64),
        np.frombuffer(numbers, np.int64),
        np.frombuffer(weights, np.float64),
        np.frombuffer(is_cut, np.bool_),
    )


def common_runs(
    a: NDArray[np.uint32], b: NDArray[np.uint32], gram: int, most: int
) -> tuple[NDArray[np.int64], bool]:
    """The runs of two sequences grown from rare grams, int64[k, 3], and whether some were cut: as
    ``detector.runs.common_runs``."""
    runs, is_cut = _compiled.common_runs(_fitting(a, np.uint32), _fitting(b, np.uint32), gram, most)
    return np.frombuffer(runs, np.int64).reshape(-1, 3), is_cut


def chains(
    a: NDArray[np.uint32], b: NDArray[np.uint32], gram: int, most: int, rules: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The runs of two sequences by place, each with the number of its chain, int64[k, 4]: rows of
    chain, place in a, place in b, length. ``rules``: ``chain_rules`` of ``native/chain.h``."""
    both = _fitting(a, np.uint32), _fitting(b, np.uint32)
    return np.frombuffer(_compiled.chains(*both, gram, most, rules), np.int64).reshape(-1, 4)


def retells(a: NDArray[np.uint32], b: NDArray[np.uint32], rules: NDArray[np.int64]) -> bool:
    """Whether a window of one text's stems retells one of the other's, however many do. ``a``,
    ``b``: uint32 codes of the stems, 0 for none. ``rules``: ``stem_rules`` of ``native/stems.h``.
    """
    return _compiled.retells(_fitting(a, np.uint32), _fitting(b, np.uint32), rules)


def screen(
    words: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    word_edges: NDArray[np.int64],
    letters: bytes,
    letter_edges: NDArray[np.int64],
    stems: NDArray[np.uint32],
    stem_edges: NDArray[np.int64],
    rules: NDArray[np.int64],
    pairs: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which pairs may share something, bool[p]: as ``detector.screen.screen``, of outlines laid end
    to end. Other threads can run meanwhile. Raises ValueError where the arrays do not fit."""
    answers = np.empty(len(pairs), np.bool_)
    laid = (words, kinds, word_edges, letters, letter_edges, stems, stem_edges)
    _compiled.screen(*laid, rules, _fitting(pairs, np.int64), answers)
    return answers


def _number() -> int:
    return LEVELS.index(LEVEL) - 1


def _utf8(tokens: Sequence[str]) -> bytes:
    return "".join(tokens).encode("utf-8", "surrogatepass")


def _fitting(values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    return np.ascontiguousarray(values, dtype)


@lru_cache(maxsize=1)
def _folding() -> object:
    """The folding table as the kernel holds it."""
    table, expansions, _ = fold.load()
    return _compiled.folding(table, np.array(expansions, dtype="<U4"))
