"""Common sources: press releases that several outlets print, and outlets that copy each other.

Two outlets that take the same sentences from one release have not copied each other, and to say
so would be a false accusation: such pairs are labelled "siblings" and have no source. Case
"releases present" has the releases in the corpus, "releases absent" has the same articles without
them. In both, some outlets really take over another one's own report on such a subject ("theft").

An article is ``syndicated`` where the release gives well over 80 % of it and well over half of the
release is kept, ``derived`` where it is well under; in between, and of siblings, nobody judged it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from benchmarks.quality.cases import Case, Truth
from benchmarks.quality.collection import Item, collection
from benchmarks.quality.grammar import Rules, compose, deal, load
from benchmarks.quality.house_style import any_style, courtesy_titles, restyle
from benchmarks.quality.lookalikes import Part
from benchmarks.quality.page import Match, Page, Piece, Taken, joined, lay_out, page, truths
from benchmarks.quality.rewriting import rewrite
from detector.model import Document, Span

KINDS = (
    "company",
    "council",
    "charity",
    "university",
    "police",
    "transport",
    "health",
    "nature",
    "arts",
)
RELEASES = 45
THEFTS = 20
UNTOUCHED = 500
SMALL = (6, 3, 30)
"""Releases, thefts and untouched items of the small part."""
FACTS = 5
CORE_SHARE = 0.3
"""So much of a release every outlet takes that takes anything of it."""
COPIED_SHARE = (0.35, 0.7)
LIGHT = (0.03, 0.12)
HEAVY = (0.2, 0.3)
"""Words rewritten: by an outlet with a release, by one that hides where a report comes from."""
STATED_SHARE = 0.6
DATED_SHARE = 0.5
REPRINT_SHARE = 0.8
REPRINT_KEPT = 0.5
MARGIN = 0.03
"""So far around the two the relation is left open."""
FIRST_DAY = datetime(2024, 5, 6, tzinfo=UTC)

_STORY = "story"
"""Marks the sentences of a story that others may take."""


@dataclass(frozen=True, slots=True)
class Story:
    """A release, or a paper's own report. ``sentences`` are what others may take of it; ``rules``
    is the grammar of its kind, ``known`` what the grammar has decided for it (who speaks, where).
    """

    item: Item
    sentences: tuple[Span, ...]
    rules: Rules
    known: dict[str, str]


Named = tuple[Document, Page]


def cases(shared: Path, small: bool = False) -> Iterator[Case]:
    """Both cases. Small: about 60 documents."""
    releases, thefts, untouched = SMALL if small else (RELEASES, THEFTS, UNTOUCHED)
    parts = [release_part(number) for number in range(releases)]
    parts += [theft_part(number) for number in range(thefts)]
    news = collection(shared)
    wire = [item.document for item in news.items if item.document.kind == "wire"]
    others = random.Random("releases untouched").sample(wire, untouched)
    names = {document.id for document in others}
    present = Case(
        "releases present",
        (*others, *(document for part in parts for document in part.documents)),
        tuple(truth for part in parts for truth in part.truths),
        "all",
        unjudged=tuple(pair for pair in news.repeats if pair <= names),
    )
    yield present
    yield without(present, {part.documents[0].id for part in parts[:releases]})


def without(case: Case, absent: set[str]) -> Case:
    """The case without the documents ``absent``, and without what is known of their pairs."""
    return replace(
        case,
        name="releases absent",
        documents=tuple(document for document in case.documents if document.id not in absent),
        truths=tuple(truth for truth in case.truths if not {truth.a, truth.b} & absent),
    )


def release_part(number: int) -> Part:
    """A release and the two or three articles that outlets made of it."""
    rng = random.Random(f"release {number}")
    story = compose_story(rng, f"release-{number:02}", number, is_release=True)
    count = len(story.sentences)
    core = {0, *rng.sample(range(1, count), round(CORE_SHARE * count))}
    articles = []
    for turn in range(rng.choice((2, 2, 3))):
        others = [n for n in range(count) if n not in core]
        more = round(rng.uniform(*COPIED_SHARE) * count) - len(core)
        taken = sorted({*core, *rng.sample(others, max(0, more))})
        articles.append(article(rng, story, taken, turn))
    labels = [truth for made in articles for truth in _from_release(story.item, made)]
    documents = (story.item.document, *(document for document, _ in articles))
    return Part(_dated(rng, documents), (*labels, *_siblings(articles)))


def theft_part(number: int) -> Part:
    """A paper's own report, and the article of another that rewrote it without saying so."""
    rng = random.Random(f"theft {number}")
    story = compose_story(rng, f"report-{number:02}", RELEASES + number, is_release=False)
    count = len(story.sentences)
    order = [0, *sorted(rng.sample(range(1, count), round(0.8 * count) - 1))]
    for _ in range(3):
        order.insert(rng.randrange(1, len(order)), order.pop(rng.randrange(1, len(order))))
    pieces = taken_over(rng, story, order, rng.uniform(*HEAVY))
    made = page(lay_out(pieces, rng.choice((1, 2, 2))))
    outlet = _other_outlet(rng, story)
    target = Document(f"{story.item.id}-a", made.text, outlet=outlet)
    labels = truths(made, target.id, "theft", "derived")
    return Part(_dated(rng, (story.item.document, target)), tuple(labels))


