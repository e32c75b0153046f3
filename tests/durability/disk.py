"""What a disk may look like after the power was cut, worked out from a recorded trace.

What was written is on the disk once the file is synced, and a name (made, changed or deleted) once
its folder is. Of what was not synced each write may have come to the disk or not, whatever their
order, and the last of them in part; names in their order, as in a journal. After a sync that failed
each write before it may be there or not, and no later sync brings it to the disk: the system takes
it for done (Rebello and others 2020).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("<cIIqQ")
SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call: ``kind`` as in ``shim.c``. ``at`` is a place, or a length to cut to."""

    kind: str
    path: str
    other: str
    at: int
    data: bytes


def read_trace(path: Path) -> list[Call]:
    """The calls of a trace, in order."""
    data, at, calls = path.read_bytes(), 0, []
    while at < len(data):
        kind, length, other_length, place, size = _HEAD.unpack_from(data, at)
        parts = []
        at += _HEAD.size
        for each in (length, other_length, size):
            parts.append(data[at : at + each])
            at += each
        calls.append(Call(kind.decode(), parts[0].decode(), parts[1].decode(), place, parts[2]))
    return calls


@dataclass(slots=True)
class _File:
    """``content``: on the disk for certain; ``pending``: calls after that, in order."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def settle(self, calls: list[Call]) -> None:
        for call in calls:
            _apply(self.content, call)
        self.pending = []


class Disk:
    """A disk that follows a trace and can be cut off at any moment."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._now: dict[str, _File] = {}
        self._durable: dict[str, _File] = {}
        self._renamed: list[tuple[str, _File | None]] = []  # names that are not on the disk yet

    def follow(self, call: Call) -> None:
        """Go on by one call."""
        if call.kind in "wt":
            self._file(call.path).pending.append(call)
        elif call.kind in "sf" and call.path in self._now:
            file = self._now[call.path]
            file.settle(file.pending if call.kind == "s" else self._some(file.pending))
        elif call.kind == "s":
            self._sync_folder(call.path)
        elif call.kind == "u":
            self._name(call.path, None)
        elif call.kind == "r" and call.path in self._now:
            file = self._now[call.path]
            self._name(call.other, file)
            self._name(call.path, None)

    def cut(self) -> Mapping[str, bytes]:
        """The files that may be found, by name, if the power is cut now."""
        names = dict(self._durable)
        for path, file in self._renamed[: self._rng.randint(0, len(self._renamed))]:
            _set(names, path, file)
        found = {}
        for path, file in names.items():
            content = bytearray(file.content)
            for call in self._some(file.pending):
                _apply(content, call)
            found[path] = bytes(content)
        return found

    def _some(self, calls: list[Call]) -> list[Call]:
        kept = [call for call in calls if self._rng.random() < 0.5]
        if kept and kept[-1].kind == "w" and self._rng.random() < 0.5:
            last = kept[-1]
            size = SECTOR_BYTES * self._rng.randint(0, len(last.data) // SECTOR_BYTES)
            kept[-1] = Call(last.kind, last.path, "", last.at, last.data[:size])
        return kept

    def _file(self, path: str) -> _File:
        if path not in self._now:
            self._name(path, _File())
        return self._now[path]

    def _name(self, path: str, file: _File | None) -> None:
        _set(self._now, path, file)
        self._renamed.append((path, file))

    def _sync_folder(self, folder: str) -> None:
        waiting = []
        for path, file in self._renamed:
            if path.rpartition("/")[0] == folder:
                _set(self._durable, path, file)
            else:
                waiting.append((path, file))
        self._renamed = waiting


def cuts(
    calls: Sequence[Call], number: int, seed: str
) -> Iterator[tuple[int, Mapping[str, bytes]]]:
    """So many power cuts at random moments of a trace: how many lines had been printed until then,
    and the files that are found afterwards."""
    rng = random.Random(seed)
    moments = sorted(rng.randint(1, len(calls)) for _ in range(number))
    disk, done, printed = Disk(rng), 0, 0
    for moment in moments:
        for call in calls[done:moment]:
            disk.follow(call)
            printed += call.data.count(b"\n") if call.kind == "a" else 0
        done = moment
        yield printed, disk.cut()


def _set(names: dict[str, _File], path: str, file: _File | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file


def _apply(content: bytearray, call: Call) -> None:
    if call.kind == "t":
        del content[call.at :]
    end = call.at + len(call.data)
    content.extend(bytes(max(0, end - len(content))))
    content[call.at : end] = call.data
