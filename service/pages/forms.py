"""What the form of a page sends: fields, and texts that are pasted or chosen as files."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from detector.model import Document
from service.documents import Draft
from service.pages import shell
from service.problems import Problem, unprocessable
from service.uploads import FORM, file_document, parse_form, require_media_type


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form, and its files, by name."""

    fields: Mapping[str, str]
    files: Mapping[str, FileStorage]

    def text(self, name: str) -> str:
        """A field as it was filled in, "" where it is not there."""
        return self.fields.get(name, "")

    def document(self, prefix: str, default_id: str) -> Document:
        """The document of the fields whose names begin so: a ``text`` that was pasted or a
        ``file``, with its ``outlet``, ``url`` and ``day``.

        Raises Problem (422) where there is none, or both, and as uploads do.
        """
        file = self.files.get(f"{prefix}file")
        text = self.text(f"{prefix}text")
        has_file = file is not None and bool(file.filename)
        if has_file == bool(text.strip()):
            raise unprocessable(
                "no_text", "Paste a text or choose a file, one of them.", (f"{prefix}text",)
            )
        if file is not None and has_file:
            document = dataclasses.replace(file_document(file), id=file.filename or default_id)
        else:
            document = Draft({"text": text}, (f"{prefix}text",), default_id).document()
        return dataclasses.replace(document, **self._known(prefix))

    def _known(self, prefix: str) -> dict[str, Any]:
        """What else was said of a document."""
        given = {name: self.text(f"{prefix}{name}").strip() for name in ("outlet", "url", "day")}
        known: dict[str, Any] = {name: value for name, value in given.items() if value}
        if "day" in known:
            known["published_at"] = _day(known.pop("day"), (f"{prefix}day",))
        return known


NOTHING = Sent({}, {})


def read_form(data: bytes) -> Sent:
    """The form that is the body of the request under way.

    Raises Problem (415, or 400 ``bad_multipart``).
    """
    require_media_type(FORM)
    fields, files = parse_form(data)
    return Sent(fields.to_dict(), files.to_dict())


def _day(given: str, place: tuple[str, ...]) -> str:
    """A day that is not in the future; a day stays a day."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = date.max
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise unprocessable("bad_timestamp", "The date must be a day that has begun.", place)
    return day.isoformat()


def refused(template: str, sent: Sent, error: Problem | None, **values: object) -> Response:
    """A form, with what was filled in and what is wrong with it, if anything is."""
    place = error.errors[0].place if error and error.errors else ()
    return shell.page(
        template,
        status=error.status if error else 200,
        sent=sent.fields,
        problem=error,
        wrong=place[-1] if place else "",
        **values,
    )
