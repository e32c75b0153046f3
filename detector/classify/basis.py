"""Why both texts have a passage: derivation, a shared quotation, boilerplate, or nothing much."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector.classify.marks import Marks, Mask
from detector.model import AlignedPassage, Attribution, Basis, Kind, Reading, TokenRange
from detector.prior import folded

FURNITURE_SHARE = 0.5
COMMON_SHARE = 0.5
COMMON_DOCUMENTS = 4
TOLD_WORDS = 60
TOLD_SHARE = 0.5
FORMULA_WORDS = 60
MIN_FACTS = 4
POPULAR_SHARE = 0.5
OWN_NAMES = 2
QUOTED_SHARE = 0.5
PARTLY_QUOTED_SHARE = 0.2
LEAD_WORDS = 12
LEAD_CONTENT = 5
REQUOTED_WORDS = 40
WEAK_WORDS = 8
WEAK_CONTENT = 4
INCIDENTAL_WORDS = 6
INCIDENTAL_CONTENT = 3
PROOF_WORDS = 16
PROOF_CONTENT = 5
PROOF_TOTAL = 24
PROOF_STEMS = 18
NAMES_SHARE = 0.8
RUN_GAP_WORDS = 60
NEIGHBOURS = 16
NEXT_WORDS = 8
SLOT_WORDS = 40
FORM_RATIO = 0.7
NAME_CHARS = 3
KEPT_FACTS = 3
SHORT_WORDS = 40
LOOSE_RATIO = 0.6
RARE_WORDS = 2
RARE_DOCUMENTS = 3
RARE_SHARE = 0.002
WHOLE_SHARE = 0.6
WHOLE_RATIO = 0.8
ALL_SHARE = 0.8
FORM_WORDS = 150
"""No form is longer: what differs in a longer text that is otherwise the same was corrected."""
EDGE_WORDS = 2
EDGE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Marked:
    """An aligned passage with its basis and what was read at it. ``quoted_a``, ``quoted_b``:
    share of its words inside quotation marks. ``equal``, ``content`` and ``stems``: how many of
    its words agree, carry news, and are in both in whatever order; a character that is a token of
    its own counts as half a word."""

    passage: AlignedPassage
    basis: Basis
    quoted_a: float
    quoted_b: float
    equal: int
    content: int
    stems: int
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
    if a.reading.normal.tokens != b.reading.normal.tokens and not _is_proven(a, b, marked):
        settled = [_without_proof(m) for m in marked]
    else:
        settled = _in_runs(sorted(marked, key=_place_in_b))
    return tuple(sorted((m for m in settled if m is not None), key=_place_in_b))


def is_proven(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> bool:
    """Whether the passages show, before any rewriting is looked for, that a text was copied."""
    return _is_proven(a, b, _look(a, b, passages))


def _look(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> list[Marked]:
    """All passages but those in metadata, each with the basis it shows before the others speak."""
    texts = [p for p in passages if _share(a.marks.metadata, p.a) < FURNITURE_SHARE]
    looks = [_first_look(a, b, p) for p in texts]
    return _without_tails(a, b, _without_forms(a, b, _told_again(a, b, looks)))


def _told_again(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """Passages of plain words, each too weak to show anything, that together are most of a text:
    it tells the other again. What is a form, or furniture, stays what it is."""
    weak = [
        m
        for m in marked
        if m.basis in (Basis.INCIDENTAL, Basis.BOILERPLATE)
        and max(_share(a.marks.furniture, m.passage.a), _share(b.marks.furniture, m.passage.b))
        < FURNITURE_SHARE
        and not _is_formula(a, b, m.passage)
    ]
    words = sum(m.equal for m in weak)
    shortest = min(len(a.reading.normal), len(b.reading.normal))
    if words < TOLD_WORDS or words < TOLD_SHARE * shortest:
        return marked
    told = {id(m) for m in weak}
    return [replace(m, basis=Basis.DERIVATION) if id(m) in told else m for m in marked]


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
    worth = 1 - _share(a.marks.solo, passage.a) / 2
    equal = int(worth * passage.equal)
    content = int(worth * _shared(a, passage, a.marks.content))
    speaker, differs = None, False
    if a.reading.normal.tokens == b.reading.normal.tokens:
        basis = Basis.DERIVATION
    elif _is_boilerplate(a, b, passage):
        basis = Basis.BOILERPLATE
    elif _is_whole_text(a, b, passage):
        basis = Basis.DERIVATION
    elif _has_prose(a, b, passage):
        basis = _own_words(a, b, passage, equal, content)
    elif _both_quote(quoted_a, quoted_b):
        speaker = _speaker(a, passage.a) or _speaker(b, passage.b)
        basis = Basis.SHARED_QUOTE
    elif _same_remark(a, b, passage, quoted_a, quoted_b):
        speaker, differs = _speaker(a, passage.a) or _speaker(b, passage.b), True
        basis = Basis.SHARED_QUOTE
    else:
        basis = _own_words(a, b, passage, equal, content)
    return Marked(
        passage=passage,
        basis=basis,
        quoted_a=quoted_a,
        quoted_b=quoted_b,
        equal=equal,
        content=content,
        stems=int(worth * passage.stems) if _has_rare_words(a, passage) else 0,
        speaker=speaker,
        differs=differs,
    )


def _own_words(a: Side, b: Side, passage: AlignedPassage, equal: int, content: int) -> Basis:
    is_incidental = _is_incidental(a, b, passage, equal, content)
    return Basis.INCIDENTAL if is_incidental else Basis.DERIVATION


def _is_whole_text(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Most of both texts, hardly changed: such texts are one text, be it all dialogue. Of a short
    text it must be nearly all."""
    share = _share_of_both(a, b, passage)
    is_most = share >= WHOLE_SHARE and passage.equal >= PROOF_WORDS
    is_all = share >= ALL_SHARE and passage.equal >= WEAK_WORDS
    if not (is_most or is_all) or passage.closeness < WHOLE_RATIO:
        return False
    return not (_is_formula(a, b, passage) or _is_unremarkable(a, passage))


