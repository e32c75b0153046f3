"""How long large pages take to open in a browser, and how smoothly they scroll.

A pair of texts of 20,000 words with 300 passages, as the page that a service gives and as a file;
and the page of a batch. Opening ends once all is drawn. Scrolling goes a quarter of a screen with
every frame, from the top to the end; a frame on a machine without a graphics card takes what its
processor needs. Without Playwright and Chromium only the sizes are told.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.service.client import service
from benchmarks.speed.archive import Archive, save
from benchmarks.speed.batch import batch_command
from benchmarks.speed.process import ALL_CORES, watch
from benchmarks.speed.scale import Row, Scale
from benchmarks.speed.signatures import spread
from detector.model import Document
from detector.pipeline import compare

FRAME_MS = 50  # a frame that takes longer is seen to halt
_OPENED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now()))))"""
_SCROLLED = """() => new Promise((done) => {
    const took = []
    let last = performance.now()
    const step = (now) => {
        took.push(now - last)
        last = now
        const before = scrollY
        scrollBy(0, innerHeight / 4)
        if (scrollY === before) done(took.slice(2))
        else requestAnimationFrame(step)
    }
    scrollTo(0, 0)
    requestAnimationFrame(step)
})"""


def measure(shared: Path, scale: Scale) -> Row:
    """All figures of both pages."""
    archive = Archive.of(shared)
    with tempfile.TemporaryDirectory() as name, browser() as tab:
        folder = Path(name)
        return {
            "pair": pair(archive, scale, folder, tab),
            "batch": batch(archive, scale, folder, tab),
        }


def pair(archive: Archive, scale: Scale, folder: Path, tab: Any) -> Row:
    """The page of two long texts that share many passages."""
    a, b = long_pair(archive, scale.page_words, scale.page_passages)
    (folder / "a.txt").write_text(a, encoding="utf-8")
    (folder / "b.txt").write_text(b, encoding="utf-8")
    file = folder / "pair.html"
    texts = [str(folder / "a.txt"), str(folder / "b.txt")]
    watch([sys.executable, "-m", "detector.cli", "compare", *texts, "-o", str(file)])
    result = compare(Document("a", a), Document("b", b))
    row: Row = {
        "words": [len(text.split()) for text in (a, b)],
        "passages": len(result.passages),
        "file": {"size_bytes": file.stat().st_size},
    }
    if tab is None:
        return row
    row["file"] |= shown(tab, file.as_uri(), scale.rounds)
    with on_all_cores(), service(COPYDESK_AGAINST=str(folder)) as port:
        row["service"] = shown(tab, sent(tab, port, texts), scale.rounds)
    return row


def batch(archive: Archive, scale: Scale, folder: Path, tab: Any) -> Row:
    """The page of a batch, which the command writes."""
    save(archive.documents(scale.page_documents), folder / "archive.jsonl")
    file = folder / "batch.html"
    watch(batch_command(folder / "archive.jsonl", file))
    row: Row = {"documents": scale.page_documents, "size_bytes": file.stat().st_size}
    return row | (shown(tab, file.as_uri(), scale.rounds) if tab else {})


def long_pair(archive: Archive, words: int, passages: int) -> tuple[str, str]:
    """Two texts of so many words; the second has so many runs of the first, each half as long as
    its share of the text, among words of other texts."""
    stories = (document.text for document, copy in archive.documents(words) if copy is None)
    first, others = list(islice(_words(stories), words)), list(islice(_words(stories), words))
    step = words // passages
    second = list[str]()
    for start in range(0, step * passages, step):
        second += first[start : start + step // 2] + others[start : start + step - step // 2]
    return _paragraphs(first), _paragraphs(second)


def _words(stories: Iterator[str]) -> Iterator[str]:
    for story in stories:
        yield from story.split()


def _paragraphs(words: Sequence[str]) -> str:
    return "\n\n".join(" ".join(words[n : n + 100]) for n in range(0, len(words), 100))


def sent(tab: Any, port: int, texts: Sequence[str]) -> str:
    """Where the service shows what two files share, sent to it as an editor sends them."""
    tab.goto(f"http://127.0.0.1:{port}/compare")
    for side, file in zip("ab", texts, strict=True):
        tab.set_input_files(f"#{side}_file", file)
    tab.click("button.main")
    tab.wait_for_url("**/reports/*")
    return str(tab.url)


def shown(tab: Any, address: str, rounds: int) -> Row:
    """Milliseconds until all is drawn, and of each frame while the page is scrolled."""
    opened, frames = [], list[float]()
    for _ in range(rounds):
        tab.goto("about:blank")
        tab.goto(address)
        opened.append(tab.evaluate(_OPENED))
        frames += tab.evaluate(_SCROLLED)
    frames.sort()
    return {
        "opened_ms": spread(opened),
        "frames": len(frames),
        "frame_ms": {
            "p50": round(frames[len(frames) // 2], 1),
            "p99": round(frames[int(0.99 * len(frames))], 1),
            "max": round(frames[-1], 1),
        },
        "halts": sum(frame > FRAME_MS for frame in frames) / len(frames),
    }


@contextmanager
def browser() -> Iterator[Any]:
    """A tab of Chromium at the size of a laptop's screen, or None where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield None
        return
    path = shutil.which("chromium")
    if path is None:
        yield None
        return
    with on_all_cores(), sync_playwright() as driver:
        # Chromium's sandbox needs what root must not have.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = driver.chromium.launch(executable_path=path, args=arguments)
        yield chromium.new_page(viewport={"width": 1280, "height": 800})
        chromium.close()


@contextmanager
def on_all_cores() -> Iterator[None]:
    """What is started here has all cores, as it has at a user's."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, ALL_CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)
