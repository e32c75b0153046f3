"""The straight line: introduces the stages to one another. Pure; command line, service and batch
all run this, so they cannot disagree."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detector import kernel
from detector.align import align
from detector.attribute import find_attributions
from detector.classify import Side, classify, is_proven, mark
from detector.creditline import credit_line
from detector.errors import InputError, UsageError
from detector.fidelity import Text, find_fidelity
from detector.flags import find_flags
from detector.fold import has_words
from detector.folding import fold_document, shown_text
from detector.furniture import find_furniture
from detector.lens import narrow
from detector.model import (
    Alignment,
    Comparison,
    CorpusStats,
    Document,
    Hashes,
    NormalText,
    Original,
    Outline,
    Reading,
    Relation,
    Sketch,
)
from detector.normalise import normalise, tokens_of
from detector.outline import lexis, outline
from detector.outline import tokens_of as tokens_of_outline
from detector.quote import find_quotations
from detector.repair import Repaired
from detector.rewrite import find_retold, find_rewrites
from detector.settings import DEFAULT, Settings
from detector.shingle import (
    SHINGLE_LETTERS,
    SHINGLE_WORDS,
    letter_hashes,
    shingle,
    token_hashes,
    top32,
    upper_halves,
)
from detector.sketch import (
    NUM_PERM,
    SEED,
    WINNOW_WORDS,
    permutations,
    signature,
    sketch,
    winnow,
)
from detector.stats import PRIOR


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What folding and hashing tell of a document, which is quick: enough to find its partners.
    ``hashes``: uint64[h], sorted and unique, of its words and of its shingles."""

    hashes: Hashes
    sketch: Sketch


def check_words(document: Document) -> None:
    """Raises InputError where a document has no words. Sooner than folding it tells."""
    # What is repaired has words, else it is none.
    if not has_words(document.text) and not shown_text(document)[1]:
        raise InputError(f"{document.id}: no words in it", code="no_text")


def scan(document: Document, hash_key: int = 0) -> Scan:
    """Hash a document. ``hash_key`` keys the hashes of one index against planted collisions."""
    text, _ = shown_text(document)
    if kernel.is_compiled():
        return Scan(*kernel.scan(text, hash_key, *permutations(NUM_PERM, SEED)))
    normal = normalise(text)
    words, shingles = _hashes(normal, hash_key)
    letters = shingle(letter_hashes(normal.tokens, hash_key), SHINGLE_LETTERS)
    return Scan(
        np.unique(np.concatenate([words, shingles])),
        sketch(shingles, upper_halves(shingles), letters),
    )


def outline_of(document: Document, stats: CorpusStats = PRIOR, hash_key: int = 0) -> Outline:
    """What tells whether a document is worth aligning with another. ``stats`` are of a corpus with
    this ``hash_key``; in a pair they need be known to one of the two."""
    text, _ = shown_text(document)
    if kernel.is_compiled():
        return kernel.outline(text, lexis(), stats, hash_key)
    return outline(normalise(text), stats, hash_key)


def common_fingerprints(made: Outline, stats: CorpusStats, hash_key: int = 0) -> Hashes:
    """The fingerprints of a document that others share by accident, sorted: those without a word
    that is rare by its outline, which ``stats`` were asked for; none where no corpus is known.
    ``hash_key``: that of the fingerprints."""
    if not stats.documents:
        return stats.keys
    if kernel.is_compiled():
        return kernel.common_fingerprints(made.letters, hash_key)
    tokens, rare = tokens_of_outline(made)
    if not tokens:
        return stats.keys[:0]
    shingles = shingle(token_hashes(tokens, hash_key))
    windows = np.lib.stride_tricks.sliding_window_view(rare, min(SHINGLE_WORDS, len(rare)))
    found = winnow(shingles, WINNOW_WORDS)
    return found[~np.isin(found, shingles[windows.any(axis=1)])]


def read(document: Document) -> Reading:
    """Words, quotations, attributions, furniture and flags of a document, as a reader sees its
    text: all places are those of the text as given."""
    return _read(document, *fold_document(document))


