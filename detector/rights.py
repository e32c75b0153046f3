"""A pair and the licences on file -> whether the one may use the other's text as it does.

The words are those of rights languages for news (RightsML, after ODRL 2.2): a permission of one
party to another, its constraints of time and length, its duty to give credit. Nothing here changes
what a pair is; and what the file does not say is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from detector.model import (
    Comparison,
    Document,
    Kind,
    Licence,
    PairSide,
    Partners,
    Path,
    Permission,
    Relation,
    Report,
    Rights,
    Said,
    Upstream,
    said,
)
from detector.outlet import domains_of, outlet_key

AnyResult = TypeVar("AnyResult", Comparison, Report)
DATE_ONLY = 0.6
"""Below it only stated times name a source (contract: at most .6)."""
_SERIOUS = list(Permission)
_WORDING = (Kind.VERBATIM, Kind.EDITED)
_WORD = re.compile(r"\w+")


def rights(pair: Comparison, partners: Partners) -> Rights:
    """Whether a pair keeps to the licences on file. Swapping its sides changes nothing.

    >>> from detector.partners import read_partners
    >>> from detector.pipeline import compare
    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> pair = compare(
    ...     Document("x", text, outlet="Dale Echo"), Document("y", text, outlet="Fell Mail")
    ... )
    >>> print(rights(pair, read_partners(b"", "partners.toml")).status)
    no_licence_on_file
    """
    if not pair.relation.is_copying:
        nothing = said("No copied text was found, so no licence was looked for.")
        return Rights(Permission.UNKNOWN, nothing)
    if own := _own(pair):
        return Rights(Permission.WITHIN_TERMS, own)
    way = pair.direction
    if way.path is Path.COMMON_UPSTREAM:
        return _common(pair, way.upstream, partners)
    if way.source is None:
        return _either(_use(pair.a, pair.b, partners), _use(pair.b, pair.a, partners))
    source, target = (pair.a, pair.b) if way.source == "a" else (pair.b, pair.a)
    found = _use(source, target, partners)
    if way.confidence >= DATE_ONLY or found.status is Permission.WITHIN_TERMS:
        return found
    only = "{reason} {name} is the source by its stated time only."
    by_time = said(only, reason=found.said, name=source.document.name)
    return Rights(found.status, by_time)


def add_rights(result: AnyResult, partners: Partners | None) -> AnyResult:
    """A pair, or a report, with what the licences on file say of each of its pairs; as it is where
    there is no file."""
    if partners is None:
        return result
    if isinstance(result, Report):
        matches = tuple(add_rights(pair, partners) for pair in result.matches)
        return replace(result, matches=matches)
    return replace(result, rights=rights(result, partners))


def _own(pair: Comparison) -> Said | None:
    """Who has both texts, if they are one house's."""
    whose = "Both texts belong to {owner}."
    one, other = pair.a.document, pair.b.document
    if one.owner and one.owner == other.owner:
        return said(whose, owner=one.owner)
    if one.outlet and other.outlet and outlet_key(one.outlet) == outlet_key(other.outlet):
        return said(whose, owner=min(one.outlet, other.outlet))
    is_revision = pair.relation is Relation.REVISION
    return said("Both texts belong to one outlet.") if is_revision else None


@dataclass(frozen=True, slots=True)
class _Use:
    """One text used by another: whose it is, and as far as is known what was taken."""

    name: str
    outlet: str | None
    url: str | None
    status: str
    target: PairSide
    is_compared: bool

    @property
    def taken(self) -> int:
        """Words taken in their own wording; what was retold is not counted."""
        by_kind = self.target.coverage.by_kind
        return sum(by_kind.get(kind, 0) for kind in _WORDING)


def _use(source: PairSide, target: PairSide, partners: Partners) -> Rights:
    giver = source.document
    use = _Use(giver.name, giver.outlet, giver.url, giver.status, target, is_compared=True)
    return _judge(use, partners)


def _either(one: Rights, other: Rights) -> Rights:
    """Where nobody can tell who took from whom: what holds both ways, or what is allowed in one."""
    first, second = sorted((one, other), key=lambda r: (_SERIOUS.index(r.status), r.reason))
    if first.status is Permission.WITHIN_TERMS or first.status is second.status:
        reason = said("Nobody can tell which text was first. {reason}", reason=first.said)
        return Rights(first.status, reason)
    return Rights(Permission.UNKNOWN, said("Nobody can tell which of the two texts was first."))


def _common(pair: Comparison, upstream: Upstream | None, partners: Partners) -> Rights:
    """Two texts of one original: each may use it or not, and the worse is told."""
    if upstream is None:
        unnamed = said("Both texts use a source that neither of them names.")
        return Rights(Permission.UNKNOWN, unnamed)
    if upstream.id is not None:
        back = "Both texts go back to {name}: the pairs with {id} say what holds."
        return Rights(Permission.UNKNOWN, said(back, name=upstream.name, id=upstream.id))
    found = [
        _judge(_Use(upstream.name, upstream.name, None, "usable", side, False), partners)
        for side in (pair.a, pair.b)
    ]
    return max(found, key=lambda r: (_SERIOUS.index(r.status), r.reason))


