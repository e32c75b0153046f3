"""The corpus: documents in, reports out, and nothing hangs on the order they came in."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detector
from detector import index
from detector.corpus import Corpus
from detector.corpus.memory import MemoryCorpus
from detector.errors import InputError, UsageError
from detector.model import Basis, Credit, Document, Path, Relation, Report, Severity
from detector.pipeline import compare
from detector.settings import DEFAULT, Settings
from detector.view import View

STORY = """The Marrow Point lighthouse will be switched off on 14 October after 162 years of
service, the harbour board said on Thursday. Captain Elsie Brandt, who has run the station since
2009, said two diesel generators burn 340 litres a week and can no longer be repaired. A solar
beacon bought from the Danish firm Lysvik for £86,000 will take its place on the northern
breakwater. Fishermen from Port Carrow have collected 2,400 signatures against the plan because the
new light reaches only nine nautical miles. “You cannot steer by a garden lamp when the fog comes
in,” said Tom Averill, who has fished there for thirty years. The Coastal Trust hopes to turn the
tower into a museum."""
LEAD = STORY[: STORY.index("Fishermen")].strip()
BEACON = STORY[STORY.index("A solar") : STORY.index(" “You")]

WIRE = Document(
    id="wire", text=STORY, outlet="Northern Wire", published_at="2026-03-02T06:00:00Z", kind="wire"
)
REPRINT = Document(
    id="reprint",
    text=f"CARROW (Northern Wire) — {STORY.replace('Thursday', 'Thursday evening')}",
    outlet="Carrow Courier",
    published_at="2026-03-02T09:00:00Z",
)
TWIN = Document(id="twin", text=STORY, outlet="The Dale Echo", published_at="2026-03-02T10:00:00Z")
CUT = Document(id="cut", text=LEAD, outlet="Bay Mail", published_at="2026-03-03T10:00:00Z")
COLUMN = Document(
    id="column",
    text=f"""Our columnist spent a week on the coast and came back with wet boots. The hotel in
Orrin Vale has a new cook and the bus is late as ever. In the harbour everybody talks of one thing.
{BEACON} Nobody in the pub believes that it will last through the winter, and the landlord has begun
a collection of candles. Next week we shall be in the hills, where the sheep have opinions too.""",
    outlet="Hill Review",
    published_at="2026-03-05",
)
RADIO = Document(
    id="radio",
    text="""A petition against the new light was handed to the council. “You cannot steer by a
garden lamp when the fog comes in,” Tom Averill told the meeting. Councillors promised an answer
before Easter and thanked all who came.""",
    outlet="Harbour Radio",
)
BREAD = Document(
    id="bread",
    text="""Bakers in Orrin Vale have gone back to stone mills. Flour from the Tessel brothers now