def _read(document: Document, normal: NormalText, repaired: Repaired | None) -> Reading:
    text = normal.text
    quotations = find_quotations(text)
    flags = find_flags(normal).union(document.flags, repaired.flags if repaired else ())
    reading = Reading(
        document,
        normal,
        quotations,
        find_attributions(text, quotations),
        find_furniture(text),
        tuple(sorted(flags)),
    )
    return repaired.placed(reading) if repaired else reading


def view(document: Document, stats: CorpusStats, hash_key: int = 0) -> Side:
    """A document ready to be judged in any number of pairs: folded, to be read and marked when one
    asks for it. ``stats`` are of a corpus with this ``hash_key``."""
    normal, repaired = fold_document(document)
    return Side(
        document,
        repaired.words_placed(normal, document.text) if repaired else normal,
        lambda: _read(document, normal, repaired),
        lambda reading: mark(reading, *_hashes(normal, hash_key), stats),
    )


def _hashes(normal: NormalText, hash_key: int) -> tuple[Hashes, Hashes]:
    words = token_hashes(normal.tokens, hash_key)
    return words, shingle(words)


def compare(a: str | Document, b: str | Document, settings: Settings = DEFAULT) -> Comparison:
    """Compare two texts: the whole answer, with its evidence, as the view of ``settings`` shows it.

    Raises InputError where one of them has no words. Only the shipped prior is used, no corpus.

    >>> one = "The ferry left Port Carrow at dawn with forty-one passengers and a cargo of seed."
    >>> compare(one, one).relation.label
    'Same text'
    """
    return narrow(compare_sides(_side(a, "a"), _side(b, "b"), settings), settings)


def _side(given: str | Document, name: str) -> Side:
    side = view(Document(id=name, text=given) if isinstance(given, str) else given, PRIOR)
    if not side.normal.tokens:
        raise InputError(f"{side.document.id}: no words in it", code="no_text")
    return side


def compare_sides(
    a: Side, b: Side, settings: Settings, original: Original | None = None
) -> Comparison:
    """Align and judge a pair in the order of its digests, so that swapping the inputs swaps the
    answer and changes nothing else."""
    first, second = sorted((a, b), key=digest_order)
    answer = judge_aligned(first, second, align_sides(first, second), settings, original)
    return answer if first is a else answer.flip()


def relate_sides(a: Side, b: Side, settings: Settings) -> Comparison:
    """As :func:`compare_sides`, without where the wording differs: enough to explain others."""
    first, second = sorted((a, b), key=digest_order)
    answer = classify(first, second, align_sides(first, second), settings)
    return answer if first is a else answer.flip()


def match_sides(a: Side, b: Side, settings: Settings) -> Comparison | None:
    """What :func:`compare_sides` says of a pair, None where it is independent. Texts in which
    alignment finds nothing are not read for that."""
    first, second = sorted((a, b), key=digest_order)
    alignment = align_sides(first, second)
    if not alignment.passages:
        return None
    answer = judge_aligned(first, second, alignment, settings)
    if answer.relation is Relation.INDEPENDENT:
        return None
    return answer if first is a else answer.flip()


def judge_aligned(
    first: Side,
    second: Side,
    alignment: Alignment,
    settings: Settings,
    original: Original | None = None,
) -> Comparison:
    """The answer about two aligned texts; of copies also where they differ and whom they are to
    name."""
    answer = classify(first, second, alignment, settings, original)
    if not answer.relation.is_copying:
        return answer
    one, other = (Text.of(side.reading, side.gist.spans) for side in (first, second))
    found = find_fidelity(one, other, alignment, answer)
    return replace(
        answer,
        fidelity=found,
        grounds=replace(answer.grounds, fidelity=found),
        credit_line=credit_line(answer),
    )


def align_sides(a: Side, b: Side) -> Alignment:
    """What two texts share word for word and, where that proves copying, rewritten around it."""
    alignment = align(a.gist, b.gist)
    if alignment.passages and is_proven(a, b, alignment.passages):
        return find_rewrites(a.gist, b.gist, alignment)
    retold = find_retold(a.gist, b.gist, alignment)
    if retold is alignment or not is_proven(a, b, retold.passages):
        return alignment
    return find_rewrites(a.gist, b.gist, retold)


def digest_order(side: Side) -> tuple[str, str]:
    """What decides which text of a pair alignment takes first."""
    return (side.digest, side.document.id)


