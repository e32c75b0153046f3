"""What stands around a story and is not the story: captions, bylines, labels, footers.

Furniture is left out of every coverage count, so one wrong line of prose costs more than ten
missed footers: each kind is a line (or the beginning of one) of a narrow shape, and most may
only stand at the head or at the tail of the text. In the middle of a line there are only picture
credits and what ``webpage`` is sure of.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detector.lexicon import UPPER
from detector.model import Furniture, Span
from detector.scan import search_for
from detector.webpage import find_page

Place = Literal["anywhere", "head", "tail"]

_HEAD_LINES = 6  # lines with text at either end that count as head and tail
_TAIL_LINES = 12
_LONGEST = 600  # a longer line is prose; only its beginning can be furniture

_WORD = rf"{UPPER}[\w.’'-]{{0,30}}"
_NAME = rf"{_WORD}(?: (?:(?:de|van|von|bin|al|der|la) )?{_WORD}){{0,4}}"
_NAMES = rf"{_NAME}(?:(?:, and |, | and | & | і | та ){_NAME}){{0,6}}"
_NAME_OR_QUOTED = rf"(?:{_NAME}|[«\"“„][^\n«»\"“”„]{{2,40}}[»\"”“])"
_PHOTO_AGENCY = r"(?:AP|AFP|EPA|EPA-EFE|Reuters|REUTERS|Getty Images|Shutterstock|Xinhua)"
_PICTURES = (
    "Photo|Photograph|Picture|Image|Фото|Зображення|Ілюстрація|Изображение|Foto|Bild|Imagen|"
    "Crédito|Crédit|Immagine|Zdjęcie|Fotoğraf|صورة|الصورة|图片|照片"
)
_PICTURE = (
    rf"(?:{_PICTURES})s?(?: [Cc]redit)?"
    r"(?: ?[:/|：]| (?:by|courtesy of)\b) ?"
)
# A picture's credit at the end of a line.
_CREDIT = search_for(
    rf"(?:\({_PICTURE}[^()\n]{{2,100}}\)"
    rf"|{_PICTURE}[^()\n]{{2,100}}(?:\([^()\n]{{2,40}}\))?"
    r"|\(AP Photo[^\n)]{0,80}\)"
    rf"|\(?{_PHOTO_AGENCY} ?/ ?{_NAME}\)?"
    rf"|\(?(?<![\w.’'-]){_NAME} ?/ ?{_PHOTO_AGENCY}\)?"
    rf"|\(?(?:(?<![\w.’'-]){_NAME} )?via {_PHOTO_AGENCY}\)?)\.?$",
    needs=f"{_PICTURES}|/|via ",
)
# The same inside a line: in brackets, or a name and an agency.
_CREDIT_INSIDE = search_for(
    rf"[(（](?:{_PICTURE}|AP Photo ?/)[^()（）\n]{{2,80}}[)）]"
    rf"|(?<!\w){_PICTURE}{_NAME} ?/ ?\w[\w-]{{1,30}}",
    needs=_PICTURES,
)
_DASH = r"(?:[-–—]|--)"
_BEGINS = rf"(?=[“\"«‘'„\d]|{UPPER})"
_CITY = r"[A-ZА-ЯІЇЄҐ][A-ZА-ЯІЇЄҐ.’' /-]{2,40}"
_MONTH_DAY = r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [\w]{3,10}\.?)"
_BEAT = (
    r"(?:correspondent|reporter|editor|columnist|bureau chief|writer|journalist|producer|"
    r"contributor)"
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of furniture: the shape of its line, and where it may stand. The group ``f``,
    where there is one, is the furniture; else all that is matched."""

    type: str
    pattern: re.Pattern[str]
    place: Place = "anywhere"


def _kind(type_: str, pattern: str, place: Place = "anywhere") -> _Kind:
    return _Kind(type_, re.compile(pattern), place)


