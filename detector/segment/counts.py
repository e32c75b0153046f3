"""Corpus statistics as a file that never changes, mapped into memory.

Layout, little-endian: magic, version, documents, number of keys, the stamp of the settings, the
checksum of keys and counts, and the header's own checksum (XXH3_64 both); then the keys (uint64)
and the counts (int32). The name of the file is the digest of the statistics.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import xxhash

from detector.errors import IndexUnusable
from detector.model import CorpusStats
from detector.segment.file import STATS_SUFFIX, replacing

_MAGIC = b"COPYSTAT"
_VERSION = 1
_HEADER = struct.Struct("<8sIIQQQQ")


def write_stats(stats: CorpusStats, folder: Path, stamp: int) -> str:
    """Write statistics into a folder and give the file's name. The file is complete and on the
    disk, or not there at all.

    Raises OutputError where it cannot be written.
    """
    body = stats.keys.astype("<u8").tobytes() + stats.counts.astype("<i4").tobytes()
    sums = (stamp, xxhash.xxh3_64_intdigest(body), 0)
    header = _HEADER.pack(_MAGIC, _VERSION, stats.documents, len(stats.keys), *sums)[:-8]
    name = f"{stats.digest}{STATS_SUFFIX}"
    with replacing(folder) as (file, take_name):
        file.write(header + xxhash.xxh3_64_intdigest(header).to_bytes(8, "little"))
        file.write(body)
        take_name(name)
    return name


def read_stats(folder: Path, name: str, stamp: int) -> CorpusStats:
    """The statistics of a file. Raises IndexUnusable where it is not there, or is damaged in a
    byte, or was made with other settings."""
    path = folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexUnusable(f"{path}: cannot be read: {error.strerror}") from error
    header = data[: _HEADER.size]
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        raise IndexUnusable(f"{path}: is cut, or no statistics; rebuild the index")
    _, version, documents, size, found_stamp, checksum, own = _HEADER.unpack(header)
    body = data[_HEADER.size :]
    if (
        own != xxhash.xxh3_64_intdigest(header[:-8])
        or len(body) != 12 * size
        or checksum != xxhash.xxh3_64_intdigest(body)
    ):
        raise IndexUnusable(f"{path}: is damaged: its checksum is wrong; rebuild the index")
    if (version, found_stamp) != (_VERSION, stamp):
        raise IndexUnusable(f"{path}: was made with other settings; rebuild the index")
    keys = np.frombuffer(body, "<u8", size)
    counts = np.frombuffer(body, "<i4", size, 8 * size)
    return CorpusStats(documents, keys, counts, path.stem)
