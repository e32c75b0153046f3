"""Why both texts have a passage: derivation, a shared quotation, boilerplate, or nothing much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detector.classify.form import (
    FORMULA_WORDS,
    has_rare_words,
    is_common,
    is_formula,
    is_unremarkable,
)
from detector.classify.proof import (
    PROOF_TOTAL,
    PROOF_WORDS,
    proves,
    together,
    words_in_order,
)
from detector.classify.remark import both_quote, has_prose, same_remark, speaker_of
from detector.classify.repeat import without_repeats
from detector.classify.side import Marked, Side, count, share, share_of_both, shared
from detector.classify.spread import (
    WEAK_CONTENT,
    WEAK_WORDS,
    in_runs,
    without_proof,
)
from detector.model import AlignedPassage, Basis, Kind

FURNITURE_SHARE = 0.5
TOLD_WORDS = 60
TOLD_SHARE = 0.5
PROOF_STEMS = 16
PROOF_SHARE = 0.05
NAMES_SHARE = 0.8
LIST_SHARE = 0.6
WHOLE_SHARE = 0.6
WHOLE_RATIO = 0.8
ALL_SHARE = 0.75
EDGE_WORDS = 2
EDGE_SHARE = 0.3
FOOTER_WORDS = 150


def read_basis(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> tuple[Marked, ...]:
    """Give each passage its basis, in the order of ``b``, and drop what means nothing.

    A pair is derived only if some prose proves it: a rewritten sentence or a short run counts
    beside such proof, never alone. A quotation inside a derived run came with it (second hand).
    """
    marked = _look(a, b, passages)
    if a.normal.tokens != b.normal.tokens and not _is_proven(a, b, marked):
        settled = [without_proof(m) for m in marked]
    else:
        shortest = min(len(a.normal), len(b.normal))
        settled = in_runs(sorted(marked, key=_place_in_b), shortest)
    kept = without_repeats(m for m in settled if m is not None)
    return tuple(sorted(kept, key=_place_in_b))


def is_proven(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> bool:
    """Whether the passages show, before any rewriting is looked for, that a text was copied."""
    return _is_proven(a, b, _look(a, b, passages))


def _look(a: Side, b: Side, passages: Sequence[AlignedPassage]) -> list[Marked]:
    """All passages but those in metadata, each with the basis it shows before the others speak."""
    texts = [p for p in passages if share(a.marks.metadata, p.a) < FURNITURE_SHARE]
    looks = [_first_look(a, b, p) for p in texts]
    return _without_tails(a, b, _without_forms(a, b, _told_again(a, b, looks)))


def _told_again(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """Passages of plain words, each too weak to show anything, that together are most of a text:
    it tells the other again. What is a form, or common to many texts, stays what it is."""
    least = max(TOLD_WORDS, TOLD_SHARE * min(len(a.normal), len(b.normal)))
    weak = [m for m in marked if m.basis is Basis.INCIDENTAL]
    if sum(m.equal for m in weak) < least:
        return marked
    weak = [m for m in weak if not is_formula(a, b, m.passage)]
    if sum(m.equal for m in weak) < least:
        return marked
    told = {id(m) for m in weak}
    return [replace(m, basis=Basis.DERIVATION) if id(m) in told else m for m in marked]


def _without_forms(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """In a pair that fills in one form, passages without a name are of that form too: terms and
    conditions. A long passage shows that it is no form."""
    if any(len(m.passage.a) > FORMULA_WORDS for m in marked):
        return marked
    names = a.marks.fact & ~a.marks.number
    prose = [m for m in marked if m.basis is Basis.DERIVATION]
    nameless = {id(m) for m in prose if not shared(a, m.passage, names)}
    if not nameless or not any(is_formula(a, b, m.passage) for m in marked):
        return marked
    return [replace(m, basis=Basis.INCIDENTAL) if id(m) in nameless else m for m in marked]


def _place_in_b(m: Marked) -> tuple[int, int]:
    return (m.passage.b.first, m.passage.a.first)


def _first_look(a: Side, b: Side, passage: AlignedPassage) -> Marked:
    """The basis as the passage shows it by itself."""
    quoted_a = share(a.marks.quoted, passage.a)
    quoted_b = share(b.marks.quoted, passage.b)
    worth = 1 - share(a.marks.solo, passage.a) / 2
    equal = int(worth * passage.equal)
    content = int(worth * shared(a, passage, a.marks.content))
    speaker, differs = None, False
    if a.normal.tokens == b.normal.tokens:
        basis = Basis.DERIVATION
    elif _is_boilerplate(a, b, passage):
        basis = Basis.BOILERPLATE
    elif _is_whole_text(a, b, passage):
        basis = Basis.DERIVATION
    elif has_prose(a, b, passage):
        basis = _own_words(a, b, passage, equal, content)
    elif both_quote(quoted_a, quoted_b):
        speaker = speaker_of(a, passage.a) or speaker_of(b, passage.b)
        basis = Basis.SHARED_QUOTE
    elif same_remark(a, b, passage, quoted_a, quoted_b):
        speaker, differs = speaker_of(a, passage.a) or speaker_of(b, passage.b), True
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
        stems=int(worth * passage.stems) if passage.stems and _tells_something(a, passage) else 0,
        speaker=speaker,
        differs=differs,
    )


def _tells_something(a: Side, passage: AlignedPassage) -> bool:
    """Whether a retold stretch is more than a list of names, and rare in the corpus."""
    content = a.marks.content[passage.a.first : passage.a.last]
    facts = a.marks.fact[passage.a.first : passage.a.last]
    is_list = count(content & facts) >= LIST_SHARE * count(content)
    return not is_list and has_rare_words(a, passage)


def _own_words(a: Side, b: Side, passage: AlignedPassage, equal: int, content: int) -> Basis:
    is_incidental = _is_incidental(a, b, passage, equal, content)
    return Basis.INCIDENTAL if is_incidental else Basis.DERIVATION


def _is_whole_text(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Most of both texts, hardly changed: such texts are one text, be it all dialogue. Of a short
    text it must be nearly all."""
    share = share_of_both(a, b, passage)
    is_most = share >= WHOLE_SHARE and passage.equal >= PROOF_WORDS
    is_all = share >= ALL_SHARE and passage.equal >= WEAK_WORDS
    if not (is_most or is_all) or passage.closeness < WHOLE_RATIO:
        return False
    return not (is_formula(a, b, passage) or is_unremarkable(a, passage))