_KINDS = (
    _kind(
        "timestamp",
        r"[\[(]?\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: (?:GMT|BST|UTC|CET|E[SD]?T))?[\])]?"
        rf"(?: ?(?:{_DASH}|\|)(?= )|$)",
    ),
    _kind("timestamp", rf"\d{{1,2}}:\d{{2}}(?= {UPPER})"),
    _kind(
        "timestamp",
        r"(?:Published|Updated|Last updated|Posted|Опубліковано|Оновлено)(?: on| at)?:? "
        r"(?=[^\n]{0,40}\d)[^\n]{3,60}(?<![.!?])$",
    ),
    _kind(
        "label",
        r"(?:Quote|Direct quote|Details?|Background|Context|Reminder|Цитата|Пряма мова|Дослівно|"
        r"Деталі|Передісторія|Довідка|Довідково|Що передувало|Нагадаємо) ?:",
    ),
    _kind("label", r"Quote from [^\n:]{2,50}:|(?:Пряма мова|Цитата) [^\n:]{2,50}:"),
    _kind(
        "credit_line",
        rf"(?:Sources?|Джерел[оа]) ?: ?(?:[Tt]he )?{_NAME_OR_QUOTED}"
        rf"(?:, {_NAME_OR_QUOTED}){{0,3}}$",
    ),
    _kind("label", r"(?:Sources?|Джерел[оа]) ?:"),
    _kind(
        "byline",
        rf"(?:By|BY|Written by|Words by|Автор:?|Текст:) {_NAMES}(?:(?:,| \||/| for| in| of)"
        rf" ?[^\n.]{{2,50}})?$",
        "head",
    ),
    _kind("byline", rf"(?:By|Written by|Автор:?) {_NAMES}$", "tail"),
    _kind(
        "credit_line",
        rf"(?:The )?(?:{_WORD} ){{0,3}}(?:Times|Post|Herald|Journal|Tribune|Guardian|News|Press|"
        r"Gazette|Courier|Agency|Reuters|AP|AFP|BBC|CNN|Bloomberg)(?: ?:)?$",
        "head",
    ),
    # «Вечірні вісті», 6 травня 2026 року
    _kind("credit_line", r"[«„\"][^\n«»„“\"]{3,40}[»“\"], \d{1,2} [^\n.]{3,25}$", "head"),
    # Олена Сич, «Вечірні вісті»
    _kind("byline", rf"{_WORD} {_WORD}, (?:\w{{5,10}} )?[«„\"][^\n«»„“\"]{{3,40}}[»“\"]$", "head"),
    _kind(
        "dateline",
        rf"{_CITY}(?:, [^\n,()]{{2,30}}){{0,2}}"
        rf"(?: \([^)\n]{{2,30}}\) ?{_DASH}| ?(?:[–—]|--)) {_BEGINS}",
        "head",
    ),
    _kind(
        "dateline",
        rf"{_NAME}(?:, {_MONTH_DAY})? \([A-Z][\w .-]{{1,25}}\) ?{_DASH} {_BEGINS}",
        "head",
    ),
    _kind("dateline", rf"\([A-Z][\w.-]{{1,25}}\) ?{_DASH} {_BEGINS}", "head"),
    _kind(
        "contributor_line",
        r"[^\n.!?]{2,150} contributed (?:to this (?:report|story|article)|reporting)"
        r"(?: from [^\n.]{2,40})?\.?$",
        "tail",
    ),
    _kind(
        "contributor_line",
        rf"\(?(?:Additional reporting|Reporting|Writing|Editing|With reporting|"
        rf"With files) (?:by|from) {_NAMES}[^\n]{{0,150}}$",
        "tail",
    ),
    _kind(
        "author_bio",
        rf"(?!(?:He|She|It|They|This|That|The|There|Who) ){_NAME} (?:is|covers|writes)\b"
        rf"[^\n.!?]{{0,120}}\b(?:{_BEAT}\b|for The |based in )[^\n]{{0,250}}$",
        "tail",
    ),
    _kind(
        "correction",
        r"(?:Correction|Corrections|Clarification|Editor[’']s [Nn]ote|Editors[’'] [Nn]ote|"
        r"Виправлення|"
        r"Уточнення|Примітка редакції|Від редакції)\b ?[:(—–-][^\n]*$",
    ),
    _kind(
        "correction",
        r"(?:An|A) (?:earlier|previous) version of this (?:article|story|report)[^\n]*$",
    ),
    _kind(
        "correction",
        r"This (?:article|story) (?:was|has been) (?:amended|corrected|updated) [^\n]*$",
    ),
    _kind(
        "footer",
        r"(?:The post|Запис) [^\n]{1,300} (?:appeared first on|first appeared on|"
        r"з.явився спочатку на) [^\n]{2,80}$",
    ),
    _kind(
        "footer",
        r"This (?:article|story|piece|report)(?: was)? (?:originally|first) (?:appeared|"
        r"published)[^\n]*$",
    ),
    _kind(
        "footer",
        r"(?:Re(?:published|printed)|Syndicated) (?:here )?(?:with|by|from) [^\n]{3,150}$",
        "tail",
    ),
    _kind("footer", r"(?:©|\(c\) ?\d{4}|\(C\) ?\d{4}|Copyright (?:©|\d{4}|\([cC]\)))[^\n]*$"),
    _kind(
        "footer",
        r"(?:Sign up (?:for|to)|Subscribe (?:to|now|here)|Follow us on|Like us on|Join us on|"
        r"Download our app|"
        r"Get (?:the|our) [^\n]{0,40}newsletter|Support our journalism|Click here to|"
        r"Підпи(?:суйтесь|шіться|суйтеся)|Приєднуйтес[ья]|Слідкуйте за|Читайте нас)\b[^\n]{0,250}$",
    ),
    _kind(
        "footer",
        r"(?:Read (?:more|also|next)|ALSO READ|READ MORE|See also|Related|More on this story|"
        r"Читайте також|Також читайте|Читати також|Читайте ще) ?:[^\n]{0,250}$",
    ),
    _kind("footer", r"(?:FOR IMMEDIATE RELEASE|EMBARGOED UNTIL)[^\n]{0,80}$"),
    _kind("footer", r"(?:#{3,}|-30-|- ?ENDS? ?-|ENDS|\* \* \*|___+)$"),
    _kind(
        "footer",
        r"(?:For (?:more|further) information,? (?:please )?contact\b[^\n]{0,150}|"
        r"(?:(?:Media|Press) [Cc]ontacts?|Contacts?|Media enquiries|Notes to [Ee]ditors|"
        r"Контакти для (?:ЗМІ|медіа))(?: ?:[^\n]{0,150})?)$",
        "tail",
    ),
    _kind(
        "footer",
        r"About (?:the )?(?:author|[A-Z][\w.&-]{1,30}(?: [A-Z][\w.&-]{0,30}){0,4}) ?:?$",
        "tail",
    ),
    _kind("footer", r"(?:Якщо ви помітили помилку|Помітили помилку|Передрук)[^\n]{0,200}$", "tail"),
)

