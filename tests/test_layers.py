"""What holds for the project as a whole: its floors, its quick import, its clean files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"datasketch", "flask", "numpy", "rich", "scipy", "trafilatura", "typer"}

# The brackets around one letter keep this file from finding itself.
FOREIGN = {
    "a package registry": re.compile(
        r"\b(?:p[y]pi|pythonh[o]sted|npm[j]s|deb\.debia[n])\.(?:org|com)\b"
    ),
    "a package index option": re.compile(r"--(?:extra-)?(?:index-url|find-links)\b"),
    "a folder of one machine": re.compile(
        r"(?<![\w.~/-])/(?:root|work|Users|home/[a-z]\w*)/|" + re.escape(f"{ROOT}/")
    ),
}


def project_files() -> Iterator[Path]:
    """What git would commit; without git, all but hidden folders."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(part.startswith(".venv") or part == ".git" for part in path.parts)
        ]
    return (path for path in paths if path.is_file())


def test_modules_import_only_from_the_floors_below() -> None:
    # In a process of its own: the linter sets up logging, which silences every logger made before.
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_importing_detector_is_quick() -> None:
    code = "import sys, detector; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert HEAVY.isdisjoint(run.stdout.split())


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = []
    for path in project_files():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
            found += [
                f"{path.relative_to(ROOT)}:{number}: {what}"
                for what, pattern in FOREIGN.items()
                if pattern.search(line)
            ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a package registry", "see https://py" + "pi.org/project/numpy"),
        ("a package registry", '"resolved": "https://registry.npm' + 'js.org/htmx"'),
        ("a package index option", "--index-" + "url https://example.org"),
        ("a folder of one machine", "open('/home/" + "ann/copydesk/x.txt')"),
        ("a folder of one machine", f"cd {ROOT}/tests"),
    ],
)
def test_such_lines_are_noticed(what: str, line: str) -> None:
    assert FOREIGN[what].search(line)


def pinned(lock: str) -> dict[str, set[str]]:
    """Each package of a lock with its versions (several where they differ by Python version)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==([^ ;]+)", line):
            versions.setdefault(match[1], set()).add(match[2])
    return versions


def package(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0]


def test_locks_agree_with_each_other_and_with_what_the_project_asks_for() -> None:
    runtime, development = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert runtime.items() <= development.items()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = asked["project"]["optional-dependencies"]
    wanted = [
        *asked["project"]["dependencies"],
        *(name for extra in extras.values() for name in extra),
    ]
    assert {package(each) for each in wanted} - {"copydesk"} <= runtime.keys()
    tools = asked["dependency-groups"]["dev"]
    assert {package(each) for each in tools} <= development.keys()
