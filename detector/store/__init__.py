"""Where documents are kept: the store, which is the truth; all else is derived from it."""

from __future__ import annotations

from pathlib import Path

from detector.errors import UsageError
from detector.store.base import Store

__all__ = ["Store", "open_store"]


def open_store(url: str, create: bool = True) -> Store:
    """The store at an address: the path of a database file, or ``sqlite:///path``. Of a folder
    that exists it is ``corpus.db`` inside. It is made where there is none, unless ``create`` is
    False.

    Raises UsageError for an address of another kind, IndexUnusable where it cannot be opened.
    """
    from detector.store.sqlite import SqliteStore

    return SqliteStore(_database(url), create)


def _database(url: str) -> Path:
    """The path of the database file.

    >>> str(_database("sqlite:////srv/news.db")), str(_database("news.db"))
    ('/srv/news.db', 'news.db')
    """
    path = Path(url.removeprefix("sqlite:///"))
    if "://" in str(path) or ":/" in str(path):
        raise UsageError(
            f"{url}: this Copydesk keeps an index in a file: a path or sqlite:///path",
            code="bad_config",
        )
    if not path.name:
        raise UsageError("an index needs a path", code="bad_config")
    return path / "corpus.db" if path.is_dir() else path