def _judge(use: _Use, partners: Partners) -> Rights:
    """The kindest of the licences that are, or may be, for this source and this partner."""
    user = use.target.document
    licences = _licences(use, partners)
    if not licences and use.outlet is None:
        return _unnamed(use.name)
    fitting = [x for x in licences if not x.partners or _is_one_of(user, x.partners)]
    found = [_terms(licence, use) for licence in fitting]
    if user.outlet is None and len(fitting) < len(licences):
        found.append(_unnamed(user.name))
    reason = said("Nothing is on file for texts of {name}.", name=use.name)
    if licences:
        missing = "Nothing is on file for texts of {name} that names {user}."
        reason = said(missing, name=use.name, user=user.name)
    nothing = Rights(Permission.NO_LICENCE_ON_FILE, reason)
    return min(found, key=lambda r: _SERIOUS.index(r.status), default=nothing)


def _unnamed(name: str) -> Rights:
    unnamed = said("{name} states no outlet that could be looked up.", name=name)
    return Rights(Permission.UNKNOWN, unnamed)


def _licences(use: _Use, partners: Partners) -> Sequence[Licence]:
    by_outlet = partners.by_outlet.get(outlet_key(use.outlet), ()) if use.outlet else ()
    by_domain = (x for d in domains_of(use.url) for x in partners.by_domain.get(d, ()))
    return [*by_outlet, *by_domain]


def _is_one_of(user: Document, partners: Set[str]) -> bool:
    outlet = {outlet_key(user.outlet)} if user.outlet else set()
    return not partners.isdisjoint(outlet.union(domains_of(user.url)))


# -- the terms of one licence


def _terms(licence: Licence, use: _Use) -> Rights:
    """What most speaks against a use; without anything, that it is allowed."""
    problems = [*_term(licence, use), *_length(licence, use), *_duties(licence, use)]
    if problems:
        return max(problems, key=lambda r: _SERIOUS.index(r.status))
    lets = "A licence on file lets {user} use texts of {name} in full."
    if licence.words is not None:
        lets = "A licence on file lets {user} use texts of {name} in excerpts of up to {n} words."
    allowed = said(lets, n=licence.words or 0, name=use.name, user=use.target.document.name)
    return Rights(Permission.WITHIN_TERMS, allowed)


def _term(licence: Licence, use: _Use) -> Iterator[Rights]:
    """Whether it was published while the licence ran; the day is that of its own time zone."""
    if licence.first is None and licence.last is None:
        return
    user = use.target.document
    runs = "the licence for texts of {name} runs from {first} to {last}"
    if licence.last is None:
        runs = "the licence for texts of {name} runs from {first}"
    elif licence.first is None:
        runs = "the licence for texts of {name} runs to {last}"
    days = {"first": str(licence.first), "last": str(licence.last)}
    term = said(runs, name=use.name, **days)
    if user.moment is None:
        silent = said("{user} states no time of its own, and {term}.", user=user.name, term=term)
        yield Rights(Permission.UNKNOWN, silent)
        return
    day = datetime.fromisoformat(user.published_at or "").date()
    if not (licence.first or date.min) <= day <= (licence.last or date.max):
        dated = said("{user} is dated {day}, but {term}.", user=user.name, day=str(day), term=term)
        yield Rights(Permission.OUTSIDE_TERMS, dated)


def _length(licence: Licence, use: _Use) -> Iterator[Rights]:
    if licence.words is None:
        return
    known: Mapping[str, str | int] = {
        "n": licence.words,
        "taken": use.taken,
        "user": use.target.document.name,
        "name": use.name,
    }
    if not use.is_compared:
        unseen = (
            "The text of {name} was not compared with {user}; the licence allows excerpts of up to "
            "{n}."
        )
        yield Rights(Permission.UNKNOWN, said(unseen, **known))
    elif use.taken > licence.words:
        took = (
            "{user} has {taken} words of {name}, word for word or nearly so; the licence allows "
            "excerpts of up to {n}."
        )
        yield Rights(Permission.OUTSIDE_TERMS, said(took, **known))


def _duties(licence: Licence, use: _Use) -> Iterator[Rights]:
    user = use.target.document
    if licence.corrections_follow and use.status != "usable":
        back = "{name} has taken its text back ({status}), and corrections must follow."
        yield Rights(Permission.OUTSIDE_TERMS, said(back, name=use.name, status=use.status))
    if licence.credit and not any(_has_line(user, line) for line in licence.credit):
        missing = "The line “{line}”, which the licence asks for, is not in {user}."
        reason = said(missing, line=licence.credit[0], user=user.name)
        yield Rights(Permission.CREDIT_MISSING, reason)


def _has_line(user: Document, line: str) -> bool:
    """Whether the words of a credit line stand in a text or its byline, next to each other."""
    wanted = _words(line)
    return any(wanted in _words(text) for text in (user.text, user.byline or ""))


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
