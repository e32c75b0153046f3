"""What a client sends as a document -> :class:`detector.model.Document`, within the limits."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from detector import ingest, model
from detector.ingest.fields import make_document
from detector.model import STATUSES, Document
from detector.normalise import normalise
from detector.strictjson import Json
from service import admission, fields
from service.body import MAX_BYTES
from service.problems import Place, unprocessable

MAX_WORDS = 1_000_000
CLOCK_SKEW = timedelta(hours=24)
PLAIN = "text/plain"
KINDS = {
    "text/html": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
"""Types of files that are parsed, and what they are called there."""

_MEMBERS: dict[str, fields.Check] = {
    "id": fields.name,
    "text": fields.string,
    "html": fields.string,
    "title": fields.string_or_null,
    "outlet": fields.string_or_null,
    "owner": fields.string_or_null,
    "url": fields.string_or_null,
    "byline": fields.string_or_null,
    "language": fields.string_or_null,
    "published_at": fields.string_or_null,
    "kind": fields.one_of(*model.KINDS),
    "version_of": fields.string_or_null,
    "status": fields.one_of(*STATUSES),
    "embargoed_until": fields.string_or_null,
    "expires_at": fields.string_or_null,
    "rights": fields.string_or_null,
    "extra": fields.mapping,
}
SCHEMA = fields.schema_of(_MEMBERS, either=("text", "html"))
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_SLICE = 1_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A document in a JSON body, its members checked one by one and nothing done with them yet.

    >>> Draft.read({"text": "Rain fell."}, ("a",), "a", fields.Mistakes()).document().id
    'a'
    """

    members: dict[str, Any]
    place: Place
    default_id: str

    @classmethod
    def read(cls, value: Json, place: Place, default_id: str, mistakes: fields.Mistakes) -> Draft:
        """Check the document at ``place`` of a body; a string is its text."""
        if isinstance(value, str):
            return cls({"text": value}, place, default_id)
        members = mistakes.members(value, place, _MEMBERS)
        mistakes.exactly_one(value, place, "text", "html")
        return cls(members, place, default_id)

    def document(self) -> Document:
        """The document, once nothing was found wrong with any member."""
        given = {name: each for name, each in self.members.items() if each is not None}
        if "html" in given:
            # The mark keeps a charset that the markup declares from being believed.
            markup = ("\ufeff" + given.pop("html")).encode()
            document = _extracted("html", markup, self.default_id, self.place)
        else:
            document = Document(id=self.default_id, text=given.pop("text"))
            _require_readable(document.text, self.place)
        _check_times(given, self.place)
        return dataclasses.replace(document, **{"id": self.default_id, **given})


def from_bytes(data: bytes, media_type: str, charset: str | None) -> Document:
    """A whole file, text/plain or of a type in ``KINDS``. The charset of the request comes first.

    >>> from_bytes("Дощ.".encode("cp1251"), "text/plain", "windows-1251").text
    'Дощ.'
    """
    flags: tuple[str, ...] = ()
    if media_type == PLAIN:
        text, _, flags = ingest.decode_flagged(data, charset)
        _require_readable(text, ())
        return Document(id="text", text=text, flags=flags)
    kind = KINDS[media_type]
    if kind == "html" and charset is not None:
        text, _, flags = ingest.decode_flagged(data, charset)
        data = ("\ufeff" + text).encode()
    document = _extracted(kind, data, "text", ())
    return dataclasses.replace(document, flags=(*flags, *document.flags))


def _extracted(kind: str, data: bytes, id: str, place: Place) -> Document:
    with admission.aside():
        text, about, flags = ingest.extract(kind, data)
    _require_readable(text, place)
    return make_document(id, text, about, flags=flags)


def _check_times(given: Mapping[str, str], place: Place) -> None:
    """A wrong clock must not say who was first, a misread embargo must not let a text out."""
    published = given.get("published_at")
    if published is not None:
        when = _time(published)
        if when is None or when > datetime.now(UTC) + CLOCK_SKEW:
            detail = "published_at must be RFC 3339 and not in the future."
            raise unprocessable("bad_timestamp", detail, (*place, "published_at"))
    for name in ("embargoed_until", "expires_at"):
        if name in given and _time(given[name]) is None:
            detail = f"{name} must be RFC 3339."
            raise unprocessable("bad_timestamp", detail, (*place, name))


def _time(stamp: str) -> datetime | None:
    """The instant that an RFC 3339 stamp with a zone names, if it is one."""
    if not _RFC_3339.fullmatch(stamp):
        return None
    try:
        when = datetime.fromisoformat(stamp.upper())
    except ValueError:
        return None
    return when if when.year > 1 else None  # the year 1 is what Go and .NET write for "no date"


def _require_readable(text: str, place: Place) -> None:
    """At least one word and at most the limit, counted piece by piece to stop early."""
    words = grown = 0
    for piece in _slices(text):
        words += len(normalise(piece))
        if words > MAX_WORDS:
            detail = f"Text has more than {MAX_WORDS} words."
            raise unprocessable("text_too_large", detail, place)
        # One character can stand for eighteen: whoever normalises this later would drown.
        grown += len(unicodedata.normalize("NFKC", piece).encode("utf-8", "surrogatepass"))
        if grown > MAX_BYTES:
            detail = "Text grows past the limit when normalised."
            raise unprocessable("text_too_large", detail, place)
    if not words:
        raise unprocessable("no_text", "No words left after cleaning.", place)


def _slices(text: str) -> Iterator[str]:
    """``text`` in pieces that end before a space, so that no word is cut where there are any."""
    start = 0
    while start < len(text):
        space = text.find(" ", start + _SLICE, start + 2 * _SLICE)
        end = space if space >= 0 else start + 2 * _SLICE
        yield text[start:end]
        start = end
