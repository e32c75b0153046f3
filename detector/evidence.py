"""Two texts -> a zip archive with all that shows what they share, and how to find it again.

The report inside is made from the very files beside it, with the statistics that are part of the
program, so that anybody who has this version gets the same bytes from them. What a corpus said of
the pair, with its own statistics and a view of its other texts, is beside it as it was said.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import shlex
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from detector.errors import InputError, UsageError
from detector.ingest import read
from detector.model import Comparison, Decision, Document, Run, Skipped
from detector.pipeline import compare
from detector.report import json_line
from detector.report.as_html import pair_page
from detector.report.as_pdf import pdf_of
from detector.settings import Settings
from detector.stats import PRIOR
from detector.version import VERSION
from detector.view import EVERYTHING, Ignored, View

MAX_PRINTED_CHARS = 1_500_000
"""Of a longer page no PDF is made: it would take minutes."""
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can name
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)
_READ_ME = """\
What two texts share, with all that is needed to find it again.

report.html, report.json   the answer; report.pdf too where it could be made
a.txt, b.txt               the texts as they were compared, in UTF-8
a.jsonl, b.jsonl           the texts with what else is known of them: what the commands below read
a-original, b-original     the files as they were received, where they were kept
corpus.json                what the archive said of the pair, where it was asked
manifest.json              times, settings, decisions, and the SHA-256 digest of each file

To get the same report again, byte for byte, with the same version of Copydesk ({version}):

{replay}
"""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One of the two texts. ``original``: the bytes it came in, under the name ``file``, None where
    they were not kept; ``version``, ``first_seen``: of a stored document."""

    document: Document
    original: bytes | None = None
    file: str | None = None
    version: int | None = None
    first_seen: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a corpus said of the pair, under which settings and statistics, and what people decided
    about that, the latest first."""

    pair: Comparison
    settings: Settings
    stats_digest: str
    decisions: Sequence[Decision] = ()


def evidence_zip(
    a: Exhibit, b: Exhibit, view: View, at: str, language: str = "en", told: Told | None = None
) -> bytes:
    """The archive, made ``at`` a time (RFC 3339, to the minute, in UTC). The same input gives the
    same bytes. Raises InputError where a text cannot be written to a file and read again.

    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> one, other = (Exhibit(Document(name, text)) for name in "xy")
    >>> made = evidence_zip(one, other, EVERYTHING, "2026-03-04T05:06Z")
    >>> zipfile.ZipFile(io.BytesIO(made)).namelist()[:2]
    ['README.txt', 'a.jsonl']
    """
    files: dict[str, bytes] = {}
    one, other = (_exhibit(side, each, files) for side, each in (("a", a), ("b", b)))
    lines = (" ".join(line.split()) for line in view.ignore.lines)  # as a file has them
    view = dataclasses.replace(view, ignore=Ignored.parse(lines))
    settings = Settings(view=view)
    pair = compare(one, other, settings)
    run = Run(VERSION, settings.digest, PRIOR.digest, 2, at)
    unprinted = _add_report(pair, run, language, files)
    options = _options(view, files)
    commands = _commands(options, at, language, files)
    manifest = {
        "made_at": at,
        "version": run.version,
        "documents": {s: _known(s, each, files) for s, each in (("a", a), ("b", b))},
        "settings": _plain(settings),
        "settings_digest": settings.digest,
        "stats_digest": PRIOR.digest,
        "language": language,
        "pdf": unprinted or "report.pdf",
        "corpus": _corpus(told, pair, files) if told else None,
        "decisions": [each.to_dict() for each in told.decisions] if told else [],
        "replay": commands,
    }
    replay = "\n".join(f"    {command}" for command in commands)
    files["README.txt"] = _READ_ME.format(version=run.version, replay=replay).encode()
    listed = {name: _digest(files[name]) for name in sorted(files)}
    files["manifest.json"] = _json({**manifest, "files": listed})
    return _zipped(files)


# -- what is in it


def _exhibit(side: str, given: Exhibit, files: dict[str, bytes]) -> Document:
    """Add the files of a text; the document as whoever reads them has it."""
    line = json_line(given.document).encode()
    (document,) = read(line, f"{side}.jsonl")
    if isinstance(document, Skipped):
        raise InputError(document.reason, code=document.code)
    if document.text != given.document.text:
        raise InputError(f"{side}: the text does not come back from a file", code="bad_encoding")
    files[f"{side}.jsonl"] = line
    files[f"{side}.txt"] = document.text.encode("utf-8", "surrogatepass")
    if given.original is not None:
        files[_original_name(side, given)] = given.original
    return document


def _original_name(side: str, given: Exhibit) -> str:
    """A name that opens as the file's own would, and is none that a stranger chose."""
    suffix = PurePath(given.file or "").suffix.lower()
    return f"{side}-original{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"


