"""The compiled kernel under sanitizers, which see every byte read or written outside, and every
operation that C leaves undefined. Needs gcc with its sanitizers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detector import fold, outline, screen
from detector.prior import ENDINGS
from tests.counts import many

pytestmark = pytest.mark.timeout(3600)

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "detector" / "native").glob("*.c"))
FUZZER = ROOT / "tests" / "native" / "fuzz.c"
NAMES = ("test_kernel", "test_segment", "test_runs", "test_screen", "test_variant")
TESTS = [Path(__file__).with_name(f"{name}.py") for name in NAMES]
INPUTS = many(2_000, 1_000_000)
SANITISED = [
    *("-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror"),
    *("-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
]
# Python itself frees little when it ends.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}

RUN_TESTS_WITH = """
import importlib.util, sys, pytest
spec = importlib.util.spec_from_file_location("detector._kernel", sys.argv[1])
sys.modules["detector._kernel"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from detector import kernel
assert kernel._compiled is module
chosen = "not time and not meanwhile and not without"
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-k", chosen, *sys.argv[2:]]))
"""


@pytest.fixture(scope="module")
def gcc(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = shutil.which("gcc")
    if not found:
        pytest.skip("needs gcc")
    folder = tmp_path_factory.mktemp("try")
    (folder / "try.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    command = [found, *SANITISED, "-o", str(folder / "try"), str(folder / "try.c")]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs gcc's sanitizers")
    return found


@pytest.mark.slow
def test_the_tests_of_the_kernel_pass_under_sanitizers(gcc: str, tmp_path: Path) -> None:
    built = tmp_path / "_kernel.so"
    include = f"-I{sysconfig.get_paths()['include']}"
    subprocess.run(
        [gcc, *SANITISED, "-shared", "-fPIC", include, "-o", built, *SOURCES], check=True
    )
    library = subprocess.run(
        [gcc, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    done = subprocess.run(
        [sys.executable, "-c", RUN_TESTS_WITH, built, *TESTS],
        cwd=ROOT,
        env={**ENVIRONMENT, "LD_PRELOAD": library, "COPYDESK_LONG": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def what_it_knows() -> dict[str, NDArray[Any]]:
    """The arrays of the kernel's tables, by the names that the fuzzer reads them by."""
    table, expansions, _ = fold.load()
    known = [
        (word.encode(), len(word.encode()), code, stem, kind)
        for word, code, kind, stem in outline._known_words()
    ]
    record = [("bytes", "S40"), *((name, "<u4") for name in ("size", "word", "stem", "kind"))]
    return {
        "table": table,
        "expansions": np.array(expansions, "<U4"),
        "characters": outline._characters(),
        "words": np.array(known, record),
        "endings": np.array(list(ENDINGS.items()), "S8"),
        "rules": screen._RULES,
    }


def test_random_texts_under_sanitizers(gcc: str, tmp_path: Path) -> None:
    objects = []
    for source in SOURCES:
        if source.stem in ("module", "parts", "pairs", "tables"):  # need Python
            continue
        objects.append(tmp_path / f"{source.stem}.o")
        traced = [*SANITISED, "-fsanitize-coverage=trace-pc"]
        subprocess.run([gcc, *traced, "-c", source, "-o", objects[-1]], check=True)
    fuzzer = tmp_path / "fuzz"
    subprocess.run([gcc, *SANITISED, "-o", fuzzer, FUZZER, *objects, "-lm"], check=True)
    for name, array in what_it_knows().items():
        array.tofile(tmp_path / name)
    done = subprocess.run(
        [fuzzer, tmp_path, str(INPUTS), "1"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "inputs kept" in done.stdout