# All kinds of the places that a line is in at once: most lines are none of them.
_PLACES: tuple[tuple[Place, ...], ...] = (
    ("anywhere",),
    ("anywhere", "head"),
    ("anywhere", "tail"),
    ("anywhere", "head", "tail"),
)
_SHAPES = {
    places: re.compile("|".join(f"(?:{k.pattern.pattern})" for k in _KINDS if k.place in places))
    for places in _PLACES
}
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?:[^\n]{0,2000}\n){0,100}?---[ \t]*(?:\r?\n|\Z)")
_HEADLINE = re.compile(r"#{1,3} [^\n]{2,200}|[^\n]{4,140}")
_MARKDOWN_HEADING = re.compile(r"#{1,6} \S[^\n]{0,200}$")
_SENTENCE_END = re.compile(r"[.!?…][”\"’»)]? (?=[^\W_a-zа-яіїєґ])")
_NO_HEADLINE_END = tuple('.,;:!…-–—”"»)。！？؟।')
# Scripts without spaces say in 40 characters what others say in 140.
_UNSPACED = re.compile(r"[\u0e00-\u0fff\u3040-\u30ff\u3400-\u9fff]")
_LONGEST_UNSPACED = 40


def find_furniture(text: str) -> tuple[Furniture, ...]:
    r"""Everything in the text that is not its story, sorted and never overlapping.

    >>> text = "By Jane Doe\n\nThe bridge is open again, the city said on Monday."
    >>> [(f.type, f.span.slice(text)) for f in find_furniture(text)]
    [('byline', 'By Jane Doe')]
    """
    front = _FRONT_MATTER.match(text)
    found = [Furniture(Span(0, len(front.group().rstrip())), "front_matter")] if front else []
    lines = _lines(text, front.end() if front else 0)
    if lines and not front and _is_headline(text, lines):  # front matter has the title already
        found.append(Furniture(lines[0], "headline"))
    for number, line in enumerate(lines):
        if not found or found[-1].span.end <= line.start:
            found += _of_line(text, line, number, len(lines))
    found += _left_over(text, found, _inside(text))
    return tuple(sorted(found, key=lambda f: f.span.start))


