"""What answers say in Ukrainian: every sentence there is, its forms, and no English in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import detector
from detector.classify.marks import Mask
from detector.classify.verdict import Case, verdict
from detector.model import (
    Attribution,
    Coverage,
    Credit,
    Direction,
    Document,
    Exclusive,
    Relation,
    Role,
    Run,
    Said,
    Span,
    Trace,
    Upstream,
    said,
)
from detector.model import Path as Way
from detector.model import Side as Letter
from detector.pipeline import compare
from detector.report.as_html import pair_page
from detector.report.phrases import Phrases
from detector.report.ukrainian import FLAGS, SENTENCES, plural
from detector.settings import DEFAULT
from detector.store.record import pack_record, unpack_record
from tests.detector import stories

GOLDEN = Path(__file__).parents[1] / "golden" / "verdicts.txt"
SPEAKING = (
    "classify/verdict.py classify/direction.py lens.py union.py creditline.py rights.py outdated.py"
)
ENGLISH, UKRAINIAN = Phrases("en"), Phrases("uk")
NAMES = {"a": "Ранок", "b": "Вечір", "upstream": "Полудень"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the verdict looks at it, without words."""

    document: Document
    credits: tuple[Attribution, ...] = ()
    quoted: Mask = field(default_factory=lambda: np.zeros(0, bool))
    furniture: Mask = field(default_factory=lambda: np.zeros(0, bool))


def fields_of(pattern: str) -> dict[str, list[str]]:
    """The names in a pattern, each with its formats."""
    found: dict[str, list[str]] = {}
    for _, name, spec, _ in Formatter().parse(pattern):
        if name is not None:
            found.setdefault(name, []).append(spec or "")
    return found


# -- the table


def patterns(tree: ast.AST) -> Iterator[str]:
    """The phrases that stand whole in a module: what has a place for a value, and what is said."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
              for part in ast.walk(node)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
            options = [node.args[0]]
            if isinstance(options[0], ast.IfExp):
                options = [options[0].body, options[0].orelse]
            yield from (o.value for o in options if isinstance(o, ast.Constant))  # type: ignore[misc]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole = re.search(r"\{\w+(:.*?)?\}", node.value) and id(node) not in inside
            if whole and not re.search(r'"""|>>>', node.value):
                yield node.value


@pytest.mark.parametrize("module", SPEAKING.split())
def test_every_phrase_of_a_module_has_its_ukrainian(module: str) -> None:
    path = Path(detector.__file__).parent / module
    found = set(patterns(ast.parse(path.read_text(encoding="utf-8"))))
    assert len(found) > 1
    assert {one for one in found if one not in SENTENCES} <= PARTS


# Parts of patterns that are put together: the table of verdicts below has all of them.
PARTS = {
    "{source}", "{upstream:a} article that {source} also carries", "both go back to {upstream}",
    "{name}'s",
    # The lines to be printed, in the language of the text.
    "This article was first published by {name}{known}.",
    "This article contains an excerpt of {name}{known}.",
    "This article uses a press release by {name}{known}.",
    "This article is based on reporting by {name}{known}.",
    "Уперше опубліковано: {name}{known}.",
    "У матеріалі використано уривок: {name}{known}.",
    "У матеріалі використано пресреліз: {name}{known}.",
    "Матеріал підготовлено на основі публікації: {name}{known}.",
}  # fmt: skip


@pytest.mark.parametrize("english", SENTENCES)
def test_a_phrase_puts_nothing_in_that_its_english_does_not(english: str) -> None:
    told = SENTENCES[english]
    given, taken = fields_of(english), fields_of(told)
    assert taken.keys() <= given.keys()
    forms = [spec for specs in taken.values() for spec in specs if "|" in spec]
    assert all(spec.count("|") == 2 for spec in forms)
    assert all(spec.count("|") < 2 for specs in given.values() for spec in specs)
    assert not re.search("[A-Za-z]", re.sub(r"\{\w+", "", told))


def test_flags_have_words() -> None:
    assert UKRAINIAN.flag("mixed_script") == "змішані абетки"
    assert ENGLISH.flag("mixed_script") == "mixed_script"
    assert UKRAINIAN.flag("our own") == "our own"
    assert not re.search("[A-Za-z]", "".join(FLAGS.values()))


@given(st.integers(0, 10**6))
def test_forms_follow_the_last_two_digits(number: int) -> None:
    teens = number % 100 in range(10, 20)
    last = number % 10
    expected = 2 if teens else {1: 0, 2: 1, 3: 1, 4: 1}.get(last, 2)
    assert plural(number) == expected


