"""A corpus on disk does what a dictionary of versions does, whatever is asked of it in turn."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from detector.corpus.durable import DurableCorpus
from detector.errors import UsageError
from detector.model import Added, Document
from tests.conftest import Note
from tests.detector.stories import prose
from tests.durability import many
from tests.durability.work import NAME, seal_often
from tests.oracles import CorpusModel

pytestmark = pytest.mark.timeout(7200)
STORIES = [prose(40, seed) for seed in range(4)]
TIMES = [f"2026-0{month}-01T00:00:00Z" for month in range(1, 7)]
MAX_VERSIONS = 16
"""So many texts are there at most, so that no limit on links is met."""

ids = st.sampled_from(["a", "b/1", "b@1", "в", "z"])
stories = st.integers(0, len(STORIES) - 1)
documents = st.builds(
    lambda id, story, tail, outlet, expires_at: Document(
        id=id, text=f"{STORIES[story]} {tail}.", outlet=outlet, expires_at=expires_at
    ),
    ids,
    stories,
    st.sampled_from(["Weather fine", "More follows", "Updated at noon"]),
    st.sampled_from([None, "Bay Mail", "Hill Review"]),
    st.sampled_from([None, *TIMES]),
)


class Comparison(RuleBasedStateMachine):
    """The corpus and the model, side by side."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model = CorpusModel()
        self.opened()

    def opened(self) -> None:
        self.corpus = DurableCorpus(str(self.folder / NAME))

    def teardown(self) -> None:
        assert self.corpus.verify() == []
        self.corpus.close()
        shutil.rmtree(self.folder)

    def has_room(self) -> bool:
        return len(self.model.texts) < MAX_VERSIONS

    @precondition(has_room)
    @rule(document=documents)
    def add(self, document: Document) -> None:
        added = self.corpus.add(document)
        assert (str(added.status), added.version) == self.model.add(document, is_related=True)

    @precondition(has_room)
    @rule(given=st.lists(documents, max_size=3))
    def add_many(self, given: list[Document]) -> None:
        for document, added in zip(given, self.corpus.add_all(given), strict=True):
            expected = self.model.add(document, is_related=False)
            assert isinstance(added, Added)
            assert (str(added.status), added.version) == expected

    @rule()
    def relate(self) -> None:
        self.corpus.relate()
        self.model.relate()

    @rule(name=ids)
    def remove(self, name: str) -> None:
        if self.model.remove(name):
            self.corpus.remove(name)
        else:
            with pytest.raises(UsageError):
                self.corpus.remove(name)

    @rule(name=ids, outlet=st.sampled_from(["Sea Times", None]))
    def change_fields(self, name: str, outlet: str | None) -> None:
        stored = self.corpus.get(name)
        if stored and stored.superseded_at is None:
            self.add_changed(replace(stored.document, outlet=outlet))

    def add_changed(self, document: Document) -> None:
        added = self.corpus.add(document)
        assert (str(added.status), added.version) == self.model.add(document, is_related=True)

    @rule(now=st.sampled_from(TIMES))
    def expire(self, now: str) -> None:
        assert sorted(self.corpus.expire(now)) == self.model.expire(now)

    @rule(name=ids)
    def erase(self, name: str) -> None:
        self.corpus.erase([name] if self.model.remove(name) else [])

    @rule(name=ids)
    def ask_for_matches(self, name: str) -> None:
        if self.model.get(name) is None:
            with pytest.raises(UsageError):
                self.corpus.matches_of(name)
        else:
            found = {match.b.document.id for match in self.corpus.matches_of(name)}
            assert found == self.model.matches_of(name, STORIES)

    @rule(story=stories)
    def check(self, story: int) -> None:
        report = self.corpus.check(Document(id="asked", text=STORIES[story]))
        assert {m.b.document.id for m in report.matches} == self.model.names_with(STORIES[story])

    @rule()
    def ask_for_clusters(self) -> None:
        found = {frozenset(cluster.members) for cluster in self.corpus.clusters()}
        assert found == self.model.clusters(STORIES)

    @rule()
    def verify(self) -> None:
        assert self.corpus.verify() == []

    @rule()
    def reopen(self) -> None:
        self.corpus.close()
        self.opened()

    @rule()
    def seal(self) -> None:
        self.corpus.seal()

    @rule()
    def rebuild(self) -> None:
        self.corpus.rebuild()

    @invariant()
    def has_the_same_documents(self) -> None:
        Comparison.steps += 1
        in_force = self.model.in_force()
        assert list(self.corpus.page()) == [(d.id, d.digest) for d in in_force]
        assert len(self.corpus) == len(in_force)
        for document in in_force:
            stored = self.corpus.get(document.id)
            assert stored is not None
            assert stored.document == document


def test_a_corpus_does_what_a_list_of_versions_does(note: Note) -> None:
    seal_often()
    examples, steps = many(8, 1200), many(25, 100)
    tried = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Comparison, settings=tried)
    note(examples=examples, steps=Comparison.steps, divergences=0)
