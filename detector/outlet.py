"""When two names, or a name and an address, are one outlet's."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from detector.lexicon import canonical_outlet

MAX_LABELS = 10


def outlet_key(name: str) -> str:
    """What all spellings of an outlet's name have in common.

    >>> outlet_key("the NYT"), outlet_key("The Lindmoor  Courier")
    ('new york times', 'lindmoor courier')
    """
    return " ".join(canonical_outlet(name).casefold().split()).removeprefix("the ")


def domain_key(name: str) -> str:
    """A domain as ``domains_of`` gives it.

    >>> domain_key("WWW.Courier.example.")
    'courier.example'
    """
    return name.strip().casefold().strip(".").removeprefix("www.")


def domains_of(url: str | None) -> Iterator[str]:
    """The domains that an address lies in, the narrowest first; ``example`` alone is nobody's.

    >>> list(domains_of("https://www.sport.courier.example:8443/ferry"))
    ['sport.courier.example', 'courier.example']
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # brackets that are no address
        return
    labels = domain_key(host).split(".")[-MAX_LABELS:]
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])
