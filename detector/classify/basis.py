"""Why both texts have a passage: derivation, a shared quotation, boilerplate, or nothing much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector.classify.marks import Marks, Mask
from detector.model import AlignedPassage, Attribution, Basis, Kind, Reading, TokenRange

FURNITURE_SHARE = 0.5
COMMON_SHARE = 0.5
COMMON_DOCUMENTS = 4
FORMULA_WORDS = 60
OWN_NAMES = 2
QUOTED_SHARE = 0.5
PARTLY_QUOTED_SHARE = 0.2
WEAK_WORDS = 8
WEAK_CONTENT = 4
INCIDENTAL_WORDS = 6
INCIDENTAL_CONTENT = 3
PROOF_WORDS = 16
PROOF_CONTENT = 5
PROOF_TOTAL = 24
NAMES_SHARE = 0.8
RUN_GAP_WORDS = 60
SLOT_WORDS = 40
FORM_RATIO = 0.7
NAME_CHARS = 3
KEPT_FACTS = 3
SHORT_WORDS = 40
RARE_WORDS = 2
RARE_DOCUMENTS = 3
RARE_SHARE = 0.002
WHOLE_SHARE = 0.6
WHOLE_RATIO = 0.8
EDGE_WORDS = 2
EDGE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Marked:
    """An aligned passage with its basis and what was read at it. ``quoted_a``, ``quoted_b``:
    share of its words inside quotation marks. ``content``: equal words that carry news."""

    passage: AlignedPassage
    basis: Basis
    quoted_a: float
    quoted_b: float
    content: int
    speaker: str | None = None
    second_hand: bool = False
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A reading with its marks: what the rules of this package look at. ``credits`` are the cues
    that credit words to another outlet."""

    reading: Reading
    marks: Marks
    credits: tuple[Attribution, ...]


