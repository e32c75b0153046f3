"""A folder of texts and a client of the service over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from tests.service import newsroom
from tests.service.described import assert_described


@pytest.fixture(autouse=True)
def every_answer_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer that any test here gets is one that ``/openapi.json`` tells of."""
    ask = FlaskClient.open

    def open_and_compare(self: FlaskClient, *args: Any, **kwargs: Any) -> TestResponse:
        answer = ask(self, *args, **{**kwargs, "buffered": True})  # reads files to their end
        assert_described(self.application, answer)
        return answer

    monkeypatch.setattr(FlaskClient, "open", open_and_compare)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.fill(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="session")
def client(folder: Path) -> FlaskClient:
    app = create_app(str(folder))
    app.testing = True  # what nobody expected is raised, not answered
    return app.test_client()


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The service over an index of its own."""
    made = create_app(index=str(tmp_path / "news.db"))
    made.testing = True
    return made
