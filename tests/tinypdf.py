"""Writes small PDF files for tests, sound ones and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MARGIN, TOP, LEADING = 72, 780, 14


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: where it begins, in points from the lower left corner, and its size."""

    text: str
    x: float
    y: float
    size: float = 11

    def drawn(self) -> str:
        escaped = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /F1 {self.size} Tf 1 0 0 1 {self.x} {self.y} Tm ({escaped}) Tj ET"


def column(
    lines: Sequence[str], x: float = MARGIN, top: float = TOP, size: float = 11
) -> list[Line]:
    """Lines below each other; an empty one leaves a gap, one that begins with a space is
    indented."""
    return [
        Line(text.strip(), x + (18 if text.startswith(" ") else 0), top - LEADING * row, size)
        for row, text in enumerate(lines)
        if text
    ]


def pdf(pages: Sequence[Sequence[Line]], title: str = "", trailer: str = "") -> bytes:
    """A sound PDF file with these pages, in Helvetica. ``trailer`` adds entries there."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, lines in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * at} 0 R >>"
        )
        objects.append(stream("\n".join(line.drawn() for line in lines)))
    if title:
        objects.append(f"<< /Title ({title}) >>")
        trailer += f" /Info {len(objects)} 0 R"
    return assembled(objects, trailer)


def stream(content: str, entries: str = "") -> str:
    return f"<< {entries} /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream"


def assembled(objects: Sequence[str], trailer: str = "") -> bytes:
    """A file of these objects, numbered from 1, the first of them its catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        data
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
        ).encode()
    )
