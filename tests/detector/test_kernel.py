"""The compiled kernel: each of its instruction sets, the numpy code and the slow reference give the
same bits, for whatever text."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from detector import fold, kernel, outline, sketch_bytes, sketch_texts
from detector.errors import InputError, UsageError
from detector.model import CorpusStats, Document
from detector.normalise import MAX_TOKEN_CHARS, normalise, tokens_of
from detector.pipeline import common_fingerprints, outline_of, scan
from detector.prior import function_words, honorifics
from detector.repair import repair
from detector.shingle import SHINGLE_LETTERS, SHINGLE_WORDS, letter_hashes, shingle, token_hashes
from detector.sketch import WINNOW_LETTERS, WINNOW_WORDS, permutations, signature, winnow
from detector.stats import PRIOR
from tests import oracles

ROOT = Path(__file__).parents[2]
COMPILED = kernel.LEVELS[1:]
needs_kernel = pytest.mark.skipif(not COMPILED, reason="needs the compiled kernel")
every_level = pytest.mark.parametrize("level", kernel.LEVELS)
every_compiled_level = pytest.mark.parametrize(
    "level", COMPILED or [pytest.param("none", marks=pytest.mark.skip("no compiled kernel"))]
)

PIECE_BYTES, BLOCK_BYTES = 8192, 64  # of detector/native/fold.h: where reading could go wrong


def characters_of_each_kind() -> list[str]:
    """Some characters for each kind of table entry, length in UTF-8 and number of letters."""
    kinds: dict[tuple[str, int, int], list[str]] = {}
    for char, (kind, letters) in oracles.fold_table().items():
        kinds.setdefault((kind, len(char.encode()), len(letters)), []).append(char)
    rng = random.Random(1)
    return [char for some in kinds.values() for char in rng.sample(some, min(4, len(some)))]


KINDS = characters_of_each_kind()
any_point = st.one_of(
    st.integers(0, 0x10FFFF),
    st.integers(0xD800, 0xDFFF),
    *[st.integers(plane << 16, (plane << 16) + 0xFFFF) for plane in (1, 2, 3, 14, 16)],
).map(chr)
pieces = st.one_of(
    st.sampled_from(KINDS),
    st.sampled_from([" ", ", ", "the", "of", "harbour", "O'Neill's", "порт", "漢", "a"]),
    st.text(st.characters(max_codepoint=127), max_size=80),
    st.text(any_point, max_size=6),
    st.builds(lambda char, n: char * n, st.sampled_from(KINDS), st.integers(1, 70)),
)
texts = st.lists(pieces, max_size=25).map("".join)
WORDS = (
    "the of said Mr. Mrs Пан mrs organised organiser devise analyse surprising colour colours hour "
    "neighbourhood 1ourselves savoury favour's travelled Kyiv Kiev Київ він й a я 7 dlrs ten О'Нил "
    "漢 字 本 カ ก กิ กา \u2e80 \u2e7f é ß ﬃ 값 𝐚 harbour bridge councillors увечері"
).split()
GAPS = [
    " ",
    " ",
    "\n",
    "",
    "-",
    "'",
    "’",
    '"',
    "“",
    "”",
    "«",
    "» ",
    "`",
    "'s ",
    "\u200b",
    ". ",
    "「",
]
stories = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(GAPS), pieces), max_size=60
).map("".join)
hash_keys = st.sampled_from([0, 1, 2**63, 2**64 - 1])


@contextmanager
def using(level: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "LEVEL", level)
        yield


def triples(text: str) -> list[tuple[str, int, int]]:
    normal = normalise(text)
    return list(zip(normal.tokens, normal.starts.tolist(), normal.ends.tolist(), strict=True))


def reference(text: str, num_perm: int = 128, seed: int = 1) -> list[int]:
    tokens = [token for token, _, _ in oracles.normalise(text)]
    return oracles.signature(oracles.top32(oracles.shingle(tokens)), num_perm, seed)


def signature_of(data: bytes) -> list[int] | str:
    """Of UTF-8, or what is wrong with it."""
    try:
        return sketch_bytes(data, np.array([0, len(data)], np.uint64), num_perm=16)[0].tolist()
    except InputError as error:
        return error.message


def what_python_says(data: bytes) -> str | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"document 0: {error}"
    return None


# The same bits


@every_level
@given(texts)
@example("")
@example("漢 abc abc")  # after a separator nothing is left of the solo character
@example("\u0e33" * 2000 + "a")
def test_tokens_and_their_places_are_those_of_the_reference(level: str, text: str) -> None:
    with using(level):
        assert triples(text) == oracles.normalise(text)
        assert list(tokens_of(text)) == [token for token, _, _ in oracles.normalise(text)]


@every_level
@given(texts, st.sampled_from([1, 7, 128]), st.sampled_from([0, 1]))
def test_signatures_of_any_text_are_those_of_the_reference(
    level: str, text: str, num_perm: int, seed: int
) -> None:
    with using(level):
        made = sketch_texts([text, "another text", text], num_perm, seed).tolist()
    assert made[0] == made[2] == reference(text, num_perm, seed)


@every_level
@given(st.lists(st.one_of(texts.map(lambda t: t.encode("utf-8", "surrogatepass")), st.binary())))
@example([b"\xed\xa0\x80"])  # a lone surrogate is no UTF-8
@example([b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80", b"\xf0\x9f\x98", b"\x80", b"\xff"])
def test_bytes_that_are_no_utf8_are_refused_as_python_refuses_them(
    level: str, parts: list[bytes]
) -> None:
    for data in (*parts, b" ".join(parts)):
        with using(level):
            made = signature_of(data)
        assert made == (what_python_says(data) or reference(data.decode(), 16))


@every_level
@given(st.lists(texts, max_size=8), hash_keys)
def test_hashes_of_tokens_and_letters_are_those_of_the_reference(
    level: str, tokens: list[str], hash_key: int
) -> None:
    with using(level):
        words, letters = token_hashes(tokens, hash_key), letter_hashes(tokens, hash_key)
    assert words.tolist() == [oracles.token_hash(token, hash_key) for token in tokens]
    assert letters.tolist() == [oracles.token_hash(char, hash_key) for char in "".join(tokens)]


@every_level
@pytest.mark.parametrize("hash_key", [0, 1, 0x9E3779B97F4A7C15, 2**64 - 1])
def test_a_hash_is_that_of_xxhash_at_every_length(level: str, hash_key: int) -> None:
    # XXH3 has other rules for 1, 4, 9, 17, 129 and 241 bytes, and for blocks of 64 and 1024.
    rng = random.Random(hash_key)
    sizes = [*range(530), *range(1000, 1100), 2048, 2049, 3 * 1024 + 64, 16_000]
    tokens = ["".join(rng.choices("abcdefghij", k=size)) for size in sizes]
    with using(level):
        hashes = token_hashes(tokens, hash_key).tolist()
    assert hashes == [xxhash.xxh3_64_intdigest(token.encode(), hash_key) for token in tokens]


@every_level
@given(st.lists(st.integers(0, 2**64 - 1), max_size=150), st.integers(1, 40))
@example([*range(150, 0, -1)], 1)  # equal but for their last bytes, and in the wrong order
@example([2**63 + n % 7 for n in range(150)], 1)
def test_shingles_and_fingerprints_of_any_numbers(
    level: str, numbers: list[int], size: int
) -> None:
    hashes = np.array(numbers, np.uint64)
    with using("numpy"):
        wanted = shingle(hashes, size).tolist()
    with using(level):
        assert shingle(hashes, size).tolist() == wanted
        assert winnow(hashes, size).tolist() == oracles.winnow(numbers, size)


@every_level
@pytest.mark.parametrize("num_perm", [1, 2, 7, 8, 31, 32, 33, 127, 128, 129, 256, 300])
@pytest.mark.parametrize("count", [0, 1, 2, 1023, 1024, 1025])
def test_signatures_of_any_length(level: str, num_perm: int, count: int) -> None:
    rng = random.Random(count)
    hashes = np.array([rng.getrandbits(32) for _ in range(count)], np.uint32)
    with using("numpy"):
        wanted = signature(hashes, num_perm, 1)
    with using(level):
        assert signature(hashes, num_perm, 1).tolist() == wanted.tolist()
        assert (
            signature(hashes[::-2], num_perm, 1).tolist()
            == signature(hashes[::-2].copy(), num_perm, 1).tolist()
        )


def kept_of(text: str, hash_key: int) -> dict[str, Any]:
    repaired = repair(text)
    shown = repaired.text if repaired else text
    tokens = [token for token, _, _ in oracles.normalise(shown)]
    shingles = oracles.shingle(tokens, hash_key)
    letter_shingles = oracles.letter_shingles(tokens, SHINGLE_LETTERS, hash_key)
    common = {t for t in tokens if len(t) > 4}
    words, kinds, stems, letters = oracles.outline(shown, common)
    rare = [t not in common | function_words() | honorifics() for t in tokens]
    return {
        "hashes": sorted({*[oracles.token_hash(t, hash_key) for t in tokens], *shingles}),
        "signature": oracles.signature(oracles.top32(shingles), 128, 1),
        "fingerprints": oracles.winnow(shingles, WINNOW_WORDS),
        "letter_fingerprints": oracles.winnow(letter_shingles, WINNOW_LETTERS),
        **{"words": words, "kinds": kinds, "stems": stems, "letters": letters},
        "common": oracles.common_fingerprints(shingles, rare, SHINGLE_WORDS, WINNOW_WORDS),
    }


def kept_by(level: str, text: str, hash_key: int) -> dict[str, Any]:
    repaired = repair(text)
    stats = long_words_are_common(repaired.text if repaired else text, hash_key)
    with using(level):
        made = scan(Document("text", text), hash_key)
        outlined = outline_of(Document("text", text), stats, hash_key)
        common = common_fingerprints(outlined, stats, hash_key)
    hashes = made.hashes, made.sketch.fingerprints, made.sketch.letters
    codes = made.sketch.signature, outlined.words, outlined.stems
    assert {*[each.dtype for each in hashes]} == {np.dtype(np.uint64)}
    assert {*[each.dtype for each in codes]} == {np.dtype(np.uint32)}
    assert outlined.kinds.dtype == np.uint8
    return {
        "hashes": made.hashes.tolist(),
        "signature": made.sketch.signature.tolist(),
        "fingerprints": made.sketch.fingerprints.tolist(),
        "letter_fingerprints": made.sketch.letters.tolist(),
        "words": outlined.words.tolist(),
        "kinds": outlined.kinds.tolist(),
        "stems": outlined.stems.tolist(),
        "letters": outlined.letters,
        "common": common.tolist(),
    }


def long_words_are_common(text: str, hash_key: int) -> CorpusStats:
    """Statistics of texts, of which as many have a word as it has letters. One that no text has is
    among them, so that a corpus is known."""
    counts = {oracles.token_hash(t, hash_key): len(t) for t, _, _ in oracles.normalise(text)}
    counts[2**64 - 1] = 9
    keys = sorted(counts)
    frequencies = [counts[key] for key in keys]
    stats = CorpusStats(2000, np.array(keys, np.uint64), np.array(frequencies, np.int32), "test")
    assert stats.rare_documents == 4
    return stats


@every_level
@given(stories, hash_keys)
@example("", 0)
@example("漢" * 4, 1)
@example("“a'\u200bb said\nc” d", 0)  # a word that a quotation ends in
@example("O''Neill's \"it's\n'", 0)
def test_what_is_kept_of_a_text_is_what_the_reference_keeps(
    level: str, text: str, hash_key: int
) -> None:
    assert kept_by(level, text, hash_key) == kept_of(text, hash_key)


@every_level
def test_every_word_with_news_is_rare_where_no_corpus_is_known(level: str) -> None:
    with using(level):
        made = outline_of(Document("text", "The harbour of Ms. Oduya"))
        only_function_words = outline_of(Document("text", "it is what it is and so on"))
        common = common_fingerprints(only_function_words, PRIOR)
    assert common.tolist() == []
    assert made.letters == b"the harbour!of ms oduya!"
    assert (made.kinds & outline.IS_RARE > 0).tolist() == [False, True, False, True]


@every_level
def test_what_is_kept_of_a_text_of_many_pieces(level: str) -> None:
    rng = random.Random(level)
    text = "".join(rng.choices([*WORDS, *GAPS, " ", " ", " "], k=6000))
    for each in (text, f"“{text}", text.replace("\n", " "), "the " * 5000, "organised" * 1000):
        assert kept_by(level, each, 3) == kept_of(each, 3)


def test_all_letters_and_digits_stand_where_the_kernel_is_told_of_them() -> None:
    assert not any(chr(point).isalnum() for point in range(outline.LETTER_POINTS, 0x110000))


# Where a block or a piece ends


@every_level
@pytest.mark.parametrize(
    "joint", ["'", "’", "e\u0301", "ß", "漢", "กิ", ". ", "값", "a", "𝐚", "\ud800"]
)
def test_whatever_stands_where_a_block_ends(level: str, joint: str) -> None:
    for before in range(BLOCK_BYTES - 5, BLOCK_BYTES + 2):
        for after in (0, 1, 7, 8, 63, 64, 65):
            text = "".join(["ab c'd"[place % 6] for place in range(before)])
            text += joint + "efg hi " * (after // 7) + "j" * (after % 7)
            with using(level):
                assert sketch_texts([text], num_perm=4)[0].tolist() == reference(text, 4)


@every_level
@pytest.mark.parametrize("unit", ["harbour ", "it's ", "a", "é", "漢", "값", "ﬃ", "\u0301", "𝐚𝐛 "])
def test_whatever_stands_where_a_piece_ends(level: str, unit: str) -> None:
    for size in range(PIECE_BYTES - 3, PIECE_BYTES + 4):
        start = unit * (size // len(unit.encode()))
        text = start + "x" * (size - len(start.encode())) + "'ß漢\u0301 end of the text"
        with using(level):
            assert triples(text) == oracles.normalise(text)
            made = sketch_texts([text, text * 3], num_perm=4).tolist()
        assert made == [reference(text, 4), reference(text * 3, 4)]


@every_level
def test_nothing_outside_a_text_is_read(level: str) -> None:
    text = "Nothing but this ’counts’ here, whatever stands before it or after: é"
    with using(level):
        wanted = sketch_texts([text[:size] for size in range(len(text) + 1)], num_perm=8)
        for before, after in [(b"", b""), (b"x", b"y"), (b"'", b"'"), ("é".encode(), b"\x80\xff")]:
            for size in range(len(text) + 1):
                data = before + text[:size].encode() + after
                edges = np.array([len(before), len(data) - len(after)], np.uint64)
                assert (sketch_bytes(data, edges, num_perm=8) == wanted[size]).all()


# Hostile texts


@every_level
@pytest.mark.parametrize("lead", ["", "b ", "漢", "'", "é"])
@pytest.mark.parametrize(
    "unit", ["a", "aaaaaaaaaaaaaaaa'", "é", "ﬃ", "값", "a\u0301", "漢\u093f", "\u093f"]
)
def test_an_endless_word_is_cut_alike(level: str, lead: str, unit: str) -> None:
    for count in (MAX_TOKEN_CHARS - 63, MAX_TOKEN_CHARS, MAX_TOKEN_CHARS + 1, 5000):
        text = lead + unit * count + " and five more words follow it"
        with using(level):
            assert triples(text) == oracles.normalise(text)
            assert sketch_texts([text], num_perm=4)[0].tolist() == reference(text, 4)


@every_level
@pytest.mark.parametrize("word", ["buffalo ", "a ", "o'o ", "漢", "é "])
def test_one_word_again_and_again_is_one_shingle(level: str, word: str) -> None:
    with using(level):
        made = sketch_texts([word * 5, word * 1000, word * 20_000])
    assert made[0].tolist() == made[1].tolist() == made[2].tolist() == reference(word * 5)


@every_compiled_level
@pytest.mark.parametrize("unit", ["word after word ", "buffalo ", "a", "\u0301", "é", "漢", "'"])
def test_twice_the_text_takes_twice_the_time(level: str, unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        sketch_texts([text])
        return time.process_time() - begin

    with using(level):
        half = min(seconds(500_000) for _ in range(3))
        whole = min(seconds(1_000_000) for _ in range(3))
    assert whole < 1
    assert whole < 3 * half + 0.1


# How it is called


@every_level
@pytest.mark.parametrize("workers", [1, 2, 9])
def test_threads_change_nothing(level: str, workers: int) -> None:
    rng = random.Random(9)
    words = "the mayor said harbour bridge будуть закриті 漢字 it's".split()
    some = [" ".join(rng.choices(words, k=rng.randint(0, 60))) for _ in range(700)]
    data = [text.encode() for text in some]
    edges = np.cumsum([0, *map(len, data)]).astype(np.uint64)
    with using(level):
        made = sketch_texts(some, num_perm=16, workers=workers)
        assert (sketch_bytes(b"".join(data), edges, num_perm=16, workers=workers) == made).all()
    assert made[::70].tolist() == [reference(text, 16) for text in some[::70]]


@every_level
def test_the_first_document_that_is_no_utf8_is_the_one_named(level: str) -> None:
    data = b"good " * 600 + b"\xff" + b"good " * 20 + b"\xff"
    edges = np.arange(0, len(data) + 1, 1, dtype=np.uint64)
    with using(level), pytest.raises(InputError, match="document 3000: ") as caught:
        sketch_bytes(data, edges, workers=2)
    assert caught.value.code == "bad_utf8"


@needs_kernel
def test_other_threads_run_meanwhile() -> None:
    text = "the harbour bridge will close " * 1_000_000
    with using(COMPILED[0]):
        sketch_texts(["ready"])
        worker = threading.Thread(target=sketch_texts, args=([text],))
        worker.start()
        turns = 0
        while worker.is_alive():
            time.sleep(0.001)
            turns += 1
    assert turns > 20


@needs_kernel
def test_buffers_that_do_not_fit_are_refused() -> None:
    from detector import _kernel

    folding, lexis = kernel._folding(), outline.lexis()
    a, b = permutations(4, 1)
    words, edges = np.zeros(3, np.uint64), np.array([0, 1], np.int64)
    counts = np.zeros(3, np.int32)
    out = np.zeros((1, 4), np.uint32)
    for call in (
        lambda: _kernel.token_hashes(b"ab", np.array([1], np.int64), 0, words[:1]),
        lambda: _kernel.token_hashes(b"ab", np.array([1, 1], np.int64), 0, words),
        lambda: _kernel.token_hashes(b"ab", np.array([2**62, -1], np.int64), 0, words),
        lambda: _kernel.letter_hashes(b"ab", 0, words),
        lambda: _kernel.letter_hashes(b"abcd", 0, words),
        lambda: _kernel.shingle(words, 0, words),
        lambda: _kernel.shingle(words, 4, words[:0]),
        lambda: _kernel.shingle(words, 2, words),
        lambda: _kernel.min_hash(words, a, b[:3], out[0], 0),
        lambda: _kernel.min_hash(words, a, b, out[0], len(COMPILED)),
        lambda: _kernel.min_hash(words, a, b, out[0], -1),
        lambda: _kernel.winnow(words, 0, words.copy()),
        lambda: _kernel.winnow(words, 1, words[:2].copy()),
        lambda: _kernel.signatures(b"", edges, folding, True, a, b, out, 0),
        lambda: _kernel.signatures(b"ab", edges[::-1].copy(), folding, True, a, b, out, 0),
        lambda: _kernel.signatures(b"ab", edges - 1, folding, True, a, b, out, 0),
        lambda: _kernel.signatures(b"ab", edges, folding, True, a, b, out[:, :3].copy(), 0),
        lambda: _kernel.signatures(b"ab", edges, folding, True, a, b[:3], out, 0),
        lambda: _kernel.signatures(b"ab", edges, folding, True, a, b, out, 3),
        lambda: _kernel.signatures(b"ab", edges, object(), True, a, b, out, 0),
        lambda: _kernel.scan(b"\xff\xe2", folding, 0, a, b, out[0], 0),
        lambda: _kernel.scan(b"'\xe2\x80", folding, 0, a, b, out[0], 0),
        lambda: _kernel.scan(b"", lexis, 0, a, b, out[0], 0),
        lambda: _kernel.scan(b"", folding, 0, a, b[:3], out[0], 0),
        lambda: _kernel.scan(b"", folding, 0, a, b, out[0, :3], 0),
        lambda: _kernel.scan(b"", folding, 0, a, b, out[0], 3),
        lambda: _kernel.outline(b"\xff", folding, lexis, 0, words, counts, 3, 0),
        lambda: _kernel.outline(b"'\xe2\x80", folding, lexis, 0, words, counts, 3, 0),
        lambda: _kernel.outline(b"", folding, folding, 0, words, counts, 3, 0),
        lambda: _kernel.outline(b"", lexis, lexis, 0, words, counts, 3, 0),
        lambda: _kernel.outline(b"", folding, lexis, 0, words, counts[:2], 3, 0),
        lambda: _kernel.outline(b"", folding, lexis, 0, words, counts, 3, 3),
        lambda: _kernel.fold(b"\xff", folding),
        lambda: _kernel.fold(b"", object()),
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            call()


@needs_kernel
def test_a_table_that_is_none_of_ours_is_refused() -> None:
    from detector import _kernel

    table, expansions, _ = fold.load()
    letters = np.array(expansions, "<U4")
    _kernel.folding(table, letters)
    for point, entry in [(97, 0xE4), (97, int(fold.MARK)), (256, 0x110000), (0xDF, 1 << 26)]:
        changed = table.copy()
        changed[point] = entry
        with pytest.raises(ValueError, match="not a folding table"):
            _kernel.folding(changed, letters if point != 0xDF else letters[:0])
    with pytest.raises(ValueError, match="not a folding table"):
        _kernel.folding(table[:-1].copy(), letters)


@needs_kernel
def test_words_and_endings_that_do_not_fit_are_refused() -> None:
    from detector import _kernel

    sizes, codes, kinds = np.array([1, 2], np.int64), np.ones(2, np.uint32), np.ones(2, np.uint8)
    good: list[Any] = [kinds, b"abc", sizes, codes, kinds, codes, np.array([("our", "or")], "S8")]
    _kernel.lexis(*good)
    for place, bad in [
        *((0, np.zeros(0x110001, np.uint8)), (1, b"ab"), (2, np.array([4, -1])), (3, codes[:1])),
        *((4, kinds[:1]), (5, codes[:1]), (6, np.array([("or", "our")], "S8"))),
        *((6, np.array([("", "")], "S8")), (6, np.array([("our", "or")] * 65, "S8"))),
    ]:
        with pytest.raises(ValueError, match="not a lexis"):
            _kernel.lexis(*[*good[:place], bad, *good[place + 1 :]])


# Which one runs


def test_without_a_wish_the_best_runs_and_a_wrong_wish_is_refused() -> None:
    assert kernel.choose("") == kernel.LEVELS[-1]
    assert [kernel.choose(level) for level in kernel.LEVELS] == [*kernel.LEVELS]
    with pytest.raises(UsageError, match="COPYDESK_KERNEL is 'abacus'"):
        kernel.choose("abacus")


def test_without_the_compiled_module_numpy_does_it() -> None:
    code = (
        "import sys; sys.modules['detector._kernel'] = None\n"
        "from detector import kernel, sketch_texts\n"
        "print(kernel.LEVELS, kernel.title(), *sketch_texts(['One, two!'], num_perm=4)[0])"
    )
    environment = {name: value for name, value in os.environ.items() if name != kernel.VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    wanted = " ".join(map(str, reference("one two", 4)))
    assert done.stdout.strip() == f"('numpy',) numpy {wanted}"
