"""What a page holds and does not show.

Words hidden between those of a copy keep it from being found, and a copied text that nobody sees
frames who is said to have it. So hidden text is left out, by what the page itself says: attributes
and inline styles, not style sheets, scripts or pictures on top.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from detector.ingest.markup import BLOCKS, RAW, Piece, attributes_of, pieces

MIN_HIDDEN_SHARE = 0.05
"""From such a share of a page's letters the page is flagged: banners, menus and words for screen
readers stay below it."""

_MAY_HIDE = re.compile("style|hidden", re.IGNORECASE)
_INLINE = ("b", "em", "i", "q", "span", "strong")
_MAY_CHANGE = re.compile(  # a page without any of this is seen as it is
    r"style\s*=|hidden|<template|<noscript|text/plain"
    rf"|<(?:{'|'.join(_INLINE)})(?=[\s/>])[^<>]*+>(?:</|<!--)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?")
_ZERO = re.compile(r"[0.]+(?:[a-z]+|%)?")
_FAR_AWAY = re.compile(r"-(?:\d{4,}|9\d\d|\d{3}(?:%|v[wh]))")
_CLIPPED = re.compile(r"rect\((?:[01](?:px)?[\s,]*){4}\)|inset\((?:50|100)%|circle\(0")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]{0,40}\)|\b(?:white|black|transparent)\b")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_NO_TEXT_IN = RAW.union(
    ["", *"area base br col embed hr img input link meta param source track wbr".split()]
)
_ENDED_BY_NEXT = {
    **{name: frozenset([name]) for name in ("li", "option", "tr")},
    **{name: frozenset(["td", "th"]) for name in ("td", "th")},
    **{name: frozenset(["dt", "dd"]) for name in ("dt", "dd")},
    "p": BLOCKS - {"br"},
}
_INVISIBLE = frozenset(["hidden", "collapse"])
# Hidden until a script shows them; hidden for good there would be no page.
_ALWAYS_SHOWN = frozenset(["html", "body"])


class _Look(NamedTuple):
    """How the text of an element is shown. ``gone`` and ``faint`` hold for all that is in it;
    the rest an inner element may change."""

    gone: bool = False
    faint: bool = False
    is_hidden: bool = False
    is_tiny: bool = False
    colour: str = ""
    background: str = ""

    @property
    def has_room(self) -> bool:
        """Whether a reader sees at least a gap where the text is."""
        return not (self.gone or self.is_tiny)

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees the text."""
        unlike = self.colour != self.background or not self.colour
        clear = unlike and self.colour != "transparent"
        return self.has_room and clear and not (self.faint or self.is_hidden)


def as_seen(markup: str) -> tuple[str, float]:
    """The page without what it hides, and what share of its letters that was.

    Comments, declarations and empty inline elements go too: trafilatura 2.3 loses the text after
    an empty one.

    >>> as_seen('<p>Rain <i style="display:none">or ice </i>fell<b></b>.</p>')
    ('<p>Rain fell.</p>', 0.35714285714285715)
    """
    if not _MAY_CHANGE.search(markup):
        return markup, 0.0
    page, elements = _Page(), _OpenElements()
    for piece in pieces(markup):
        own = elements.enter(piece.name, piece.attributes)
        if own.is_seen and piece.name:
            page.add_tag(piece)
        if not piece.text:
            continue
        innermost = elements.innermost
        if piece.name in RAW:
            if _is_hiding_place(piece.name, piece.attributes):
                page.hide(_plain(piece.text))
            else:
                page.add(piece.text)
        elif innermost.is_seen:
            page.show(piece.text)
        else:
            page.hide(piece.text)
            if innermost.look.has_room:
                page.add(" ")
    return page.markup, page.hidden / max(1, page.hidden + page.shown)


