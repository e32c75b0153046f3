"""Sketches and alignments as bytes, in fixed formats with magic, version and checksum.

Layout, little-endian: four letters that say what it is, a version, the checksum of what follows
(XXH3_64); then sizes and arrays. What was cut or changed in a byte is refused.
"""

from __future__ import annotations

import json
import struct

import numpy as np
import xxhash

from detector.errors import IndexUnusable
from detector.model import AlignedPassage, Alignment, Kind, Sketch, TokenRange

VERSION = 1
_FRAME = struct.Struct("<4sIQ")
_SKETCH, _ALIGNMENT = b"CdSk", b"CdAl"
_SIZES = struct.Struct("<III")
_KINDS = tuple(Kind)
_PASSAGE = struct.Struct("<iiiiBiiidI")  # edges in both texts, kind, equal, longest, stems, ratio
_PAIR_WIDTH = 4


def pack_sketch(sketch: Sketch) -> bytes:
    """A sketch as bytes.

    >>> one = Sketch(
    ...     np.arange(4, dtype=np.uint32), np.array([7], np.uint64), np.empty(0, np.uint64)
    ... )
    >>> unpack_sketch(pack_sketch(one)).fingerprints.tolist()
    [7]
    """
    sizes = _SIZES.pack(len(sketch.signature), len(sketch.fingerprints), len(sketch.letters))
    hashes = np.concatenate([sketch.fingerprints, sketch.letters]).astype("<u8")
    return framed(_SKETCH, sizes + sketch.signature.astype("<u4").tobytes() + hashes.tobytes())


def unpack_sketch(data: bytes) -> Sketch:
    """The sketch that bytes stand for. Raises IndexUnusable where they are damaged."""
    body = unframed(_SKETCH, data)
    values, prints, letters = _SIZES.unpack_from(body)
    at = _SIZES.size
    return Sketch(
        np.frombuffer(body, "<u4", values, at),
        np.frombuffer(body, "<u8", prints, at + 4 * values),
        np.frombuffer(body, "<u8", letters, at + 4 * values + 8 * prints),
    )


def pack_alignment(alignment: Alignment) -> bytes:
    """An alignment as bytes."""
    pairs = [pair for p in alignment.passages for pair in p.pairs]
    variants = json.dumps(dict(alignment.variants), sort_keys=True).encode()
    body = _SIZES.pack(len(alignment.passages), len(pairs), alignment.truncated)
    body += b"".join(
        _PASSAGE.pack(
            *(p.a.first, p.a.last, p.b.first, p.b.last, _KINDS.index(p.kind)),
            *(p.equal, p.longest, p.stems, p.ratio, len(p.pairs)),
        )
        for p in alignment.passages
    )
    return framed(_ALIGNMENT, body + np.array(pairs, "<i4").tobytes() + variants)


def unpack_alignment(data: bytes) -> Alignment:
    """The alignment that bytes stand for. Raises IndexUnusable where they are damaged."""
    body = unframed(_ALIGNMENT, data)
    passages, pairs, is_truncated = _SIZES.unpack_from(body)
    at = _SIZES.size
    rows = _PASSAGE.iter_unpack(body[at : at + passages * _PASSAGE.size])
    at += passages * _PASSAGE.size
    runs = np.frombuffer(body, "<i4", _PAIR_WIDTH * pairs, at).reshape(-1, _PAIR_WIDTH).tolist()
    variants = json.loads(body[at + 4 * _PAIR_WIDTH * pairs :])
    found, first = [], 0
    for a_first, a_last, b_first, b_last, kind, equal, longest, stems, ratio, count in rows:
        own = tuple((a, b, wide, high) for a, b, wide, high in runs[first : first + count])
        first += count
        ranges = TokenRange(a_first, a_last), TokenRange(b_first, b_last)
        found.append(AlignedPassage(*ranges, _KINDS[kind], equal, longest, ratio, own, stems))
    return Alignment(tuple(found), bool(is_truncated), variants)


def framed(magic: bytes, body: bytes) -> bytes:
    """Bytes with what they are and a checksum in front of them."""
    return _FRAME.pack(magic, VERSION, xxhash.xxh3_64_intdigest(body)) + body


def unframed(magic: bytes, data: bytes) -> bytes:
    """The bytes that were framed. Raises IndexUnusable where they are damaged."""
    body = data[_FRAME.size :]
    if len(data) < _FRAME.size or _FRAME.unpack_from(data) != (
        magic,
        VERSION,
        xxhash.xxh3_64_intdigest(body),
    ):
        raise IndexUnusable("a stored blob is damaged, or of another version")
    return body
