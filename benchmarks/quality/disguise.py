"""The disguises of a copy in one list: how each is made, how often it must be seen through, and
what the reader must say of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.quality import evasions as text
from benchmarks.quality import evasions_html as page
from detector.ingest import read
from detector.model import Document, Skipped

Hide = Callable[[str, random.Random, str], str | bytes]


@dataclass(frozen=True, slots=True)
class Disguise:
    """One way to hide a copy.

    ``hide`` gets the text, a source of chance and an unrelated text, and gives what stands in a
    file with ``suffix``. ``goal`` is the share of copies to be found, None where none is asked;
    ``must_flag`` the flag that every copy must have whose file is not the plain text: plain ASCII
    read in a wrong charset, say, is no disguise.
    """

    name: str
    hide: Hide
    goal: float | None
    must_flag: str | None = None
    suffix: str = ".txt"

    def make(self, source: str, rng: random.Random, unrelated: str) -> bytes:
        """The file with the disguised copy of ``source``."""
        made = self.hide(source, rng, unrelated)
        return made.encode("utf-8") if isinstance(made, str) else made

    def read(self, file: bytes, id: str) -> Document | Skipped:
        """The copy as a user's file of it is read."""
        return next(iter(read(file, id + self.suffix)))


def _alone(hide: Callable[[str, random.Random], str | bytes]) -> Hide:
    """A disguise that needs no unrelated text."""
    return lambda source, rng, unrelated: hide(source, rng)


def _page(
    name: str,
    hide: Callable[[str, random.Random], str | bytes],
    goal: float | None,
    must_flag: str | None = None,
) -> Disguise:
    return Disguise(name, _alone(hide), goal, must_flag, ".html")


def _diluted(share: float) -> Hide:
    return lambda source, rng, unrelated: text.dilution(source, rng, unrelated, share)


# Nested 100,000 deep the text may also be refused; that it is found is more than enough. Then it is
# not cut either, so the flag "truncated" is not due.
DISGUISES = (
    Disguise("plain", _alone(lambda source, rng: source), 0.99),
    Disguise("homoglyph_full", _alone(text.homoglyphs), 0.99, "mixed_script"),
    Disguise("homoglyph_10pct", _alone(partial(text.homoglyphs, share=0.1)), 0.99, "mixed_script"),
    Disguise("zero_width_insert", _alone(text.zero_width), 0.99, "invisible_chars"),
    Disguise("soft_hyphen", _alone(text.soft_hyphens), 0.99, "invisible_chars"),
    Disguise("bidi_reverse", _alone(text.reversed_words), 0.95, "bidi_override"),
    Disguise("control_deletions", _alone(text.backspaces), 0.95, "control_chars"),
    Disguise("nfd_and_ligatures", _alone(text.decomposed), 0.99),
    Disguise("whitespace_swap", _alone(text.odd_spaces), 0.99),
    Disguise("case_punct_noise", _alone(text.case_noise), 0.99),
    Disguise("mojibake once", _alone(text.misread), 0.95, "encoding_repaired"),
    Disguise("mojibake twice", _alone(partial(text.misread, times=2)), 0.95, "encoding_repaired"),
    Disguise("entities", _alone(text.entities), 0.95, "encoding_repaired"),
    Disguise("entities twice", _alone(text.double_entities), 0.95, "encoding_repaired"),
    Disguise("unmarked UTF-16", _alone(text.unmarked_utf16), 0.95, "encoding_repaired"),
    _page("false charset", text.false_charset, 0.95, "encoding_repaired"),
    _page("html_hidden_noise", page.hidden_noise, 0.98, "hidden_text"),
    Disguise("html_inverse_hidden", page.inverse_hidden, None, "hidden_text", ".html"),
    _page("html_split_tags", page.split_tags, 0.99),
    *(
        _page(f"html_deep_nest {depth}", partial(page.deep_nest, depth=depth), 0.99)
        for depth in (250, 260, 2000, 100_000)
    ),
    _page("html_css_order", page.css_order, 0.97),
    _page("boilerplate_bury", page.boilerplate_bury, 0.97),
    *(
        Disguise(f"dilution {share:.0%}", _diluted(share), goal)
        for share, goal in ((0.5, 0.98), (0.2, 0.95), (0.1, 0.85))
    ),
    Disguise("sentence_shuffle", _alone(text.sentence_shuffle), 0.97),
    *(
        Disguise(f"word_edits {share:.0%}", _alone(partial(text.word_edits, share=share)), goal)
        for share, goal in ((0.05, 0.99), (0.1, 0.97), (0.2, 0.85), (0.3, 0.6))
    ),
    *(
        Disguise(f"synonym_sub {share:.0%}", _alone(partial(text.synonym_sub, share=share)), goal)
        for share, goal in ((0.1, 0.97), (0.2, 0.85), (0.3, None))
    ),
)
NOT_MEASURED = {
    "pdf_glyph_remap": "PDF is refused",
    "paraphrase_or_translation": "no promise is made",
}