costs 12 crowns a sack, twice as much as last winter. None of the 40 shops has closed.""",
)
NEWSROOM = [WIRE, REPRINT, TWIN, CUT, COLUMN, RADIO, BREAD]


def filled(documents: Iterable[Document] = NEWSROOM, settings: Settings = DEFAULT) -> MemoryCorpus:
    corpus = MemoryCorpus(settings)
    for document in documents:
        corpus.add(document)
    return corpus


def as_bytes(answers: Sequence[Any]) -> str:
    return json.dumps([a.to_dict() for a in answers], ensure_ascii=False)


def partners(report: Report) -> list[str]:
    return [match.b.document.id for match in report.matches]


# Putting in and taking out


def test_the_corpus_is_part_of_the_package() -> None:
    assert detector.Corpus is Corpus


@pytest.mark.parametrize("url", ["", "postgresql://x/y", "http://x/y.db"])
def test_an_address_of_a_kind_that_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Corpus.open(url)


def test_a_corpus_counts_its_documents() -> None:
    with Corpus.open("memory:") as corpus:
        assert len(corpus) == 0
        corpus.add(WIRE)
        corpus.add(BREAD)
        assert len(corpus) == 2


def test_a_document_with_the_same_id_is_replaced() -> None:
    corpus = filled([WIRE])
    assert partners(corpus.check(CUT)) == ["wire"]
    corpus.add(replace(BREAD, id="wire"))
    assert len(corpus) == 1
    assert partners(corpus.check(CUT)) == []
    assert partners(corpus.check(replace(BREAD, id="mine"))) == ["wire"]


def test_a_document_taken_out_is_not_found_any_more() -> None:
    corpus = filled()
    assert "wire" in partners(corpus.check(CUT))
    corpus.remove("wire")
    assert "wire" not in partners(corpus.check(CUT))
    assert len(corpus) == len(NEWSROOM) - 1


def test_a_corpus_is_what_is_in_it_whatever_was_before() -> None:
    corpus = filled([*NEWSROOM, replace(BREAD, id="wire")])
    corpus.pairs()
    corpus.remove("wire")
    corpus.add(WIRE)
    assert as_bytes(corpus.pairs()) == as_bytes(filled().pairs())


@pytest.mark.parametrize("name", ["", "nobody", "WIRE"])
def test_taking_out_what_is_not_there_is_a_mistake(name: str) -> None:
    with pytest.raises(UsageError, match="no such document") as caught:
        filled().remove(name)
    assert caught.value.code == "not_found"


@pytest.mark.parametrize("text", ["", " \n", "… — !", "\u200b\u0301"])
def test_a_text_without_words_is_refused_everywhere(text: str) -> None:
    corpus, empty = filled([WIRE]), Document(id="empty", text=text)
    for call in (corpus.add, corpus.check, corpus.matches):
        with pytest.raises(InputError, match="empty: no words in it") as caught:
            call(empty)
        assert caught.value.code == "no_text"
    assert len(corpus) == 1


def test_a_refused_document_leaves_the_one_it_would_replace() -> None:
    corpus = filled([WIRE])
    with pytest.raises(InputError):
        corpus.add(replace(WIRE, text="—"))
    assert partners(corpus.check(CUT)) == ["wire"]


def test_after_the_with_block_the_texts_are_gone() -> None:
    with filled() as corpus:
        pass
    assert len(corpus) == 0


# Checking


def test_checking_a_text_does_not_store_it() -> None:
    corpus = filled([WIRE])
    first = corpus.check(TWIN)
    assert len(corpus) == 1
    assert corpus.check(TWIN) == first
    assert corpus.pairs() == ()


def test_the_checked_text_is_always_a() -> None:
    report = filled().check(CUT)
    assert report.matches
    for match in report.matches:
        assert match.a.document == CUT
        for passage in match.passages:
            assert passage.a.slice(CUT.text)
            assert passage.b.end <= len(match.b.document.text)


def test_a_report_says_where_it_looked() -> None:
    searched = filled().check(BREAD).searched
    assert (searched.documents, searched.outlets) == (7, 6)
    assert (searched.first, searched.last) == ("2026-03-02T06:00:00Z", "2026-03-05")


def test_nothing_found_is_said_with_where_it_looked() -> None:
    report = filled([WIRE, TWIN]).check(BREAD)
    assert report.verdict.sentence == (
        "No shared text found between bread and the 2 documents searched. The web was not searched."
    )
    assert (report.coverage, report.total, report.matches) == (0, 0, ())
    assert (report.verdict.severity, report.verdict.credit) == (
        Severity.NONE,
        Credit.NOT_NEEDED,
    )


def test_a_corpus_without_documents_can_be_asked() -> None:
    corpus = MemoryCorpus()
    report = corpus.check(WIRE)
    assert (report.matches, report.searched.documents) == ((), 0)
    assert corpus.pairs() == ()
    assert corpus.clusters() == ()


def test_matches_come_strongest_first_and_ties_by_id() -> None:
    # The same words, each in another text: their digests come in no order of the ids.
    copies = [replace(TWIN, id=name, text=STORY + "\n" * ord(name)) for name in "fedcba"]
    report = filled([*copies, COLUMN, RADIO]).check(WIRE)
    assert partners(report) == [*"abcdef", "column", "radio"]
    assert [m.relation for m in report.matches][5:] == [
        Relation.IDENTICAL,
        Relation.EXCERPT,
        Relation.SHARED_QUOTES,
    ]
    assert report.total == 8


def test_shares_of_the_sources_add_up_to_the_coverage() -> None:
    report = filled().check(replace(COLUMN, id="mine"), leave_out="column")
    assert report.sources
    assert sum(s.share for s in report.sources) == pytest.approx(report.coverage)


def test_a_report_carries_what_is_needed_to_make_it_again() -> None:
    corpus = filled(settings=Settings(view=View(min_words=8)))
    run = corpus.check(CUT, at="2026-03-09T10:00:00Z").run
    assert run.at == "2026-03-09T10:00:00Z"
    assert run.corpus_size == len(NEWSROOM)
    assert run.settings_digest == Settings(view=View(min_words=8)).digest
    assert run.stats_digest == "prior-1"
    assert corpus.check(CUT, settings=DEFAULT).run.settings_digest == DEFAULT.digest


def test_a_report_is_the_same_bytes_whenever_it_is_made() -> None:
    assert as_bytes([filled().check(CUT)]) == as_bytes([filled().check(CUT)])


def test_a_check_answers_the_same_before_and_after_all_pairs_were_asked_for() -> None:
    corpus = filled()
    before = as_bytes([corpus.check(CUT)])
    pairs = as_bytes(corpus.pairs())
    assert as_bytes([corpus.check(CUT)]) == before
    assert as_bytes(corpus.pairs()) == pairs


def test_a_document_left_out_is_neither_found_nor_counted() -> None:
    report = filled().check(WIRE, leave_out="wire")
    assert "wire" not in partners(report)
    assert report.searched.documents == len(NEWSROOM) - 1
    assert filled().check(WIRE, leave_out="nobody").searched.documents == len(NEWSROOM)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "", "Fell Mail", "Northern Wire", "Radio Carrow"]),
            st.sampled_from([None, "soon", "2026-03-02", "2026-03-02T00:00:00Z", "2026-03-05"]),
        ),
        max_size=6,
    )
)
def test_a_document_left_out_counts_for_nothing_of_what_was_searched(
    stated: list[tuple[str | None, str | None]],
) -> None:
    documents = [
        Document(str(number), "The ferry left.", outlet=outlet, published_at=time)
        for number, (outlet, time) in enumerate(stated)
    ]
    corpus = filled(documents)
    assert corpus.check(BREAD).searched == filled(documents[::-1]).check(BREAD).searched
    for left_out in documents:
        others = filled([d for d in documents if d is not left_out])
        asked = corpus.check(BREAD, leave_out=left_out.id)
        assert asked.searched == others.check(BREAD).searched


def test_a_checked_text_may_have_the_id_of_a_document() -> None:
    report = filled().check(replace(CUT, id="bread"))
    assert "wire" in partners(report)
    assert {m.a.document.id for m in report.matches} == {"bread"}
    itself = filled().check(WIRE)
    assert partners(itself)[:2] == ["twin", "wire"]


@pytest.mark.parametrize("name", [document.id for document in NEWSROOM])
def test_which_id_a_checked_text_has_changes_no_direction(name: str) -> None:
    apart = filled().check(replace(CUT, id="mine"))
    same = filled().check(replace(CUT, id=name))
    assert Path.COMMON_UPSTREAM in {m.direction.path for m in apart.matches}
    assert [(m.b.document.id, m.direction) for m in same.matches] == [
        (m.b.document.id, m.direction) for m in apart.matches
    ]


def test_a_check_of_too_common_a_text_says_that_it_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "MAX_CANDIDATES", 3)
    corpus = filled([replace(WIRE, id=f"{n}") for n in range(5)])
    report = corpus.check(CUT)
    assert report.truncated
    assert partners(report) == ["0", "1", "2"]
    assert not filled([WIRE, TWIN]).check(CUT).truncated


# Pairs


def test_pairs_are_those_of_comparing_every_two_texts() -> None:
    answers = {(c.a.document.id, c.b.document.id): c for c in filled().pairs()}
    for a, b in itertools.combinations(sorted(NEWSROOM, key=lambda d: d.id), 2):
        alone = compare(a, b)
        found = answers.get((a.id, b.id))
        assert (found is None) == (alone.relation is Relation.INDEPENDENT)
        if found is not None:
            assert found.relation is alone.relation
            assert [(p.a, p.b, p.basis) for p in found.passages] == [
                (p.a, p.b, p.basis) for p in alone.passages
            ]


def test_pairs_are_sorted_and_have_the_smaller_id_first() -> None:
    ids = [(c.a.document.id, c.b.document.id) for c in filled().pairs()]
    assert ids == sorted(ids)
    assert all(a < b for a, b in ids)


def test_no_outlet_is_said_to_have_copied_another_that_has_the_same_wire_text() -> None:
    for c in filled().pairs():
        if "wire" not in (c.a.document.id, c.b.document.id) and c.relation.is_copying:
            assert c.direction.path is Path.COMMON_UPSTREAM
            assert c.direction.source is None
            assert c.direction.upstream is not None
            assert c.direction.upstream.id == "wire"


def test_an_identical_text_under_two_ids_is_a_pair() -> None:
    (pair,) = filled([WIRE, replace(WIRE, id="again")]).pairs()
    assert (pair.a.document.id, pair.b.document.id) == ("again", "wire")
    assert pair.relation is Relation.IDENTICAL
    assert pair.direction.source is None


def test_texts_that_share_one_quotation_are_a_pair_without_copying() -> None:
    (pair,) = filled([WIRE, RADIO]).pairs()
    assert pair.relation is Relation.SHARED_QUOTES
    assert [p.basis for p in pair.passages] == [Basis.SHARED_QUOTE]


def test_texts_with_nothing_in_common_are_no_pair() -> None:
    assert filled([WIRE, BREAD]).pairs() == ()


def test_clusters_are_those_of_the_pairs() -> None:
    (story,) = filled().clusters()
    assert story.members == ("cut", "reprint", "twin", "wire")
    assert story.origin == "wire"


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    corpus = Corpus.of(NEWSROOM, progress=lambda *step: told.append(step))
    assert told == [("reading", n, 7) for n in range(1, 8)]
    told.clear()
    corpus.pairs(lambda *step: told.append(step))
    assert [stage for stage, _, _ in told] == ["hashing", "comparing"]
    assert all(done == total for _, done, total in told)


# Order


@settings(max_examples=30)
@given(st.permutations(NEWSROOM), st.integers(2, 7))
def test_the_order_of_the_documents_changes_no_byte(order: list[Document], size: int) -> None:
    documents = order[:size]
    in_order = sorted(documents, key=lambda d: d.id)
    one, other = filled(documents), filled(in_order)
    assert as_bytes(one.pairs()) == as_bytes(other.pairs())
    assert as_bytes(one.clusters()) == as_bytes(other.clusters())
    mine = replace(CUT, id="mine")
    assert as_bytes([one.check(mine)]) == as_bytes([other.check(mine)])


def many_documents() -> list[Document]:
    """Enough texts for the corpus to learn what is common."""
    rng = random.Random(5)
    words = [f"{a}{b}" for a in ("ba", "ko", "mi", "tu") for b in ("ge", "do", "la", "si", "ku")]
    footer = "Nothing on this page may be used without the written leave of the publisher."
    documents = []
    for number in range(60):
        body = " ".join(rng.choices(words, k=40))
        documents.append(Document(id=f"d{number:02}", text=f"{body}.\n\n{footer}"))
    return [*NEWSROOM, *documents]


def test_the_order_of_many_documents_changes_no_byte() -> None:
    documents = many_documents()
    shuffled = random.Random(1).sample(documents, len(documents))
    one, other = filled(documents), filled(shuffled)
    assert as_bytes(one.pairs()) == as_bytes(other.pairs())
    report = one.check(replace(CUT, id="mine"))
    assert as_bytes([report]) == as_bytes([other.check(replace(CUT, id="mine"))])
    assert report.run.stats_digest != "prior-1"


def test_what_every_document_ends_with_is_no_copying() -> None:
    pairs = filled(many_documents()).pairs()
    copying = {c.a.document.id for c in pairs if c.relation.is_copying}
    assert copying <= {document.id for document in NEWSROOM}


def test_the_answer_does_not_hang_on_the_hash_seed_of_python() -> None:
    script = (
        "import json, sys; from detector import Corpus; from detector.model import Document\n"
        "corpus = Corpus.open('memory:')\n"
        "for i, text in enumerate(sys.argv[1:]): corpus.add(Document(id=str(i), text=text))\n"
        "print(json.dumps([c.to_dict() for c in [*corpus.pairs(), *corpus.clusters()]]))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script, *(d.text for d in NEWSROOM)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1


def test_an_excerpt_of_a_story_that_hundreds_reprinted_is_found_in_some_of_them() -> None:
    tails = [f" Local readers in district {i} wrote {i * 7919} letters." for i in range(600)]
    corpus = Corpus.of([Document(id=f"{i:03}", text=STORY + tail) for i, tail in enumerate(tails)])
    excerpt = Document(id="mine", text=f"What we read this week. {BEACON} More on Sunday.")
    report = corpus.check(excerpt)
    assert report.matches
    assert all(match.relation.is_copying for match in report.matches)
    assert report.truncated
