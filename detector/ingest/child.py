"""The process that documents are parsed in. It has the readers loaded and forks a confined child
for each document, so that nothing of one document is left when the next is read.

Started by :mod:`detector.ingest.extraction`, which sends it a socket for each document over its
standard input and is told who reads it and how that ended. From that socket the child reads a kind
(``html``, ``pdf``, ``docx``), a line end and the document; there it writes JSON. This process sees
neither.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import sys
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
MESSAGE_BYTES = 16
"""What is told over standard input, each time: that all is loaded; then, for each document, the
process id of the child that reads it and how it ended."""
READERS: Mapping[str, Reader] = {"html": extract_html, "pdf": extract_pdf, "docx": extract_docx}

_OUT_OF_MEMORY = 70  # exit status of a child
_DOCUMENT = 0  # its only descriptor
_DESCRIPTORS = 64
_PIECE = 1 << 20
_SAMPLES = {
    "html": b"<html><body><p>Rain fell on the hills, and the river rose.</p></body></html>",
    "pdf": b"%PDF-1.7",
    "docx": b"PK\5\6" + bytes(18),  # an archive of nothing
}


def main(limits: Limits, readers: Mapping[str, Reader] = READERS) -> None:
    """Have documents read, one after the other, until standard input is closed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    _warm_up(readers)
    gc.freeze()  # the children share these pages as long as nobody writes to them
    with socket.socket(fileno=sys.stdin.fileno()) as control:
        _tell(control, "warm")
        while documents := socket.recv_fds(control, 1, 1)[1]:
            child = _begun(documents[0], limits, readers)
            _tell(control, str(child))
            _, status = os.waitpid(child, 0)
            _tell(control, _cause(os.waitstatus_to_exitcode(status)))


def _tell(control: socket.socket, what: str) -> None:
    control.sendall(what.ljust(MESSAGE_BYTES).encode())


def _warm_up(readers: Mapping[str, Reader]) -> None:
    """Import whatever may be needed: a child cannot open a file."""
    load_codecs()
    for kind, reader in readers.items():
        with suppress(InputError):  # a package is not installed
            reader(_SAMPLES[kind])


def _begun(document: int, limits: Limits, readers: Mapping[str, Reader]) -> int:
    """The process id of a child that reads one document. It ends: its limits see to that, and the
    end of this process."""
    child = os.fork()
    if not child:
        _be_child(document, limits, readers)
    os.close(document)
    return child


def _cause(code: int) -> str:
    """What the exit code of a child means. SIGKILL comes from the system where memory runs out."""
    if code in (-signal.SIGALRM, -signal.SIGXCPU):
        return "timeout"
    if code in (_OUT_OF_MEMORY, -signal.SIGKILL):
        return "memory"
    return "crash" if code else "ok"


def _be_child(document: int, limits: Limits, readers: Mapping[str, Reader]) -> NoReturn:
    """Read one document with nothing but memory and a way out, write the answer, end."""
    code = 1
    try:
        os.dup2(document, _DOCUMENT)
        os.closerange(_DOCUMENT + 1, _DESCRIPTORS)
        confine(limits)
        request = b"".join(iter(lambda: os.read(_DOCUMENT, _PIECE), b""))
        unsent = memoryview(_answer(request, readers))
        while unsent:
            unsent = unsent[os.write(_DOCUMENT, unsent) :]
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