def test_names_are_not_bent_and_their_quotation_marks_go_inside() -> None:
    wire = said("{name} is a wire item.", name="ТОВ «Рінь» {x}")
    assert UKRAINIAN.told(wire) == "Текст «ТОВ „Рінь“ {x}» — повідомлення агентства."
    wire = said("{name} is a wire item.", name="the pasted text")
    assert UKRAINIAN.told(wire) == "Текст із форми — повідомлення агентства."


# -- verdicts


def cases() -> Iterator[tuple[str, Case]]:
    """Every relation with each direction, way and credit it can have."""
    cue = Attribution(Span(0, 5), "according_to", Role.TEXT, NAMES["a"], ())
    upstreams = (None, Upstream(NAMES["upstream"]), Upstream(NAMES["upstream"], "u"))
    sources: tuple[Letter | None, ...] = ("a", None)
    for relation, source, path, upstream, credit in product(
        Relation, sources, (Way.DIRECT, Way.COMMON_UPSTREAM), upstreams, Credit
    ):
        if (upstream is not None and path is Way.DIRECT) or not is_possible(relation, source, path):
            continue
        if source and path is Way.COMMON_UPSTREAM and upstream is None:
            continue
        if not relation.is_copying and (credit is not Credit.NOT_NEEDED or upstream):
            continue
        known = f"{relation} {source or '-'} {path} {upstream and (upstream.id or '?')} {credit}"
        for number, (words, mine) in enumerate(((120, 0.5), (101, 0.9), (60, 0.9))):
            if number and credit is not Credit.UNCREDITED:
                continue
            yield (
                f"{known} {words}",
                Case(
                    Text(Document("a", "x" * 50, outlet=NAMES["a"])),
                    Text(Document("b", "x" * 50, outlet=NAMES["b"]), (cue,)),
                    (),
                    Coverage(round(mine * 200), 200, {}, 0.0, 0.0),
                    Coverage(min(words, 103), 120 if number == 2 else 103, {}, 0.0, 0.0),
                    relation,
                    Direction(source, 0.9 if source else 0.0, path, upstream),
                    credit,
                    (Trace("b", "кольор", 3),) if number == 1 else (),
                    Exclusive("a", NAMES["a"]) if number == 2 else None,
                ),
            )


def is_possible(relation: Relation, source: Letter | None, path: Way) -> bool:
    if not relation.is_copying or relation is Relation.IDENTICAL:
        return source is None and (path is Way.DIRECT)
    return relation is not Relation.REVISION or path is Way.DIRECT


def test_every_verdict_in_both_languages_stays_as_it_is() -> None:
    told: dict[str, str] = {}
    for known, case in cases():
        facts = verdict(case, DEFAULT).said
        told.setdefault(f"{ENGLISH.told(*facts)}\n{UKRAINIAN.told(*facts)}\n", known)
    table = "\n".join(f"# {known}\n{sentences}" for sentences, known in told.items())
    assert table == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("relation", Relation)
def test_a_verdict_in_ukrainian_has_no_english_in_it(relation: Relation) -> None:
    told = [
        UKRAINIAN.told(*verdict(case, DEFAULT).said)
        for _, case in cases()
        if case.relation is relation
    ]
    assert told
    assert not re.search(r"[A-Za-z{}|]", "".join(told))


# -- answers


PAIRS = list(product(sorted(stories.STORIES), repeat=2))


@given(st.sampled_from(PAIRS), st.sampled_from([None, "2026-03-14"]))
def test_all_that_is_said_of_a_pair_can_be_kept_and_told(
    pair: tuple[str, str], at: str | None
) -> None:
    one, other = (stories.STORIES[name] for name in pair)
    found = compare(
        stories.document(one, "1", published_at=at), stories.document(other, "2", outlet="Вечір")
    )
    facts: tuple[Said, ...] = (*found.verdict.said, *found.why)
    assert unpack_record(tuple[Said, ...], pack_record(facts)) == facts
    assert found.verdict.sentence == ENGLISH.told(*found.verdict.said)
    assert all(re.search("[а-яі]", UKRAINIAN.told(one)) for one in facts)


def test_a_page_in_ukrainian_says_its_verdict_and_reasons_in_ukrainian() -> None:
    pair = compare(
        Document("a", stories.DAM, outlet=NAMES["a"]),
        Document("b", stories.DAM_SUMMARY, outlet=NAMES["b"]),
    )
    page = pair_page(pair, Run("0.1", "settings", "prior", 2, None), "uk")
    assert "Текст «Вечір» — стислий виклад тексту «Ранок» без посилання на джерело." in page
    assert 'lang="en"' not in page
    english = [pair.verdict.sentence, *pair.explain]
    assert not [sentence for sentence in english if sentence in page]