# -- sketches for programs that bring their own index

_TEXTS_AT_ONCE = 256  # so many that what they are handed over with costs little


def shingle_hashes(text: str) -> NDArray[np.uint32]:
    """The 32-bit hashes of a text's 5-word shingles: uint32[m], sorted and unique.

    >>> len(shingle_hashes("one two three four five six"))
    2
    """
    return top32(shingle(token_hashes(tokens_of(text))))


def sketch_texts(
    texts: Sequence[str], num_perm: int = NUM_PERM, seed: int = SEED, workers: int = 1
) -> NDArray[np.uint32]:
    """The MinHash signatures of texts: uint32[n, num_perm], bit-equal to datasketch's affine32
    over :func:`shingle_hashes`. ``workers`` threads; the answer does not depend on them.

    >>> sketch_texts(["a text of some six words"], num_perm=64).shape
    (1, 64)
    """

    def fill(part: range, signatures: NDArray[np.uint32]) -> None:
        chosen = [texts[index] for index in part]
        if kernel.is_compiled():
            encoded = [text.encode("utf-8", "surrogatepass") for text in chosen]
            edges = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
            kernel.signatures(
                b"".join(encoded), edges, *permutations(num_perm, seed), signatures, surrogates=True
            )
        else:
            signatures[:] = [_signature(text, num_perm, seed) for text in chosen]

    return _in_parts(fill, len(texts), num_perm, workers)


def sketch_bytes(
    buffer: bytes | bytearray | memoryview,
    offsets: NDArray[np.uint64],
    num_perm: int = NUM_PERM,
    seed: int = SEED,
    workers: int = 1,
) -> NDArray[np.uint32]:
    """The signatures of UTF-8 documents laid end to end in one buffer.

    ``offsets``: uint64[n + 1], document i is ``buffer[offsets[i]:offsets[i + 1]]``. Raises
    UsageError where the offsets do not fit, InputError where a document is not UTF-8.

    >>> both = sketch_bytes(b"one textanother", np.array([0, 8, 15], dtype=np.uint64))
    >>> bool((both == sketch_texts(["one text", "another"])).all())
    True
    """
    data = memoryview(buffer).cast("B")
    edges = np.asarray(offsets, dtype=np.uint64).astype(np.int64)
    if not len(edges) or edges[0] < 0 or (np.diff(edges) < 0).any() or edges[-1] > len(data):
        raise UsageError("offsets must be ascending places inside the buffer, one more than texts")

    def decoded(index: int) -> str:
        """A document; raises InputError where it is not UTF-8."""
        try:
            return bytes(data[edges[index] : edges[index + 1]]).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"document {index}: {error}", code="bad_utf8") from error

    def fill(part: range, signatures: NDArray[np.uint32]) -> None:
        if not kernel.is_compiled():
            signatures[:] = [_signature(decoded(index), num_perm, seed) for index in part]
            return
        its_edges = edges[part.start : part.stop + 1]
        a, b = permutations(num_perm, seed)
        done = kernel.signatures(data, its_edges, a, b, signatures, surrogates=False)
        if done < len(part):
            decoded(part[done])

    return _in_parts(fill, len(edges) - 1, num_perm, workers)


def _signature(text: str, num_perm: int, seed: int) -> NDArray[np.uint32]:
    return signature(upper_halves(shingle(token_hashes(tokens_of(text)))), num_perm, seed)


def _in_parts(
    fill: Callable[[range, NDArray[np.uint32]], None], count: int, num_perm: int, workers: int
) -> NDArray[np.uint32]:
    """Have all signatures filled in, part by part, by so many threads."""
    if num_perm < 1 or workers < 1:
        raise UsageError("num_perm and workers must be at least 1")
    signatures = np.empty((count, num_perm), np.uint32)
    size = max(1, min(_TEXTS_AT_ONCE, -(-count // workers)))
    parts = [range(count)[first : first + size] for first in range(0, count, size)]

    def fill_part(part: range) -> None:
        fill(part, signatures[part.start : part.stop])

    if workers == 1:
        deque(map(fill_part, parts), maxlen=0)
    else:
        with ThreadPoolExecutor(workers) as pool:
            deque(pool.map(fill_part, parts), maxlen=0)
    return signatures