def read_basis(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> tuple[Marked, ...]:
    """Give each passage its basis, in the order of ``b``, and drop what means nothing.

    A pair is derived only if some prose proves it: a rewritten sentence or a short run counts
    beside such proof, never alone. A quotation inside a derived run came with it (second hand).
    """
    marked = _look(a, b, passages)
    if a.reading.normal.tokens != b.reading.normal.tokens and not _is_proven(marked):
        settled = [_without_proof(m) for m in marked]
    else:
        settled = _in_runs(sorted(marked, key=_place_in_b))
    return tuple(sorted((m for m in settled if m is not None), key=_place_in_b))


def is_proven(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> bool:
    """Whether the passages show, before any rewriting is looked for, that a text was copied."""
    return _is_proven(_look(a, b, passages))


def _look(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> list[Marked]:
    """All passages but those in metadata, each with the basis it shows before the others speak."""
    texts = [p for p in passages if _share(a.marks.metadata, p.a) < FURNITURE_SHARE]
    looks = [_first_look(a, b, p) for p in texts]
    return _without_tails(a, b, _without_forms(a, b, looks))


def _without_forms(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """In a pair that fills in one form, passages without a name are of that form too: terms and
    conditions. A long passage shows that it is no form."""
    if not any(_is_formula(a, b, m.passage) for m in marked):
        return marked
    if any(len(m.passage.a) > FORMULA_WORDS for m in marked):
        return marked
    return [
        replace(m, basis=Basis.INCIDENTAL)
        if m.basis is Basis.DERIVATION and not _shared(a, m.passage, a.marks.fact & ~a.marks.number)
        else m
        for m in marked
    ]


def _place_in_b(m: Marked) -> tuple[int, int]:
    return (m.passage.b.first, m.passage.a.first)


def _share(mask: Mask, where: TokenRange) -> float:
    return float(np.mean(mask[where.first : where.last])) if len(where) else 0.0


def _first_look(a: Side, b: Side, passage: AlignedPassage) -> Marked:
    """The basis as the passage shows it by itself."""
    quoted_a = _share(a.marks.quoted, passage.a)
    quoted_b = _share(b.marks.quoted, passage.b)
    content = sum(int(a.marks.content[i : i + n].sum()) for i, _, n, _ in passage.pairs)
    speaker, differs = None, False
    if a.reading.normal.tokens == b.reading.normal.tokens:
        basis = Basis.DERIVATION
    elif _is_boilerplate(a, b, passage):
        basis = Basis.BOILERPLATE
    elif _is_whole_text(a, b, passage):
        basis = Basis.DERIVATION
    elif _both_quote(quoted_a, quoted_b):
        speaker = _speaker(a, passage.a) or _speaker(b, passage.b)
        basis = Basis.SHARED_QUOTE
    elif _same_remark(a, b, passage, quoted_a, quoted_b):
        speaker, differs = _speaker(a, passage.a) or _speaker(b, passage.b), True
        basis = Basis.SHARED_QUOTE
    elif _is_incidental(a, b, passage, content):
        basis = Basis.INCIDENTAL
    else:
        basis = Basis.DERIVATION
    return Marked(passage, basis, quoted_a, quoted_b, content, speaker, False, differs)


def _is_whole_text(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Most of both texts, hardly changed: such texts are one text, be it all dialogue."""
    shortest = min(len(passage.a) / len(a.reading.normal), len(passage.b) / len(b.reading.normal))
    is_most = shortest >= WHOLE_SHARE and passage.equal >= PROOF_WORDS
    if not is_most or passage.ratio < WHOLE_RATIO:
        return False
    return not (_is_formula(a, b, passage) or _is_unremarkable(a, passage))


def _without_tails(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """A block that ends both texts, or begins both, and is all they share is a footer or a header:
    what one text lifts from another seldom stands at the same edge of both."""
    prose = [m for m in marked if m.basis is Basis.DERIVATION]
    if len(prose) != 1:
        return marked
    where_a, where_b = prose[0].passage.a, prose[0].passage.b
    size_a, size_b = len(a.reading.normal), len(b.reading.normal)
    if len(where_a) > EDGE_SHARE * size_a or len(where_b) > EDGE_SHARE * size_b:
        return marked
    is_footer = size_a - where_a.last <= EDGE_WORDS and size_b - where_b.last <= EDGE_WORDS
    is_header = where_a.first <= EDGE_WORDS and where_b.first <= EDGE_WORDS
    if not (is_footer or is_header):
        return marked
    return [replace(m, basis=Basis.BOILERPLATE) if m is prose[0] else m for m in marked]


def _is_boilerplate(a: Side, b: Side, passage: AlignedPassage) -> bool:
    furniture = max(_share(a.marks.furniture, passage.a), _share(b.marks.furniture, passage.b))
    return furniture >= FURNITURE_SHARE or _is_common(a, passage)


def _is_common(a: Side, passage: AlignedPassage) -> bool:
    """Many other documents have the words, and no name in it belongs to just these documents: a
    formula. A story that many reprinted is as common, but so are its names: no more and no less.
    """
    if len(passage.a) > FORMULA_WORDS:
        return False
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if float(np.mean(runs >= COMMON_DOCUMENTS)) < COMMON_SHARE:
        return False
    frequency = float(np.median(runs))
    own = {
        a.reading.normal.tokens[i]
        for first, _, width, _ in passage.pairs
        for i in range(first, first + width)
        if a.marks.fact[i] and a.marks.word_frequency[i] <= frequency + 2
    }
    return len(own) < OWN_NAMES


def _both_quote(quoted_a: float, quoted_b: float) -> bool:
    return min(quoted_a, quoted_b) >= QUOTED_SHARE


def _same_remark(
    a: Side, b: Side, passage: AlignedPassage, quoted_a: float, quoted_b: float
) -> bool:
    """One text quotes what the other quotes in part, and both name the same speaker."""
    low, high = sorted((quoted_a, quoted_b))
    if high < QUOTED_SHARE or low < PARTLY_QUOTED_SHARE:
        return False
    one, other = _speaker(a, passage.a), _speaker(b, passage.b)
    return one is not None and other is not None and surname(one) == surname(other)


def surname(name: str) -> str:
    """The last word of a name, for comparing "Yuri Ushakov" with "Mr. Ushakov".

    >>> surname("Mr. Ushakov") == surname("Yuri Ushakov")
    True
    """
    return name.split()[-1].casefold() if name.split() else ""


def _speaker(side: Side, where: TokenRange) -> str | None:
    """The speaker of the quotation that has most of the passage."""
    numbers = side.marks.quotation[where.first : where.last]
    counts = Counter(numbers[numbers >= 0].tolist())
    quotations = side.reading.quotations
    spoken = [number for number in counts if quotations[number].speaker]
    if not spoken:
        return None
    return quotations[max(spoken, key=lambda number: (counts[number], -number))].speaker


def _is_incidental(a: Side, b: Side, passage: AlignedPassage, content: int) -> bool:
    """Too short, a stock phrase, or little but names: anybody could have written it."""
    if passage.kind is Kind.PARAPHRASE:
        return False
    if passage.equal < WEAK_WORDS or content < WEAK_CONTENT or _is_formula(a, b, passage):
        return True
    if _is_unremarkable(a, passage):
        return True
    if _share(a.marks.stock, passage.a) >= 0.5:
        return True
    names = total = 0
    for first, _, width, _ in passage.pairs:
        heavy = a.marks.content[first : first + width]
        total += int(heavy.sum())
        names += int((a.marks.fact[first : first + width] & heavy).sum())
    return passage.longest < 2 * WEAK_WORDS and names >= NAMES_SHARE * total


def _is_formula(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """A form with other facts in its slots: filings, dividends, bond terms. Who copies a story
    keeps its names and numbers; who fills in the same form does not."""
    slots = 0
    for before, after in zip(passage.pairs, passage.pairs[1:], strict=False):
        gap_a = _facts(a, before[0] + before[2], after[0])
        gap_b = _facts(b, before[1] + before[3], after[1])
        common = gap_a & gap_b if passage.ratio < FORM_RATIO else frozenset()
        slots += bool(gap_a - gap_b and gap_b - gap_a and not common)
    if slots * SLOT_WORDS < max(len(passage.a), len(passage.b)):
        return False
    kept = _shared(a, passage, a.marks.fact & _rare(a))
    return kept < KEPT_FACTS * slots


def _is_unremarkable(a: Side, passage: AlignedPassage) -> bool:
    """A short passage without a word that sets its story apart from the rest of the corpus."""
    if not a.marks.word_frequency.any() or len(passage.a) >= SHORT_WORDS:
        return False
    rare = _shared(a, passage, a.marks.content & _rare(a))
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if int(runs.max()) >= COMMON_DOCUMENTS:
        return rare < RARE_WORDS
    return rare == 0 and passage.longest < PROOF_WORDS


def _rare(a: Side) -> Mask:
    """Tokens that hardly any other document of the corpus has; all, where none is known."""
    frequency = a.marks.word_frequency
    rare: Mask = frequency <= max(RARE_DOCUMENTS, RARE_SHARE * a.marks.documents)
    return rare


def _shared(a: Side, passage: AlignedPassage, wanted: Mask) -> int:
    """How many of the equal words of a passage are in ``wanted``."""
    return sum(int(wanted[first : first + width].sum()) for first, _, width, _ in passage.pairs)


def _facts(side: Side, first: int, last: int) -> frozenset[str]:
    """The names and numbers among some tokens. A name counts by its first letters: a case ending
    or a corrected spelling makes no other name."""
    facts = np.flatnonzero(side.marks.fact[first:last]) + first
    tokens = [side.reading.normal.tokens[i] for i in facts.tolist()]
    return frozenset(t if t.isdigit() else t[:NAME_CHARS] for t in tokens)


def _is_proven(marked: Sequence[Marked]) -> bool:
    """Whether some prose of the pair can only come from one text."""
    prose = [
        m for m in marked if m.basis is Basis.DERIVATION and m.passage.kind is not Kind.PARAPHRASE
    ]
    longest = max((m.passage.equal for m in prose if m.content >= PROOF_CONTENT), default=0)
    return longest >= PROOF_WORDS or sum(m.passage.equal for m in prose) >= PROOF_TOTAL


def _without_proof(m: Marked) -> Marked | None:
    """What remains of a passage in a pair that is not derived."""
    if m.basis is Basis.SHARED_QUOTE:
        return m if m.differs or m.content >= INCIDENTAL_CONTENT else None
    if m.basis is Basis.BOILERPLATE:
        return m if m.passage.equal >= WEAK_WORDS and m.content >= WEAK_CONTENT else None
    if m.passage.kind is Kind.PARAPHRASE:
        return None
    if m.passage.equal < INCIDENTAL_WORDS or m.content < INCIDENTAL_CONTENT:
        return None
    return replace(m, basis=Basis.INCIDENTAL)


def _in_runs(ordered: list[Marked]) -> list[Marked | None]:
    """Let derivation spread, in a derived pair, to what stands in order between derived
    passages: short runs, and quotations, which then came second hand."""
    before = _nearest_derived(ordered)
    after = _nearest_derived(ordered[::-1])[::-1]
    return [_settled(m, before[i], after[i]) for i, m in enumerate(ordered)]


def _nearest_derived(ordered: list[Marked]) -> list[Marked | None]:
    """For each passage the last derived one that stands before it."""
    nearest: list[Marked | None] = []
    last = None
    for m in ordered:
        nearest.append(last)
        last = m if m.basis is Basis.DERIVATION else last
    return nearest


def _settled(m: Marked, previous: Marked | None, following: Marked | None) -> Marked | None:
    """The basis of a passage between its derived neighbours."""
    if m.basis is Basis.SHARED_QUOTE and _between(m, previous, following):
        return replace(m, basis=Basis.DERIVATION, second_hand=True)
    if m.basis is Basis.INCIDENTAL:
        neighbours = [x for x in (previous, following) if x is not None]
        if any(_next_to(m, x) for x in neighbours):
            return replace(m, basis=Basis.DERIVATION)
        return _without_proof(m)
    return _without_proof(m) if m.basis is Basis.BOILERPLATE else m


def _between(m: Marked, previous: Marked | None, following: Marked | None) -> bool:
    """Whether the derived passages on both sides stand in the same order in both texts. At an
    edge of a text, where there is but one, it must be near."""
    if previous is None or following is None:
        near = previous or following
        return near is not None and _next_to(m, near)
    first = m.passage.a.first
    return previous.passage.a.first <= first <= following.passage.a.first


def _next_to(m: Marked, derived: Marked) -> bool:
    """Whether two passages are near each other, on the same side, in both texts."""
    gap_a = _distance(m.passage.a, derived.passage.a)
    gap_b = _distance(m.passage.b, derived.passage.b)
    same_order = (m.passage.a.first <= derived.passage.a.first) == (
        m.passage.b.first <= derived.passage.b.first
    )
    return same_order and max(gap_a, gap_b) <= RUN_GAP_WORDS


def _distance(x: TokenRange, y: TokenRange) -> int:
    return max(x.first - y.last, y.first - x.last, 0)