def _inside(text: str) -> list[Furniture]:
    """The furniture that stands in the middle of lines, in order, never overlapping."""
    spans = [(m.start(), m.end(), "credit_line") for m in _CREDIT_INSIDE.finditer(text)]
    spans += [(span.start, span.end, "footer") for span in find_page(text)]
    found: list[Furniture] = []
    done = 0
    for start, end, kind in sorted(spans):
        if end > done:
            found.append(Furniture(Span(max(start, done), end), kind))
            done = end
    return found


def _left_over(
    text: str, lines: Sequence[Furniture], inside: Sequence[Furniture]
) -> Iterator[Furniture]:
    """What ``inside`` adds to the furniture that whole lines are. Both are in order."""
    starts, ends = [f.span.start for f in inside], [f.span.end for f in inside]
    before = [0, *(f.span.end for f in lines)]
    after = [*(f.span.start for f in lines), len(text)]
    for left, right in zip(before, after, strict=True):
        for f in inside[bisect_right(ends, left) : bisect_left(starts, right)]:
            start, end = max(left, f.span.start), min(right, f.span.end)
            piece = text[start:end]
            if words := piece.strip():
                start += piece.index(words[0])
                yield Furniture(Span(start, start + len(words)), f.type)


def _lines(text: str, start: int) -> list[Span]:
    """The lines with something on them, without the space around it."""
    return [
        Span(m.start(), m.start() + len(m.group().rstrip()))
        for m in re.compile(r"\S[^\n]*").finditer(text, start)
    ]


def _of_line(text: str, line: Span, number: int, count: int) -> Iterator[Furniture]:
    """The furniture of one line, or of its beginning."""
    begin = text[line.start : min(line.end, line.start + _LONGEST)]
    if begin[0] == "#" and _MARKDOWN_HEADING.match(begin):
        yield Furniture(line, "headline")
        return
    places = _places(number, count)
    for kind in _KINDS if _SHAPES[places].match(begin) else ():
        m = kind.pattern.match(begin) if kind.place in places else None
        # A pattern that ends with its line must not end with our window on a longer one.
        if m and (m.end() < len(begin) or len(line) <= _LONGEST):
            yield Furniture(Span(line.start, line.start + m.end()), kind.type)
            return
    if len(line) <= _LONGEST and (credit := next(_CREDIT.finditer(begin), None)):
        yield _picture(line, begin[: credit.start()])


def _places(number: int, count: int) -> tuple[Place, ...]:
    """Where a line stands that has so many lines before it."""
    return _PLACES[(number < _HEAD_LINES) + 2 * (number >= count - _TAIL_LINES)]


def _picture(line: Span, caption: str) -> Furniture:
    """The line of a picture: caption and credit, or the credit alone where what stands before
    it is none or is too long for a caption."""
    if not caption.strip() or len(_SENTENCE_END.findall(caption)) > 2:
        return Furniture(Span(line.start + len(caption), line.end), "credit_line")
    return Furniture(line, "caption")


def _is_headline(text: str, lines: Sequence[Span]) -> bool:
    """Whether the first line is a headline: short, without a full stop, apart from the prose
    that follows it."""
    first = lines[0]
    title = first.slice(text)
    if len(lines) < 2 or not _HEADLINE.fullmatch(title) or title.endswith(_NO_HEADLINE_END):
        return False
    if _UNSPACED.search(title) and len(title) > _LONGEST_UNSPACED:
        return False
    if len(title.split()) > 20 or any(kind.pattern.match(title) for kind in _KINDS):
        return False
    gap = text[first.end : lines[1].start]
    second = lines[1].slice(text)
    starts_sentence = not second[0].islower()
    is_apart = gap.count("\n") > 1 or len(second) > 140 or _is_furniture(second)
    return starts_sentence and is_apart


def _is_furniture(line: str) -> bool:
    """Whether a line near the head is furniture itself: a byline, a credit."""
    return any(kind.pattern.fullmatch(line[:_LONGEST]) for kind in _KINDS if kind.place != "tail")
