"""What a desk does with other people's stories: reprints, excerpts, mosaics, rewrites.

Each kind takes a :class:`Desk` and gives the target as a page that knows what it took from where;
or None where the sources drawn do not suit, and others must be drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.collection import Item, stretch
from benchmarks.quality.grammar import compose, load
from benchmarks.quality.house_style import (
    Style,
    any_style,
    courtesy_titles,
    dateline,
    headline,
    restyle,
)
from benchmarks.quality.page import Page, Piece, lay_out, page
from benchmarks.quality.rewriting import rewrite
from detector.model import Document, Span
from detector.normalise import normalise

EXCERPT_WORDS = (40, 150)
MOSAIC_WORDS = (50, 150)
MIN_CUT_WORDS = 60
REPRINT_SHARE = 0.85
"""Own paragraphs leave so much of a reprint to its source that it still is one."""
LOCAL_SHARE = (0.5, 0.72)
"""The source's share of a story that a paper filled up with paragraphs of its own."""
LOCAL_CUT = (0.28, 0.45)
LOCAL_KEPT = 0.75
"""So many of the source's sentences such a story leaves out; what it has of it at most."""
REACHED = 0.95
"""A rewrite must have changed so much of the share it should have changed."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One target in the making. ``sources`` stand in the corpus, the ``host`` does not: it is the
    target's own text, where it has any. ``names`` are the outlets by the source's id."""

    rng: random.Random
    sources: Sequence[Item]
    host: Item
    names: Mapping[str, str]
    style: Style

    @property
    def source(self) -> Item:
        """The source, where there is one."""
        return self.sources[0]

    def write(self, rule: str, source: Item | None = None) -> Piece:
        """An own sentence by a rule of the newsroom's grammar."""
        known = {"source": self.names[source.id]} if source else {}
        return Piece(compose(load("newsroom"), self.rng, f"{{{rule}}}", known))

    def styled(self, item: Item, how: str, drop: int = 0) -> list[list[Piece]]:
        """The story in this house's style, laid out anew, without its last ``drop`` sentences."""
        titles = courtesy_titles(item.document.text)
        pieces = [
            Piece(restyle(item.sentence(span), self.style, titles), item, span, how)
            for span in item.sentences[: len(item.sentences) - drop]
        ]
        return lay_out(pieces, self.style.paragraph_sentences)

    def own(self, item: Item) -> list[list[Piece]]:
        """An unrelated story in this house's style, as the target's own text."""
        return [[Piece(piece.text) for piece in row] for row in self.styled(item, "")]


Kind = Callable[[Desk], Page | None]


def any_desk(rng: random.Random, sources: Sequence[Item], host: Item) -> Desk:
    """A desk with a house style of its own."""
    names = {item.id: outlet(item.document) for item in sources}
    return Desk(rng, sources, host, names, any_style(rng))


def outlet(document: Document) -> str:
    """Who publishes a text: the agency, or a paper with an invented name, always the same."""
    if document.kind == "wire":
        return "Reuters"
    return compose(load("newsroom"), random.Random(f"outlet {document.id}"), "{outlet}")


def exact(desk: Desk) -> Page:
    """The text as it came, without the space around it."""
    text = desk.source.document.text
    words = Span(len(text) - len(text.lstrip()), len(text.rstrip()))
    return page([[Piece(words.slice(text), desk.source, words, "verbatim")]])


def reprint(desk: Desk) -> Page | None:
    """The whole story in another house style, under another headline or none; None where the
    style happens to change no word, since that is the same text."""
    made = page(_dressed(desk, desk.styled(desk.source, "house style")))
    is_same = normalise(made.text).tokens == normalise(desk.source.document.text).tokens
    return None if is_same else made


def reprint_credited(desk: Desk) -> Page:
    """The same with a credit line above or below."""
    paragraphs = _dressed(desk, desk.styled(desk.source, "house style"))
    if desk.rng.random() < 0.5:
        return page([[desk.write("credit_top", desk.source)], *paragraphs])
    return page([*paragraphs, [desk.write("credit_bottom", desk.source)]])


