"""What an index in a folder is made of: one small JSON file, replaced as a whole."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xxhash

from detector.errors import IndexUnusable
from detector.segment.file import replacing

NAME = "manifest.json"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Live:
    """A segment in use: its file's name, and the numbers of its documents that were removed."""

    name: str
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of. ``through``: up to which change of its source it goes; ``stats``:
    the file of its statistics, "" for none; ``segments``: in order."""

    through: int = 0
    stats: str = ""
    segments: tuple[Live, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The names of all files that it names."""
        return frozenset([*(live.name for live in self.segments), *filter(None, [self.stats])])


def publish(folder: Path, manifest: Manifest) -> None:
    """Make this the index. Readers see the old one or the new one.

    Raises OutputError where it cannot be written.
    """
    content = {"format": FORMAT, **asdict(manifest)}
    signed = {**content, "checksum": _checksum(content)}
    with replacing(folder) as (file, take_name):
        file.write((json.dumps(signed, indent=1) + "\n").encode())
        take_name(NAME)


def read(folder: Path) -> Manifest:
    """What the index is made of.

    Raises IndexUnusable where there is no manifest, or it is damaged or of another format.
    """
    path = folder / NAME
    try:
        content = json.loads(path.read_bytes())
        checksum = content.pop("checksum")
        form = content["format"]
    except FileNotFoundError as error:
        raise IndexUnusable(f"{folder}: no index there", code="index_missing") from error
    except OSError as error:
        raise IndexUnusable(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexUnusable(f"{path}: is damaged; rebuild the index") from error
    if form != FORMAT:
        raise IndexUnusable(f"{path}: has format {form}, not {FORMAT}: another Copydesk made it")
    if checksum != _checksum(content):
        raise IndexUnusable(f"{path}: is damaged: its checksum is wrong; rebuild the index")
    segments = (Live(each["name"], tuple(each["removed"])) for each in content["segments"])
    return Manifest(content["through"], content["stats"], tuple(segments))


def _checksum(content: dict[str, Any]) -> str:
    return xxhash.xxh3_64_hexdigest(json.dumps(content, sort_keys=True).encode())
