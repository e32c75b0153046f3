"""The verdict: one forwardable sentence, how serious, how credited; and the reasons in plain words.

The sentence names texts by outlet (else id), counts words, and says what is not shown. It never
says plagiarism, theft or independent: those are judgements about people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.classify.outlet import same_name
from detector.classify.relation import blocks, name_of
from detector.classify.say import about, article, counted, listed, number, percent
from detector.classify.side import Marked, Text, count
from detector.model import (
    Attribution,
    Basis,
    Coverage,
    Credit,
    Direction,
    Exclusive,
    Kind,
    Path,
    Relation,
    Severity,
    Trace,
    Verdict,
)
from detector.model import Side as Letter
from detector.settings import Settings

TOP_SHARE = 0.25
MIN_PART = 10
_TITLES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday president mr mrs ms dr sir lord lady "
    "miss minister secretary senator sen governor gov judge justice king queen prince princess "
    "general gen colonel captain mayor councillor professor pope chancellor ambassador former us "
    "the and but when by president-elect "
    "президент президента міністр прем'єр пан пані голова депутат генерал".split()
)
_CREDIT_WORDS = {
    Credit.CREDITED: "credited",
    Credit.PARTLY: "partly credited",
    Credit.UNCREDITED: "uncredited",
    Credit.WRONG_SOURCE: "wrongly credited",
}


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of a pair when the verdict is spoken."""

    a: Text
    b: Text
    marked: Sequence[Marked]
    cover_a: Coverage
    cover_b: Coverage
    relation: Relation
    direction: Direction
    credit: Credit
    traces: Sequence[Trace]
    exclusive: Exclusive | None = None

    def name(self, letter: Letter) -> str:
        """What the sentence calls a text."""
        return name_of(self.side(letter), self.side("b" if letter == "a" else "a"))

    def side(self, letter: Letter) -> Text:
        """The text ``letter``."""
        return self.a if letter == "a" else self.b

    def cover(self, letter: Letter) -> Coverage:
        """The coverage of the text ``letter``."""
        return self.cover_a if letter == "a" else self.cover_b

    @property
    def source(self) -> Letter | None:
        """The side taken from, where known."""
        return self.direction.source

    @property
    def target(self) -> Letter:
        """The side that took; where nobody knows, the one with more of its words shared."""
        if self.source is not None:
            return "b" if self.source == "a" else "a"
        return "a" if self.cover_a.share > self.cover_b.share else "b"

    @property
    def names(self) -> str:
        """Both texts, in an order that does not depend on which was given first."""
        one, other = sorted((self.name("a"), self.name("b")))
        return f"{one} and {other}"


def verdict(case: Case, settings: Settings) -> Verdict:
    """What to tell a person about the pair."""
    return Verdict(" ".join(_sentences(case)), severity(case, settings), case.credit)


def severity(case: Case, settings: Settings) -> Severity:
    """How much an editor should care, by uncredited derived words and their share of the target.

    Two texts that go back to one original accuse nobody; where the direction is not known,
    nothing is worse than "review". An exclusive without credit is for review at least.
    """
    least = Severity.REVIEW if case.exclusive else Severity.NOTE
    if case.exclusive and not case.relation.is_copying:
        return least
    if not case.relation.is_copying or case.credit is Credit.NOT_NEEDED:
        return Severity.NONE
    if case.source is None and case.direction.path is Path.COMMON_UPSTREAM:
        return Severity.NOTE
    cover = case.cover(case.target)
    words = round(cover.unattributed * cover.of_words)
    share = cover.unattributed
    if words >= settings.alert_words and share >= settings.alert_share:
        return Severity.ALERT if case.source is not None else Severity.REVIEW
    if words >= settings.review_words or (words and share >= settings.review_share):
        return Severity.REVIEW
    return least


def _sentences(case: Case) -> Iterator[str]:
    if case.relation is Relation.INDEPENDENT:
        yield f"No shared text found between {case.names}."
    elif not case.relation.is_copying:
        yield from _no_copying(case)
    else:
        yield _headline(case)
        yield from _counts(case)
        yield from _limits(case)