def reprint_cut(desk: Desk) -> Page | None:
    """The beginning: 20 to 60 % of the words cut from the end, as news is written to be cut. Half
    of them are printed as they came."""
    item, share = desk.source, desk.rng.uniform(0.2, 0.6)
    words = [len(item.sentence(span).split()) for span in item.sentences]
    drop = next((n for n in range(len(words)) if sum(words[-n - 1 :]) > share * sum(words)), 0)
    if drop == 0 or sum(words[:-drop]) < MIN_CUT_WORDS or sum(words[-drop:]) < 0.15 * sum(words):
        return None
    if desk.rng.random() < 0.5:
        return page(_dressed(desk, desk.styled(item, "house style", drop)))
    kept = item.sentences[:-drop]
    return page(lay_out([Piece(item.sentence(s), item, s, "verbatim") for s in kept], 2))


def _dressed(desk: Desk, paragraphs: list[list[Piece]]) -> list[list[Piece]]:
    """With a dateline, and half of them with a headline. A broadcaster's headline stands in its
    text, so the new one is a rewritten piece of it; an agency's does not."""
    rng, item = desk.rng, desk.source
    opening = dateline(rng, rng.choice(load("newsroom")["town"]), desk.names[item.id])
    if opening:
        paragraphs[0].insert(0, Piece(opening.strip()))
    title = headline(item.document.title or "")
    if not title or rng.random() < 0.5:
        return paragraphs
    lines, _ = rewrite([title], rng, 0.3)
    source = item if item.headline else None
    return [[Piece(lines[0], source, item.headline, "headline")], *paragraphs]


def reprint_local(desk: Desk) -> Page | None:
    """A reprint with one local paragraph, too short to make it another story."""
    paragraphs = desk.styled(desk.source, "house style")
    made = page(_with_local(desk, paragraphs, 1))
    return made if made.share(desk.source.id) >= REPRINT_SHARE else None


def local_story(desk: Desk) -> Page | None:
    """A story cut by a quarter or more and filled up with so many local paragraphs that it is no
    reprint any more, whichever of the two texts one takes for the source."""
    item = desk.source
    drop = round(desk.rng.uniform(*LOCAL_CUT) * len(item.sentences))
    paragraphs = desk.styled(item, "house style", drop)
    low, high = LOCAL_SHARE
    for count in range(1, 12):
        made = page(_with_local(desk, paragraphs, count))
        if low <= made.share(item.id) <= high:
            return made if made.kept(item) <= LOCAL_KEPT else None
    return None


def _with_local(desk: Desk, paragraphs: list[list[Piece]], count: int) -> list[list[Piece]]:
    """With ``count`` paragraphs about a local matter, at two places after the first paragraph."""
    local = _localised(desk, count)
    half = (len(local) + 1) // 2
    one, two = sorted(desk.rng.randint(1, len(paragraphs)) for _ in range(2))
    return [
        *paragraphs[:one],
        *local[:half],
        *paragraphs[one:two],
        *local[half:],
        *paragraphs[two:],
    ]


_PLACES = (
    "Amsterdam Athens Beijing Bonn Boston Britain Brussels Canada Chicago Dublin Edinburgh England "
    "France Frankfurt Geneva Germany Italy Japan London Madrid Manchester Milan Moscow Ontario "
    "Paris Rome Scotland Sydney Texas Tokyo Toronto Wales Washington Zurich"
).split()


def _localised(desk: Desk, count: int) -> list[list[Piece]]:
    """The first paragraphs of the host, as if they were about a town nearby."""
    known: dict[str, str] = {}
    opening = compose(load("newsroom"), random.Random(desk.host.id), "{local_lead}", known)
    paragraphs = desk.own(desk.host)[:count]
    moved = [[Piece(_moved(piece.text, known["town"])) for piece in row] for row in paragraphs]
    return [[Piece(opening), *moved[0]], *moved[1:]]


def _moved(line: str, town: str) -> str:
    for place in _PLACES:
        line = line.replace(place, town)
    return line


def excerpt_quoted(desk: Desk) -> Page | None:
    """A passage of the source set as a quotation in an unrelated story, without credit."""
    return _excerpt(desk, "lead_quoted", quoted=True, credited=False)


def excerpt_quoted_credited(desk: Desk) -> Page | None:
    """The same with credit."""
    return _excerpt(desk, "lead_quoted_credited", quoted=True, credited=True)


def excerpt_plain(desk: Desk) -> Page | None:
    """A passage of the source in an unrelated story, as if it were its own."""
    return _excerpt(desk, "lead_plain", quoted=False, credited=False)


