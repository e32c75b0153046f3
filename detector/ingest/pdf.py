"""PDF files: the text that their pages print, in the order in which they print it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detector.errors import InputError
from detector.ingest.fields import Extract
from detector.ingest.lines import Line, joined

MAX_PAGES = 2000

_LINE = re.compile(r"[^\r\n]+|[\r\n]+")
_CONTROLS = dict.fromkeys(range(32), " ")  # glyphs that stand for no letter
_NO_TITLE = re.compile(r"Microsoft Word - |.*\.\w{2,4}\Z|untitled", re.IGNORECASE)

# What a file says about where its parts are; readable even where the parts are packed.
_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})\s{1,9}\d{1,9}\s{1,9}obj\b")
_KIDS = re.compile(rb"/Kids\s*+\[([^\]]*+)\]|/Extends\s++(\d{1,9})\s")
_REFERENCE = re.compile(rb"(\d{1,9})\s{1,9}\d{1,9}\s{1,9}R")
_START = re.compile(rb"startxref\s++(\d{1,10})")
_PREVIOUS = re.compile(rb"/Prev\s++(\d{1,10})")


def extract_pdf(data: bytes) -> Extract:
    """The text of a PDF file and its title.

    Raises ``InputError``: ``extraction_failed`` for a damaged file and where pypdfium2 is not
    installed, ``extraction_limit`` for a loop or more than 2,000 pages, ``document_encrypted``,
    ``no_text`` for pages without a text layer.

    >>> extract_pdf(b"%PDF-1.7")
    Traceback (most recent call last):
    ...
    detector.errors.InputError: PDF is damaged.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise InputError(
            "reading PDF needs one more package: pip install 'copydesk[pdf]'",
            code="extraction_failed",
        ) from error
    if _has_loop(data):
        raise _too_much()
    try:
        file = pypdfium2.PdfDocument(data)
        if len(file) > MAX_PAGES:
            raise _too_much()
        text = joined([list(_lines(pypdfium2, page)) for page in file])
        title = " ".join(file.get_metadata_value("Title").split())
    except pypdfium2.PdfiumError as error:
        raise _unreadable(pypdfium2, error) from error
    if not text:
        raise InputError("PDF has no text layer.", code="no_text")
    return Extract(text, {} if not title or _NO_TITLE.match(title) else {"title": title})


def _lines(pypdfium2: Any, page: Any) -> Iterator[Line]:
    """The printed lines of a page. A word cut at the end of a line keeps both in one."""
    printed = page.get_textpage()
    start = 0  # in UTF-16 units, as PDFium counts
    for found in _LINE.finditer(printed.get_text_range()):
        stop = start + len(found[0].encode("utf-16-le")) // 2
        line = " ".join(found[0].translate(_CONTROLS).split())
        if line:
            left, bottom, _, top = _box(pypdfium2, printed, start)
            _, last_bottom, right, _ = _box(pypdfium2, printed, stop - 1)
            yield Line(line, left, right, bottom, last_bottom, top - bottom)
        start = stop


def _box(pypdfium2: Any, printed: Any, unit: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a character, as high as its font."""
    character = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(printed, unit)
    box: tuple[float, float, float, float] = printed.get_charbox(character, loose=True)
    return box


def _has_loop(data: bytes) -> bool:
    """Whether parts of a file contain themselves: its page tree, its object streams, the chain of
    its tables. Readers guard against loops in different ways; nobody else writes them."""
    return _is_circular(_parts(data)) or _is_circular_chain(data)


def _parts(data: bytes) -> dict[int, list[int]]:
    """By object, the objects that are its parts; of several versions the last."""
    parts: dict[int, list[int]] = {}
    objects = list(_OBJECT.finditer(data))
    ends = [found.start() for found in objects[1:]]
    for found, end in zip(objects, [*ends, len(data)], strict=False):
        lists = _KIDS.findall(data, found.end(), end)
        parts[int(found[1])] = [
            int(number)
            for kids, base in lists
            for number in ([base] if base else _REFERENCE.findall(kids))
        ]
    return parts


def _is_circular(parts: dict[int, list[int]]) -> bool:
    """Whether no order puts every object before its parts: those without a whole are taken away
    until none is left."""
    wholes = {part: 0 for each in parts.values() for part in each}
    for each in parts.values():
        for part in each:
            wholes[part] += 1
    free = [number for number in parts if number not in wholes]
    taken = 0
    while free:
        taken += 1
        for part in parts.get(free.pop(), ()):
            wholes[part] -= 1
            if not wholes[part]:
                free.append(part)
    return taken < len(parts.keys() | wholes.keys())


def _is_circular_chain(data: bytes) -> bool:
    """Whether the chain of tables, from the last to the one before it, comes back to one."""
    starts = _START.findall(data)
    seen: set[int] = set()
    at = int(starts[-1]) if starts else len(data)
    while at not in seen:
        seen.add(at)
        end = data.find(b"startxref", at)
        previous = _PREVIOUS.search(data, at, end if end >= 0 else len(data))
        if not previous:
            return False
        at = int(previous[1])
    return True


def _too_much() -> InputError:
    return InputError("PDF has a loop or too many pages.", code="extraction_limit")


def _unreadable(pypdfium2: Any, error: Any) -> InputError:
    locked = (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
    if error.err_code in locked:
        return InputError("PDF is password-protected.", code="document_encrypted")
    return InputError("PDF is damaged.", code="extraction_failed")