class _Page:
    """A page that grows piece by piece. ``shown`` and ``hidden`` count letters."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str]] = []  # with the name of a tag that begins an element
        self.shown = self.hidden = 0

    @property
    def markup(self) -> str:
        return "".join(part for _, part in self._parts)

    def add(self, part: str, begins: str = "") -> None:
        self._parts.append((begins, part))

    def add_tag(self, piece: Piece) -> None:
        """Keep a tag; an element that would be empty goes."""
        if piece.name in _INLINE:
            self.add(piece.tag, piece.name)
        elif self._parts and piece.name == f"/{self._parts[-1][0]}":
            self._parts.pop()  # an empty element
        else:
            self.add(piece.tag)

    def show(self, text: str) -> None:
        self.shown += _letters(text)
        self.add(text)

    def hide(self, text: str) -> None:
        self.hidden += _letters(text)


class _Element(NamedTuple):
    name: str
    look: _Look
    is_seen: bool


class _OpenElements:
    """The elements that are open at a place of a page; around them all, one without a name."""

    def __init__(self) -> None:
        self._stack = [_Element("", _Look(), True)]
        self._count: defaultdict[str, int] = defaultdict(int)

    @property
    def innermost(self) -> _Element:
        return self._stack[-1]

    def enter(self, name: str, attributes: str) -> _Element:
        """Take a tag into account; the element that it begins or ends, else the innermost."""
        if name[:1] == "/":
            return self._end(name[1:])
        outer = self._stack[-1]
        if name in _NO_TEXT_IN:
            return outer
        if outer.name in _ENDED_BY_NEXT and name in _ENDED_BY_NEXT[outer.name]:
            self._pop()
            outer = self._stack[-1]
        if attributes and _MAY_HIDE.search(attributes):
            look = _styled(outer.look, name, attributes_of(attributes))
            element = _Element(name, look, look.is_seen)
        else:
            element = _Element(name, outer.look, outer.is_seen)
        self._stack.append(element)
        self._count[name] += 1
        return element

    def _end(self, name: str) -> _Element:
        """End an element and all that is open in it; without such an element, do nothing."""
        if not self._count[name]:
            return self._stack[-1]
        while (ended := self._pop()).name != name:
            pass
        return ended

    def _pop(self) -> _Element:
        ended = self._stack.pop()
        self._count[ended.name] -= 1
        return ended


def _styled(look: _Look, name: str, attributes: Mapping[str, str]) -> _Look:
    """The look of an element in one that looks so."""
    style = _declarations(attributes.get("style", ""))
    look = look._replace(
        colour=_colour(style.get("color", "")) or look.colour,
        background=_background(style) or look.background,
    )
    if name in _ALWAYS_SHOWN:
        return look
    is_away = style.get("position") in ("absolute", "fixed") and any(
        _FAR_AWAY.match(style.get(side, "")) for side in ("left", "right", "top", "bottom")
    )
    clip = style.get("clip", "") + style.get("clip-path", "")
    return look._replace(
        gone=look.gone
        or "hidden" in attributes
        or style.get("display") == "none"
        or is_away
        or bool(_FAR_AWAY.match(style.get("text-indent", "")) or _CLIPPED.search(clip)),
        faint=look.faint or bool(_ZERO.fullmatch(style.get("opacity", ""))),
        is_hidden=style.get("visibility", "hidden" if look.is_hidden else "") in _INVISIBLE,
        is_tiny=_is_tiny(style.get("font-size", ""), look.is_tiny),
    )


def _declarations(style: str) -> dict[str, str]:
    """The properties of an inline style; of several of one name the last."""
    found = {}
    for declaration in _COMMENT.sub("", style.lower()).split(";"):
        name, _, value = declaration.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    return found


def _is_tiny(size: str, was_tiny: bool) -> bool:
    """Whether letters of this size are none; a size may count in that of the outer element."""
    is_relative = size in ("", "inherit") or re.search(r"(?:%|\dem)$", size)
    return bool(_ZERO.fullmatch(size)) or (was_tiny and bool(is_relative))


def _background(style: Mapping[str, str]) -> str:
    """The colour behind the letters; a picture or a gradient is none that any letter has."""
    value = style.get("background-color", "") or style.get("background", "")
    return "a picture" if "(" in value and "rgb" not in value else _colour(value)


def _colour(value: str) -> str:
    """A colour in one spelling, as far as it takes to see that two are the same."""
    found = _COLOUR.search(value)
    if not found:
        return ""
    colour = _NAMED.get(found[0], found[0].replace(" ", ""))
    if colour.startswith("rgb("):
        parts = colour[4:-1].split(",")
        return "#" + "".join(f"{int(p):02x}" for p in parts) if all(map(_is_byte, parts)) else ""
    return "#" + "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour


def _is_byte(number: str) -> bool:
    return number.isascii() and number.isdigit() and int(number[:4]) < 256


def _is_hiding_place(name: str, attributes: str) -> bool:
    """Whether an element that is never shown may hold text for a reader."""
    if name == "script":
        return attributes_of(attributes).get("type", "").lower() == "text/plain"
    return name in ("template", "noscript")


def _plain(markup: str) -> str:
    """The text of markup, roughly: to be counted."""
    return "".join(piece.text for piece in pieces(markup))


def _letters(text: str) -> int:
    return sum(map(len, text.split()))