def excerpt_plain_credited(desk: Desk) -> Page | None:
    """The same with credit."""
    return _excerpt(desk, "lead_plain_credited", quoted=False, credited=True)


def _excerpt(desk: Desk, lead: str, *, quoted: bool, credited: bool) -> Page | None:
    block = _passage(desk, desk.source, EXCERPT_WORDS)
    host = desk.own(desk.host)
    if block is None or desk.host.words < 1.5 * len(block.text.split()):
        return None
    opening = desk.write(lead, desk.source if credited else None)
    if quoted:
        text = block.text.replace('"', "'")
        rows = [[opening], [Piece(f"“{text}”", block.source, block.span, block.how)]]
    elif credited or desk.rng.random() < 0.6:
        rows = [[opening, block]]
    else:
        rows = [[block]]
    place = desk.rng.randint(1, max(1, len(host) - 1))
    return page([*host[:place], *rows, *host[place:]])


def _passage(desk: Desk, item: Item, words: tuple[int, int]) -> Piece | None:
    """Some sentences in a row. One in five begins or ends in the middle of a sentence, and shows
    that by three dots, as editors do."""
    rng = desk.rng
    low = rng.randint(words[0], words[1] - 30)
    spans = stretch(item, low, words[1], rng.randrange(len(item.sentences)))
    if not spans:
        return None
    text = " ".join(item.sentence(span) for span in spans)
    span = Span(spans[0].start, spans[-1].end)
    if rng.random() >= 0.2:
        return Piece(text, item, span, "verbatim")
    inner = _inner(item, span, rng)
    if len(inner.slice(item.document.text).split()) < words[0]:
        return None
    return Piece(f"... {item.sentence(inner)} ...", item, inner, "verbatim")


def _inner(item: Item, span: Span, rng: random.Random) -> Span:
    """The span without up to five words at either end."""
    words = [found.span() for found in re.finditer(r"\S+", span.slice(item.document.text))]
    first, last = rng.randint(1, 5), len(words) - rng.randint(1, 5)
    if first >= last:
        return span
    return Span(span.start + words[first][0], span.start + words[last - 1][1])


def mosaic(desk: Desk) -> Page | None:
    """Stretches of several sources, joined by sentences of the desk's own."""
    blocks = [_passage(desk, item, MOSAIC_WORDS) for item in desk.sources]
    rows: list[list[Piece]] = [[desk.write("mosaic_opening")]]
    for number, block in enumerate(blocks):
        if block is None:
            return None
        rows += [[desk.write("mosaic_link")]] if number else []
        rows.append([block])
    return page([*rows, [desk.write("mosaic_close")]])


def rewrite_10(desk: Desk) -> Page | None:
    """A tenth of the words changed and next to everything kept."""
    return _rewritten(desk, 0.1, 0.0, 0.0)


def rewrite_20(desk: Desk) -> Page | None:
    """A fifth of the words changed, some sentences moved, a few left out."""
    return _rewritten(desk, 0.2, 0.15, 0.3)


def rewrite_30(desk: Desk) -> Page | None:
    """Three tenths of the words changed, sentences moved, a fifth left out."""
    return _rewritten(desk, 0.3, 0.2, 0.4)


def _rewritten(desk: Desk, share: float, dropped: float, moved: float) -> Page | None:
    """Words changed, then sentences left out and moved, then printed in house style."""
    item, rng = desk.source, desk.rng
    lines, reached = rewrite([item.sentence(span) for span in item.sentences], rng, share)
    if reached < REACHED * share:
        return None
    how, titles = f"rewrite {share:.0%}", courtesy_titles(item.document.text)
    pieces = [
        Piece(restyle(line, desk.style, titles), item, span, how)
        for line, span in zip(lines, item.sentences, strict=True)
    ]
    # The lead stays: it is what the news is.
    out = set(rng.sample(range(1, len(pieces)), round(dropped * len(pieces))))
    kept = [piece for number, piece in enumerate(pieces) if number not in out]
    for _ in range(round(moved * len(kept))):
        kept.insert(rng.randrange(1, len(kept)), kept.pop(rng.randrange(1, len(kept))))
    return page(lay_out(kept, desk.style.paragraph_sentences))
