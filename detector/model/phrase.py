"""A sentence as facts: which one it is, and what stands in it. Languages speak it at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase with what stands in it. The English pattern is the key of the phrase, as it is for
    the words of pages; ``str()`` speaks it.

    ``names`` stand as they are, ``counts`` in the form that the pattern asks for: ``{n}`` in
    digits, ``{n:one}`` in words, ``{n:word|words}`` the noun that goes with so many. ``parts`` are
    phrases themselves; several are listed. ``{x:a}`` is a name or part
    as a language marks it: behind its article, in quotation marks.

    >>> str(said("{n:One} {n:block|blocks} of {name}.", n=2, name="Fell Mail"))
    'Two blocks of Fell Mail.'
    >>> str(said("{things}.", things=[said("{x:a}", x=x) for x in ("rain", "eel", "owl")]))
    'a rain, an eel and an owl.'
    """

    phrase: str
    names: tuple[tuple[str, str], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    parts: tuple[tuple[str, tuple[Said, ...]], ...] = ()

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, tongue: Tongue) -> str:
        """The phrase in a language."""
        told = dict(self.names)
        for name, parts in self.parts:
            told[name] = _listed([part.told(tongue) for part in parts], tongue.joint)
        values: dict[str, object] = {name: _Words(words, tongue) for name, words in told.items()}
        values |= {name: _Count(number, tongue) for name, number in self.counts}
        return tongue.pattern(self.phrase).format(**values)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its pattern for a phrase, how it marks a name, which form of a noun goes with a
    number, a number in words, and what stands before the last of a list."""

    pattern: Callable[[str], str]
    marked: Callable[[str], str]
    form: Callable[[int], int]
    number: Callable[[int], str]
    joint: str


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that are written as a pattern asks."""

    words: str
    tongue: Tongue

    def __format__(self, spec: str) -> str:
        return self.tongue.marked(self.words) if spec else self.words


@dataclass(frozen=True, slots=True)
class _Count:
    """A number that is written as a pattern asks."""

    number: int
    tongue: Tongue

    def __format__(self, spec: str) -> str:
        if "|" in spec:
            return spec.split("|")[self.tongue.form(self.number)]
        if not spec:
            return str(self.number)
        told = self.tongue.number(self.number)
        return told.capitalize() if spec[0].isupper() else told


Value: TypeAlias = str | int | Said | Sequence[Said]


def said(phrase: str, **values: Value) -> Said:
    """A phrase with its values, each where its type belongs.

    >>> said("{a} and {n}", a="x", n=3)
    Said(phrase='{a} and {n}', names=(('a', 'x'),), counts=(('n', 3),), parts=())
    """
    return Said(
        phrase,
        tuple((name, each) for name, each in values.items() if isinstance(each, str)),
        tuple((name, each) for name, each in values.items() if isinstance(each, int)),
        tuple(
            (name, (each,) if isinstance(each, Said) else tuple(each))
            for name, each in values.items()
            if not isinstance(each, str | int)
        ),
    )


def as_it_is(words: str) -> Said:
    """Words that are the same in every language.

    >>> str(as_it_is("Fell {Mail}"))
    'Fell {Mail}'
    """
    return said("{words}", words=words)


def spoken(sentences: Sequence[Said], tongue: Tongue | None = None) -> str:
    """Sentences in a row.

    >>> spoken([as_it_is("Rain."), as_it_is("Snow.")])
    'Rain. Snow.'
    """
    return " ".join(each.told(tongue or ENGLISH) for each in sentences)


def with_article(words: str) -> str:
    """``words`` behind the indefinite article.

    >>> with_article("The Orrin Review"), with_article("excerpt")
    ('an Orrin Review', 'an excerpt')
    """
    bare = words.removeprefix("The ")
    return f"{'an' if bare[:1].lower() in 'aeiou' else 'a'} {bare}" if bare else "a"


def _listed(parts: Sequence[str], joint: str) -> str:
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _in_words(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


ENGLISH = Tongue(str, with_article, lambda count: int(count != 1), _in_words, "and")
