"""Slow and obviously right twins of the fast stages: the reference that tests compare them with.

Each one is the definition written down as a plain loop over Python's own strings and integers.
Nothing here is clever, and nothing here may be made faster by being made clever.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import datasketch
import xxhash

from detector.classify.fullname import TITLES
from detector.classify.side import Side
from detector.lens import lost_words
from detector.model import Basis, Comparison, Document, Kind, Span, TokenRange
from detector.prior import (
    ENDINGS,
    SPELLINGS,
    calendar_words,
    folded,
    function_words,
    honorifics,
    stock_phrases,
)
from detector.view import View

FOLD_FILE = Path(__file__).resolve().parents[1] / "detector" / "fold.txt"
MAX_TOKEN_CHARS = 1000
SHINGLE_WORDS = 5
TWO_TO_64 = 2**64


@lru_cache(maxsize=1)
def fold_table() -> dict[str, tuple[str, str]]:
    """The reference reading of ``fold.txt``: character -> (kind, the letters it folds to).

    ``kind`` is "drop", "mark", "word", "solo" or "join"; a character that is not in the
    dictionary separates tokens.
    """
    table = {}
    for line in FOLD_FILE.read_text("ascii").splitlines():
        if line.startswith("#"):
            continue
        first, last, kind, *target = line.split(" ")
        for code_point in range(int(first, 16), int(last, 16) + 1):
            char = chr(code_point)
            if kind == "hangul":
                table[char] = ("word", unicodedata.normalize("NFD", char))
            elif kind in ("drop", "mark"):
                table[char] = (kind, "")
            elif target == ["="]:
                table[char] = (kind, char)
            else:
                table[char] = (kind, "".join(chr(int(code, 16)) for code in target[0].split("+")))
    return table


def normalise(text: str) -> list[tuple[str, int, int]]:
    """The reference tokens of ``text``, each with start and end, one character at a time."""
    table = fold_table()
    tokens: list[tuple[str, int, int]] = []
    is_open = False  # whether the last token may still grow
    is_solo = False  # whether its last letter, marks aside, is a token of its own
    chars = 0  # characters of the text that gave it its letters
    for place, char in enumerate(text):
        kind, letters = table.get(char, ("separator", ""))
        if kind == "drop":
            continue
        if kind == "mark":
            if tokens and tokens[-1][2] == place:  # directly after a token: an accent on it
                token, start, _ = tokens[-1]
                tokens[-1] = (token, start, place + 1)
            continue
        if kind == "separator":
            is_open = False
            continue
        if not is_open:
            begins = True
        elif kind == "join":
            begins = False
        else:
            begins = kind == "solo" or is_solo
        if begins or chars == MAX_TOKEN_CHARS:
            tokens.append((letters, place, place + 1))
            chars = 1
        else:
            token, start, _ = tokens[-1]
            tokens[-1] = (token + letters, start, place + 1)
            chars += 1
        if kind != "join" or not is_open:
            is_solo = kind == "solo"
        is_open = True
    return tokens


def token_hash(token: str, hash_key: int = 0) -> int:
    """The reference hash of one folded token: XXH3_64 of its UTF-8 with ``hash_key`` as seed."""
    return xxhash.xxh3_64_intdigest(token.encode("utf-8", "surrogatepass"), seed=hash_key)


def shingle(tokens: Sequence[str], hash_key: int = 0) -> list[int]:
    """The reference shingle hashes, in order, by Python integers modulo 2^64."""
    size = min(SHINGLE_WORDS, len(tokens))
    if size == 0:
        return []
    hashes = []
    for first in range(len(tokens) - size + 1):
        value = 0
        for token in tokens[first : first + size]:
            value = (value * 0x9E3779B97F4A7C15 + token_hash(token, hash_key)) % TWO_TO_64
        value = value ^ (value >> 37)
        value = (value * 0x165667919E3779F9) % TWO_TO_64
        value = value ^ (value >> 32)
        hashes.append(value)
    return hashes


def top32(hashes: Sequence[int]) -> list[int]:
    """The reference for what MinHash is fed with: the upper halves, each once, sorted."""
    return sorted({value >> 32 for value in hashes})


def signature(hashes: Sequence[int], num_perm: int, seed: int) -> list[int]:
    """The reference MinHash of 32-bit hashes: datasketch itself, one value at a time."""
    minhash = datasketch.MinHash(num_perm=num_perm, seed=seed, hashfunc=int)
    for value in hashes:
        minhash.update(value)
    return [int(value) for value in minhash.hashvalues]


def winnow(hashes: Sequence[int], window: int) -> list[int]:
    """The reference fingerprints: the smallest hash of every window, each once, sorted."""
    if not hashes:
        return []
    if len(hashes) < window:
        return [min(hashes)]
    chosen = set()
    for first in range(len(hashes) - window + 1):
        chosen.add(min(hashes[first : first + window]))
    return sorted(chosen)


def equal_runs(a: Sequence[int], b: Sequence[int], least: int) -> set[tuple[int, int, int]]:
    """The reference for all maximal equal runs of at least ``least`` items, as (place in a, place
    in b, length): every pair of places is tried."""
    found = set()
    for i in range(len(a)):
        for j in range(len(b)):
            if i > 0 and j > 0 and a[i - 1] == b[j - 1]:
                continue  # it began before
            length = 0
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            if length >= least:
                found.add((i, j, length))
    return found


def common_fingerprints(
    shingles: Sequence[int], rare: Sequence[bool], size: int, window: int
) -> list[int]:
    """The reference for the fingerprints without anything rare in them. ``rare``: of each token or
    letter; a shingle has ``size`` of them, or all."""
    telling = {s for place, s in enumerate(shingles) if any(rare[place : place + size])}
    return sorted(set(winnow(shingles, window)) - telling)


def net_candidates(
    held: Sequence[Set[Hashable]], most: int, least: float, common: Set[Hashable] = frozenset()
) -> dict[tuple[int, int], float]:
    """The reference for the pairs that share at least ``least`` of what at most ``most`` hold, with
    their weights: each pair is looked at, and what is ``common`` counts half."""
    weights = {}
    for a in range(len(held)):
        for b in range(a + 1, len(held)):
            holders = {key: sum(key in each for each in held) for key in held[a] & held[b]}
            rare = [key for key, count in holders.items() if count <= most]
            if rare and sum(0.5 if key in common else 1 for key in rare) >= least:
                weights[a, b] = sum(math.log(1 + len(held) / holders[key]) for key in rare)
    return weights


def stars(pairs: Sequence[tuple[str, str]], tie: Callable[[str], Any]) -> list[set[str]]:
    """The reference for joining by representatives: again and again the one with most partners
    left (``tie`` decides between equals) is taken out together with them."""
    left = list(pairs)
    groups = []
    while left:
        names = {name for pair in left for name in pair}
        partners = {n: {x for pair in left if n in pair for x in pair} - {n} for n in names}
        head = min(names, key=lambda n: (-len(partners[n]), tie(n)))
        group = {head} | partners[head]
        groups.append(group)
        left = [pair for pair in left if not group & set(pair)]
    return groups


def surest_sources(claims: Sequence[tuple[str | None, str]]) -> dict[str, str | None]:
    """The reference for a cascade: of claims (source, target), surest first, the first for each
    target, but for those whose source has come from the target, by whatever way."""
    sources: dict[str, str | None] = {}
    for source, target in claims:
        line = [source]
        while line[-1] is not None:
            line.append(sources.get(line[-1]))
        if target not in sources and target not in line:
            sources[target] = source
    return sources


SpanPair = tuple[range, range]
"""A passage as the code points of one text and those of the other."""


def plagdet(
    pairs: Sequence[tuple[Sequence[SpanPair], Sequence[SpanPair]]],
) -> tuple[float, float, float, float, float]:
    """The reference for PlagDet: micro precision and recall, macro precision and recall, and
    granularity, from sets of single characters."""

    def characters(passage: SpanPair, text: int) -> set[tuple[int, int, int]]:
        return {(text, side, place) for side in (0, 1) for place in passage[side]}

    def common(one: SpanPair, other: SpanPair, text: int) -> set[tuple[int, int, int]]:
        if not all(set(one[side]) & set(other[side]) for side in (0, 1)):
            return set()
        return characters(one, text) & characters(other, text)

    wanted, reported, right = set(), set(), set()
    recalls, precisions, pieces = [], [], []
    for text, (cases, found) in enumerate(pairs):
        for case in cases:
            hits = [common(case, other, text) for other in found]
            wanted |= characters(case, text)
            right |= set().union(*hits)
            recalls.append(len(set().union(*hits)) / len(characters(case, text)))
            if any(hits):
                pieces.append(sum(bool(hit) for hit in hits))
        for other in found:
            hits = [common(case, other, text) for case in cases]
            reported |= characters(other, text)
            precisions.append(len(set().union(*hits)) / len(characters(other, text)))
    return (
        len(right) / len(reported) if reported else 1.0,
        len(right) / len(wanted) if wanted else 1.0,
        sum(precisions) / len(precisions) if precisions else 1.0,
        sum(recalls) / len(recalls) if recalls else 1.0,
        sum(pieces) / len(pieces) if pieces else 1.0,
    )


def rand_index(one: Sequence[int], other: Sequence[int]) -> float:
    """The reference for the adjusted Rand index of two labellings: every two things are looked
    at, whether each labelling puts them together."""
    both = first = second = total = 0
    for i in range(len(one)):
        for j in range(i):
            total += 1
            first += one[i] == one[j]
            second += other[i] == other[j]
            both += one[i] == one[j] and other[i] == other[j]
    if first == second and first in (0, total):
        return 1.0
    by_chance = first * second / total
    return (both - by_chance) / ((first + second) / 2 - by_chance)


def letter_shingles(tokens: Sequence[str], size: int, hash_key: int = 0) -> list[int]:
    """The reference shingle hashes of letters: the tokens written without spaces, cut out ``size``
    letters at every place, each piece one number in base 2^64 / golden ratio."""
    line = "".join(tokens)
    size = min(size, len(line))
    hashes = []
    for first in range(len(line) - size + 1 if line else 0):
        value = 0
        for power, letter in enumerate(reversed(line[first : first + size])):
            value += token_hash(letter, hash_key) * 0x9E3779B97F4A7C15**power
        value = value % TWO_TO_64
        value = value ^ (value >> 37)
        value = (value * 0x165667919E3779F9) % TWO_TO_64
        hashes.append(value ^ (value >> 32))
    return hashes


def rare_stretches(a: str, b: str, size: int, most: int) -> list[tuple[int, int, int]]:
    """The reference for equal stretches of letters, as (place in a, place in b, length): every pair
    of places is tried. Pieces of ``size`` letters that stand at most ``most`` times in either text
    make a stretch where one begins inside the other or right after it, in both texts alike."""

    def places(line: str, piece: str) -> list[int]:
        return [i for i in range(len(line) - size + 1) if line[i : i + size] == piece]

    seeds = set()
    for i in range(len(a) - size + 1):
        for j in range(len(b) - size + 1):
            piece = a[i : i + size]
            if piece == b[j : j + size] and len(places(a, piece)) <= most >= len(places(b, piece)):
                seeds.add((i, j))
    found = []
    for i, j in sorted(seeds):
        if any((i - step, j - step) in seeds for step in range(1, size + 1)):
            continue  # it began before
        last = 0
        while steps := [n for n in range(1, size + 1) if (i + last + n, j + last + n) in seeds]:
            last += min(steps)
        found.append((i, j, last + size))
    return found


def common_letters(one: str, other: str) -> int:
    """The reference for how many letters two words share in order."""
    row = [0] * (len(other) + 1)
    for letter in one:
        before = row
        row = [0]
        for j in range(len(other)):
            same = before[j] + 1 if letter == other[j] else 0
            row.append(max(same, row[j], before[j + 1]))
    return row[-1]


def written_as_one(
    tokens: Sequence[str], other: Sequence[str], also: Set[str], most: int
) -> list[tuple[str, int, int]]:
    """The reference for the words of a text as alignment sees them, each with the tokens it stands
    for: up to ``most`` tokens are one word, most first, if together they are a word of ``also`` or
    one that a text writes as one and a text as two."""
    words = set(also)
    for text in (tokens, other):
        for left, right in pairwise(text):
            if left + right in tokens or left + right in other:
                words.add(left + right)
    found = []
    at = 0
    while at < len(tokens):
        width = 1
        for more in range(2, most + 1):
            if at + more <= len(tokens) and "".join(tokens[at : at + more]) in words:
                width = more
        found.append(("".join(tokens[at : at + width]), at, at + width))
        at += width
    return found


def either(*nets: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """The reference for pairs that at least one net caught: what they weigh in all of them."""
    weights: dict[tuple[int, int], float] = {}
    for net in nets:
        for pair, weight in net.items():
            weights[pair] = weights.get(pair, 0) + weight
    return weights


def joined(passages: Sequence[tuple[range, range, bool]], room: int) -> list[SpanPair]:
    """The reference for joining passages: any two that belong together become one, again and again,
    until no two do. They belong together where they overlap in both texts; and where fewer than
    ``room`` words lie between them in both, unless one is a passage copied word for word that
    nothing was joined to (the third value)."""

    def near(x: range, y: range, is_copied: bool) -> bool:
        if set(x) & set(y):
            return True
        return not is_copied and len(range(min(x.stop, y.stop), max(x.start, y.start))) < room

    def whole(x: range, y: range) -> range:
        return range(min(x.start, y.start), max(x.stop, y.stop))

    left = list(passages)
    while True:
        for one, other in combinations(left, 2):
            is_copied = one[2] or other[2]
            if near(one[0], other[0], is_copied) and near(one[1], other[1], is_copied):
                left.remove(one)
                left.remove(other)
                left.append((whole(one[0], other[0]), whole(one[1], other[1]), False))
                break
        else:
            return [(a, b) for a, b, _ in left]


def seeded_runs(
    a: Sequence[int], b: Sequence[int], gram: int, most: int
) -> tuple[list[tuple[int, int, int]], bool]:
    """The reference for runs grown from grams: every pair of places is looked at, and places that
    follow each other on a diagonal are joined, step by step."""

    def count(codes: Sequence[int], wanted: Sequence[int]) -> int:
        return sum(codes[i : i + gram] == wanted for i in range(len(codes) - gram + 1))

    seeds, is_cut = set(), False
    for i in range(len(a) - gram + 1):
        for j in range(len(b) - gram + 1):
            if a[i : i + gram] == b[j : j + gram]:
                if max(count(a, a[i : i + gram]), count(b, a[i : i + gram])) > most:
                    is_cut = True
                else:
                    seeds.add((i, j))
    runs: list[tuple[int, int, int]] = []
    for i, j in sorted(seeds, key=lambda seed: (seed[0] - seed[1], seed[0])):
        if runs and runs[-1][0] - runs[-1][1] == i - j and i <= runs[-1][0] + runs[-1][2]:
            runs[-1] = (runs[-1][0], runs[-1][1], i + gram - runs[-1][0])
        else:
            runs.append((i, j, gram))
    return runs, is_cut


def word_marks(text: str, tokens: Sequence[str], starts: Sequence[int]) -> dict[str, list[bool]]:
    """The reference marks of each token of a text that its word and its place alone decide."""
    empty = function_words() | honorifics()
    opens = ("", *'.!?…“"«„:')
    facts, stock = [], [False] * len(tokens)
    for index, (token, start) in enumerate(zip(tokens, starts, strict=True)):
        before = text[max(0, start - 2) : start].rstrip("\n ")[-1:]
        is_name = text[start].isupper() and token not in empty | calendar_words()
        facts.append(text[start].isdigit() or (is_name and before not in opens))
        for phrase in stock_phrases():
            if tuple(tokens[index : index + len(phrase)]) == phrase:
                stock[index : index + len(phrase)] = [True] * len(phrase)
    return {
        "stock": stock,
        "fact": facts,
        "content": [token not in empty for token in tokens],
        "number": [token[0].isdigit() for token in tokens],
        "solo": [len(token) == 1 and token >= "\u2e80" for token in tokens],
    }


def hyphened(text: str, words: Sequence[tuple[str, int, int]], theirs: Sequence[str]) -> list[str]:
    """The pairs of words with nothing but a hyphen between them that ``theirs`` has as one word.
    ``words``: each with where it begins and ends in ``text``."""
    return [
        text[start:end]
        for (one, start, stop), (other, onward, end) in pairwise(words)
        if text[stop:onward] in ("-", "‑") and one + other in theirs
    ]


def spelled(word: str) -> str:
    """The reference key of a word, the same for all its spellings."""
    for group in SPELLINGS:
        if word in folded(group.split()):
            return folded(group.split())[0]
    for here, there in ENDINGS.items():
        root = word.removesuffix(here)
        before = [letter in ascii_lowercase for letter in root[-3:]]
        if root != word and before == [True] * 3 and len(word) > 5 and word.isascii():
            return root + there
    return word


def stems(tokens: Sequence[str]) -> list[str]:
    """The reference stems: five letters, none of a word without news; a character that is a word
    together with the next one."""
    found = []
    for token in tokens:
        is_letter = len(token) == 1 and token.isalpha() and token < "\u2e80"
        is_empty = token in function_words() | honorifics() or is_letter
        found.append("" if is_empty else spelled(token)[:5])
    joined = list(found)
    for place, (one, other) in enumerate(pairwise(found)):
        if len(one) == 1 and one >= "\u2e80" and other[:1] >= "\u2e80":
            joined[place] = one + other[0]
    return joined


def quoted_places(text: str) -> set[int]:
    """The reference for what may be quoted: in each line all from its first mark to its last; of
    one mark alone the line. An apostrophe within a word is none."""
    places: set[int] = set()
    start = 0
    for line in text.split("\n"):
        marks = []
        for place, char in enumerate(line):
            between = (line[:place][-1:] + line[place + 1 :][:1]) if char in "'‘’" else ""
            if char in "\"“”„‟«»‹›‚‛「」『』`'‘’" and not (len(between) == 2 and between.isalnum()):
                marks.append(start + place)
        if len(marks) == 1:
            places.update(range(start, start + len(line)))
        elif marks:
            places.update(range(marks[0], marks[-1]))
        start += len(line) + 1
    return places


def outline(text: str, common: Set[str]) -> tuple[list[int], list[int], list[int], bytes]:
    """The reference outline: codes and kinds of words without titles, codes of stems, letters.
    Words that are not ``common`` are rare where they carry news."""
    tokens, quoted = normalise(text), quoted_places(text)
    words = [(token, start) for token, start, _ in tokens if token not in honorifics()]
    news = {token for token, _ in words if token not in function_words()}
    rare = news - common
    return (
        [max(1, token_hash(spelled(token)) >> 32) for token, _ in words],
        [(t in news) + 2 * (start in quoted) + 4 * (t in rare) for t, start in words],
        [
            max(2, token_hash(stem) >> 33 << 1) + (token in rare) if stem else 0
            for (token, _, _), stem in zip(tokens, stems([t for t, _, _ in tokens]), strict=True)
        ],
        "".join(token + " !"[token in rare] for token, _, _ in tokens).encode("utf-8"),
    )


def retelling(
    a: Sequence[int], b: Sequence[int], width: int, step: int, most: int, least: int
) -> float:
    """The best score of a window of ``b`` beside one of ``a`` of which it shares at least ``least``
    stems, one of them rare in both, 0 where it is none. Codes of a rare word are odd; 0 is none."""

    def windows(stems: Sequence[int]) -> list[set[int]]:
        firsts = [0, *range(step, len(stems) - width + step, step)]
        return [{stem // 2 for stem in stems[first : first + width]} - {0} for first in firsts]

    rare = {stem // 2 for stem in a if stem % 2} & {stem // 2 for stem in b if stem % 2}

    in_a, in_b = windows(a), windows(b)

    def weight(stems: set[int]) -> float:
        both = in_a + in_b
        return sum(math.log(1 + len(both) / sum(stem in w for w in both)) for stem in stems)

    best = 0.0
    for one, other in product(in_a, in_b):
        common = {stem for stem in one & other if sum(stem in w for w in in_a) <= most}
        if common & rare and len(common) >= least:
            low, high = sorted((weight(one), weight(other)))
            best = max(best, weight(common) / (low + high) + weight(common) / 2 / low)
    return best


@dataclass(eq=False)
class _Version:
    number: int
    version: int
    document: Document
    is_related: bool


class CorpusModel:
    """What a corpus on disk has, by rule: versions of documents in a list, in the order in which
    they came. Texts share what they share if they carry the same story."""

    def __init__(self) -> None:
        self.texts: list[_Version] = []
        self._last = 0

    def get(self, document_id: str) -> _Version | None:
        """The version in force; or an old one, by the name that findings call it by."""
        own = [text for text in self.texts if text.document.id == document_id]
        named = [text for text in self.texts if self.name(text) == document_id]
        return own[-1] if own else named[0] if named else None

    def name(self, text: _Version) -> str:
        """What findings call a version."""
        own = [other for other in self.texts if other.document.id == text.document.id]
        return text.document.id if own[-1] is text else f"{text.document.id}@{text.version}"

    def add(self, document: Document, is_related: bool) -> tuple[str, int]:
        """Status and version number."""
        own = [text for text in self.texts if text.document.id == document.id]
        if own and own[-1].document == document:
            return "unchanged", own[-1].version
        if own and own[-1].document.text == document.text:
            own[-1].document = document
            return "updated", own[-1].version
        self._last += 1
        version = own[-1].version + 1 if own else 1
        self.texts.append(_Version(self._last, version, document, is_related))
        return ("updated" if own else "added"), version

    def relate(self) -> None:
        """Whatever was added without."""
        for text in self.texts:
            text.is_related = True

    def remove(self, document_id: str) -> bool:
        """Whether there was one."""
        left = [text for text in self.texts if text.document.id != document_id]
        was_there = len(left) < len(self.texts)
        self.texts = left
        return was_there

    def expire(self, now: str) -> list[str]:
        """The ids of those in force whose time has passed."""
        gone = [d.id for d in self.in_force() if d.expires_at and d.expires_at <= now]
        for document_id in gone:
            self.remove(document_id)
        return gone

    def in_force(self) -> list[Document]:
        """The last version of each, by id."""
        last = {text.document.id: text.document for text in self.texts}
        return [last[document_id] for document_id in sorted(last)]

    def names_with(self, story: str) -> set[str]:
        """Which texts carry a story; old versions only where the one in force does not."""
        carrying = [text for text in self.texts if story in text.document.text]
        in_force = {self.name(text) for text in carrying} & {d.id for d in self.in_force()}
        old = {self.name(text) for text in carrying if text.document.id not in in_force}
        return in_force | old

    def matches_of(self, document_id: str, stories: Sequence[str]) -> set[str]:
        """What a document shares text with, and who holds an old version of it: not who had one
        and has another text since."""
        mine = self.get(document_id)
        assert mine is not None
        found = self._linked(mine, stories)
        names = {self.name(other) for other in found}
        for old in self.texts:
            if old.document.id == mine.document.id and old.version < mine.version:
                for other, shared in self._linked(old, stories).items():
                    is_own = other.document.id == mine.document.id
                    is_old = self.name(other) != other.document.id
                    if not is_own and not is_old and shared > found.get(other, 0):
                        names.add(self.name(other))
        return names

    def _linked(self, mine: _Version, stories: Sequence[str]) -> dict[_Version, float]:
        """The texts that one is linked with, and how many stories they share, a little more where
        the texts are equal: of two, the later has looked for the earlier. Old versions of others
        only where they share more than the last one."""
        found = {}
        for text in self.texts:
            later = max(text, mine, key=lambda each: each.number)
            both = [s for s in stories if s in text.document.text and s in mine.document.text]
            if text is not mine and both and later.is_related:
                found[text] = len(both) + (text.document.text == mine.document.text) / 2
        in_force = {t.document.id: n for t, n in found.items() if self.name(t) == t.document.id}
        return {
            text: shared
            for text, shared in found.items()
            if text.document.id == mine.document.id
            or self.name(text) == text.document.id
            or shared > in_force.get(text.document.id, 0)
        }

    def clusters(self, stories: Sequence[str]) -> set[frozenset[str]]:
        """The texts of each story up to the last that has looked for others."""
        found = set()
        for story in stories:
            carrying = [text for text in self.texts if story in text.document.text]
            last = max((text.number for text in carrying if text.is_related), default=0)
            members = frozenset(t.document.id for t in carrying if t.number <= last)
            if len(members) > 1:
                found.add(members)
        return found


def phrase_places(tokens: Sequence[str], phrases: Sequence[Sequence[str]]) -> set[int]:
    """The numbers of the tokens that stand in a phrase, each phrase read from left to right."""
    found: set[int] = set()
    for phrase in phrases:
        first = 0
        while phrase and first + len(phrase) <= len(tokens):
            is_there = list(tokens[first : first + len(phrase)]) == list(phrase)
            found |= set(range(first, first + len(phrase))) if is_there else set()
            first += len(phrase) if is_there else 1
    return found


def covered(
    size: int, derived: Sequence[range], boilerplate: Sequence[range], left_out: Set[int]
) -> tuple[int, int]:
    """Derived words and own words of a text of ``size`` words: what is left out is neither."""
    words = of_words = 0
    for word in range(size):
        if word not in left_out:
            is_derived = any(word in place for place in derived)
            words += is_derived
            of_words += is_derived or not any(word in place for place in boilerplate)
    return words, of_words


def marks_over_each(length: int, spans: Sequence[tuple[Span, Any]]) -> list[list[Any]]:
    """For each character of a text what lies over it, by looking at every span."""
    return [[mark for span, mark in spans if span.start <= at < span.end] for at in range(length)]


def uses(matches: Sequence[Comparison], view: View) -> tuple[int, int, int]:
    """Words of the first text of some pairs that are derived: rewritten, copied, quoted. Each word
    is asked of every passage."""
    rewritten = copied = quoted = 0
    for word in range(matches[0].a.words if matches else 0):
        over = [
            m.passage.kind is Kind.VERBATIM
            for c in matches
            for m, p in zip(c.grounds.marked, c.grounds.passages, strict=True)
            if p in c.passages and p.basis is Basis.DERIVATION
            if m.passage.a.first <= word < m.passage.a.last
            if not _inside(word, c.grounds.a.furniture) and not _inside(word, lost_words(c, view))
        ]
        in_quotes = any(_inside(word, c.grounds.a.quoted) for c in matches)
        quoted += bool(over) and in_quotes
        copied += bool(over) and not in_quotes and any(over)
        rewritten += bool(over) and not in_quotes and not any(over)
    return rewritten, copied, quoted


def _inside(word: int, ranges: Sequence[TokenRange]) -> bool:
    return any(one.first <= word < one.last for one in ranges)


def full_name(texts: Sequence[str], speaker: str) -> str:
    """The most frequent word with a capital before the surname, by a search for this surname."""
    surname = speaker.split()[-1]
    before = re.compile(rf"(?<=[\w,] )([^\W\d_a-z][\w’'-]+) {re.escape(surname)}\b")
    found = Counter(name for text in texts for name in before.findall(text))
    known = [name for name in found if name.casefold() not in TITLES and name[0].isupper()]
    best = min(known, key=lambda name: (-found[name], name), default=None)
    return f"{best} {surname}" if best else speaker


def told(side: Side, span: Span) -> set[str]:
    """The outlets that a text says some words were told to, by asking all its credits."""
    return {
        cue.source
        for cue in side.reading.attributions
        if cue.type == "told_outlet" and cue.source and any(c.overlaps(span) for c in cue.covers)
    }
