"""The process that documents are parsed in. It has the readers loaded and forks a confined child
for each document, so that nothing of one document is left when the next is read.

Started by :mod:`detector.ingest.extraction`, with which it talks over its standard input and output
in frames: four bytes that give a length, then so many bytes: a word, a line end, data. Asked
``html``, ``pdf`` or ``docx`` it answers ``ok`` with JSON, or why the child stopped.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NoReturn

from detector.errors import InputError
from detector.ingest.decode import load_codecs
from detector.ingest.fields import MAX_BYTES, Extract
from detector.ingest.html import extract_html
from detector.ingest.office import extract_docx
from detector.ingest.pdf import extract_pdf
from detector.sandbox import Limits, confine

Reader = Callable[[bytes], Extract]
MAX_ANSWER = 2 * MAX_BYTES
READERS: Mapping[str, Reader] = {"html": extract_html, "pdf": extract_pdf, "docx": extract_docx}

_LENGTH = struct.Struct(">I")
_OUT_OF_MEMORY = 70  # exit status of a child
_OUTPUT = 0  # its only descriptor
_DESCRIPTORS = 64
_PIECE = 1 << 20
_SAMPLES = {
    "html": b"<html><body><p>Rain fell on the hills, and the river rose.</p></body></html>",
    "pdf": b"%PDF-1.7",
    "docx": b"PK\5\6" + bytes(18),  # an archive of nothing
}


def main(limits: Limits, readers: Mapping[str, Reader] = READERS) -> None:
    """Answer requests on standard input until it is closed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    _warm_up(readers)
    gc.freeze()  # the children share these pages as long as nobody writes to them
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    while length := stdin.read(_LENGTH.size):
        request = stdin.read(*_LENGTH.unpack(length))
        why, answer = _in_child(request, limits, readers)
        stdout.write(frame(why, answer))
        stdout.flush()


def frame(word: str, data: bytes) -> bytes:
    r"""A word and data as they go through a pipe.

    >>> frame("ok", b"{}")
    b'\x00\x00\x00\x05ok\n{}'
    """
    return _LENGTH.pack(len(word) + 1 + len(data)) + word.encode() + b"\n" + data


def _warm_up(readers: Mapping[str, Reader]) -> None:
    """Import whatever may be needed: a child cannot open a file."""
    load_codecs()
    for kind, reader in readers.items():
        with suppress(InputError):  # a package is not installed
            reader(_SAMPLES[kind])


def _in_child(request: bytes, limits: Limits, readers: Mapping[str, Reader]) -> tuple[str, bytes]:
    """How a child ended that read one document, and what it answered."""
    output, its_output = os.pipe()
    child = os.fork()
    if not child:
        _be_child(its_output, request, limits, readers)
    os.close(its_output)
    answer, is_in_time = _output(output, time.monotonic() + limits.wall_s)
    os.close(output)
    os.kill(child, signal.SIGKILL)  # changes nothing where it has ended
    _, status = os.waitpid(child, 0)
    why = _cause(os.waitstatus_to_exitcode(status), answer) if is_in_time else "timeout"
    return why, answer if why == "ok" else b""


def _output(output: int, deadline: float) -> tuple[bytes, bool]:
    """What a child writes until it ends, nothing where that is too much; and whether it ends before
    the deadline."""
    pieces: list[bytes] = []
    size = 0
    waiting = select.poll()
    waiting.register(output, select.POLLIN)
    while size <= MAX_ANSWER:
        left_ms = (deadline - time.monotonic()) * 1000
        if left_ms <= 0 or not waiting.poll(left_ms):
            return b"", False
        piece = os.read(output, _PIECE)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
    return b"", True


def _cause(code: int, answer: bytes) -> str:
    """What the exit code of a child means. Only the system's own killer sends SIGKILL here: it
    does so where memory runs out."""
    if code in (-signal.SIGALRM, -signal.SIGXCPU):
        return "timeout"
    if code in (_OUT_OF_MEMORY, -signal.SIGKILL):
        return "memory"
    return "ok" if code == 0 and answer else "crash"


def _be_child(
    output: int, request: bytes, limits: Limits, readers: Mapping[str, Reader]
) -> NoReturn:
    """Read one document with nothing but memory and a way out, write the answer, end."""
    code = 1
    try:
        os.dup2(output, _OUTPUT)
        os.closerange(_OUTPUT + 1, _DESCRIPTORS)
        confine(limits)
        unsent = memoryview(_answer(request, readers))
        while unsent:
            unsent = unsent[os.write(_OUTPUT, unsent) :]
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


def _answer(request: bytes, readers: Mapping[str, Reader]) -> bytes:
    kind, _, data = request.partition(b"\n")
    try:
        extract = readers[kind.decode()](data)
        answer = json.dumps(extract._asdict(), ensure_ascii=False).encode("utf-8", "replace")
        if len(answer) > MAX_ANSWER:
            raise InputError("Text is too large.", code="extraction_limit")
    except InputError as error:
        answer = json.dumps({"code": error.code, "message": error.message}).encode()
    return answer