def _without_tails(a: Side, b: Side, marked: list[Marked]) -> list[Marked]:
    """A block that ends both texts, or begins both, and is all they share is a footer or a header:
    what one text lifts from another seldom stands at the same edge of both."""
    prose = [m for m in marked if m.basis is Basis.DERIVATION]
    if len(prose) != 1:
        return marked
    where_a, where_b = prose[0].passage.a, prose[0].passage.b
    size_a, size_b = len(a.normal), len(b.normal)
    if len(where_a) > EDGE_SHARE * size_a or len(where_b) > EDGE_SHARE * size_b:
        return marked
    if min(len(where_a), len(where_b)) > FOOTER_WORDS:
        return marked
    is_footer = size_a - where_a.last <= EDGE_WORDS and size_b - where_b.last <= EDGE_WORDS
    is_header = where_a.first <= EDGE_WORDS and where_b.first <= EDGE_WORDS
    if not (is_footer or is_header):
        return marked
    return [replace(m, basis=Basis.BOILERPLATE) if m is prose[0] else m for m in marked]


def _is_boilerplate(a: Side, b: Side, passage: AlignedPassage) -> bool:
    furniture = max(share(a.marks.furniture, passage.a), share(b.marks.furniture, passage.b))
    if furniture >= FURNITURE_SHARE:
        return True
    return is_common(a, b, passage) and not _is_whole_text(a, b, passage)


def _is_incidental(a: Side, b: Side, passage: AlignedPassage, equal: int, content: int) -> bool:
    """Too short, a stock phrase, or little but names: anybody could have written it."""
    if passage.kind is Kind.PARAPHRASE:
        return False
    if equal < WEAK_WORDS or content < WEAK_CONTENT or is_formula(a, b, passage):
        return True
    if is_unremarkable(a, passage):
        return True
    if share(a.marks.stock, passage.a) >= 0.5:
        return True
    names = total = 0
    for first, _, width, _ in passage.pairs:
        heavy = a.marks.content[first : first + width]
        total += count(heavy)
        names += count(a.marks.fact[first : first + width] & heavy)
    return passage.longest < 2 * WEAK_WORDS and names >= NAMES_SHARE * total


def _is_proven(a: Side, b: Side, marked: Sequence[Marked]) -> bool:
    """Whether some prose of the pair can only come from one text."""
    prose = [m for m in marked if m.basis is Basis.DERIVATION]
    if any(_is_whole_text(a, b, m.passage) for m in prose):
        return True
    if sum(m.stems for m in prose) >= PROOF_STEMS:
        return True
    shortest = min(len(a.normal), len(b.normal))
    if words_in_order(prose) >= max(PROOF_TOTAL, PROOF_SHARE * shortest):
        return True
    return any(proves(group) for group in together(sorted(prose, key=_place_in_b)))