# -- no copying


def _no_copying(case: Case) -> Iterator[str]:
    yield f"No copying found between {case.names}."
    quotes = [m for m in case.marked if m.basis is Basis.SHARED_QUOTE]
    stock = sum(m.basis is Basis.INCIDENTAL for m in case.marked)
    footers = sum(m.basis is Basis.BOILERPLATE for m in case.marked)
    if quotes:
        parts = [_quotations(case, [m for m in quotes if not m.differs])]
        parts += [_remarks(case, [m for m in quotes if m.differs])]
        yield f"They {' and '.join(p for p in parts if p)}."
        yield from _exclusive_sentence(case)
    if stock:
        noun = "stock phrase was" if stock == 1 else "stock phrases were"
        yield f"{number(stock).capitalize()} {noun} ignored."
    if footers:
        noun = "passage of boilerplate was" if footers == 1 else "passages of boilerplate were"
        yield f"{number(footers).capitalize()} {noun} ignored."
    if quotes:
        yield "This does not show who reported first."


def _exclusive_sentence(case: Case) -> Iterator[str]:
    if case.exclusive:
        outlet, giver = case.exclusive.outlet, case.name(case.exclusive.giver)
        taker = case.name("b" if case.exclusive.giver == "a" else "a")
        whom = "itself" if same_name(outlet, giver) else outlet
        yield f"{giver} has quoted words as told to {whom}; {taker} does not name {outlet}."


def _quotations(case: Case, quotes: Sequence[Marked]) -> str:
    if not quotes:
        return ""
    by_speaker = Counter(_full_name(case, m.speaker) for m in quotes)
    named = [(speaker, count) for speaker, count in by_speaker.items() if speaker]
    if not named:
        return f"share {counted(len(quotes), 'quotation')}"
    named.sort(key=lambda item: (-item[1], item[0]))
    parts = [f"{counted(count, 'quotation')} of {speaker}" for speaker, count in named]
    if by_speaker[""]:
        parts.append(f"{number(by_speaker[''])} more")
    return f"share {listed(parts)}"


def _remarks(case: Case, remarks: Sequence[Marked]) -> str:
    """Quotations of one remark in different words: hardly copied from each other."""
    if not remarks:
        return ""
    speakers = sorted({_full_name(case, m.speaker) for m in remarks if m.speaker})
    what = f"{counted(len(remarks), 'remark')} by {listed(speakers)}"
    return f"give {what} in different wordings or translations"


def _full_name(case: Case, speaker: str | None) -> str:
    """The speaker with a first name, where either text gives one: "Mr. Trump" is "Donald Trump"."""
    if not speaker:
        return ""
    last = speaker.split()[-1]
    # Inside a sentence, a capital word before a surname is a first name if it is no title.
    before = re.compile(rf"(?<=[\w,] )([^\W\d_a-z][\w’'-]+) {re.escape(last)}\b")
    found = Counter(
        name
        for side in (case.a, case.b)
        for name in before.findall(side.document.text)
        if name.casefold() not in _TITLES and name[0].isupper()
    )
    if not found:
        return speaker
    return f"{min(found, key=lambda name: (-found[name], name))} {last}"


# -- copying


def _headline(case: Case) -> str:
    credit = _CREDIT_WORDS.get(case.credit, "")
    if case.source is None:
        return _undirected(case)
    source, target = case.name(case.source), case.name(case.target)
    upstream = case.direction.upstream
    of = source
    if case.direction.path is Path.COMMON_UPSTREAM and upstream is not None:
        of = f"{article(_bare(upstream.name))} article that {source} also carries"
    if case.relation is Relation.IDENTICAL:
        return f"{case.names} are the same text."
    if case.relation is Relation.REVISION:
        return f"{target} is a later version of {source} by the same outlet."
    if case.relation is Relation.SYNDICATED:
        return f"{target} is {article(f'{credit} reprint'.strip())} of {of}."
    if case.relation is Relation.EXCERPT:
        return f"{target} contains {article(f'{credit} excerpt'.strip())} of {of}."
    return f"{target} is {article(f'{credit} {_form(case)}'.strip())} of {of}."


