"""A part as a file that never changes, mapped into memory.

Layout, little-endian: a header; then the arrays of ``_ARRAYS`` one after another, each begun at a
multiple of ``ALIGNMENT`` bytes, with zeros between. The header has magic, version, the stamp of the
settings, for each array its items and its checksum, and at the end its own checksum (XXH3_64).
Opening reads the header only; ``verify`` reads everything.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import xxhash
from numpy.typing import NDArray

from detector.errors import IndexUnusable, OutputError
from detector.index import ROWS
from detector.net import KEY_BITS, MAX_DOCUMENTS
from detector.segment.part import part_of
from detector.shingle import SHINGLE_LETTERS, SHINGLE_WORDS
from detector.sketch import SEED, WINNOW_LETTERS, WINNOW_WORDS

MAGIC = b"COPYDESK"
VERSION = 1
ALIGNMENT = 64
SUFFIX = ".segment"
STATS_SUFFIX = ".stats"
TEMPORARY = ".tmp"
_ARRAYS = tuple(np.dtype(code) for code in ("<i8", "<u4", "<u8", "<u4", "<u8", "<u4", "<u8", "<u4"))
"""Numbers, signatures, and for each net entries and directory."""
_HEADER = struct.Struct(f"<8sII Q {2 * len(_ARRAYS)}Q Q")
_DATA = -(-_HEADER.size // ALIGNMENT) * ALIGNMENT


def stamp(hash_key: int) -> int:
    """What stands for the settings that hashes depend on, so that an index made with others is
    refused; the key cannot be told from it.

    >>> stamp(1) == stamp(1), stamp(1) == stamp(2)
    (True, False)
    """
    settings = [ROWS, KEY_BITS, SHINGLE_WORDS, SHINGLE_LETTERS, WINNOW_WORDS, WINNOW_LETTERS, SEED]
    text = json.dumps([*settings, hash_key])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


@dataclass(frozen=True, slots=True)
class _Header:
    """``arrays``: for each its items and its checksum."""

    num_perm: int
    stamp: int
    arrays: tuple[tuple[int, int], ...]

    def pack(self) -> bytes:
        numbers = [number for array in self.arrays for number in array]
        body = _HEADER.pack(MAGIC, VERSION, self.num_perm, self.stamp, *numbers, 0)[:-8]
        return (body + xxhash.xxh3_64_intdigest(body).to_bytes(8, "little")).ljust(_DATA, b"\0")

    def places(self) -> Iterator[tuple[int, int]]:
        """Where each array starts, and where its zeros stop."""
        sizes = [
            -(-items * dtype.itemsize // ALIGNMENT) * ALIGNMENT
            for (items, _), dtype in zip(self.arrays, _ARRAYS, strict=True)
        ]
        return pairwise(accumulate(sizes, initial=_DATA))


class Segment:
    """A segment file, open to be read: its ``part``, and its ``name`` and ``size_bytes``.

    Raises IndexUnusable where there is no such file, or it is not one, is cut or damaged in its
    header, or comes from other settings or a newer version.
    """

    def __init__(self, path: Path, expected_stamp: int) -> None:
        self.path = path
        self._data = _mapped(path)
        self._header = _read_header(path, self._data, expected_stamp)
        self.size_bytes = len(self._data)
        arrays = [
            self._data[start : start + items * dtype.itemsize].view(dtype)
            for (start, _), (items, _), dtype in zip(
                self._header.places(), self._header.arrays, _ARRAYS, strict=True
            )
        ]
        arrays[1] = arrays[1].reshape(-1, self._header.num_perm)
        self.part = part_of(arrays)

    def verify(self) -> None:
        """Read all of it. Raises IndexUnusable where a byte is not what was written."""
        padding = self._data[_HEADER.size : _DATA].any()
        for (start, stop), (_, checksum) in zip(
            self._header.places(), self._header.arrays, strict=True
        ):
            if padding or xxhash.xxh3_64_intdigest(self._data[start:stop].data) != checksum:
                raise _unusable(self.path, "is damaged: its checksum is wrong")


def write(arrays: Iterable[NDArray[Any]], folder: Path, file_stamp: int) -> str:
    """Write the arrays of a part into a folder and give the file's name, which depends on its
    content only. The file is complete and on the disk, or not there at all.

    Raises OutputError where it cannot be written.
    """
    described, num_perm = [], 0
    with replacing(folder) as (file, take_name):
        file.write(bytes(_DATA))
        for array, dtype in zip(arrays, _ARRAYS, strict=True):
            num_perm = array.shape[1] if array.ndim == 2 else num_perm
            flat = np.ascontiguousarray(array, dtype).reshape(-1)
            digest = xxhash.xxh3_64()
            for piece in (flat.data, bytes(-flat.nbytes % ALIGNMENT)):
                digest.update(piece)
                file.write(piece)
            described.append((flat.size, digest.intdigest()))
        header = _Header(num_perm, file_stamp, tuple(described)).pack()
        file.seek(0)
        file.write(header)
        name = f"{xxhash.xxh3_64_hexdigest(header)}{SUFFIX}"
        take_name(name)
    return name


@contextlib.contextmanager
def replacing(folder: Path) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
    """A binary file to be written, and what to call when it is complete, with its name: it is
    brought to the disk and takes the place of any file of that name.

    Raises OutputError where it cannot be written.
    """
    written = folder / f"{secrets.token_hex(4)}{TEMPORARY}"
    try:
        with open(written, "xb") as file:

            def take_name(name: str) -> None:
                """Bring all to the disk first, then the name, then the folder."""
                file.flush()
                os.fsync(file.fileno())
                os.replace(written, folder / name)
                sync_folder(folder)

            yield file, take_name
    except OSError as error:
        raise OutputError(f"cannot write index: {folder}: {error.strerror}") from error
    finally:
        written.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, too."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _mapped(path: Path) -> NDArray[np.uint8]:
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < _DATA:
                raise _unusable(path, "is cut, or is no segment of an index")
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    except FileNotFoundError as error:
        raise IndexUnusable(f"{path}: no such file", code="index_missing") from error
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from error


def _read_header(path: Path, data: NDArray[np.uint8], expected_stamp: int) -> _Header:
    packed = data[: _HEADER.size].tobytes()
    magic, version, num_perm, found_stamp, *numbers, checksum = _HEADER.unpack(packed)
    if magic != MAGIC:
        raise _unusable(path, "is no segment of an index")
    if version != VERSION:
        raise _unusable(path, f"has format {version}, not {VERSION}: another Copydesk made it")
    if checksum != xxhash.xxh3_64_intdigest(packed[:-8]):
        raise _unusable(path, "is damaged: the checksum of its header is wrong")
    if found_stamp != expected_stamp:
        raise _unusable(path, "was made with another hash key or other settings")
    header = _Header(num_perm, found_stamp, tuple(zip(numbers[::2], numbers[1::2], strict=True)))
    if num_perm < 1 or numbers[0] > MAX_DOCUMENTS or numbers[2] != numbers[0] * num_perm:
        raise _unusable(path, "is damaged: its header contradicts itself")
    if list(header.places())[-1][1] != len(data):
        raise _unusable(path, "is cut, or has something after its end")
    return header


def _unusable(path: Path, why: str) -> IndexUnusable:
    return IndexUnusable(f"{path}: {why}; rebuild the index")
