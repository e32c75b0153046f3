"""Many matches of one text -> what its sources give it together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.model import (
    Basis,
    Comparison,
    Coverage,
    Credit,
    NormalText,
    PairSide,
    Passage,
    Reading,
    Said,
    Searched,
    Severity,
    SourceShare,
    TokenRange,
    Verdict,
    mask_of,
    said,
)


def unite(
    reading: Reading,
    matches: Sequence[Comparison],
    lost: Sequence[Sequence[TokenRange]] = (),
) -> tuple[PairSide, float, tuple[SourceShare, ...]]:
    """The checked text's card, its union coverage, and the share of each source.

    ``matches`` have the checked text as a. Every covered word belongs to one source (the longest
    passage, then the smallest id), so shares add up to the coverage. A text that took from the
    checked one is no source of it. ``lost``: for each match the words of the checked text that it
    leaves out; what all sources leave out is in no count.
    """
    normal = reading.normal
    known = zip(matches, lost or [()] * len(matches), strict=True)
    giving = [_Giver(match, left) for match, left in known if gives(match)]
    own = ~normal.mask([f.span for f in reading.furniture]) & ~_lost_by_all(normal, giving)
    holders = np.zeros(len(normal), np.int64)
    for giver in giving:
        holders += giver.counted(normal)
    owner = _owners(normal, giving)
    total = max(int(own.sum()), 1)
    sources = []
    for number, giver in enumerate(giving):
        mine = giver.counted(normal) & own
        share = int(((owner == number) & own).sum()) / total
        exclusive = int((mine & (holders == 1)).sum()) / total
        sources.append(SourceShare(giver.match.b.document.id, share, exclusive))
    sources.sort(key=lambda s: (-s.share, s.id))
    covered = int(((owner >= 0) & own).sum())
    document = reading.document
    cover = Coverage(covered, int(own.sum()), {}, 0.0, _uncredited(normal, own, giving) / total)
    card = PairSide(
        document, len(normal), document.digest, cover, reading.attributions, reading.flags,
        reading.quotations,
    )  # fmt: skip
    return card, covered / total, tuple(sources)


@dataclass(frozen=True, slots=True)
class _Giver:
    """A match that the checked text may have taken from. ``lost``: words that it leaves out."""

    match: Comparison
    lost: Sequence[TokenRange]

    def derived(self) -> list[Passage]:
        """What was taken."""
        return [p for p in self.match.passages if p.basis is Basis.DERIVATION]

    def counted(self, normal: NormalText) -> NDArray[np.bool_]:
        """bool[n]: which words of the checked text that are."""
        taken = normal.mask([p.a for p in self.derived()])
        return taken & ~mask_of(self.lost, len(normal))

    def kept(self, place: TokenRange) -> NDArray[np.bool_]:
        """bool[len(place)]: which words of a place are not left out."""
        kept = np.ones(len(place), bool)
        for one in self.lost[bisect_right(self.lost, place.first, key=lambda one: one.last) :]:
            if one.first >= place.last:
                break
            kept[max(0, one.first - place.first) : one.last - place.first] = False
        return kept


def _lost_by_all(normal: NormalText, giving: Sequence[_Giver]) -> NDArray[np.bool_]:
    times = np.zeros(len(normal), np.int64)
    for giver in giving:
        times += mask_of(giver.lost, len(normal))
    lost: NDArray[np.bool_] = times == max(len(giving), 1)
    return lost


def _owners(normal: NormalText, giving: Sequence[_Giver]) -> NDArray[np.int64]:
    """int64[n]: the number of the match that each word is ascribed to, -1 for none."""
    owner = np.full(len(normal), -1, np.int64)
    claims = [
        (-p.words, giver.match.b.document.id, p.a, number)
        for number, giver in enumerate(giving)
        for p in giver.derived()
    ]
    for _, _, span, number in sorted(claims):
        place = TokenRange(*normal.tokens_in(span))
        part = owner[place.first : place.last]
        part[(part < 0) & giving[number].kept(place)] = number
    return owner


def gives(match: Comparison) -> bool:
    """Whether the checked text may have taken from this one: not where it is the source itself,
    nor where both took from a third text, which is then among the matches."""
    if not match.relation.is_copying or match.direction.source == "a":
        return False
    return match.direction.upstream is None or match.direction.upstream.id is None


def _uncredited(normal: NormalText, own: NDArray[np.bool_], giving: Sequence[_Giver]) -> int:
    """Words that come from somewhere and stand under no credit in any match."""
    derived = np.zeros(len(normal), bool)
    for giver in giving:
        derived |= giver.counted(normal)
    credited = normal.mask([p.a for giver in giving for p in giver.derived() if p.attributed])
    return int((derived & ~credited & own).sum())


def report_verdict(
    card: PairSide,
    share: float,
    sources: Sequence[SourceShare],
    matches: Sequence[Comparison],
    searched: Searched,
    hidden: int = 0,
) -> Verdict:
    """One forwardable sentence about all matches together. ``hidden``: how many were left out."""
    whole: Mapping[str, str | Said] = {"name": card.document.name, "where": _where(searched)}
    limits = tuple(_limits(hidden))
    copying = [m for m in matches if m.relation.is_copying]
    if not matches:
        nothing = "No shared text found between {name} and the {where}."
        if hidden:
            nothing = "Nothing that {name} shares with the {where} is shown."
        return Verdict((said(nothing, **whole), *limits), Severity.NONE, Credit.NOT_NEEDED)
    if not copying:
        shares = "It shares quotations, stock phrases or boilerplate with {n} of the {where}."
        told = said("No copying found in {name}.", **whole), said(shares, n=len(matches), **whole)
        return Verdict((*told, *limits), _worst(matches), _credit(matches))
    severity, credit = _severity(card, copying), _credit(copying)
    giving = [m for m in copying if gives(m)]
    if len(giving or copying) == 1:
        return Verdict((*(giving or copying)[0].verdict.said, *limits), severity, credit)
    if not any(s.share for s in sources):
        shares = "{name} shares text with {n} of the {where} and seems to come from none."
        return Verdict((said(shares, n=len(copying), **whole), *limits), severity, credit)
    return Verdict((*_together(card, share, giving, searched), *limits), severity, credit)


def _where(searched: Searched) -> Said:
    return said("{n} {n:document|documents} searched", n=searched.documents)


def _limits(hidden: int) -> Iterator[Said]:
    """What is not shown."""
    if hidden:
        yield said("{n} {n:match|matches} left out as asked.", n=hidden)
    yield said("The web was not searched.")


def _together(
    card: PairSide, share: float, giving: Sequence[Comparison], searched: Searched
) -> Iterator[Said]:
    """What several sources give a text, in two sentences."""
    cover = card.coverage
    of = said(
        "the {of} words of {name} ({percent})",
        of=cover.of_words,
        name=card.document.name,
        percent=f"{share * 100:.0f} %",
    )
    yield said(
        "{some} of {words} are also in {n} of the {where}, {part} of them in {largest}.",
        some=_about(cover.words, cover.of_words),
        words=of,
        n=len(giving),
        where=_where(searched),
        **_largest(cover.words, giving),
    )
    if uncredited := round(cover.unattributed * cover.of_words):
        some = _about(uncredited, cover.words)
        yield said("{some} of them stand without credit.", some=some)
    else:
        yield said("All of them stand under a credit.")


def _largest(words: int, giving: Sequence[Comparison]) -> Mapping[str, str | Said]:
    """Which source has most of the shared words."""
    largest = min(giving, key=lambda m: (-m.a.coverage.words, m.b.document.id))
    has = largest.a.coverage.words
    part = "all" if has >= words else "most" if has > words / 2 else "the largest part"
    return {"part": said(part), "largest": largest.b.document.name}


def _worst(matches: Sequence[Comparison], least: Severity = Severity.NONE) -> Severity:
    severities = [least, *(m.verdict.severity for m in matches)]
    return max(severities, key=list(Severity).index)


def _severity(card: PairSide, copying: Sequence[Comparison]) -> Severity:
    """The worst of the pairs in which the text took; a note where all of it is credited."""
    worst = _worst([m for m in copying if gives(m)], Severity.NOTE)
    if card.coverage.unattributed == 0 and worst in (Severity.REVIEW, Severity.ALERT):
        return Severity.NOTE
    return worst


def _about(words: int, of: int) -> Said:
    """A count of some words as a person says it."""
    if words >= of:
        return said("All")
    rounded = min(round(words / 10) * 10, of)
    return said("About {n}", n=rounded) if words > 20 else said("{n}", n=words)


def _credit(copying: Sequence[Comparison]) -> Credit:
    """One word for the credit given in all matches."""
    kinds = {m.verdict.credit for m in copying if gives(m) or not m.relation.is_copying} - {
        Credit.NOT_NEEDED
    }
    if not kinds:
        return Credit.NOT_NEEDED
    return kinds.pop() if len(kinds) == 1 else Credit.PARTLY
