"""The words that answers use: closed lists, weakest or mildest first."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Side = Literal["a", "b"]


class Kind(StrEnum):
    """How close the wording of a passage is."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    PARAPHRASE = "paraphrase"
    TRANSLATION = "translation"


class Basis(StrEnum):
    """Why both texts have a passage. Only ``DERIVATION`` counts in coverage."""

    DERIVATION = "derivation"
    SHARED_QUOTE = "shared_quote"
    BOILERPLATE = "boilerplate"
    INCIDENTAL = "incidental"


class Relation(StrEnum):
    """What two texts are to each other, weakest first."""

    INDEPENDENT = "independent"
    INCIDENTAL = "incidental"
    SHARED_QUOTES = "shared_quotes"
    DERIVED = "derived"
    EXCERPT = "excerpt"
    REVISION = "revision"
    SYNDICATED = "syndicated"
    IDENTICAL = "identical"

    @property
    def label(self) -> str:
        """The words people see.

        >>> Relation.SYNDICATED.label
        'Reprint'
        """
        return _LABELS[self]

    @property
    def is_copying(self) -> bool:
        """Whether text went from one to the other, or to both from a third."""
        return self not in (Relation.INDEPENDENT, Relation.INCIDENTAL, Relation.SHARED_QUOTES)


_LABELS = {
    Relation.INDEPENDENT: "No shared text found",
    Relation.INCIDENTAL: "Stock phrases only",
    Relation.SHARED_QUOTES: "Shared quotations",
    Relation.DERIVED: "Summary or rewrite",
    Relation.EXCERPT: "Excerpt",
    Relation.REVISION: "Revision",
    Relation.SYNDICATED: "Reprint",
    Relation.IDENTICAL: "Same text",
}


class Path(StrEnum):
    """How the text travelled."""

    DIRECT = "direct"
    THROUGH_OTHER = "through_other"
    COMMON_UPSTREAM = "common_upstream"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How much an editor should care, mildest first."""

    NONE = "none"
    NOTE = "note"
    REVIEW = "review"
    ALERT = "alert"


class Credit(StrEnum):
    """Whether the target names where its text comes from."""

    CREDITED = "credited"
    PARTLY = "partly"
    UNCREDITED = "uncredited"
    WRONG_SOURCE = "wrong_source"
    NOT_NEEDED = "not_needed"


class Permission(StrEnum):
    """Whether a use keeps to the licences on file, mildest first."""

    WITHIN_TERMS = "within_terms"
    UNKNOWN = "unknown"
    CREDIT_MISSING = "credit_missing"
    NO_LICENCE_ON_FILE = "no_licence_on_file"
    OUTSIDE_TERMS = "outside_terms"


class Role(StrEnum):
    """What an attribution credits: words, a photograph, people, or an outlet named in passing."""

    TEXT = "text"
    PHOTO = "photo"
    PERSON = "person"
    OUTLET = "outlet"
