"""Pages: what is marked on them, and that no text does more there than be read."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.batch import compare_all
from detector.cascade import cascades
from detector.corpus import Corpus
from detector.errors import UsageError
from detector.model import (
    Basis,
    Comparison,
    Coverage,
    Credit,
    Difference,
    Direction,
    Document,
    Fidelity,
    Finding,
    Kind,
    PairSide,
    Passage,
    Relation,
    Run,
    Severity,
    Span,
    Verdict,
    as_it_is,
)
from detector.model import Path as Way
from detector.pipeline import compare
from detector.report.as_html import DIFFERENCES, INKS, LABELS, pair_page, reports_page
from detector.report.batch_page import batch_page
from detector.report.drawing import DOTS, LINES
from detector.report.facts import CREDITS, PATHS, PERMISSIONS, SEVERITIES
from detector.report.flow import HUES, shown_text
from detector.report.phrases import LANGUAGES, Phrases
from detector.report.pieces import cut
from tests import oracles
from tests.detector import stories

RUN = Run("0.1.0", "settings", "statistics", 2, "2026-03-04T05:06Z")
GOLDEN = Path(__file__).parents[1] / "golden"
TEMPLATES = Path(__file__).parents[2] / "detector" / "report" / "templates"
VOID = {"meta", "link", "br", "rect", "path", "polygon", "circle", "line"}


class Page(HTMLParser):
    """What a page says: its tags, its marks with their text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: list[tuple[dict[str, str | None], str]] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._ids: set[str] = set()
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if known.get("id"):
            assert known["id"] not in self._ids
            self._ids.add(str(known["id"]))
        if tag == "mark" and "data-p" in known:
            self.marks.append((known, ""))
        if tag not in VOID:
            self._open.append((tag, known))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        opened, _ = self._open.pop()
        assert opened == tag

    def handle_data(self, data: str) -> None:
        inside = [known for tag, known in self._open if tag == "mark" and "data-p" in known]
        gap = any("gap" in (known.get("class") or "").split() for _, known in self._open)
        if inside and not gap:
            known, text = self.marks[-1]
            self.marks[-1] = known, text + data

    @property
    def ids(self) -> set[str]:
        return self._ids


def random_pair(seed: int) -> Comparison:
    """Two random texts with random passages, many of which overlap."""
    rng = random.Random(seed)
    letters = "abc  \n<&\"'é漢ש\r\n\x00\u202e😀"
    texts = ["".join(rng.choices(letters, k=rng.randrange(1, 400))) for _ in range(2)]

    def span(text: str) -> Span:
        start = rng.randrange(len(text))
        return Span(start, rng.randrange(start + 1, len(text) + 1))

    passages = tuple(
        Passage(
            f"id{i}", span(texts[0]), span(texts[1]), rng.choice(list(Kind)),
            rng.choice(list(Basis)), rng.randrange(1, 50), rng.random(), False, False, False, None,
        )
        for i in range(rng.randrange(12))
    )  # fmt: skip
    gap = Finding(Difference.ELISION, span(texts[0]), span(texts[1]), "words")
    cover = Coverage(5, 9, {}, 0.5, 0.5)
    sides = [
        PairSide(Document(n, t), 9, "digest", cover, ()) for n, t in zip("xy", texts, strict=True)
    ]
    return Comparison(
        sides[0], sides[1], Relation.DERIVED,
        Direction(rng.choice(["a", "b", None]), 0.9, Way.DIRECT),
        Verdict((as_it_is("A sentence."),), Severity.NOTE, Credit.CREDITED), passages, 9, (),
        fidelity=Fidelity((gap,)),
    )  # fmt: skip


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_marked_spans_are_those_of_the_json(first: int) -> None:
    for seed in range(first, first + 50):
        pair = random_pair(seed)
        covered: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for known, text in Page(pair_page(pair, RUN)).marks:
            start, end = int(known["data-start"] or ""), int(known["data-end"] or "")
            keys = str(known["data-p"]).split()
            side = pair.a if keys[0][0] == "a" else pair.b
            # The texts of a page are exact but for line ends, of which a mark may cut one in two.
            expected = shown_text(side.document.text[start:end])
            assert text.replace("\n", "") == expected.replace("\n", "")
            for key in keys:
                covered[key].append((start, end))
        found = {key: _joined(spans) for key, spans in covered.items()}
        wanted = {
            f"{side}{n}": [(passage[side]["start"], passage[side]["end"])]
            for n, passage in enumerate(pair.to_dict()["passages"], 1)
            for side in "ab"
        }
        assert found == wanted


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.text(max_size=1)), max_size=8),
)
def test_pieces_are_what_lies_over_each_character(
    length: int, edges: list[tuple[int, int, str]]
) -> None:
    spans = [(Span(min(a, b, length), min(max(a, b), length)), mark) for a, b, mark in edges]
    pieces = cut(length, spans)
    over = [list(piece.marks) for piece in pieces for _ in range(len(piece.span))]
    assert over == oracles.marks_over_each(length, spans)
    assert [piece.span.start for piece in pieces] == sorted({p.span.start for p in pieces})