def compose_story(rng: random.Random, name: str, number: int, *, is_release: bool) -> Story:
    """The ``number``-th story of all. A release comes from the body that speaks in it, a report
    from a paper, which also says how it knows."""
    kind, turn = KINDS[number % len(KINDS)], number // len(KINDS)
    rules = _rules(kind)
    known: dict[str, str] = {}
    known["outlet"] = compose(rules, rng, "{=org}" if is_release else "{outlet}", known)

    def line(rule: str, place: int = turn) -> Piece:
        pattern = deal(rules[f"{kind}_{rule}"], f"{kind} {rule}", place)
        return Piece(compose(rules, rng, pattern, known), how=_STORY)

    facts = [line("fact", turn * FACTS + i) for i in range(FACTS)]
    body = [[line("lead")], facts[:2], [line("quote")], facts[2:4], [line("second")]]
    body.append([*facts[4:], line("close")])
    if not is_release:
        body.insert(2, [Piece(compose(rules, rng, "{report}", known))])
    elif number % 2 == 0:
        body.insert(0, [Piece(compose(rules, rng, "{notice}", known))])
        body.append([Piece(compose(rules, rng, "{contact}", known))])
    made = page(body)
    spans = tuple(span for piece, span in made.places if piece.how == _STORY)
    marked = "press_release" if is_release and number % 4 < 2 else None
    document = Document(name, made.text, outlet=known["outlet"], kind=marked)
    return Story(Item(document, len(made.text.split()), (spans,)), spans, rules, known)


def _rules(kind: str) -> Rules:
    """The grammar with the bodies and offices of one kind."""
    rules = load("newsroom", "releases")
    names = {"org": "org", "role": "boss_role", "aide_role": "aide_role"}
    return {**rules, **{name: rules[f"{kind}_{rule}"] for name, rule in names.items()}}


def article(rng: random.Random, story: Story, numbers: Sequence[int], turn: int) -> Named:
    """What the ``turn``-th outlet makes of a release: the sentences ``numbers`` lightly rewritten,
    one or two of its own, and more often than not where it has that from."""
    outlet = _other_outlet(rng, story)
    known = {**story.known, "outlet": outlet}
    order = list(numbers)
    order.insert(rng.randrange(len(order)), order.pop(rng.randrange(len(order))))
    pieces = taken_over(rng, story, order, rng.uniform(*LIGHT))
    own = [deal(story.rules["own"], story.item.id, 2 * turn + i) for i in range(rng.choice((1, 2)))]
    if rng.random() < STATED_SHARE:
        own.append(deal(story.rules["statement"], story.item.id, turn))
    for pattern in own:
        line = compose(story.rules, rng, pattern, known)
        pieces.insert(rng.randint(1, len(pieces)), Piece(line))
    made = page(lay_out(pieces, rng.choice((1, 2, 2, 3))))
    return Document(f"{story.item.id}-{'abc'[turn]}", made.text, outlet=outlet), made


def taken_over(
    rng: random.Random, story: Story, numbers: Sequence[int], share: float
) -> list[Piece]:
    """The sentences ``numbers`` of a story in that order, ``share`` of the words rewritten, in the
    style of another house."""
    item, style = story.item, any_style(rng)
    spans = [story.sentences[number] for number in numbers]
    lines, _ = rewrite([item.sentence(span) for span in spans], rng, share)
    titles = courtesy_titles(item.document.text)
    how = f"rewrite up to {HEAVY[1] if share >= HEAVY[0] else LIGHT[1]:.0%}"
    return [
        Piece(restyle(line, style, titles), item, span, how)
        for line, span in zip(lines, spans, strict=True)
    ]


def _other_outlet(rng: random.Random, story: Story) -> str:
    """An outlet that is not the story's own."""
    names = (compose(story.rules, rng, "{outlet}") for _ in range(10))
    return next(name for name in names if name != story.known["outlet"])


def _from_release(source: Item, made: Named) -> Iterator[Truth]:
    """An article against the release."""
    document, text = made
    margin = min(text.share(source.id) - REPRINT_SHARE, text.kept(source) - REPRINT_KEPT)
    relation = None if abs(margin) < MARGIN else "syndicated" if margin > 0 else "derived"
    return truths(text, document.id, "release", relation)


def _siblings(articles: Sequence[Named]) -> Iterator[Truth]:
    """Each two articles of one release: both have what both took, and neither is the source."""
    for (a, one), (b, other) in combinations(articles, 2):
        places = {piece.span: span for piece, span in one.places if piece.span}
        both = [
            Match(places[piece.span], span, "siblings")
            for piece, span in other.places
            if piece.span in places
        ]
        taken = Taken(joined(both, one.text, other.text))
        yield Truth(a.id, b.id, "siblings", True, spans=taken.spans, span_types=taken.span_types)


def _dated(rng: random.Random, documents: Sequence[Document]) -> tuple[Document, ...]:
    """Half of the time with times: the first document first, the others within a day."""
    if rng.random() >= DATED_SHARE:
        return tuple(documents)
    first = FIRST_DAY + timedelta(minutes=rng.randrange(14 * 24 * 60))
    later = [first, *(first + timedelta(minutes=rng.randint(60, 24 * 60)) for _ in documents[1:])]
    return tuple(
        replace(document, published_at=moment.isoformat())
        for document, moment in zip(documents, later, strict=True)
    )
