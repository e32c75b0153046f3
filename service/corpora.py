"""The corpus of each tenant, opened when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from detector.corpus import Corpus
from detector.corpus.durable import DurableCorpus
from detector.corpus.kept import Reports
from detector.keys import DEFAULT_TENANT
from detector.model import Partners, Searched
from detector.settings import Settings
from detector.store import open_store
from service.problems import Problem
from service.scratch import Scratch

_TENANTS = "tenants"
_NOTHING = "started without --index or --against: nothing to check against"
_READ_ONLY = "started without --index: nothing can be stored"


@dataclass
class Corpora:
    """``fixed``: a corpus in memory that all may check against; ``index``: the address of the
    default tenant's corpus on disk. Other tenants' stand in a folder beside it, each in its own.
    ``partners``: the licences on file, where pairs are to be held against them; ``scratch``: where
    what pages show is kept without an index."""

    settings: Settings
    fixed: Corpus | None = None
    index: str | None = None
    partners: Partners | None = None
    scratch: Scratch | None = None
    _opened: dict[str, DurableCorpus] = field(default_factory=dict)
    _brief: dict[str, Reports] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to_check(self, tenant: str) -> Corpus:
        """What a tenant's texts are checked against."""
        if self.fixed is not None:  # it may be empty
            return self.fixed
        if self.index is None:
            raise Problem(503, "storage_unavailable", _NOTHING)
        return self.stored(tenant)

    def searched(self, tenant: str) -> Searched | None:
        """Where a check of a tenant's text looks; None where it cannot look anywhere."""
        has_any = self.fixed is not None or self.index is not None
        return self.to_check(tenant).searched() if has_any else None

    def stored(self, tenant: str) -> DurableCorpus:
        """A tenant's own corpus on disk."""
        index = self._index()
        with self._lock:
            if tenant not in self._opened:
                address = _address(index, tenant)
                if tenant != DEFAULT_TENANT:
                    Path(address).parent.mkdir(parents=True, exist_ok=True)
                self._opened[tenant] = DurableCorpus(address, self.settings)
            return self._opened[tenant]

    def reports(self, tenant: str) -> Reports:
        """Where the answers of a tenant's pages are: with his documents, else in ``scratch``."""
        if self.index is not None or self.scratch is None:
            return self.stored(tenant).reports
        with self._lock:
            if tenant not in self._brief:
                store = open_store(str(self.scratch.folder / f"{tenant}.db"))
                self._brief[tenant] = Reports(store)
            return self._brief[tenant]

    def _index(self) -> str:
        if self.index is None:
            raise Problem(503, "storage_unavailable", _READ_ONLY)
        return self.index

    def require_index(self) -> None:
        """Raise Problem (503, ``storage_unavailable``) where nothing can be stored."""
        self._index()

    def tenants(self) -> list[str]:
        """Those who have stored something, or may have."""
        if self.index is None:
            return []
        files = beside(self.index, _TENANTS).glob("*.db")
        return [DEFAULT_TENANT, *sorted(file.stem for file in files)]

    def sizes(self, tenants: Iterable[str]) -> dict[str, int]:
        """How many documents each of these tenants has stored, as far as it has a corpus."""
        if self.index is None:
            return {DEFAULT_TENANT: len(self.fixed)} if self.fixed is not None else {}
        there = [name for name in tenants if Path(_address(self.index, name)).exists()]
        return {name: len(self.stored(name)) for name in there}


def beside(index: str, name: str) -> Path:
    """Where what belongs to an index is kept: beside its file, or in its folder.

    >>> str(beside("sqlite:////srv/news.db", "jobs.db"))
    '/srv/news.db.jobs.db'
    """
    path = Path(index.removeprefix("sqlite:///"))
    return path / name if path.is_dir() else path.with_name(f"{path.name}.{name}")


def _address(index: str, tenant: str) -> str:
    """Where a tenant's corpus is.

    >>> _address("/srv/news.db", "default"), _address("/srv/news.db", "metro")
    ('/srv/news.db', '/srv/news.db.tenants/metro.db')
    """
    if tenant == DEFAULT_TENANT:
        return index
    return str(beside(index, _TENANTS) / f"{tenant}.db")
