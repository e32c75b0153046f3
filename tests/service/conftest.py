"""A folder of texts and a client of the service over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from tests.service import newsroom


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.fill(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="session")
def client(folder: Path) -> FlaskClient:
    app = create_app(str(folder))
    app.testing = True  # what nobody expected is raised, not answered
    return app.test_client()