def _share_of_both(a: Side, b: Side, passage: AlignedPassage) -> float:
    """How much of the text that it covers less of a passage is."""
    return min(len(passage.a) / len(a.reading.normal), len(passage.b) / len(b.reading.normal))


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
    return furniture >= FURNITURE_SHARE or _is_common(a, b, passage)


def _is_common(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Many other documents have the words: a formula, unless what stands around them is as common.
    Where nothing stands around, a story that many reprinted is known by its names, which are as
    common as the words: no more and no less."""
    if len(passage.a) > FORMULA_WORDS:
        return False
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if float(np.mean(runs >= COMMON_DOCUMENTS)) < COMMON_SHARE:
        return False
    around = [side for side in (_around(a, passage.a), _around(b, passage.b)) if side is not None]
    if around:
        return not any(around)
    frequency = float(np.median(runs))
    own = {
        a.reading.normal.tokens[i]
        for first, _, width, _ in passage.pairs
        for i in range(first, first + width)
        if a.marks.fact[i] and a.marks.word_frequency[i] <= frequency + 2
    }
    return len(own) < OWN_NAMES


def _around(side: Side, passage: TokenRange) -> bool | None:
    """Whether the rest of a text is as common, its names and numbers too: a story that many
    reprinted. Around a formula or a footer every text tells something of its own. None where the
    rest is too little to say."""
    frequency = float(np.median(side.marks.run_frequency[passage.first : passage.last]))
    facts = side.marks.fact.copy()
    facts[passage.first : passage.last] = False
    count = int(facts.sum())
    if count < MIN_FACTS:
        return None
    common = side.marks.run_frequency >= max(2, frequency / 2)
    return int((facts & common).sum()) >= POPULAR_SHARE * count


def _both_quote(quoted_a: float, quoted_b: float) -> bool:
    return min(quoted_a, quoted_b) >= QUOTED_SHARE


def _has_prose(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Whether words agree that are no quotation in one of the texts: two reporters who heard one
    speech do not lead from one quotation to the next in the same words, and who quotes such a lead
    quotes the other reporter."""
    plain = a.marks.content & ~a.marks.fact  # who spoke, and where, every reporter says
    told = requoted = content = names = 0
    speaker = folded([surname(_speaker(a, passage.a) or _speaker(b, passage.b) or "")])[0]
    for first_a, first_b, width_a, width_b in passage.pairs:
        if width_a == width_b:
            one = a.marks.quoted[first_a : first_a + width_a]
            other = b.marks.quoted[first_b : first_b + width_b]
            prose = ~one & ~other
            told += int(prose.sum())
            content += int((prose & plain[first_a : first_a + width_a]).sum())
            requoted += int((one ^ other).sum())
            tokens = a.reading.normal.tokens[first_a : first_a + width_a]
            names += sum(t == speaker for t, x in zip(tokens, one ^ other, strict=True) if x)
    if told >= LEAD_WORDS and content >= LEAD_CONTENT:
        return True
    return requoted >= REQUOTED_WORDS or (requoted >= LEAD_WORDS and names > 0)


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


def _is_incidental(a: Side, b: Side, passage: AlignedPassage, equal: int, content: int) -> bool:
    """Too short, a stock phrase, or little but names: anybody could have written it."""
    if passage.kind is Kind.PARAPHRASE:
        return False
    if equal < WEAK_WORDS or content < WEAK_CONTENT or _is_formula(a, b, passage):
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
    if max(len(passage.a), len(passage.b)) > FORM_WORDS and passage.closeness >= FORM_RATIO:
        return False
    slots = rewordings = 0
    for before, after in zip(passage.pairs, passage.pairs[1:], strict=False):
        places = (before[0] + before[2], after[0]), (before[1] + before[3], after[1])
        gap_a, gap_b = _facts(a, *places[0]), _facts(b, *places[1])
        common = gap_a & gap_b if passage.closeness < FORM_RATIO else frozenset()
        slots += bool(gap_a - gap_b and gap_b - gap_a and not common)
        rewordings += _has_plain_words(a, *places[0]) and _has_plain_words(b, *places[1])
    if slots * SLOT_WORDS < max(len(passage.a), len(passage.b)) or slots <= rewordings:
        return False
    kept = _shared(a, passage, a.marks.fact & _rare(a))
    return kept < KEPT_FACTS * slots


def _has_plain_words(side: Side, first: int, last: int) -> bool:
    """Whether some tokens carry news and are neither names nor numbers: who fills in a form leaves
    such words as they are."""
    return bool((side.marks.content[first:last] & ~side.marks.fact[first:last]).any())


def _is_unremarkable(a: Side, passage: AlignedPassage) -> bool:
    """A short passage without a word that sets its story apart from the rest of the corpus."""
    is_short = len(passage.a) < SHORT_WORDS or passage.closeness < LOOSE_RATIO
    if not a.marks.word_frequency.any() or not is_short:
        return False
    rare = _shared(a, passage, a.marks.content & _rare(a))
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if int(runs.max()) >= COMMON_DOCUMENTS:
        return rare < RARE_WORDS
    return rare == 0 and passage.longest < PROOF_WORDS


def _has_rare_words(a: Side, passage: AlignedPassage) -> bool:
    """Whether some words of a passage set its story apart, as far as the corpus is known."""
    return _shared(a, passage, a.marks.content & _rare(a)) >= RARE_WORDS


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


def _is_proven(a: Side, b: Side, marked: Sequence[Marked]) -> bool:
    """Whether some prose of the pair can only come from one text."""
    prose = [m for m in marked if m.basis is Basis.DERIVATION]
    if any(_is_whole_text(a, b, m.passage) for m in prose):
        return True
    if sum(m.stems for m in prose) >= PROOF_STEMS:
        return True
    in_order = [(m, min(m.equal, m.passage.longest) if m.passage.stems else m.equal) for m in prose]
    longest = max((words for m, words in in_order if m.content >= PROOF_CONTENT), default=0)
    return longest >= PROOF_WORDS or sum(words for _, words in in_order) >= PROOF_TOTAL


def _without_proof(m: Marked) -> Marked | None:
    """What remains of a passage in a pair that is not derived."""
    if m.basis is Basis.SHARED_QUOTE:
        return m if m.differs or m.content >= INCIDENTAL_CONTENT else None
    if m.basis is Basis.BOILERPLATE:
        return m if m.equal >= WEAK_WORDS and m.content >= WEAK_CONTENT else None
    if m.passage.kind is Kind.PARAPHRASE:
        return None
    if m.equal < INCIDENTAL_WORDS or m.content < INCIDENTAL_CONTENT:
        return None
    return replace(m, basis=Basis.INCIDENTAL)


def _in_runs(ordered: list[Marked]) -> list[Marked | None]:
    """Let derivation spread, in a derived pair, to what stands in order between derived
    passages: short runs, and quotations, which then came second hand."""
    held = _held_together(ordered)
    before = _nearest_derived(held)
    after = _nearest_derived(held[::-1])[::-1]
    return [_settled(m, before[i], after[i]) for i, m in enumerate(held)]


def _held_together(ordered: list[Marked]) -> list[Marked]:
    """Take the derivation from passages that are far from all the others and too few to prove
    anything: texts on one topic share such words anyway."""
    derived = [i for i, m in enumerate(ordered) if m.basis is Basis.DERIVATION]
    group = list(range(len(derived)))
    for n, i in enumerate(derived):
        for k in range(max(0, n - NEIGHBOURS), n):
            if _are_near(ordered[i], ordered[derived[k]]):
                _join(group, n, k)
    together: dict[int, list[Marked]] = defaultdict(list)
    for n, i in enumerate(derived):
        together[_root(group, n)].append(ordered[i])
    weak = {id(m) for ms in together.values() if sum(m.equal for m in ms) < PROOF_TOTAL for m in ms}
    if len(weak) == len(derived):
        return ordered
    return [replace(m, basis=Basis.INCIDENTAL) if id(m) in weak else m for m in ordered]


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        group[at] = group[group[at]]
        at = group[at]
    return at


def _join(group: list[int], one: int, other: int) -> None:
    group[_root(group, one)] = _root(group, other)


def _are_near(one: Marked, other: Marked) -> bool:
    """Whether two passages stand close together in both texts, in whatever order, or follow each
    other in both and are neighbours in one."""
    low, high = sorted(
        (_distance(one.passage.a, other.passage.a), _distance(one.passage.b, other.passage.b))
    )
    return high <= RUN_GAP_WORDS or (low <= NEXT_WORDS and _same_order(one, other))


def _same_order(one: Marked, other: Marked) -> bool:
    before_a = one.passage.a.first <= other.passage.a.first
    return before_a == (one.passage.b.first <= other.passage.b.first)


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
    return _same_order(m, derived) and max(gap_a, gap_b) <= RUN_GAP_WORDS


def _distance(x: TokenRange, y: TokenRange) -> int:
    return max(x.first - y.last, y.first - x.last, 0)
