# What detector/native/module.c gives; detector/kernel.py has the meaning. Buffers must fit.
from typing import Any

import numpy as np
from numpy.typing import NDArray

def levels() -> tuple[str, ...]: ...
def give_back_memory() -> None: ...
def folding(table: NDArray[np.uint32], expansions: NDArray[np.str_]) -> object: ...
def fold(utf8: bytes, folding: object) -> tuple[bytes, bytes, bytes]: ...
def token_hashes(
    line: bytes, sizes: NDArray[np.int64], key: int, out: NDArray[np.uint64]
) -> None: ...
def letter_hashes(line: bytes, key: int, out: NDArray[np.uint64]) -> None: ...
def shingle(words: NDArray[Any], size: int, out: NDArray[np.uint64]) -> None: ...
def min_hash(
    hashes: NDArray[Any],
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    lowest: NDArray[np.uint32],
    level: int,
) -> None: ...
def winnow(hashes: NDArray[Any], window: int, lowest: NDArray[np.uint64]) -> int: ...
def signatures(
    data: bytes | bytearray | memoryview,
    edges: NDArray[np.int64],
    folding: object,
    surrogates: bool,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    out: NDArray[np.uint32],
    level: int,
) -> int: ...
def lexis(
    characters: NDArray[np.uint8],
    line: bytes,
    sizes: NDArray[np.int64],
    words: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    stems: NDArray[np.uint32],
    endings: NDArray[np.bytes_],
) -> object: ...
def scan(
    utf8: bytes,
    folding: object,
    key: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    signature: NDArray[np.uint32],
    level: int,
) -> tuple[bytes, bytes, bytes]: ...
def outline(
    utf8: bytes,
    folding: object,
    lexis: object,
    key: int,
    keys: NDArray[np.uint64],
    counts: NDArray[np.int32],
    most: int,
    level: int,
) -> tuple[bytes, bytes, bytes, bytes]: ...
def common_fingerprints(letters: bytes, key: int) -> bytes: ...
def parts(buffers: list[tuple[NDArray[Any], ...]]) -> object: ...
def nominate(
    held: object,
    signatures: NDArray[np.uint32],
    num_perm: int,
    keys: NDArray[np.uint64],
    common: NDArray[np.bool_],
    edges: NDArray[np.int64],
    most: NDArray[np.int64],
    least: NDArray[np.float64],
    crowd_holders: int,
    candidates: int,
    common_share: float,
    rarity: NDArray[np.float64],
    strength: NDArray[np.float64],
    level: int,
) -> tuple[bytes, bytes, bytes, bytes]: ...
def common_runs(
    a: NDArray[np.uint32], b: NDArray[np.uint32], gram: int, most: int
) -> tuple[bytes, bool]: ...
def chains(
    a: NDArray[np.uint32], b: NDArray[np.uint32], gram: int, most: int, rules: NDArray[np.int64]
) -> bytes: ...
def retells(a: NDArray[np.uint32], b: NDArray[np.uint32], rules: NDArray[np.int64]) -> bool: ...
def screen(
    words: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    word_edges: NDArray[np.int64],
    letters: bytes,
    letter_edges: NDArray[np.int64],
    stems: NDArray[np.uint32],
    stem_edges: NDArray[np.int64],
    rules: NDArray[np.int64],
    pairs: NDArray[np.int64],
    out: NDArray[np.bool_],
) -> None: ...