# -- hostile texts

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "'><iframe src=//evil.example>",
    "</style><script>alert(1)</script>",
    "</mark></div><form action=//evil.example><input autofocus onfocus=alert(1)>",
    "javascript:alert(1)",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "{{ 7 * 7 }}{% raw %}",
    "<!--", "-->", "]]>", "&lt;script&gt;", "\u202e\u2066<b>", "\x00<script>", "<plaintext>",
    "<details open ontoggle=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "@import url(//evil)",
]  # fmt: skip


def hostile(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.sample(PAYLOADS, rng.randrange(1, 4))) for _ in range(count)]


def hostile_pages(count: int) -> list[str]:
    """Pages whose every field is a payload, one of them inside the highlighted words."""
    pages = []
    for number, payload in enumerate(hostile(count, 5)):
        one = stories.DAM.replace("Tuesday", f"Tuesday {payload}", 1)
        fields: dict[str, Any] = {"title": payload, "outlet": payload, "published_at": payload}
        url = payload if number % 2 else f"https://x.example/{payload}"
        a = Document(f"a{payload}", one, url=url, **fields)
        b = Document(f"b{payload}", one + payload, url=url, byline=payload, **fields)
        language = LANGUAGES[number % 2]
        if number % 3 == 0:
            pages.append(pair_page(compare(a, b), RUN, language))
        elif number % 3 == 1:
            pages.append(reports_page([Corpus.of([b]).check(a)], language))
        else:
            result = compare_all([a, b])
            found = cascades(result.clusters, result.comparisons)
            pages.append(batch_page(result.comparisons, found, RUN, language))
    return pages


TAGS = frozenset(
    "html head meta title style body a main header p h1 h2 h3 h4 span strong section dl div dt dd "
    "svg rect article mark b i em ul ol li br table thead tbody tr th td footer code details "
    "summary nav path polygon circle line text tspan".split()
)  # fmt: skip


def test_payloads_stay_text() -> None:
    for page in hostile_pages(60):
        parsed = Page(page)
        assert {tag for tag, _ in parsed.tags} <= TAGS
        for tag, known in parsed.tags:
            assert not [name for name in known if name.startswith("on") or name == "style"]
            assert not known.keys() & {"src", "action", "srcset", "formaction"}
            href = known.get("href")
            assert href is None or href.startswith(("#", "https://x.example/")), (tag, href)
        assert page.count("<meta http-equiv") == 1


@pytest.mark.slow
def test_nothing_runs_and_nothing_is_asked_for_in_a_browser(tmp_path: Path) -> None:
    for number, page in enumerate(hostile_pages(1000)):
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8", errors="surrogatepass")
    asked: list[str] = []
    with browser() as chromium:
        tab = chromium.new_page()
        tab.on("dialog", lambda dialog: asked.append(dialog.message))
        tab.on("request", lambda request: asked.append(request.url))
        for number in range(1000):
            tab.goto((tmp_path / f"{number}.html").as_uri())
    assert [url for url in asked if not url.startswith(tmp_path.as_uri())] == []
    assert len(asked) == 1000


def browser() -> Any:
    """The system's Chromium, driven; the test is left out where there is none."""
    import shutil
    from contextlib import contextmanager

    api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Debian's chromium")

    @contextmanager
    def opened() -> Any:
        with api.sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
            yield chromium
            chromium.close()

    return opened()


# -- words, links, size


def test_every_phrase_of_the_pages_is_there_in_ukrainian() -> None:
    said = {
        phrase
        for template in TEMPLATES.glob("*.html")
        for phrase in re.findall(r'(?:say\(|else )"([^"]+)"', template.read_text())
    }
    said |= {*DIFFERENCES.values(), *LABELS.values(), *CREDITS.values(), *PATHS.values()}
    said |= {*LINES.values(), *DOTS.values()}
    said |= {words for words, _ in (*SEVERITIES.values(), *PERMISSIONS.values())}
    said |= {r.label for r in Relation}
    said -= {"A", "B", "a", "b", "–", ""}
    ukrainian = Phrases("uk")
    assert all(ukrainian(phrase) for phrase in said)
    assert len(said) > 60


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 слово"), (2, "2 слова"), (5, "5 слів"), (11, "11 слів"), (21, "21 слово")],
)  # fmt: skip
def test_ukrainian_numbers_take_their_forms(number: int, words: str) -> None:
    assert Phrases("uk").count(number, "word") == words


def test_every_link_inside_a_page_leads_somewhere() -> None:
    documents = [
        Document("dam", stories.DAM), Document("summary", stories.DAM_SUMMARY),
        Document("rewrite", stories.DAM_REWRITE),
    ]  # fmt: skip
    corpus = Corpus.of(documents[:1])
    reports = [corpus.check(document) for document in documents[1:]]
    result = compare_all(documents)
    for page in (
        pair_page(compare(documents[0], documents[1]), RUN),
        reports_page(reports, "uk"),
        batch_page(result.comparisons, cascades(result.clusters, result.comparisons), RUN),
    ):
        parsed = Page(page)
        links = {str(known["href"])[1:] for tag, known in parsed.tags if tag == "a"}
        assert links <= parsed.ids | {"texts"}


