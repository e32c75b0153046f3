"""The verdict: one forwardable sentence, how serious, how credited; and the reasons in plain words.

The sentence names texts by outlet (else id), counts words, and says what is not shown. It never
says plagiarism, theft or independent: those are judgements about people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.classify.fullname import full_names
from detector.classify.outlet import same_name
from detector.classify.relation import blocks, name_of
from detector.classify.say import about, percent
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
    Said,
    Severity,
    Trace,
    Verdict,
    as_it_is,
    said,
)
from detector.model import Side as Letter
from detector.settings import Settings

TOP_SHARE = 0.25
MIN_PART = 10
_CREDIT_WORDS = {
    Credit.CREDITED: "credited",
    Credit.PARTLY: "partly credited",
    Credit.UNCREDITED: "uncredited",
    Credit.WRONG_SOURCE: "wrongly credited",
}

_UNCOUNTED = {
    Basis.SHARED_QUOTE:
        "{n:One} {n:quotation|quotations} both texts have, and no prose around them.",
    Basis.INCIDENTAL: "{n:One} {n:short run|short runs} of common words did not count.",
    Basis.BOILERPLATE: "{n:One} {n:passage|passages} of boilerplate did not count.",
}  # fmt: skip


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
    def names(self) -> Mapping[str, str]:
        """Both texts, in an order that does not depend on which was given first."""
        one, other = sorted((self.name("a"), self.name("b")))
        return {"one": one, "other": other}


def verdict(case: Case, settings: Settings) -> Verdict:
    """What to tell a person about the pair."""
    return Verdict(tuple(_sentences(case)), severity(case, settings), case.credit)


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


def _sentences(case: Case) -> Iterator[Said]:
    if case.relation is Relation.INDEPENDENT:
        yield said("No shared text found between {one} and {other}.", **case.names)
    elif not case.relation.is_copying:
        yield from _no_copying(case)
    else:
        yield _headline(case)
        yield from _counts(case)
        yield from _limits(case)


# -- no copying


def _no_copying(case: Case) -> Iterator[Said]:
    yield said("No copying found between {one} and {other}.", **case.names)
    quotes = [m for m in case.marked if m.basis is Basis.SHARED_QUOTE]
    stock = sum(m.basis is Basis.INCIDENTAL for m in case.marked)
    footers = sum(m.basis is Basis.BOILERPLATE for m in case.marked)
    if quotes:
        do = _quotations(case, [m for m in quotes if not m.differs])
        do += _remarks(case, [m for m in quotes if m.differs])
        yield said("They {do}.", do=do)
        yield from _exclusive_sentence(case)
    if stock:
        yield said("{n:One} {n:stock phrase was|stock phrases were} ignored.", n=stock)
    if footers:
        whole = "{n:One} {n:passage of boilerplate was|passages of boilerplate were} ignored."
        yield said(whole, n=footers)
    if quotes:
        yield said("This does not show who reported first.")


def _exclusive_sentence(case: Case) -> Iterator[Said]:
    if case.exclusive:
        outlet, giver = case.exclusive.outlet, case.name(case.exclusive.giver)
        taker = case.name("b" if case.exclusive.giver == "a" else "a")
        told = "{giver} has quoted words as told to {outlet}; {taker} does not name {outlet}."
        if same_name(outlet, giver):
            told = "{giver} has quoted words as told to itself; {taker} does not name {outlet}."
        yield said(told, giver=giver, taker=taker, outlet=outlet)


def _quotations(case: Case, quotes: Sequence[Marked]) -> list[Said]:
    if not quotes:
        return []
    names = _full_names(case, quotes)
    by_speaker = Counter(names.get(m.speaker or "", "") for m in quotes)
    named = [(speaker, count) for speaker, count in by_speaker.items() if speaker]
    if not named:
        return [said("share {n:one} {n:quotation|quotations}", n=len(quotes))]
    named.sort(key=lambda item: (-item[1], item[0]))
    of = "{n:one} {n:quotation|quotations} of {speaker}"
    parts = [said(of, n=count, speaker=speaker) for speaker, count in named]
    if by_speaker[""]:
        parts.append(said("{n:one} more", n=by_speaker[""]))
    return [said("share {quotations}", quotations=parts)]


def _remarks(case: Case, remarks: Sequence[Marked]) -> list[Said]:
    """Quotations of one remark in different words: hardly copied from each other."""
    if not remarks:
        return []
    speakers = sorted(set(_full_names(case, remarks).values()))
    give = "give {n:one} {n:remark|remarks} by {speakers} in different wordings or translations"
    return [said(give, n=len(remarks), speakers=[as_it_is(name) for name in speakers])]


def _full_names(case: Case, quotes: Sequence[Marked]) -> Mapping[str, str]:
    """The speakers of quotations, with a first name where either text gives one."""
    texts = (case.a.document.text, case.b.document.text)
    return full_names(texts, {m.speaker for m in quotes if m.speaker})


# -- copying


def _headline(case: Case) -> Said:
    if case.source is None:
        return _undirected(case)
    source, target = case.name(case.source), case.name(case.target)
    upstream = case.direction.upstream
    if case.relation is Relation.IDENTICAL:
        return said("{one} and {other} are the same text.", **case.names)
    if case.relation is Relation.REVISION:
        later = "{target} is a later version of {source} by the same outlet."
        return said(later, target=target, source=source)
    verb = "contains" if case.relation is Relation.EXCERPT else "is"
    values = {"target": target, "source": source}
    of = "{source}"
    if case.direction.path is Path.COMMON_UPSTREAM and upstream is not None:
        of = "{upstream:a} article that {source} also carries"
        values["upstream"] = upstream.name
    credit = _CREDIT_WORDS.get(case.credit)
    if credit is None:
        return said(f"{{target}} {verb} {{form:a}} of {of}.", form=_form(case), **values)
    whole = f"{{target}} {verb} {{credit:a}} {{form}} of {of}."
    return said(whole, credit=said(credit), form=_form(case), **values)


def _undirected(case: Case) -> Said:
    return said(f"{{one}} and {{other}} {_tie(case)}.", **_upstream(case), **case.names)


def _upstream(case: Case) -> Mapping[str, str]:
    upstream = case.direction.upstream
    return {"upstream": upstream.name} if upstream else {}


def _tie(case: Case) -> str:
    """What two texts are of which nobody can tell the first, as the pattern of a phrase."""
    if case.relation is Relation.IDENTICAL:
        return "are the same text; nothing shows which was first"
    if case.relation is Relation.REVISION:
        return "are two versions of one text by the same outlet"
    if case.direction.path is Path.COMMON_UPSTREAM:
        back = "both say they use a release or statement, which was not compared"
        if case.direction.upstream is not None:
            back = "both go back to {upstream}"
        return f"{back}; neither needs to have taken from the other"
    what = {Relation.SYNDICATED: "are copies of one text", Relation.EXCERPT: "share an excerpt"}
    shared = what.get(case.relation, "share text that is not accidental")
    return f"{shared}; the texts do not show which was first"


def _form(case: Case) -> Said:
    """A summary leaves much of its source out, a rewrite does not."""
    whole = {Relation.SYNDICATED: "reprint", Relation.EXCERPT: "excerpt"}
    source = case.cover("a" if case.target == "b" else "b")
    return said(whole.get(case.relation) or ("summary" if source.share < 0.6 else "rewrite"))


def _counts(case: Case) -> Iterator[Said]:
    cover = case.cover(case.target)
    if case.relation is Relation.IDENTICAL or not cover.words:
        return
    follow = "follow it"
    if case.source is None:
        follow = "are shared"
    elif case.direction.path is Path.COMMON_UPSTREAM:
        follow = "follow that article"
    some = _part(cover, None if case.source else case.name(case.target))
    parts = _parts(case) if case.source and case.relation is Relation.DERIVED else []
    if case.relation is Relation.EXCERPT:
        n = blocks(case.marked, case.target)
        whole = "{some} {follow}, in {n:one} {n:block|blocks}."
        yield said(whole, some=some, follow=said(follow), n=n)
    elif parts:
        yield said("{some} {follow}: about {parts}.", some=some, follow=said(follow), parts=parts)
    else:
        yield said("{some} {follow}.", some=some, follow=said(follow))


def _parts(case: Case) -> list[Said]:
    """The derived words of the target by what was done with them."""
    prose = second = copied = rewritten = 0
    side = case.side(case.target)
    for m in case.marked:
        if m.basis is not Basis.DERIVATION:
            continue
        where = m.passage.b if case.target == "b" else m.passage.a
        own = len(where) - count(side.furniture[where.first : where.last])
        quoted = count(
            side.quoted[where.first : where.last] & ~side.furniture[where.first : where.last]
        )
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
        (prose, "{n} quote its prose"),
        (second, "{n} repeat other people's quotations from it"),
        (copied, "{n} copy it word for word"),
        (rewritten, "{n} rewrite it"),
    )
    return [said(verb, n=about(count)) for count, verb in verbs if count]


def _limits(case: Case) -> Iterator[Said]:
    """Traces, credit, and what was not looked at."""
    if case.source is not None:
        yield from _trace_sentence(case)
        if (
            any(e.type == "date" for e in case.direction.evidence)
            and case.direction.confidence <= 0.6
        ):
            yield said("{name} is the earlier by its stated time.", name=case.name(case.source))
    if case.credit is Credit.NOT_NEEDED:
        return
    yield from _exclusive_sentence(case)
    if case.source is not None:
        yield from _credit_sentence(case)
    upstream = case.direction.upstream
    if upstream is not None and upstream.id is None and case.direction.path is Path.COMMON_UPSTREAM:
        yield said("The original was not compared; permission was not assessed.")
    else:
        yield said("Permission was not assessed.")


def _trace_sentence(case: Case) -> Iterator[Said]:
    forms = _forms(case, case.target, 3)
    if forms and case.direction.path is not Path.DIRECT and case.source is not None:
        source, target = case.name(case.source), case.name(case.target)
        yield said(
            "{target} was probably not taken from {source}: it keeps {forms} where {source} does "
            "not.",
            target=target,
            source=source,
            forms=forms,
        )


def _forms(case: Case, letter: Letter, most: int) -> list[Said]:
    """Words of a text that the other one spells or puts otherwise."""
    return [said("'{form}'", form=t.form) for t in case.traces if t.holder == letter][:most]


def _credit_sentence(case: Case) -> Iterator[Said]:
    side = case.side(case.target)
    cues = side.credits
    if case.credit in (Credit.CREDITED, Credit.PARTLY) and cues:
        name, cue = _named(case, cues)
        top = cue.span.start <= TOP_SHARE * len(side.document.text)
        yield said("{name} is named near the top." if top else "{name} is named.", name=name)
    elif case.credit is Credit.WRONG_SOURCE and cues:
        yield said("It credits {name} instead.", name=str(cues[0].source))
    elif case.credit is Credit.UNCREDITED and case.source is not None:
        yield said("No credit to {name} was found.", name=case.name(case.source))


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


def explain(case: Case) -> tuple[Said, ...]:
    """One plain sentence for each reason behind relation, direction and credit."""
    reasons = list(_relation_reasons(case))
    reasons += [e.said for e in case.direction.evidence]
    letters: tuple[Letter, Letter] = ("a", "b")
    for letter, other in (letters, letters[::-1]):
        if forms := _forms(case, letter, 5):
            whole = "In shared words {name} has {forms} where {other} has not."
            names = {"name": case.name(letter), "other": case.name(other)}
            reasons.append(said(whole, forms=forms, **names))
    if case.relation.is_copying and case.credit is not Credit.NOT_NEEDED:
        cover = case.cover(case.target)
        loose = round(cover.unattributed * cover.of_words)
        whole = "{n} derived words of {name} stand without credit."
        reasons.append(said(whole, n=loose, name=case.name(case.target)))
    return tuple(reasons)


def _relation_reasons(case: Case) -> Iterator[Said]:
    if case.relation.is_copying:
        letters: tuple[Letter, Letter] = ("a", "b")
        whole = "{words} of {of} words of {name} lie in {n:one} {n:block|blocks} of derived text."
        for letter in sorted(letters, key=case.name):
            cover, name, n = case.cover(letter), case.name(letter), blocks(case.marked, letter)
            yield said(whole, words=cover.words, of=cover.of_words, name=name, n=n)
    counts = Counter(m.basis for m in case.marked)
    for basis, what in _UNCOUNTED.items():
        if counts[basis]:
            yield said(what, n=counts[basis])


# -- words


def _part(cover: Coverage, name: str | None) -> Said:
    """So many of a text's words, as a person says it. ``name``: where "its" would not do."""
    whose = "its" if name is None else "{name}'s"
    values = {"percent": percent(cover.share), **({} if name is None else {"name": name})}
    some = f"About {{n}} of {whose} {{of}} words ({{percent}})"
    if cover.words >= cover.of_words:
        some = f"All of {whose} {{of}} words ({{percent}})"
    elif about(cover.words) >= cover.of_words:
        some = f"Nearly all of {whose} {{of}} words ({{percent}})"
    return said(some, n=about(cover.words), of=cover.of_words, **values)
