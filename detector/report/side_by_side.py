"""Passages in two columns, the source on the left, the words that differ marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import MINIMAL
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from detector.model import Comparison, Credit, Kind, Passage, Path, Side
from detector.report.facts import count
from detector.report.visible import visible
from detector.report.words import Word, mark_changes

# Middle tones: readable on a dark and on a light screen.
KIND_STYLES = {
    Kind.VERBATIM: "#d75f5f",
    Kind.EDITED: "#af8700",
    Kind.PARAPHRASE: "#5f87af",
    Kind.TRANSLATION: "#875faf",
}

# In these nearly every word is shared, so the others are worth a mark.
_MARKED_KINDS = (Kind.VERBATIM, Kind.EDITED)

# A longer passage is shown by its beginning and its end.
_LONGEST_SHOWN = 120
_HEAD_WORDS, _TAIL_WORDS = 60, 30

_GAP = 3  # columns between the two texts


class SideBySide:
    """Passages of a pair, for a rich console.

    Words on both sides have the colour of the passage's kind; words that differ are underlined,
    or stand between underscores where the console has no colours.
    """

    def __init__(self, pair: Comparison, passages: Sequence[Passage]) -> None:
        self.pair = pair
        self.passages = passages

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        plain = console.color_system is None
        width = (options.max_width - _GAP) // 2
        left, right = _sides(self.pair)
        if legend := self._legend(plain):
            yield legend
            yield Text()
        yield _columns(_column_title(self.pair, left), _column_title(self.pair, right))
        for number, passage in enumerate(self.passages, start=1):
            texts = _both_texts(self.pair, passage, plain)
            a, b = (_wrapped(text, console, width) for text in texts)
            yield Text()
            yield _title(number, passage, self.pair.verdict.credit)
            yield _columns(a, b) if left == "a" else _columns(b, a)

    def _legend(self, plain: bool) -> Text:
        differ = any(p.kind in _MARKED_KINDS and p.ratio < 1 for p in self.passages)
        if plain:
            return Text("_words that differ_ stand between underscores" if differ else "")
        legend = Text()
        for kind in Kind:
            if any(passage.kind is kind for passage in self.passages):
                legend.append(str(kind), KIND_STYLES[kind]).append("  ")
        return legend.append("words that differ" if differ else "", "underline")


def _sides(pair: Comparison) -> tuple[Side, Side]:
    return ("b", "a") if pair.direction.source == "b" else ("a", "b")


def _columns(left: Text, right: Text) -> Table:
    table = Table(
        box=MINIMAL, show_header=False, show_edge=False, pad_edge=False, border_style="dim",
        expand=True,
    )  # fmt: skip
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    table.add_row(left, right)
    return table


def _column_title(pair: Comparison, side: Side) -> Text:
    document = (pair.a if side == "a" else pair.b).document
    title = Text().append(side.upper(), "bold").append(f"  {visible(document.name)}")
    if side == pair.direction.source:
        stands_in = pair.direction.path is Path.COMMON_UPSTREAM
        title.append("  nearer the source" if stands_in else "  source", "dim")
    return title


def _title(number: int, passage: Passage, credit: Credit) -> Text:
    title = Text().append(f"{number}  ", "bold")
    title.append(str(passage.kind), KIND_STYLES[passage.kind])
    return title.append("".join(f" · {remark}" for remark in _remarks(passage, credit)), "dim")


def _remarks(passage: Passage, credit: Credit) -> Iterator[str]:
    yield count(passage.words, "word")
    if passage.quoted_a or passage.quoted_b:
        sides = ["A"] * passage.quoted_a + ["B"] * passage.quoted_b
        yield f"quoted in {' and '.join(sides)}"
    if passage.quote_origin == "exclusive":
        yield "exclusive quotation"
    yield from (visible(flag.replace("_", " ")) for flag in passage.flags)
    if credit is not Credit.NOT_NEEDED:
        yield "credited" if passage.attributed else "uncredited"


def _both_texts(pair: Comparison, passage: Passage, plain: bool) -> tuple[Text, Text]:
    words_a, words_b = mark_changes(
        passage.a.slice(pair.a.document.text), passage.b.slice(pair.b.document.text)
    )
    return _text(words_a, passage.kind, plain), _text(words_b, passage.kind, plain)


def _text(words: list[Word], kind: Kind, plain: bool) -> Text:
    if len(words) <= _LONGEST_SHOWN:
        return _running(words, kind, plain)
    left_out = len(words) - _HEAD_WORDS - _TAIL_WORDS
    text = _running(words[:_HEAD_WORDS], kind, plain)
    text.append(f" [… {left_out:,} words …] ", "dim")
    return text.append_text(_running(words[-_TAIL_WORDS:], kind, plain))


def _running(words: list[Word], kind: Kind, plain: bool) -> Text:
    """Words as running text: shared ones in the colour of the kind, changed ones marked."""
    text = Text()
    for changed, run in groupby(words, key=lambda word: word.changed):
        marked = changed and kind in _MARKED_KINDS
        mark = "_" if plain and marked else ""
        for i, word in enumerate(run):
            space = " " if word.spaced and text else ""
            text.append(space, "underline" if marked and i else "")
            text.append(mark if i == 0 else "")
            text.append(visible(word.text), _word_style(word, kind))
        text.append(mark)
    return text


def _word_style(word: Word, kind: Kind) -> str:
    if word.changed:
        return "underline" if kind in _MARKED_KINDS else ""
    # That a paraphrase has "to" and "on" too shows nothing.
    telling = kind in _MARKED_KINDS or len(word.text) > 3 or not word.text.isascii()
    return KIND_STYLES[kind] if telling else ""


def _wrapped(text: Text, console: Console, width: int) -> Text:
    """The text in lines of its column; no underline runs on past the last word of a line."""
    lines = text.wrap(console, width, overflow="fold")
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)