def test_a_page_of_two_texts_stays_as_it_is() -> None:
    one = Document("wire.txt", stories.DAM, outlet="Lowmoor Wire", published_at="2026-03-02")
    other = Document("digest.txt", stories.DAM_SUMMARY, outlet="Digest", title="The dam")
    page, _, _ = parted(pair_page(compare(one, other), RUN))
    assert page == (GOLDEN / "pair.html").read_text(encoding="utf-8")


def test_a_page_has_the_style_sheet_and_allows_nothing_else() -> None:
    result = compare_all([Document("dam", stories.DAM), Document("summary", stories.DAM_SUMMARY)])
    report = Corpus.of([Document("dam", stories.DAM)]).check(Document("y", stories.DAM_SUMMARY))
    for made in (
        pair_page(result.comparisons[0], RUN),
        reports_page([report]),
        batch_page(result.comparisons, (), RUN),
    ):
        _, style, digest = parted(made)
        assert style == (TEMPLATES / "style.css").read_text(encoding="utf-8")
        assert base64.b64decode(digest) == hashlib.sha256(style.encode()).digest()


def parted(page: str) -> tuple[str, str, str]:
    """A page without its style sheet and the digest of it, and these."""
    style, digest = (
        re.findall(pattern, page, re.DOTALL)
        for pattern in ("<style>(.*?)</style>", "style-src 'sha256-([^']*)'")
    )
    assert len(style) == len(digest) == 1
    return page.replace(style[0], "").replace(digest[0], ""), style[0], digest[0]


def test_pairs_that_do_not_fit_are_only_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.report.batch_page.OPENED_BYTES", 30_000)
    text = stories.DAM
    result = compare_all([Document(f"{n}", f"{text} {stories.prose(40, n)}") for n in range(6)])
    page = batch_page(result.comparisons, (), RUN)
    opened = page.count("<details")
    assert 1 <= opened < 15
    assert f"{15 - opened} weaker pairs are only in the table" in page


@pytest.mark.slow
def test_a_thousand_texts_fit_on_a_page() -> None:
    documents = [
        Document(f"{group:03}-{copy}", stories.prose(300, group) + stories.prose(60, 10 * group))
        for group in range(200)
        for copy in range(5)
    ]
    result = compare_all(documents)
    assert len(result.comparisons) >= 2000
    page = batch_page(result.comparisons, cascades(result.clusters, result.comparisons), RUN)
    assert len(page.encode()) < 10_000_000
    assert "weaker pairs are only in the table" in page


def test_a_page_of_nothing_says_so() -> None:
    assert "0 pairs" in batch_page([], [], RUN)
    report = Corpus.of([Document("x", stories.CHESS)]).check(Document("y", stories.BEES))
    assert "No shared text found" in reports_page([report])


# -- other forms


def test_the_same_page_is_the_same_pdf_and_fetches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detector.report.as_pdf import pdf_of

    page = pair_page(compare("Rain fell on the dam.", "Rain fell on the dam."), RUN, "uk")
    try:
        made = pdf_of(page)
    except UsageError as error:
        pytest.skip(str(error))
    assert made.startswith(b"%PDF")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # another day, for fontTools
    assert pdf_of(page) == made
    image = tmp_path / "dot.svg"
    image.write_text("<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>")
    linked = page.replace("</main>", f"<img alt='' src='{image.as_uri()}'></main>")
    broken = page.replace("</main>", "<img alt='' src='file:///nowhere.svg'></main>")
    assert pdf_of(linked) == pdf_of(broken)


def test_parquet_has_the_rows_of_csv() -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    import io

    from detector.report.as_csv import COLUMNS, row_values
    from detector.report.as_parquet import parquet_of

    pairs = [compare(Document("a\udcff", stories.DAM), Document("b", stories.DAM_SUMMARY))]
    table = pq.read_table(io.BytesIO(parquet_of(pairs)))
    assert table.column_names == list(COLUMNS)
    assert list(table.to_pylist()[0].values())[1:11] == list(row_values(pairs[0]))[1:11]
    assert table.to_pylist()[0]["a"] == "a\\xff"
    assert pq.read_table(io.BytesIO(parquet_of([]))).num_rows == 0


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_letters_stands_out_in_light_and_dark() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", (TEMPLATES / "style.css").read_text(), re.DOTALL)[
        :2
    ]
    for block in (light, dark):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        paper = luminance(colours["paper"])
        for name in colours.keys() - {"paper", "card", "line"}:
            one, other = sorted((luminance(colours[name]), paper))
            assert (other + 0.05) / (one + 0.05) >= 4.5, name
    assert [re.findall(rf"--s{n}: (\S+);", light)[0] for n in range(1, HUES + 1)] == INKS
