"""What the service is started with, and everything that it must not be started with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detector.config import KEYS, Config, read_config
from detector.errors import UsageError
from detector.settings import Settings
from detector.view import View

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def write(folder: Path, text: str) -> dict[str, str]:
    (folder / "copydesk.toml").write_text(text, encoding="utf-8")
    return {"COPYDESK_CONFIG": str(folder / "copydesk.toml")}


def test_without_anything_the_defaults_hold() -> None:
    assert read_config({}) == Config()


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, 'workers = 3\nmin_words = 5\nreview_share = 1\nindex = "news.db"\n')
    read = read_config({**file, "COPYDESK_MIN_WORDS": "6"})
    settings = Settings(review_share=1.0, view=View(min_words=6))
    assert read == Config(workers=3, index=str(tmp_path / "news.db"), settings=settings)


def test_the_documented_file_is_the_default_and_names_every_key_but_one(tmp_path: Path) -> None:
    found = re.search(r"<!-- configuration -->\n```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert found
    read = read_config(write(tmp_path, found[1]))
    files = {
        "index": "news.db",
        "keys": "keys.json",
        "secret_file": "secret",
        "partners": "partners.toml",
    }
    where = {key: str(tmp_path / name) for key, name in files.items()}
    assert read == Config(**where)  # type: ignore[arg-type]
    assert set(re.findall(r"^(\w+) =", found[1], re.MULTILINE)) == set(KEYS) - {"against"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min_wrods = 4", r"config: unknown key 'min_wrods' \(did you mean 'min_words'\?\)"),
        ("zzz = 4", r"config: unknown key 'zzz'$"),
        ("min_words = '4'", "config: min_words must be a whole number from 1 to 1000, not '4'"),
        ("min_words = 4.5", "config: min_words must be a whole number"),
        ("min_words = true", "config: min_words must be a whole number"),
        ("review_share = 2", "config: review_share must be a number from 0 to 1, not 2"),
        ("review_share = nan", "config: review_share must be a number from 0 to 1, not nan"),
        ("bind = 8000", "config: bind must be a string, not 8000"),
        ("workers = 257", "config: workers must be a whole number from 1 to 256"),
        ("keys = 'cd_secret'", "config: keys takes a file of keys, not a key"),
        ("[copydesk]\nworkers = 2", "config: unknown key 'copydesk'"),
        ("workers = ", "config: .*copydesk.toml: "),
        ("#" * 70_000, "config: .* is larger than 65536 bytes"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_config(write(tmp_path, text))
    assert caught.value.code == "bad_config"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"config: .* cannot be read: No such file"):
        read_config({"COPYDESK_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("value", ["", "0", "many", "1e3", "257"])
def test_a_senseless_number_in_the_environment_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="COPYDESK_WORKERS must be a whole number"):
        read_config({"COPYDESK_WORKERS": value})


def test_hosts_may_say_how_many_workers() -> None:
    assert read_config({"WEB_CONCURRENCY": "7"}).workers == 7
    assert read_config({"WEB_CONCURRENCY": "7", "COPYDESK_WORKERS": "3"}).workers == 3