def _add_report(
    pair: Comparison, run: Run, language: str, files: dict[str, bytes]
) -> str | None:  # fmt: skip
    """Add the report in its forms; why one of them is missing."""
    page = pair_page(pair, run, language)
    files["report.json"] = json_line(pair).encode()
    files["report.html"] = page.encode()
    if len(page) > MAX_PRINTED_CHARS:
        return "The page is too long to be printed."
    try:
        files["report.pdf"] = pdf_of(page)
    except UsageError as error:
        return error.message
    return None


def _known(side: str, given: Exhibit, files: Mapping[str, bytes]) -> dict[str, Any]:
    document = given.document
    kept = given.original is not None
    return {
        "id": document.id,
        "version": given.version,
        "title": document.title,
        "outlet": document.outlet,
        "url": document.url,
        "published_at": document.published_at,
        "first_seen": given.first_seen,
        "text": f"{side}.txt",
        "text_digest": hashlib.sha256(files[f"{side}.txt"]).hexdigest(),
        "original": _original_name(side, given) if kept else None,
        "original_name": given.file if kept else None,
        "original_note": None if kept else "Not kept: the text is what there is.",
    }


def _corpus(told: Told, pair: Comparison, files: dict[str, bytes]) -> dict[str, Any]:
    files["corpus.json"] = json_line(told.pair).encode()
    return {
        "file": "corpus.json",
        "is_same": files["corpus.json"] == json_line(pair).encode(),
        "settings": _plain(told.settings),
        "settings_digest": told.settings.digest,
        "stats_digest": told.stats_digest,
    }


# -- how to find it again


def _options(view: View, files: dict[str, bytes]) -> list[str]:
    """The options of the command line that ask for a view, with the file that one of them needs."""
    options: list[str] = []
    for field in dataclasses.fields(view):
        value, usual = getattr(view, field.name), getattr(EVERYTHING, field.name)
        if value == usual:
            continue
        if isinstance(value, Ignored):
            files["ignore.txt"] = "".join(f"{line}\n" for line in value.lines).encode()
            value = "ignore.txt"
        elif isinstance(value, frozenset):
            value = ",".join(sorted(value))
        options += [f"--{field.name.replace('_', '-')}", str(value)]
    return options


def _commands(
    options: Sequence[str], at: str, language: str, files: Mapping[str, bytes]
) -> list[str]:  # fmt: skip
    """What makes each form of the report again, and compares it."""
    ask = ["copydesk", "compare", "a.jsonl", "b.jsonl", *options]
    clock = f"SOURCE_DATE_EPOCH={int(datetime.fromisoformat(at).timestamp())} "
    commands = [f"{shlex.join([*ask, '-f', 'json'])} > again.json && cmp again.json report.json"]
    for kind in ("html", "pdf"):
        if f"report.{kind}" in files:
            made = f"again.{kind}"
            command = clock + shlex.join([*ask, "--lang", language, "-o", made])
            commands.append(f"{command} && cmp {made} report.{kind}")
    return commands


# -- bytes


def _plain(settings: Settings) -> Any:
    return json.loads(json.dumps(dataclasses.asdict(settings), sort_keys=True, default=sorted))


def _digest(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of files, by name, not packed: what packing gives differs between systems."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()
