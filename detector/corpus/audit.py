"""A store -> what is wrong with it, read and computed anew."""

from __future__ import annotations

from detector.errors import IndexUnusable
from detector.pipeline import scan
from detector.store import Store

_AT_ONCE = 256


def audit(store: Store) -> list[str]:
    """What is wrong with the documents of a store and what belongs to them, in words: its files,
    its rows, its sketches beside those of the texts, its links."""
    problems = list(store.check())
    if problems:
        return problems
    with store.reading():
        last = 0
        while some := store.numbers(last, _AT_ONCE):
            for number in some:
                problems += _wrong_with(store, number)
            last = some[-1]
    return problems


def _wrong_with(store: Store, number: int) -> list[str]:
    try:
        stored, sketch = store.stored(number), store.sketch(number)
        if stored is None or sketch is None:
            return [f"text {number} is gone"]
        again = scan(stored.document, store.hash_key).sketch
        for one, other in (
            (sketch.signature, again.signature),
            (sketch.fingerprints, again.fingerprints),
            (sketch.letters, again.letters),
        ):
            if one.tobytes() != other.tobytes():
                return [f"{stored.name}: its sketch is not that of its text"]
        for link in store.kinship.links(number):
            if store.stored(link.other(number)) is None:
                return [f"{stored.name}: is linked with a text that is gone"]
    except IndexUnusable as error:
        return [error.message]
    return []
