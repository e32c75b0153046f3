"""Answers about pairs without the texts: for what is made of answers."""

from __future__ import annotations

from collections.abc import Sequence

from detector.model import (
    Basis,
    Comparison,
    Coverage,
    Credit,
    Direction,
    Document,
    Kind,
    PairSide,
    Passage,
    Path,
    Relation,
    Severity,
    Side,
    Span,
    Upstream,
    Verdict,
)


def pair(
    a: str | Document,
    b: str | Document,
    relation: Relation = Relation.SYNDICATED,
    source: Side | None = None,
    shared: Sequence[tuple[tuple[int, int], tuple[int, int]]] = (),
    *,
    confidence: float = 0.9,
    credit: Credit = Credit.UNCREDITED,
    basis: Basis = Basis.DERIVATION,
    path: Path = Path.UNKNOWN,
    upstream: Upstream | None = None,
    words: int = 10,
) -> Comparison:
    """The answer about two texts of 100 characters that share some spans of them, and ``words`` of
    their 20 words."""
    one, other = (Document(id=x, text="x" * 100) if isinstance(x, str) else x for x in (a, b))
    cover = Coverage(words, 20, {"verbatim": words}, 0.0, 0.0)
    passages = tuple(
        Passage(
            f"{number}", Span(*in_a), Span(*in_b), Kind.VERBATIM, basis, 9, 1.0,
            False, False, False, None,
        )
        for number, (in_a, in_b) in enumerate(shared)
    )  # fmt: skip
    return Comparison(
        PairSide(one, 20, one.digest, cover, ()),
        PairSide(other, 20, other.digest, cover, ()),
        relation,
        Direction(source, confidence if source else 0.0, path, upstream),
        Verdict((), Severity.NOTE, credit),
        passages,
        9,
        (),
    )