def _undirected(case: Case) -> str:
    upstream = case.direction.upstream
    if case.relation is Relation.IDENTICAL:
        return f"{case.names} are the same text; nothing shows which was first."
    if case.relation is Relation.REVISION:
        return f"{case.names} are two versions of one text by the same outlet."
    if upstream is not None and case.direction.path is Path.COMMON_UPSTREAM:
        back = f"{case.names} both go back to {upstream.name}"
        return f"{back}; neither needs to have taken from the other."
    if case.direction.path is Path.COMMON_UPSTREAM:
        back = f"{case.names} both say they use a release or statement, which was not compared"
        return f"{back}; neither needs to have taken from the other."
    what = {Relation.SYNDICATED: "are copies of one text", Relation.EXCERPT: "share an excerpt"}
    shared = what.get(case.relation, "share text that is not accidental")
    return f"{case.names} {shared}; the texts do not show which was first."


def _form(case: Case) -> str:
    """A summary leaves much of its source out, a rewrite does not."""
    source = case.cover("a" if case.target == "b" else "b")
    return "summary" if source.share < 0.6 else "rewrite"


def _counts(case: Case) -> Iterator[str]:
    cover = case.cover(case.target)
    if case.relation is Relation.IDENTICAL or not cover.words:
        return
    of = "that article" if case.direction.path is Path.COMMON_UPSTREAM and case.source else "it"
    if case.source is None:
        whose, follow = f"{case.name(case.target)}'s", "are shared"
    else:
        whose, follow = "its", f"follow {of}"
    head = f"{_part(cover)} ({percent(cover.share)}) {follow}".replace("its", whose, 1)
    parts = _parts(case) if case.source and case.relation is Relation.DERIVED else []
    if case.relation is Relation.EXCERPT:
        count = blocks(case.marked, case.target)
        yield f"{head}, in {counted(count, 'block')}."
        return
    yield f"{head}: {listed(parts)}." if parts else f"{head}."


def _parts(case: Case) -> list[str]:
    """The derived words of the target by what was done with them."""
    prose = second = copied = rewritten = 0
    side = case.side(case.target)
    for m in case.marked:
        if m.basis is not Basis.DERIVATION:
            continue
        where = m.passage.b if case.target == "b" else m.passage.a
        own = len(where) - count(side.furniture[where.first : where.last])
        quoted = count((side.quoted & ~side.furniture)[where.first : where.last])
        if m.second_hand:
            second += own
        else:
            prose += quoted
            if m.passage.kind is Kind.VERBATIM:
                copied += own - quoted
            else:
                rewritten += own - quoted
    if copied < MIN_PART:  # a handful of words is no separate kind of use
        copied, rewritten = 0, rewritten + copied
    verbs = (
        (prose, "quote its prose"),
        (second, "repeat other people's quotations from it"),
        (copied, "copy it word for word"),
        (rewritten, "rewrite it"),
    )
    kept = [(count, verb) for count, verb in verbs if count]
    return [
        f"{'about ' if not i else ''}{about(count)} {verb}" for i, (count, verb) in enumerate(kept)
    ]


def _limits(case: Case) -> Iterator[str]:
    """Traces, credit, and what was not looked at."""
    if case.source is not None:
        yield from _trace_sentence(case)
        if (
            any(e.type == "date" for e in case.direction.evidence)
            and case.direction.confidence <= 0.6
        ):
            yield f"{case.name(case.source)} is the earlier by its stated time."
    if case.credit is Credit.NOT_NEEDED:
        return
    yield from _exclusive_sentence(case)
    if case.source is not None:
        yield from _credit_sentence(case)
    upstream = case.direction.upstream
    if upstream is not None and upstream.id is None and case.direction.path is Path.COMMON_UPSTREAM:
        yield "The original was not compared; permission was not assessed."
    else:
        yield "Permission was not assessed."


def _trace_sentence(case: Case) -> Iterator[str]:
    forms = [f"'{t.form}'" for t in case.traces if t.holder == case.target][:3]
    if forms and case.direction.path is not Path.DIRECT and case.source is not None:
        source, target = case.name(case.source), case.name(case.target)
        kept = f"it keeps {listed(forms)} where {source} does not"
        yield f"{target} was probably not taken from {source}: {kept}."


def _credit_sentence(case: Case) -> Iterator[str]:
    side = case.side(case.target)
    cues = side.credits
    if case.credit in (Credit.CREDITED, Credit.PARTLY) and cues:
        name, cue = _named(case, cues)
        top = cue.span.start <= TOP_SHARE * len(side.document.text)
        yield f"{name} is named{' near the top' if top else ''}."
    elif case.credit is Credit.WRONG_SOURCE and cues:
        yield f"It credits {cues[0].source} instead."
    elif case.credit is Credit.UNCREDITED and case.source is not None:
        yield f"No credit to {case.name(case.source)} was found."


def _named(case: Case, cues: Sequence[Attribution]) -> tuple[str, Attribution]:
    """The outlet credited, by its full name where that is known, and the first cue for it."""
    upstream = case.direction.upstream
    outlet = case.side("a" if case.target == "b" else "b").document.outlet
    for name in [upstream.name if upstream else None, outlet]:
        for cue in cues:
            if name and cue.source and same_name(name, cue.source):
                return name, cue
    return str(cues[0].source), cues[0]


# -- explain


def explain(case: Case) -> tuple[str, ...]:
    """One plain sentence for each reason behind relation, direction and credit."""
    reasons = list(_relation_reasons(case))
    reasons += [e.detail for e in case.direction.evidence]
    for letter in ("a", "b"):
        forms = [f"'{t.form}'" for t in case.traces if t.holder == letter][:5]
        if forms:
            other: Letter = "b" if letter == "a" else "a"
            mine: Letter = "a" if letter == "a" else "b"
            has = f"{case.name(mine)} has {listed(forms)}"
            reasons.append(f"In shared words {has} where {case.name(other)} has not.")
    if case.relation.is_copying and case.credit is not Credit.NOT_NEEDED:
        cover = case.cover(case.target)
        loose = round(cover.unattributed * cover.of_words)
        reasons.append(f"{loose} derived words of {case.name(case.target)} stand without credit.")
    return tuple(reasons)


def _relation_reasons(case: Case) -> Iterator[str]:
    if case.relation.is_copying:
        letters: tuple[Letter, Letter] = ("a", "b")
        for letter in sorted(letters, key=case.name):
            cover = case.cover(letter)
            yield (
                f"{cover.words} of {cover.of_words} words of {case.name(letter)} lie in "
                f"{counted(blocks(case.marked, letter), 'block')} of derived text."
            )
    counts = Counter(m.basis for m in case.marked)
    for basis, noun, what in (
        (Basis.SHARED_QUOTE, "quotation", "both texts have, and no prose around them"),
        (Basis.INCIDENTAL, "short run", "of common words did not count"),
        (Basis.BOILERPLATE, "passage", "of boilerplate did not count"),
    ):
        if counts[basis]:
            yield f"{counted(counts[basis], noun).capitalize()} {what}."


# -- words


def _part(cover: Coverage) -> str:
    """So many of its words, as a person says it."""
    if cover.words >= cover.of_words:
        return f"All of its {cover.of_words} words"
    if about(cover.words) >= cover.of_words:
        return f"Nearly all of its {cover.of_words} words"
    return f"About {about(cover.words)} of its {cover.of_words} words"


def _bare(name: str) -> str:
    return name.removeprefix("The ")
